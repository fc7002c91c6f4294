"""Eq. 1: the wave scattered by a cluster, as a direct sum over its atoms.

One implementation serves two precisions. The interactive page uses float32, whose sines and
cosines, which take most of the time, NumPy vectorises. float64 is the reference.

The pixels at (x, y) and (-x, -y) see q = (a, b, c) and (-a, -b, c), so with u = a x + b y and
w = c z of an atom both follow from the cosines and sines of u and w: cos(w + u) and cos(w - u).
Half of the pixels need u, and w has few values, since c depends on the distance from the centre
alone: 398 for 64×64 pixels. This takes 0.7 of the time of the sum over all pixels.
"""

from functools import lru_cache
from reprlib import repr as short_repr

import numpy as np
import numpy.typing as npt
from ase.data import chemical_symbols

from .detector import Detector
from .form_factors import detector_form_factor

HIGHEST_Z = len(chemical_symbols) - 1
BLOCK = 1 << 16
"""Phases held at a time: small enough for the cache, large enough to hide the loop."""
TABLE = 1 << 22
"""Values of cos(w) held at a time."""
MOST_ATOMS = 1024
"""Atoms summed at a time: more would cost float32 its accuracy."""


def scattering_amplitude(
    positions: npt.ArrayLike,
    numbers: npt.ArrayLike,
    detector: Detector,
    form_factor: str = "cromer-mann",
    dtype: npt.DTypeLike = np.float64,
) -> tuple[np.ndarray, np.ndarray]:
    """Real and (negative) imaginary part of F(q) = sum of f exp(-i q.r).

    Parameters
    ----------
    positions : (n_atoms, 3), Angstrom, turned by the detector's `zone_angle` alone.
    numbers : (n_atoms,), atomic numbers.
    dtype : float32 or float64. float32 has lost the angle of a wave where q.r is above 1e5, and is
        good to 1e-5 of the brightest pixel below 1e3.

    Returns
    -------
    Two arrays (pixels**2,) of `dtype`, in electrons.
    """
    positions, numbers = _checked(positions, numbers)
    order = np.argsort(numbers, kind="stable")
    species, starts = np.unique(numbers[order], return_index=True)
    bounds = [*starts.tolist(), len(order)]
    turned = positions @ detector.rotation.T
    real, imaginary = np.zeros((2, detector.pixels**2), dtype)
    for number, first, last in zip(species, bounds[:-1], bounds[1:], strict=True):
        atoms = np.asarray(turned[order[first:last]], dtype)
        weight = np.asarray(detector_form_factor(int(number), form_factor, detector), dtype)
        cosines, sines = _sums(detector, atoms)
        real += weight * cosines
        imaginary += weight * sines
    return real, imaginary


