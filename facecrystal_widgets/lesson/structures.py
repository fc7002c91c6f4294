"""Crystals of the exercises, turned, cut, and seen by their reflections."""

import numpy as np
from ase import Atoms

from ..crystals.classes import BY_LABEL, LABELS
from ..crystals.cluster import build_cluster
from ..crystals.neighbours import bond_length
from ..crystals.prototypes import prototype
from ..diffraction.amplitude import diffraction_intensity
from ..diffraction.detector import Detector
from ..orientation.intensity import intensity
from ..orientation.rotations import rotation_matrices
from ..orientation.sample import sample_of
from ..orientation.search import Orientation, find_orientation

ATOMS = 128
"""Atoms of a sphere cut from a larger structure."""


def example_crystal(label: str) -> Atoms:
    """The conventional cell of a class, filled with the element that stands for it."""
    return prototype(label, BY_LABEL[label].example)


def example_cluster(label: str) -> Atoms:
    """A perfect cluster of about 128 atoms of a class."""
    return build_cluster(example_crystal(label))


def turned(atoms: Atoms, rotation: np.ndarray | float) -> Atoms:
    """The bare atoms after a rotation (3, 3), or after one about z by an angle in degrees."""
    matrix = rotation if isinstance(rotation, np.ndarray) else about_z(rotation)
    return Atoms(numbers=atoms.numbers, positions=atoms.positions @ matrix.T)


def about_z(degrees: float) -> np.ndarray:
    """The rotation about z by an angle, (3, 3)."""
    return rotation_matrices(np.deg2rad([0, 0, degrees]))


def intensity_per_atom(
    atoms: Atoms, unit: float | None = None, detector: Detector | None = None
) -> np.ndarray:
    """|F(q)|² / f², (pixels, pixels): the square of the number of atoms at q = 0.

    Parameters
    ----------
    atoms : of one species.
    unit : length by which the positions are divided, Angstrom, by default the bond length. With
        that of the pristine crystal the spots of a damaged one stay where they are.
    """
    positions = atoms.positions / (unit or bond_length(atoms))
    electrons = diffraction_intensity(positions, atoms.numbers, detector, "constant")
    return np.asarray(electrons / int(atoms.numbers[0]) ** 2)


def relative(orientation: Orientation) -> np.ndarray:
    """Intensities of the reflections, 1 in the perfect crystal, the brightest first, (n,)."""
    return np.sort(orientation.intensities)[::-1]


def reflections_of(atoms: Atoms, label: str) -> tuple[np.ndarray, np.ndarray]:
    """Reflections (n, 3) of a class and their intensities (n,) in a structure, 1 in the perfect
    crystal, in the orientation in which they are brightest."""
    fit = find_orientation(atoms).fits[LABELS.index(label)]
    positions = sample_of(atoms.positions).scaled
    heights = intensity(positions, fit.scale * fit.star.vectors @ fit.axes.T)
    return fit.star.hkl, heights / fit.star.strengths
