"""Notebook 3, defects: what its exercises need, draw and check."""

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
from ..diffraction.amplitude import diffraction_intensity
from ..diffraction.detector import Detector
from ..diffraction.fingerprint import fingerprint
from ..diffraction.reflections import reflections
from ..evaluation.peers import NO_TIME, TOLERANCES, ask_spglib
from .answers import number, result
from .checking import Hint

STEP = 0.05
"""Vacancies are tried in steps of this fraction."""
DRAWS = 100
COARSE = Detector(pixels=32, pixel_size=8e-4)
"""The paper's detector with every other pixel, for averages over many draws."""
BRIGHT = 0.3
"""Strength from which on a reflection is measured by the thermometer."""


def intensity_per_atom(atoms: Atoms, unit: float, detector: Detector | None = None) -> np.ndarray:
    """|F(q)|² / f², (pixels, pixels): the square of the number of atoms at q = 0.

    Parameters
    ----------
    atoms : of one species.
    unit : length by which the positions are divided, Angstrom; that of the pristine crystal, so
        that the spots stay where they are.
    """
    found = diffraction_intensity(atoms.positions / unit, atoms.numbers, detector, "constant")
    return np.asarray(found / int(atoms.numbers[0]) ** 2)


# --- vacancies ----------------------------------------------------------------------------------


def average_intensity(answer: object) -> str:
    """The student's ``average_intensity(pristine, vacancies, n_atoms)``, against random draws."""
    cluster = build_cluster(prototype("bcc", "Fe"), 64)
    unit, n = bond_length(cluster), len(cluster)
    pristine = intensity_per_atom(cluster, unit, COARSE)
    spots, between = pristine > 0.25 * n**2, pristine < 0.1 * n
    rng = np.random.default_rng(3)
    for vacancies in (0.2, 0.5):
        found = np.asarray(result(answer, pristine, vacancies, n), float)
        kept = rng.random((DRAWS, n)) >= vacancies
        draws = [intensity_per_atom(cluster[keep], unit, COARSE) for keep in kept]
        measured = np.mean(draws, axis=0)
        if found.shape != pristine.shape:
            raise Hint(
                f"For `pristine` of shape {pristine.shape} your function returns the shape "
                f"{found.shape}. Return one number for every pixel: an expression in `pristine`."
            )
        at_spots, loss = (x[spots].mean() / pristine[spots].mean() for x in (found, measured))
        background, expected = found[between].mean(), measured[between].mean()
        told = f"With {vacancies:.0%} vacancies, averaged over {DRAWS} draws,"
        if np.isclose(at_spots, 1 - vacancies, rtol=0.03):
            raise Hint(
                f"{told} the spots keep {loss:.2f} of their intensity, by your formula "
                f"{at_spots:.2f}. The *amplitude* F keeps the factor 1 − c. What does |F|² keep?"
            )
        if not np.isclose(at_spots, loss, rtol=0.1):
            raise Hint(
                f"{told} the spots keep {loss:.2f} of their intensity, by your formula "
                f"{at_spots:.2f}. Start from the square of ⟨F⟩ = (1 − c) F₀."
            )
        if not np.isclose(background, expected, rtol=0.1):
            raise Hint(
                f"{told} the spots are right, but between them the intensity is {expected:.1f}, "
                f"and your formula gives {background:.1f}. Every atom adds the variance of its nⱼ: "
                "work out ⟨nⱼ²⟩ − ⟨nⱼ⟩² for a number that is 0 or 1."
            )
    return (
        f"The spots follow (1 − c)², the background c(1 − c) N: for c = 0.5 and {n} atoms "
        f"{background:.0f}, against {found.max():.0f} at the brightest spot."
    )


def draw_average(images: Mapping[str, np.ndarray]) -> Figure:
    """Intensities side by side on one logarithmic scale."""
    figure = Figure(figsize=(8.6, 2.9), layout="constrained")
    panels = figure.subplots(1, len(images))
    top = max(image.max() for image in images.values())
    for panel, (name, image) in zip(panels, images.items(), strict=True):
        shown = panel.imshow(image, "inferno", LogNorm(1, top), origin="lower")
        panel.set_title(name, fontsize=10)
        panel.set_xticks([])
        panel.set_yticks([])
    figure.colorbar(shown, ax=panels, label="|F|² / f²")
    return figure


