"""Nearest-neighbour distances, and the bond length by which clusters are scaled."""

import numpy as np
from ase import Atoms

from .checks import StructureError, check_structure


def nearest_neighbour_distances(positions: np.ndarray) -> np.ndarray:
    """Distance from every atom to its nearest neighbour, not periodic.

    Parameters
    ----------
    positions : (n_atoms, 3), Angstrom, n_atoms >= 2.

    Returns
    -------
    (n_atoms,) float64, Angstrom.
    """
    positions = np.asarray(positions, float)
    if len(positions) < 2:
        raise StructureError(
            f"a bond length, and so a fingerprint, needs at least two atoms, received "
            f"{len(positions)}"
        )
    if len(positions) > 500:
        from scipy.spatial import cKDTree  # 0.7 s to import, so only where it pays

        return np.asarray(cKDTree(positions).query(positions, k=2)[0][:, 1])
    squares = np.zeros((len(positions), len(positions)))
    for component in positions.T:
        squares += (component[:, None] - component) ** 2
    np.fill_diagonal(squares, np.inf)
    return np.sqrt(squares.min(axis=1))


def bond_length(atoms: Atoms) -> float:
    """Mean nearest-neighbour distance (Angstrom) of a cluster, as defective as it is.

    Clusters are scaled by it before they scatter (Methods); nothing of the pristine structure
    enters. The cluster counts as it stands, without periodic images.

    >>> from facecrystal_widgets import build_cluster, prototype
    >>> round(bond_length(build_cluster(prototype("sc", "Po"))), 2)
    3.35
    """
    check_structure(atoms)
    return float(nearest_neighbour_distances(atoms.positions).mean())
