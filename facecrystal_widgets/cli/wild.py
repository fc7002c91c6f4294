"""``facecrystal dataset wild``: specimens of every kind with known truth, as extended XYZ."""

import argparse
import csv
from fnmatch import fnmatch
from pathlib import Path
from typing import Any

from ..compute.stream import stream
from ..compute.workers import BatchError, Workers
from ..specimens.catalogue import catalogue
from ..specimens.specimen import NONE, Specimen
from . import CommandError
from .progress import progress_bar

TABLE = "specimens.csv"


def run(arguments: argparse.Namespace) -> int:
    """Make the specimens whose name fits, and a table of them."""
    folder: Path = arguments.output or Path("work/wild")
    names = [name for name in catalogue() if fnmatch(name, arguments.only)]
    if not names:
        kinds = sorted({name.split("/")[0] for name in catalogue()})
        raise CommandError(f"--only {arguments.only}: nothing fits; kinds: {', '.join(kinds)}", 2)
    tasks = ((name, arguments.seed) for name in names)
    made = stream(_make, tasks, Workers(arguments.jobs, arguments.cluster))
    bar = progress_bar(len(names), "specimens")
    try:
        rows = [_write(folder, name, one) for name, one in zip(names, bar(made), strict=True)]
    except BatchError as error:
        raise CommandError(str(error)) from error
    with (folder / TABLE).open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, rows[0], lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
    print(f"{folder}: {len(rows)} specimens, {sum(row['atoms'] for row in rows):,} atoms")
    print(f"next: facecrystal classify {folder}")
    return 0


def _make(name: str, seed: int) -> Specimen:
    return catalogue()[name](seed)


def _write(folder: Path, name: str, made: Specimen) -> dict[str, Any]:
    """Write one file; its row of the table."""
    import ase.io

    path = folder / f"{name}.xyz"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        ase.io.write(file, made.record(), format="extxyz")
    return {
        "file": f"{name}.xyz",
        "atoms": len(made.atoms),
        "grains": len(made.rotations),
        "in_the_classes": round(float((made.labels != NONE).mean()), 4),
        "description": made.description,
    }
