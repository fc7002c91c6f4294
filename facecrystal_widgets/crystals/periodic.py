"""Positions brought into the cell, and periodic images of atoms.

Cells are given by their vectors along the periodic directions, (k, 3), Angstrom, and the inverse of
these, (3, k), which gives fractional positions: ``positions @ inverse``.
"""

from collections.abc import Iterable

import numpy as np
from ase import Atoms

from .checks import MIN_DISTANCE


def periodic_vectors(atoms: Atoms) -> tuple[np.ndarray, np.ndarray]:
    """The cell vectors along the periodic directions, (k, 3), and their inverse, (3, k)."""
    vectors = np.asarray(atoms.cell)[atoms.pbc]
    return vectors, np.asarray(np.linalg.pinv(vectors))


def into_cell(positions: np.ndarray, vectors: np.ndarray, inverse: np.ndarray) -> np.ndarray:
    """Positions (n, 3) moved by whole cell vectors to fractional positions from 0 to 1."""
    return np.asarray(positions - np.floor(positions @ inverse) @ vectors)


def into_box(positions: np.ndarray, edges: np.ndarray | float) -> np.ndarray:
    """Positions (n, 3) from 0 to below the edges of a rectangular box, as ``cKDTree`` asks.

    The rounding of a tiny negative one gives the edge itself, which is 0 at the second time.
    """
    return np.asarray(positions % edges % edges)


def wrapped(atoms: Atoms) -> np.ndarray:
    """Positions (n_atoms, 3), Angstrom, within the cell along its periodic directions."""
    if not atoms.pbc.any():
        return np.asarray(atoms.positions)
    return into_cell(atoms.positions, *periodic_vectors(atoms))


def images_at_faces(atoms: Atoms) -> tuple[np.ndarray, np.ndarray]:
    """Positions in the cell and those just outside, where atoms may meet images of one another.

    Returns
    -------
    The positions (n, 3) in Angstrom, wrapped into the cell, followed by those of the images within
    `MIN_DISTANCE` of it; and for each the index of its atom, (n,).
    """
    points, index = wrapped(atoms), np.arange(len(atoms))
    vectors, inverse = periodic_vectors(atoms)
    for vector, normal in zip(vectors, inverse.T, strict=True):
        at_face = points @ normal < MIN_DISTANCE * np.linalg.norm(normal)
        points = np.concatenate([points, points[at_face] + vector])
        index = np.concatenate([index, index[at_face]])
    return points, index


def images_within(atoms: Atoms, place: np.ndarray, radius: float) -> tuple[np.ndarray, np.ndarray]:
    """All images within `radius` (Angstrom) of `place`, of atoms periodic along all three axes.

    Returns
    -------
    Their positions with `place` as origin (n, 3), Angstrom, and the index of the atom each is an
    image of, (n,).
    """
    cell = np.asarray(atoms.cell)
    inverse = np.linalg.inv(cell)
    base = into_cell(atoms.positions - place, cell, inverse)
    reach = np.ceil(radius * np.linalg.norm(inverse, axis=0)).astype(int)
    steps = np.meshgrid(*(np.arange(-n - 1, n + 1) for n in reach), indexing="ij")
    shifts = np.stack(steps, axis=-1).reshape(-1, 3) @ cell
    points = (base + shifts[:, None]).reshape(-1, 3)
    near = (points**2).sum(axis=1) <= radius**2
    return points[near], np.tile(np.arange(len(base)), len(shifts))[near]


def pairs_in_box(
    positions: np.ndarray, edges: np.ndarray | float, distance: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """All pairs of atoms within `distance` (Angstrom) of each other in a periodic rectangular box.

    Returns
    -------
    Indices of the first and of the second atom of each pair, (m,), and the vectors from the first
    to the nearest image of the second, (m, 3), Angstrom.
    """
    from scipy.spatial import cKDTree  # 0.7 s to import

    tree = cKDTree(into_box(positions, edges), boxsize=edges)
    first, second = tree.query_pairs(distance, output_type="ndarray").T
    bonds = positions[second] - positions[first]
    return first, second, bonds - edges * np.round(bonds / edges)


def keep_apart(
    positions: np.ndarray, distance: float, boxsize: np.ndarray | float | None = None
) -> np.ndarray:
    """Which positions stay when each has to keep `distance` from all that stay before it.

    Parameters
    ----------
    positions : (n, 3), Angstrom; within the box where `boxsize` (edges, Angstrom) makes it
        periodic.

    Returns
    -------
    (n,) bool.
    """
    from scipy.spatial import cKDTree  # 0.7 s to import

    pairs = cKDTree(positions, boxsize=boxsize).query_pairs(distance, output_type="ndarray")
    stays = np.ones(len(positions), bool)
    ordered: Iterable[list[int]] = pairs[np.argsort(pairs[:, 1], kind="stable")].tolist()
    for earlier, later in ordered:
        stays[later] &= not stays[earlier]
    return stays
