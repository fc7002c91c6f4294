"""Figures of the paper, drawn again with matplotlib, which is imported only here."""

from pathlib import Path
from typing import Any

import numpy as np

from .attention.network import CONV_LAYERS
from .attention.response import attentive_response
from .attention.templates import class_templates
from .classes import CLASSES
from .diffraction.fingerprint import Fingerprint

COLOURS = "inferno"
TOP = 4


def figure_5a(image: Fingerprint, title: str = "") -> Any:
    """Attentive response maps of the four most activated filters of every convolution.

    Parameters
    ----------
    image : a fingerprint of 64×64 pixels.
    title : stands above the figure.

    Returns
    -------
    A ``matplotlib.figure.Figure``. Every map has its own scale, as in the paper; negative values
    are black.
    """
    figure = _figure(TOP, len(CONV_LAYERS), above=0.4 * bool(title))
    axes = figure.subplots(len(CONV_LAYERS), TOP, squeeze=False)
    for row, layer in zip(axes, CONV_LAYERS, strict=True):
        found = attentive_response(image, layer, TOP)
        for i, panel in enumerate(row):
            _draw(panel, found.maps[i], f"filter {found.filters[i]}  ({found.activations[i]:.0f})")
        row[0].set_ylabel(layer, fontsize=11)
    figure.suptitle(title, fontsize=12)
    return figure


def figure_5b() -> Any:
    """The shipped class templates: responses of all filters of the last convolution, summed."""
    figure = _figure(len(CLASSES), 1)
    axes = figure.subplots(1, len(CLASSES))
    for panel, known in zip(axes, CLASSES, strict=True):
        _draw(panel, class_templates()[known.label], f"{known.label} ({known.symbol})")
    return figure


def save(figure: Any, folder: Path, name: str) -> tuple[Path, Path]:
    """Write a figure as PNG (200 dots an inch) and as SVG with searchable text."""
    from matplotlib import rc_context

    png, svg = folder / f"{name}.png", folder / f"{name}.svg"
    # without date and with fixed names inside, the same figure is the same file
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "facecrystal"}):
        figure.savefig(png, dpi=200)
        figure.savefig(svg, metadata={"Date": None})
    return png, svg


def _figure(columns: int, rows: int, above: float = 0) -> Any:
    from matplotlib.figure import Figure

    return Figure(figsize=(1.9 * columns + 0.2, 2.05 * rows + above), layout="constrained")


def _draw(panel: Any, values: np.ndarray, title: str) -> None:
    top = float(values.max())
    panel.imshow(values, cmap=COLOURS, origin="lower", vmin=0, vmax=top if top > 0 else 1)
    panel.set_title(title, fontsize=9)
    panel.set_xticks([])
    panel.set_yticks([])
