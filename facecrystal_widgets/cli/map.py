"""``facecrystal map``: class, orientation and trust from place to place in a large structure."""

import argparse
from pathlib import Path

import numpy as np

from ..compute.workers import BatchError, Workers
from ..convnet.reference import NetworkRef
from ..mapping.files import digest, save_rows, stored_rows, write_atoms, write_grains, write_places
from ..mapping.local_map import LocalMap
from ..mapping.survey import Survey, stream_places
from ..reading.structures import read_structure
from ..reports.local_map import draw_map
from ..reports.style import save
from . import CommandError
from .progress import progress_bar

STORE = "places.npz"
SAVED_EVERY = 8
"""Portions of places; what is stored survives an interruption."""


def run(arguments: argparse.Namespace) -> int:
    """Make the map, or go on with it, write it and print what it holds."""
    try:
        found = _map(arguments)
    except (ValueError, BatchError) as error:
        raise CommandError(str(error)) from error
    folder: Path = arguments.output
    write_atoms(found, folder / "atoms.xyz")
    write_places(found, folder / "places.csv")
    write_grains(found, folder / "grains.csv")
    save(draw_map(found), folder, "map")
    print("\n".join(summary(found)))
    print(f"\nwritten to {folder}: atoms.xyz, places.csv, grains.csv, map.png, map.svg")
    return 0


def _map(arguments: argparse.Namespace) -> LocalMap:
    survey = Survey.of(
        read_structure(arguments.file, frame=arguments.frame),
        arguments.places,
        arguments.sphere_atoms,
    )
    folder: Path = arguments.output
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / STORE
    if arguments.force:
        path.unlink(missing_ok=True)
    key = digest(survey, NetworkRef.at(arguments.model).sha256)
    portions = survey.portions
    rows = stored_rows(path, key)
    starts = np.cumsum([0, *map(len, portions)])
    done = int(np.searchsorted(starts, len(rows), side="right")) - 1
    parts = [rows[: starts[done]]]
    workers = Workers(arguments.jobs, arguments.cluster)
    bar = progress_bar(len(portions) - done, f"portions of {len(portions[0])} places")
    try:
        for number, new in enumerate(
            bar(stream_places(survey, arguments.model, workers, done)), start=1
        ):
            parts.append(new)
            if number % SAVED_EVERY == 0:
                save_rows(path, np.concatenate(parts), key)
    finally:
        save_rows(path, np.concatenate(parts), key)
    return LocalMap(survey, np.concatenate(parts))


def summary(found: LocalMap) -> list[str]:
    """What a map holds, in lines."""
    atoms, shares = found.survey.atoms, found.shares
    lines = [f"{len(atoms):,} atoms, {len(found.rows):,} places"]
    lines += [
        f"{share:6.1%}  {'none of these' if label == 'none' else label}"
        for label, share in shares.items()
        if share
    ]
    grains = found.found_grains
    lines.append(f"{len(grains)} grain{'s' * (len(grains) != 1)} (neighbouring places within 5°)")
    for number, grain in enumerate(grains[:20]):
        lines.append(f"  {number}: {grain.label}, {grain.atoms:,} atoms ({grain.share:.0%})")
    if len(grains) > 20:
        lines.append(f"  and {len(grains) - 20} more, which stand in grains.csv")
    return lines
