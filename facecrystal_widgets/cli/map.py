"""``facecrystal map``: class, orientation and trust from place to place in a large structure."""

import argparse
from pathlib import Path

from ..compute.checkpoint import discard
from ..compute.workers import BatchError, Workers
from ..mapping.files import write_atoms, write_grains, write_places
from ..mapping.local_map import MANIFEST, LocalMap, map_survey
from ..mapping.survey import Survey
from ..reading.structures import read_structure
from ..reports.local_map import draw_map
from ..reports.style import save
from . import CommandError
from .progress import progress_bar


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
    if arguments.force:
        discard(folder / MANIFEST)
    workers = Workers(arguments.jobs, arguments.cluster)
    portions = survey.portions
    bar = progress_bar(len(portions), f"portions of {len(portions[0])} places")
    return map_survey(survey, arguments.model, folder, workers, bar)


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
