"""Spheres of atoms around a place in a structure, periodic or not."""

from collections.abc import Sequence
from dataclasses import asdict, replace

import numpy as np
from ase import Atoms

from ..arguments import check_whole_number
from .checks import MAX_ATOMS, StructureError, check_structure
from .periodic import into_cell, periodic_vectors, wrapped
from .preparation import AS_GIVEN, RECORD, preparation

FEWEST_ATOMS, MOST_ATOMS = 16, 1024
"""Limits of a sphere: fewer atoms tell nothing, and more are no longer local."""
MOST_IMAGES = 20 * MAX_ATOMS
"""Atoms and images held at a time; a cell so thin that it takes more is refused."""


class Spheres:
    """Spheres of the atoms nearest to places in a structure and its periodic images.

    Parameters
    ----------
    atoms : the structure; it is not changed.
    number : of atoms in a sphere, 16 to 1,024; all, where a structure that is not periodic has
        fewer.

    Attributes
    ----------
    positions : of the atoms, wrapped into the cell, (n_atoms, 3), Angstrom.
    """

    def __init__(self, atoms: Atoms, number: int = 128) -> None:
        check_structure(atoms)
        self.number = check_whole_number("sphere_atoms", number, FEWEST_ATOMS, MOST_ATOMS)
        self.positions = wrapped(atoms)
        self._periodic = bool(atoms.pbc.any())
        self._vectors, self._inverse = periodic_vectors(atoms)
        self._reach = self._first_reach()
        self._fill()

    def nearest_to(self, place: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The atoms nearest to a place (3,), Angstrom.

        Returns
        -------
        Index of the atom that each is, or is an image of, (n,), nearest first; and their positions
        with the place as origin, (n, 3), Angstrom.
        """
        index, positions = self.nearest_to_each(np.asarray(place, float)[None])
        order = np.lexsort((index[0], np.linalg.norm(positions[0], axis=1).round(6)))
        return index[0, order], positions[0, order]

    def nearest_to_each(self, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The same for many places (m, 3): (m, n) and (m, n, 3)."""
        if self._periodic:
            places = into_cell(places, self._vectors, self._inverse)
        while True:
            count = min(self.number, len(self._points))
            distances, nearest = self._tree.query(places, k=[*range(1, count + 1)])
            if not self._periodic or (count == self.number and distances.max() <= self._reach):
                return self._origins[nearest], self._points[nearest] - places[:, None]
            self._reach *= 1.5
            self._fill()

    def _first_reach(self) -> float:
        """Radius of a sphere of atoms, from the density, with room to spare."""
        if not self._periodic:
            return 0.0
        extent = np.ptp(self.positions, axis=0).max() + 1.0
        across = extent ** (3 - len(self._vectors))
        volume = across * np.sqrt(np.linalg.det(self._vectors @ self._vectors.T))
        n_atoms = len(self.positions)
        return float(1.3 * (3 * self.number * volume / n_atoms / (4 * np.pi)) ** (1 / 3))

    def _fill(self) -> None:
        """The atoms of the cell, and their images within reach of it."""
        points, origins = self.positions, np.arange(len(self.positions))
        for vector, normal in zip(self._vectors, self._inverse.T, strict=True):
            margin = self._reach * np.linalg.norm(normal)
            steps = np.arange(-int(np.ceil(margin)), int(np.ceil(margin)) + 1)
            if len(points) * len(steps) > MOST_IMAGES:
                raise StructureError(
                    f"a sphere of {self.number} atoms takes too many images of this cell; give a "
                    "smaller sphere, or the structure without periodicity"
                )
            spread = points + steps[:, None, None] * vector
            near = (spread @ normal >= -margin) & (spread @ normal <= 1 + margin)
            points, origins = spread[near], np.tile(origins, (len(steps), 1))[near]
        from scipy.spatial import cKDTree  # 0.7 s to import: not for a page that cuts nothing

        self._points, self._origins = points, origins
        self._tree = cKDTree(points)


def cut_sphere(atoms: Atoms, number: int = 128, place: Sequence[float] | None = None) -> Atoms:
    """The atoms nearest to a place in a large structure, as a cluster.

    Parameters
    ----------
    atoms : the structure; it is not changed. Periodic images count.
    number : of atoms, 16 to 1,024.
    place : (3,), Angstrom; by default the middle of the atoms.

    Returns
    -------
    A new, non-periodic ``ase.Atoms``, centred on the origin; ``preparation`` says where it was cut.

    Raises
    ------
    StructureError
        where the structure cannot be used.

    >>> from facecrystal_widgets import prototype
    >>> len(cut_sphere(prototype("bcc", "Fe"), 59))
    59
    """
    spheres = Spheres(atoms, number)
    if place is None:
        place = wrapped(atoms).mean(axis=0)
    index, positions = spheres.nearest_to(np.asarray(place))
    cluster = Atoms(atoms.numbers[index], positions=positions - positions.mean(axis=0))
    where = ", ".join(f"{x:.1f}" for x in place)
    note = f"the {len(cluster)} atoms nearest to ({where}) Å, of {len(atoms):,}"
    cluster.info[RECORD] = asdict(replace(AS_GIVEN, note=note, remarks=preparation(atoms).remarks))
    return cluster
