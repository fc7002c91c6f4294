"""Families of reflections on which a response map lies."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..diffraction.fingerprint import Fingerprint
from ..diffraction.reflections import Reflection, reflections
from ..display import Result, data_frame, table

if TYPE_CHECKING:
    from pandas import DataFrame

REACH = 0.32
"""Radius of the area of a reflection, 1/d in units of the bond length: four pixels of the paper's
detector. A spot of a cluster of 128 atoms is a little smaller."""
MAX_AREA = 0.5
"""Largest part of the image that reflections may cover and still be distinguished."""
SAME_SPACING = 1e-3
"""Relative difference below which two reflections have the same d-spacing."""


@dataclass(frozen=True, repr=False)
class Landmark(Result):
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

    def _repr_html_(self) -> str:
        return Landmarks([self])._repr_html_()


class Landmarks(tuple[Landmark, ...]):
    """The tuple of families that :func:`landmarks` returns."""

    __slots__ = ()

    def to_pandas(self) -> "DataFrame":
        """A ``pandas.DataFrame`` with a row for each family; needs pandas."""
        return data_frame(
            [
                {
                    **dict(zip("hkl", landmark.hkl, strict=True)),
                    "d_spacing": landmark.d_spacing,
                    "share": landmark.share,
                    "area": landmark.area,
                    "spots": len(landmark.spots),
                }
                for landmark in self
            ]
        )

    def _repr_html_(self) -> str:
        return table(
            [
                {
                    "hkl": " ".join(map(str, landmark.hkl)),
                    "d (Å)": f"{landmark.d_spacing:.3f}" if any(landmark.hkl) else "direct beam",
                    "share of the map": f"{100 * landmark.share:.1f} %",
                    "share of the image": f"{100 * landmark.area:.1f} %",
                    "spots": len(landmark.spots),
                }
                for landmark in self
            ]
        )


def landmarks(
    total: np.ndarray, image: Fingerprint, spots: tuple[Reflection, ...] | None = None
) -> Landmarks:
    """Families of reflections, by the part of a map that lies on them, the largest first.

    Every pixel belongs to the nearest reflection of the structure's own reciprocal lattice, if one
    is near enough; a reflection that a stronger one covers does not count. What remains,
    ``1 - sum(l.share for l in landmarks)``, lies between the spots.

    Parameters
    ----------
    total : (pixels, pixels), a response map; only what is positive counts.
    image : the fingerprint it belongs to, at any zone angle. The result is empty if its structure
        is not periodic, or has so many reflections that they cannot be told apart.
    spots : the reflections of that fingerprint, if they are known already.

    >>> from facecrystal_widgets import attentive_response, fingerprint, prototype
    >>> image = fingerprint(prototype("bcc", "Fe"))
    >>> families = landmarks(attentive_response(image, "conv6").total, image)
    >>> [families[0].hkl, families[1].hkl]
    [(0, 0, 0), (1, 1, 0)]
    """
    positive = np.maximum(check_map("total", total, image.image.shape), 0)
    spots = _resolved(reflections(image) if spots is None else spots, _reach(image))
    if not spots or not positive.any():
        return Landmarks()
    owner = _owners(spots, len(positive), _reach(image))
    sums = np.bincount(owner.ravel(), positive.ravel(), len(spots) + 1)[:-1]
    sizes = np.bincount(owner.ravel(), minlength=len(spots) + 1)[:-1]
    if sizes.sum() > MAX_AREA * positive.size:
        return Landmarks()
    families = []
    for hkl, family in _families(spots, _is_cubic(image)):
        families.append(
            Landmark(
                hkl=hkl,
                d_spacing=spots[family[0]].d_spacing,
                share=float(sums[family].sum() / positive.sum()),
                area=float(sizes[family].sum() / positive.size),
                spots=tuple((spots[i].row, spots[i].column) for i in family),
            )
        )
    return Landmarks(sorted(families, key=lambda landmark: -landmark.share))


def check_map(name: str, values: object, shape: tuple[int, ...]) -> np.ndarray:
    """A map as float64 of this shape, scaled so that its greatest magnitude is 1 (unless it is zero
    everywhere), or a ValueError that says what is wrong with it."""
    try:
        if values is None:
            raise TypeError("nothing was given")
        array = np.asarray(values, float)
    except (TypeError, ValueError) as error:
        raise ValueError(
            f"{name}: expected an array, such as the total of a response, received "
            f"{type(values).__name__}"
        ) from error
    if array.shape != shape:
        raise ValueError(f"{name}: expected the shape {shape}, received {array.shape}")
    if not np.isfinite(array).all():
        raise ValueError(f"{name}: expected finite values, received nan or infinity")
    return array / (np.abs(array).max() or 1.0)


def _reach(image: Fingerprint) -> float:
    """How near to a reflection a pixel must be to belong to it, pixels."""
    detector = image.detector
    return REACH * detector.distance * detector.wavelength / detector.pixel_size


def _resolved(spots: tuple[Reflection, ...], reach: float) -> tuple[Reflection, ...]:
    """Those that no stronger one covers."""
    kept: list[Reflection] = []
    places = np.empty((0, 2))
    for spot in sorted(spots, key=lambda spot: -spot.strength):
        place = np.array([[spot.row, spot.column]])
        if not (np.linalg.norm(places - place, axis=1) < reach).any():
            kept.append(spot)
            places = np.concatenate([places, place])
    return tuple(kept)


def _owners(spots: tuple[Reflection, ...], pixels: int, reach: float) -> np.ndarray:
    """Number of the nearest reflection of each pixel, (pixels, pixels); len(spots) for none."""
    places = np.array([(spot.row, spot.column) for spot in spots])
    pixel = np.indices((pixels, pixels)).reshape(2, -1).T
    squared = ((pixel[:, None] - places) ** 2).sum(axis=-1)
    nearest = squared.argmin(axis=1)
    near = squared.min(axis=1) < reach**2
    return np.where(near, nearest, len(spots)).reshape(pixels, pixels)


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
