"""What the workers of the tests do; importable there."""

import os
import signal
import time
from typing import ClassVar


class Counted:
    """Knows how many of its kind are alive in this process after they came out of a worker."""

    alive: ClassVar[int] = 0
    most: ClassVar[int] = 0

    def __setstate__(self, state: object) -> None:
        cls = type(self)
        cls.alive += 1
        cls.most = max(cls.most, cls.alive)

    def __getstate__(self) -> str:
        return "pickled"

    def __del__(self) -> None:
        type(self).alive -= 1


def counted(number: int) -> Counted:
    return Counted()


def square(number: int, pause: float = 0.0) -> tuple[int, int]:
    """And the process that computed it."""
    time.sleep(pause)
    return number**2, os.getpid()


def kill_yourself_at(number: int, fatal: int) -> int:
    if number == fatal:
        os.kill(os.getpid(), signal.SIGKILL)
    return number


def fail_at(number: int, fatal: int) -> int:
    if number == fatal:
        raise LookupError(f"nothing at {number}")
    return number
