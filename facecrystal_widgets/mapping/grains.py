"""Grains: neighbouring places of one class and nearly one orientation."""

from dataclasses import dataclass

import numpy as np

from ..display import Result
from ..orientation.evidence import NO_ORDER
from ..orientation.rotations import misorientation

MAX_MISORIENTATION = 5.0
"""Between neighbouring places of one grain, degrees."""
NEIGHBOUR_PLACES = 14
"""Nearest places that count as neighbours."""
MIN_PLACES = 3
"""In a grain."""
NONE = -1
"""Number of the grain of a place that belongs to none."""


@dataclass(frozen=True, eq=False, repr=False)
class Grain(Result):
    """A crystal in a local map.

    Attributes
    ----------
    label : its class.
    places : number of its places.
    atoms : number of its atoms.
    share : of all atoms, 0 to 1.
    trust : mean over its places.
    rotation : of its most trusted place, (3, 3); turns the cube axes onto x, y, z.
    """

    label: str
    places: int
    atoms: int
    share: float
    trust: float
    rotation: np.ndarray


def connect(
    neighbours: np.ndarray,
    labels: np.ndarray,
    rotations: np.ndarray,
    trust: np.ndarray,
    scores: np.ndarray,
    threshold: float,
) -> np.ndarray:
    """Number of the grain of each place, or `NONE`.

    Parameters
    ----------
    neighbours : of each place, (n, k), indices.
    labels : (n,).
    rotations : (n, 3, 3), which turn the cube axes onto x, y, z.
    trust : (n,).
    scores : Σ|F|² over that of the perfect crystal, (n,).
    threshold : a grain has at least one place of this trust, and `MIN_PLACES` in all.

    Returns
    -------
    (n,) int, numbered from 0, the largest first.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    n = len(labels)
    if not n:
        return np.zeros(0, int)
    ordered = scores >= NO_ORDER
    one, other = np.repeat(np.arange(n), neighbours.shape[1]), neighbours.ravel()
    same = (labels[one] == labels[other]) & ordered[one] & ordered[other]
    one, other = one[same], other[same]
    axes = np.swapaxes(rotations, 1, 2)
    near = misorientation(axes[one], axes[other]) < MAX_MISORIENTATION
    graph = coo_array((np.ones(near.sum()), (one[near], other[near])), shape=(n, n))
    _, parts = connected_components(graph, directed=False)
    sizes = np.bincount(parts)
    best = np.zeros(len(sizes))
    np.maximum.at(best, parts, trust)
    kept = (sizes >= MIN_PLACES) & (best >= threshold)
    numbers = np.full(len(sizes), NONE)
    order = np.argsort(-sizes * kept, kind="stable")[: kept.sum()]
    numbers[order] = np.arange(kept.sum())
    return np.asarray(numbers[parts])
