"""Positions wrapped into the cell, and periodic images."""

import numpy as np
from ase import Atoms

from .checks import MIN_DISTANCE


def images_at_faces(atoms: Atoms) -> tuple[np.ndarray, np.ndarray]:
    """Positions in the cell and those just outside, where atoms may meet images of one another.

    Returns
    -------
    The positions (n, 3) in Angstrom, wrapped into the cell, followed by those of the images within
    `MIN_DISTANCE` of it; and for each the index of its atom, (n,).
    """
    points, sites = atoms.positions, np.arange(len(atoms))
    vectors = np.asarray(atoms.cell)[atoms.pbc]
    inverse = np.linalg.pinv(vectors)
    points = points - np.floor(points @ inverse) @ vectors
    for vector, normal in zip(vectors, inverse.T, strict=True):
        at_face = points @ normal < MIN_DISTANCE * np.linalg.norm(normal)
        points = np.concatenate([points, points[at_face] + vector])
        sites = np.concatenate([sites, sites[at_face]])
    return points, sites


def wrapped(atoms: Atoms) -> np.ndarray:
    """Positions (n_atoms, 3), Angstrom, within the cell along its periodic directions."""
    positions = np.asarray(atoms.positions)
    if not atoms.pbc.any():
        return positions
    vectors = np.asarray(atoms.cell)[atoms.pbc]
    return np.asarray(positions - np.floor(positions @ np.linalg.pinv(vectors)) @ vectors)


def images_within(atoms: Atoms, place: np.ndarray, radius: float) -> tuple[np.ndarray, np.ndarray]:
    """All periodic images within `radius` (Angstrom) of `place`.

    Returns
    -------
    Their positions with `place` as origin (n, 3), Angstrom, and the index of the atom each is an
    image of, (n,).
    """
    cell = np.asarray(atoms.cell)
    inverse = np.linalg.inv(cell)
    base = atoms.positions - place
    base -= np.floor(base @ inverse) @ cell
    reach = np.ceil(radius * np.linalg.norm(inverse, axis=0)).astype(int)
    steps = np.meshgrid(*(np.arange(-n - 1, n + 1) for n in reach), indexing="ij")
    shifts = np.stack(steps, axis=-1).reshape(-1, 3) @ cell
    points = (base + shifts[:, None]).reshape(-1, 3)
    near = (points**2).sum(axis=1) <= radius**2
    return points[near], np.tile(np.arange(len(base)), len(shifts))[near]
