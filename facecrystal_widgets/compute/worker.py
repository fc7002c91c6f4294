"""The process of a job: what runs inside it."""

import os
import pickle
import signal
import sys
import threading
import traceback
from typing import IO, Any

from .process_group import kill_tree

NICENESS = 5
"""The page comes first."""


def serve(line: IO[bytes]) -> None:
    """Run the task that comes over the line and send what it yields; the other end is a `Job`."""
    # Whatever prints, here or in a process started here, must not print into the results.
    results = os.fdopen(os.dup(1), "wb")
    with open(os.devnull, "rb") as nothing:
        os.dup2(nothing.fileno(), 0)
    os.dup2(2, 1)
    if sys.platform != "win32":
        os.nice(NICENESS)

    def send(kind: str, content: Any = None) -> None:
        results.write(pickle.dumps((kind, content)))
        results.flush()

    try:
        function, arguments = pickle.load(line)
        threading.Thread(target=_end_with_the_owner, args=(line,), daemon=True).start()
        for result in function(*arguments):
            send("result", result)
    except Exception as error:
        send("error", (error_message(error), traceback.format_exc()))
    else:
        send("done")


def _end_with_the_owner(line: IO[bytes]) -> None:
    """The line is silent as long as the owner lives."""
    while os.read(line.fileno(), 1):
        pass
    if sys.platform == "win32":
        kill_tree(os.getpid())
    else:
        os.killpg(0, signal.SIGTERM)


def error_message(error: Exception) -> str:
    if isinstance(error, ValueError):  # our own words for bad input
        return str(error)
    return f"This did not work ({type(error).__name__}: {error})."
