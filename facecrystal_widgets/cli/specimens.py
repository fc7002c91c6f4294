"""Make structures in any orientation, with known truth.

Polycrystals, a twin, an interface, a crystal that grows in its melt, particles,
hot crystals, crystals with missing atoms and noise; and what is outside the
four classes: other lattices, liquids, glass, gas. One file of extended XYZ for
each, with class (0 fcc, 1 diamond, 2 bcc, 3 sc, -1 none), grain and depth of
every atom and the rotation of every grain, and a table, specimens.csv.

examples:
  facecrystal dataset specimens
  facecrystal dataset specimens --only 'polycrystals/*' --seed 1 -o work/grains
"""

import argparse
import csv
from fnmatch import fnmatch
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .options import CommandError, Parser
from .progress import progress_bar

if TYPE_CHECKING:
    from ..specimens.specimen import Specimen

TABLE = "specimens.csv"


def add_arguments(parser: Parser) -> None:
    add = parser.add_argument
    add("--only", default="*", metavar="PATTERN", help="of the names, such as 'bain/*'")
    add("-o", "--output", type=Path, metavar="FOLDER", help="where (work/specimens)")
    parser.add_number("--seed", 0, help="of the random draws (0)")
    parser.add_workers()


def run(arguments: argparse.Namespace) -> int:
    """Make the specimens whose name fits, and a table of them."""
    from ..compute.stream import stream
    from ..specimens.catalogue import catalogue

    folder: Path = arguments.output or Path("work/specimens")
    names = [name for name in catalogue() if fnmatch(name, arguments.only)]
    if not names:
        kinds = sorted({name.split("/")[0] for name in catalogue()})
        raise CommandError(f"--only {arguments.only}: nothing fits; kinds: {', '.join(kinds)}", 2)
    tasks = ((name, arguments.seed) for name in names)
    results = progress_bar(len(names), "specimens")(stream(make, tasks, arguments.workers))
    rows = [_write(folder, name, result) for name, result in zip(names, results, strict=True)]
    with (folder / TABLE).open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, rows[0], lineterminator="\n")
        table.writeheader()
        table.writerows(rows)
    print(f"{folder}: {len(rows)} specimens, {sum(row['atoms'] for row in rows):,} atoms")
    print(f"next: facecrystal classify {folder}")
    return 0


def make(name: str, seed: int) -> "Specimen":
    """One specimen, in a worker process."""
    from ..specimens.catalogue import catalogue

    return catalogue()[name](seed)


def _write(folder: Path, name: str, specimen: "Specimen") -> dict[str, Any]:
    """Write one file; its row of the table."""
    import ase.io

    from ..specimens.specimen import NONE

    path = folder / f"{name}.xyz"
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8") as file:
        ase.io.write(file, specimen.record(), format="extxyz")
    return {
        "file": f"{name}.xyz",
        "atoms": len(specimen.atoms),
        "grains": len(specimen.rotations),
        "in_the_classes": round(float((specimen.labels != NONE).mean()), 4),
        "description": specimen.description,
    }
