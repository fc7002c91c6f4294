"""Notebook 3, defects: average intensities with vacancies, the Debye–Waller factor, tolerances.

With a fraction c of vacancies at random the mean amplitude is (1 - c) times that of the pristine
crystal, everywhere; the variance of the sum is a level background. Displacements by σ along each
axis multiply the intensity by exp(-q²σ²).

- `average_intensity`: (1 - c)² |F₀|² + c (1 - c) N. Usual mistakes: the factor of the amplitude, no
  factor, no background.
- `breaking_point`: the last fraction of vacancies before the first wrong verdict. Usual mistakes:
  percent, the first failure itself, a right verdict after it.
- `displacement`: the root of minus the slope of ln(I/I₀) against q². Usual mistakes: σ², a negative
  σ, a factor √2 either way, Å for bond lengths.
"""

from collections.abc import Mapping
from html import escape

import ipywidgets as ipw
import numpy as np
from ase import Atoms
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

from ..classification.classify import classify
from ..crystals.classes import CLASSES, LABELS
from ..crystals.cluster import build_cluster
from ..crystals.neighbours import bond_length
from ..crystals.prototypes import prototype
from ..defects import DefectRecipe
from ..diffraction.detector import Detector
from ..diffraction.fingerprint import fingerprint
from ..diffraction.reflections import reflections
from ..evaluation.peers import NO_TIME, TOLERANCES, ask_spglib
from .answers import compare, number, result
from .checking import Hint
from .drawing import WIDTH, draw_image, new_figure
from .structures import example_cluster, intensity_per_atom

STEP = 0.05
"""Vacancies are tried in steps of this fraction."""
DRAWS = 100
"""Random crystals behind an average."""
COARSE = Detector(pixels=32, pixel_size=8e-4)
"""The paper's detector with every other pixel, for averages over many draws."""
BRIGHT = 0.3
"""Strength from which on a reflection is measured by the thermometer."""


def average_intensity(answer: object) -> str:
    """The student's ``average_intensity(pristine, vacancies, n_atoms)``, against random draws."""
    cluster = build_cluster(prototype("bcc", "Fe"), 64)
    unit, n = bond_length(cluster), len(cluster)
    pristine = intensity_per_atom(cluster, unit, COARSE)
    spots, between = pristine > 0.25 * n**2, pristine < 0.1 * n
    rng = np.random.default_rng(3)
    for vacancies in (0.2, 0.5):
        formula = np.asarray(result(answer, pristine, vacancies, n), float)
        if formula.shape != pristine.shape:
            raise Hint(
                f"For `pristine` of shape {pristine.shape} your function returns the shape "
                f"{formula.shape}. Return one number for every pixel: an expression in `pristine`."
            )
        kept = rng.random((DRAWS, n)) >= vacancies
        draws = [intensity_per_atom(cluster[keep], unit, COARSE) for keep in kept]
        measured = np.mean(draws, axis=0)
        at_spots, loss = (x[spots].mean() / pristine[spots].mean() for x in (formula, measured))
        background, expected = formula[between].mean(), measured[between].mean()
        case = f"With {vacancies:.0%} vacancies, averaged over {DRAWS} draws,"
        kept_part = f"the spots keep {loss:.2f} of their intensity, by your formula {at_spots:.2f}."
        if np.isclose(at_spots, 1 - vacancies, rtol=0.03):
            raise Hint(
                f"{case} {kept_part} The *amplitude* F keeps the factor 1 − c. What does |F|² keep?"
            )
        if not np.isclose(at_spots, loss, rtol=0.1):
            raise Hint(f"{case} {kept_part} Start from the square of ⟨F⟩ = (1 − c) F₀.")
        if not np.isclose(background, expected, rtol=0.1):
            raise Hint(
                f"{case} the spots are right, but between them the intensity is {expected:.1f}, "
                f"and your formula gives {background:.1f}. Every atom adds the variance of its nⱼ: "
                "work out ⟨nⱼ²⟩ − ⟨nⱼ⟩² for a number that is 0 or 1."
            )
    return (
        f"The spots follow (1 − c)², the background c(1 − c) N: for c = 0.5 and {n} atoms "
        f"{background:.0f}, against {formula.max():.0f} at the brightest spot."
    )


def draw_average(images: Mapping[str, np.ndarray]) -> Figure:
    """Intensities side by side on one logarithmic scale."""
    figure, panels = new_figure(WIDTH, 2.9, 1, len(images))
    norm = LogNorm(1, max(image.max() for image in images.values()))
    for panel, (title, image) in zip(panels, images.items(), strict=True):
        shown = draw_image(panel, title, image, norm)
    figure.colorbar(shown, ax=panels, label="|F|² / f²")
    return figure


