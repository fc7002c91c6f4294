"""The graph of stages, on plain numbers."""

import subprocess
import sys

import pytest

from facecrystal_widgets.session.graph import Graph, Stage

TABLE = {
    "area": Stage(("width", "height"), lambda width, height: width * height),
    "volume": Stage(("area", "depth"), lambda area, depth: area * depth, slow=True),
    "weight": Stage(("volume",), lambda volume: 2 * volume),
    "ratio": Stage(("width", "height"), lambda width, height: width / height),
}
SIZES = {"width": 2, "height": 3, "depth": 4}


class Announcements:
    """Counts the changes that a graph announces."""

    def __init__(self) -> None:
        self.number = 0

    def __call__(self) -> None:
        self.number += 1


@pytest.mark.parametrize("module", ["graph", "history"])
def test_it_needs_neither_traitlets_nor_asyncio(module: str) -> None:
    code = f"import sys, facecrystal_widgets.session.{module}; print(*sys.modules)"
    command = [sys.executable, "-c", code]
    modules = subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    assert f"facecrystal_widgets.session.{module}" in modules
    assert not {"traitlets", "asyncio", "ase", "numpy"} & set(modules)


def test_stages_are_computed_when_asked_for_and_once() -> None:
    graph = Graph(SIZES, TABLE)
    assert not any(graph.computed.values())
    assert graph.get("width") == 2
    assert graph.get("weight") == graph.get("weight") == 48
    assert graph.computed == {"area": 1, "volume": 1, "weight": 1, "ratio": 0}


def test_a_change_makes_stale_what_depends_on_it_only() -> None:
    graph = Graph(SIZES, TABLE)
    names = tuple(TABLE)
    for name in names:
        graph.get(name)
    before = graph.versions(names)
    graph.set("depth", 5)
    changed = [
        name for name, a, b in zip(names, before, graph.versions(names), strict=True) if a != b
    ]
    assert changed == ["volume", "weight"]
    assert graph.get("weight") == 60
    assert graph.get("ratio") == 2 / 3
    assert graph.computed == {"area": 1, "volume": 2, "weight": 2, "ratio": 1}


def test_the_inputs_it_was_given_stay_as_they_are() -> None:
    graph = Graph(SIZES, TABLE)
    graph.set("width", 7)
    assert SIZES["width"] == 2
    assert graph.inputs == {"width": 7, "height": 3, "depth": 4}


def test_an_error_lasts_until_its_cause_changes() -> None:
    graph = Graph(SIZES | {"height": 0}, TABLE)
    for _ in range(2):
        with pytest.raises(ZeroDivisionError):
            graph.get("ratio")
    assert graph.computed["ratio"] == 1
    assert [type(error) for error in graph.errors] == [ZeroDivisionError]
    assert graph.get("area") == 0
    graph.set("depth", 5)
    assert graph.errors
    graph.set("height", 3)
    assert graph.errors == []
    assert graph.get("ratio") == 2 / 3


def test_errors_reach_the_stages_below_and_stand_in_the_order_of_the_table() -> None:
    def fail(_: int) -> int:
        raise ValueError("too deep")

    table = {"first": Stage(("depth",), fail), "second": Stage(("first",), lambda first: first)}
    graph = Graph(SIZES, TABLE | table)
    graph.set("height", 0)
    for name in ("second", "ratio"):
        with pytest.raises((ValueError, ZeroDivisionError)):
            graph.get(name)
    assert [str(error) for error in graph.errors] == ["division by zero", "too deep", "too deep"]
    assert graph.computed["second"] == 0


def test_an_unknown_name_is_an_error() -> None:
    graph = Graph(SIZES, TABLE)
    with pytest.raises(KeyError, match="colour"):
        graph.get("colour")
    assert graph.errors == []


def set_all(graph: Graph, **inputs: object) -> None:
    with graph.hold():
        for name, value in inputs.items():
            graph.set(name, value)


def test_held_changes_are_announced_once_even_after_an_error() -> None:
    announced = Announcements()
    graph = Graph(SIZES, TABLE, announced)
    graph.set("width", 3)
    assert announced.number == 1
    with graph.hold():
        graph.set("width", 4)
        with graph.hold():
            graph.set("height", 5)
        assert announced.number == 1
        assert graph.get("area") == 20
    assert announced.number == 2
    with pytest.raises(KeyError, match="colour"):
        set_all(graph, width=6, colour="red")
    assert announced.number == 3
    assert graph.inputs == {"width": 6, "height": 5, "depth": 4}


def test_what_is_slow_makes_slow_what_reads_it() -> None:
    graph = Graph(SIZES, TABLE)
    slow = [name for name in (*SIZES, *TABLE) if graph.is_slow(name)]
    assert slow == ["volume", "weight"]


def test_values_of_a_trial_are_adopted_as_far_as_the_inputs_agree() -> None:
    graph = Graph(SIZES, TABLE)
    trial = Graph(SIZES | {"width": 5, "depth": 9}, TABLE)
    assert trial.get("volume") == 135
    graph.adopt(trial)
    assert graph.get("area") == 6  # another width
    graph.set("width", 5)
    graph.adopt(trial)
    assert (graph.get("area"), graph.get("volume")) == (15, 60)  # the same area, another depth
    assert graph.computed == {"area": 1, "volume": 1, "weight": 0, "ratio": 0}
