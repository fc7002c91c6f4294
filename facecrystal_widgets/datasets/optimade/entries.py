"""One entry of a database as a structure (OPTIMADE specification v1, "Structures Entries").

A list of entries comes from strangers: every field may be missing, null or nonsense. An entry that
gives no ordered crystal is refused with one of the reasons below, so that they can be counted.
"""

import math
from typing import Any, TypeGuard

from ase import Atoms
from ase.data import atomic_numbers

from ...crystals.checks import StructureError, check_structure
from ...crystals.classes import CLASSES
from ...crystals.cluster import build_cluster
from ...crystals.preparation import preparation, prototype_label

FIELDS = (
    *("lattice_vectors", "cartesian_site_positions", "species", "species_at_sites"),
    *("dimension_types", "structure_features", "immutable_id", "last_modified"),
)
"""What is asked for of every entry."""
SPACE_GROUP = "space_group_it_number"
"""Since version 1.2, where the provider has it."""
UNLISTED = {
    "implicit_atoms": "atoms that are not listed",
    "site_attachments": "atoms attached to a site without a position",
    "assemblies": "disordered: assemblies of sites that exclude one another",
}
"""Structure features that positions alone do not tell, and what they mean."""
CONCENTRATION = 1e-3
"""By how much a concentration may differ from 0 or 1."""


class EntryError(Exception):
    """Why an entry is left out: a `reason` that is the same for all of its kind, and details."""

    def __init__(self, reason: str, detail: str = "") -> None:
        super().__init__(f"{reason} ({detail})" if detail else reason)
        self.reason, self.detail = reason, detail


def identifier(entry: Any) -> str:
    """The id of an entry, unique in its database."""
    name = entry.get("id") if isinstance(entry, dict) else None
    if isinstance(name, int) and not isinstance(name, bool):
        name = str(name)  # against the specification, but seen
    if not isinstance(name, str) or not 0 < len(name) <= 255 or not name.isprintable():
        raise EntryError("no usable id")
    return name


def attributes(entry: dict[str, Any]) -> dict[str, Any]:
    """The properties of an entry."""
    found = entry.get("attributes")
    if entry.get("type") != "structures" or not isinstance(found, dict):
        raise EntryError("no entry of a structure")
    return found


def entry_atoms(entry: dict[str, Any], elements: tuple[str, ...] = ()) -> Atoms:
    """The crystal in an entry, made of one of the `elements` (of any, if empty).

    Returns
    -------
    ``ase.Atoms``, periodic along all axes, with Cartesian positions as given, Angstrom.

    Raises
    ------
    EntryError
        says why it is left out.
    """
    given = attributes(entry)
    _check_features(given)
    symbols = _symbols(given)
    others = sorted(set(symbols) - set(elements)) if elements else []
    if len(set(symbols)) > 1 or others:
        raise EntryError("another composition than asked for", ", ".join(sorted(set(symbols))))
    cell = _vectors(given, "lattice_vectors", "lattice vectors")
    positions = _vectors(given, "cartesian_site_positions", "positions")
    if len(cell) != 3 or len(positions) != len(symbols):
        raise EntryError(
            "numbers of vectors, positions and species that do not fit together",
            f"{len(cell)} lattice vectors, {len(positions)} positions, {len(symbols)} species",
        )
    atoms = Atoms(symbols, positions=positions, cell=cell, pbc=True)
    try:
        check_structure(atoms)
    except StructureError as error:
        raise EntryError("a structure that cannot be used", str(error)) from error
    return atoms


def crystal_class(atoms: Atoms) -> str:
    """The class of the four that spglib finds; EntryError where it finds another lattice."""
    try:
        made = preparation(build_cluster(atoms))
    except StructureError as error:
        raise EntryError("a structure that cannot be used", str(error)) from error
    label = prototype_label(made)
    if label is not None:
        return label
    if made.space_group in {known.space_group for known in CLASSES}:
        raise EntryError(
            "one of the four space groups, but not fcc, diamond, bcc or sc",
            f"{made.symbol}, {len(made.cell_numbers)} atoms in the conventional cell",
        )
    raise EntryError("another space group than the four", made.symbol or made.note)


def _check_features(given: dict[str, Any]) -> None:
    if given.get("dimension_types") not in (None, [1, 1, 1]):
        raise EntryError("not periodic in three dimensions", f"{given['dimension_types']!r:.60}")
    features = given.get("structure_features")
    for feature, reason in UNLISTED.items():
        if isinstance(features, list) and feature in features:
            raise EntryError(reason)


def _symbols(given: dict[str, Any]) -> list[str]:
    """The chemical symbol at every site."""
    names, species = given.get("species_at_sites"), given.get("species")
    if not _is_filled(names) or not _is_filled(species):
        raise EntryError("no species")
    kinds = {}
    for kind in species:
        if isinstance(kind, dict) and isinstance(kind.get("name"), str):
            kinds[kind["name"]] = kind
    undefined = [name for name in names if not isinstance(name, str) or name not in kinds]
    if undefined:
        raise EntryError("a site whose species is not defined", f"{undefined[0]!r:.60}")
    symbols = {name: _symbol(kinds[name]) for name in set(names)}
    return [symbols[name] for name in names]


def _symbol(kind: dict[str, Any]) -> str:
    """The one chemical symbol of a species."""
    symbols, shares = kind.get("chemical_symbols"), kind.get("concentration")
    if not _is_filled(symbols) or not _is_filled(shares) or len(symbols) != len(shares):
        raise EntryError("a species without symbols and concentrations")
    if not all(is_finite(share) for share in shares):
        raise EntryError("a species without symbols and concentrations")
    present = [(s, c) for s, c in zip(symbols, shares, strict=True) if c > CONCENTRATION]
    if len(present) > 1:
        kinds = ", ".join(f"{symbol!r:.20} {share:g}" for symbol, share in present)
        vacant = any(symbol == "vacancy" for symbol, _ in present)
        what = "sites that are partly vacant" if vacant else "sites shared by several species"
        raise EntryError(f"disordered: {what}", kinds)
    if not present or present[0][1] < 1 - CONCENTRATION or present[0][0] == "vacancy":
        raise EntryError("disordered: sites that are partly vacant", f"{shares!r:.60}")
    symbol = present[0][0]
    if not isinstance(symbol, str) or atomic_numbers.get(symbol, 0) == 0:
        raise EntryError("an unknown element", f"{symbol!r:.60}")
    if kind.get("attached"):
        raise EntryError(UNLISTED["site_attachments"])
    return symbol


def _vectors(given: dict[str, Any], field: str, name: str) -> list[list[float]]:
    """(n, 3), finite."""
    vectors = given.get(field)
    if not _is_filled(vectors):
        raise EntryError(f"no {name}")
    for vector in vectors:
        if not isinstance(vector, list) or len(vector) != 3 or not all(map(is_finite, vector)):
            raise EntryError(f"{name} that are not three finite numbers each", f"{vector!r:.60}")
    return [[float(x) for x in vector] for vector in vectors]


def _is_filled(value: object) -> TypeGuard[list[Any]]:
    return isinstance(value, list) and len(value) > 0


def is_finite(value: object) -> bool:
    """Whether `value` is a number that a float can hold."""
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    try:
        return math.isfinite(value)
    except OverflowError:  # a whole number beyond all floats
        return False
