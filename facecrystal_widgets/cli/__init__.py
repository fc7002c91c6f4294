"""The program ``facecrystal``: what its commands are called, take and say in ``--help``.

The work is done in one module per topic, imported only when its command runs, so that ``--help``
answers at once: :mod:`.serve`, :mod:`.classify`, :mod:`.dataset`, :mod:`.fetch`,
:mod:`.train`, :mod:`.evaluate`, :mod:`.evaluate_wild`, :mod:`.attention` and :mod:`.figures`.
"""

import argparse
import io
import os
import signal
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import TypeAlias

from .. import __version__
from ..crystals.classes import LABELS
from ..server.addresses import LAB_PORT, PORT

ABOUT = """\
The face of crystals, live: which of the lattices fcc, diamond, bcc or sc a
crystal has, read by a neural network from its diffraction fingerprint, even
where many of its atoms are missing.
"""
START = """\
examples:
  facecrystal dashboard                 the interactive page, in the browser
  facecrystal classify my.cif           the class of a structure of your own
  facecrystal classify folder/ --csv    of a whole folder, as a table for other programs

'facecrystal COMMAND --help' explains one command.
"""


class CommandError(Exception):
    """What a person must read, in one sentence, and the exit code that goes with it."""

    def __init__(self, message: str, code: int = 1) -> None:
        super().__init__(message)
        self.code = code


