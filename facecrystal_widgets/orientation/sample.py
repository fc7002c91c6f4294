"""The central atoms of a structure, scaled to bond lengths: what an orientation is fitted to."""

import numpy as np
from ase import Atoms
from ase.geometry import minkowski_reduce

from ..crystals.checks import StructureError
from ..crystals.neighbours import nearest_neighbour_distances

SAMPLE = 160
"""Atoms that are looked at: enough to tell, few enough for spots that a grid of 6 degrees meets."""


def sample(atoms: Atoms, number: int = SAMPLE) -> tuple[np.ndarray, bool]:
    """Positions (n, 3) of about `number` atoms at the centre, and whether others were left out.

    A periodic structure is replicated first, so that a sphere of them fits in; a
    non-periodic one that is hardly larger is taken whole.
    """
    if atoms.pbc.any():
        positions = _replicated(atoms, number)
        return positions[central(positions, number, 1)], True
    inner = central(atoms.positions, number)
    return atoms.positions[inner], len(inner) < len(atoms)


def central(positions: np.ndarray, number: int = SAMPLE, spare: float = 2) -> np.ndarray:
    """Indices of the `number` atoms nearest to the centre; of all up to `spare` times as many."""
    if len(positions) <= spare * number:
        return np.arange(len(positions))
    distances = np.linalg.norm(positions - positions.mean(axis=0), axis=1)
    return np.sort(np.argpartition(distances, number)[:number])


def scaled(positions: np.ndarray) -> tuple[np.ndarray, float]:
    """Positions about their centre in units of the mean nearest-neighbour distance, and that."""
    bond = float(nearest_neighbour_distances(positions).mean())
    if not bond > 0:
        raise StructureError("all atoms lie upon one another; give a structure with a bond length")
    return (positions - positions.mean(axis=0)) / bond, bond


def _replicated(atoms: Atoms, number: int) -> np.ndarray:
    """Positions of a block of cells into which a sphere of `number` atoms fits."""
    cell = np.asarray(minkowski_reduce(atoms.cell.complete(), atoms.pbc)[0])
    inverse = np.linalg.inv(cell)
    positions = atoms.positions - np.floor(atoms.positions @ inverse) * atoms.pbc @ cell
    heights = 1 / np.linalg.norm(inverse, axis=0)
    extent = np.where(atoms.pbc, heights, np.ptp(atoms.positions, axis=0).max() + 1.0)
    volume = abs(np.linalg.det(cell)) * np.prod(extent / heights)
    diameter = 2 * (3 * number * volume / len(atoms) / (4 * np.pi)) ** (1 / 3)
    replicas = np.where(atoms.pbc, np.ceil(diameter / heights + 1), 1).astype(int)
    replicas = np.minimum(replicas, 4 * number)
    shifts = np.stack(np.meshgrid(*map(np.arange, replicas)), axis=-1).reshape(-1, 3) @ cell
    return np.asarray((shifts[:, None] + positions).reshape(-1, 3))
