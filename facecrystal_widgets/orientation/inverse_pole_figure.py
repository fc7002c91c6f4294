"""Inverse pole figure colours: the crystal direction along an axis of the laboratory.

The colours are those of orix (its TSL colour key for m-3m), tabulated by :func:`make_table` over
the fundamental sector, since orix itself takes seconds to import. Red is 001, green 011, blue 111.
"""

from functools import cache
from pathlib import Path

import numpy as np

TABLE = Path(__file__).parent / "ipf.npz"
STEPS = 64
"""The table has a row and a column more than this."""
BEAM = np.array([0.0, 0.0, 1.0])
"""In files and pictures the colours are those of the crystal direction along z."""


def ipf_colours(rotations: np.ndarray, direction: np.ndarray) -> np.ndarray:
    """Inverse pole figure colours of crystals.

    Parameters
    ----------
    rotations : turn the cube axes onto x, y, z, (..., 3, 3), as in
        :class:`~facecrystal_widgets.Orientation`.
    direction : of the laboratory, (3,), of any length.

    Returns
    -------
    Red, green and blue, (..., 3) uint8.

    >>> ipf_colours(np.eye(3), np.array([0, 0, 1])).tolist()
    [255, 0, 0]
    """
    return sector_colours(np.asarray(rotations, float) @ np.asarray(direction, float))


def sector_colours(directions: np.ndarray) -> np.ndarray:
    """Colours (..., 3) uint8 of directions (..., 3) along the cube axes."""
    sorted_ = np.sort(np.abs(directions), axis=-1)
    largest = sorted_[..., 2]
    low, middle = (sorted_[..., i] / np.where(largest > 0, largest, 1) for i in (0, 1))
    column, row = (np.clip(x * STEPS, 0, STEPS) for x in (middle, _share(low, middle)))
    i, j = (np.minimum(x.astype(int), STEPS - 1) for x in (column, row))
    u, v = (column - i)[..., None], (row - j)[..., None]
    table = _table().astype(float)
    colours = (1 - u) * ((1 - v) * table[i, j] + v * table[i, j + 1])
    colours += u * ((1 - v) * table[i + 1, j] + v * table[i + 1, j + 1])
    return np.asarray(np.round(colours), np.uint8)


def _share(low: np.ndarray, middle: np.ndarray) -> np.ndarray:
    """The sector as a square: how far `low` is from 0 to `middle`."""
    return np.asarray(low / np.where(middle > 0, middle, 1))


@cache
def _table() -> np.ndarray:
    """Colours at direction (share · middle, middle, 1), (middle, share, 3) uint8."""
    with np.load(TABLE) as file:
        return np.asarray(file["colours"])


def key_image(width: int) -> np.ndarray:
    """The key to the colours: the stereographic triangle 001, 011, 111, (height, width, 4) uint8.

    The first row is the top; what lies outside is transparent.
    """
    corner = np.tan(np.arccos(0.5**0.5) / 2)  # 011 in stereographic projection
    top = 1 / (3**0.5 + 1)  # 111
    across = (np.arange(width) + 0.5) / width * corner
    up = np.arange(int(np.ceil(width * top / corner)), 0, -1) - 0.5
    x, y = np.meshgrid(across, up / width * corner)
    square = x**2 + y**2
    directions = np.stack([2 * x, 2 * y, 1 - square], axis=-1) / (1 + square)[..., None]
    inside = (directions[..., 1] <= directions[..., 0]) & (directions[..., 0] <= directions[..., 2])
    alpha = np.where(inside, 255, 0).astype(np.uint8)
    return np.dstack([sector_colours(directions), alpha])


def make_table() -> np.ndarray:
    """The table, worked out by orix (in the extra ``test``)."""
    from orix.plot import DirectionColorKeyTSL
    from orix.quaternion.symmetry import Oh
    from orix.vector import Vector3d

    middle, share = np.meshgrid(*2 * [np.linspace(0, 1, STEPS + 1)], indexing="ij")
    directions = np.stack([share * middle, middle, np.ones_like(middle)], axis=-1)
    colours = DirectionColorKeyTSL(Oh).direction2color(Vector3d(directions.reshape(-1, 3)))
    return np.round(255 * colours).astype(np.uint8).reshape(STEPS + 1, STEPS + 1, 3)


if __name__ == "__main__":  # python -m facecrystal_widgets.orientation.inverse_pole_figure
    np.savez_compressed(TABLE, colours=make_table())
