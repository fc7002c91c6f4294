"""Whether a structure is one of the four classes at all, judged by the physics of its reflections.

A perfect lattice, or any random part of one, shines with full strength at every reflection of its
star and nowhere between. Vacancies and substitutions change nothing of that, and displacements damp
|F|² by exp(-σ²q²) (Debye and Waller), alike in all directions. So a class is present where its
reflections are equally bright once that factor is taken out, and no others stand between them.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from ..structures import nearest_neighbour_distances
from .search import SCALES, Fit, Orientation, central, foreign, in_bond_lengths, refine
from .stars import STARS, Star, equivalents, intensity

THRESHOLD = 0.8
"""Trust from which a verdict is trusted (docs/decisions/0012)."""
FEWEST = 16
"""With fewer atoms chance puts them on a lattice too often."""
THINNEST = 0.45
"""Least standard deviation (bond lengths) of the positions along the thinnest direction."""
DECADES = 2.5
"""The mean nearest-neighbour distance is at most so many times the middle one, which is at most
the square of it times the tenth smallest of a hundred."""
MAX_DISPLACEMENT = 0.11
"""Largest standard deviation per component (bond lengths) that the Debye-Waller factor takes."""
PRESENT, SEVERAL = 0.5, 0.6
"""A reflection fainter than this, corrected, counts as missing; where more than this share of them
is there, the lattice is a distorted one rather than another."""
NO_ORDER = 0.12
"""A score below this is what chance gives."""
AMBIGUOUS = 0.3
"""A gap below this share of the score makes the orientation doubtful."""
SPECKLE = 8.0
"""Over the number of atoms: the brightest of the many faint |F|²/N² of atoms missing at random."""
ORDERED = 0.3
"""Share of the contrast of the species that lies in one reflection, where they are in order."""

GUESSES = {"fcc": "hcp or a stacking fault", "diamond": "lonsdaleite or a stacking fault"}
"""What lacks some reflections of a lattice and has the others."""
SUPERLATTICE = {
    "fcc": ((1, 0, 0), (1, 1, 0), (0.5, 0.5, 0.5), (1, 0.5, 0)),
    "diamond": ((2, 0, 0), (1, 0, 0), (1, 1, 0), (0.5, 0.5, 0.5)),
    "bcc": ((1, 0, 0), (0.5, 0.5, 0.5), (0.5, 0.5, 0)),
    "sc": ((0.5, 0.5, 0.5), (0.5, 0.5, 0), (0.5, 0, 0)),
}
"""Where ordered species show: zinc blende at 200, caesium chloride at 100, rock salt at ½½½."""


@dataclass(frozen=True)
class Trust:
    """Whether to believe a verdict.

    Attributes
    ----------
    trusted : whether `trust` reaches `THRESHOLD`.
    trust : from 0 to 1.
    reason : in words.
    """

    trusted: bool
    trust: float
    reason: str


@dataclass(frozen=True, eq=False)
class Evidence:
    """What speaks for a lattice whose cube axes lie about x, y, z.

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
        """What the atoms alone say, 0 to 1."""
        return self.evenness * self.purity


