"""Checks of numbers given as arguments; messages name the argument and what was received."""

from reprlib import repr as short_repr
from typing import TypeGuard

import numpy as np

MAX_SEED = 2**31 - 1


def check_number(
    name: str, value: object, low: float, high: float, what: str = "a number"
) -> float:
    """`value` as a float, if it is a number from `low` to `high`; else a ValueError.

    >>> check_number("vacancies", 1.5, 0, 1, "a fraction")
    Traceback (most recent call last):
    ValueError: vacancies: expected a fraction from 0 to 1, received 1.5
    """
    if _is_number(value) and low <= value <= high:
        return float(value)
    raise ValueError(
        f"{name}: expected {what} from {low:,g} to {high:,g}, received {short_repr(value)}"
    )


def check_whole_number(name: str, value: object, low: int, high: int) -> int:
    """`value` as an int, if it is a whole number from `low` to `high`; else a ValueError."""
    if _is_number(value) and low <= value <= high and value == int(value):
        return int(value)
    raise ValueError(
        f"{name}: expected a whole number from {low:,} to {high:,}, received {short_repr(value)}"
    )


def _is_number(value: object) -> TypeGuard[int | float]:
    """Python's and NumPy's numbers; bool is none of them here."""
    return isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool)
