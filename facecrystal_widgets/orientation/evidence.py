"""How well a lattice explains the reflections of a structure."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from .fit import Fit, forbidden_intensity, refine
from .intensity import intensity
from .sample import Sample
from .search import SCALES
from .stars import STARS, Star

THRESHOLD = 0.8
"""Least trust of a trusted verdict (docs/decisions/0012)."""
THINNEST = 0.45
"""Least standard deviation (bond lengths) of the positions along the thinnest direction."""
DECADES = 2.5
"""The mean nearest-neighbour distance is at most so many times the middle one, which is at most
the square of it times the tenth smallest of a hundred."""
MAX_DISPLACEMENT = 0.11
"""Largest standard deviation per component (bond lengths) that the Debye-Waller factor takes."""
NO_ORDER = 0.12
"""A score below this can come from atoms at random."""
SPECKLE = 8.0
"""Over the number of atoms: the brightest of the many faint |F|²/N² of atoms missing at random."""


@dataclass(frozen=True, eq=False)
class Evidence:
    """How well a lattice, laid over a structure, explains its reflections.

    Attributes
    ----------
    fit : the lattice, its axes, scale and score; a score of about 0.03 is no order.
    corrected : |F|² of each reflection over that of the perfect crystal, with the Debye-Waller
        factor taken out, (n,).
    displacement : standard deviation per component in that factor, bond lengths.
    evenness : the faintest of `corrected`, with two standard deviations of what displacements of so
        few atoms scatter it by; 0 to 1.
    purity : 1 less the brightest reflection between those of the star; 0 to 1.
    """

    fit: Fit
    corrected: np.ndarray
    displacement: float
    evenness: float
    purity: float

    @property
    def strength(self) -> float:
        """Evenness times purity, 0 to 1."""
        return self.evenness * self.purity


def unsuitable(sample: Sample) -> str:
    """Why the atoms cannot be taken for a crystal's, or ""."""
    distances = np.sort(sample.distances)
    middle, low = distances[len(distances) // 2], distances[len(distances) // 10]
    if not middle > 0:
        return "most atoms lie upon one another"
    if sample.bond > DECADES * middle or low * DECADES**2 < middle:
        low, high = distances[[0, -1]] / middle
        return (
            f"nearest neighbours are {low:.2g} to {high:.2g} times as far apart as usual here: "
            "stray or doubled atoms"
        )
    widths = np.linalg.svd(sample.scaled, compute_uv=False) / len(distances) ** 0.5
    if widths[-1] < THINNEST:
        return "all atoms lie about a plane or a line"
    return ""


def given_scores(positions: np.ndarray) -> Mapping[str, float]:
    """Label to score of each lattice with the cube axes along x, y, z, at its best scale."""
    return {label: float(_scores(positions, star).max()) for label, star in STARS.items()}


def _scores(positions: np.ndarray, star: Star) -> np.ndarray:
    """Scores with the cube axes along x, y, z at each of `SCALES`, (n,)."""
    intensities = intensity(positions, SCALES[:, None, None] * star.vectors)
    return np.asarray(intensities.sum(axis=1) / star.strengths.sum())


def evidence(positions: np.ndarray, label: str) -> Evidence:
    """The evidence for a lattice with its cube axes near x, y, z.

    The axes may be off by some 5 degrees and the scale by some 15 %: the nearest fit is taken.

    Parameters
    ----------
    positions : (n_atoms, 3), bond lengths, centred.
    label : of the class with this lattice.
    """
    star = STARS[label]
    scale = float(SCALES[_scores(positions, star).argmax()])
    return evidence_of(positions, refine(positions, star, np.eye(3), scale))


def evidence_of(positions: np.ndarray, fit: Fit) -> Evidence:
    """The evidence for a lattice laid over positions (n_atoms, 3), bond lengths."""
    star = fit.star
    relative = intensity(positions, fit.scale * star.vectors @ fit.axes.T) / star.strengths
    squares = (fit.scale * star.lengths) ** 2
    variance = _variance(relative, squares, star.families)
    damping = np.exp(-variance * squares)
    corrected = relative / damping
    spread = _spread(damping, star.strengths, len(positions))
    between = forbidden_intensity(positions, fit) - SPECKLE / len(positions)
    return Evidence(
        fit=fit,
        corrected=corrected,
        displacement=variance**0.5,
        evenness=float(np.clip((corrected + 2 * spread).min(), 0, 1)),
        purity=1 - max(between, 0.0),
    )


def _variance(relative: np.ndarray, squares: np.ndarray, families: np.ndarray) -> float:
    """σ² in exp(-σ²q²), from the mean brightness of the three families."""
    means = [np.log(max(relative[families == k].mean(), 1e-4)) for k in range(3)]
    slope = np.polyfit([squares[families == k][0] for k in range(3)], means, 1)[0]
    return float(np.clip(-slope, 0, MAX_DISPLACEMENT**2))


def _spread(damping: np.ndarray, strengths: np.ndarray, n_atoms: int) -> np.ndarray:
    """Standard deviation of |F|² over its mean, for atoms displaced at random.

    Along the mean of F, an atom in phase with it varies by (1-D)²/2, D being the damping of |F|²;
    those of diamond's odd reflections, 45 degrees off, by (1-D)/2.
    """
    variance = np.where(strengths < 1, 1 - damping, (1 - damping) ** 2) / 2
    return np.asarray(2 * np.sqrt(variance / (n_atoms * damping * strengths)))