def unfit(positions: np.ndarray) -> str:
    """Why positions (n_atoms, 3), of any length, cannot be judged as a crystal, or ""."""
    distances = np.sort(nearest_neighbour_distances(positions))
    middle, low = distances[len(distances) // 2], distances[len(distances) // 10]
    if not middle > 0:
        return "most atoms lie upon one another"
    if distances.mean() > DECADES * middle or low * DECADES**2 < middle:
        low, high = distances[[0, -1]] / middle
        return (
            f"nearest neighbours are {low:.2g} to {high:.2g} times as far apart as usual here: "
            "stray or doubled atoms"
        )
    centred = (positions - positions.mean(axis=0)) / distances.mean()
    widths = np.linalg.svd(centred, compute_uv=False) / len(positions) ** 0.5
    if widths[-1] < THINNEST:
        return "all atoms lie about a plane or a line"
    return ""


def given_scores(positions: np.ndarray) -> Mapping[str, float]:
    """Label to score of each lattice with the cube axes along x, y, z, at its best scale."""
    return {label: float(_trials(positions, star).max()) for label, star in STARS.items()}


def _trials(positions: np.ndarray, star: Star) -> np.ndarray:
    shone = intensity(positions, SCALES[:, None, None] * star.vectors)
    return np.asarray(shone.sum(axis=1) / star.strengths.sum())


def evidence(positions: np.ndarray, label: str) -> Evidence:
    """What speaks for a lattice in positions (n_atoms, 3) in bond lengths, centred.

    The axes may be off by some 5 degrees and the scale by some 15 %: the nearest fit is taken.
    """
    star = STARS[label]
    scale = float(SCALES[_trials(positions, star).argmax()])
    return evidence_of(positions, refine(positions, star, np.eye(3), scale))


def evidence_of(positions: np.ndarray, fit: Fit) -> Evidence:
    """What speaks for a lattice that has been laid over the positions."""
    star = fit.star
    relative = intensity(positions, fit.scale * star.vectors @ fit.axes.T) / star.strengths
    squares = (fit.scale * star.lengths) ** 2
    variance = _variance(relative, squares, star.families)
    damping = np.exp(-variance * squares)
    corrected = relative / damping
    spread = _spread(damping, star.strengths, len(positions))
    between = foreign(positions, fit) - SPECKLE / len(positions)
    return Evidence(
        fit=fit,
        corrected=corrected,
        displacement=variance**0.5,
        evenness=float(np.clip((corrected + 2 * spread).min(), 0, 1)),
        purity=1 - max(between, 0.0),
    )


def _variance(relative: np.ndarray, squares: np.ndarray, families: np.ndarray) -> float:
    """σ² in exp(-σ²q²), from the mean brightness of the three stars."""
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


def assess(
    positions: np.ndarray,
    numbers: np.ndarray,
    label: str,
    probability: float,
    orientation: Orientation | None = None,
    turned: bool = False,
    fewest: int = FEWEST,
) -> Trust:
    """Whether to believe that a structure is of a class.

    Parameters
    ----------
    positions : (n_atoms, 3), of any length, as the network saw them.
    numbers : (n_atoms,), atomic numbers.
    label, probability : the network's answer.
    orientation : how the axes were found, if they were sought.
    turned : whether the positions have been turned accordingly.
    fewest : atoms below which nothing is believed.

    Returns
    -------
    A :class:`Trust`: the product of the evenness and purity of the reflections, of the network's
    probability, and of how far other orientations and an order of the species are ruled out.
    """
    n_atoms, inner = len(positions), central(positions)
    positions, numbers = positions[inner], numbers[inner]
    if n_atoms < fewest:
        return _cannot_tell(f"only {n_atoms} atoms, too few to tell")
    if reason := unfit(positions):
        return _cannot_tell(reason)
    positions, _ = in_bond_lengths(positions)
    found = evidence(positions, label)
    if found.fit.score < NO_ORDER:
        frame = orientation.rotation if orientation is not None and turned else np.eye(3)
        return Trust(False, 0.0, _elsewhere(positions @ frame, found, orientation))
    order = _ordering(positions, numbers, found.fit)
    factors = {
        "evenness": found.evenness,
        "purity": found.purity,
        "orientation": 1.0,
        "species": 1.0 if order < ORDERED else 1 - order,
        "network": probability,
    }
    if orientation is not None and turned:
        factors["orientation"] = min(1.0, orientation.gap / orientation.score / AMBIGUOUS)
    trust = float(np.prod(list(factors.values())))
    if trust < THRESHOLD:
        weakest = min(factors, key=factors.__getitem__)
        return Trust(False, trust, _doubt(weakest, found, factors[weakest]))
    species = len(set(numbers.tolist()))
    if species > 1:
        return Trust(True, trust, f"{species} species: class of the common lattice")
    shown = f"all reflections of {label} present (Bragg score {found.fit.score:.2f})"
    return Trust(True, trust, shown)


def _elsewhere(positions: np.ndarray, found: Evidence, orientation: Orientation | None) -> str:
    """Why a lattice is not seen about the axes; positions in the frame in which it was sought."""
    if orientation is None:
        return (
            f"no long-range order along the given axes (Bragg score {found.fit.score:.2f}): "
            "turned, or no crystal"
        )
    fit = next(fit for fit in orientation.fits if fit.star.label == found.fit.star.label)
    if fit.score < NO_ORDER:
        return f"no long-range order (Bragg score {orientation.score:.2f})"
    return _doubt("evenness", evidence_of(positions, fit), 0.0)


def _cannot_tell(reason: str) -> Trust:
    return Trust(False, 0.0, f"cannot tell: {reason}")


def _doubt(weakest: str, found: Evidence, value: float) -> str:
    """The weakest point of a verdict in words."""
    label, number = found.fit.star.label, len(found.corrected)
    present = int((found.corrected >= PRESENT).sum())
    if weakest == "evenness" and present < number:
        guess = "a distorted lattice"
        if present < SEVERAL * number:
            guess = GUESSES.get(label, "another lattice")
        return f"{present} of {number} reflections of {label} present: perhaps {guess}"
    return {
        "evenness": f"reflections of {label} unevenly bright: perhaps a distorted lattice",
        "purity": f"reflections that {label} does not have: another lattice, or several grains",
        "orientation": "orientation ambiguous: another one fits nearly as well, perhaps a twin",
        "species": f"species in order: {label} is the class of the common lattice only",
        "network": f"the network hesitates (probability {value:.2f})",
    }[weakest]


def _ordering(positions: np.ndarray, numbers: np.ndarray, fit: Fit) -> float:
    """Share of the contrast of the species in one reflection: 1 in full order, 1/n at random."""
    contrast = numbers - numbers.mean()
    if not contrast.any():
        return 0.0
    weights = contrast / np.sqrt(len(numbers) * (contrast**2).sum())
    star = fit.star
    hkl = np.concatenate([equivalents(*family) for family in SUPERLATTICE[star.label]])
    vectors = fit.scale * star.unit * hkl @ fit.axes.T
    return min(1.0, float(intensity(positions, vectors, weights).max()))
