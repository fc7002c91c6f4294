"""Tell the crystal class of structures in files.

Reads every format that ASE reads (CIF, POSCAR, XYZ, extended XYZ, FHI-aims,
...), makes a cluster of about 128 atoms of each structure, and classifies its
diffraction fingerprint. All frames of a file are taken. In folders, hidden
files and files of other types are skipped.

Where the cube axes are not known, they are searched for, and the structure is
turned onto them. The network always answers one of its four classes: 'trust'
(0 to 1; trusted from 0.8 on) shows whether the structure is of one of them at
all, and the notes why not. 'atoms' counts those in the file.

Results go to standard output, problems to standard error. Exit code: 0 if all
structures were classified, 1 if some failed, 2 for wrong usage.

examples:
  facecrystal classify POSCAR my.cif
  facecrystal classify melt.traj --frame -1          the last frame only
  facecrystal classify database/ --jobs 4 --csv > classes.csv
  facecrystal classify database/ --json | jq .label
  facecrystal classify database/ --cluster tcp://host:8786
"""

import argparse
import os
import sys
from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from itertools import chain, islice
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from .options import Parser
from .output import Csv, JsonLines, ResultTable, Row, Writer, classified_row

if TYPE_CHECKING:
    from ..reading.folders import File, Problem, Skipped, Structure

Item: TypeAlias = "File | Structure | Problem | Skipped"
Outcome: TypeAlias = "Row | Problem | Skipped"
T = TypeVar("T")

BATCH = 128
"""Structures that go onto the screen together."""
TASK = 8
"""Files, or frames of a large file, that a worker process is given at a time."""
TASKS_AHEAD = 16
"""Tasks a worker may be ahead of the printing: what bounds the memory."""
LARGE_BYTES = 1_000_000
"""Larger files are read here and dealt out by frames; a worker reads smaller ones whole."""


def add_arguments(parser: Parser) -> None:
    add = parser.add_argument
    add("paths", nargs="+", metavar="PATH", help="file, trajectory or folder of files")
    form = parser.add_mutually_exclusive_group()
    form.set_defaults(writer=ResultTable)
    text = "one JSON object per line"
    form.add_argument("--json", action="store_const", const=JsonLines, dest="writer", help=text)
    text = "comma-separated, with a header"
    form.add_argument("--csv", action="store_const", const=Csv, dest="writer", help=text)
    text = "size of the cluster cut from a periodic structure (%(default)s)"
    parser.add_number("--target-atoms", 2, 100_000, default=128, help=text)
    choices = ("auto", "as-given", "search")
    text = "search for the cube axes where they are not known, never (as in the paper), or always"
    add("--orientation", choices=choices, default="auto", help=f"{text} (%(default)s)")
    text = "take frame K of every file only; 0 is the first, -1 the last"
    add("--frame", type=int, metavar="K", help=text)
    parser.add_workers(1)


def run(arguments: argparse.Namespace) -> int:
    """Classify, print, and count; 1 if anything failed.

    Structures stream: they are printed in batches, so memory does not grow with their number.
    """
    from tqdm import tqdm

    writer: Writer = arguments.writer(sys.stdout)
    counts: Counter[str] = Counter()
    bar = tqdm(unit=" structures", disable=None, leave=False)  # None: only on a terminal
    with bar, closing(_outcomes(arguments)) as outcomes:
        for batch in _chunks(outcomes, BATCH):
            classified = counts["classified"]
            with bar.external_write_mode():
                for outcome in batch:
                    counts[_write(outcome, writer)] += 1
                writer.flush()
            bar.update(counts["classified"] - classified)
    writer.close()
    failed = counts["file"] + counts["structure"]
    if not counts["classified"] + failed:
        print(f"no structures found in {', '.join(arguments.paths)}", file=sys.stderr)
    print(_summary(counts), file=sys.stderr)
    return int(counts["classified"] == 0 or failed > 0)


def _write(outcome: Outcome, writer: Writer) -> str:
    """Write what came of one item; the key under which it is counted."""
    from ..reading.folders import Problem

    if isinstance(outcome, dict):
        writer.add(outcome)
        return "classified"
    if isinstance(outcome, Problem):
        print(outcome.message, file=sys.stderr)
        writer.add_failed(outcome.file, outcome.message)
        return outcome.what
    return "skipped"


def _summary(counts: Counter[str]) -> str:
    parts = {
        "classified": ("structure", "classified"),
        "structure": ("structure", "could not be classified"),
        "file": ("file", "could not be read"),
        "skipped": ("other file", "skipped"),
    }
    return ", ".join(
        f"{counts[key]} {noun}{'' if counts[key] == 1 else 's'} {fate}"
        for key, (noun, fate) in parts.items()
        if counts[key] or key == "classified"
    )


def _outcomes(arguments: argparse.Namespace) -> Generator[Outcome]:
    """All structures, classified, in the order of the command line."""
    from ..compute.stream import stream
    from ..reading.folders import find_files

    workers = arguments.workers
    # the machines of a cluster need not see the files of this one
    large = -1 if workers.cluster else LARGE_BYTES
    items = _items(find_files(arguments.paths), arguments.frame, large)
    options = arguments.frame, arguments.target_atoms, arguments.orientation
    tasks = ((portion, *options) for portion in _chunks(items, TASK))
    for outcomes in stream(classified, tasks, workers, TASKS_AHEAD):
        yield from outcomes


def _items(files: "Iterable[File | Problem]", frame: int | None, large: int) -> Iterator[Item]:
    """The files; those of more than `large` bytes as their structures."""
    from ..reading.folders import File, read

    for file in files:
        if isinstance(file, File) and _size(file.name) > large:
            yield from read(file, frame)
        else:
            yield file


def _size(name: str) -> int:
    return os.path.getsize(name) if os.path.isfile(name) else -1


def classified(
    items: list[Item], frame: int | None, target_atoms: int, orientation: str
) -> list[Outcome]:
    """What a worker process returns for its portion of files and structures."""
    from ..reading.folders import File, Structure, read

    contents = (read(item, frame) if isinstance(item, File) else (item,) for item in items)
    return [
        _classify(content, target_atoms, orientation) if isinstance(content, Structure) else content
        for content in chain.from_iterable(contents)
    ]


def _classify(structure: "Structure", target_atoms: int, orientation: str) -> "Row | Problem":
    """The answer of the shipped network, as a row."""
    from ..classification.classify import classify
    from ..convnet.reference import NetworkRef
    from ..reading.folders import Problem, error_message

    try:
        verdict = classify(
            structure.atoms,
            classifier=NetworkRef.at(None).load(),
            orientation=orientation,
            target_atoms=target_atoms,
        )
        return classified_row(structure, verdict)
    except Exception as error:  # one bad structure must not end the others
        frame = f", frame {structure.frame}" if structure.frame else ""
        message = f"{structure.file}{frame}: {error_message(error)}"
        return Problem(structure.file, message, "structure")


def _chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items in lists of `size`; the last may be shorter."""
    iterator = iter(items)
    return iter(lambda: list(islice(iterator, size)), [])
