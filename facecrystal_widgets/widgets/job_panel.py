"""Panels whose work runs in a separate process: Start, Stop, progress, and how it ended."""

from collections.abc import Callable, Iterator
from html import escape
from typing import Any

import ipywidgets as ipw

from ..compute.job import Job, JobOutcome, TimeLeft
from ..session.session import Session
from .panel import Panel, side_by_side


class JobPanel(Panel):
    """A panel with a job; a base class.

    Parameters
    ----------
    stop : what the button that ends the job says.

    Attributes
    ----------
    job : the latest one, or None.
    """

    def __init__(self, session: Session | None = None, *, stop: str) -> None:
        super().__init__(session)
        self.job: Job | None = None
        self.start = ipw.Button(description="Start", button_style="primary")
        self.stop = ipw.Button(description=stop, disabled=True)
        self.bar = ipw.FloatProgress(min=0, max=1)
        self.words = ipw.HTML()
        for widget, hook in (
            (self.start, "fcw-start"),
            (self.stop, "fcw-stop"),
            (self.bar, "fcw-progress"),
            (self.words, "fcw-job-words"),
        ):
            widget.add_class(hook)
        self.run_row = side_by_side(self.start, self.stop, self.bar, self.words, name="fcw-run")
        self._clock = TimeLeft()
        self._part = ""
        self.start.on_click(self._on_start)
        self.stop.on_click(self._on_stop)

    # --- what the panel with the job says ---------------------------------------------------

    def begin(self) -> None:
        """Read the controls and :meth:`launch`; a ValueError says what is wrong with them."""
        raise NotImplementedError

    def take(self, results: list[Any]) -> None:
        """Show what the job yielded."""
        raise NotImplementedError

    def end(self, ending: JobOutcome) -> str:
        """The job is over; what to say of it, or ``""`` for the usual words."""
        raise NotImplementedError

    # --- what it needs for that -------------------------------------------------------------

    @property
    def running(self) -> bool:
        return self.job is not None and self.job.running

    def launch(self, function: Callable[..., Iterator[Any]], *arguments: Any) -> None:
        """Start the job."""
        self.job = Job(function, *arguments, on_results=self.take, on_end=self._ended)
        self._clock, self._part = TimeLeft(), ""
        self.start.disabled, self.stop.disabled = True, False
        self.bar.value = 0
        self.say("starting …")

    def progress(self, done: int, total: int, words: str, part: str = "") -> None:
        """How far the job is.

        Parameters
        ----------
        words : what is done.
        part : the part of the work that is counted; the time left is that of this part.
        """
        if part != self._part:
            self._clock, self._part = TimeLeft(), part
        self.bar.value = done / total if total else 0
        left = self._clock.at(done, total)
        self.say(f"{words} · {left}" if left else words)

    def say(self, words: str, problem: bool = False) -> None:
        kind = "fcw-note" if problem else "fcw-words"
        self.words.value = f'<span class="{kind}">{escape(words)}</span>'

    def _on_start(self, _: Any) -> None:
        if self.running:
            return
        try:
            self.begin()
        except (ValueError, OSError) as error:
            self.say(str(error), problem=True)

    def _on_stop(self, _: Any) -> None:
        if self.job is not None and self.running:
            self.stop.disabled = True
            self.say("stopping …")
            self.job.cancel()

    def _ended(self, ending: JobOutcome) -> None:
        self.start.disabled, self.stop.disabled = False, True
        words = self.end(ending)
        self.bar.value = float(ending.kind == "finished")
        if ending.kind == "failed":
            self.say(ending.problem, problem=True)
        else:
            self.say(words or ending.kind)

    def close(self) -> None:
        if self.job is not None:
            self.job.close()
        super().close()
