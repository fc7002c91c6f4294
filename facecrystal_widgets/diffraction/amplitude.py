"""Eq. 1: the wave scattered by a cluster, as a direct sum over its atoms.

One implementation serves two precisions. float32 is what the live loop uses: the sines and cosines
are where the time goes, and NumPy vectorises those of float32. float64 is the reference.
"""

from functools import lru_cache
from reprlib import repr as short_repr
from typing import Any

import numpy as np
import numpy.typing as npt
from ase.data import chemical_symbols

from .detector import Detector, crystal_vectors
from .form_factors import detector_form_factor

HIGHEST_Z = len(chemical_symbols) - 1
BLOCK = 1 << 17
"""Phases held at a time: small enough for the cache, large enough to hide the loop."""


def scattering_amplitude(
    positions: np.ndarray,
    numbers: np.ndarray,
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
    vectors = _vectors(detector, np.dtype(dtype).name)
    real, imaginary = np.zeros((2, len(vectors)), dtype)
    for number, first, last in zip(species, bounds[:-1], bounds[1:], strict=True):
        atoms = np.asarray(positions[order[first:last]], dtype)
        weight = np.asarray(detector_form_factor(int(number), form_factor, detector), dtype)
        cosines, sines = _sums(vectors, atoms)
        real += weight * cosines
        imaginary += weight * sines
    return real, imaginary


def _checked(positions: np.ndarray, numbers: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
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


def _sums(vectors: np.ndarray, atoms: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Sums of cos(q.r) and sin(q.r) over the atoms, (n_pixels,) each."""
    n_atoms = min(len(atoms), 1024)
    n_pixels = max(1, BLOCK // n_atoms)
    phases = np.empty((n_pixels, n_atoms), vectors.dtype)
    waves = np.empty_like(phases)
    sums: Any = np.zeros((2, len(vectors)), vectors.dtype)
    for a in range(0, len(atoms), n_atoms):
        columns = atoms[a : a + n_atoms].T
        ones = np.ones(columns.shape[1], vectors.dtype)
        for p in range(0, len(vectors), n_pixels):
            rows = vectors[p : p + n_pixels]
            phase = phases[: len(rows), : columns.shape[1]]
            wave = waves[: len(rows), : columns.shape[1]]
            np.matmul(rows, columns, out=phase)
            sums[0, p : p + n_pixels] += np.cos(phase, out=wave) @ ones
            sums[1, p : p + n_pixels] += np.sin(phase, out=wave) @ ones
    return sums[0], sums[1]


@lru_cache(maxsize=2)
def _vectors(detector: Detector, dtype: str) -> np.ndarray:
    return crystal_vectors(detector).astype(dtype)


def diffraction_intensity(
    positions: np.ndarray,
    numbers: np.ndarray,
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
