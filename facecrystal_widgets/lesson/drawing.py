"""Figures that several notebooks draw."""

from collections.abc import Mapping

import numpy as np
from ase import Atoms
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure

from ..crystals.classes import BY_LABEL
from ..reports.style import COLOURS
from .structures import of_lattice

INSIDE, OUTSIDE = "#0072B2", "#D55E00"


def draw_reflections(structures: Mapping[str, Atoms], label: str) -> Figure:
    """How bright the reflections of a lattice are in each structure."""
    figure = Figure((WIDTH, 2.9), layout="constrained")
    panels = figure.subplots(1, len(structures), squeeze=False, sharey=True)[0]
    known = BY_LABEL[label]
    for panel, (title, atoms) in zip(panels, structures.items(), strict=True):
        hkl, heights = of_lattice(atoms, label)
        panel.bar(np.arange(len(hkl)), heights, color=known.colour)
        panel.set_title(title, fontsize=10)
        names = ["".join(f"{abs(i)}\u0305" if i < 0 else f"{i}" for i in index) for index in hkl]
        panel.set_xticks(np.arange(len(hkl)), names, rotation=90, fontsize=8)
    panels[0].set_ylabel(f"|F|² over that of {label}")
    return figure


WIDTH = 8.6
"""Inches; fits an output 900 pixels wide."""


def draw_images(images: Mapping[str, np.ndarray], columns: int = 4) -> Figure:
    """Fingerprints side by side, each under its title.

    Parameters
    ----------
    images : title to image (n, n) in [0, 1]; colours follow the square root, since most spots are
        faint beside the central one.
    columns : images in a row.
    """
    rows = -(-len(images) // columns)
    size = WIDTH / max(columns, 3)
    figure = Figure((size * columns, (size + 0.2) * rows), layout="constrained")
    panels = figure.subplots(rows, columns, squeeze=False).ravel()
    for panel in panels:
        panel.set_axis_off()
    for panel, (title, image) in zip(panels, images.items(), strict=False):
        panel.imshow(image, COLOURS, norm=PowerNorm(0.5, 0, 1), interpolation="nearest")
        panel.set_title(title, fontsize=10)
    return figure
