"""Figures of the paper, drawn again with matplotlib, which is imported only to draw."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

import numpy as np
from ase import Atoms

from ..attention.response import attentive_response
from ..attention.templates import class_templates
from ..convnet.layers import CONV_LAYERS
from ..crystals.classes import BY_LABEL, CLASSES, LABELS, TRANSITIONS
from ..crystals.cluster import build_cluster
from ..crystals.neighbours import nearest_neighbour_distances
from ..crystals.prototypes import prototype
from ..defects import DefectRecipe
from ..diffraction.fingerprint import Fingerprint, fingerprint
from ..evaluation.curves import RMS, Curve
from .style import COLOURS, DIFFERENCES

TOP = 4
BROKEN = {
    "pristine": DefectRecipe(),
    "50 % vacancies": DefectRecipe(vacancies=0.5),
    "σ = 0.15 Å": DefectRecipe(displacement=0.15),
}
VIEW = np.array([[0.95, -0.31, 0], [0.08, 0.25, 0.96]])
"""Directions of a crystal that point to the right and up in its picture."""
CRITICAL = (0.1, 0.2)
"""Lindemann parameters at which solids commonly melt."""


def figure_2(seed: int = 0) -> Any:
    """Figure 2c to 2h: fingerprints of the four classes, and what defects do to that of fcc.

    Parameters
    ----------
    seed : of the defects.

    Returns
    -------
    A ``matplotlib.figure.Figure``. The colours of fingerprints follow the square root of D, since
    most spots are faint beside the central one; those of differences follow the difference.
    """
    figure = _figure(4, 4)
    above, below = figure.subfigures(2, 1, height_ratios=(1, 3.3))
    panels = above.subplots(1, len(CLASSES))
    for panel, known in zip(panels, CLASSES, strict=True):
        image = fingerprint(prototype(known.label, known.example))
        _draw_fingerprint(panel, image, f"{known.example}, {known.label} ({known.symbol})")
    _letter(panels[0], "c")
    _draw_defects(below, BY_LABEL["fcc"].example, seed)
    return figure


def _draw_defects(figure: Any, element: str, seed: int) -> None:
    """Figure 2d to 2h: atoms, fingerprints, and how these differ from the pristine one."""
    from matplotlib.colors import CenteredNorm

    crystal = build_cluster(prototype("fcc", element))
    structures = [replace(recipe, seed=seed).apply(crystal) for recipe in BROKEN.values()]
    images = [fingerprint(atoms) for atoms in structures]
    axes = figure.subplots(3, 3)
    for i, name in enumerate(BROKEN):
        _draw_atoms(axes[0, i], structures[i], f"fcc {element}, {name}")
        _letter(axes[0, i], "def"[i])
        shown = _draw_fingerprint(axes[1, i], images[i], f"{len(structures[i])} atoms")
    figure.colorbar(shown, ax=axes[1], label="D(q)", ticks=(0, 0.1, 0.5, 1))
    axes[2, 0].remove()
    differences = [image.image - images[0].image for image in images[1:]]
    norm = CenteredNorm(halfrange=max(np.abs(difference).max() for difference in differences))
    for i, difference in enumerate(differences):
        shown = _draw(axes[2, i + 1], difference, f"{'ef'[i]} − d", DIFFERENCES, norm)
        _letter(axes[2, i + 1], "gh"[i])
    figure.colorbar(shown, ax=axes[2, 1:], label="difference of D(q)")


def figure_4a(*curves: Curve) -> Any:
    """Probabilities of the first and the last class while a sublattice is removed.

    Parameters
    ----------
    curves : of :func:`.experiments.order.transition_curve`; each gets a panel.

    Returns
    -------
    A ``matplotlib.figure.Figure``: mean and a band of one standard deviation either way.
    """
    figure, axes = _curves(len(curves))
    for panel, curve in zip(axes, curves, strict=True):
        end = TRANSITIONS[curve.label]
        _draw_curve(panel, curve, (curve.label, end))
        panel.set_title(f"{curve.label} → {end}, {curve.number} structures", fontsize=10)
        panel.legend(loc="center left")
    return figure


def figure_4b(curve: Curve) -> Any:
    """Probabilities of all four classes against disorder; the axis above shows it as the paper's
    text defines it. The grey range is that in which solids commonly melt.

    Parameters
    ----------
    curve : of :func:`.experiments.order.melting_curve`.
    """
    figure, (panel,) = _curves(1)
    panel.axvspan(*CRITICAL, color="0.9", zorder=0)
    _draw_curve(panel, curve, LABELS)
    panel.secondary_xaxis("top", functions=(lambda x: x * RMS, lambda x: x / RMS)).set_xlabel(
        "rms displacement / bond length"
    )
    panel.set_title(f"{curve.label}, {curve.number} structures", fontsize=10)
    panel.legend(loc="upper right")
    return figure


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
            _draw_map(
                panel, found.maps[i], f"filter {found.filters[i]}  ({found.activations[i]:.0f})"
            )
        row[0].set_ylabel(layer, fontsize=11)
    figure.suptitle(title, fontsize=12)
    return figure


def figure_5b() -> Any:
    """The shipped class templates: responses of all filters of the last convolution, summed."""
    figure = _figure(len(CLASSES), 1)
    axes = figure.subplots(1, len(CLASSES))
    for panel, known in zip(axes, CLASSES, strict=True):
        _draw_map(panel, class_templates()[known.label], f"{known.label} ({known.symbol})")
    return figure


def _figure(columns: int, rows: int, above: float = 0) -> Any:
    from matplotlib.figure import Figure

    return Figure(figsize=(1.9 * columns + 0.2, 2.05 * rows + above), layout="constrained")


def _curves(number: int) -> tuple[Any, Any]:
    """A figure with `number` diagrams side by side."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(3.9 * number, 3.2) if number > 1 else (4.6, 3.6), layout="constrained")
    return figure, figure.subplots(1, number, squeeze=False, sharey=True)[0]