def breaking_point(answer: object) -> str:
    """The student's largest fraction of vacancies at which bcc iron, seed 0, is still bcc."""
    fraction = number(answer)
    if fraction > 1:
        raise Hint("Give a fraction from 0 to 1, such as 0.35, not a percentage.")
    cluster = example_cluster("bcc")
    fractions = np.round(np.arange(round(1 / STEP)) * STEP, 2)
    verdicts = classify([DefectRecipe(vacancies=f, seed=0).apply(cluster) for f in fractions])
    right = np.array([verdict.label == "bcc" for verdict in verdicts])
    first = int(right.argmin())
    last = fractions[first - 1]
    if np.isclose(fraction, last):
        atoms = verdicts[first - 1].fingerprint.n_atoms
        return (
            f"{last:.2f}. {atoms} of {len(cluster)} atoms are enough for this draw. Other "
            "seeds break a little earlier or later: try some."
        )
    if np.isclose(fraction, fractions[first]):
        raise Hint(
            f"At {fraction:.2f} the network says {verdicts[first].label}: this is the first "
            "failure. Asked for is the last fraction *before* it."
        )
    if np.isclose(fraction, fractions[right].max()):
        raise Hint(
            "Here the network is right, but it was wrong at a smaller fraction already, so this "
            "is luck. Stop at the first wrong answer."
        )
    side = "goes on being right beyond it" if fraction < last else "was wrong before it"
    raise Hint(
        f"At {fraction:.2f} you are not at the edge: the network {side}. Use steps of {STEP:g}, "
        "seed 0, and `fc.build_cluster(fc.prototype('bcc', 'Fe'))`, and print the labels."
    )


def _hidden_sigma() -> float:
    """The displacement that the thermometer measures, bond lengths."""
    return float(np.random.default_rng(2018).uniform(0.04, 0.08))


def thermometer(draws: int = 30) -> tuple[np.ndarray, np.ndarray]:
    """A hot copper crystal, measured at its brightest reflections.

    Returns
    -------
    q, (n,), the length of the scattering vector in units of 1 / bond length; and (n,), the mean
    intensity there over that of the crystal at rest.
    """
    cluster = example_cluster("fcc")
    unit = bond_length(cluster)
    spots = [
        (round(spot.row), round(spot.column))
        for spot in reflections(fingerprint(cluster))
        if spot.strength > BRIGHT and any(spot.hkl)
    ]
    rows, columns = np.array(spots).T
    rng = np.random.default_rng(7)
    hot = cluster.copy()
    measured = np.zeros(len(spots))
    for _ in range(draws):
        shifts = rng.normal(0, _hidden_sigma() * unit, cluster.positions.shape)
        hot.positions = cluster.positions + shifts
        measured += intensity_per_atom(hot, unit)[rows, columns] / draws
    q = np.linalg.norm(Detector().scattering_vectors(), axis=-1)[rows, columns]
    return q, measured / intensity_per_atom(cluster, unit)[rows, columns]


def displacement(answer: object) -> str:
    """The student's σ of the thermometer, in bond lengths."""
    value, sigma = number(answer), _hidden_sigma()
    if value < 0:
        raise Hint("σ is a length. The slope of ln(I/I₀) against q² is −σ²: mind the sign.")
    if np.isclose(value, sigma**2, rtol=0.2):
        raise Hint("This is σ², the slope without its sign. One step is missing.")
    small, angstrom = sigma / np.sqrt(2), sigma * bond_length(example_cluster("fcc"))
    compare(
        value,
        sigma,
        f"Not {value:.4g}.",
        {
            "Too large by √2: exp(−q²σ²/2) is the factor of the amplitude; these are "
            "intensities.": sigma * np.sqrt(2),
            "Too small by √2: the intensity falls as exp(−q²σ²), without another 2.": small,
            "This is σ in Å. q is given in 1 / bond length, so give σ in bond lengths.": angstrom,
        },
        "Draw ln(ratio) against q² and look at the slope, which is −σ²; `np.polyfit(x, y, 1)` "
        "gives slope and intercept of a straight line.",
        rtol=0.1,
    )
    return (
        f"The atoms were displaced by σ = {sigma:.4f} bond lengths, and you get {value:.4f}. The "
        "small difference comes from the diffuse background, which adds some intensity under the "
        "spots."
    )


def tolerance_table(structures: Mapping[str, Atoms]) -> ipw.HTML:
    """Answers of spglib on every structure at every tolerance, and of the network."""
    answers = ask_spglib(list(structures.values()), TOLERANCES)
    verdicts = classify(list(structures.values()))
    head = "".join(f"<th>{tolerance:g}</th>" for tolerance in TOLERANCES)
    lines = [
        f"<tr><td style='text-align:left'>{escape(name)}</td>"
        + "".join(_cell(answer) for answer in row)
        + f"<td><b>{verdict.label}</b> {verdict.probability:.3f}</td></tr>"
        for name, row, verdict in zip(structures, answers, verdicts, strict=True)
    ]
    return ipw.HTML(
        "<table style='border-spacing:7px 2px; text-align:center'>"
        f"<tr><th></th><th colspan='{len(TOLERANCES)}'>spglib, tolerance in Å</th>"
        f"<th>network</th></tr><tr><th></th>{head}<th></th></tr>{''.join(lines)}</table>"
    )


def _cell(answer: int) -> str:
    if answer == NO_TIME:
        return "<td>no end</td>"
    if answer < 0:
        return "<td>–</td>"
    return f"<td style='color:{CLASSES[answer].colour}'><b>{LABELS[answer]}</b></td>"
