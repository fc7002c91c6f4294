"""What the processes of the tests do; importable there, as a notebook's own functions are not."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator


def count(number: int, pause: float = 0.0) -> Iterator[int]:
    for i in range(number):
        yield i
        time.sleep(pause)


def own_pid() -> Iterator[int]:
    yield os.getpid()


def chatter() -> Iterator[str]:
    """Prints where the results go, and lets others do so."""
    print("noise" * 1000, flush=True)
    subprocess.run([sys.executable, "-c", "print('noise')"], check=True)
    yield "result"


def fail_with_words() -> Iterator[int]:
    yield 1
    raise ValueError("the sample is too hot; let it cool")


def fail() -> Iterator[int]:
    yield 1
    raise ZeroDivisionError("by nought")


def be_killed() -> Iterator[int]:
    yield 1
    os.kill(os.getpid(), signal.SIGKILL)
    time.sleep(60)


def leave_silently() -> Iterator[int]:
    yield 1
    os._exit(3)


def with_children(stubborn: bool = False) -> Iterator[int]:
    """Its own process and a child's, then nothing for long."""
    if stubborn:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    yield os.getpid()
    yield child.pid
    time.sleep(600)


def with_workers() -> Iterator[int]:
    """Processes of joblib, at work."""
    from joblib import Parallel, delayed

    yield from Parallel(n_jobs=2, return_as="generator")(delayed(os.getpid)() for _ in range(4))
    Parallel(n_jobs=2)(delayed(time.sleep)(600) for _ in range(4))


def leave_a_child() -> Iterator[int]:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    yield child.pid
