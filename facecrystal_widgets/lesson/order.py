"""Notebook 6, order and disorder: what its exercises need, draw and check."""

from collections.abc import Mapping
from math import comb, sqrt

import numpy as np
from ase import Atoms
from matplotlib.figure import Figure

from ..arguments import check_number
from ..crystals.classes import LABELS
from ..crystals.cluster import build_cluster
from ..crystals.neighbours import bond_length
from ..crystals.prototypes import prototype
from ..defects import DefectRecipe
from ..diffraction.amplitude import diffraction_intensity
from .answers import number, result
from .checking import Hint

MARKERS = "os^Dv*"


# --- from bcc to sc -----------------------------------------------------------------------------


def superlattice(answer: object) -> str:
    """The student's ``superlattice(x)``: |F(100)| over |F(110)| with a part of the centres gone."""
    cluster = build_cluster(prototype("bcc", "Fe"))
    edge = prototype("bcc", "Fe").cell.lengths()[0]
    for removed in (0.0, 0.5, 0.75, 1.0):
        positions = DefectRecipe(removal=removed).apply(cluster).positions
        weak, strong = (
            abs(np.exp(-2j * np.pi / edge * positions @ hkl).sum())
            for hkl in ((1, 0, 0), (0, 1, 1))
        )
        found, right = number(result(answer, removed)), weak / strong
        if np.isclose(found, right, atol=1e-6):
            continue
        told = f"For x = {removed} your function gives {found:.3f}; the sum over the atoms, "
        told += f"{right:.3f}."
        if np.isclose(found, right**2, atol=1e-6):
            raise Hint(f"{told} That is the ratio of the intensities. Asked for: amplitudes.")
        if np.isclose(found, removed, atol=1e-6):
            raise Hint(
                f"{told} The numerator is right. But the 110 reflection grows weaker, too, as "
                "atoms are taken away: what is left of corners *plus* centres?"
            )
        raise Hint(
            f"{told} Of each cell, one corner and 1 − x centres are left. At 110 all scatter in "
            "phase, at 100 the centres scatter against the corners."
        )
    return "x / (2 − x). The new reflection grows slowly at first, half-way it is 1/3."


