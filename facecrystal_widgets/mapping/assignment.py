"""Atoms assigned to places: of those near an atom, the one whose crystal it belongs to.

At a boundary the sphere at a place contains two crystals. An atom and its nearest neighbours alone
diffract strongly into the reflections of their crystal and weakly into those of the other.
"""

import numpy as np

from ..crystals.classes import LABELS
from ..crystals.spheres import Spheres
from ..orientation.stars import STARS

CORE_ATOMS = 24
"""In the core of an atom: itself and its nearest neighbours."""
NEAR_PLACES = 6
"""Nearest places that an atom may be assigned to."""
LEAST_SHARE = 1 / 3
"""Of the median score in a grain, for an atom to belong to it: |F|² grows with the square of the
share of the core that is crystal, and chance alone gives 1/`CORE_ATOMS`."""
PORTION_ATOMS = 4096
"""Worked on at a time, which bounds the memory."""


def best_places(
    spheres: Spheres, near: np.ndarray, rows: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The place whose lattice fits best at each atom.

    Parameters
    ----------
    spheres : cuts the core about each atom, of `CORE_ATOMS` atoms.
    near : of each atom, the numbers of the places near it, the nearest first, (n_atoms, k).
    rows : of the places, :data:`~.places.PLACE`.

    Returns
    -------
    The number of the place, (n_atoms,), and the score of its lattice in the core, Σ|F|² over that
    of the perfect crystal, (n_atoms,).
    """
    chosen, best = np.empty(len(near), int), np.empty(len(near), np.float32)
    for start in range(0, len(near), PORTION_ATOMS):
        part = slice(start, start + PORTION_ATOMS)
        _, cores = spheres.nearest_to_each(spheres.positions[part])
        scores = _scores(cores.astype(np.float32), rows[near[part]])
        number = scores.argmax(axis=1)
        every = np.arange(len(number))
        chosen[part], best[part] = near[part][every, number], scores[every, number]
    return chosen, best


def _scores(cores: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Σ|F|² over that of the perfect crystal, of cores (m, n, 3) at places (m, k), (m, k)."""
    scores = np.zeros(rows.shape, np.float32)
    for number, label in enumerate(LABELS):
        star = STARS[label]
        atom, place = np.nonzero((rows["lattice"] == number) & (rows["spacing"] > 0))
        if not len(atom):
            continue
        which = rows[atom, place]
        vectors = star.vectors @ which["rotation"] / which["spacing"][:, None, None]
        phase = np.matmul(vectors.astype(np.float32), cores[atom].transpose(0, 2, 1))
        intensity = np.cos(phase).mean(axis=2) ** 2 + np.sin(phase).mean(axis=2) ** 2
        scores[atom, place] = intensity.sum(axis=1) / star.strengths.sum()
    return scores


def in_crystal(chosen: np.ndarray, scores: np.ndarray, grains: np.ndarray) -> np.ndarray:
    """Which atoms belong to the grain of their place, (n_atoms,) bool.

    Parameters
    ----------
    chosen, scores : as :func:`best_places` returned them.
    grains : of the places, -1 for none.
    """
    grain_of_atom = grains[chosen]
    median = np.zeros(max(grains.max(initial=-1) + 1, 1))
    for grain in range(len(median)):
        if (grain_of_atom == grain).any():
            median[grain] = np.median(scores[grain_of_atom == grain])
    return np.asarray((grain_of_atom >= 0) & (scores >= LEAST_SHARE * median[grain_of_atom]))
