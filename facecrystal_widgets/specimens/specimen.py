"""A specimen: atoms with the truth of each, which stays with them through turns, cuts and defects.

Truth lies in per-atom arrays of the atoms, so that it goes with them through defects, cuts and
files:

- ``true_label``: index into :data:`~facecrystal_widgets.crystals.classes.LABELS`, or `NONE`
  outside the four classes;
- ``true_grain``: number of the crystal the atom belongs to, or `NONE`;
- ``true_depth``: distance (Angstrom) to the nearest boundary or free surface of that crystal; inf
  in an endless one.
"""

from dataclasses import dataclass, replace

import numpy as np
from ase import Atoms
from scipy.spatial.transform import Rotation

from ..arguments import check_whole_number
from ..crystals.checks import MAX_ATOMS
from ..crystals.classes import LABELS
from ..crystals.periodic import images_within
from ..defects import DefectRecipe

NONE = -1
"""In ``true_label`` and ``true_grain``: none of them."""
OWN_AXES = np.eye(3)[None]
"""One crystal whose axes are still those of its cell, (1, 3, 3)."""
NO_CRYSTAL = np.empty((0, 3, 3))


@dataclass(frozen=True, eq=False)
class Specimen:
    """Atoms with known truth.

    Attributes
    ----------
    name : for files and tables.
    description : a phrase, for people.
    atoms : with the arrays ``true_label``, ``true_grain`` and ``true_depth``, all (n_atoms,).
    rotations : one matrix for each grain, (n_grains, 3, 3). ``rotations[g] @ v`` is the direction
        in the laboratory of the vector `v` given along the axes of the cell of grain g; for the
        four classes these are the cube axes, and the transpose turns them onto x, y and z.
    """

    name: str
    description: str
    atoms: Atoms
    rotations: np.ndarray

    @property
    def labels(self) -> np.ndarray:
        """Index of the class of each atom, or `NONE`, (n_atoms,)."""
        return np.asarray(self.atoms.arrays["true_label"])

    @property
    def grains(self) -> np.ndarray:
        """Number of the grain of each atom, or `NONE`, (n_atoms,)."""
        return np.asarray(self.atoms.arrays["true_grain"])

    @property
    def depths(self) -> np.ndarray:
        """Distance of each atom to the nearest boundary of its grain, Angstrom, (n_atoms,)."""
        return np.asarray(self.atoms.arrays["true_depth"])

    def turned(self, seed: int) -> "Specimen":
        """The same in a random orientation, uniform over SO(3); cell and grains turn, too."""
        rotation = random_rotations(np.random.default_rng([seed, 0]), 1)[0]
        atoms = self.atoms.copy()
        atoms.set_cell(np.asarray(atoms.cell) @ rotation.T)
        atoms.positions = atoms.positions @ rotation.T
        return replace(self, atoms=atoms, rotations=rotation @ self.rotations)

    def cut(self, number: int, shape: str, seed: int) -> "Specimen":
        """A piece of exactly `number` atoms, cut after a random turn, without periodicity.

        Parameters
        ----------
        number : of atoms, 2 to 100,000; a periodic specimen is repeated as far as needed.
        shape : ``"sphere"`` or ``"block"``, a cube along the axes of the laboratory.
        seed : of the orientation and of the place in a periodic specimen; another one is cut
            around its centre.

        Raises
        ------
        ValueError
            for another shape, or where fewer atoms are there.
        """
        number = check_whole_number("number", number, 2, MAX_ATOMS)
        orders = {"sphere": 2.0, "block": np.inf}
        if shape not in orders:
            raise ValueError(f"shape: expected 'sphere' or 'block', received {shape!r}")
        turned = self.turned(seed)
        atoms = turned.atoms
        if atoms.pbc.all():
            place = np.random.default_rng([seed, 1]).random(3) @ atoms.cell
            radius = 1.2 * (number * atoms.cell.volume / len(atoms)) ** (1 / 3) + 5
            points, index = images_within(atoms, place, radius)
        else:
            points, index = atoms.positions - atoms.positions.mean(axis=0), np.arange(len(atoms))
        if len(points) < number:
            raise ValueError(f"number: {self.name} has {len(points)} atoms, asked were {number}")
        size = np.linalg.norm(points, ord=orders[shape], axis=1)
        taken = np.argsort(size, kind="stable")[:number]
        piece = atoms[index[taken]]
        piece.positions = points[taken]
        piece.cell, piece.pbc = None, False
        depth = np.minimum(piece.arrays["true_depth"], size[taken[-1]] - size[taken])
        piece.set_array("true_depth", depth)
        description = f"{self.description}; a {shape} of {number} atoms, turned at random"
        return replace(turned, description=description, atoms=piece)

    def broken(self, recipe: DefectRecipe) -> "Specimen":
        """With the defects of `recipe`; atoms that are left keep their truth."""
        description = f"{self.description}; {recipe.vacancies:.0%} of the atoms missing, "
        description += f"σ = {recipe.sigma(self.atoms):.2f} Å per component"
        return replace(self, description=description, atoms=recipe.apply(self.atoms))

    def record(self) -> Atoms:
        """The atoms for a file: name, description and rotations stand in ``atoms.info``, the
        rotations as rows of nine numbers, (n_grains, 9)."""
        atoms = self.atoms.copy()
        atoms.info = {"name": self.name, "description": self.description}
        if len(self.rotations):
            atoms.info["true_rotations"] = self.rotations.reshape(-1, 9)
        return atoms


def specimen(
    name: str, description: str, atoms: Atoms, label: str | None, rotations: np.ndarray
) -> Specimen:
    """One endless phase: a crystal if `rotations` holds one, else a liquid, glass or gas."""
    bare = Atoms(numbers=atoms.numbers, positions=atoms.positions, cell=atoms.cell, pbc=atoms.pbc)
    n = len(bare)
    bare.set_array("true_label", np.full(n, LABELS.index(label) if label else NONE))
    bare.set_array("true_grain", np.full(n, 0 if len(rotations) else NONE))
    bare.set_array("true_depth", np.full(n, np.inf))
    return Specimen(name, description, bare, rotations)


def random_rotations(rng: np.random.Generator, number: int) -> np.ndarray:
    """Rotation matrices, uniform over SO(3), (number, 3, 3)."""
    matrices: np.ndarray = Rotation.random(number, rng).as_matrix()
    return matrices
