"""Predictions: an answer is committed to, then the result is revealed."""

from collections.abc import Callable, Iterable, Sequence
from html import escape
from io import BytesIO
from typing import Any

import ipywidgets as ipw

from ..widgets.panel import Panel, StatusLine, side_by_side
from ..widgets.plotly_figure import figure_widget
from ..widgets.view import Style, bundle


class LessonStyle(Style):
    """The style sheet of the panels, with the rules for lessons."""

    _css = bundle("lesson.css")


class Prediction(ipw.VBox):
    """A question that is answered before the result is shown.

    Parameters
    ----------
    question : in Markdown.
    options : the answers to choose from, plain text.
    reveal : called once, without arguments, after the student has committed. It returns the
        result: a text in Markdown, a widget, a matplotlib or plotly figure, or a list of these.
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
        labels = [(option, index) for index, option in enumerate(options)]
        self.options = ipw.RadioButtons(options=labels, value=None)
        self.button = ipw.Button(description="Commit", disabled=True)
        self.message = ipw.HTML("Choose one; then commit to see the result.")
        self.revealed = ipw.VBox()
        self.options.add_class("fcw-options")
        self.button.add_class("fcw-commit")
        self.message.add_class("fcw-word")
        self.revealed.add_class("fcw-revealed")
        self.children = (
            LessonStyle(),
            _shown(question),
            self.options,
            side_by_side(self.button, self.message, name="fcw-commit-row"),
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
        self.message.value = "computing …"
        try:
            result = self.reveal()
        except Exception as error:
            self.message.value = f"This could not be shown: {escape(str(error))}"
            raise
        parts = result if isinstance(result, list | tuple) else [result]
        self.revealed.children = [_shown(part) for part in parts if part is not None]
        self.message.value = self._verdict(index)

    def _verdict(self, index: int) -> str:
        labels = [escape(label) for label, _ in self.options.options]
        if self.answer is None:
            return f"You said: {labels[index]}"
        if index == self.answer:
            return f"<b class='fcw-right'>Right:</b> {labels[index]}"
        return f"<b class='fcw-wrong'>Not so.</b> It is: {labels[self.answer]}"


def markdown_table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A centred table in Markdown.

    >>> print(markdown_table(["x", "x²"], [(2, 4)]))
    | x | x² |
    | :-: | :-: |
    | 2 | 4 |
    """
    lines = [head, [":-:"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(map(str, cells))} |" for cells in lines)


def beside(*panels: Panel) -> ipw.Box:
    """Panels of one session side by side, or below one another where the page is narrow."""
    box = ipw.Box([LessonStyle(), *panels, StatusLine(panels[0].session)])
    for name in ("fcw", "fcw-beside"):
        box.add_class(name)
    return box


def _shown(part: Any) -> ipw.Widget:
    """A widget that shows a text in Markdown, a figure, or a widget."""
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
    """A matplotlib figure as PNG; pyplot forgets it, so that it is not shown a second time."""
    from matplotlib import pyplot

    file = BytesIO()
    figure.savefig(file, format="png", dpi=110, bbox_inches="tight")
    pyplot.close(figure)
    return ipw.Image(value=file.getvalue(), format="png")
