"""The parser of a command, arguments that several take, and the error of a command."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any


class CommandError(Exception):
    """A problem for the user to read, in one sentence, and the exit code for it."""

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code


class Parser(argparse.ArgumentParser):
    """A parser with the arguments that commands share; the lines of its help stay as written.

    With ``argument_default=argparse.SUPPRESS``, arguments without a default of their own keep the
    value that was typed before the topic.
    """

    def __init__(self, prog: str, **options: Any) -> None:
        form = argparse.RawDescriptionHelpFormatter
        super().__init__(prog, formatter_class=form, **options)

    def add_number(self, name: str, low: int, high: int | None = None, **options: Any) -> None:
        """A whole number of at least `low` and at most `high`."""
        options = {"metavar": "N", **options}
        self.add_argument(name, type=_whole_number(low, high), **options)

    def add_workers(self, jobs: int = -1) -> None:
        """``--jobs`` and ``--cluster``, of which :func:`.main` makes ``arguments.workers``."""
        default = self.argument_default or jobs
        text = f"processes, -1 for one on each core (default: {jobs})"
        self.add_argument("--jobs", type=_jobs, default=default, metavar="N", help=text)
        text = "of a Dask scheduler that does the work, such as tcp://host:8786"
        self.add_argument("--cluster", metavar="ADDRESS", help=text)

    def add_dataset(self) -> None:
        """The folder of the pristine set."""
        folder, text = Path("work/pristine"), "made by 'facecrystal dataset' (%(default)s)"
        self.add_argument("dataset", nargs="?", type=Path, default=folder, help=text)

    def add_network(self) -> None:
        """The folder of a network."""
        text = "exported by 'train' (the shipped network)"
        self.add_argument("--model", type=Path, metavar="FOLDER", help=text)

    def add_server(self, port: int) -> None:
        """Where a server listens, and whether a browser is opened."""
        text = f"port to listen on (default: {port} or the next free one)"
        self.add_number("--port", 1, 65535, metavar="PORT", help=text)
        text = "address to listen on (default: %(default)s)"
        self.add_argument("--ip", default="localhost", help=text)
        self.add_argument("--no-browser", action="store_true", help="only print the address")


def _whole_number(low: int, high: int | None = None) -> Callable[[str], int]:
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
    return -1 if text == "-1" else _whole_number(1)(text)
