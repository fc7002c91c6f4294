"""The orientation of a crystal: the rotation at which the strongest reflections of a lattice show.

|F(q)|² is computed once on concentric hemispheres, whose radii rise by 3 %. The reflections of a
lattice at any rotation and scale lie near points of these, so that trying a rotation at a scale
takes nothing but looking up values. The best few are then refined on exact sums.
"""

from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from ase import Atoms

from ..crystals.checks import check_structure
from ..crystals.classes import COLOURS
from ..display import Result, bars, heading
from .fit import COARSE, STEP, Fit, forbidden_intensity, refine
from .intensity import intensity
from .rotations import misorientation, nearest_to_identity, rotation_grid
from .sample import Sample, sample
from .stars import STARS

SCALES = np.exp(STEP * np.arange(-7, 6))
"""0.81 to 1.16: displacements shorten the mean bond and vacancies lengthen it."""
TICK = np.deg2rad(3.2)
"""Angle between neighbouring points of a hemisphere."""
CANDIDATES = 4
"""Rotations of each lattice that are refined."""
POOL = 150
"""Best places of the grid from which these are taken."""
APART = 12.0
"""Degrees between rotations that count as different."""
CLOSE = 0.7
"""A lattice whose score falls short of this share of the highest is out."""


@dataclass(frozen=True, eq=False, repr=False)
class Orientation(Result):
    """The rotation that brings the cube axes of a structure onto x, y, z, and how well it fits.

    Attributes
    ----------
    rotation : turns the cube axes onto x, y, z: ``positions @ rotation.T``, (3, 3).
    lattice : label of the lattice whose reflections fit best.
    scale : nearest-neighbour distance of that lattice, Angstrom. The mean bond length of displaced
        atoms is shorter than that.
    hkl : Miller indices of its reflections, one of each Friedel pair, (n, 3).
    intensities : |F|² of each over that of the perfect crystal, (n,).
    score : the sum of |F|² over that of the perfect crystal: 1 is perfect, about 0.03 is no order.
    gap : by how much the score of the best rotation that is not equivalent falls short of it.
    fits : the best of each lattice, in the order of the classes.
    n_atoms : number of atoms that it was fitted to.
    sampled : whether these are only a sphere at the centre of the structure.
    """

    rotation: np.ndarray
    lattice: str
    scale: float
    hkl: np.ndarray
    intensities: np.ndarray
    score: float
    gap: float
    fits: tuple[Fit, ...]
    n_atoms: int
    sampled: bool

    @property
    def angle(self) -> float:
        """Smallest angle (degrees) that takes the cube axes onto x, y and z in any order."""
        return float(misorientation(self.rotation.T, np.eye(3)))

    def to_dict(self) -> dict[str, Any]:
        """The fields and the angle as plain data that JSON can hold; of each fit its lattice, axes
        (columns), scale and score."""
        fits = [
            {
                "lattice": fit.star.label,
                "axes": fit.axes.tolist(),
                "scale": float(fit.scale),
                "score": float(fit.score),
            }
            for fit in self.fits
        ]
        return super().to_dict() | {"fits": fits, "angle": self.angle}

    def _repr_html_(self) -> str:
        line = f"turned by {self.angle:.1f}°; score {self.score:.2f}, gap {self.gap:.2f}; scores:"
        scores = {fit.star.label: fit.score for fit in self.fits}
        return heading(f"Orientation of {self.lattice}", line) + bars(scores, COLOURS)


def find_orientation(atoms: Atoms) -> Orientation:
    """The orientation of the cube axes of a structure of any shape.

    Each of the four lattices is turned through 4,000 rotations, the cubic asymmetric unit at 6
    degrees, at 13 scales about the bond length; the sums of |F|² over its strongest reflections
    show which fits best. A periodic structure is replicated as it stands; of a large one, only a
    sphere of about `SAMPLE` atoms at the centre counts.

    Parameters
    ----------
    atoms : the structure; it is not changed. Species don't matter.

    Returns
    -------
    An :class:`Orientation`. There always is one; whether it means anything follows from its score
    and gap, and from the ``trust`` of :func:`~facecrystal_widgets.classify`.

    Raises
    ------
    StructureError
        where the structure cannot be used.

    >>> from facecrystal_widgets import build_cluster, prototype
    >>> cluster = build_cluster(prototype("bcc", "Fe"))
    >>> cluster.rotate(30, (1, 2, 3))
    >>> orientation = find_orientation(cluster)
    >>> orientation.lattice, round(orientation.score, 2), round(orientation.angle)
    ('bcc', 1.0, 30)
    """
    check_structure(atoms)
    return orientation_of(sample(atoms))


