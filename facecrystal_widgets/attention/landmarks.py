"""Back to crystallography: which reflections a response map looks at."""

from dataclasses import dataclass

import numpy as np

from ..diffraction.fingerprint import Fingerprint
from ..diffraction.reflections import Reflection, reflections

REACH = 0.35
"""How far around a reflection counts as looking at it, as a fraction of the distance to the nearest
other one; at most `MAX_REACH`. A spot of a cluster of 128 atoms is about five pixels wide."""
MAX_REACH = 4.0
"""Pixels."""
SAME_SPACING = 1e-3
"""Relative difference below which two reflections have the same d-spacing."""


@dataclass(frozen=True)
class Landmark:
    """A family of reflections, and how much of a map lies on it.

    Attributes
    ----------
    hkl : Miller indices in the cell that was replicated: of a cubic one those of the family, such
        as 111 or 311; else those of one member.
    d_spacing : Angstrom; infinite for 000, the direct beam.
    share : part of the map's positive sum that lies on these spots, 0 to 1.
    area : part of the image's pixels that they take up, 0 to 1: the share of a map that looks
        everywhere alike.
    spots : (row, column) of every member on the image, pixels.
    """

    hkl: tuple[int, int, int]
    d_spacing: float
    share: float
    area: float
    spots: tuple[tuple[float, float], ...]


def landmarks(
    total: np.ndarray, image: Fingerprint, spots: tuple[Reflection, ...] | None = None
) -> tuple[Landmark, ...]:
    """The families of reflections that a map looks at, the most important first.

    Every pixel belongs to the nearest reflection of the structure's own reciprocal lattice, if one
    is near enough. What remains, ``1 - sum(l.share for l in landmarks)``, lies between the spots.

    Parameters
    ----------
    total : (pixels, pixels), a response map; only what is positive counts.
    image : the fingerprint it belongs to, of a periodic structure (else the result is empty), at
        any zone angle.
    spots : the reflections of that fingerprint, if they are known already.

    >>> from facecrystal_widgets import attentive_response, fingerprint, prototype
    >>> image = fingerprint(prototype("bcc", "Fe"))
    >>> found = landmarks(attentive_response(image, "conv6").total, image)
    >>> [found[0].hkl, found[1].hkl]
    [(0, 0, 0), (1, 1, 0)]
    """
    if total.shape != image.image.shape:
        raise ValueError(f"total: expected the shape {image.image.shape}, received {total.shape}")
    positive = np.maximum(total, 0)
    spots = reflections(image) if spots is None else spots
    if not spots or not positive.any():
        return ()
    owner = _owners(np.array([(s.row, s.column) for s in spots]), len(total))
    sums = np.bincount(owner.ravel(), positive.ravel(), len(spots) + 1)[:-1]
    sizes = np.bincount(owner.ravel(), minlength=len(spots) + 1)[:-1]
    found = []
    for hkl, family in _families(spots, _is_cubic(image)):
        found.append(
            Landmark(
                hkl=hkl,
                d_spacing=spots[family[0]].d_spacing,
                share=float(sums[family].sum() / positive.sum()),
                area=float(sizes[family].sum() / total.size),
                spots=tuple((spots[i].row, spots[i].column) for i in family),
            )
        )
    return tuple(sorted(found, key=lambda landmark: -landmark.share))


def _owners(places: np.ndarray, pixels: int) -> np.ndarray:
    """Number of the nearest reflection of each pixel, (pixels, pixels); len(places) for none."""
    rows, columns = np.indices((pixels, pixels))
    pixel = np.stack([rows.ravel(), columns.ravel()], axis=1)
    squared = ((pixel[:, None] - places) ** 2).sum(axis=-1)
    nearest = squared.argmin(axis=1)
    near = np.take_along_axis(squared, nearest[:, None], axis=1)[:, 0] < _reach(places) ** 2
    return np.where(near, nearest, len(places)).reshape(pixels, pixels)


def _reach(places: np.ndarray) -> float:
    """How near to a reflection a pixel must be to belong to it, pixels."""
    apart = np.linalg.norm(places[:, None] - places, axis=-1)
    np.fill_diagonal(apart, np.inf)
    return float(np.clip(REACH * apart.min(), 1, MAX_REACH))


def _is_cubic(image: Fingerprint) -> bool:
    """Whether the cell that was replicated is a cube."""
    metric = np.array(image.preparation.cell) @ np.array(image.preparation.cell).T
    return bool(np.allclose(metric, metric[0, 0] * np.eye(3), atol=SAME_SPACING * metric[0, 0]))


def _families(
    spots: tuple[Reflection, ...], cubic: bool
) -> list[tuple[tuple[int, int, int], list[int]]]:
    """Reflections that belong together, as (hkl, their numbers): in a cubic cell those whose
    indices differ in order and sign, in any other those of the same d-spacing."""
    families: list[tuple[tuple[int, int, int], list[int]]] = []
    for i in sorted(range(len(spots)), key=lambda i: -spots[i].d_spacing):
        hkl = spots[i].hkl
        if cubic:
            hkl = tuple(sorted(map(abs, hkl), reverse=True))  # type: ignore[assignment]
        for other, members in families:
            d_spacing = spots[members[0]].d_spacing
            if other == hkl if cubic else np.isclose(d_spacing, spots[i].d_spacing, SAME_SPACING):
                members.append(i)
                break
        else:
            families.append((hkl, [i]))
    if cubic:
        return families
    return [(max(spots[i].hkl for i in members), members) for _, members in families]
