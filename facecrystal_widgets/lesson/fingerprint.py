"""Notebook 2, the diffraction fingerprint: equations 1 and 2, spots, sizes, and the Ewald sphere.

Each atom adds the wave f exp(-i q·r) to a pixel (eq. 1); the image is the solid angle times the
modulus of the sum to the power 3/2, its brightest pixel being 1 (eq. 2). A spot stands where all
waves are in phase; its place tells the spacing of planes, its width the size of the crystal.

- `WaveChecker`: ``f * exp(-1j * (q @ r.T)).sum(axis=-1)``. Usual mistakes: no sum, the modulus, a
  real exponent, the other sign, no form factor.
- `PatternChecker`: ``omega * abs(psi)**1.5`` over its maximum. Usual mistakes: not divided,
  complex, another exponent, no solid angle.
- `spot_radius`: L tan 2θ with sin θ = λ/2d and d = a/√2, a = 2/√3 bond lengths. Usual mistakes:
  a = 1, the reflection 100, θ for 2θ, metres for pixels.
"""

from collections.abc import Mapping

import numpy as np
from ase import Atoms
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from ..crystals.classes import LABELS
from ..crystals.prototypes import prototype
from ..diffraction.detector import Detector
from ..diffraction.fingerprint import fingerprint
from ..diffraction.reflections import reflections
from ..widgets.numbers import miller_indices
from .answers import compare, number
from .checking import Hint
from .drawing import INSIDE, WIDTH, draw_images, new_figure
from .prediction import markdown_table

CENTRE = 6
"""Pixels; the direct beam lies within, and would make all images alike."""
CLOSE = 1e-6
"""Part of the largest value by which two sums of waves may differ."""
FINE = Detector(pixels=128, pixel_size=4e-5)
"""The middle of the paper's detector, ten times as fine."""
BCC = 2 / 3**0.5
"""Lattice constant of bcc over its bond length."""


def amplitude(q: np.ndarray, positions: np.ndarray, f: np.ndarray) -> np.ndarray:
    """Eq. 1 for one species: f sum exp(-i q.r), (n, n) complex, from q (n, n, 3) and f (n, n).

    >>> one_atom = amplitude(np.ones((2, 2, 3)), np.zeros((1, 3)), np.full((2, 2), 26.0))
    >>> one_atom[0, 0]
    np.complex128(26+0j)
    """
    return np.asarray(f * np.exp(-1j * (q @ positions.T)).sum(axis=-1))


def pattern(psi: np.ndarray, omega: np.ndarray, gamma: float = 1.5) -> np.ndarray:
    """Eq. 2: the brightest pixel is 1."""
    image = omega * np.abs(psi) ** gamma
    return np.asarray(image / image.max())


class WaveChecker:
    """Checks the sum of eq. 1 over the given atoms.

    Parameters
    ----------
    q, positions, f : as in :func:`amplitude`.
    """

    def __init__(self, q: np.ndarray, positions: np.ndarray, f: np.ndarray) -> None:
        self.f = f
        self.wave = amplitude(q, positions, np.ones_like(f))
        self.n_atoms = len(positions)

    def __call__(self, answer: object) -> str:
        psi = np.asarray(answer)
        if psi.shape == (*self.f.shape, self.n_atoms):
            raise Hint(
                "Your array still holds one wave for every atom; **sum** over the last axis: "
                "`.sum(axis=-1)`."
            )
        if psi.shape != self.f.shape:
            raise Hint(
                f"Expected one number for every pixel, shape {self.f.shape}; received the shape "
                f"{psi.shape}. The phase of every pixel and atom is `q @ r.T`."
            )
        right = self.f * self.wave
        mistakes = {
            "This is |Ψ| already; keep the complex number, eq. 2 takes the modulus.": [
                np.abs(right)
            ],
            "The sign of the phase is the other one: eq. 1 has exp(**−**i q·r). The image would "
            "be the same, since |Ψ| does not depend on the sign.": [right.conj()],
            "Every atom counts as one electron: multiply by its form factor `f`.": [self.wave],
        }
        last = "Eq. 1 reads: `f` times the sum of exp(−i q·r) over all atoms."
        if not np.iscomplexobj(psi):
            last = "These numbers are real; a wave is exp(−i q·r), in Python `np.exp(-1j * …)`."
        compare(psi, right, "The sum differs.", mistakes, last, 0, CLOSE * np.abs(right).max())
        forward = np.abs(right).max() / self.f.max()
        return (
            f"{self.n_atoms} waves add up to {forward:.1f} times that of one atom in the "
            "brightest pixel, and nearly cancel in most of the others: that is diffraction."
        )


