"""Lattices: the four classes and those outside them, with their atoms."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

FCC = ((0.0, 0.0, 0.0), (0.0, 0.5, 0.5), (0.5, 0.0, 0.5), (0.5, 0.5, 0.0))
IDEAL_C_OVER_A = float(np.sqrt(8 / 3))


def _shifted(
    positions: Sequence[tuple[float, float, float]], shift: float
) -> tuple[tuple[float, float, float], ...]:
    return tuple((x + shift, y + shift, z + shift) for x, y, z in positions)


@dataclass(frozen=True)
class Prototype:
    """A lattice with its atoms.

    Attributes
    ----------
    name, title : for programs and for people.
    positions : fractional positions of the first species in the conventional cell.
    second : those of the second species; empty for an element.
    bond : nearest-neighbour distance over the lattice constant a.
    label : the class of the four it stands for, or None.
    """

    name: str
    title: str
    positions: tuple[tuple[float, float, float], ...]
    second: tuple[tuple[float, float, float], ...]
    bond: float
    label: str | None

    @property
    def cell(self) -> np.ndarray:
        """Rows are the lattice vectors for a = 1, (3, 3)."""
        if self.name == "hcp":
            return np.array([[1, 0, 0], [-0.5, np.sqrt(0.75), 0], [0, 0, IDEAL_C_OVER_A]])
        return np.eye(3)

    @property
    def volume_per_atom(self) -> float:
        """In units of a cubed."""
        atoms = len(self.positions) + len(self.second)
        return float(np.linalg.det(self.cell)) / atoms


PROTOTYPES = {
    p.name: p
    for p in (
        Prototype("fcc", "face-centred cubic", FCC, (), 0.5**0.5, "fcc"),
        Prototype("diamond", "diamond", FCC + _shifted(FCC, 0.25), (), 3**0.5 / 4, "diamond"),
        Prototype("bcc", "body-centred cubic", ((0, 0, 0), (0.5, 0.5, 0.5)), (), 3**0.5 / 2, "bcc"),
        Prototype("sc", "simple cubic", ((0, 0, 0),), (), 1.0, "sc"),
        Prototype("hcp", "hexagonal close-packed", ((0, 0, 0), (1 / 3, 2 / 3, 0.5)), (), 1.0, None),
        Prototype("rocksalt", "rock salt", FCC, _shifted(FCC, 0.5), 0.5, None),
        Prototype("zincblende", "zinc blende", FCC, _shifted(FCC, 0.25), 3**0.5 / 4, None),
        Prototype(
            "cesiumchloride", "caesium chloride", ((0, 0, 0),), ((0.5, 0.5, 0.5),), 3**0.5 / 2, None
        ),
    )
}

BODY_CENTRED = ((0.0, 0.0, 0.0), (0.5, 0.5, 0.5))


@dataclass(frozen=True)
class Lattice:
    """A tetragonal or hexagonal lattice with its atoms.

    Attributes
    ----------
    title : for people.
    hexagonal : whether the angle between a and b is 120°; 90° otherwise.
    positions : fractional.
    c_over_a : unless another one is asked for.
    """

    title: str
    hexagonal: bool
    positions: tuple[tuple[float, float, float], ...]
    c_over_a: float


LATTICES = {
    "dhcp": Lattice(
        "double hcp",
        True,
        ((0, 0, 0), (1 / 3, 2 / 3, 0.25), (0, 0, 0.5), (2 / 3, 1 / 3, 0.75)),
        2 * IDEAL_C_OVER_A,
    ),
    "hexagonal": Lattice("simple hexagonal", True, ((0, 0, 0),), 1.0),
    "graphite": Lattice(
        "graphite",
        True,
        ((0, 0, 0.25), (0, 0, 0.75), (1 / 3, 2 / 3, 0.25), (2 / 3, 1 / 3, 0.75)),
        2.724,
    ),
    "beta-tin": Lattice("beta-tin", False, (*BODY_CENTRED, (0, 0.5, 0.25), (0.5, 0, 0.75)), 0.5456),
    "bct": Lattice("body-centred tetragonal", False, BODY_CENTRED, 1.2),
}
"""Outside the four classes, beside those of :data:`~facecrystal_widgets.PROTOTYPES`."""
