"""Predictions: committed to, then revealed; panels side by side."""

import ipywidgets as ipw
import pytest
from matplotlib.figure import Figure

import facecrystal_widgets as fc
from facecrystal_widgets.lesson import Prediction, beside
from facecrystal_widgets.lesson.optics import OpticsPanel
from facecrystal_widgets.widgets import FingerprintPanel


def test_nothing_is_revealed_before_the_student_commits() -> None:
    calls: list[int] = []
    prediction = Prediction("?", ["a", "b"], lambda: calls.append(1), answer=1)
    assert prediction.button.disabled
    prediction.options.value = 1
    assert not prediction.button.disabled
    assert (calls, prediction.committed) == ([], None)
    prediction.button.click()
    assert (calls, prediction.committed) == ([1], 1)
    assert prediction.options.disabled
    assert prediction.button.disabled
    assert "Right" in prediction.message.value
    prediction.commit(0)
    assert (calls, prediction.committed, prediction.options.value) == ([1], 1, 1)
    prediction.close()


def test_it_says_that_it_computes() -> None:
    words: list[str] = []
    prediction = Prediction("?", ["a"], lambda: words.append(prediction.message.value))
    prediction.commit(0)
    assert words == ["computing …"]
    assert prediction.message.value == "You said: a"


def test_a_wrong_prediction_is_told_what_is_right() -> None:
    prediction = Prediction("?", ["a < b", "c"], lambda: None, answer=0)
    prediction.commit(1)
    assert "Not so." in prediction.message.value
    assert "a &lt; b" in prediction.message.value


def test_texts_widgets_and_figures_are_revealed() -> None:
    from plotly.graph_objects import Figure as PlotlyFigure
    from plotly.graph_objects import FigureWidget

    label, figure = ipw.Label("x"), Figure()
    parts = ["$x$", label, figure, PlotlyFigure()]
    prediction = Prediction("?", ["a"], lambda: parts)
    prediction.commit(0)
    text, widget, picture, plot = prediction.revealed.children
    assert text.outputs[0]["data"]["text/markdown"] == "$x$"
    assert widget is label
    assert bytes(picture.value).startswith(b"\x89PNG")
    assert isinstance(plot, FigureWidget)


def test_a_reveal_that_fails_says_so_and_raises() -> None:
    def broken() -> str:
        raise ValueError("no such file")

    prediction = Prediction("?", ["a"], broken)
    with pytest.raises(ValueError, match="no such file"):
        prediction.commit(0)
    assert "no such file" in prediction.message.value
    with pytest.raises(TypeError, match="received int"):
        Prediction("?", ["a"], lambda: 3).commit(0)
    with pytest.raises(ValueError, match="index below 1"):
        Prediction("?", ["a"], lambda: None, answer=1)


def test_panels_beside_one_another_share_a_status_line() -> None:
    session = fc.Session(strict=True)
    box = beside(OpticsPanel(session), FingerprintPanel(session))
    assert box.children[-1].value.count("ready") == 2  # the class and the word
