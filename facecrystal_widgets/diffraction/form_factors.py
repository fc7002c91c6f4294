"""Atomic form factors, in electrons."""

from functools import lru_cache

import numpy as np
from ase.data import chemical_symbols

from .detector import Detector

FORM_FACTORS = ("cromer-mann", "constant")
"""``cromer-mann``: the four Gaussians of the International Tables (1992), from the package gemmi.
``constant``: the atomic number at every angle."""


def form_factor_values(number: int, s: np.ndarray, kind: str = "cromer-mann") -> np.ndarray:
    """f(s) = sum of a_i exp(-b_i s^2) + c.

    Parameters
    ----------
    number : atomic number Z, 1 to 98.
    s : q / 4 pi = sin(theta) / wavelength, 1/Angstrom, any shape.
    kind : one of `FORM_FACTORS`.

    Returns
    -------
    Electrons, float64, the shape of `s`.

    >>> round(float(form_factor_values(26, np.array(0.0))), 1)
    26.0
    """
    s = np.asarray(s, float)
    if kind not in FORM_FACTORS:
        raise ValueError(f"form_factor: expected one of {FORM_FACTORS}, received {kind!r}")
    if kind == "constant":
        return np.full(s.shape, float(number))
    import gemmi

    table = gemmi.Element(number).it92
    if table is None:
        raise ValueError(
            f"no form factor is tabulated for {chemical_symbols[number]} (Z = {number}); use "
            "form_factor='constant' or another element"
        )
    a, b, c = np.split(np.array(table.get_coefs()), [4, 8])
    gaussians = a * np.exp(-b * (s**2)[..., None])
    return np.asarray(gaussians.sum(axis=-1) + c[0])


@lru_cache(maxsize=16)  # 2 MB each at 512 pixels
def detector_form_factor(number: int, kind: str, detector: Detector) -> np.ndarray:
    """f at every pixel, (pixels**2,) float64, read-only."""
    s = np.linalg.norm(detector.scattering_vectors(), axis=-1).ravel() / (4 * np.pi)
    values = form_factor_values(number, s, kind)
    values.flags.writeable = False
    return values
