"""The detector plane and the scattering vectors it sees (Figure 2a; Methods)."""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np


@dataclass(frozen=True)
class Detector:
    """A flat square detector behind the crystal, orthogonal to the beam.

    The beam runs along +z. Pixel (row, column) stands for (y, x); the beam meets the detector at
    its centre, which for an even number of pixels lies between pixels. The crystal is first turned
    by `zone_angle` about x, so that 45 degrees brings [011] along the beam.

    Attributes
    ----------
    wavelength : of the incident plane wave, Angstrom.
    distance : from the crystal to the detector, m.
    pixel_size : edge of a pixel, m.
    pixels : number of pixels along each edge, 16 to 512.
    zone_angle : rotation of the crystal about x, degrees.

    >>> Detector().scattering_vectors().shape
    (64, 64, 3)
    """

    wavelength: float = 0.05
    distance: float = 0.1
    pixel_size: float = 4e-4
    pixels: int = 64
    zone_angle: float = 45.0

    def __post_init__(self) -> None:
        for name, unit in (("wavelength", "Å"), ("distance", "m"), ("pixel_size", "m")):
            value = getattr(self, name)
            if not (np.isfinite(value) and value > 0):
                raise ValueError(f"{name}: expected a positive length in {unit}, received {value}")
        if self.pixels != int(self.pixels) or not 16 <= self.pixels <= 512:
            raise ValueError(f"pixels: expected a whole number, 16 to 512, received {self.pixels}")
        if not np.isfinite(self.zone_angle):
            raise ValueError(f"zone_angle: expected degrees, received {self.zone_angle}")

    @property
    def offsets(self) -> np.ndarray:
        """Positions of the pixel centres along one edge, m, shape (pixels,)."""
        return (np.arange(self.pixels) - (self.pixels - 1) / 2) * self.pixel_size

    @property
    def rotation(self) -> np.ndarray:
        """Active rotation of the crystal about x, (3, 3): ``positions @ rotation.T``."""
        angle = np.deg2rad(self.zone_angle)
        cosine, sine = np.cos(angle), np.sin(angle)
        return np.array([[1, 0, 0], [0, cosine, -sine], [0, sine, cosine]])

    def scattering_vectors(self) -> np.ndarray:
        """q = k1 - k0 on the Ewald sphere, 1/Angstrom with 2 pi, in the laboratory frame.

        Returns
        -------
        (pixels, pixels, 3) float64, indices (row = y, column = x, component).
        """
        y, x = np.meshgrid(self.offsets, self.offsets, indexing="ij")
        direction = np.stack([x, y, np.full_like(x, self.distance)], axis=-1)
        direction /= np.linalg.norm(direction, axis=-1, keepdims=True)
        direction[..., 2] -= 1.0
        return 2 * np.pi / self.wavelength * direction

    def solid_angle(self) -> np.ndarray:
        """Omega, the solid angle of each pixel, sr, (pixels, pixels) float64 (eq. 2)."""
        radius2 = self.offsets**2 + self.offsets[:, None] ** 2
        cosine = self.distance / np.sqrt(self.distance**2 + radius2)
        return (self.pixel_size / self.distance) ** 2 * cosine**3

    def pixel_of(self, q: np.ndarray) -> np.ndarray:
        """Where scattering vectors meet the detector.

        Parameters
        ----------
        q : (..., 3), 1/Angstrom, in the laboratory frame; taken to lie on the Ewald sphere, so
            only its components across the beam count.

        Returns
        -------
        (..., 2) float64: row and column, fractional; nan where no wave is scattered that far.
        """
        across = np.asarray(q)[..., :2] * self.wavelength / (2 * np.pi)
        with np.errstate(invalid="ignore"):
            along = np.sqrt(1 - (across**2).sum(axis=-1, keepdims=True))
        position = self.distance * across / along / self.pixel_size + (self.pixels - 1) / 2
        return position[..., ::-1]


@lru_cache(maxsize=8)
def crystal_vectors(detector: Detector) -> np.ndarray:
    """Scattering vectors in the crystal's own frame, (pixels**2, 3) float64, read-only.

    Turning the vectors back once saves turning every structure: q . (R r) = (R^T q) . r.
    """
    vectors = detector.scattering_vectors().reshape(-1, 3) @ detector.rotation
    vectors.flags.writeable = False
    return vectors
