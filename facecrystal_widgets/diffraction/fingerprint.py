"""Eq. 2: the fingerprint, an image of the crystal in reciprocal space."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np
from ase import Atoms

from ..arguments import check_number
from ..crystals.checks import StructureError, check_structure
from ..crystals.cluster import build_cluster
from ..crystals.neighbours import nearest_neighbour_distances
from ..crystals.preparation import AS_GIVEN, Preparation, preparation
from ..display import DECADES, INFERNO, Result, picture, png
from .amplitude import scattering_amplitude
from .detector import Detector

MAX_PHASE = 1e3
"""Largest q.r that is left to float32."""
SAME_PLACE = 1e-3
"""Atoms closer than this (Angstrom) are one atom given twice; random displacements of a recipe may
bring two atoms nearer than those of a file are allowed to be."""
FAR_APART = 10
"""Largest ratio of mean to median nearest-neighbour distance."""


@dataclass(frozen=True, eq=False, repr=False)
class Fingerprint(Result):
    """A two-dimensional diffraction fingerprint D(q), eq. 2.

    Attributes
    ----------
    image : (pixels, pixels) float32 in [0, 1], row = y, column = x, brightest pixel = 1.
    detector, gamma, form_factor : parameters of the calculation.
    bond_length : Angstrom; the structure was scaled by it, so a length q of the image (1/Angstrom)
        stands for q / bond_length in the structure itself.
    n_atoms : number of atoms that scattered.
    species : their chemical symbols, each once, sorted.
    preparation : how the cluster was prepared.
    positions : of the atoms that scattered, in bond lengths about their centre, (n_atoms, 3); None
        where the image was not made from atoms.
    numbers : their atomic numbers, (n_atoms,), or None.
    """

    image: np.ndarray
    detector: Detector = field(default_factory=Detector)
    gamma: float = 1.5
    form_factor: str = "cromer-mann"
    bond_length: float = 1.0
    n_atoms: int = 0
    species: tuple[str, ...] = ()
    preparation: Preparation = AS_GIVEN
    positions: np.ndarray | None = None
    numbers: np.ndarray | None = None

    def _repr_png_(self) -> bytes:
        """The image on a logarithmic scale of `DECADES` below the brightest pixel."""
        logarithms = np.log10(np.maximum(self.image, 10.0**-DECADES))
        return png(logarithms, INFERNO, -DECADES, 0)

    def _repr_html_(self) -> str:
        pixels = self.detector.pixels
        caption = f"{pixels}×{pixels} pixels, logarithmic over {DECADES} decades"
        if self.n_atoms:
            size = f"{self.n_atoms} atoms of {', '.join(self.species)}"
            caption = f"{size}, bond length {self.bond_length:.3f} Å; {caption}"
        return picture(self._repr_png_(), f"Diffraction fingerprint: {caption}", caption, 256)


def fingerprint(
    atoms: Atoms,
    detector: Detector | None = None,
    gamma: float = 1.5,
    form_factor: str = "cromer-mann",
    target_atoms: int = 128,
) -> Fingerprint:
    """The diffraction fingerprint of a structure (eq. 1 and 2; Methods).

    A periodic structure goes through :func:`~facecrystal_widgets.build_cluster` first; a
    non-periodic one (a cluster, a recipe's result, a nanoparticle) is taken exactly as given. The
    atoms are scaled by their mean nearest-neighbour distance and turned by the detector's
    `zone_angle`; then ``D = A * Omega * |F|**gamma``, with A such that the brightest pixel is 1.

    Parameters
    ----------
    atoms : the structure; it is not changed.
    detector : by default the paper's.
    gamma : exponent of eq. 2, 0.01 to 100; 3/2 in the paper, 2 for measured intensities.
    form_factor : ``"cromer-mann"`` or ``"constant"``.
    target_atoms : size of the cluster cut from a periodic structure.

    Raises
    ------
    StructureError
        where the structure cannot scatter.
    ValueError
        where an argument is out of range.

    >>> from facecrystal_widgets import prototype
    >>> image = fingerprint(prototype("bcc", "Fe")).image
    >>> image.shape, float(image.max())
    ((64, 64), 1.0)
    """
    detector = detector or Detector()
    gamma = check_number("gamma", gamma, 0.01, 100)
    check_structure(atoms)
    if atoms.pbc.any():
        atoms = build_cluster(atoms, target_atoms)
    bond = _bond_length(atoms)
    scaled = (atoms.positions - atoms.positions.mean(axis=0)) / bond
    largest_phase = detector.reach * np.linalg.norm(scaled, axis=1).max()
    dtype = np.float32 if largest_phase < MAX_PHASE else np.float64
    real, imaginary = scattering_amplitude(scaled, atoms.numbers, detector, form_factor, dtype)
    intensity = real**2 + imaginary**2
    intensity /= intensity.max()  # before the power, which may leave the range of float32
    pattern = _solid_angle(detector) * intensity ** (gamma / 2)
    pattern /= pattern.max()
    return Fingerprint(
        image=pattern.reshape(detector.pixels, detector.pixels).astype(np.float32),
        detector=detector,
        gamma=gamma,
        form_factor=form_factor,
        bond_length=bond,
        n_atoms=len(atoms),
        species=tuple(sorted(set(atoms.get_chemical_symbols()))),
        preparation=preparation(atoms),
        positions=scaled,
        numbers=atoms.numbers.copy(),
    )


def _bond_length(atoms: Atoms) -> float:
    """The mean nearest-neighbour distance, if it can serve as a unit of length."""
    distances = nearest_neighbour_distances(atoms.positions)
    nearest, bond = float(distances.min()), float(distances.mean())
    if nearest < SAME_PLACE:
        atom = int(distances.argmin())
        raise StructureError(
            f"atom {atom + 1} ({atoms.symbols[atom]}) lies {nearest:g} Å from another one; remove "
            "the duplicate or correct the unit of length"
        )
    if bond > FAR_APART * np.median(distances):
        atom = int(distances.argmax())
        raise StructureError(
            f"atom {atom + 1} ({atoms.symbols[atom]}) lies {distances[atom]:g} Å from all others, "
            "so far that the mean bond length loses its meaning; remove it or correct its position"
        )
    return bond


@lru_cache(maxsize=2)
def _solid_angle(detector: Detector) -> np.ndarray:
    """Relative to the centre, so that powers stay within float32, (pixels**2,)."""
    omega = detector.solid_angle().ravel()
    return np.asarray(omega / omega.max(), np.float32)


def fingerprints(structures: Iterable[Atoms], **options: object) -> list[Fingerprint]:
    """:func:`fingerprint` of every structure, with the same options."""
    return [fingerprint(atoms, **options) for atoms in structures]  # type: ignore[arg-type]