def orientation_of(sample: Sample) -> Orientation:
    """:func:`find_orientation` of the central atoms of a structure."""
    positions = sample.scaled
    fits = _search(positions)
    tops = [
        max((f for f in fits if f.star is star), key=lambda f: f.score) for star in STARS.values()
    ]
    highest = max(fit.score for fit in tops)
    best = max(
        (fit for fit in tops if fit.score > CLOSE * highest),
        key=lambda fit: fit.score * (1 - forbidden_intensity(positions, fit)),
    )
    rivals = [
        fit.score
        for fit in fits
        if fit.star is best.star and misorientation(fit.axes, best.axes) > APART
    ]
    axes = nearest_to_identity(best.axes)
    intensities = intensity(positions, best.scale * best.star.vectors @ axes.T)
    return Orientation(
        rotation=axes.T,
        lattice=best.star.label,
        scale=float(sample.bond / best.scale),
        hkl=best.star.hkl,
        intensities=intensities / best.star.strengths,
        score=best.score,
        gap=best.score - max(rivals, default=0.0),
        fits=tuple(tops),
        n_atoms=len(positions),
        sampled=sample.partial,
    )


def _search(positions: np.ndarray) -> list[Fit]:
    """The best rotations of each lattice, refined, in no order; positions in bond lengths."""
    directions, _ = hemisphere()
    radii, places = _shells()
    table = intensity(positions, radii[None, :, None] * directions[:, None]).astype(np.float32)
    fits = []
    for label, star in STARS.items():
        scores = np.zeros((len(rotation_grid()), len(SCALES)), np.float32)
        for point, shell in zip(_points(label).T, places[label], strict=True):
            scores += np.ascontiguousarray(table[:, shell : shell + len(SCALES)])[point]
        scores /= star.strengths.sum()
        coarse = [refine(positions, star, *start, last=COARSE) for start in _distinct(scores)]
        coarse.sort(key=lambda fit: -fit.score)
        fits += [refine(positions, star, coarse[0].axes, coarse[0].scale, COARSE), *coarse[1:]]
    return fits


def _distinct(scores: np.ndarray) -> list[tuple[np.ndarray, float]]:
    """Cube axes and scales of the best few rotations of the grid that are `APART`."""
    best = scores.max(axis=1)
    pool = np.argpartition(best, -POOL)[-POOL:]
    pool = pool[np.argsort(best[pool])[::-1]]
    axes = rotation_grid()[pool]
    starts: list[tuple[np.ndarray, float]] = []
    while len(pool) and len(starts) < CANDIDATES:
        starts.append((axes[0], float(SCALES[scores[pool[0]].argmax()])))
        away = misorientation(axes, axes[0]) > APART
        pool, axes = pool[away], axes[away]
    return starts


@cache
def hemisphere() -> tuple[np.ndarray, np.ndarray]:
    """Points on rings of a hemisphere, `TICK` apart, (n, 3), and how many each ring has."""
    polar = np.linspace(0, np.pi / 2, int(np.ceil(np.pi / 2 / TICK)) + 1)
    numbers = np.maximum(1, np.round(2 * np.pi * np.sin(polar) / TICK).astype(int))
    theta = np.repeat(polar, numbers)
    phi = np.concatenate([2 * np.pi * np.arange(n) / n for n in numbers])
    points = [np.sin(theta) * np.cos(phi), np.sin(theta) * np.sin(phi), np.cos(theta)]
    return np.stack(points, axis=1), numbers


def nearest_point(directions: np.ndarray) -> np.ndarray:
    """Index of the point of the hemisphere nearest to each direction or its opposite, (...)."""
    _, numbers = hemisphere()
    x, y, z = np.moveaxis(directions * np.where(directions[..., 2:] < 0, -1, 1), -1, 0)
    ring = np.round(np.arccos(np.clip(z, 0, 1)) / (np.pi / 2) * (len(numbers) - 1)).astype(int)
    turn = np.round(np.arctan2(y, x) / (2 * np.pi) * numbers[ring]).astype(int) % numbers[ring]
    return np.asarray((np.cumsum(numbers) - numbers)[ring] + turn)


@cache
def _points(label: str) -> np.ndarray:
    """For each rotation of the grid and each reflection its point of the hemisphere."""
    star = STARS[label]
    directions = star.vectors / star.lengths[:, None]
    return nearest_point(directions @ np.swapaxes(rotation_grid(), 1, 2))


@cache
def _shells() -> tuple[np.ndarray, dict[str, list[int]]]:
    """Radii of the hemispheres; for each reflection of each lattice the one at the first scale."""
    least = min(star.lengths.min() for star in STARS.values()) * SCALES[0]
    places = {
        label: np.round(np.log(star.lengths * SCALES[0] / least) / STEP).astype(int).tolist()
        for label, star in STARS.items()
    }
    number = max(map(max, places.values())) + len(SCALES)
    return least * np.exp(STEP * np.arange(number)), places