def main(argv: list[str] | None = None) -> int:
    """Run one command. Exit codes: 0 fine, 1 something failed, 2 wrong usage."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # a strange file name must not end the program
            stream.reconfigure(errors="backslashreplace")
    arguments = build_parser().parse_args(argv)
    arguments.typed = sys.argv[1:] if argv is None else argv
    try:
        code: int = import_module(f".{arguments.module}", __name__).run(arguments)
        sys.stdout.flush()  # here, where a reader that went away can still be dealt with
        return code
    except CommandError as error:
        message, code = str(error), error.code
    except BrokenPipeError:  # "| head" has read enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 128 + getattr(signal, "SIGPIPE", 13)
    except OSError as error:
        reason = error.strerror or str(error)
        message, code = f"{error.filename}: {reason}" if error.filename else reason, 1
    except KeyboardInterrupt:
        message, code = "stopped", 128 + signal.SIGINT
    print(f"facecrystal {arguments.command}: {message}", file=sys.stderr)
    return code


def build_parser() -> argparse.ArgumentParser:
    """The whole command line."""
    parser = argparse.ArgumentParser(
        "facecrystal", description=ABOUT, epilog=START, formatter_class=Plain
    )
    parser.add_argument("--version", action="version", version=f"facecrystal {__version__}")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", required=True)
    _add_dashboard(commands)
    _add_lab(commands)
    _add_classify(commands)
    _add_map(commands)
    _add_dataset(commands)
    _add_train(commands)
    _add_evaluate(commands)
    _add_attention(commands)
    _add_figures(commands)
    return parser


class Plain(argparse.RawDescriptionHelpFormatter):
    """Help whose examples keep their lines."""


Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"


def _command(
    commands: Commands, name: str, module: str, about: str, more: str, examples: str
) -> argparse.ArgumentParser:
    """A command whose work is ``run`` in `module`; `about` stands in the list of commands."""
    parser = commands.add_parser(
        name,
        help=about,
        description=f"{about[0].upper()}{about[1:]}.\n\n{more}",
        epilog=f"examples:\n{examples}",
        formatter_class=Plain,
    )
    parser.set_defaults(module=module)
    return parser


def _add_server_options(parser: argparse.ArgumentParser, port: int) -> None:
    add = parser.add_argument
    add("--port", type=_port, help=f"port to listen on (default: {port} or the next free one)")
    add("--ip", default="localhost", help="address to listen on (default: %(default)s)")
    add("--no-browser", action="store_true", help="only print the address")


def _add_dashboard(commands: Commands) -> None:
    parser = _command(
        commands,
        "dashboard",
        "serve",
        "serve the interactive page until it is stopped",
        "Prints the address and opens it in the browser. Every visitor has a Python\n"
        "process of their own; it ends when the page is closed, or after ten minutes\n"
        "without a connection. One more waits for the next visitor, so that the page\n"
        "comes up sooner.",
        "  facecrystal dashboard\n"
        "  facecrystal dashboard --no-browser --port 9000     on a server\n"
        "  facecrystal dashboard --ip 0.0.0.0                 for a class room: open to\n"
        "                                                     all who reach this computer",
    )
    _add_server_options(parser, PORT)
    parser.add_argument(
        "--theme", choices=("light", "dark"), default="light", help="default: %(default)s"
    )
    parser.add_argument(
        "--no-preheat", action="store_true", help="keep no process waiting: less memory, slower"
    )


def _add_lab(commands: Commands) -> None:
    parser = _command(
        commands,
        "lab",
        "serve",
        "open the notebooks in JupyterLab",
        "The notebooks of an installed package are copied to ./facecrystal-notebooks\n"
        "first; files that are there already are left as they are.",
        "  facecrystal lab\n  facecrystal lab --no-browser --port 9001",
    )
    _add_server_options(parser, LAB_PORT)


def _add_classify(commands: Commands) -> None:
    parser = _command(
        commands,
        "classify",
        "classify",
        "tell the crystal class of structures in files",
        "Reads every format that ASE reads (CIF, POSCAR, XYZ, extended XYZ, FHI-aims,\n"
        "...), makes a cluster of about 128 atoms of each structure and its diffraction\n"
        "fingerprint, and asks the network. All frames of a file are taken. In folders,\n"
        "hidden files and files of other types are skipped.\n\n"
        "Cube axes that are not known are sought, and the structure is turned onto them.\n"
        "The network always answers one of its four classes: 'trust' (0 to 1; trusted\n"
        "from 0.8 on) tells whether the structure is of one of them at all, and the\n"
        "notes why not. 'atoms' counts those in the file.\n\n"
        "Results go to standard output, problems to standard error. Exit code: 0 if all\n"
        "structures were classified, 1 if some failed, 2 for wrong usage.",
        "  facecrystal classify POSCAR my.cif\n"
        "  facecrystal classify melt.traj --frame -1          the last frame only\n"
        "  facecrystal classify database/ --jobs 4 --csv > classes.csv\n"
        "  facecrystal classify database/ --json | jq .label\n"
        "  facecrystal classify database/ --cluster tcp://host:8786",
    )
    add = parser.add_argument
    add("paths", nargs="+", metavar="PATH", help="file, trajectory or folder of files")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="one JSON object per line")
    form.add_argument("--csv", action="store_true", help="comma-separated, with a header")
    add(
        "--target-atoms",
        type=_whole(2, 100_000),
        default=128,
        metavar="N",
        help="size of the cluster cut from a periodic structure (default: %(default)s)",
    )
    add(
        "--orientation",
        choices=("auto", "as-given", "search"),
        default="auto",
        help="seek the cube axes where they are not known, never (as in the paper), or always "
        "(default: %(default)s)",
    )
    add(
        "--frame",
        type=int,
        metavar="K",
        help="take frame K of every file only; 0 is the first, -1 the last",
    )
    _add_workers(parser, 1)


def _add_map(commands: Commands) -> None:
    parser = _command(
        commands,
        "map",
        "map",
        "map class, orientation and trust from place to place in a large structure",
        "Slides a sphere through a structure (a polycrystal, an MD frame, atom-probe data),\n"
        "finds at each place how the crystal is turned, and asks the network what it is.\n"
        "Grains are places side by side that are turned alike.\n\n"
        "Writes a folder: atoms.xyz (extended XYZ with class, probabilities, trust, grain,\n"
        "orientation and colour of every atom, for OVITO or ASE), places.csv, grains.csv,\n"
        "and a slice as map.png and map.svg. The same command goes on where it was\n"
        "interrupted.",
        "  facecrystal map polycrystal.xyz\n"
        "  facecrystal map melt.traj --frame -1 --places 4000 -o work/melt\n"
        "  facecrystal map tip.xyz --sphere-atoms 64          a finer map\n"
        "  facecrystal map tip.xyz --cluster tcp://host:8786",
    )
    add = parser.add_argument
    add("file", metavar="FILE", help="a structure in any format that ASE reads")
    add("-o", "--output", type=Path, default=Path("work/map"), help="folder (%(default)s)")
    add("--places", type=_whole(1, 100_000), default=1000, metavar="N", help="%(default)s")
    add(
        "--sphere-atoms",
        type=_whole(16, 1024),
        default=128,
        metavar="N",
        help="atoms about each place (%(default)s)",
    )
    add("--frame", type=int, default=0, metavar="K", help="frame of the file, -1 the last (0)")
    add("--model", type=Path, metavar="FOLDER", help="exported by 'train' (the shipped network)")
    add("--force", action="store_true", help="start anew, whatever the folder holds")
    _add_workers(parser, -1)


def _add_dataset(commands: Commands) -> None:
    parser = _command(
        commands,
        "dataset",
        "dataset",
        "build the pristine set that the network is trained on",
        "Cubic elements in the four classes, as they come out of files, with their\n"
        "fingerprints. The same seed gives the same set. It is written to a folder of\n"
        "HDF5 files with a manifest, work/pristine. The same command goes on where it\n"
        "was interrupted.\n\n"
        "With a topic: other structures.",
        "  facecrystal dataset\n"
        "  facecrystal dataset --size 640 --seed 1 -o work/small\n"
        "  facecrystal dataset defective\n"
        "  facecrystal dataset fetch\n"
        "  facecrystal dataset wild",
    )
    _add_set_options(parser)
    parser.set_defaults(output=None, size=6345, seed=0, jobs=-1, cluster=None)
    topics = parser.add_subparsers(dest="topic", metavar="[TOPIC]")
    defective = _command(
        topics,
        "defective",
        "dataset",
        "build the defective set that tests the network",
        "The pristine structures with each of the paper's thirteen defects in turn:\n"
        "vacancies, displacements, binary and ternary substitutions; 82,485 structures,\n"
        "1.0 GB in work/defective. The same command goes on where it was interrupted.",
        "  facecrystal dataset defective\n"
        "  facecrystal dataset defective --size 100 -o work/small-defective\n"
        "  facecrystal dataset defective --cluster tcp://host:8786",
    )
    _add_set_options(defective)
    _add_fetch(topics)
    _add_wild(topics)


def _add_set_options(parser: argparse.ArgumentParser) -> None:
    """Without defaults of their own, which would undo what stands before the topic."""
    unset = argparse.SUPPRESS
    add = parser.add_argument
    add("-o", "--output", type=Path, default=unset, metavar="FOLDER", help="where to write")
    add(
        "--size",
        type=_whole(4, 1_000_000),
        default=unset,
        metavar="N",
        help="pristine structures (6345)",
    )
    add("--seed", type=_whole(0), default=unset, metavar="N", help="of the random draws (0)")
    _add_workers(parser, -1, unset)


def _add_fetch(topics: Commands) -> None:
    parser = _command(
        topics,
        "fetch",
        "fetch",
        "fetch real cubic elements from AFLOW or another database",
        "Asks a database that speaks OPTIMADE for elements, keeps those in which spglib\n"
        "finds one of the four classes, and writes a folder with one file of extended\n"
        "XYZ for each, and where everything comes from as provenance.json and .csv.\n\n"
        "The answers of the database are kept, so that the same command goes on where\n"
        "it was interrupted. Other databases: https://providers.optimade.org",
        "  facecrystal dataset fetch\n"
        "  facecrystal dataset fetch --elements Al Fe Si -o work/three\n"
        "  facecrystal dataset fetch --provider https://optimade.materialsproject.org\n"
        "  facecrystal classify work/structures",
    )
    add = parser.add_argument
    add("--provider", metavar="URL", help="address of the database (that of AFLOW)")
    add("--elements", nargs="+", default=[], metavar="SYMBOL", help="only these (all)")
    add("--filter", default="", metavar="TEXT", help="must hold too, in OPTIMADE's language")
    add("-o", "--output", type=Path, default=Path("work/structures"), help="folder (%(default)s)")
    add("--force", action="store_true", help="overwrite an older result")
    add("--cache", type=Path, default=Path("work/optimade-cache"), help="folder (%(default)s)")
    add("--refresh", action="store_true", help="ask again for what is kept")
    add("--page-size", type=_whole(1), default=100, metavar="N", help="entries (%(default)s)")
    add("--max-pages", type=_whole(1), default=100, metavar="N", help="where to stop (%(default)s)")
    add("--max-megabytes", type=_whole(1), default=200, metavar="N", help="%(default)s in all")
    add("--pause", type=_whole(0), default=1, metavar="S", help="between requests (%(default)s s)")
    add("--timeout", type=_whole(1), default=30, metavar="S", help="of silence (%(default)s s)")
    add("--allow-host", action="append", default=[], metavar="HOST", help="that pages may lead to")


def _add_wild(topics: Commands) -> None:
    parser = _command(
        topics,
        "wild",
        "wild",
        "make structures in any orientation, with known truth",
        "Polycrystals, a twin, an interface, a crystal that grows in its melt, particles,\n"
        "hot crystals, crystals with missing atoms and noise; and what is outside the\n"
        "four classes: other lattices, liquids, glass, gas. One file of extended XYZ for\n"
        "each, with class (0 fcc, 1 diamond, 2 bcc, 3 sc, -1 none), grain and depth of\n"
        "every atom and the rotation of every grain, and a table, specimens.csv.",
        "  facecrystal dataset wild\n"
        "  facecrystal dataset wild --only 'polycrystals/*' --seed 1 -o work/grains",
    )
    unset = argparse.SUPPRESS
    add = parser.add_argument
    add("--only", default="*", metavar="PATTERN", help="of the names, such as 'bain/*'")
    add("-o", "--output", type=Path, default=unset, metavar="FOLDER", help="where (work/wild)")
    add("--seed", type=_whole(0), default=unset, metavar="N", help="of the random draws (0)")
    _add_workers(parser, -1, unset)


def _add_train(commands: Commands) -> None:
    parser = _command(
        commands,
        "train",
        "train",
        "train the network on the pristine set and export it",
        "Trains on three quarters of the set and tests on the rest; takes one to two\n"
        "minutes. Writes model.keras, model.tflite and model.json. Needs TensorFlow:\n"
        "pip install 'facecrystal_widgets[train]'",
        "  facecrystal dataset && facecrystal train\n"
        "  facecrystal train --runs 5       from five seeds, all judged on the whole\n"
        "                                   defective set; the first is the one in use\n"
        "  facecrystal train work/pristine -o work/seed1 --seed 1\n"
        "  facecrystal evaluate --model work/seed1",
    )
    _add_dataset_argument(parser)
    add = parser.add_argument
    add("-o", "--output", type=Path, default=Path("work/model"), help="folder (%(default)s)")
    add("--seed", type=_whole(0), default=0, metavar="N", help="of the training (%(default)s)")
    add("--epochs", type=_whole(1), default=2, metavar="N", help="%(default)s, as in the paper")
    add("--runs", type=_whole(1), default=1, metavar="N", help="seeds, one after another (1)")
    add("--number", type=_whole(1, 6345), metavar="N", help="groups of 13 to judge the runs (all)")
    _add_workers(parser, -1)


def _add_evaluate(commands: Commands) -> None:
    parser = _command(
        commands,
        "evaluate",
        "evaluate",
        "test the network on the defective set and write a report",
        "Makes the defective set of the paper, 6,345 pristine structures with thirteen\n"
        "defects each (vacancies, displacements, substitutions), and asks the network\n"
        "about each and about the pristine test part; about ten minutes on two cores.\n"
        "Prints the accuracy for every defect and lists what was misclassified.\n\n"
        "Writes report.html, report.md, figures, tables and predictions.csv.gz, with\n"
        "calibration, size invariance, and other methods on a sample of the same\n"
        "structures: spglib and, with the extra 'peers', those of OVITO.\n\n"
        "The same command goes on where it was interrupted. With a topic: other tests.",
        "  facecrystal evaluate\n"
        "  facecrystal evaluate --number 100 -o work/quick      a quick look\n"
        "  facecrystal evaluate --model work/model --seed 3 -o work/other\n"
        "  facecrystal evaluate --cluster tcp://host:8786\n"
        "  facecrystal evaluate wild                            in any orientation",
    )
    add = parser.add_argument
    add("-o", "--output", type=Path, metavar="FOLDER", help="where to write (work/evaluation)")
    add("--model", type=Path, metavar="FOLDER", help="exported by 'train' (the shipped network)")
    add("--number", type=_whole(1, 6345), metavar="N", help="only the first N groups of 13")
    add("--seed", type=_whole(0), default=0, metavar="N", help="of the set (%(default)s)")
    add(
        "--peers",
        type=_whole(0, 1000),
        default=10,
        metavar="N",
        help="groups of each class for the other methods, 0 for none (%(default)s)",
    )
    add("--force", action="store_true", help="start anew, whatever the folder holds")
    _add_workers(parser, -1)
    topics = parser.add_subparsers(dest="topic", metavar="[TOPIC]")
    wild = _command(
        topics,
        "wild",
        "evaluate_wild",
        "test orientation, trust and local maps on structures with known truth",
        "All 83 species in the four classes with the paper's thirteen defects, as blocks\n"
        "and spheres turned at random; fourteen kinds of structures outside the classes,\n"
        "beside other ways to tell them; the Bain path; 8 to 100,000 atoms; and the\n"
        "grains of polycrystals, beside OVITO. About 20 minutes on two cores.\n\n"
        "Writes report.html, report.md, figures and tables. The same command goes on\n"
        "where it was interrupted.",
        "  facecrystal evaluate wild\n"
        "  facecrystal evaluate wild --number 8 -o work/quick     a quick look",
    )
    unset = argparse.SUPPRESS
    add = wild.add_argument
    add("-o", "--output", type=Path, default=unset, metavar="FOLDER", help="(work/wild-evaluation)")
    add(
        "--number",
        type=_whole(2, 332),
        default=unset,
        metavar="N",
        help="pairs of species and class, and of the rest in proportion (332)",
    )
    add("--seed", type=_whole(0), default=unset, metavar="N", help="of the random draws (0)")
    add("--force", action="store_true", default=unset, help="start anew")
    _add_workers(wild, -1, unset)


def _add_attention(commands: Commands) -> None:
    parser = _command(
        commands,
        "attention",
        "attention",
        "make and judge the attentive response maps",
        "Where in the diffraction image the network looks. They are drawn by\n"
        "'facecrystal figures 5a 5b'.",
        "  facecrystal attention templates\n  facecrystal attention faithfulness --per-class 20",
    )
    topics = parser.add_subparsers(dest="topic", metavar="TOPIC", required=True)
    templates = _command(
        topics,
        "templates",
        "attention",
        "average the class templates of a network over its training set",
        "Writes templates.npz beside the network and its SHA-256 into model.json.",
        "  facecrystal dataset && facecrystal train\n  facecrystal attention templates",
    )
    _add_dataset_argument(templates)
    model = Path("work/model")
    add = templates.add_argument
    add("--model", type=Path, default=model, metavar="FOLDER", help="made by 'train' (%(default)s)")
    _add_workers(templates, -1)
    faithfulness = _command(
        topics,
        "faithfulness",
        "attention",
        "measure whether the maps tell the truth",
        "Takes pixels away, or puts them in, in the order of a map, and compares how\n"
        "fast the class probability changes with other orders: random, brightness,\n"
        "gradient. Over defective structures drawn as in the paper; about ten minutes.",
        "  facecrystal attention faithfulness --per-class 20\n"
        "  facecrystal attention faithfulness -o work/faithfulness.json",
    )
    add = faithfulness.add_argument
    add("--model", type=Path, metavar="FOLDER", help="exported by 'train' (the shipped network)")
    add("--per-class", type=_whole(2), default=200, metavar="N", help="structures (%(default)s)")
    add("--seed", type=_whole(0), default=2, metavar="N", help="of the draw (%(default)s)")
    add("-o", "--output", type=Path, metavar="FILE", help="also write the curves, as JSON")
    _add_workers(faithfulness, -1)


def _add_figures(commands: Commands) -> None:
    parser = _command(
        commands,
        "figures",
        "figures",
        "draw the figures of the paper again, as PNG and SVG",
        "2: diffraction fingerprints and what defects do to them\n"
        "4a: from bcc to sc and from diamond to fcc, atom by atom; also as CSV\n"
        "4b: from bcc to an amorphous structure; also as CSV\n"
        "5a: what the four most activated filters of every convolution look at\n"
        "5b: the class templates\n\n"
        "4a and 4b take minutes.",
        "  facecrystal figures                     all of them\n"
        "  facecrystal figures 5a 5b --class all --element Fe -o work/iron\n"
        "  facecrystal figures 4b --samples 1000 --seed 1 --jobs 4",
    )
    add = parser.add_argument
    names = ("2", "4a", "4b", "5a", "5b", "all")
    add("figures", nargs="*", choices=names, default="all", metavar="FIGURE", help="(%(default)s)")
    add("-o", "--output", type=Path, default=Path("work/figures"), help="folder (%(default)s)")
    add("--dpi", type=_whole(30, 1200), default=200, metavar="N", help="of the PNG (%(default)s)")
    add("--class", dest="label", default="fcc", choices=(*LABELS, "all"), help="5a: %(default)s")
    add("--element", default="Cu", metavar="SYMBOL", help="5a: of the crystal (%(default)s)")
    add("--samples", type=_whole(1), metavar="N", help="structures (4a: 125 each, 4b: 421)")
    add(
        "--seed",
        type=_whole(0),
        default=0,
        metavar="N",
        help="2, 4a, 4b: of the draws (%(default)s)",
    )
    _add_workers(parser, -1)


def _add_dataset_argument(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "dataset",
        nargs="?",
        type=Path,
        default=Path("work/pristine"),
        help="made by 'facecrystal dataset' (%(default)s)",
    )


def _add_jobs(parser: argparse.ArgumentParser, default: int, unset: str | None = None) -> None:
    parser.add_argument(
        "--jobs",
        type=_jobs,
        default=unset or default,
        metavar="N",
        help=f"processes, -1 for one on each core (default: {default})",
    )


def _add_workers(parser: argparse.ArgumentParser, default: int, unset: str | None = None) -> None:
    """Where the work of :func:`~facecrystal_widgets.compute.stream.stream` is done."""
    _add_jobs(parser, default, unset)
    parser.add_argument(
        "--cluster",
        default=unset,
        metavar="ADDRESS",
        help="of a Dask scheduler that does the work, such as tcp://host:8786",
    )


def _whole(low: int, high: int | None = None) -> Callable[[str], int]:
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


_port = _whole(1, 65535)


def _jobs(text: str) -> int:
    return -1 if text == "-1" else _whole(1)(text)
