"""A local map as a picture: a slice, coloured by class, by trust and by orientation."""

from typing import Any

import numpy as np

from ..crystals.classes import CLASSES, LABELS
from ..mapping.local_map import LocalMap
from ..orientation.inverse_pole_figure import BEAM, ipf_colours, key_image

NONE_COLOUR = "#B9BEC6"
THICKNESS = 2.5
"""Of the slice, in mean distances between atoms."""


def draw_map(found: LocalMap) -> Any:
    """A matplotlib figure of the atoms within a slice across z, at half height."""
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

    atoms = found.survey.atoms
    z = atoms.positions[:, 2]
    extent = np.ptp(atoms.positions, axis=0)
    distance = (np.prod(np.maximum(extent, 1.0)) / len(atoms)) ** (1 / 3)
    inside = np.abs(z - (z.min() + z.max()) / 2) <= THICKNESS * distance / 2
    inside = inside if inside.any() else np.ones(len(atoms), bool)
    x, y = atoms.positions[inside, 0], atoms.positions[inside, 1]
    of_place = found.place_of_atom[inside]
    size = float(np.clip((120 * distance / max(extent[:2].max(), 1.0)) ** 2, 1, 90))

    figure = Figure(figsize=(12, 5.2), layout="constrained")
    panels, keys = figure.subplots(2, 3, height_ratios=(6, 1))
    classes = np.array([*(c.colour for c in CLASSES), NONE_COLOUR])
    answers = found.atom_classes[inside]
    panels[0].scatter(x, y, size, classes[answers], linewidths=0)
    names = (*LABELS, "none")
    handles = [
        Line2D([], [], color=classes[i], marker="o", linestyle="", label=names[i])
        for i in np.unique(answers)
    ]
    keys[0].legend(handles=handles, ncols=len(handles), loc="upper center", frameon=False)
    keys[0].set_axis_off()
    shown = panels[1].scatter(
        x, y, size, found.trust[of_place], linewidths=0, cmap="viridis", vmin=0, vmax=1
    )
    figure.colorbar(shown, cax=keys[1].inset_axes((0.2, 0.6, 0.6, 0.2)), orientation="horizontal")
    keys[1].set_axis_off()
    colours = ipf_colours(found.rotations, BEAM)[of_place] / 255
    colours[~found.crystalline[inside]] = 0.75
    panels[2].scatter(x, y, size, colours, linewidths=0)
    _draw_key(keys[2])
    titles = ("class", "trust", "orientation: crystal direction along z")
    for panel, title in zip(panels, titles, strict=True):
        panel.set_title(title, fontsize=10)
        panel.set_aspect("equal")
        panel.set_xlabel("x (Å)")
        panel.set_ylabel("y (Å)")
    return figure


def _draw_key(panel: Any) -> None:
    image = key_image(160)
    panel.imshow(image)
    panel.set_axis_off()
    height, width = image.shape[:2]
    for name, place, side in (
        ("001", (-4, height), "right"),
        ("011", (width + 4, height), "left"),
        ("111", (0.88 * width + 6, 4), "left"),
    ):
        panel.text(*place, name, ha=side, va="center", fontsize=7)
