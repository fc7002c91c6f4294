"""Notebooks 4, 7 and 8: each exercise with a right answer, typical wrong ones, an empty one."""

from collections.abc import Callable
from typing import Any

import pytest
import test_any_orientation
import test_training_own_structures

from facecrystal_widgets.lesson import Hint, check

RIGHT = test_training_own_structures.RIGHT | test_any_orientation.RIGHT
WRONG = (*test_training_own_structures.WRONG, *test_any_orientation.WRONG)


def name(checker: Any) -> str | None:
    return getattr(checker, "__name__", None)


@pytest.mark.parametrize("checker", RIGHT, ids=name)
def test_a_right_answer_is_told_why(checker: Callable[[Any], str]) -> None:
    assert len(checker(RIGHT[checker])) > 40


@pytest.mark.parametrize(("checker", "answer", "words"), WRONG)
def test_a_wrong_answer_gets_a_hint(checker: Callable[[Any], str], answer: Any, words: str) -> None:
    with pytest.raises(Hint, match=words):
        checker(answer)


@pytest.mark.parametrize("checker", RIGHT, ids=name)
def test_an_empty_answer_is_asked_for(
    checker: Callable[[Any], str], capsys: pytest.CaptureFixture[str]
) -> None:
    check(checker, ...)
    assert "Nothing to check yet" in capsys.readouterr().out
    with pytest.raises(Hint, match="Nothing comes back yet"):
        checker(lambda *arguments: ...)
