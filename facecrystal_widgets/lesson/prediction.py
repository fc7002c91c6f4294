"""Predict, then reveal; answer, then have it checked."""

from collections.abc import Callable, Sequence
from html import escape
from io import BytesIO
from typing import Any

import ipywidgets as ipw

from ..widgets.panel import Panel, StatusLine, side_by_side
from ..widgets.plotly_figure import figure_widget
from ..widgets.view import Style, bundle


class LessonStyle(Style):
    """The style sheet of the panels, and what a lesson needs besides."""

    _css = bundle("lesson.css")


class Prediction(ipw.VBox):
    """A question that is answered before the result is shown.

    Parameters
    ----------
    question : in Markdown.
    options : the answers to choose from, plain text.
    reveal : called once, without arguments, after the student has committed. It returns what is to
        be seen: a text in Markdown, a widget, a matplotlib or plotly figure, or a list of these.
    answer : index of the right option, where there is one.

    Attributes
    ----------
    committed : index of the option committed to, or None.
    """

    children: Any

    def __init__(
        self,
        question: str,
        options: Sequence[str],
        reveal: Callable[[], Any],
        answer: int | None = None,
    ) -> None:
        super().__init__()
        if answer is not None and not 0 <= answer < len(options):
            raise ValueError(f"answer: expected an index below {len(options)}, received {answer}")
        self.reveal, self.answer = reveal, answer
        self.committed: int | None = None
        labels = [(words, place) for place, words in enumerate(options)]
        self.options = ipw.RadioButtons(options=labels, value=None)
        self.button = ipw.Button(description="Commit", disabled=True)
        self.word = ipw.HTML("Choose one; then commit, and see.")
        self.revealed = ipw.VBox()
        for widget, hook in (
            *((self.options, "options"), (self.button, "commit")),
            *((self.word, "word"), (self.revealed, "revealed")),
        ):
            widget.add_class(f"fcw-{hook}")
        self.children = (
            LessonStyle(),
            _shown(question),
            self.options,
            side_by_side(self.button, self.word, name="fcw-commit-row"),
            self.revealed,
        )
        for name in ("fcw", "fcw-panel", "fcw-prediction"):
            self.add_class(name)
        self.options.observe(self._choose, "value")
        self.button.on_click(lambda _: self.commit(self.options.value))

    def _choose(self, change: dict[str, Any]) -> None:
        self.button.disabled = self.committed is not None or change["new"] is None

    def commit(self, index: int) -> None:
        """Lock the option of this index, then reveal; a second time nothing happens."""
        if self.committed is not None:
            return
        self.options.value = self.committed = index
        self.options.disabled = self.button.disabled = True
        self.word.value = "computing …"
        try:
            seen = self.reveal()
        except Exception as error:
            self.word.value = f"This could not be shown: {escape(str(error))}"
            raise
        parts = seen if isinstance(seen, list | tuple) else [seen]
        self.revealed.children = [_shown(part) for part in parts if part is not None]
        self.word.value = self._verdict(index)

    def _verdict(self, index: int) -> str:
        words = [escape(label) for label, _ in self.options.options]
        if self.answer is None:
            return f"You said: {words[index]}"
        if index == self.answer:
            return f"<b class='fcw-right'>Right:</b> {words[index]}"
        return f"<b class='fcw-wrong'>Not so.</b> It is: {words[self.answer]}"


def beside(*panels: Panel) -> ipw.Box:
    """Panels of one session side by side, or below one another where the page is narrow."""
    box = ipw.Box([LessonStyle(), *panels, StatusLine(panels[0].session)])
    for name in ("fcw", "fcw-beside"):
        box.add_class(name)
    return box


def _shown(part: Any) -> ipw.Widget:
    """A widget that shows a text, a figure, or a widget."""
    if isinstance(part, ipw.Widget):
        return part
    if isinstance(part, str):
        data = {"text/markdown": part, "text/plain": part}
        output = {"output_type": "display_data", "data": data, "metadata": {}}
        return ipw.Output(outputs=(output,))
    if hasattr(part, "savefig"):
        return _picture(part)
    if hasattr(part, "to_plotly_json"):
        return figure_widget()(part)
    raise TypeError(
        "reveal: expected a text, a widget, a figure or a list of these, received "
        f"{type(part).__name__}"
    )


def _picture(figure: Any) -> ipw.Image:
    """A matplotlib figure as it is now; pyplot forgets it, and so won't show it once more."""
    from matplotlib import pyplot

    file = BytesIO()
    figure.savefig(file, format="png", dpi=110, bbox_inches="tight")
    pyplot.close(figure)
    return ipw.Image(value=file.getvalue(), format="png")
