"""Prototype structures: the paper's four classes, and four lattices that lie outside them.

Default lattice constants, in this order:

1. measured, where the element crystallises in the prototype: the values of ``ase.data``
   (Ashcroft & Mermin, "Solid State Physics", and Kittel, "Introduction to Solid State Physics");
2. elsewhere the volume per atom of the element is kept: from its measured fcc, bcc, hcp, sc or
   diamond cell in ``ase.data``, or from the density of the solid (of the liquid for H, He, N, O,
   F, Cl) as listed by the package periodictable, after the ILL Neutron Data Booklet. Se and Te are
   of the second kind: ``ase.data`` calls their chains hcp, which they are not;
3. for At, Rn, Fr, Ra and Cf, of which neither lists a value, the volume is that of fcc with twice
   the covalent radius as bond length (Cordero et al., Dalton Trans. 2008, 2832).

Compounds: measured values after Wyckoff, "Crystal Structures" (1963), for those in `COMPOUNDS`,
the sum of the covalent radii elsewhere.
"""

import re

import numpy as np
from ase import Atoms
from ase.data import covalent_radii, reference_states

from ..arguments import check_number
from .elements import COMPOUNDS, VOLUMES, atomic_number, volume_per_atom
from .lattices import LATTICES, PROTOTYPES, Prototype


def default_lattice_constant(name: str, element: str) -> float:
    """Lattice constant a in Angstrom that :func:`prototype` uses when none is given."""
    lattice, symbols = _parse(name, element)
    if len(symbols) == 2:
        for pair in (symbols, symbols[::-1]):
            if (lattice.name, "".join(pair)) in COMPOUNDS:
                return COMPOUNDS[lattice.name, "".join(pair)]
        radii = [covalent_radii[atomic_number(symbol)] for symbol in symbols]
        return float(sum(radii) / lattice.bond)
    state = reference_states[atomic_number(symbols[0])] or {}
    if state.get("symmetry") == lattice.name and symbols[0] not in VOLUMES:
        return float(state["a"])
    return float((volume_per_atom(symbols[0]) / lattice.volume_per_atom) ** (1 / 3))


def _parse(name: str, element: str) -> tuple[Prototype, tuple[str, ...]]:
    key = re.sub(r"[\s_-]", "", str(name).lower()).replace("caesium", "cesium")
    if key not in PROTOTYPES:
        raise ValueError(f"name: expected one of {', '.join(PROTOTYPES)}, received {name!r}")
    lattice = PROTOTYPES[key]
    symbols = tuple(re.findall("[A-Z][a-z]?", str(element)))
    expected = 2 if lattice.second else 1
    if len(set(symbols)) != expected or "".join(symbols) != element:
        what = "two elements, such as 'NaCl'" if expected == 2 else "one element, such as 'Fe'"
        raise ValueError(f"element: {lattice.name} expects {what}, received {element!r}")
    for symbol in symbols:
        atomic_number(symbol)
    return lattice, symbols


def prototype(name: str, element: str, lattice_constant: float | None = None) -> Atoms:
    """A crystal in its conventional cell.

    Parameters
    ----------
    name : ``fcc``, ``diamond``, ``bcc``, ``sc`` (the four classes), or ``hcp``, ``rocksalt``,
        ``zincblende``, ``cesiumchloride``, which lie outside them.
    element : chemical symbol, H to Cf; two of them for a compound, e.g. ``"NaCl"``.
    lattice_constant : a in Angstrom; by default as the module describes. hcp has the ideal c/a.

    Returns
    -------
    A periodic ``ase.Atoms``.

    Raises
    ------
    ValueError
        for an unknown name or element, or a lattice constant that is not from 0.1 to 100 Å.

    >>> prototype("bcc", "Fe").cell.lengths()[0].item()
    2.87
    >>> len(prototype("rock salt", "NaCl"))
    8
    """
    lattice, symbols = _parse(name, element)
    a = default_lattice_constant(name, element) if lattice_constant is None else lattice_constant
    a = check_number("lattice_constant", a, 0.1, 100, "a length in Å")
    numbers = [atomic_number(symbols[0])] * len(lattice.positions)
    numbers += [atomic_number(symbols[-1])] * len(lattice.second)
    positions = np.array(lattice.positions + lattice.second) % 1.0
    return Atoms(numbers=numbers, scaled_positions=positions, cell=a * lattice.cell, pbc=True)


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