def _checked(positions: npt.ArrayLike, numbers: npt.ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    """Positions as float64 and atomic numbers as integers, or a ValueError that names them."""
    try:
        positions = np.asarray(positions, float)
    except (TypeError, ValueError) as error:
        raise ValueError(f"positions: expected numbers ({error})") from error
    numbers = np.asarray(numbers)
    if positions.ndim != 2 or positions.shape[1] != 3 or len(positions) == 0:
        raise ValueError(f"positions: expected shape (n_atoms, 3), received {positions.shape}")
    if not np.isfinite(positions).all():
        raise ValueError("positions: expected finite numbers, received nan or infinity")
    if numbers.shape != (len(positions),):
        raise ValueError(
            f"numbers: expected shape ({len(positions)},) like positions, received {numbers.shape}"
        )
    if not np.isin(numbers, np.arange(1, HIGHEST_Z + 1)).all():
        raise ValueError(
            f"numbers: expected atomic numbers from 1 to {HIGHEST_Z}, received "
            f"{short_repr(numbers.tolist())}"
        )
    return positions, numbers.astype(int)


def _sums(detector: Detector, atoms: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sums of cos(q.r) and sin(q.r) over the atoms, (pixels**2,) each.

    `atoms` are positions in the laboratory frame, (n_atoms, 3), in the precision of the sums.
    """
    across, along, level = _half_plane(detector, atoms.dtype.name)
    half = len(across)
    # sums of cos u cos w, sin u sin w, sin u cos w, cos u sin w
    products = np.zeros((4, half), atoms.dtype)
    n_atoms = max(1, min(len(atoms), MOST_ATOMS, TABLE // len(along)))
    n_pixels = max(1, min(half, BLOCK // n_atoms))
    room = np.empty((5, n_pixels * n_atoms), atoms.dtype)  # fresh memory would cost as much again
    for a in range(0, len(atoms), n_atoms):
        x_y, z = atoms[a : a + n_atoms, :2].T, atoms[a : a + n_atoms, 2]
        w = along[:, None] * z
        cos_w, sin_w = np.cos(w), np.sin(w)
        for p in range(0, half, n_pixels):
            part = slice(p, min(p + n_pixels, half))
            shape = (part.stop - p, len(z))
            u, cos_u, sin_u, c, s = (rows[: shape[0] * shape[1]].reshape(shape) for rows in room)
            np.matmul(across[part], x_y, out=u)
            np.cos(u, out=cos_u)
            np.sin(u, out=sin_u)
            np.take(cos_w, level[part], axis=0, out=c, mode="clip")
            np.take(sin_w, level[part], axis=0, out=s, mode="clip")
            for total, left, right in zip(
                products, (cos_u, sin_u, sin_u, cos_u), (c, s, c, s), strict=True
            ):
                total[part] += np.einsum("pa,pa->p", left, right)
    cc, ss, sc, cs = products
    sums = np.empty((2, detector.pixels**2), atoms.dtype)
    mirrored = sums[:, ::-1]  # pixel i and pixel n - 1 - i lie opposite; a middle one on itself
    mirrored[:, :half] = cc + ss, cs - sc
    sums[:, :half] = cc - ss, cs + sc
    return sums[0], sums[1]


@lru_cache(maxsize=4)
def _half_plane(detector: Detector, dtype: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Scattering vectors of the first half of the pixels, the middle one included.

    Returns
    -------
    Their components across the beam, (half, 2); the different components along it, (levels,); and
    for each pixel which of these is its own, (half,).
    """
    vectors = detector.scattering_vectors().reshape(-1, 3)[: (detector.pixels**2 + 1) // 2]
    radius = np.add.outer(*[np.abs(np.arange(detector.pixels) * 2 - detector.pixels + 1) ** 2] * 2)
    _, first, level = np.unique(
        radius.ravel()[: len(vectors)], return_index=True, return_inverse=True
    )
    return vectors[:, :2].astype(dtype), vectors[first, 2].astype(dtype), level


def diffraction_intensity(
    positions: npt.ArrayLike,
    numbers: npt.ArrayLike,
    detector: Detector | None = None,
    form_factor: str = "cromer-mann",
) -> np.ndarray:
    """|F(q)|^2 with F(q) = sum of f exp(-i q.r): eq. 1 without its prefactors, in float64.

    For comparison with other simulators: no scaling, no solid angle, no normalisation; the
    positions are taken as they are, but for the rotation by the detector's `zone_angle`.

    Parameters
    ----------
    positions : (n_atoms, 3), Angstrom.
    numbers : (n_atoms,), atomic numbers.
    detector : by default the paper's.
    form_factor : ``"cromer-mann"`` or ``"constant"``.

    Returns
    -------
    (pixels, pixels) float64, electrons squared.

    >>> bool(diffraction_intensity([[0, 0, 0]], [26], form_factor="constant").max() == 26**2)
    True
    """
    detector = detector or Detector()
    real, imaginary = scattering_amplitude(positions, numbers, detector, form_factor)
    return np.asarray(real**2 + imaginary**2).reshape(detector.pixels, detector.pixels)
