"""``facecrystal classify``: files in, one row for each structure out.

Structures stream: files are found, read and classified by the workers, and printed in batches, so
memory does not grow with their number.
"""

import argparse
import os
import sys
from collections import Counter
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from itertools import islice
from typing import Any, TypeVar

from tqdm import tqdm

from ..classification.classify import classify
from ..classification.verdict import Verdict
from ..compute.stream import stream
from ..compute.workers import HERE, BatchError, Workers
from ..convnet.reference import NetworkRef
from ..reading.folders import File, Problem, Skipped, Structure, error_message, find_files, read
from . import CommandError
from .rows import WRITERS

BATCH = 128
"""Structures that go onto the screen together."""
TASK = 8
"""Files, or frames of a large file, that a worker process is given at a time."""
WINDOW = 16
"""Tasks a worker may be ahead of the printing: what bounds the memory."""
LARGE = 1_000_000
"""Files of more bytes are read here and dealt out by frames; a worker reads smaller ones whole."""

T = TypeVar("T")


@dataclass(frozen=True)
class Classified:
    """A structure that was classified: its row for :mod:`.rows`, without atoms and image."""

    row: dict[str, Any]


Item = File | Structure | Problem | Skipped
Outcome = Classified | Problem | Skipped


def run(arguments: argparse.Namespace) -> int:
    """Classify, print, and say how many; 1 if anything failed."""
    writer = WRITERS["json" if arguments.json else "csv" if arguments.csv else "table"](sys.stdout)
    counts: Counter[str] = Counter()
    bar = tqdm(unit=" structures", disable=None, leave=False)  # None: only on a terminal
    with bar, closing(_outcomes(arguments)) as outcomes:
        for batch in _chunks(outcomes, BATCH):
            with bar.external_write_mode():
                for found in batch:
                    if isinstance(found, Classified):
                        writer.add(found.row)
                        counts["done"] += 1
                    elif isinstance(found, Problem):
                        print(found.message, file=sys.stderr)
                        writer.add_failed(found.file, found.message)
                        counts[found.what] += 1
                    else:
                        counts["skipped"] += 1
                writer.flush()
            bar.update(sum(isinstance(found, Classified) for found in batch))
    writer.close()
    if not counts["done"] + counts["file"] + counts["structure"]:
        print(f"no structures found in {', '.join(arguments.paths)}", file=sys.stderr)
    print(_summary(counts), file=sys.stderr)
    return int(counts["done"] == 0 or counts["file"] + counts["structure"] > 0)


def _row(structure: Structure, verdict: Verdict) -> dict[str, Any]:
    atoms, image = structure.atoms, verdict.fingerprint
    return {
        "file": structure.file,
        "frame": structure.frame,
        "formula": atoms.get_chemical_formula("metal", empirical=True),
        "atoms": len(atoms),
        "label": verdict.label,
        "space_group": verdict.space_group,
        "symbol": verdict.symbol,
        "probabilities": dict(verdict.probabilities),
        "trusted": verdict.trusted,
        "trust": verdict.trust,
        "reason": verdict.reason,
        "turned_by": verdict.orientation.angle if verdict.turned and verdict.orientation else 0.0,
        "bond_length": image.bond_length,
        "preparation": image.preparation.note,
        "notes": list(verdict.notes),
    }


def _summary(counts: Counter[str]) -> str:
    def some(key: str, noun: str, rest: str) -> str:
        return f"{counts[key]} {noun}{'s' if counts[key] != 1 else ''} {rest}"

    parts = [some("done", "structure", "classified")]
    if counts["structure"]:
        parts.append(some("structure", "structure", "could not be classified"))
    if counts["file"]:
        parts.append(some("file", "file", "could not be read"))
    if counts["skipped"]:
        parts.append(some("skipped", "other file", "skipped"))
    return ", ".join(parts)


def _outcomes(arguments: argparse.Namespace) -> Generator[Outcome]:
    """All structures, classified, in the order of the command line."""
    files = find_files(arguments.paths)
    options = arguments.frame, arguments.target_atoms, arguments.orientation
    workers = Workers(arguments.jobs, arguments.cluster)
    if workers == HERE:
        yield from _classified(files, *options)
        return
    large = -1 if workers.cluster else LARGE  # other machines need not see the files of this one
    tasks = ((task, *options) for task in _tasks(files, arguments.frame, large))
    try:
        for outcomes in stream(_work, tasks, workers, WINDOW):
            yield from outcomes
    except BatchError as error:
        raise CommandError(str(error)) from error


def _tasks(files: Iterable[File | Problem], frame: int | None, large: int) -> Iterator[list[Item]]:
    """The files in portions for the workers; those of more than `large` bytes as frames."""
    portion: list[Item] = []
    for file in files:
        items: Iterable[Item] = (file,)
        if isinstance(file, File) and _size(file.name) > large:
            items = read(file, frame)
        for item in items:
            portion.append(item)
            if len(portion) == TASK:
                yield portion
                portion = []
    if portion:
        yield portion


def _size(name: str) -> int:
    return os.path.getsize(name) if os.path.isfile(name) else -1


def _work(task: list[Item], frame: int | None, *options: Any) -> list[Outcome]:
    return list(_classified(task, frame, *options))


def _classified(items: Iterable[Item], frame: int | None, *options: Any) -> Iterator[Outcome]:
    for item in items:
        for found in read(item, frame) if isinstance(item, File) else (item,):
            yield judge(found, *options) if isinstance(found, Structure) else found


def judge(structure: Structure, target_atoms: int, orientation: str) -> Classified | Problem:
    """What the shipped network says of a structure, and how far to trust it."""
    try:
        verdict = classify(
            structure.atoms,
            classifier=NetworkRef.at(None).load(),
            orientation=orientation,
            target_atoms=target_atoms,
        )
        return Classified(_row(structure, verdict))
    except Exception as error:  # one bad structure must not end the others
        frame = f", frame {structure.frame}" if structure.frame else ""
        message = f"{structure.file}{frame}: {error_message(error)}"
        return Problem(structure.file, message, "structure")


def _chunks(items: Iterable[T], size: int) -> Iterator[list[T]]:
    """The items in lists of `size`; the last may be shorter."""
    iterator = iter(items)
    while part := list(islice(iterator, size)):
        yield part
