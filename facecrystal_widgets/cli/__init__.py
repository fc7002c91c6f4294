"""The program ``facecrystal``: the names of its commands, and :func:`main`.

A command, and a topic of one, is a module of this folder: its docstring is what ``--help`` shows,
``add_arguments`` names what it takes, and ``run`` does the work and returns the exit code. Only
the modules of the command that was typed are imported, and they import what is slow inside `run`.
"""

import argparse
import io
import os
import shlex
import signal
import sys
from collections.abc import Iterable
from importlib import import_module

from .. import __version__
from .options import CommandError, Parser

COMMANDS = {
    "dashboard": "serve the interactive page until it is stopped",
    "lab": "open the notebooks in JupyterLab",
    "classify": "tell the crystal class of structures in files",
    "map": "map class, orientation and trust from place to place in a large structure",
    "dataset": "build the pristine set that the network is trained on",
    "train": "train the network on the pristine set and export it",
    "evaluate": "test the network on the defective set and write a report",
    "attention": "make and test the attentive response maps",
    "figures": "draw the figures of the paper again, as PNG and SVG",
}
"""Each with the first line of its module."""
TOPICS = {
    "dataset": {
        "defective": "build the defective set that tests the network",
        "fetch": "fetch real cubic elements from AFLOW or another database",
        "specimens": "make structures in any orientation, with known truth",
    },
    "evaluate": {
        "robustness": "test orientation, trust and local maps on structures with known truth",
    },
    "attention": {
        "templates": "average the class templates of a network over its training set",
        "faithfulness": "measure whether the maps show what the answer depends on",
    },
}
"""The second word of some commands."""
RENAMED = {"dataset wild": "specimens", "evaluate wild": "robustness"}
"""The words for topics in 0.1, which work for one more release."""
DESCRIPTION = """\
The face of crystals, live: which of the lattices fcc, diamond, bcc or sc a
crystal has, read by a neural network from its diffraction fingerprint, even
where many of its atoms are missing.
"""
EXAMPLES = """\
examples:
  facecrystal dashboard                 the interactive page, in the browser
  facecrystal classify my.cif           the class of a structure of your own
  facecrystal classify folder/ --csv    of a whole folder, as a table for other programs

'facecrystal COMMAND --help' explains one command.
"""


def main(argv: list[str] | None = None) -> int:
    """Run one command. Exit codes: 0 fine, 1 something failed, 2 wrong usage."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a strange file name must not end the program
            stream.reconfigure(errors="backslashreplace")
    typed = sys.argv[1:] if argv is None else argv
    command = next((word for word in typed if not word.startswith("-")), "")
    arguments = build_parser([command]).parse_args(typed)
    arguments.command_line = shlex.join(["facecrystal", *typed])
    if new := RENAMED.get(f"{command} {getattr(arguments, 'topic', '')}"):
        note = f"'{command} {arguments.topic}' is now called '{command} {new}'"
        print(f"facecrystal: {note}; the old word goes with the next release", file=sys.stderr)
    from ..compute.workers import BatchError, Workers  # not before --help is answered

    if "jobs" in arguments:
        arguments.workers = Workers(arguments.jobs, arguments.cluster)
    try:
        code: int = arguments.run(arguments)
        sys.stdout.flush()  # here, where a reader that went away can still be dealt with
        return code
    except CommandError as error:
        message, code = str(error), error.code
    except BrokenPipeError:  # "| head" has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + getattr(signal, "SIGPIPE", 13)
    except OSError as error:
        from ..server.addresses import PortError

        reason = error.strerror or str(error)
        message = f"{error.filename}: {reason}" if error.filename else reason
        code = 2 if isinstance(error, PortError) else 1
    except (ValueError, BatchError) as error:  # a file, a folder or an option is not as expected
        message, code = str(error), 1
    except KeyboardInterrupt:
        message, code = "stopped", 128 + signal.SIGINT
    print(f"facecrystal {command}: {message}", file=sys.stderr)
    return code


def build_parser(commands: Iterable[str] = COMMANDS) -> Parser:
    """The command line, with the arguments of `commands`; the others have their summary alone."""
    parser = Parser("facecrystal", description=DESCRIPTION, epilog=EXAMPLES)
    parser.add_argument("--version", action="version", version=f"facecrystal {__version__}")
    choices = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    for name, summary in COMMANDS.items():
        command = choices.add_parser(name, help=summary)
        if name in commands:
            _complete(command, name)
            if name in TOPICS:
                _add_topics(command, name)
    return parser


def _add_topics(parser: Parser, command: str) -> None:
    """A topic keeps what was typed before it, unless it has a default of its own."""
    alone = parser.get_default("run") is not None
    topics = parser.add_subparsers(
        dest="topic", metavar="[TOPIC]" if alone else "TOPIC", required=not alone
    )
    default = argparse.SUPPRESS if alone else None
    for name, summary in TOPICS[command].items():
        topic = topics.add_parser(name, help=summary, argument_default=default)
        _complete(topic, name)
    for old, new in RENAMED.items():
        if old.startswith(f"{command} "):
            topics.choices[old.split()[1]] = topics.choices[new]


def _complete(parser: Parser, name: str) -> None:
    """Give a parser the help, the arguments and the `run` of its module."""
    module = import_module(f".{name}", __name__)
    text = module.__doc__ or ""  # which Python -OO strips
    parser.description, _, examples = text.partition("\n\nexamples:\n")
    parser.epilog = f"examples:\n{examples}"
    module.add_arguments(parser)
    parser.set_defaults(run=module.run)
