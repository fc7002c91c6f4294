"""Single crystals: the four classes, and lattices outside them."""

import numpy as np
from scipy.spatial.transform import Rotation

from ..crystals.lattices import find_lattice
from ..crystals.prototypes import prototype
from .specimen import OWN_AXES, Specimen, specimen

BAIN = float(np.sqrt(2))
"""c/a at which the body-centred tetragonal lattice is fcc; at 1 it is bcc."""


def crystal(name: str, element: str) -> Specimen:
    """An endless single crystal, pristine, with the axes of its cell.

    Parameters
    ----------
    name : of a row of :data:`.LATTICES`.
    element : one chemical symbol; two for a compound, as ``"NaCl"``.
    """
    known = find_lattice(name)
    title = f"{element}, {known.title}"
    atoms = prototype(name, element)
    return specimen(f"{known.name}-{element}", title, atoms, known.label, OWN_AXES)


def bain(element: str, c_over_a: float) -> Specimen:
    """Body-centred tetragonal along the Bain path at constant volume: bcc at c/a = 1, fcc at √2.

    In between it is neither. The rotation tells the axes of the cell; at √2 those of fcc, which
    lie at 45° to them.
    """
    label, axes = None, OWN_AXES
    if np.isclose(c_over_a, 1):
        label = "bcc"
    elif np.isclose(c_over_a, BAIN):
        label, axes = "fcc", Rotation.from_euler("z", 45, degrees=True).as_matrix()[None]
    atoms = prototype("bct", element, c_over_a=c_over_a)
    name = f"bain-{element}-{c_over_a:.3f}"
    description = f"{element}, body-centred tetragonal, c/a = {c_over_a:.3f}"
    return specimen(name, description, atoms, label, axes)
