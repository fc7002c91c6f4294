"""The strongest reflections of the four lattices, and how brightly a structure shows them.

Lengths are in bond lengths (mean nearest-neighbour distances) throughout, scattering vectors
in their reciprocals, 2 pi included. All atoms scatter alike: what counts is where they are.
"""

from dataclasses import dataclass
from itertools import permutations, product

import numpy as np


@dataclass(frozen=True, eq=False)
class Star:
    """The strongest stars of reflections of one lattice, one of each Friedel pair.

    Attributes
    ----------
    label : of the class.
    unit : 2 pi over the lattice constant, reciprocal bond lengths.
    hkl : Miller indices, (n, 3) int.
    vectors : scattering vectors with the cube axes along x, y, z, in reciprocal bond lengths,
        (n, 3).
    strengths : |F|²/N² of the perfect crystal, (n,).
    families : for each reflection the number of its star, 0, 1 or 2, (n,).
    """

    label: str
    unit: float
    hkl: np.ndarray
    vectors: np.ndarray
    strengths: np.ndarray
    families: np.ndarray

    @property
    def lengths(self) -> np.ndarray:
        """|q| of the reflections, (n,)."""
        return np.asarray(np.linalg.norm(self.vectors, axis=1))


def equivalents(h: float, k: float, m: float) -> list[tuple[float, float, float]]:
    """Cubic equivalents of a reflection, one of each Friedel pair.

    >>> len(equivalents(1, 1, 1)), len(equivalents(2, 0, 0)), len(equivalents(3, 1, 1))
    (4, 3, 12)
    """
    signed = {
        (a * x, b * y, c * z)
        for x, y, z in permutations((h, k, m))
        for a, b, c in product((1, -1), repeat=3)
    }
    return sorted(hkl for hkl in signed if hkl > (0, 0, 0))


def _star(label: str, bond: float, families: dict[tuple[int, int, int], float]) -> Star:
    """`bond` is the nearest-neighbour distance over the lattice constant."""
    members = [(hkl, s, i) for i, (f, s) in enumerate(families.items()) for hkl in equivalents(*f)]
    hkl = np.array([member[0] for member in members])
    strengths, numbers = (np.array([member[i] for member in members]) for i in (1, 2))
    unit = 2 * np.pi * bond
    return Star(label, unit, hkl, unit * hkl, strengths, numbers)


STARS = {
    star.label: star
    for star in (
        _star("fcc", 0.5**0.5, {(1, 1, 1): 1, (2, 0, 0): 1, (2, 2, 0): 1}),
        _star("diamond", 3**0.5 / 4, {(1, 1, 1): 0.5, (2, 2, 0): 1, (3, 1, 1): 0.5}),
        _star("bcc", 3**0.5 / 2, {(1, 1, 0): 1, (2, 0, 0): 1, (2, 1, 1): 1}),
        _star("sc", 1.0, {(1, 0, 0): 1, (1, 1, 0): 1, (1, 1, 1): 1}),
    )
}