def _draw_curve(panel: Any, curve: Curve, labels: Iterable[str]) -> None:
    for label in labels:
        known = BY_LABEL[label]
        mean, std = np.array(curve.mean[label]), np.array(curve.std[label])
        panel.fill_between(
            curve.x, mean - std, mean + std, color=known.colour, alpha=0.2, linewidth=0
        )
        panel.plot(
            curve.x,
            mean,
            color=known.colour,
            marker=known.marker,
            markersize=4,
            label=f"p({label})",
        )
    panel.set_xlabel(curve.x_label)
    if panel.get_subplotspec().is_first_col():
        panel.set_ylabel("classification probability")
    panel.set_xlim(curve.x[0], curve.x[-1])
    panel.set_ylim(-0.04, 1.04)


def _draw_fingerprint(panel: Any, image: Fingerprint, title: str) -> Any:
    from matplotlib.colors import PowerNorm

    return _draw(panel, image.image, title, COLOURS, PowerNorm(0.5, 0, 1))


def _draw_map(panel: Any, values: np.ndarray, title: str) -> None:
    from matplotlib.colors import Normalize

    top = float(values.max())
    _draw(panel, values, title, COLOURS, Normalize(0, top if top > 0 else 1))


def _draw(panel: Any, values: np.ndarray, title: str, colours: str, norm: Any) -> Any:
    shown = panel.imshow(values, colours, norm, interpolation="nearest", origin="lower")
    _frame(panel, title)
    return shown


def _draw_atoms(panel: Any, atoms: Atoms, title: str) -> None:
    """The atoms of a cluster of fcc as balls seen from afar, the nearer ones in front, darker."""
    from matplotlib.collections import EllipseCollection
    from matplotlib.colors import to_rgb

    order = np.argsort(atoms.positions @ np.cross(*VIEW))
    places = atoms.positions[order] @ VIEW.T
    strength = np.linspace(0.25, 1, len(atoms))[:, None]
    size = 0.75 * nearest_neighbour_distances(atoms.positions).mean()
    balls = EllipseCollection(
        size,
        size,
        0,
        units="xy",
        offsets=places,
        offset_transform=panel.transData,
        facecolors=1 - strength * (1 - np.array(to_rgb(BY_LABEL["fcc"].colour))),
        edgecolors="white",
        linewidths=0.5,
    )
    panel.add_collection(balls)
    panel.set_aspect("equal")
    for limits, values in zip((panel.set_xlim, panel.set_ylim), places.T, strict=True):
        limits(values.min() - size, values.max() + size)
    _frame(panel, title)
    panel.set_axis_off()


def _frame(panel: Any, title: str) -> None:
    panel.set_title(title, fontsize=9)
    panel.set_xticks([])
    panel.set_yticks([])


def _letter(panel: Any, letter: str) -> None:
    """The letter that the paper gives this part of its figure."""
    panel.set_title(letter, loc="left", fontsize=11, fontweight="bold")
