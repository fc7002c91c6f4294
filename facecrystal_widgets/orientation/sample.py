"""The central atoms of a structure, in bond lengths: to which an orientation is fitted."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from ase import Atoms
from ase.geometry import minkowski_reduce

from ..crystals.checks import StructureError
from ..crystals.neighbours import nearest_neighbour_distances
from ..crystals.periodic import into_cell

SAMPLE = 160
"""Atoms of a sample: enough to decide, few enough for spots as wide as a grid of 6 degrees."""


@dataclass(frozen=True, eq=False)
class Sample:
    """The atoms of a structure that its orientation is fitted to.

    Attributes
    ----------
    positions : of any unit of length, (n, 3).
    index : of these atoms in the structure, or in the block of cells it was replicated to, (n,).
    n_atoms : number of atoms in the structure.
    partial : whether atoms of the structure were left out.
    """

    positions: np.ndarray
    index: np.ndarray
    n_atoms: int
    partial: bool

    @cached_property
    def distances(self) -> np.ndarray:
        """Distance of each atom to its nearest neighbour, (n,)."""
        return nearest_neighbour_distances(self.positions)

    @cached_property
    def bond(self) -> float:
        """Mean of the distances; StructureError where it is zero."""
        bond = float(self.distances.mean())
        if not bond > 0:
            raise StructureError(
                "all atoms lie upon one another; give a structure with a bond length"
            )
        return bond

    @cached_property
    def scaled(self) -> np.ndarray:
        """Positions about their centre in units of the bond, (n, 3)."""
        return np.asarray((self.positions - self.positions.mean(axis=0)) / self.bond)


def sample(atoms: Atoms) -> Sample:
    """About `SAMPLE` atoms at the centre of a structure.

    A periodic structure is replicated first, so that a sphere of them fits in; a non-periodic one
    that is hardly larger is taken whole.
    """
    if not atoms.pbc.any():
        return sample_of(atoms.positions)
    positions = _replicated(atoms)
    index = central(positions, spare=1)
    return Sample(positions[index], index, len(atoms), partial=True)


def sample_of(positions: np.ndarray) -> Sample:
    """The same of positions (n_atoms, 3), of any unit, that are not periodic."""
    index = central(positions)
    return Sample(positions[index], index, len(positions), partial=len(index) < len(positions))


def central(positions: np.ndarray, spare: float = 2) -> np.ndarray:
    """Indices of the `SAMPLE` atoms nearest to the centre; of all up to `spare` times as many."""
    if len(positions) <= spare * SAMPLE:
        return np.arange(len(positions))
    distances = np.linalg.norm(positions - positions.mean(axis=0), axis=1)
    return np.sort(np.argpartition(distances, SAMPLE)[:SAMPLE])


def _replicated(atoms: Atoms) -> np.ndarray:
    """Positions of a block of cells into which a sphere of `SAMPLE` atoms fits."""
    cell = np.asarray(minkowski_reduce(atoms.cell.complete(), atoms.pbc)[0])
    inverse = np.linalg.inv(cell)
    positions = into_cell(atoms.positions, cell, inverse * atoms.pbc)
    heights = 1 / np.linalg.norm(inverse, axis=0)
    extent = np.where(atoms.pbc, heights, np.ptp(atoms.positions, axis=0).max() + 1.0)
    volume = abs(np.linalg.det(cell)) * np.prod(extent / heights)
    diameter = 2 * (3 * SAMPLE * volume / len(atoms) / (4 * np.pi)) ** (1 / 3)
    replicas = np.where(atoms.pbc, np.ceil(diameter / heights + 1), 1).astype(int)
    replicas = np.minimum(replicas, 4 * SAMPLE)
    shifts = np.stack(np.meshgrid(*map(np.arange, replicas)), axis=-1).reshape(-1, 3) @ cell
    return np.asarray((shifts[:, None] + positions).reshape(-1, 3))
