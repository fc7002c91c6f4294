"""Rotations: a grid of those that the cubic group leaves distinct, and angles between them."""

from functools import cache
from itertools import permutations, product

import numpy as np
import numpy.typing as npt

SPACING = np.deg2rad(6)
"""Between neighbours on the grid."""


def rotation_matrices(vectors: npt.ArrayLike) -> np.ndarray:
    """Matrices (..., 3, 3) of rotation vectors (..., 3), axis times angle in radians."""
    vectors = np.asarray(vectors, float)
    angle = np.linalg.norm(vectors, axis=-1)[..., None, None]
    x, y, z = np.moveaxis(vectors, -1, 0)
    zero = np.zeros_like(x)
    cross = np.stack([zero, -z, y, z, zero, -x, -y, x, zero], axis=-1)
    cross = cross.reshape(*vectors.shape[:-1], 3, 3)
    half = np.sinc(angle / (2 * np.pi))
    return np.asarray(np.eye(3) + np.sinc(angle / np.pi) * cross + half**2 / 2 * cross @ cross)


@cache
def cubic_group() -> np.ndarray:
    """The 24 proper rotations of a cube, (24, 3, 3)."""
    matrices = [
        np.diag(signs)[list(order)]
        for order in permutations(range(3))
        for signs in product((1.0, -1.0), repeat=3)
    ]
    return np.array([m for m in matrices if np.linalg.det(m) > 0])


@cache
def rotation_grid() -> np.ndarray:
    """Rotations about 6 degrees apart, one of each 24 that a cube makes equivalent, (n, 3, 3).

    A cubic grid of Rodrigues vectors (axis times the tangent of half the angle) within the
    truncated cube that holds the smallest rotation of each 24.
    """
    edge = np.tan(np.pi / 8)
    number = int(np.ceil(2 * edge / np.tan(SPACING / 2)))
    ticks = (np.arange(number) + 0.5) / number * 2 * edge - edge
    rodrigues = np.stack(np.meshgrid(ticks, ticks, ticks), axis=-1).reshape(-1, 3)
    rodrigues = rodrigues[np.abs(rodrigues).sum(axis=1) < 1 + ticks[1] - ticks[0]]
    tangent = np.linalg.norm(rodrigues, axis=1, keepdims=True)
    return rotation_matrices(rodrigues / tangent * 2 * np.arctan(tangent))


def angle_of(trace: np.ndarray) -> np.ndarray:
    """Angle (degrees) of rotations R of these traces: tr R = 1 + 2 cos(angle), (...)."""
    return np.asarray(np.rad2deg(np.arccos(np.clip((trace - 1) / 2, -1, 1))))


def misorientation(first: np.ndarray, second: np.ndarray) -> np.ndarray:
    """Smallest angle (degrees) that takes one cube into another, (...).

    Parameters
    ----------
    first, second : (..., 3, 3); their columns are the cube axes. They broadcast.

    >>> float(misorientation(np.eye(3), rotation_matrices([0, 0, np.pi / 2]))).__round__(6)
    0.0
    """
    between = np.swapaxes(first, -1, -2) @ second
    traces = np.tensordot(between, cubic_group(), axes=((-2, -1), (1, 2)))
    return angle_of(traces.max(axis=-1))


def nearest_to_identity(axes: np.ndarray) -> np.ndarray:
    """Of the 24 namings of the cube axes (columns of `axes`), that nearest x, y, z."""
    equivalent = axes @ cubic_group()
    return np.asarray(equivalent[np.trace(equivalent, axis1=1, axis2=2).argmax()])
