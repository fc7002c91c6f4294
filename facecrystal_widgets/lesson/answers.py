"""Types and values of answers: numbers, truth values, functions, and the usual mistakes."""

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from .checking import Hint

DOTS = "Nothing comes back yet: put your own expressions in place of the dots."


def number(answer: object) -> float:
    """A finite number, or a hint that asks for one."""
    try:
        value = float(answer)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise Hint(f"Expected a number, received a {type(answer).__name__}.") from None
    if not np.isfinite(value):
        raise Hint(f"Expected a finite number, received {value}: a division by zero, perhaps?")
    return value


def yes_or_no(answer: object) -> bool:
    """True or False, or a hint that asks for one of them."""
    if not isinstance(answer, bool | np.bool_):
        raise Hint(f"Expected True or False, received {answer!r}.")
    return bool(answer)


def result(function: object, *arguments: Any) -> Any:
    """What the student's function returns, or a hint that says why it returns nothing."""
    if not callable(function):
        raise Hint(f"Expected your function itself, received a {type(function).__name__}.")
    try:
        value = function(*arguments)
    except Exception as error:
        dots = "ellipsis" in str(error)
        stopped = f"Your function stops with {type(error).__name__}: {error}"
        raise Hint(DOTS if dots else stopped) from error
    if value is None or value is ...:
        raise Hint(DOTS)
    return value


def compare(
    value: Any,
    right: Any,
    case: str,
    mistakes: Mapping[str, Any],
    otherwise: str,
    rtol: float = 1e-5,
    atol: float = 1e-8,
) -> None:
    """Nothing if an answer is right, otherwise the hint for the mistake that explains it.

    Parameters
    ----------
    value, right : numbers or arrays, compared as by `numpy.allclose`.
    case : what the answer was computed for, the beginning of every hint.
    mistakes : hint to the value that this mistake gives, or to a list of such values; the first
        that fits is raised.
    otherwise : hint for all other values.
    """

    def is_near(expected: Any) -> bool:
        return np.allclose(value, expected, rtol, atol)

    if is_near(right):
        return
    for hint, wrong in mistakes.items():
        if any(map(is_near, wrong if isinstance(wrong, list) else [wrong])):
            raise Hint(f"{case} {hint}")
    raise Hint(f"{case} {otherwise}")


Checker = Callable[[object], str]
"""Takes the student's answer and returns why it is right, or raises a hint."""
