"""Build the pristine set that the network is trained on.

Cubic elements in the four classes, as they come out of files, with their
fingerprints. The same seed gives the same set. It is written to a folder of
HDF5 files with a manifest, work/pristine. The same command goes on where it
was interrupted.

With a topic: other structures.

examples:
  facecrystal dataset
  facecrystal dataset --size 640 --seed 1 -o work/small
  facecrystal dataset defective
  facecrystal dataset fetch
  facecrystal dataset specimens
"""

import argparse
from pathlib import Path

from .options import Parser
from .progress import progress_bar


def add_arguments(parser: Parser) -> None:
    number, unset = parser.add_number, parser.argument_default
    parser.add_argument("-o", "--output", type=Path, metavar="FOLDER", help="where to write")
    number("--size", 4, 1_000_000, default=unset or 6345, help="pristine structures (6345)")
    number("--seed", 0, default=unset or 0, help="of the random draws (0)")
    parser.add_workers()


def run(arguments: argparse.Namespace) -> int:
    """Build what is missing of the set and print what it holds."""
    import numpy as np

    from ..crystals.classes import CLASSES
    from ..datasets.dataset import ROWS, contents
    from ..datasets.store import Store, building, fill

    kind: str = arguments.topic or "pristine"
    folder: Path = arguments.output or Path("work", kind)
    with building(folder, contents(kind, arguments.size, arguments.seed)) as store:
        if store.hashes:
            print(f"{folder}: {store.size - store.remaining:,} structures are there already")
        if store.missing:
            bar = progress_bar(store.remaining, "structures")
            fill(store, ROWS[kind], arguments.workers, bar)
    store = Store.open(folder)
    size = sum((folder / name).stat().st_size for name in store.hashes)
    print(f"{folder}: {store.size:,} structures, {size / 1e6:.1f} MB")
    numbers = np.bincount(store.columns("labels")["labels"], minlength=len(CLASSES))
    for known, number in zip(CLASSES, numbers, strict=True):
        print(f"  {known.label:<8}{known.symbol:<7}{number:>7,}")
    return 0
