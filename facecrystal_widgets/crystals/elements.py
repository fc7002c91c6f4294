"""Chemical elements: symbols, volumes per atom, measured lattice constants of compounds."""

from ase.data import atomic_numbers, chemical_symbols, covalent_radii, reference_states

from .lattices import LATTICES

VOLUMES = {
    "H": 23.6, "He": 54.5, "B": 7.7, "N": 28.8, "O": 23.3, "F": 21.0, "P": 28.3, "S": 25.7,
    "Cl": 37.7, "Mn": 12.4, "Ga": 19.6, "As": 21.7, "Se": 27.4, "Br": 42.5, "In": 26.1, "Sn": 27.0,
    "Sb": 30.2, "Te": 34.0, "I": 42.7, "Pm": 33.1, "Sm": 33.2, "Hg": 24.6, "Bi": 35.6, "Pa": 25.0,
    "U": 20.9, "Np": 19.4, "Pu": 20.4, "Am": 29.5, "Cm": 30.4, "Bk": 29.3,
}  # fmt: skip
"""Volume per atom, cubic Angstrom, of elements whose cell ase.data lacks or gives wrongly: molar
mass over density, both from periodictable."""

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
"""Measured lattice constants a of compounds, Angstrom (Wyckoff, "Crystal Structures", 1963)."""

LAYERED = {("graphite", "C"): 2.464}
"""Those of elements less dense in this lattice than in their others (from the same source)."""

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
    """Volume per atom of the condensed element, cubic Angstrom; sources: :mod:`.prototypes`."""
    if element in VOLUMES:
        return VOLUMES[element]
    number = atomic_number(element)
    state = reference_states[number] or {}
    lattice = LATTICES.get(state.get("symmetry", ""))
    if lattice is not None:
        shape = state["c/a"] / lattice.c_over_a if lattice.c_over_a else 1.0
        return float(state["a"] ** 3 * lattice.volume_per_atom * shape)
    return float((2 * covalent_radii[number]) ** 3 / 2**0.5)


ELEMENTS = tuple(chemical_symbols[1 : MAX_Z + 1])
"""Symbols of the elements with a form factor, H to Cf."""
