"""Prototype structures: a lattice of :mod:`.lattices` filled with elements.

Default lattice constants, in this order:

1. measured, where the element crystallises in the lattice: the values of ``ase.data``
   (Ashcroft & Mermin, "Solid State Physics", and Kittel, "Introduction to Solid State Physics"),
   and for carbon as graphite, which is much less dense than diamond, that of Wyckoff;
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
from dataclasses import replace

import numpy as np
from ase import Atoms
from ase.data import covalent_radii, reference_states

from ..arguments import check_number
from .elements import COMPOUNDS, LAYERED, VOLUMES, atomic_number, volume_per_atom
from .lattices import Lattice, find_lattice


def prototype(
    name: str,
    element: str,
    lattice_constant: float | None = None,
    c_over_a: float | None = None,
) -> Atoms:
    """A crystal in its conventional cell.

    Parameters
    ----------
    name : ``fcc``, ``diamond``, ``bcc``, ``sc`` (the four classes), or a lattice outside them:
        ``hcp``, ``rocksalt``, ``zincblende``, ``cesiumchloride``, ``dhcp``, ``hexagonal``,
        ``graphite``, ``beta-tin``, ``bct``.
    element : chemical symbol, H to Cf; two of them for a compound, e.g. ``"NaCl"``.
    lattice_constant : a in Angstrom, 0.1 to 100; by default as the module describes.
    c_over_a : ratio of the axes of a tetragonal or hexagonal lattice, 0.1 to 10; by default that
        of its row in :data:`.LATTICES`, ideal for hcp.

    Returns
    -------
    A periodic ``ase.Atoms``.

    Raises
    ------
    ValueError
        for an unknown name or element, a number out of range, or the `c_over_a` of a cubic lattice.

    >>> prototype("bcc", "Fe").cell.lengths()[0].item()
    2.87
    >>> len(prototype("rock salt", "NaCl"))
    8
    """
    lattice, symbols = _parse(name, element, c_over_a)
    a = _lattice_constant(lattice, symbols) if lattice_constant is None else lattice_constant
    a = check_number("lattice_constant", a, 0.1, 100, "a length in Å")
    numbers = [atomic_number(symbols[0])] * len(lattice.positions)
    numbers += [atomic_number(symbols[-1])] * len(lattice.second)
    positions = np.array(lattice.positions + lattice.second) % 1.0
    return Atoms(numbers=numbers, scaled_positions=positions, cell=a * lattice.cell, pbc=True)


def default_lattice_constant(name: str, element: str) -> float:
    """Lattice constant a in Angstrom that :func:`prototype` uses when none is given."""
    return _lattice_constant(*_parse(name, element))


def _lattice_constant(lattice: Lattice, symbols: tuple[str, ...]) -> float:
    if len(symbols) == 2:
        for pair in (symbols, symbols[::-1]):
            if (lattice.name, "".join(pair)) in COMPOUNDS:
                return COMPOUNDS[lattice.name, "".join(pair)]
        radii = [covalent_radii[atomic_number(symbol)] for symbol in symbols]
        return float(sum(radii) / lattice.bond)
    (element,) = symbols
    if (lattice.name, element) in LAYERED:
        return LAYERED[lattice.name, element]
    state = reference_states[atomic_number(element)] or {}
    if state.get("symmetry") == lattice.name and element not in VOLUMES:
        return float(state["a"])
    return float((volume_per_atom(element) / lattice.volume_per_atom) ** (1 / 3))


def _parse(
    name: str, element: str, c_over_a: float | None = None
) -> tuple[Lattice, tuple[str, ...]]:
    """The lattice, with the ratio of axes asked for, and the one or two symbols."""
    lattice = find_lattice(name)
    symbols = tuple(re.findall("[A-Z][a-z]?", str(element)))
    expected = 2 if lattice.second else 1
    if len(set(symbols)) != expected or "".join(symbols) != element:
        what = "two elements, such as 'NaCl'" if expected == 2 else "one element, such as 'Fe'"
        raise ValueError(f"element: {lattice.name} expects {what}, received {element!r}")
    for symbol in symbols:
        atomic_number(symbol)
    if c_over_a is None:
        return lattice, symbols
    if lattice.c_over_a is None:
        raise ValueError(
            f"c_over_a: expected none for {lattice.name}, which is cubic, received {c_over_a!r}; "
            "leave it out"
        )
    ratio = check_number("c_over_a", c_over_a, 0.1, 10)
    return replace(lattice, c_over_a=ratio), symbols
