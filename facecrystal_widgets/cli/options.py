"""Arguments that several commands take, and the error of a command."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ..compute.workers import Workers


class CommandError(Exception):
    """A problem for the user to read, in one sentence, and the exit code for it."""

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code


def whole_number(low: int, high: int | None = None) -> Callable[[str], int]:
    """An argument type: a whole number of at least `low` and at most `high`."""

    def convert(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = low - 1
        if value < low or (high is not None and value > high):
            limits = f"{low} or more" if high is None else f"{low} to {high}"
            raise argparse.ArgumentTypeError(f"expected a whole number, {limits}: {text!r}")
        return value

    return convert


def _jobs(text: str) -> int:
    return -1 if text == "-1" else whole_number(1)(text)


def add_workers(parser: argparse.ArgumentParser, jobs: int = -1) -> None:
    """``--jobs`` and ``--cluster``, which :func:`workers` reads."""
    default = parser.argument_default or jobs
    text = f"processes, -1 for one on each core (default: {jobs})"
    parser.add_argument("--jobs", type=_jobs, default=default, metavar="N", help=text)
    text = "of a Dask scheduler that does the work, such as tcp://host:8786"
    parser.add_argument("--cluster", metavar="ADDRESS", help=text)


def workers(arguments: argparse.Namespace) -> "Workers":
    """Where :func:`~facecrystal_widgets.compute.stream.stream` does the work."""
    from ..compute.workers import Workers

    return Workers(arguments.jobs, arguments.cluster)


def add_dataset(parser: argparse.ArgumentParser) -> None:
    """The folder of the pristine set."""
    folder, text = Path("work/pristine"), "made by 'facecrystal dataset' (%(default)s)"
    parser.add_argument("dataset", nargs="?", type=Path, default=folder, help=text)


def add_server(parser: argparse.ArgumentParser, port: int) -> None:
    """Where a server listens, and whether a browser is opened."""
    add, number = parser.add_argument, whole_number(1, 65535)
    add("--port", type=number, help=f"port to listen on (default: {port} or the next free one)")
    add("--ip", default="localhost", help="address to listen on (default: %(default)s)")
    add("--no-browser", action="store_true", help="only print the address")
