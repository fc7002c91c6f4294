"""Figures that several notebooks draw."""

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
from ase import Atoms
from matplotlib.colors import Normalize, PowerNorm
from matplotlib.figure import Figure

from ..crystals.classes import CLASSES, LABELS
from ..diffraction.fingerprint import Fingerprint
from ..reports.style import COLOURS
from ..widgets.numbers import miller_indices
from .structures import reflections_of

WIDTH = 8.6
"""Inches; fits an output 900 pixels wide."""
INSIDE, OUTSIDE = "#0072B2", "#D55E00"
"""Colours of structures in and outside the four classes."""


def new_figure(
    width: float, height: float, rows: int = 1, columns: int = 1, **options: Any
) -> tuple[Figure, Any]:
    """A figure (inches) that pyplot doesn't know, and its panels."""
    figure = Figure((width, height), layout="constrained")
    return figure, figure.subplots(rows, columns, **options)


def draw_image(panel: Any, title: str, image: np.ndarray, norm: Normalize | None = None) -> Any:
    """An image without ticks, the first row at the bottom as on the page."""
    panel.set_title(title, fontsize=10)
    panel.set_axis_off()
    return panel.imshow(image, COLOURS, norm=norm, interpolation="nearest", origin="lower")


def draw_images(images: Mapping[str, np.ndarray | Fingerprint], columns: int = 4) -> Figure:
    """Fingerprints side by side, each under its title.

    Parameters
    ----------
    images : title to fingerprint, or to an image (n, n) in [0, 1]; colours follow the square root,
        since most spots are faint beside the central one.
    columns : images in a row.
    """
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    size = WIDTH / max(columns, 3)
    figure, panels = new_figure(size * columns, (size + 0.2) * rows, rows, columns, squeeze=False)
    for panel in panels.flat:
        panel.set_axis_off()
    for panel, (title, image) in zip(panels.flat, images.items(), strict=False):
        pixels = image.image if isinstance(image, Fingerprint) else image
        draw_image(panel, title, pixels, PowerNorm(0.5, 0, 1))
    return figure


def draw_curves(panel: Any, x: Iterable[float], probabilities: np.ndarray, **options: Any) -> None:
    """Class probabilities (n, 4), in the order of the classes, each in its colour."""
    for known, curve in zip(CLASSES, probabilities.T, strict=True):
        panel.plot(x, curve, color=known.colour, label=known.label, **options)


def draw_reflections(structures: Mapping[str, Atoms], label: str) -> Figure:
    """How bright the reflections of a class are in each structure."""
    figure, panels = new_figure(WIDTH, 2.9, 1, len(structures), squeeze=False, sharey=True)
    colour = CLASSES[LABELS.index(label)].colour
    for panel, (title, atoms) in zip(panels[0], structures.items(), strict=True):
        hkl, heights = reflections_of(atoms, label)
        panel.bar(np.arange(len(hkl)), heights, color=colour)
        panel.set_title(title, fontsize=10)
        panel.set_xticks(
            np.arange(len(hkl)), map(miller_indices, hkl.tolist()), rotation=90, fontsize=8
        )
    panels[0, 0].set_ylabel(f"|F|² over that of {label}")
    return figure
