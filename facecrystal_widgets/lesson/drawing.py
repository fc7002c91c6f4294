"""Figures that several notebooks draw."""

from collections.abc import Mapping

import numpy as np
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure

from ..figures import COLOURS

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
