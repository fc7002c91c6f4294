"""Checks of a structure before anything is computed from it."""

import numpy as np
from ase import Atoms
from ase.data import chemical_symbols

MAX_ATOMS = 100_000
"""Largest structure; the time of the direct sum over atoms grows with their number."""
MIN_DISTANCE = 0.05
"""Two atoms closer than this (Angstrom) are taken for the same site given twice."""
MAX_LENGTH = 1e9
"""Largest coordinate (Angstrom): beyond it a double no longer resolves a bond to 1e-7."""


class StructureError(ValueError):
    """A structure that cannot be used; the message names the fault and the remedy."""


def check_structure(atoms: Atoms) -> None:
    """Raise :class:`StructureError` unless `atoms` can scatter.

    Checked: at least one atom and at most `MAX_ATOMS`, known elements, finite positions within
    `MAX_LENGTH`, and independent cell vectors along the periodic directions. TypeError for anything
    but an ``ase.Atoms``.
    """
    if not isinstance(atoms, Atoms):
        raise TypeError(
            f"atoms: expected an ase.Atoms, received {type(atoms).__name__}; files are read with "
            "read_structure"
        )
    if len(atoms) == 0:
        raise StructureError("the structure holds no atoms; give one with at least two")
    if len(atoms) > MAX_ATOMS:
        raise StructureError(
            f"the structure holds {len(atoms):,} atoms, more than the {MAX_ATOMS:,} that can be "
            "handled; cut out a smaller piece"
        )
    unknown = np.flatnonzero((atoms.numbers < 1) | (atoms.numbers >= len(chemical_symbols)))
    if unknown.size:
        raise StructureError(
            f"atom {unknown[0] + 1} has no known element (atomic number "
            f"{atoms.numbers[unknown[0]]}); correct the species in the structure"
        )
    bad = np.flatnonzero(~(np.abs(atoms.positions) <= MAX_LENGTH).all(axis=1))
    if bad.size:
        where = ", ".join(f"{x:g}" for x in atoms.positions[bad[0]])
        raise StructureError(
            f"atom {bad[0] + 1} lies at ({where}), which is not a position in Å; correct the "
            "structure or its unit of length"
        )
    cell = np.asarray(atoms.cell)
    if not (np.abs(cell) <= MAX_LENGTH).all():
        raise StructureError(
            "the cell vectors are not lengths in Å; correct the cell or its unit of length"
        )
    vectors = cell[atoms.pbc]
    edges = np.linalg.norm(vectors, axis=1, keepdims=True)
    if (edges < MIN_DISTANCE).any() or np.linalg.det(vectors @ vectors.T / edges / edges.T) < 1e-12:
        raise StructureError(
            "the structure is periodic but its cell has no volume; give independent cell vectors "
            "along the periodic directions, or no periodicity for a cluster"
        )
