"""Undo and redo: the states in which the inputs came to rest."""

from collections import deque
from typing import Any

STATES = 100
"""How many states undo remembers."""

Inputs = dict[str, Any]
"""All inputs of a session by their names."""


class History:
    """States before and after the last one at rest.

    >>> history = History({"vacancies": 0.0})
    >>> history.remember({"vacancies": 0.1})
    >>> history.undo({"vacancies": 0.1})
    {'vacancies': 0.0}
    >>> history.redo({"vacancies": 0.0})
    {'vacancies': 0.1}
    """

    def __init__(self, inputs: Inputs) -> None:
        self._rested = inputs
        self._past: deque[Inputs] = deque(maxlen=STATES)
        self._future: deque[Inputs] = deque()

    def remember(self, inputs: Inputs) -> None:
        """Take the present inputs as a state at rest; a new one ends redo."""
        if inputs != self._rested:
            self._past.append(self._rested)
            self._future.clear()
            self._rested = inputs

    def can_undo(self, inputs: Inputs) -> bool:
        """Whether there is a state before the present inputs."""
        return bool(self._past) or inputs != self._rested

    def can_redo(self, inputs: Inputs) -> bool:
        """Whether an undo can be taken back: nothing was changed since."""
        return bool(self._future) and inputs == self._rested

    def undo(self, inputs: Inputs) -> Inputs | None:
        """The inputs to go back to from the present ones; None where there are none."""
        self.remember(inputs)
        return self._move(self._past, self._future)

    def redo(self, inputs: Inputs) -> Inputs | None:
        """The inputs that the last undo left; None where there are none."""
        self.remember(inputs)
        return self._move(self._future, self._past)

    def _move(self, origin: deque[Inputs], target: deque[Inputs]) -> Inputs | None:
        if not origin:
            return None
        target.append(self._rested)
        self._rested = origin.pop()
        return self._rested
