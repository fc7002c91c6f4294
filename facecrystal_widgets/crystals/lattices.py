"""All lattices with their atoms: the crystal classes, and others that lie outside them.

To add a lattice, add a row to `LATTICES`; :func:`~facecrystal_widgets.prototype` fills it with
elements, the page offers it, and the catalogue of specimens includes it with its example. Its
space group goes into the test of this module.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from itertools import product

import numpy as np

from .classes import BODY_CENTRED, CLASSES, FCC, PRIMITIVE, Sites, shifted

HCP: Sites = ((0, 0, 0), (1 / 3, 2 / 3, 0.5))
DHCP: Sites = ((0, 0, 0), (1 / 3, 2 / 3, 0.25), (0, 0, 0.5), (2 / 3, 1 / 3, 0.75))
GRAPHITE: Sites = ((0, 0, 0.25), (0, 0, 0.75), (1 / 3, 2 / 3, 0.25), (2 / 3, 1 / 3, 0.75))
BETA_TIN: Sites = (*BODY_CENTRED, (0, 0.5, 0.25), (0.5, 0, 0.75))
IDEAL_C_OVER_A = float(np.sqrt(8 / 3))


@dataclass(frozen=True)
class Lattice:
    """A lattice with its atoms.

    Attributes
    ----------
    name, title : for programs, in lower case, and for people.
    positions : fractional positions of the first species in the conventional cell.
    second : those of the second species; empty for an element.
    example : an element or compound that has it, or nearly; "" where none does.
    c_over_a : ratio of the axes of a tetragonal or hexagonal lattice; None for a cubic one.
    hexagonal : whether the angle between a and b is 120°; 90° otherwise.
    label : the crystal class it stands for, or None.
    offered : whether the page offers it among the prototypes.
    """

    name: str
    title: str
    positions: Sites
    second: Sites = ()
    example: str = ""
    c_over_a: float | None = None
    hexagonal: bool = False
    label: str | None = None
    offered: bool = True

    @property
    def cell(self) -> np.ndarray:
        """Rows are the lattice vectors for a = 1, (3, 3)."""
        cell = np.diag([1.0, 1.0, self.c_over_a or 1.0])
        if self.hexagonal:
            cell[1] = -0.5, np.sqrt(0.75), 0
        return cell

    @property
    def volume_per_atom(self) -> float:
        """In units of a cubed."""
        atoms = len(self.positions) + len(self.second)
        return float(np.linalg.det(self.cell)) / atoms

    @property
    def bond(self) -> float:
        """Nearest-neighbour distance over the lattice constant a."""
        sites = np.array(self.positions + self.second) % 1.0
        shifts = np.array(list(product((-1, 0, 1), repeat=3)))
        bonds = (sites + shifts[:, None] - sites[:, None, None]) @ self.cell
        squares = (bonds**2).sum(axis=-1).round(12)  # 1, not 1 - 2e-16
        return float(np.sqrt(squares[squares > 0].min()))


LATTICES: Mapping[str, Lattice] = {
    lattice.name: lattice
    for lattice in (
        *(
            Lattice(known.label, known.title, known.positions, (), known.example, label=known.label)
            for known in CLASSES
        ),
        Lattice("hcp", "hexagonal close-packed", HCP, (), "Mg", IDEAL_C_OVER_A, hexagonal=True),
        Lattice("rocksalt", "rock salt", FCC, shifted(FCC, 0.5), "NaCl"),
        Lattice("zincblende", "zinc blende", FCC, shifted(FCC, 0.25), "ZnS"),
        Lattice("cesiumchloride", "caesium chloride", PRIMITIVE, shifted(PRIMITIVE, 0.5), "CsCl"),
        Lattice("dhcp", "double hcp", DHCP, (), "La", 2 * IDEAL_C_OVER_A, True, offered=False),
        Lattice("hexagonal", "simple hexagonal", PRIMITIVE, (), "Sn", 1.0, True, offered=False),
        Lattice("graphite", "graphite", GRAPHITE, (), "C", 2.724, True, offered=False),
        Lattice("beta-tin", "beta-tin", BETA_TIN, (), "Sn", 0.5456, offered=False),
        Lattice("bct", "body-centred tetragonal", BODY_CENTRED, c_over_a=1.2, offered=False),
    )
}

PROTOTYPES: Mapping[str, Lattice] = {
    name: lattice for name, lattice in LATTICES.items() if lattice.offered
}
"""Those that the page offers."""


def find_lattice(name: str) -> Lattice:
    """The row of `LATTICES` with this name, whatever its case, spaces and hyphens."""
    key = _key(str(name)).replace("caesium", "cesium")
    for lattice in LATTICES.values():
        if _key(lattice.name) == key:
            return lattice
    raise ValueError(f"name: expected one of {', '.join(LATTICES)}, received {name!r}")


def _key(name: str) -> str:
    return re.sub(r"[\s_-]", "", name.lower())
