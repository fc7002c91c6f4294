"""Draw the figures of the paper again, as PNG and SVG.

2: diffraction fingerprints and what defects do to them
4a: from bcc to sc and from diamond to fcc, atom by atom; also as CSV
4b: from bcc to an amorphous structure; also as CSV
5a: what the four most activated filters of every convolution look at
5b: the class templates

4a and 4b take minutes.

examples:
  facecrystal figures                     all of them
  facecrystal figures 5a 5b --class all --element Fe -o work/iron
  facecrystal figures 4b --samples 1000 --seed 1 --jobs 4
"""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..crystals.classes import CLASSES, LABELS, TRANSITIONS
from .options import Parser
from .progress import progress_bar

if TYPE_CHECKING:
    from ..evaluation.curves import Curve

FIGURES = ("2", "5a", "5b", "4a", "4b")
"""The slow ones last."""


def add_arguments(parser: Parser) -> None:
    add, number = parser.add_argument, parser.add_number
    names = (*sorted(FIGURES), "all")
    add("figures", nargs="*", choices=names, default="all", metavar="FIGURE", help="(%(default)s)")
    add("-o", "--output", type=Path, default=Path("work/figures"), help="folder (%(default)s)")
    number("--dpi", 30, 1200, default=200, help="of the PNG (%(default)s)")
    add("--class", dest="label", default="fcc", choices=(*LABELS, "all"), help="5a: %(default)s")
    add("--element", default="Cu", metavar="SYMBOL", help="5a: of the crystal (%(default)s)")
    number("--samples", 1, help="structures (4a: 125 each, 4b: 421)")
    number("--seed", 0, default=0, help="2, 4a, 4b: of the draws (%(default)s)")
    parser.add_workers()


def run(arguments: argparse.Namespace) -> int:
    """Draw the figures that were named, or all of them, and print the paths of the files."""
    from ..evaluation.curves import save_table
    from ..reports.style import save

    folder: Path = arguments.output
    folder.mkdir(parents=True, exist_ok=True)
    for figure in FIGURES:
        if figure in arguments.figures or "all" in arguments.figures:
            for name, drawing, curves in _drawings(figure, arguments):
                written = [*save(drawing, folder, name, arguments.dpi)]
                if curves:
                    written.append(save_table(curves, folder, name))
                print(*written, sep="\n", flush=True)
    return 0


def _drawings(
    figure: str, arguments: argparse.Namespace
) -> "Iterator[tuple[str, Any, list[Curve]]]":
    """Names of files, what they show, and the curves drawn."""
    from ..crystals.prototypes import prototype
    from ..diffraction.fingerprint import fingerprint
    from ..evaluation import curves
    from ..reports import paper

    name, element = f"figure-{figure}", arguments.element
    if figure == "2":
        yield name, paper.figure_2(arguments.seed), []
    elif figure == "5a":
        for known in CLASSES:
            if arguments.label in (known.label, "all"):
                image = fingerprint(prototype(known.label, element))
                title = f"{element}, {known.label} ({known.symbol})"
                yield f"{name}-{known.label}", paper.figure_5a(image, title), []
    elif figure == "5b":
        yield name, paper.figure_5b(), []
    elif figure == "4a":
        options = _curve_options(arguments, curves.TRANSITION_STRUCTURES)
        pair = [curves.transition_curve(label, **options) for label in TRANSITIONS]
        yield name, paper.figure_4a(*pair), pair
    else:
        curve = curves.melting_curve(**_curve_options(arguments, curves.MELTING_STRUCTURES))
        yield name, paper.figure_4b(curve), [curve]


def _curve_options(arguments: argparse.Namespace, number: int) -> dict[str, Any]:
    """How a curve is computed, over `number` structures unless another number was typed."""
    number = arguments.samples or number
    return {
        "number": number,
        "seed": arguments.seed,
        "workers": arguments.workers,
        "progress": progress_bar(number, "structures"),
    }