class PatternChecker:
    """Checks eq. 2.

    Parameters
    ----------
    psi, omega : amplitude and solid angle, (n, n).
    """

    def __init__(self, psi: np.ndarray, omega: np.ndarray) -> None:
        self.psi, self.omega = psi, omega

    def __call__(self, answer: object) -> str:
        image = np.asarray(answer)
        if image.shape != self.psi.shape:
            raise Hint(f"Expected the shape {self.psi.shape}, received {image.shape}.")
        if np.iscomplexobj(image):
            raise Hint("An image holds real numbers: take `np.abs(psi)` before the power.")
        if not np.isclose(image.max(), 1):
            raise Hint(
                f"The brightest pixel is {image.max():.3g}, and A is to make it 1: divide by the "
                "maximum."
            )
        mistakes = {
            f"This is γ = {gamma:g}; the paper takes γ = 3/2.": [
                pattern(self.psi, self.omega, gamma)
            ]
            for gamma in (1.0, 2.0, 3.0)
        }
        mistakes["The solid angle `omega` is missing: a pixel at the rim catches less."] = [
            pattern(self.psi, np.ones_like(self.omega))
        ]
        right, last = pattern(self.psi, self.omega), "`omega * np.abs(psi)**1.5` over its maximum."
        compare(image, right, "Not eq. 2 yet.", mistakes, last, 0, CLOSE)
        return "This is a fingerprint: real, from 0 to 1, with the direct beam in the middle."


def peaks(element: str, gamma: float) -> dict[str, float]:
    """Height of the strongest spot of each family of bcc, from the centre outwards."""
    image = fingerprint(prototype("bcc", element), gamma=gamma)
    heights: dict[str, float] = {}
    for spot in sorted(reflections(image), key=lambda spot: -spot.d_spacing):
        family = "".join(str(i) for i in sorted(map(abs, spot.hkl), reverse=True))
        height = float(image.image[_around(spot.row), _around(spot.column)].max())
        heights[family] = max(heights.get(family, 0), height)
    return heights


def _around(position: float) -> slice:
    return slice(max(0, round(position) - 1), round(position) + 2)


def compare_exponents() -> list[object]:
    """Images of hydrogen and tungsten for three exponents, and the height of a spot of each."""
    images, rows = {}, []
    for element in ("H", "W"):
        for gamma in (1.0, 1.5, 2.0):
            images[f"{element}, γ = {gamma:g}"] = fingerprint(
                prototype("bcc", element), gamma=gamma
            )
            rows.append((element, f"{gamma:g}", f"{peaks(element, gamma)['200']:.4f}"))
    table = markdown_table(["element", "γ", "height of 200"], rows)
    return [
        "The direct beam has height 1, so a larger exponent pushes everything else down, and the "
        "few electrons of hydrogen make it worse. At γ = 2 (what a camera would count) its outer "
        f"spots are gone; γ = 3/2 keeps more of them.\n\n{table}",
        draw_images(images, 3),
    ]


def correlation(zone_angle: float, element: str = "Fe") -> np.ndarray:
    """Correlation of the four classes' images outside the direct beam, (4, 4)."""
    detector = Detector(zone_angle=zone_angle)
    y, x = np.indices((detector.pixels, detector.pixels)) - (detector.pixels - 1) / 2
    outside = np.hypot(x, y) > CENTRE
    images = [fingerprint(prototype(label, element), detector).image[outside] for label in LABELS]
    return np.corrcoef(images)


def compare_zones() -> list[object]:
    """Images of the four classes along [001] and along [011], and how alike they are."""
    parts: list[object] = []
    for angle, axis in ((0.0, "[001]"), (45.0, "[011]")):
        table = correlation(angle)
        i, j = np.unravel_index(np.argmax(np.triu(table, 1)), table.shape)
        parts.append(
            f"**Along {axis}** the two most similar classes are {LABELS[i]} and {LABELS[j]}: the "
            f"correlation of their images, outside the direct beam, is {table[i, j]:.2f}."
        )
        detector = Detector(zone_angle=angle)
        images = {
            f"{label}, along {axis}": fingerprint(prototype(label, "Fe"), detector)
            for label in LABELS
        }
        parts.append(draw_images(images))
    return parts


def spot_radius(answer: object) -> str:
    """The student's distance of the 110 spots of bcc from the centre of the image, in pixels."""
    image = fingerprint(prototype("bcc", "Fe"))
    centre = (image.detector.pixels - 1) / 2
    spot = next(s for s in reflections(image) if sorted(map(abs, s.hkl)) == [0, 1, 1])
    right = float(np.hypot(spot.row - centre, spot.column - centre))
    radius = number(answer)
    if abs(radius - right) < 0.15:
        return (
            f"The engine has it at {right:.2f} pixels (a = {BCC:.4f} bond lengths, d = "
            f"{BCC / 2**0.5:.4f}). Look for it above and below the middle of the image."
        )
    if abs(radius - right * BCC) < 0.2:
        raise Hint("You took a = 1. It is the **bond** that has length 1: a = 2/√3 in bcc.")
    if abs(radius - right / 2**0.5) < 0.15:
        raise Hint("That is 100, which bcc lacks: d = a/√(h² + k² + l²), with a √2 here.")
    if abs(radius - right / 2) < 0.15:
        raise Hint("The beam turns by twice the Bragg angle: the radius is L·tan 2θ.")
    if 0 < radius < 0.1:
        raise Hint("That looks like a length in m; divide by the edge of a pixel.")
    raise Hint("Step by step: d = a/√2, then sin θ = λ/2d, then the radius L·tan 2θ in pixels.")