def breaking_point(answer: object) -> str:
    """The largest fraction of vacancies up to which bcc iron, seed 0, is still called bcc."""
    found = number(answer)
    if found > 1:
        raise Hint("Give a fraction from 0 to 1, such as 0.35, not a percentage.")
    cluster = build_cluster(prototype("bcc", "Fe"))
    fractions = [round(i * STEP, 2) for i in range(round(1 / STEP))]
    verdicts = classify([DefectRecipe(vacancies=f, seed=0).apply(cluster) for f in fractions])
    wrong = [verdict.label != "bcc" for verdict in verdicts]
    last = fractions[wrong.index(True) - 1]
    if np.isclose(found, last):
        atoms = verdicts[wrong.index(True) - 1].fingerprint.n_atoms
        return (
            f"{last:.2f}. {atoms} of {len(cluster)} atoms are enough for this draw. Other "
            "seeds break a little earlier or later: try some."
        )
    if np.isclose(found, last + STEP):
        raise Hint(
            f"At {found:.2f} the network says {verdicts[wrong.index(True)].label}: this is the "
            "first failure. Asked for is the last fraction *before* it."
        )
    if np.isclose(found, max(f for f, bad in zip(fractions, wrong, strict=True) if not bad)):
        raise Hint(
            "Here the network is right, but it was wrong at a smaller fraction already, so this "
            "is luck. Stop at the first wrong answer."
        )
    side = "goes on being right beyond it" if found < last else "was wrong before it"
    raise Hint(
        f"At {found:.2f} you are not at the edge: the network {side}. Use steps of {STEP:g}, seed "
        "0, and `fc.build_cluster(fc.prototype('bcc', 'Fe'))`, and print the labels."
    )


# --- displacements ------------------------------------------------------------------------------


def _hidden_sigma() -> float:
    """What the thermometer is to find, bond lengths."""
    return float(np.random.default_rng(2018).uniform(0.04, 0.08))


def thermometer(draws: int = 30) -> tuple[np.ndarray, np.ndarray]:
    """A hot copper crystal, measured at its brightest reflections.

    Returns
    -------
    q, (n,), the length of the scattering vector in units of 1 / bond length; and (n,), the mean
    intensity there over that of the crystal at rest.
    """
    cluster = build_cluster(prototype("fcc", "Cu"))
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
    found, sigma = number(answer), _hidden_sigma()
    if np.isclose(found, sigma, rtol=0.1):
        return (
            f"The atoms were displaced by σ = {sigma:.4f} bond lengths, and you found "
            f"{found:.4f}. The little that is missing is diffuse background, which adds some "
            "intensity under the spots."
        )
    if found < 0:
        raise Hint("σ is a length. The slope of ln(I/I₀) against q² is −σ²: mind the sign.")
    if np.isclose(found, sigma**2, rtol=0.2):
        raise Hint("This is σ², the slope without its sign. One step is missing.")
    if np.isclose(found, sigma * np.sqrt(2), rtol=0.1):
        raise Hint(
            "Too large by √2: exp(−q²σ²/2) is the factor of the amplitude; these are intensities."
        )
    if np.isclose(found, sigma / np.sqrt(2), rtol=0.1):
        raise Hint("Too small by √2: the intensity falls as exp(−q²σ²), without another 2.")
    if np.isclose(found, sigma * bond_length(build_cluster(prototype("fcc", "Cu"))), rtol=0.1):
        raise Hint("This is σ in Å. q is given in 1 / bond length, so give σ in bond lengths.")
    raise Hint(
        f"Not {found:.4g}. Draw ln(ratio) against q² and look at the slope, which is −σ²; "
        "`np.polyfit(x, y, 1)` gives slope and intercept of a straight line."
    )


# --- spglib -------------------------------------------------------------------------------------


def tolerance_table(structures: Mapping[str, Atoms]) -> ipw.HTML:
    """What spglib says of every structure at every tolerance, and what the network says."""
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
