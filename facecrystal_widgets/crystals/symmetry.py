"""The space group of a structure at a given tolerance, by spglib: the baseline of the paper."""

import os
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from ase import Atoms

from ..arguments import check_number
from ..display import Result, heading
from .classes import class_of_space_group


@dataclass(frozen=True, repr=False)
class SymmetryVerdict(Result):
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

    def _repr_html_(self) -> str:
        title = f"{self.symbol} ({self.number})" if self.number else "no space group"
        kind = f"the class {self.label}" if self.label else "none of the four classes"
        return heading(title, f"spglib, tolerance {self.symprec:g} Å: {kind}")


def symmetry_dataset(atoms: Atoms, symprec: float) -> Any:
    """spglib's symmetry dataset of `atoms`, taken as fully periodic, or None if it finds none."""
    import spglib

    os.environ.setdefault("SPGLIB_WARNING", "OFF")  # or it writes each retry to standard error
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
    symprec : distance tolerance in Angstrom, 1e-10 to 10. Atoms that are displaced by about as
        much make spglib search long: seconds for 500 atoms, minutes for 1,000.

    Raises
    ------
    ValueError
        if there is no cell, or `symprec` is out of range.

    >>> from facecrystal_widgets import prototype
    >>> find_symmetry(prototype("bcc", "Fe")).symbol
    'Im-3m'
    """
    symprec = check_number("symprec", symprec, 1e-10, 10, "a distance in Å")
    if not isinstance(atoms, Atoms):
        raise TypeError(f"atoms: expected an ase.Atoms, received {type(atoms).__name__}")
    finite = np.isfinite(atoms.positions).all() and np.isfinite(np.asarray(atoms.cell)).all()
    if len(atoms) == 0 or not finite or atoms.cell.rank < 3:
        raise ValueError("atoms: spglib needs a periodic cell with atoms at finite positions")
    dataset = symmetry_dataset(atoms, symprec)
    if dataset is None:
        return SymmetryVerdict(None, None, symprec, None)
    number = int(dataset.number)
    known = class_of_space_group(number)
    label = known.label if known else None
    return SymmetryVerdict(number, str(dataset.international), symprec, label)
