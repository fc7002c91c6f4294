"""The strongest reflections of each class, from the structure factor of its cell.

The strength of a reflection is |F(hkl)|²/N², with F = Σ exp(2πi hkl·x) over the N sites x of the
conventional cell: all atoms scatter alike. Lengths are in bond lengths (mean nearest-neighbour
distances) throughout, scattering vectors in their reciprocals, 2π included.
"""

from dataclasses import dataclass
from itertools import combinations_with_replacement, permutations, product

import numpy as np

from ..crystals.classes import CLASSES, CrystalClass
from ..crystals.lattices import LATTICES

FAMILIES = 3
"""Families of reflections of a star."""
MAX_INDEX = 4
"""Largest Miller index looked at."""


@dataclass(frozen=True, eq=False)
class Star:
    """The strongest reflections of one lattice, one of each Friedel pair.

    Attributes
    ----------
    label : of the class.
    unit : 2 pi over the lattice constant, reciprocal bond lengths.
    hkl : Miller indices, (n, 3) int.
    vectors : scattering vectors with the cube axes along x, y, z, in reciprocal bond lengths,
        (n, 3).
    strengths : |F|²/N² of the perfect crystal, (n,).
    families : for each reflection the number of its family, 0, 1 or 2, (n,).
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


def _star(known: CrystalClass) -> Star:
    """Its first three families of reflections that are not extinct, by length."""
    sites = np.array(known.positions)
    families = []
    indices = combinations_with_replacement(range(MAX_INDEX, -1, -1), 3)
    for family in sorted(indices, key=lambda hkl: sum(h * h for h in hkl))[1:]:
        amplitude = np.exp(2j * np.pi * sites @ family).mean()
        strength = float(np.round(abs(amplitude) ** 2, 12))
        if strength:
            families.append((equivalents(*family), strength))
        if len(families) == FAMILIES:
            break
    sizes = [len(members) for members, _ in families]
    hkl = np.concatenate([members for members, _ in families])
    unit = 2 * np.pi * LATTICES[known.label].bond
    return Star(
        label=known.label,
        unit=unit,
        hkl=hkl,
        vectors=unit * hkl,
        strengths=np.repeat([strength for _, strength in families], sizes),
        families=np.repeat(np.arange(FAMILIES), sizes),
    )


STARS = {known.label: _star(known) for known in CLASSES}
