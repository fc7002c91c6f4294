"""The baseline: what spglib says of a structure at a given tolerance."""

import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from ase import Atoms

from .classes import CLASSES


@dataclass(frozen=True)
class SymmetryVerdict:
    """The space group that spglib finds.

    Attributes
    ----------
    number, symbol : of the space group, or None where spglib found none.
    symprec : the distance tolerance used, Angstrom.
    label : the class of the four with this space group, or None.
    """

    number: int | None
    symbol: str | None
    symprec: float
    label: str | None


def symmetry_dataset(atoms: Atoms, symprec: float) -> Any:
    """spglib's symmetry dataset of `atoms`, taken as fully periodic, or None if it finds none."""
    import spglib

    cell = (np.asarray(atoms.cell), atoms.get_scaled_positions(wrap=False), atoms.numbers)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # spglib announces its next errors
        try:
            return spglib.get_symmetry_dataset(cell, symprec=symprec)
        except spglib.error.SpglibError:
            return None


def find_symmetry(atoms: Atoms, symprec: float = 0.01) -> SymmetryVerdict:
    """The space group of a periodic structure or of a cluster's periodic supercell.

    Parameters
    ----------
    atoms : a structure with a cell; a cluster of :func:`~facecrystal_widgets.build_cluster`, also a
        defective one, is taken as the periodic supercell that its cell spans.
    symprec : distance tolerance in Angstrom, > 0.

    Raises
    ------
    ValueError
        if there is no cell or `symprec` is not positive.

    >>> from facecrystal_widgets import prototype
    >>> find_symmetry(prototype("bcc", "Fe")).symbol
    'Im-3m'
    """
    if not symprec > 0:
        raise ValueError(f"symprec: expected a positive distance in Å, received {symprec}")
    if len(atoms) == 0 or abs(np.linalg.det(np.asarray(atoms.cell))) < 1e-9:
        raise ValueError("atoms: spglib needs a periodic cell, and this structure has none")
    dataset = symmetry_dataset(atoms, symprec)
    if dataset is None:
        return SymmetryVerdict(None, None, symprec, None)
    number = int(dataset.number)
    label = next((c.label for c in CLASSES if c.space_group == number), None)
    return SymmetryVerdict(number, str(dataset.international), symprec, label)