def chance(answer: object) -> str:
    """The student's ``chance(n)``, that n/2 random vacancies of bcc leave a perfect sc crystal."""
    for n in (4, 64, 128):
        found, right = number(result(answer, n)), 2 / comb(n, n // 2)
        if np.isclose(found, right, rtol=1e-6):
            continue
        told = f"For n = {n} your function gives {found:.3g}."
        if np.isclose(found, right / 2, rtol=1e-6):
            raise Hint(
                f"{told} That is the chance to hit the body centres. But taking all *corners* "
                "away leaves sc just as well."
            )
        if np.isclose(found, 1 / right, rtol=1e-6) or found > 1:
            raise Hint(f"{told} A chance is no larger than 1: favourable draws over all draws.")
        if np.isclose(found, 0.5 ** (n / 2), rtol=1e-6) or np.isclose(found, 0.5**n, rtol=1e-6):
            raise Hint(
                f"{told} The draws are not independent: exactly n/2 atoms are removed, none twice. "
                "Count the ways to choose n/2 of n."
            )
        raise Hint(f"{told} `math.comb(n, n // 2)` counts the ways to choose; how many are good?")
    return (
        f"{2 / comb(64, 32):.1e} for 64 atoms, {2 / comb(128, 64):.1e} for 128. The paper "
        "says 10⁻¹⁸ and 10⁻³⁸; the second is nearer to 10⁻³⁷."
    )


# --- Lindemann ----------------------------------------------------------------------------------


def lindemann(answer: object) -> str:
    """The student's ``lindemann(pristine, displaced, bond)``: by rms and by σ per component."""
    cluster = build_cluster(prototype("bcc", "Fe"), 1024)
    displaced = DefectRecipe(lindemann=0.2, seed=11).apply(cluster)
    bond = bond_length(cluster)
    moved = displaced.positions - cluster.positions
    lengths = np.linalg.norm(moved, axis=1)
    by_rms, by_sigma = sqrt((lengths**2).mean()) / bond, sqrt((moved**2).mean()) / bond
    found = result(answer, cluster.positions, displaced.positions, bond)
    if not isinstance(found, tuple | list | np.ndarray) or len(found) != 2:
        raise Hint("Return two numbers: `return rms / bond, sigma / bond`.")
    first, second = map(number, found)
    told = f"Your function gives {first:.4f} and {second:.4f}."
    if np.allclose((first, second), (by_sigma, by_rms), rtol=0.01):
        raise Hint(f"{told} Both are right, in the wrong order: the larger one is by rms.")
    if np.isclose(first, lengths.mean() / bond, rtol=0.01):
        raise Hint(
            f"{told} The first is the mean of the lengths. rms means: square, then take the mean, "
            "then the root."
        )
    if np.isclose(first, by_rms * bond, rtol=0.01):
        raise Hint(f"{told} The first is the rms displacement in Å. Divide by the bond length.")
    if not np.isclose(first, by_rms, rtol=0.01):
        raise Hint(
            f"{told} Look at the first. The squared length of one displacement is "
            "Δx² + Δy² + Δz² (sum along axis 1); its mean over the atoms is the rms squared."
        )
    if not np.isclose(second, by_sigma, rtol=0.02):
        raise Hint(
            f"{told} The first is right. The second: how far the atoms move along x alone, or "
            "along any one of the axes: the standard deviation of *all* components."
        )
    return (
        f"{first:.3f} by the rms displacement, {second:.3f} by σ per component; the ratio "
        f"is {first / second:.3f}, and √3 = {sqrt(3):.3f}."
    )


# --- outside the classes ------------------------------------------------------------------------


def liquid(seed: int, n: int = 128, packing: float = 0.48) -> Atoms:
    """A model of a liquid: hard spheres at random places, pushed apart until none overlap.

    Parameters
    ----------
    n : spheres in the periodic box.
    packing : part of the volume that they fill, 0.05 to 0.55; from 0.49 on hard spheres may freeze.

    Returns
    -------
    Non-periodic ``ase.Atoms``, the contents of the box.
    """
    packing = check_number("packing", packing, 0.05, 0.55)  # beyond, they may jam
    rng = np.random.default_rng(seed)
    diameter = 3.4  # Å, about that of argon
    box = (n * np.pi / 6 / packing) ** (1 / 3)
    positions = rng.uniform(0, box, (n, 3))
    overlap = np.ones((n, n))
    while overlap.max() > 0.02:
        apart = positions[:, None] - positions
        apart -= box * np.round(apart / box)
        distance = np.linalg.norm(apart, axis=-1) + 2 * np.eye(n)
        overlap = np.clip(1 - distance, 0, None)
        positions += np.einsum("ij,ijk->ik", 0.5 * overlap / distance, apart)
    return Atoms(f"Ar{n}", positions=positions % box * diameter)


def order(answer: object) -> str:
    """The student's ``order(intensity, n_atoms)``: the strongest spot over n²."""
    crystals = [prototype("fcc", "Cu"), prototype("bcc", "Fe")]
    recipes = [DefectRecipe(), DefectRecipe(vacancies=0.5, seed=1)]
    ordered = [recipe.apply(build_cluster(atoms)) for atoms in crystals for recipe in recipes]
    random = [liquid(seed) for seed in range(2)]
    values = []
    for atoms in ordered + random:
        intensity = intensity_per_atom(atoms)
        found = number(result(answer, intensity, len(atoms)))
        values.append(found)
        right = float(intensity[away_from_beam(intensity)].max()) / len(atoms) ** 2
        if np.isclose(found, right, rtol=1e-3):
            continue
        told = f"For {len(atoms)} atoms of {atoms.symbols[0]} your function gives {found:.3g}."
        if np.isclose(found, intensity.max() / len(atoms) ** 2, rtol=1e-3):
            raise Hint(
                f"{told} That is the direct beam, in the middle, which any structure has. Use "
                "`lesson.away_from_beam(intensity)` to leave it out."
            )
        if np.isclose(found, right * len(atoms), rtol=1e-3):
            raise Hint(
                f"{told} This grows with the number of atoms. In phase, n atoms give the "
                "intensity n²: divide by that."
            )
        if np.isclose(found, right * len(atoms) ** 2, rtol=1e-3):
            raise Hint(f"{told} That is the intensity itself. In phase, n atoms give n²: divide.")
        raise Hint(
            f"{told} Expected is {right:.3g}: the greatest intensity away from the beam, over n²."
        )
    return (
        f"The two liquids reach {max(values[len(ordered) :]):.2f} at the most, the crystals, even "
        f"with half of their atoms, {min(values[: len(ordered)]):.2f} at the least."
    )


def intensity_per_atom(atoms: Atoms) -> np.ndarray:
    """|F(q)|² / f² of a structure of one species, scaled by its bond length, (64, 64)."""
    scaled = atoms.positions / bond_length(atoms)
    found = diffraction_intensity(scaled, atoms.numbers, form_factor="constant")
    return np.asarray(found / int(atoms.numbers[0]) ** 2)


def away_from_beam(intensity: np.ndarray, radius: float = 8) -> np.ndarray:
    """True for the pixels farther from the centre than `radius`, where no direct beam falls."""
    rows, columns = np.indices(intensity.shape) - (len(intensity) - 1) / 2
    return np.asarray(np.hypot(rows, columns) > radius)


def draw_trust(groups: Mapping[str, tuple[np.ndarray, np.ndarray]]) -> Figure:
    """Top probability and order, one point for every structure.

    Parameters
    ----------
    groups : name to probabilities and order, (n,) each.
    """
    figure = Figure(figsize=(7.6, 3.8), layout="constrained")
    panel = figure.subplots()
    for marker, (name, (probability, strength)) in zip(MARKERS, groups.items(), strict=False):
        panel.plot(strength, probability, marker, label=name, alpha=0.7, markersize=6)
    panel.set_xlabel("order: strongest spot away from the beam / n²")
    panel.set_ylabel("probability of the verdict")
    panel.set_xlim(0, 1)
    panel.set_ylim(0.2, 1.03)
    panel.axhline(1 / len(LABELS), color="0.7", linewidth=1)
    panel.legend(fontsize=9, loc="lower right")
    return figure
