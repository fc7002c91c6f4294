"""Places spread evenly over a structure, and the stream of their results."""

from collections.abc import Collection, Generator, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np
from ase import Atoms

from ..arguments import check_whole_number
from ..compute.stream import stream
from ..compute.workers import EVERY_CORE, Workers
from ..convnet.reference import NetworkRef
from ..crystals.checks import MAX_ATOMS
from ..crystals.periodic import wrapped
from ..crystals.spheres import Spheres
from ..display import Result
from .places import classify_places


def spread_places(atoms: Atoms, number: int) -> tuple[np.ndarray, float]:
    """Atoms spread evenly over a structure.

    Space is divided into cubes; the atom nearest to the middle of each is taken.

    Parameters
    ----------
    number : of places wanted; there are somewhat fewer, and never more.

    Returns
    -------
    Indices of the atoms (n,), such that those near in the list are near in space; and the edge of
    the cubes, Angstrom.
    """
    positions = wrapped(atoms)
    corner, extent = positions.min(axis=0), float(np.ptp(positions, axis=0).max()) + 1e-3
    if number >= len(positions):
        cubes = np.floor((positions - corner) * 1024 / extent).astype(np.int64)
        return np.argsort(_morton(cubes), kind="stable"), extent / len(positions) ** (1 / 3)
    low, high = extent / 2**20, extent
    for _ in range(40):
        edge = (low * high) ** 0.5
        cubes = np.floor((positions - corner) / edge).astype(np.int64)
        if len(np.unique(cubes @ [1 << 42, 1 << 21, 1])) <= number:
            high = edge
        else:
            low = edge
    cubes = np.floor((positions - corner) / high).astype(np.int64)
    away = np.linalg.norm(positions - corner - (cubes + 0.5) * high, axis=1)
    codes = _morton(cubes)
    order = np.lexsort((away, codes))
    first = np.unique(codes[order], return_index=True)[1]
    return order[first], high


def _morton(cubes: np.ndarray) -> np.ndarray:
    """One number for each cube (n, 3), so that near numbers are near cubes (a Z-order curve)."""
    code = np.zeros(len(cubes), np.int64)
    for bit in range(21):
        for axis in range(3):
            code |= ((cubes[:, axis] >> bit) & 1) << (3 * bit + axis)
    return code


PLACES, SPHERE = 1000, 128
"""Places in a map and atoms in a sphere, by default."""
PORTION = 16
"""Places that follow one another and are worked on together."""


@dataclass(frozen=True, eq=False, repr=False)
class Survey(Result):
    """A structure and the places in it that are to be classified.

    Attributes
    ----------
    atoms : the structure.
    sphere_atoms : in the sphere at each place.
    centres : index of the atom at each place, (n,).
    spacing : edge of the cubes that have a place each, Angstrom.
    """

    atoms: Atoms
    sphere_atoms: int
    centres: np.ndarray
    spacing: float

    @classmethod
    def of(cls, atoms: Atoms, places: int = PLACES, sphere_atoms: int = SPHERE) -> "Survey":
        """At most `places` (1 to 100,000) places spread over a structure; never more than atoms."""
        places = check_whole_number("places", places, 1, MAX_ATOMS)
        Spheres(atoms, sphere_atoms)  # raises for structures that cannot be used
        centres, spacing = spread_places(atoms, places)
        return cls(atoms, sphere_atoms, centres, spacing)

    @property
    def portions(self) -> list[np.ndarray]:
        """Numbers of the places, in the portions that one task takes."""
        numbers = np.arange(len(self.centres))
        return np.split(numbers, range(PORTION, len(numbers), PORTION))

    @cached_property
    def nearest(self) -> np.ndarray:
        """Number of the place nearest to each atom, (n_atoms,)."""
        return self.neighbours(self.atoms.positions, 1)[:, 0]

    def neighbours(self, points: np.ndarray, count: int, places: int | None = None) -> np.ndarray:
        """Numbers of the `count` places nearest to each point (n, 3), (n, count); only the first
        `places` of them count."""
        from scipy.spatial import cKDTree

        atoms, centres = self.atoms, self.centres[:places]
        at = Atoms(numbers=np.ones(len(points)), positions=points, cell=atoms.cell, pbc=atoms.pbc)
        spread, origins = wrapped(atoms[centres]), np.arange(len(centres))
        for vector in np.asarray(atoms.cell)[atoms.pbc]:
            spread = np.concatenate([spread + step * vector for step in (-1, 0, 1)])
            origins = np.tile(origins, 3)
        count = min(count, len(spread))
        nearest = cKDTree(spread).query(wrapped(at), k=[*range(1, count + 1)])[1]
        return np.asarray(origins[nearest])

    def spheres(self) -> Iterator[list[tuple[np.ndarray, np.ndarray]]]:
        """The spheres of every portion: positions (n, 3), Angstrom, and atomic numbers (n,)."""
        spheres, positions = Spheres(self.atoms, self.sphere_atoms), self.atoms.positions
        for portion in self.portions:
            cut = [spheres.nearest_to(positions[self.centres[number]]) for number in portion]
            yield [(points, self.atoms.numbers[index]) for index, points in cut]


def stream_places(
    survey: Survey,
    model: Path | None = None,
    workers: Workers = EVERY_CORE,
    portions: Collection[int] | None = None,
) -> Generator[np.ndarray]:
    """Rows of :data:`~.places.PLACE`, portion after portion; of all portions, or of these numbers.

    The spheres of the others are cut, too: how many images a periodic structure needs so far must
    not depend on where an interrupted map continues.
    """
    network = NetworkRef.at(model)
    tasks = (
        (spheres, network)
        for number, spheres in enumerate(survey.spheres())
        if portions is None or number in portions
    )
    yield from stream(classify_places, tasks, workers)
