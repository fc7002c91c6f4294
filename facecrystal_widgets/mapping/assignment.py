"""Which of the places near an atom speaks for it: the one whose crystal the atom itself belongs to.

At a boundary the sphere about a place holds two crystals. Of an atom and its nearest neighbours
alone, the reflections of one crystal shine and those of the other do not.
"""

import numpy as np

from ..crystals.classes import LABELS
from ..crystals.spheres import Spheres
from ..orientation.stars import STARS

CORE = 24
"""Atoms that are asked, the atom itself among them."""
ASKED = 6
"""Nearest places that may speak for an atom."""
LEAST = 1 / 3
"""Of what most atoms of a crystal score, to belong to it: |F|² goes with the square of the share of
the core that is crystal, and chance alone gives 1/`CORE`."""
PORTION = 4096
"""Atoms worked on at a time: what bounds the memory."""


def best_places(
    spheres: Spheres, asked: np.ndarray, rows: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The place that speaks for each atom.

    Parameters
    ----------
    spheres : cuts the core about each atom, of `CORE` atoms.
    asked : of each atom, the numbers of the places near it, the nearest first, (n_atoms, k).
    rows : of the places, :data:`~.places.PLACE`.

    Returns
    -------
    The number of the place, (n_atoms,), and how brightly its reflections shine in the core: 1 is a
    perfect crystal, (n_atoms,).
    """
    chosen, best = np.empty(len(asked), int), np.empty(len(asked), np.float32)
    for start in range(0, len(asked), PORTION):
        part = slice(start, start + PORTION)
        _, cores = spheres.nearest_to_each(spheres.positions[part])
        scores = _scores(cores.astype(np.float32), rows[asked[part]])
        number = scores.argmax(axis=1)
        every = np.arange(len(number))
        chosen[part], best[part] = asked[part][every, number], scores[every, number]
    return chosen, best


def _scores(cores: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Σ|F|² over that of the perfect crystal, of cores (m, n, 3) at places (m, k), (m, k)."""
    scores = np.zeros(rows.shape, np.float32)
    for number, label in enumerate(LABELS):
        star = STARS[label]
        atom, asked = np.nonzero((rows["lattice"] == number) & (rows["spacing"] > 0))
        if not len(atom):
            continue
        which = rows[atom, asked]
        vectors = star.vectors @ which["rotation"] / which["spacing"][:, None, None]
        phase = np.matmul(vectors.astype(np.float32), cores[atom].transpose(0, 2, 1))
        shone = np.cos(phase).mean(axis=2) ** 2 + np.sin(phase).mean(axis=2) ** 2
        scores[atom, asked] = shone.sum(axis=1) / star.strengths.sum()
    return scores


def in_crystal(chosen: np.ndarray, scores: np.ndarray, grains: np.ndarray) -> np.ndarray:
    """Which atoms belong to the grain of their place, (n_atoms,) bool.

    Parameters
    ----------
    chosen, scores : as :func:`best_places` returned them.
    grains : of the places, -1 for none.
    """
    own = grains[chosen]
    usual = np.zeros(max(grains.max(initial=-1) + 1, 1))
    for grain in range(len(usual)):
        if (own == grain).any():
            usual[grain] = np.median(scores[own == grain])
    return np.asarray((own >= 0) & (scores >= LEAST * usual[own]))
