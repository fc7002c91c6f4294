"""Checks of answers: a green box, or an orange one with a hint."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from facecrystal_widgets.lesson import Hint, check, checking

Shown = list[dict[str, str]]


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    """Boxes that `check` has displayed."""
    boxes: Shown = []
    monkeypatch.setattr(checking, "display", lambda data, raw: boxes.append(data))
    return boxes


def is_three(answer: Any) -> str:
    if answer + 1 != 4:
        raise Hint("One more than it is `4`.")
    return "Three is **right**."


@pytest.mark.parametrize(
    ("answer", "word", "inside"),
    [
        (3, "Right.", "Three is <b>right</b>."),
        (4, "Not yet.", "One more than it is <code>4</code>."),
        ("<b>", "Not yet.", "<code>str</code>"),
        (None, "Your turn.", "in place of the dots"),
        (..., "Your turn.", "in place of the dots"),
        (" ", "Your turn.", "in place of the dots"),
        (np.array([]), "Your turn.", "in place of the dots"),
        ([], "Your turn.", "in place of the dots"),
        ((1, ...), "Your turn.", "in place of the dots"),
        ({"fcc": ...}, "Your turn.", "in place of the dots"),
    ],
)
def test_check_says_so(shown: Shown, answer: object, word: str, inside: str) -> None:
    shows: Callable[..., Any] = check  # mypy refuses the result of what returns None
    assert shows(is_three, answer) is None
    (box,) = shown
    assert word in box["text/html"]
    assert inside in box["text/html"]
    assert box["text/plain"].startswith(word)


def test_right_and_wrong_differ_in_colour_and_in_words(shown: Shown) -> None:
    check(is_three, 3)
    check(is_three, 4)
    assert checking.RIGHT in shown[0]["text/html"]
    assert checking.WRONG in shown[1]["text/html"]
