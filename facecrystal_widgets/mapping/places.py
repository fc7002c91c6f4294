"""What stands at a place: class, orientation and trust of the sphere of atoms about it.

Neighbouring places mostly lie in one crystal, so the orientation of one is tried at the next. The
whole search of :func:`~facecrystal_widgets.find_orientation` is needed only where that fails.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from ase import Atoms

from ..convnet.reference import NetworkRef
from ..crystals.checks import StructureError
from ..crystals.classes import LABELS
from ..diffraction.fingerprint import fingerprint
from ..orientation.fit import Fit, forbidden_intensity, refine
from ..orientation.intensity import intensity
from ..orientation.rotations import nearest_to_identity
from ..orientation.sample import Sample, sample_of
from ..orientation.search import Orientation, orientation_of
from ..orientation.trust import assess

MIN_SCORE = 0.2
"""Σ|F|² over that of the perfect crystal, for an orientation to be taken over from a neighbour."""
MIN_SHARE = 0.6
"""Of the best score of the orientation at any place, for the same: the score grows with the square
of a crystal's share of the sphere, so no other crystal can dominate then."""
MAX_FORBIDDEN = 0.5
"""Intensity between the reflections of a lattice that is taken over."""
MAX_GUESSES = 4
"""Orientations of neighbours that are tried."""

PLACE = np.dtype(
    [
        ("probabilities", np.float32, (len(LABELS),)),
        ("rotation", np.float64, (3, 3)),
        ("lattice", np.int8),
        ("spacing", np.float32),
        ("score", np.float32),
        ("trust", np.float32),
        ("searched", bool),
        ("reason", "U160"),
    ]
)
"""The results at a place, as in :class:`~facecrystal_widgets.mapping.local_map.LocalMap`."""


@dataclass(eq=False)
class _Guess:
    fit: Fit
    best: float


def classify_places(
    spheres: Sequence[tuple[np.ndarray, np.ndarray]], network: NetworkRef
) -> np.ndarray:
    """Class, orientation and trust of spheres that follow one another in space.

    Parameters
    ----------
    spheres : positions (n, 3), Angstrom, and atomic numbers (n,) of each.
    network : that classifies.

    Returns
    -------
    One row of `PLACE` for each. Where a sphere cannot be classified, probabilities and trust are 0
    and the reason is given.
    """
    guesses: list[_Guess] = []
    rows = np.zeros(len(spheres), PLACE)
    for number, (positions, numbers) in enumerate(spheres):
        row: Any = rows[number]  # a view
        row["rotation"] = np.eye(3)
        try:
            _classify_place(row, positions, numbers, guesses, network)
        except StructureError as error:
            row["reason"] = f"cannot tell: {error}"
    return rows


def _classify_place(
    row: Any,
    positions: np.ndarray,
    numbers: np.ndarray,
    guesses: list[_Guess],
    network: NetworkRef,
) -> None:
    centre = sample_of(positions)
    known = _known(centre, guesses)
    if known is not None:
        _classify(row, positions, numbers, centre, known, None, network)
        if row["probabilities"].argmax() == row["lattice"]:
            return
    searched = orientation_of(centre)
    fit = next(fit for fit in searched.fits if fit.star.label == searched.lattice)
    guesses[MAX_GUESSES - 1 :] = []
    guesses.insert(0, _Guess(fit, fit.score))
    _classify(row, positions, numbers, centre, fit, searched, network)


def _known(centre: Sample, guesses: list[_Guess]) -> Fit | None:
    """The orientation of a neighbour that fits here, which is tried first from now on; or None."""
    if not guesses:
        return None
    positions = centre.scaled
    guess = max(guesses, key=lambda guess: _score(positions, guess.fit))
    fit = refine(positions, guess.fit.star, guess.fit.axes, guess.fit.scale)
    guess.best = max(guess.best, fit.score)
    if (
        fit.score < max(MIN_SCORE, MIN_SHARE * guess.best)
        or forbidden_intensity(positions, fit) > MAX_FORBIDDEN
    ):
        return None
    guess.fit = fit
    guesses.remove(guess)
    guesses.insert(0, guess)
    return fit


def _score(positions: np.ndarray, fit: Fit) -> float:
    scattered = intensity(positions, fit.scale * fit.star.vectors @ fit.axes.T)
    return float(scattered.sum() / fit.star.strengths.sum())


def _classify(
    row: Any,
    positions: np.ndarray,
    numbers: np.ndarray,
    centre: Sample,
    fit: Fit,
    searched: Orientation | None,
    network: NetworkRef,
) -> None:
    """Turn the sphere onto the axes, classify it and assess the trust in the answer."""
    rotation = nearest_to_identity(fit.axes).T
    image = fingerprint(Atoms(numbers, positions=positions @ rotation.T))
    assert image.positions is not None
    probabilities = network.load().probabilities(image.image[None])[0]
    best = int(probabilities.argmax())
    trust = assess(
        sample_of(image.positions),
        numbers,
        LABELS[best],
        float(probabilities[best]),
        searched,
        searched is not None,
    )
    row["probabilities"], row["rotation"] = probabilities, rotation
    row["lattice"], row["score"] = LABELS.index(fit.star.label), fit.score
    row["spacing"] = centre.bond / fit.scale
    row["trust"], row["reason"] = trust.trust, trust.reason
    row["searched"] = searched is not None
