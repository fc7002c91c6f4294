"""Long work in a separate process, while the page stays responsive.

A :class:`Job` starts a fresh interpreter that runs a generator function; callbacks on the caller's
event loop receive what it yields. Nothing is imported from ``__main__``, which in a notebook has no
file, and nothing is forked, because a kernel has threads.

The process leads its own group, so cancelling a job also ends what it started, such as joblib's
workers. Its standard input is a line to its owner: when the kernel ends, for whatever reason, the
line breaks and the process ends itself.
"""

import asyncio
import logging
import pickle
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ..arguments import error_message
from .process_group import (
    ask_to_end,
    group_options,
    kill,
    remove_temporary_folders,
    survivors,
)

log = logging.getLogger(__name__)

GRACE_SECONDS = 0.8
"""Between asking processes to end and killing them."""
EXIT_SECONDS = 5.0
"""Seconds from the end of the work to the end of the process."""
DELIVERY_SECONDS = 0.2
"""Least time between deliveries; results that come faster are delivered together."""
PROGRAM = """
import os, pickle, sys
line = os.fdopen(os.dup(0), "rb")
sys.path[:] = pickle.load(line)
from facecrystal_widgets.compute.worker import serve
serve(line)
"""


@dataclass(frozen=True)
class JobOutcome:
    """How a job ended.

    Attributes
    ----------
    kind : ``"finished"``, ``"cancelled"`` or ``"failed"``.
    problem : what went wrong, for readers; empty unless it failed.
    """

    kind: str
    problem: str = ""