def compare_sizes() -> list[object]:
    """Images of one crystal in three sizes, and the width of their spots."""
    images, rows = {}, []
    for target in (32, 128, 1024):
        image = fingerprint(prototype("bcc", "Fe"), target_atoms=target)
        fine = fingerprint(prototype("bcc", "Fe"), FINE, target_atoms=target)
        width = half_width(fine.image) * FINE.pixel_size / Detector().pixel_size
        images[f"{image.n_atoms} atoms"] = image
        rows.append((image.n_atoms, f"{width:.2f}", f"{width * image.n_atoms ** (1 / 3):.1f}"))
    table = markdown_table(
        ["atoms", "width of the direct beam (pixels)", "width × ∛atoms"],
        rows,
    )
    return [
        "The spots stay where they are and become **sharper**: their width goes like one over the "
        f"edge of the crystal, as for a grating with more slits.\n\n{table}",
        draw_images(images),
    ]


def half_width(image: np.ndarray) -> float:
    """Diameter of the disc that has as many pixels as are brighter than half the maximum."""
    return float(2 * np.sqrt((image > 0.5).sum() / np.pi))


def friedel(atoms: Atoms) -> list[tuple[float, float]]:
    """Wavelength, and the largest difference between opposite pixels, for ever flatter spheres."""
    pairs = []
    for wavelength in (0.05, 0.005, 0.0005):
        detector = Detector(wavelength=wavelength, distance=0.1 * 0.05 / wavelength)
        image = fingerprint(atoms, detector).image
        pairs.append((wavelength, float(np.abs(image - image[::-1, ::-1]).max())))
    return pairs


def compare_friedel(atoms: Atoms) -> list[object]:
    """A damaged crystal's image, the same turned by 180°, and how the difference falls with λ."""
    image = fingerprint(atoms).image
    table = markdown_table(
        ["λ (Å)", "largest difference of opposite pixels"],
        [(f"{wavelength:g}", f"{value:.5f}") for wavelength, value in friedel(atoms)],
    )
    return [
        "Turning the image by half a turn takes q to −q (but for its small component along the "
        "beam), and |Ψ(−q)| = |Ψ(q)|. The crystal has lost its symmetry; its image has not. The "
        "small difference comes from the curved Ewald sphere, and falls with λ:\n\n" + table,
        draw_images({"damaged crystal": image, "turned by 180°": image[::-1, ::-1]}),
    ]


def draw_ewald(wavelengths: Mapping[str, float], edge: float = 4.6) -> Figure:
    """Section through the reciprocal lattice of bcc (bond length 1) with Ewald spheres.

    The beam runs upwards along [011], and [0-11] lies across it; reflections of this section form a
    square net. Each is as wide as a crystal of this thickness makes it.

    Parameters
    ----------
    wavelengths : name to wavelength, Å.
    edge : of the crystal, bond lengths.
    """
    step = 2 * np.pi * 2**0.5 / BCC
    figure, panel = new_figure(WIDTH, 4.4)
    for across in range(-2, 3):
        for along in range(-2, 2):
            spot = across * step, along * step
            panel.add_patch(Circle(spot, np.pi / edge, color="#E69F00", alpha=0.6))
            if along == 0:
                panel.annotate(
                    miller_indices((0, -across, across)),
                    spot,
                    xytext=(0, 12),
                    textcoords="offset points",
                    ha="center",
                )
    angle = np.linspace(-np.pi, np.pi, 20_001)
    for (name, wavelength), style in zip(wavelengths.items(), ("-", "--", ":"), strict=False):
        radius = 2 * np.pi / wavelength
        x, y = radius * np.sin(angle), radius * (np.cos(angle) - 1)
        panel.plot(x, y, style, color=INSIDE, label=f"{name}, λ = {wavelength:g} Å")
    panel.set(
        xlim=(-2.3 * step, 2.3 * step),
        ylim=(-1.6 * step, 0.6 * step),
        xlabel="q across the beam (Å⁻¹)",
        ylabel="q along the beam (Å⁻¹)",
        aspect="equal",
    )
    figure.legend(loc="outside lower center", ncols=3, fontsize=9)
    return figure
