"""Whether a structure is of one of the four classes at all, from the physics of its reflections.

A perfect lattice, or any random part of one, has each reflection of its star at full strength and
no others between them. Vacancies and substitutions leave that as it is, and displacements damp
|F|² by exp(-σ²q²) (Debye and Waller), alike in all directions. So a class is present where its
reflections are equally bright once that factor is taken out, and no others stand between them.
"""

from dataclasses import dataclass

import numpy as np

from ..crystals.classes import BY_LABEL
from .evidence import NO_ORDER, THRESHOLD, Evidence, evidence, evidence_of, unsuitable
from .fit import Fit
from .intensity import intensity
from .sample import Sample
from .search import Orientation
from .stars import equivalents

FEWEST = 16
"""With fewer atoms chance puts them on a lattice too often."""
PRESENT, SEVERAL = 0.5, 0.6
"""A reflection fainter than `PRESENT`, corrected, counts as missing; where more than the share
`SEVERAL` of them is present, the lattice is a distorted one rather than another."""
AMBIGUOUS = 0.3
"""A gap below this share of the score makes the orientation doubtful."""
ORDERED = 0.3
"""Share of the contrast of the species that lies in one reflection, where they are in order."""


@dataclass(frozen=True)
class Trust:
    """Whether to believe a verdict.

    Attributes
    ----------
    trusted : whether `trust` reaches `THRESHOLD`.
    trust : from 0 to 1.
    reason : a phrase, for people.
    """

    trusted: bool
    trust: float
    reason: str


def assess(
    sample: Sample,
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
    sample : the central atoms, as the network saw them.
    numbers : atomic numbers of all atoms of the structure, (n_atoms,).
    label, probability : the network's answer.
    orientation : of the cube axes, if it was sought.
    turned : whether the positions have been turned accordingly.
    fewest : atoms below which nothing is believed.

    Returns
    -------
    A :class:`Trust`: the product of the evenness and purity of the reflections, of the network's
    probability, and of how far other orientations and an order of the species are ruled out.
    """
    if sample.n_atoms < fewest:
        return _cannot_tell(f"only {sample.n_atoms} atoms, too few to tell")
    if reason := unsuitable(sample):
        return _cannot_tell(reason)
    positions, numbers = sample.scaled, numbers[sample.index]
    given = evidence(positions, label)
    if given.fit.score < NO_ORDER:
        frame = orientation.rotation if orientation is not None and turned else np.eye(3)
        return Trust(False, 0.0, _elsewhere(positions @ frame, given, orientation))
    factors = {
        "evenness": given.evenness,
        "purity": given.purity,
        "orientation": 1.0,
        "species": _mixing(positions, numbers, given.fit),
        "network": probability,
    }
    if orientation is not None and turned:
        factors["orientation"] = min(1.0, orientation.gap / orientation.score / AMBIGUOUS)
    trust = float(np.prod(list(factors.values())))
    if trust < THRESHOLD:
        weakest = min(factors, key=factors.__getitem__)
        return Trust(False, trust, _doubt(weakest, given, factors[weakest]))
    return Trust(True, trust, _assurance(given, numbers))


def _assurance(given: Evidence, numbers: np.ndarray) -> str:
    """The reason to trust a verdict."""
    species = len(set(numbers.tolist()))
    if species > 1:
        return f"{species} species: class of the common lattice"
    fit = given.fit
    return f"all reflections of {fit.star.label} present (Bragg score {fit.score:.2f})"


def _elsewhere(positions: np.ndarray, given: Evidence, orientation: Orientation | None) -> str:
    """Why a lattice does not show along the axes; positions in the frame in which it was sought."""
    if orientation is None:
        return (
            f"no long-range order along the given axes (Bragg score {given.fit.score:.2f}): "
            "turned, or no crystal"
        )
    fit = next(fit for fit in orientation.fits if fit.star.label == given.fit.star.label)
    if fit.score < NO_ORDER:
        return f"no long-range order (Bragg score {orientation.score:.2f})"
    return _doubt("evenness", evidence_of(positions, fit), 0.0)


def _cannot_tell(reason: str) -> Trust:
    return Trust(False, 0.0, f"cannot tell: {reason}")


def _doubt(weakest: str, given: Evidence, value: float) -> str:
    """The reason not to trust a verdict: its weakest factor."""
    label, number = given.fit.star.label, len(given.corrected)
    present = int((given.corrected >= PRESENT).sum())
    if weakest == "evenness" and present < number:
        guess = "a distorted lattice"
        if present < SEVERAL * number:
            guess = BY_LABEL[label].look_alikes
        return f"{present} of {number} reflections of {label} present: perhaps {guess}"
    return {
        "evenness": f"reflections of {label} unevenly bright: perhaps a distorted lattice",
        "purity": f"reflections that {label} does not have: another lattice, or several grains",
        "orientation": "orientation ambiguous: another one fits nearly as well, perhaps a twin",
        "species": f"species in order: {label} is the class of the common lattice only",
        "network": f"the network hesitates (probability {value:.2f})",
    }[weakest]


def _mixing(positions: np.ndarray, numbers: np.ndarray, fit: Fit) -> float:
    """1 where the species are mixed at random or there is but one; less where they are in order.

    Of the contrast of the species, one reflection of the superlattice has all in full order and
    1/n_atoms at random.
    """
    contrast = numbers - numbers.mean()
    if not contrast.any():
        return 1.0
    weights = contrast / np.sqrt(len(numbers) * (contrast**2).sum())
    star = fit.star
    families = BY_LABEL[star.label].superlattice
    hkl = np.concatenate([equivalents(*family) for family in families])
    vectors = fit.scale * star.unit * hkl @ fit.axes.T
    order = min(1.0, float(intensity(positions, vectors, weights).max()))
    return 1.0 if order < ORDERED else 1 - order
