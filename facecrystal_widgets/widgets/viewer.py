"""The structure in the beam: atoms in 3D, drawn by nglview."""

import json
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import ipywidgets as ipw
import numpy as np
from ase import Atoms
from ase.data import chemical_symbols

from ..crystals.neighbours import bond_length
from ..defects import DefectRecipe
from ..diffraction.detector import Detector
from ..session.session import Session
from .nglview_adapter import NGLScene
from .panel import Panel, heading
from .scene import (
    GHOST,
    component_coordinates,
    first_view,
    host_colour,
    laboratory_positions,
    substitute_colours,
)
from .view import bundle


class ViewerPanel(Panel):
    """The defective cluster, its vacated sites, the crystal's axes and the beam.

    Attributes
    ----------
    scene : what is drawn, as ``viewer.js`` reads it.
    hidden : for each component of the scene, whether it is hidden because it holds no atom.
    """

    hook = "fcw-viewer"

    def __init__(self, session: Session | None = None) -> None:
        super().__init__(session)
        self.ngl = NGLScene()
        self.legend = ipw.HTML().add_class("fcw-legend")
        self.scene: dict[str, Any] = {}
        self.hidden: dict[int, bool] = {}
        stage = ipw.Box([self.ngl]).add_class("fcw-stage")
        self.children = (heading("structure in the beam"), stage, self.legend)
        self.listen(self.ngl)
        self.watch(self._build, "cluster", "detector")
        self.watch(self._move, "broken", "cluster", "detector")
        self.watch(self._explain, "broken", "cluster", "recipe")

    def _build(self, cluster: Atoms, detector: Detector) -> None:
        positions = laboratory_positions(cluster.positions, detector)
        bond = bond_length(cluster)
        hosts = sorted(set(cluster.numbers.tolist()))
        components = [_component(positions, GHOST, 0.09 * bond, 0.55)]
        self._sites = [np.arange(len(cluster))]
        self._species: list[int | None] = [None]
        for number in hosts:
            sites = np.flatnonzero(cluster.numbers == number)
            colour = host_colour(number)
            components.append(_component(positions[sites], colour, 0.27 * bond, 1.0))
            self._sites.append(sites)
            self._species.append(number)
        self._substitutes = substitute_colours(list(map(host_colour, hosts)))
        for colour in self._substitutes:
            components.append(_component(positions, colour, 0.27 * bond, 1.0))
            self._sites.append(np.arange(len(cluster)))
            self._species.append(None)
        self.scene = {
            "version": self.scene.get("version", 0) + 1,
            "components": components,
            "shapes": _axes(positions, detector),
            "rotation": first_view().tolist(),
            "zoom": 0.88,
        }
        self.hidden = {}
        self._send_scene()

    def _send_scene(self) -> None:
        draw = bundle("viewer.js")
        self.ngl.run_script(f"({draw.rstrip().rstrip(';')})(this, {json.dumps(self.scene)})")

    def receive(self, message: dict[str, Any], buffers: Sequence[memoryview] = ()) -> None:
        """A page opened an empty view, or has drawn the scene."""
        kind = message.get("type")
        if kind == "request_loaded":
            self._send_scene()
        elif kind == "fcw_scene" and message.get("version") == self.scene["version"]:
            self.hidden = {}  # what was sent before the scene was there is lost
            with suppress(ValueError):  # an impossible recipe: the status line reports it
                self._move(*map(self.session.get, ("broken", "cluster", "detector")))

    def _move(self, broken: Atoms, cluster: Atoms, detector: Detector) -> None:
        coordinates, empty = component_coordinates(
            broken, cluster, self.session.recipe, self._sites, self._species
        )
        message = {
            index: laboratory_positions(positions, detector)
            for index, positions in coordinates.items()
        }
        self.ngl.set_coordinates(message)
        for index, is_empty in empty.items():
            if self.hidden.get(index) != is_empty:
                self.hidden[index] = is_empty
                visible = json.dumps(not is_empty)
                self.ngl.run_script(f"this.stage.compList[{index}]?.setVisibility({visible})")

    def _explain(self, broken: Atoms, cluster: Atoms, recipe: DefectRecipe) -> None:
        counts = {s: int((broken.numbers == z).sum()) for z, s in _species(broken)}
        colours = dict(zip(recipe.species, self._substitutes, strict=False))
        colours |= {s: host_colour(z) for z, s in _species(cluster)}
        entries = [_entry(colours[s], f"{s} {count}") for s, count in counts.items()]
        vacant = len(cluster) - len(broken)
        if vacant:
            entries.append(_entry(GHOST, f"vacant {vacant}", "fcw-dot fcw-dot-small"))
        self.legend.value = f"<div class='fcw-keys'>{''.join(entries)}</div>"


def _species(atoms: Atoms) -> list[tuple[int, str]]:
    return [(z, chemical_symbols[z]) for z in sorted(set(atoms.numbers.tolist()))]


def _component(positions: np.ndarray, colour: str, radius: float, opacity: float) -> dict[str, Any]:
    lines = [
        f"ATOM  {i % 100000:5d}  X   XXX A{i % 10000:4d}    {x:8.3f}{y:8.3f}{z:8.3f}  1.00  0.00"
        for i, (x, y, z) in enumerate(positions, 1)
    ]
    pdb = "\n".join([*lines, "END", ""])
    return {"pdb": pdb, "colour": colour, "radius": radius, "opacity": opacity}


def _axes(positions: np.ndarray, detector: Detector) -> list[list[Any]]:
    """Arrows in a corner: the crystal's x, y, z, and the beam."""
    low, high = positions.min(axis=0), positions.max(axis=0)
    size, middle = float((high - low).max()), (low + high) / 2
    reach = np.linalg.norm(positions - middle, axis=1).max()  # what the camera makes room for
    corner = np.array([middle[0] - 0.9 * reach, low[1] + 0.14 * size, middle[2]])
    turned = {name: laboratory_positions(np.eye(3)[i], detector) for i, name in enumerate("xyz")}
    arrows = [
        ("x", turned["x"], 0.14, [0.84, 0.15, 0.16]),
        ("y", turned["y"], 0.16, [0.17, 0.63, 0.17]),
        ("z", turned["z"], 0.16, [0.12, 0.47, 0.71]),
        ("beam", np.array([0.0, 0.0, 1.0]), 0.34, [0.58, 0.4, 0.74]),
    ]
    shapes: list[list[Any]] = []
    for name, axis, length, colour in arrows:
        tip = corner + length * size * axis
        shapes.append(["arrow", corner.tolist(), tip.tolist(), colour, 0.011 * size, name])
        label = corner + (length + 0.05) * size * axis
        shapes.append(["text", label.tolist(), colour, 0.13 * size, name])
    return shapes


def _entry(colour: str, text: str, kind: str = "fcw-dot") -> str:
    return f"<span class='fcw-key'><i class='{kind}' style='background:{colour}'></i>{text}</span>"
