"""Single crystals: the four classes, and lattices outside them."""

from dataclasses import dataclass

import numpy as np
from ase import Atoms
from scipy.spatial.transform import Rotation

from ...arguments import check_number
from ...prototypes import IDEAL_C_OVER_A, PROTOTYPES, prototype, volume_per_atom
from .specimen import OWN_AXES, Specimen, specimen

BODY_CENTRED = ((0.0, 0.0, 0.0), (0.5, 0.5, 0.5))
BAIN = float(np.sqrt(2))
"""c/a at which the body-centred tetragonal lattice is fcc; at 1 it is bcc."""


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


GRAPHITE = 2.464
"""Its lattice constant a, Angstrom (Wyckoff, "Crystal Structures", 1963)."""


def lattice(
    name: str, element: str, c_over_a: float | None = None, lattice_constant: float | None = None
) -> Atoms:
    """The unit cell of one of `LATTICES`.

    Parameters
    ----------
    name : a key of `LATTICES`.
    element : chemical symbol, H to Cf.
    c_over_a : ratio of the axes, 0.1 to 10.
    lattice_constant : a in Angstrom; by default the volume per atom of the element is kept, but
        for carbon as graphite, which is much less dense than diamond.

    Returns
    -------
    A periodic ``ase.Atoms``.

    >>> from facecrystal_widgets import find_symmetry
    >>> [find_symmetry(lattice(name, "Sn")).symbol for name in ("beta-tin", "dhcp")]
    ['I4_1/amd', 'P6_3/mmc']
    """
    if name not in LATTICES:
        raise ValueError(f"name: expected one of {', '.join(LATTICES)}, received {name!r}")
    known = LATTICES[name]
    ratio = known.c_over_a if c_over_a is None else c_over_a
    ratio = check_number("c_over_a", ratio, 0.1, 10)
    cell = np.diag([1.0, 1.0, ratio])
    if known.hexagonal:
        cell[1] = -0.5, np.sqrt(0.75), 0
    atoms = Atoms(f"{element}{len(known.positions)}", cell=cell, pbc=True)
    if lattice_constant is not None:
        a = check_number("lattice_constant", lattice_constant, 0.1, 100, "a length in Å")
    elif (name, element) == ("graphite", "C"):
        a = GRAPHITE
    else:
        a = (volume_per_atom(element) * len(atoms) / atoms.cell.volume) ** (1 / 3)
    atoms.set_cell(a * cell)
    atoms.set_scaled_positions(known.positions)
    return atoms


def crystal(name: str, element: str) -> Specimen:
    """An endless single crystal, pristine, with the axes of its cell.

    Parameters
    ----------
    name : a name that :func:`~facecrystal_widgets.prototype` or :func:`lattice` takes.
    element : one chemical symbol; two for a compound, as ``"NaCl"``.
    """
    if name in PROTOTYPES:
        known = PROTOTYPES[name]
        atoms, title, label = prototype(name, element), known.title, known.label
    else:
        atoms, title, label = lattice(name, element), LATTICES[name].title, None
    return specimen(f"{name}-{element}", f"{element}, {title}", atoms, label, OWN_AXES)


def bain(element: str, c_over_a: float) -> Specimen:
    """Body-centred tetragonal along the Bain path at constant volume: bcc at c/a = 1, fcc at √2.

    In between it is neither. The rotation tells the axes of the cell; at √2 those of fcc, which
    lie at 45° to them.
    """
    label, axes = None, OWN_AXES
    if np.isclose(c_over_a, 1):
        label = "bcc"
    elif np.isclose(c_over_a, BAIN):
        label, axes = "fcc", Rotation.from_euler("z", 45, degrees=True).as_matrix()[None]
    atoms = lattice("bct", element, c_over_a)
    name = f"bain-{element}-{c_over_a:.3f}"
    about = f"{element}, body-centred tetragonal, c/a = {c_over_a:.3f}"
    return specimen(name, about, atoms, label, axes)
