"""``facecrystal figures``: the figures of the paper, as PNG, SVG and tables."""

import argparse
from pathlib import Path
from typing import Any

from ..compute.workers import BatchError, Workers
from ..crystals.classes import CLASSES, LABELS, TRANSITIONS
from ..crystals.prototypes import prototype
from ..diffraction.fingerprint import fingerprint
from ..evaluation.curves import (
    MELTING_STRUCTURES,
    TRANSITION_STRUCTURES,
    melting_curve,
    save_table,
    transition_curve,
)
from ..reports.paper import figure_2, figure_4a, figure_4b, figure_5a, figure_5b
from ..reports.style import save
from . import CommandError
from .progress import progress_bar


def run(arguments: argparse.Namespace) -> int:
    """Draw the figures that were named, or all of them."""
    folder: Path = arguments.output
    folder.mkdir(parents=True, exist_ok=True)
    draw = {"2": _two, "5a": _five_a, "5b": _five_b, "4a": _four_a, "4b": _four_b}
    try:
        for name, function in draw.items():  # the slow ones last
            if name in arguments.figures or "all" in arguments.figures:
                for path in function(arguments, folder):
                    print(path, flush=True)
    except (ValueError, BatchError) as error:
        raise CommandError(str(error)) from error
    return 0


def _two(arguments: argparse.Namespace, folder: Path) -> list[Path]:
    return [*save(figure_2(arguments.seed), folder, "figure-2", arguments.dpi)]


def _four_a(arguments: argparse.Namespace, folder: Path) -> list[Path]:
    options = _options(arguments, TRANSITION_STRUCTURES)
    curves = [transition_curve(label, **options) for label in TRANSITIONS]
    written = save(figure_4a(*curves), folder, "figure-4a", arguments.dpi)
    return [*written, save_table(curves, folder, "figure-4a")]


def _four_b(arguments: argparse.Namespace, folder: Path) -> list[Path]:
    curve = melting_curve(**_options(arguments, MELTING_STRUCTURES))
    written = save(figure_4b(curve), folder, "figure-4b", arguments.dpi)
    return [*written, save_table([curve], folder, "figure-4b")]


def _options(arguments: argparse.Namespace, number: int) -> dict[str, Any]:
    """How a curve is computed."""
    number = arguments.samples or number
    return {
        "number": number,
        "seed": arguments.seed,
        "workers": Workers(arguments.jobs, arguments.cluster),
        "progress": progress_bar(number, "structures"),
    }


def _five_a(arguments: argparse.Namespace, folder: Path) -> list[Path]:
    wanted = LABELS if arguments.label == "all" else (arguments.label,)
    written: list[Path] = []
    for known in CLASSES:
        if known.label in wanted:
            image = fingerprint(prototype(known.label, arguments.element))
            title = f"{arguments.element}, {known.label} ({known.symbol})"
            name = f"figure-5a-{known.label}"
            written += save(figure_5a(image, title), folder, name, arguments.dpi)
    return written


def _five_b(arguments: argparse.Namespace, folder: Path) -> list[Path]:
    return [*save(figure_5b(), folder, "figure-5b", arguments.dpi)]
