"""Crystals turned and cut for the exercises."""

import numpy as np
from ase import Atoms

from ..crystals.classes import LABELS
from ..orientation.intensity import intensity
from ..orientation.rotations import rotation_matrices
from ..orientation.sample import sample_of
from ..orientation.search import Orientation, find_orientation

ATOMS = 128


def turned(atoms: Atoms, rotation: np.ndarray) -> Atoms:
    """The bare atoms after a rotation (3, 3)."""
    return Atoms(numbers=atoms.numbers, positions=atoms.positions @ rotation.T)


def about_z(degrees: float) -> np.ndarray:
    """The rotation about z by an angle, (3, 3)."""
    return rotation_matrices(np.deg2rad([0, 0, degrees]))


def relative(orientation: Orientation) -> np.ndarray:
    """Intensities of the reflections, 1 in the perfect crystal, the brightest first, (n,)."""
    return np.sort(orientation.intensities)[::-1]


def of_lattice(atoms: Atoms, label: str) -> tuple[np.ndarray, np.ndarray]:
    """Reflections (n, 3) of a lattice and their intensities (n,), 1 in its perfect crystal, where
    the structure is turned such that they are brightest."""
    fit = find_orientation(atoms).fits[LABELS.index(label)]
    found = intensity(sample_of(atoms.positions).scaled, fit.scale * fit.star.vectors @ fit.axes.T)
    return fit.star.hkl, found / fit.star.strengths
