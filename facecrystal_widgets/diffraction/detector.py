"""The detector plane and the scattering vectors it sees (Figure 2a; Methods)."""

from dataclasses import dataclass

import numpy as np

from ..arguments import check_number, check_whole_number


@dataclass(frozen=True)
class Detector:
    """A flat square detector behind the crystal, orthogonal to the beam.

    The beam runs along +z. Pixel (row, column) stands for (y, x); the beam meets the detector at
    its centre, which for an even number of pixels lies between pixels. The crystal is first turned
    by `zone_angle` about x, so that 45 degrees brings [011] along the beam.

    Attributes
    ----------
    wavelength : of the incident plane wave, Angstrom, 1e-6 to 1000.
    distance : from the crystal to the detector, m, 1e-6 to 1e6.
    pixel_size : edge of a pixel, m, 1e-9 to 1000.
    pixels : number of pixels along each edge, 16 to 512.
    zone_angle : rotation of the crystal about x, degrees, -360 to 360.

    >>> Detector().scattering_vectors().shape
    (64, 64, 3)
    """

    wavelength: float = 0.05
    distance: float = 0.1
    pixel_size: float = 4e-4
    pixels: int = 64
    zone_angle: float = 45.0

    def __post_init__(self) -> None:
        checked = {
            "wavelength": check_number("wavelength", self.wavelength, 1e-6, 1e3, "Å"),
            "distance": check_number("distance", self.distance, 1e-6, 1e6, "m"),
            "pixel_size": check_number("pixel_size", self.pixel_size, 1e-9, 1e3, "m"),
            "pixels": check_whole_number("pixels", self.pixels, 16, 512),
            "zone_angle": check_number("zone_angle", self.zone_angle, -360, 360, "degrees"),
        }
        for name, value in checked.items():
            object.__setattr__(self, name, value)

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

    @property
    def reach(self) -> float:
        """The largest q on the detector, in its corners, 1/Angstrom."""
        angle = np.arctan(np.hypot(*self.offsets[[0, 0]]) / self.distance)
        return float(4 * np.pi / self.wavelength * np.sin(angle / 2))

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
        with np.errstate(invalid="ignore", divide="ignore"):
            along = np.sqrt(1 - (across**2).sum(axis=-1, keepdims=True))
            position = self.distance * across / along / self.pixel_size + (self.pixels - 1) / 2
        return position[..., ::-1]
