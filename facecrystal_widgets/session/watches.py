"""Views refreshed with results: at once, or one by one when the inputs have come to rest."""

import asyncio
import time
from collections.abc import Callable
from dataclasses import dataclass

from .graph import Graph

SETTLE_SECONDS = 0.15
"""Slow views wait until the inputs have been at rest for this long."""
GIVE_WAY_SECONDS = 0.005
"""Between two slow views, for the messages that arrived meanwhile."""
ANNOUNCE_SECONDS = 0.3
"""A slow view that took longer than this is announced the next time."""


@dataclass(eq=False)
class Watch:
    """A view's subscription to inputs and stages; while it is not active it costs nothing."""

    names: tuple[str, ...]
    callback: Callable[..., None]
    slow: bool
    active: bool = True
    seen: tuple[int, ...] = ()
    """Versions of what the last call showed."""
    seconds: float = 0.0
    """How long the last call took."""

    @property
    def takes_long(self) -> bool:
        """Whether the last call took so long that the next one is announced."""
        return self.seconds > ANNOUNCE_SECONDS


class Watches:
    """The views of a graph.

    Parameters
    ----------
    graph : where the values come from.
    problem : called with the error of a view, or of a stage that it needs.
    at_rest : called with each slow view before it is refreshed, and with None after the last one.
    """

    def __init__(
        self,
        graph: Graph,
        problem: Callable[[Exception], object],
        at_rest: Callable[[Watch | None], object] = lambda _: None,
    ) -> None:
        self._graph = graph
        self._problem = problem
        self._at_rest = at_rest
        self._watches: list[Watch] = []
        self._timer: asyncio.TimerHandle | None = None

    @property
    def present(self) -> tuple[Watch, ...]:
        """The watches that were added and not removed."""
        return tuple(self._watches)

    def add(
        self, callback: Callable[..., None], names: tuple[str, ...], active: bool, at_rest: bool
    ) -> Watch:
        """A new view: a fast one is refreshed now, a slow one or one `at_rest` later."""
        slow = at_rest or any(map(self._graph.is_slow, names))
        watch = Watch(names, callback, slow, active)
        self._watches.append(watch)
        if slow:
            self._schedule()
        else:
            self._refresh_view(watch)
        return watch

    def remove(self, watch: Watch) -> None:
        """End a watch; ending it twice does no harm."""
        if watch in self._watches:
            self._watches.remove(watch)

    def activate(self, watch: Watch, active: bool, again: bool = False) -> None:
        """Pause a view or wake it up; `again`: refresh it even if nothing is new."""
        if again:
            watch.seen = ()
        elif watch.active == active:
            return
        watch.active = active
        if active and not watch.slow:
            self._refresh_view(watch)
        elif active and self._timer is None:  # a running timer must not start again
            self._schedule()

    def refresh(self) -> None:
        """Refresh the fast views now, and the slow ones when the inputs have come to rest."""
        for watch in self._watches:
            if not watch.slow:
                self._refresh_view(watch)
        self._schedule()

    def settle(self) -> None:
        """Take the inputs to be at rest: refresh the slow views."""
        while self._settle_next():
            pass

    def close(self) -> None:
        """End all watches and cancel what is scheduled."""
        self._cancel()
        self._watches.clear()

    def _is_stale(self, watch: Watch) -> bool:
        return watch.active and watch.seen != self._graph.versions(watch.names)

    def _refresh_view(self, watch: Watch) -> None:
        if not self._is_stale(watch):
            return
        watch.seen = self._graph.versions(watch.names)
        try:
            watch.callback(*(self._graph.get(name) for name in watch.names))
        except Exception as error:
            self._problem(error)

    def _settle_next(self) -> bool:
        """Refresh the next slow view; whether there may be another."""
        watch = next((w for w in self._watches if w.slow and self._is_stale(w)), None)
        self._at_rest(watch)
        if watch is None:
            return False
        start = time.monotonic()
        self._refresh_view(watch)
        watch.seconds = time.monotonic() - start
        return True

    def _schedule(self) -> None:
        self._cancel()
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # no event loop: a script or a test calls settle() itself
            return
        self._timer = loop.call_later(SETTLE_SECONDS, self._settle_in, loop)

    def _settle_in(self, loop: asyncio.AbstractEventLoop) -> None:
        """One slow view at a time: what a person does meanwhile comes first."""
        more = self._settle_next()
        self._timer = loop.call_later(GIVE_WAY_SECONDS, self._settle_in, loop) if more else None

    def _cancel(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None
