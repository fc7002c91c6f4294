"""``facecrystal dataset`` and ``dataset defective``: the sets of the paper, on disk."""

import argparse
from pathlib import Path

import numpy as np

from ..compute.checkpoint import CheckpointError
from ..compute.workers import BatchError, Workers
from ..crystals.classes import CLASSES
from ..datasets.dataset import ROWS, contents
from ..datasets.store import Store, building, fill
from . import CommandError
from .progress import progress_bar


def run(arguments: argparse.Namespace) -> int:
    """Build what is missing of the set, and say what it holds."""
    kind: str = arguments.topic or "pristine"
    folder: Path = arguments.output or Path("work", kind)
    workers = Workers(arguments.jobs, arguments.cluster)
    try:
        with building(folder, contents(kind, arguments.size, arguments.seed)) as store:
            if store.hashes:
                print(f"{folder}: {store.size - store.remaining:,} structures are there already")
            if store.missing:
                bar = progress_bar(store.remaining, "structures")
                fill(store, ROWS[kind], workers, bar)
        _print_summary(Store.open(folder))
    except (CheckpointError, BatchError) as error:
        raise CommandError(str(error)) from error
    return 0


def _print_summary(store: Store) -> None:
    size = sum((store.folder / name).stat().st_size for name in store.hashes)
    print(f"{store.folder}: {store.size:,} structures, {size / 1e6:.1f} MB")
    numbers = np.bincount(store.columns("labels")["labels"], minlength=len(CLASSES))
    for known, number in zip(CLASSES, numbers, strict=True):
        print(f"  {known.label:<8}{known.symbol:<7}{number:>7,}")
