"""Map class, orientation and trust from place to place in a large structure.

Slides a sphere through a structure (a polycrystal, an MD frame, atom-probe
data), finds at each place how the crystal is turned, and classifies it. Grains
are places side by side that are turned alike.

Writes a folder: atoms.xyz (extended XYZ with class, probabilities, trust,
grain, orientation and colour of every atom, for OVITO or ASE), places.csv,
grains.csv, and a slice as map.png and map.svg. The same command goes on where
it was interrupted.

examples:
  facecrystal map polycrystal.xyz
  facecrystal map melt.traj --frame -1 --places 4000 -o work/melt
  facecrystal map tip.xyz --sphere-atoms 64          a finer map
  facecrystal map tip.xyz --cluster tcp://host:8786
"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from .options import Parser
from .progress import progress_bar

if TYPE_CHECKING:
    from ..mapping.local_map import LocalMap

LISTED = 20
"""Grains that are listed on the screen."""


def add_arguments(parser: Parser) -> None:
    add, number = parser.add_argument, parser.add_number
    add("file", metavar="FILE", help="a structure in any format that ASE reads")
    add("-o", "--output", type=Path, default=Path("work/map"), help="folder (%(default)s)")
    number("--places", 1, 100_000, default=1000, help="%(default)s")
    number("--sphere-atoms", 16, 1024, default=128, help="atoms around each place (%(default)s)")
    add("--frame", type=int, default=0, metavar="K", help="frame of the file, -1 the last (0)")
    parser.add_network()
    add("--force", action="store_true", help="start anew, whatever the folder holds")
    parser.add_workers()


def run(arguments: argparse.Namespace) -> int:
    """Make the map, or go on with it, write it and print what it holds."""
    from ..mapping.files import write_atoms, write_grains, write_places
    from ..reports.local_map import draw_map
    from ..reports.style import save

    local_map = _map(arguments)
    folder: Path = arguments.output
    write_atoms(local_map, folder / "atoms.xyz")
    write_places(local_map, folder / "places.csv")
    write_grains(local_map, folder / "grains.csv")
    save(draw_map(local_map), folder, "map")
    print(*summary(local_map), sep="\n")
    print(f"\nwritten to {folder}: atoms.xyz, places.csv, grains.csv, map.png, map.svg")
    return 0


def _map(arguments: argparse.Namespace) -> "LocalMap":
    from ..compute.checkpoint import discard
    from ..mapping.local_map import MANIFEST, map_survey
    from ..mapping.survey import Survey
    from ..reading.structures import read_structure

    survey = Survey.of(
        read_structure(arguments.file, frame=arguments.frame),
        arguments.places,
        arguments.sphere_atoms,
    )
    folder: Path = arguments.output
    if arguments.force:
        discard(folder / MANIFEST)
    portions = survey.portions
    bar = progress_bar(len(portions), f"portions of {len(portions[0])} places")
    return map_survey(survey, arguments.model, folder, arguments.workers, bar)


def summary(local_map: "LocalMap") -> list[str]:
    """What a map holds, in lines."""
    grains = local_map.found_grains
    lines = [f"{len(local_map.survey.atoms):,} atoms, {len(local_map.rows):,} places"]
    lines += [
        f"{share:6.1%}  {'none of these' if label == 'none' else label}"
        for label, share in local_map.shares.items()
        if share
    ]
    plural = "" if len(grains) == 1 else "s"
    lines.append(f"{len(grains)} grain{plural} (neighbouring places within 5°)")
    for number, grain in enumerate(grains[:LISTED]):
        lines.append(f"  {number}: {grain.label}, {grain.atoms:,} atoms ({grain.share:.0%})")
    if len(grains) > LISTED:
        lines.append(f"  and {len(grains) - LISTED} more, which stand in grains.csv")
    return lines
