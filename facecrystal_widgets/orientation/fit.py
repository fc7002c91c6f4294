"""A lattice laid over a sample of atoms, and its refinement."""

from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np

from .intensity import intensity
from .rotations import SPACING, rotation_matrices
from .stars import Star

STEP = 0.03
"""Ratio of neighbouring radii and scales, as a logarithm."""
LOBE = 5.5
"""Extent of a reflection with its first side lobe, times the radius of the cluster (for a sphere
4.5 is the first zero). The radius along each direction is that of an ellipsoid."""
WIDEST = 6.0
"""Largest radius (bond lengths) for which the points between reflections are close enough; a sphere
of `SAMPLE` atoms has 3.4. It bounds the time that thin or scattered atoms can take."""
ROUNDS, COARSE = 6, 3
"""Rounds of refinement; the step is halved in each, from 3 degrees to 0.1. Only the best candidate
of each lattice goes through all of them."""


@dataclass(frozen=True, eq=False)
class Fit:
    """A lattice laid over a structure.

    Attributes
    ----------
    star : its reflections.
    axes : the cube axes as columns, (3, 3).
    scale : of the scattering vectors.
    score : Σ|F|² over that of the perfect crystal.
    """

    star: Star
    axes: np.ndarray
    scale: float
    score: float


def refine(
    positions: np.ndarray,
    star: Star,
    axes: np.ndarray,
    scale: float,
    first: int = 0,
    last: int = ROUNDS,
) -> Fit:
    """The rotation and scale near the given ones at which a lattice's reflections are brightest.

    Parameters
    ----------
    positions : (n_atoms, 3), bond lengths.
    axes : cube axes as columns, (3, 3).
    scale : of the scattering vectors.
    first, last : of the `ROUNDS`, `last` excluded.
    """
    score = 0.0
    for number in range(first, last):
        step = STEP / 2 / 2**number
        turned = _turns(number) @ axes
        sums = intensity(positions, scale * star.vectors @ np.swapaxes(turned, 1, 2)).sum(axis=1)
        axes = turned[sums.argmax()]
        scales = scale * np.exp([0, -step, step])
        sums = intensity(positions, scales[:, None, None] * (star.vectors @ axes.T)).sum(axis=1)
        scale, score = float(scales[sums.argmax()]), float(sums.max() / star.strengths.sum())
    return Fit(star, axes, scale, score)


@cache
def _turns(number: int) -> np.ndarray:
    """The small rotations that a round tries, the identity first, (27, 3, 3)."""
    points = np.stack(np.meshgrid([0, -1, 1], [0, -1, 1], [0, -1, 1]), axis=-1).reshape(-1, 3)
    return rotation_matrices(SPACING / 2 / 2**number * points)


def forbidden_intensity(positions: np.ndarray, fit: Fit) -> float:
    """The brightest |F|²/N² between the origin and the first reflections of a lattice.

    Atoms on some of its sites only, picked by any order but chance, have reflections there: diamond
    is half of a bcc lattice, and simple cubic half of another.
    """
    spread = positions.T @ positions / len(positions)
    radius = (5 / 3 * np.trace(spread)) ** 0.5
    first = float(fit.scale * fit.star.lengths.min())
    points = _ball(round(first, 1), round(min(radius, WIDEST), 1))
    reflections = fit.scale * fit.star.vectors @ fit.axes.T
    centres = np.concatenate([np.zeros((1, 3)), reflections, -reflections])
    points = points[(_squares(points, centres, 5 * spread) > LOBE**2).all(axis=1)]
    return float(intensity(positions, points).max(initial=0.0))


def _squares(points: np.ndarray, centres: np.ndarray, metric: np.ndarray) -> np.ndarray:
    """Squared distances (n, m) of points (n, 3) from centres (m, 3) by a metric (3, 3)."""
    left, right = points @ metric, centres @ metric
    squares = (left * points).sum(axis=1)[:, None] + (right * centres).sum(axis=1)
    return np.asarray(squares - 2 * left @ centres.T)


@lru_cache(maxsize=16)
def _ball(length: float, radius: float) -> np.ndarray:
    """Points of half a ball of radius `length`, 1.5/`radius` apart, (n, 3)."""
    ticks = np.arange(-np.ceil(length * radius / 1.5), np.ceil(length * radius / 1.5) + 1)
    points = np.stack(np.meshgrid(ticks, ticks, ticks), axis=-1).reshape(-1, 3) * 1.5 / radius
    return points[(points[:, 2] >= 0) & ((points**2).sum(axis=1) <= length**2)]
