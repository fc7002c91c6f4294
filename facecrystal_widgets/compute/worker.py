"""The process of a job: what runs inside it."""

import os
import pickle
import signal
import sys
import threading
import traceback
from typing import IO, Any

from ..arguments import error_message
from .process_group import kill_tree

NICENESS = 5
"""Added to the niceness of a job, so that the page comes first."""


def serve(line: IO[bytes]) -> None:
    """Run the task that comes over the line and send what it yields; the other end is a `Job`."""
    # Nothing that is printed, here or in a process started here, may get into the results.
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
        threading.Thread(target=_end_with_owner, args=(line,), daemon=True).start()
        for result in function(*arguments):
            send("result", result)
    except Exception as error:
        send("error", (error_message(error), traceback.format_exc()))
    else:
        send("done")


def _end_with_owner(line: IO[bytes]) -> None:
    """The line is silent as long as the owner lives."""
    while os.read(line.fileno(), 1):
        pass
    if sys.platform == "win32":
        kill_tree(os.getpid())
    else:
        os.killpg(0, signal.SIGTERM)
