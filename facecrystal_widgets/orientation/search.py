"""How the cube axes of a crystal lie: the rotation under which its strongest reflections shine.

|F(q)|² is worked out once on a pile of hemispheres, whose radii rise by 3 %. The
reflections of a lattice that is turned and scaled anyhow lie near points of these, so that trying a
rotation at a scale is a matter of looking up. The best few are then refined on exact sums.
"""

from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
from ase import Atoms
from ase.geometry import minkowski_reduce

from ..structures import StructureError, check_structure, nearest_neighbour_distances
from .rotations import (
    SPACING,
    misorientation,
    nearest_to_identity,
    rotation_grid,
    rotation_matrices,
)
from .stars import STARS, Star, intensity

SAMPLE = 160
"""Atoms that are looked at: enough to tell, few enough for spots that a grid of 6 degrees meets."""
STEP = 0.03
"""Ratio of neighbouring radii and scales, as a logarithm."""
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
LOBE = 5.5
"""This over the radius of the cluster, about a reflection, holds its light and the first side lobe
(for a sphere 4.5 is the first zero). The radius along each direction is that of an ellipsoid."""
WIDEST = 6.0
"""Radius (bond lengths) for which the light between the reflections is looked at finely enough; a
sphere of `SAMPLE` atoms has 3.4. It bounds what thin or scattered atoms can cost."""
ROUNDS, COARSE = 6, 3
"""Of refinement; the step is halved in each, from 3 degrees to 0.1. Only the best candidate of each
lattice goes through all of them."""


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


