"""Types and values of answers."""

import numpy as np
import pytest
from exercises import hint

from facecrystal_widgets.lesson import Hint
from facecrystal_widgets.lesson.answers import compare, number, result

MISTAKES = {"Twice as much.": 4.0, "Either sign.": [-2.0, -4.0]}


def test_a_right_value_gets_no_hint() -> None:
    compare(2.0, 2.0, "You get 2.", MISTAKES, "Think again.")
    compare(2.1, 2.0, "You get 2.1.", MISTAKES, "Think again.", rtol=0.1)


@pytest.mark.parametrize(
    ("value", "text"),
    [(4.0, "Twice as much."), (-4.0, "Either sign."), (3.0, "Think again."), (np.nan, "Think")],
)
def test_the_mistake_that_fits_gives_the_hint(value: float, text: str) -> None:
    with pytest.raises(Hint, match=f"^You get it. {text}"):
        compare(value, 2.0, "You get it.", MISTAKES, "Think again.")


def test_arrays_are_compared_whole() -> None:
    right = np.arange(3.0)
    compare(right, right, "", {}, "")
    with pytest.raises(Hint, match="reversed"):
        compare(right[::-1], right, "Yours is", {"reversed": [right[::-1]]}, "different")


def test_what_is_no_number_is_named() -> None:
    assert "received a str" in hint(lambda answer: str(number(answer)), "nine")
    assert "division by zero" in hint(lambda answer: str(number(answer)), np.inf)
    assert "stops with KeyError" in hint(lambda answer: str(result(answer, {})), lambda d: d["x"])
