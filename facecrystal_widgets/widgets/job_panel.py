"""Panels whose work runs in a separate process: Start, Stop, progress, and how it ended."""

from collections.abc import Callable, Iterator
from html import escape
from pathlib import Path
from typing import Any

import ipywidgets as ipw

from ..compute.job import Job, JobOutcome, TimeLeft
from ..session.session import Session
from .panel import Panel, side_by_side


class JobPanel(Panel):
    """A panel with a job; a base class.

    A subclass defines :meth:`begin`, :meth:`take` and :meth:`end`; it calls :meth:`launch`,
    :meth:`progress` and :meth:`say`.

    Parameters
    ----------
    stop : text of the button that ends the job.

    Attributes
    ----------
    job : the latest one, or None.
    """

    def __init__(self, session: Session | None = None, *, stop: str) -> None:
        super().__init__(session)
        self.job: Job | None = None
        self.start = ipw.Button(description="Start", button_style="primary").add_class("fcw-start")
        self.stop = ipw.Button(description=stop, disabled=True).add_class("fcw-stop")
        self.bar = ipw.FloatProgress(min=0, max=1).add_class("fcw-progress")
        self.message = ipw.HTML().add_class("fcw-job-words")
        self.run_row = side_by_side(self.start, self.stop, self.bar, self.message, name="fcw-run")
        self._clock = TimeLeft()
        self._part = ""
        self.start.on_click(self._on_start)
        self.stop.on_click(lambda _: self.cancel())

    def begin(self) -> None:
        """Read the controls and :meth:`launch`; raises ValueError if a control has a bad value."""
        raise NotImplementedError

    def take(self, results: list[Any]) -> None:
        """Show what the job yielded."""
        raise NotImplementedError

    def end(self, outcome: JobOutcome) -> str:
        """Show that the job is over. Returns the text to display; ``""``: the kind of outcome."""
        raise NotImplementedError

    @property
    def running(self) -> bool:
        return self.job is not None and self.job.running

    def network_folder(self) -> Path | None:
        """Folder of the network in use; None for the shipped one."""
        return Path(self.session.model) if self.session.model else None

    def launch(self, function: Callable[..., Iterator[Any]], *arguments: Any) -> None:
        """Start the job."""
        self.job = Job(function, *arguments, on_results=self.take, on_end=self.finish)
        self._clock, self._part = TimeLeft(), ""
        self.start.disabled, self.stop.disabled = True, False
        self.bar.value = 0
        self.say("starting …")

    def progress(self, done: int, total: int, text: str, part: str = "") -> None:
        """Show how far the job is.

        Parameters
        ----------
        text : what is done.
        part : the part of the work that is counted; the time left is that of this part.
        """
        if part != self._part:
            self._clock, self._part = TimeLeft(), part
        self.bar.value = done / total if total else 0
        left = self._clock.at(done, total)
        self.say(f"{text} · {left}" if left else text)

    def say(self, text: str, problem: bool = False) -> None:
        """Show a line beside the buttons."""
        kind = "fcw-note" if problem else "fcw-words"
        self.message.value = f'<span class="{kind}">{escape(text)}</span>'

    def cancel(self) -> None:
        """End the job early, if one is running."""
        if self.job is not None and self.running:
            self.stop.disabled = True
            self.say("stopping …")
            self.job.cancel()

    def finish(self, outcome: JobOutcome) -> None:
        """The job has ended; called once, after its last results."""
        self.start.disabled, self.stop.disabled = False, True
        text = self.end(outcome)
        self.bar.value = float(outcome.kind == "finished")
        if outcome.kind == "failed":
            self.say(outcome.problem, problem=True)
        else:
            self.say(text or outcome.kind)

    def _on_start(self, _: Any) -> None:
        if self.running:
            return
        try:
            self.begin()
        except (ValueError, OSError) as error:
            self.say(str(error), problem=True)

    def close(self) -> None:
        if self.job is not None:
            self.job.close()
        super().close()


def spare_cores() -> int:
    """How many processes a job may use: one core is left for the page."""
    from joblib import cpu_count

    return max(1, cpu_count() - 1)


def outcome_text(outcome: JobOutcome, count: str, kept: str) -> str:
    """``3 crystals, done``, or after a cancellation what of the results is `kept`.

    Parameters
    ----------
    count : number of results with their name, such as ``"3 crystals"``.
    kept : what the page shows of them; ``""``: nothing.
    """
    if outcome.kind != "cancelled":
        return f"{count}, done"
    return f"cancelled after {count}" + (f": {kept}" if kept else "")