class Job:
    """A generator function at work in a separate process.

    Needs a running event loop, in which the callbacks are called.

    Parameters
    ----------
    function : a generator function of an importable module.
    arguments : for it; they and what it yields must be picklable.
    on_results : called with a list of what was yielded since the last call, in order.
    on_end : called once with a :class:`JobOutcome`, when the process and all it started are gone.

    Attributes
    ----------
    pid : of the process, which is also the number of its group.
    ending : None while the job runs.
    """

    def __init__(
        self,
        function: Callable[..., Iterator[Any]],
        *arguments: Any,
        on_results: Callable[[list[Any]], None],
        on_end: Callable[[JobOutcome], None],
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._on_results, self._on_end = on_results, on_end
        self._waiting: list[Any] = []
        self._lock = threading.Lock()
        self._due = False
        self._cancelled = self._silent = False
        self.ending: JobOutcome | None = None
        task = pickle.dumps(sys.path) + pickle.dumps((function, arguments))
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115 (the thread closes it)
        self._process = subprocess.Popen(
            [sys.executable, "-P", "-c", PROGRAM],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            **group_options(),
        )
        self.pid = self._process.pid
        self._thread = threading.Thread(
            target=self._listen, args=(task,), name=f"job {self.pid}", daemon=True
        )
        self._thread.start()

    @property
    def running(self) -> bool:
        return self.ending is None

    def cancel(self) -> None:
        """End the process and all it started, within about a second.

        Returns at once. Nothing more is delivered but the outcome.
        """
        if self._cancelled or not self._thread.is_alive():
            return
        self._cancelled = True
        ask_to_end(self._process)
        threading.Thread(target=self._kill_late, name=f"end of job {self.pid}", daemon=True).start()

    def close(self) -> None:
        """:meth:`cancel`, wait until all is gone, and call nobody any more."""
        self._silent = True
        self.cancel()
        self._thread.join(2 * GRACE_SECONDS + EXIT_SECONDS)

    # --- in threads -------------------------------------------------------------------------

    def _kill_late(self) -> None:
        """Kill what has not ended when asked to."""
        self._thread.join(GRACE_SECONDS)
        if self._thread.is_alive():
            kill(self._process)

    def _listen(self, task: bytes) -> None:
        """Receive what the process sends until it ends, and then end whatever it left behind."""
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        outcome: JobOutcome | None = None
        with (
            suppress(BrokenPipeError),  # on closing, of what could not be written
            self._errors,
            self._process.stdout,
            self._process.stdin,
        ):
            try:
                self._process.stdin.write(task)
                self._process.stdin.flush()
                while outcome is None:
                    kind, content = pickle.load(self._process.stdout)
                    if kind == "result":
                        self._deliver(content)
                    else:
                        outcome = self._outcome(kind, content)
            except (EOFError, OSError, pickle.UnpicklingError):
                pass  # the process is gone, perhaps in the middle of a message
            except Exception as error:
                log.exception("a result of a job cannot be read")
                outcome = JobOutcome("failed", error_message(error))
            self._reap(EXIT_SECONDS if outcome else GRACE_SECONDS)
            if self._cancelled:
                outcome = JobOutcome("cancelled")
            outcome = outcome or JobOutcome("failed", self._error_tail())
        self._call(self._end, outcome)

    def _outcome(self, kind: str, content: Any) -> JobOutcome:
        if kind == "done":
            return JobOutcome("finished")
        message, trace = content
        log.error("a job failed: %s\n%s", message, trace)
        return JobOutcome("failed", message)

    def _reap(self, seconds: float) -> None:
        """Wait so long for the process to end, and then end all that is left of its group."""
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            kill(self._process)
            self._process.wait()
        if survivors(self._process):
            ask_to_end(self._process)
            until = time.monotonic() + GRACE_SECONDS
            while survivors(self._process) and time.monotonic() < until:
                time.sleep(0.02)
            kill(self._process)
        remove_temporary_folders(self.pid)

    def _error_tail(self) -> str:
        """Why the process ended early; the end of its standard error goes to the log."""
        self._errors.seek(0)
        tail = self._errors.read().decode(errors="replace")[-2000:].strip()
        code = self._process.returncode
        log.error("a job ended with code %s: %s", code, tail or "nothing on standard error")
        if code == -getattr(signal, "SIGKILL", 9):
            reason = "it was killed, perhaps for want of memory"
        elif code < 0:
            reason = f"signal {-code}, {signal.strsignal(-code)}"
        else:
            reason = f"exit code {code}"
        return f"The process ended before its work was done ({reason}). Start it again."

    def _deliver(self, result: Any) -> None:
        with self._lock:
            self._waiting.append(result)
            due, self._due = self._due, True
        if not due:
            self._call(self._hand_over)

    def _call(self, callback: Callable[..., None], *arguments: Any) -> None:
        try:
            self._loop.call_soon_threadsafe(callback, *arguments)
        except RuntimeError:  # the loop is closed: nobody listens
            self._silent = True
            kill(self._process)

    # --- in the loop ------------------------------------------------------------------------

    def _hand_over(self, again: bool = True) -> None:
        with self._lock:
            results, self._waiting = self._waiting, []
            self._due = again and bool(results)
        if self._due:  # what comes within the interval waits for its end
            self._loop.call_later(DELIVERY_SECONDS, self._hand_over)
        if results and not (self._cancelled or self._silent):
            self._on_results(results)

    def _end(self, outcome: JobOutcome) -> None:
        self._hand_over(again=False)
        self.ending = outcome
        if not self._silent:
            self._on_end(outcome)


class TimeLeft:
    """How much longer work takes, from the time for what is done.

    >>> clock = TimeLeft(now=lambda: 100.0)
    >>> clock.at(0, 10)
    ''
    >>> clock.now = lambda: 104.0
    >>> clock.at(2, 10)
    'about 16 s left'
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self.now = now
        self._start: tuple[float, int] | None = None

    def at(self, done: int, total: int) -> str:
        """The time left after `done` steps of `total`; empty while it is unknown."""
        if self._start is None:
            self._start = self.now(), done
        since, before = self._start
        if done <= before or done >= total:
            return ""
        seconds = (self.now() - since) / (done - before) * (total - done)
        if seconds < 90:
            return f"about {max(1, round(seconds))} s left"
        return f"about {round(seconds / 60)} min left"
