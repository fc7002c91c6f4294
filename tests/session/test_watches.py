"""Views of a graph, without a session: refreshed now or at rest."""

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest
from loops import run

from facecrystal_widgets.session import watches
from facecrystal_widgets.session.graph import Graph, Stage
from facecrystal_widgets.session.watches import ANNOUNCE_SECONDS, SETTLE_SECONDS, Watch, Watches

TABLE = {
    "double": Stage(("x",), lambda x: 2 * x),
    "inverse": Stage(("x",), lambda x: 1 / x),
    "square": Stage(("x",), lambda x: x**2, slow=True),
    "cube": Stage(("x",), lambda x: x**3, slow=True),
}


class Page:
    """A graph with views, and what they reported."""

    def __init__(self) -> None:
        self.graph = Graph({"x": 1, "y": 1}, TABLE, lambda: self.watches.refresh())
        self.problems: list[Exception] = []
        self.rests: list[Watch | None] = []
        self.watches = Watches(self.graph, self.problems.append, self.rests.append)
        self.seen: list[Any] = []

    def add(
        self,
        callback: Callable[..., None],
        *names: str,
        active: bool = True,
        at_rest: bool = False,
    ) -> Watch:
        return self.watches.add(callback, names, active, at_rest)


@pytest.fixture
def page() -> Page:
    return Page()


def test_a_fast_view_is_called_now_and_with_every_change(page: Page) -> None:
    page.add(lambda *values: page.seen.append(values), "x", "double")
    page.graph.set("x", 5)
    page.graph.set("y", 5)  # none of its inputs
    assert page.seen == [(1, 2), (5, 10)]


def test_a_slow_view_is_called_at_rest_once(page: Page) -> None:
    page.add(page.seen.append, "square")
    page.add(page.seen.append, "x", at_rest=True)
    for x in (2, 3, 4):
        page.graph.set("x", x)
    assert page.seen == []
    page.watches.settle()
    page.watches.settle()
    assert page.seen == [16, 4]
    assert page.graph.computed["square"] == 1


def test_the_rest_is_announced_before_each_slow_view_and_after_the_last(page: Page) -> None:
    first = page.add(page.seen.append, "square")
    second = page.add(page.seen.append, "cube")
    page.watches.settle()
    assert page.rests == [first, second, None]
    page.graph.set("x", 2)
    page.watches.remove(first)
    page.watches.settle()
    assert page.rests == [first, second, None, second, None]


def test_an_inactive_view_costs_nothing_and_catches_up(page: Page) -> None:
    watch = page.add(page.seen.append, "double", active=False)
    page.graph.set("x", 3)
    assert page.graph.computed["double"] == 0
    page.watches.activate(watch, True)
    page.watches.activate(watch, True)
    assert page.seen == [6]
    page.watches.activate(watch, False)
    page.graph.set("x", 4)
    assert page.seen == [6]


def test_a_view_can_be_called_again_though_nothing_is_new(page: Page) -> None:
    fast = page.add(page.seen.append, "double")
    slow = page.add(page.seen.append, "square")
    page.watches.settle()
    page.watches.activate(fast, True, again=True)
    assert page.seen == [2, 1, 2]
    page.watches.activate(slow, True, again=True)
    page.watches.settle()
    assert page.seen == [2, 1, 2, 1]
    assert page.graph.computed["square"] == 1


def test_a_removed_view_is_not_called(page: Page) -> None:
    watch = page.add(page.seen.append, "double")
    assert list(page.watches.present) == [watch]
    page.watches.remove(watch)
    page.watches.remove(watch)
    assert list(page.watches.present) == []
    page.graph.set("x", 3)
    assert page.seen == [2]


def test_problems_of_stages_and_views_are_reported_and_the_others_go_on(page: Page) -> None:
    def fail(_: Any) -> None:
        raise RuntimeError("no luck")

    page.add(page.seen.append, "inverse")
    page.add(fail, "double")
    page.add(page.seen.append, "double")
    page.graph.set("x", 0)
    assert page.seen == [1.0, 2, 0]
    assert [str(problem) for problem in page.problems] == ["no luck", "division by zero", "no luck"]


def test_a_view_that_takes_long_is_known_the_next_time(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock = iter([0.0, 2 * ANNOUNCE_SECONDS, 5.0, 5.0])
    watch = page.add(page.seen.append, "square")
    assert not watch.takes_long
    # its own name alone: other threads read the real clock
    monkeypatch.setattr(watches, "time", SimpleNamespace(monotonic=lambda: next(clock)))
    page.watches.settle()
    assert watch.takes_long
    page.graph.set("x", 2)
    page.watches.settle()
    assert not watch.takes_long


def test_in_a_loop_slow_views_follow_by_themselves_one_at_a_time(page: Page) -> None:
    async def drag() -> None:
        loop = asyncio.get_running_loop()

        def show(square: int) -> None:
            page.seen.append(square)
            if square == 1:  # a message arrives while the first view is being refreshed
                loop.call_soon(page.graph.set, "x", 3)

        page.add(show, "square")
        page.add(page.seen.append, "cube")
        async with asyncio.timeout(10):
            while None not in page.rests:
                await asyncio.sleep(0.01)

    run(drag())
    assert page.seen == [1, 9, 27]


def test_a_change_starts_the_wait_again_and_waking_a_view_does_not(
    page: Page, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watches, "SETTLE_SECONDS", 0.5)

    async def drag() -> None:
        watch = page.add(page.seen.append, "square")
        for x in range(2, 37):
            page.graph.set("x", x)
            await asyncio.sleep(0.02)
        assert page.seen == []
        async with asyncio.timeout(10):
            while not page.seen:
                page.watches.activate(watch, False)
                page.watches.activate(watch, True)
                await asyncio.sleep(0.02)

    run(drag())
    assert page.seen == [36**2]


def test_after_closing_nothing_is_called(page: Page) -> None:
    async def close() -> None:
        page.add(page.seen.append, "square")
        page.watches.close()
        await asyncio.sleep(1.5 * SETTLE_SECONDS)

    run(close())
    page.watches.settle()
    assert list(page.watches.present) == []
    assert page.seen == []
