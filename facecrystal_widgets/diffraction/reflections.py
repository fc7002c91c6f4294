"""Reflections of the crystal's reciprocal lattice, and their places on the image."""

from dataclasses import dataclass
from itertools import product

import numpy as np

from .fingerprint import Fingerprint
from .form_factors import form_factor_values


@dataclass(frozen=True)
class Reflection:
    """One reflection that the detector sees.

    Attributes
    ----------
    hkl : Miller indices of the replicated cell.
    row, column : where it stands on the image, pixels, fractional.
    d_spacing : Angstrom; infinite for 000.
    strength : |F(hkl)|^2 of the pristine cell over that of 000, damped by the distance to the Ewald
        sphere (a cluster about five bond lengths thick forgives that much).
    """

    hkl: tuple[int, int, int]
    row: float
    column: float
    d_spacing: float
    strength: float


MAX_CANDIDATES = 1_000_000
"""Largest number of reflections within the detector's reach; a cell with more gives none."""


def reflections(fingerprint: Fingerprint, minimum: float = 0.01) -> tuple[Reflection, ...]:
    """Reflections within the image, from the cell that was replicated, at any zone angle.

    Parameters
    ----------
    fingerprint : of a periodic structure; for any other, or one with a very large cell, the result
        is empty.
    minimum : strength below which a reflection is left out.

    >>> from facecrystal_widgets import fingerprint, prototype
    >>> spots = reflections(fingerprint(prototype("bcc", "Fe")))
    >>> sorted({tuple(sorted(map(abs, r.hkl))) for r in spots})[:3]
    [(0, 0, 0), (0, 0, 2), (0, 1, 1)]
    """
    record, detector = fingerprint.preparation, fingerprint.detector
    if record.cell is None:
        return ()
    cell = np.array(record.cell) / fingerprint.bond_length
    limits = np.floor(detector.reach * np.linalg.norm(cell, axis=1) / (2 * np.pi))
    if np.prod(2 * limits + 1) > MAX_CANDIDATES:
        return ()
    hkl = np.array(list(product(*(range(-n, n + 1) for n in limits.astype(int).tolist()))))
    vectors = hkl @ np.linalg.inv(cell).T * 2 * np.pi

    laboratory = vectors @ detector.rotation.T
    beam = np.array([0, 0, 2 * np.pi / detector.wavelength])
    excess = np.linalg.norm(laboratory + beam, axis=1) - np.linalg.norm(beam)
    thickness = float(np.abs(cell * np.array(record.replicas)[:, None]).sum(axis=0).max())
    near_sphere = np.exp(-((excess * thickness / 4) ** 2))
    pixel = detector.pixel_of(laboratory)
    on_image = (np.abs(pixel - (detector.pixels - 1) / 2) <= detector.pixels / 2).all(axis=1)
    # backwards, a vector across the beam has a second meeting with the sphere
    forwards = laboratory[:, 2] > -beam[2]
    seen = on_image & forwards & (near_sphere >= minimum)

    hkl, pixel, length = hkl[seen], pixel[seen], np.linalg.norm(vectors[seen], axis=1)
    strength = near_sphere[seen] * _cell_intensity(hkl, length, fingerprint)
    return tuple(
        Reflection(
            hkl=(h, k, m),
            row=row,
            column=column,
            d_spacing=2 * np.pi / q * fingerprint.bond_length if q else float("inf"),
            strength=weight,
        )
        for (h, k, m), (row, column), q, weight in zip(
            hkl.tolist(), pixel.tolist(), length.tolist(), strength.tolist(), strict=True
        )
        if weight >= minimum
    )


def _cell_intensity(hkl: np.ndarray, length: np.ndarray, fingerprint: Fingerprint) -> np.ndarray:
    """|F(hkl)|^2 of the replicated cell over |F(000)|^2, without the fall of the form factors."""
    record = fingerprint.preparation
    numbers, positions = np.array(record.cell_numbers), np.array(record.cell_positions)
    waves = np.exp(-2j * np.pi * hkl @ positions.T)
    amplitude = np.zeros(len(hkl), complex)
    mean = np.zeros(len(hkl))
    for number in np.unique(numbers):
        atoms = numbers == number
        values = form_factor_values(int(number), length / (4 * np.pi), fingerprint.form_factor)
        amplitude += values * waves[:, atoms].sum(axis=1)
        mean += values * atoms.sum()
    return np.asarray(np.abs(amplitude / mean) ** 2)
