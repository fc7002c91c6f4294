"""What checkers ask of an answer before they look at its value."""

from collections.abc import Callable
from typing import Any

import numpy as np

from .checking import Hint

DOTS = "Nothing comes back yet: put your own expressions in place of the dots."


def number(answer: object) -> float:
    """A finite number, or a hint that asks for one."""
    try:
        found = float(answer)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise Hint(f"Expected a number, received a {type(answer).__name__}.") from None
    if not np.isfinite(found):
        raise Hint(f"Expected a finite number, received {found}: a division by zero, perhaps?")
    return found


def yes_or_no(answer: object) -> bool:
    """True or False, or a hint that asks for one of them."""
    if not isinstance(answer, bool | np.bool_):
        raise Hint(f"Expected True or False, received {answer!r}.")
    return bool(answer)


def result(function: object, *arguments: Any) -> Any:
    """What the student's function returns, or a hint that says why it returns nothing."""
    if not callable(function):
        raise Hint(f"Expected your function itself, received a {type(function).__name__}.")
    asked: Callable[..., Any] = function
    try:
        found = asked(*arguments)
    except Exception as error:
        dots = "ellipsis" in str(error)
        stopped = f"Your function stops with {type(error).__name__}: {error}"
        raise Hint(DOTS if dots else stopped) from error
    if found is None or found is ...:
        raise Hint(DOTS)
    return found
