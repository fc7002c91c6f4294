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
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from ase import Atoms
from ase.data import atomic_numbers, chemical_symbols, covalent_radii, reference_states

from .arguments import check_number

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

# Volume per atom, cubic Angstrom, of elements whose cell ase.data does not give, or gives wrongly:
# molar mass over density, both from periodictable.
VOLUMES = {
    "H": 23.6, "He": 54.5, "B": 7.7, "N": 28.8, "O": 23.3, "F": 21.0, "P": 28.3, "S": 25.7,
    "Cl": 37.7, "Mn": 12.4, "Ga": 19.6, "As": 21.7, "Se": 27.4, "Br": 42.5, "In": 26.1, "Sn": 27.0,
    "Sb": 30.2, "Te": 34.0, "I": 42.7, "Pm": 33.1, "Sm": 33.2, "Hg": 24.6, "Bi": 35.6, "Pa": 25.0,
    "U": 20.9, "Np": 19.4, "Pu": 20.4, "Am": 29.5, "Cm": 30.4, "Bk": 29.3,
}  # fmt: skip

COMPOUNDS = {
    ("rocksalt", "NaCl"): 5.640, ("rocksalt", "KCl"): 6.293, ("rocksalt", "LiF"): 4.027,
    ("rocksalt", "NaF"): 4.620, ("rocksalt", "MgO"): 4.213, ("rocksalt", "CaO"): 4.811,
    ("rocksalt", "FeO"): 4.307, ("rocksalt", "NiO"): 4.168, ("rocksalt", "TiC"): 4.319,
    ("rocksalt", "TiN"): 4.235, ("rocksalt", "PbS"): 5.936, ("rocksalt", "AgCl"): 5.547,
    ("zincblende", "ZnS"): 5.409, ("zincblende", "ZnSe"): 5.668, ("zincblende", "GaAs"): 5.654,
    ("zincblende", "GaP"): 5.451, ("zincblende", "InP"): 5.869, ("zincblende", "InAs"): 6.058,
    ("zincblende", "SiC"): 4.348, ("zincblende", "BN"): 3.615, ("zincblende", "CdTe"): 6.480,
    ("zincblende", "CuCl"): 5.406, ("cesiumchloride", "CsCl"): 4.123,
    ("cesiumchloride", "CsBr"): 4.286, ("cesiumchloride", "CsI"): 4.567,
    ("cesiumchloride", "TlCl"): 3.834, ("cesiumchloride", "NiAl"): 2.881,
}  # fmt: skip
"""Measured lattice constants, Angstrom."""

MAX_Z = 98
"""Californium, the last element with a tabulated form factor."""


def atomic_number(symbol: object, argument: str = "element") -> int:
    """Atomic number of a chemical symbol that has a form factor (H to Cf), or a ValueError."""
    number = atomic_numbers.get(symbol, 0) if isinstance(symbol, str) else 0
    if not 1 <= number <= MAX_Z:
        raise ValueError(
            f"{argument}: expected a chemical symbol from H to Cf, such as 'Fe', "
            f"received {symbol!r}"
        )
    return int(number)


def volume_per_atom(element: str) -> float:
    """Volume per atom of the condensed element in cubic Angstrom; its source: see the module."""
    if element in VOLUMES:
        return VOLUMES[element]
    number = atomic_number(element)
    state = reference_states[number] or {}
    symmetry = state.get("symmetry")
    if symmetry in PROTOTYPES:
        shape = state["c/a"] / IDEAL_C_OVER_A if symmetry == "hcp" else 1.0
        return float(state["a"] ** 3 * PROTOTYPES[symmetry].volume_per_atom * shape)
    return float((2 * covalent_radii[number]) ** 3 / 2**0.5)


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


ELEMENTS = tuple(chemical_symbols[1 : MAX_Z + 1])
"""Symbols of the elements with a form factor, H to Cf."""
