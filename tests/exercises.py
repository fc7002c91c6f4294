"""Tests of exercises: a right answer, typical wrong ones, and an empty one."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, ClassVar

import pytest

from facecrystal_widgets.lesson import Hint, check

Checker = Callable[[Any], str]


def hint(checker: Checker, answer: object) -> str:
    """The hint that a wrong answer gets."""
    with pytest.raises(Hint) as caught:
        checker(answer)
    return str(caught.value)


class Exercises:
    """Base of the tests of a module's checkers.

    Attributes
    ----------
    right : checker to a right answer.
    wrong : checker, wrong answer, pattern that its hint holds.
    """

    right: ClassVar[Mapping[Checker, Any]]
    wrong: ClassVar[Sequence[tuple[Checker, Any, str]]]

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        if "answer" in metafunc.fixturenames:
            metafunc.parametrize(("checker", "answer", "pattern"), self.wrong)
        else:
            metafunc.parametrize("checker", self.right, ids=lambda checker: checker.__name__)

    def test_a_right_answer_gets_a_reason(self, checker: Checker) -> None:
        assert len(checker(self.right[checker])) > 40

    def test_a_wrong_answer_gets_a_hint(self, checker: Checker, answer: Any, pattern: str) -> None:
        with pytest.raises(Hint, match=pattern):
            checker(answer)

    def test_an_empty_answer_is_asked_for(
        self, checker: Checker, capsys: pytest.CaptureFixture[str]
    ) -> None:
        for empty in (..., None):
            check(checker, empty)
            assert "Nothing to check yet" in capsys.readouterr().out
        asked = "Nothing comes back yet" if callable(self.right[checker]) else "Expected a number"
        assert asked in hint(checker, lambda *arguments: ...)