@dataclass(frozen=True, eq=False)
class Orientation:
    """How the cube axes of a structure lie, as far as it has any.

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
    n_atoms : number of atoms that were looked at.
    sampled : whether these are only a sphere about the centre of the structure.
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


def find_orientation(atoms: Atoms) -> Orientation:
    """How the cube axes of a structure lie, whatever its shape.

    Each of the four lattices is turned through 4,000 rotations, the cubic asymmetric unit at 6
    degrees, at 13 scales about the bond length; the sums of |F|² over its strongest reflections
    tell which fits best. A periodic structure is replicated as it stands; of a large one, a
    sphere of about `SAMPLE` atoms at the centre is looked at.

    Parameters
    ----------
    atoms : the structure; it is not changed. Species don't matter.

    Returns
    -------
    An :class:`Orientation`. There always is one; whether it means anything is for its score and
    gap to tell, or for the ``trust`` of :func:`~facecrystal_widgets.classify`.

    Raises
    ------
    StructureError
        where the structure cannot be used, in words.

    >>> from facecrystal_widgets import build_cluster, prototype
    >>> cluster = build_cluster(prototype("bcc", "Fe"))
    >>> cluster.rotate(30, (1, 2, 3))
    >>> found = find_orientation(cluster)
    >>> found.lattice, round(found.score, 2), round(found.angle)
    ('bcc', 1.0, 30)
    """
    check_structure(atoms)
    positions, sampled = sample(atoms)
    positions, bond = in_bond_lengths(positions)
    fits = _search(positions)
    tops = [
        max((f for f in fits if f.star is star), key=lambda f: f.score) for star in STARS.values()
    ]
    highest = max(fit.score for fit in tops)
    best = max(
        (fit for fit in tops if fit.score > CLOSE * highest),
        key=lambda fit: fit.score * (1 - foreign(positions, fit)),
    )
    rivals = [
        fit.score
        for fit in fits
        if fit.star is best.star and misorientation(fit.axes, best.axes) > APART
    ]
    axes = nearest_to_identity(best.axes)
    found = intensity(positions, best.scale * best.star.vectors @ axes.T)
    return Orientation(
        rotation=axes.T,
        lattice=best.star.label,
        scale=float(bond / best.scale),
        hkl=best.star.hkl,
        intensities=found / best.star.strengths,
        score=best.score,
        gap=best.score - max(rivals, default=0.0),
        fits=tuple(tops),
        n_atoms=len(positions),
        sampled=sampled,
    )


def sample(atoms: Atoms, number: int = SAMPLE) -> tuple[np.ndarray, bool]:
    """Positions (n, 3) of about `number` atoms at the centre, and whether others were left out.

    A periodic structure is replicated first, so that a sphere of them fits in; a
    non-periodic one that is hardly larger is taken whole.
    """
    if atoms.pbc.any():
        positions = _replicated(atoms, number)
        return positions[central(positions, number, 1)], True
    inner = central(atoms.positions, number)
    return atoms.positions[inner], len(inner) < len(atoms)


def central(positions: np.ndarray, number: int = SAMPLE, spare: float = 2) -> np.ndarray:
    """Indices of the `number` atoms nearest to the centre; of all up to `spare` times as many."""
    if len(positions) <= spare * number:
        return np.arange(len(positions))
    distances = np.linalg.norm(positions - positions.mean(axis=0), axis=1)
    return np.sort(np.argpartition(distances, number)[:number])


def in_bond_lengths(positions: np.ndarray) -> tuple[np.ndarray, float]:
    """Positions about their centre in units of the mean nearest-neighbour distance, and that."""
    bond = float(nearest_neighbour_distances(positions).mean())
    if not bond > 0:
        raise StructureError("all atoms lie upon one another; give a structure with a bond length")
    return (positions - positions.mean(axis=0)) / bond, bond


def _replicated(atoms: Atoms, number: int) -> np.ndarray:
    """Positions of a block of cells into which a sphere of `number` atoms fits."""
    cell = np.asarray(minkowski_reduce(atoms.cell.complete(), atoms.pbc)[0])
    inverse = np.linalg.inv(cell)
    positions = atoms.positions - np.floor(atoms.positions @ inverse) * atoms.pbc @ cell
    heights = 1 / np.linalg.norm(inverse, axis=0)
    extent = np.where(atoms.pbc, heights, np.ptp(atoms.positions, axis=0).max() + 1.0)
    volume = abs(np.linalg.det(cell)) * np.prod(extent / heights)
    diameter = 2 * (3 * number * volume / len(atoms) / (4 * np.pi)) ** (1 / 3)
    replicas = np.where(atoms.pbc, np.ceil(diameter / heights + 1), 1).astype(int)
    replicas = np.minimum(replicas, 4 * number)
    shifts = np.stack(np.meshgrid(*map(np.arange, replicas)), axis=-1).reshape(-1, 3) @ cell
    return np.asarray((shifts[:, None] + positions).reshape(-1, 3))


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
        found = [refine(positions, star, *start, last=COARSE) for start in _distinct(scores)]
        found.sort(key=lambda fit: -fit.score)
        fits += [refine(positions, star, found[0].axes, found[0].scale, COARSE), *found[1:]]
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


def refine(
    positions: np.ndarray,
    star: Star,
    axes: np.ndarray,
    scale: float,
    first: int = 0,
    last: int = ROUNDS,
) -> Fit:
    """Turn and scale a lattice until its reflections are as bright as they get nearby.

    Parameters
    ----------
    positions : (n_atoms, 3), bond lengths.
    axes : cube axes as columns, (3, 3).
    scale : of the scattering vectors.
    first, last : rounds of the `ROUNDS`, the last one not included.
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
    """The small rotations that a round tries, none first, (27, 3, 3)."""
    points = np.stack(np.meshgrid([0, -1, 1], [0, -1, 1], [0, -1, 1]), axis=-1).reshape(-1, 3)
    return rotation_matrices(SPACING / 2 / 2**number * points)


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


def foreign(positions: np.ndarray, fit: Fit) -> float:
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
    own, other = points @ metric, centres @ metric
    inner = (own * points).sum(axis=1)[:, None] + (other * centres).sum(axis=1)
    return np.asarray(inner - 2 * own @ centres.T)


@lru_cache(maxsize=16)
def _ball(length: float, radius: float) -> np.ndarray:
    """Points of half a ball of radius `length`, 1.5/`radius` apart, (n, 3)."""
    ticks = np.arange(-np.ceil(length * radius / 1.5), np.ceil(length * radius / 1.5) + 1)
    points = np.stack(np.meshgrid(ticks, ticks, ticks), axis=-1).reshape(-1, 3) * 1.5 / radius
    return points[(points[:, 2] >= 0) & ((points**2).sum(axis=1) <= length**2)]
