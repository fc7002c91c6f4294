"""Whether a structure is one of the four classes at all, judged by the physics of its reflections.

A perfect lattice, or any random part of one, shines with full strength at every reflection of its
star and nowhere between. Vacancies and substitutions change nothing of that, and displacements damp
|F|² by exp(-σ²q²) (Debye and Waller), alike in all directions. So a class is present where its
reflections are equally bright once that factor is taken out, and no others stand between them.
"""

from dataclasses import dataclass

import numpy as np

from .evidence import NO_ORDER, THRESHOLD, Evidence, evidence, evidence_of, unsuitable
from .fit import Fit
from .intensity import intensity
from .sample import central, scaled
from .search import Orientation
from .stars import equivalents

FEWEST = 16
"""With fewer atoms chance puts them on a lattice too often."""
PRESENT, SEVERAL = 0.5, 0.6
"""A reflection fainter than this, corrected, counts as missing; where more than this share of them
is there, the lattice is a distorted one rather than another."""
AMBIGUOUS = 0.3
"""A gap below this share of the score makes the orientation doubtful."""
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
    if reason := unsuitable(positions):
        return _cannot_tell(reason)
    positions, _ = scaled(positions)
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
