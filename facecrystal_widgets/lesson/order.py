"""Notebook 6, order and disorder: the structure factor, Lindemann parameters, a measure of order.

With a fraction x of the body centres removed, bcc has 100 reflections proportional to x, and 110
proportional to 2 - x. The Lindemann parameter is a displacement over the bond length, either the
root mean square of the displacement or σ along one axis, √3 less. Where n atoms scatter in phase
the intensity is n², without order about n.

- `superlattice`: x / (2 - x). Usual mistakes: the intensities, the numerator alone.
- `chance`: 2 / C(n, n/2). Usual mistakes: the body centres alone, the inverse, independent draws.
- `lindemann`: rms / bond and σ / bond. Usual mistakes: swapped, the mean length, Å, one twice.
- `order`: the strongest spot outside the direct beam over n². Usual mistakes: the direct beam
  itself, divided by n, not divided.
"""

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
from .answers import compare, number, result
from .checking import Hint
from .drawing import new_figure
from .structures import example_cluster, intensity_per_atom

MARKERS = "os^Dv*"
"""Of the groups of structures that are drawn, in turn."""


def superlattice(answer: object) -> str:
    """The student's ``superlattice(x)``: |F(100)| over |F(110)| with a part of the centres gone."""
    cluster = example_cluster("bcc")
    edge = prototype("bcc", "Fe").cell.lengths()[0]
    for removed in (0.0, 0.5, 0.75, 1.0):
        positions = DefectRecipe(removal=removed).apply(cluster).positions
        weak, strong = (
            abs(np.exp(-2j * np.pi / edge * positions @ hkl).sum())
            for hkl in ((1, 0, 0), (0, 1, 1))
        )
        value, right = number(result(answer, removed)), weak / strong
        compare(
            value,
            right,
            f"For x = {removed} your function gives {value:.3f}; the sum over the atoms, "
            f"{right:.3f}.",
            {
                "That is the ratio of the intensities. Asked for: amplitudes.": right**2,
                "The numerator is right. But the 110 reflection grows weaker, too, as atoms are "
                "taken away: what is left of corners *plus* centres?": removed,
            },
            "Of each cell, one corner and 1 − x centres are left. At 110 all scatter in phase, at "
            "100 the centres scatter against the corners.",
            atol=1e-6,
        )
    return "x / (2 − x). The new reflection grows slowly at first; halfway it is 1/3."


def chance(answer: object) -> str:
    """The student's ``chance(n)``, that n/2 random vacancies of bcc leave a perfect sc crystal."""
    for n in (4, 64, 128):
        value, right = number(result(answer, n)), 2 / comb(n, n // 2)
        compare(
            value,
            right,
            f"For n = {n} your function gives {value:.3g}.",
            {
                "That is the chance to hit the body centres. But taking all *corners* away leaves "
                "sc just as well.": right / 2,
                "A chance is no larger than 1: favourable draws over all draws.": (
                    value if value > 1 else 1 / right
                ),
                "The draws are not independent: exactly n/2 atoms are removed, none twice. Count "
                "the ways to choose n/2 of n.": [0.5 ** (n / 2), 0.5**n],
            },
            "`math.comb(n, n // 2)` counts the ways to choose; how many are good?",
            rtol=1e-6,
            atol=0,
        )
    return (
        f"{2 / comb(64, 32):.1e} for 64 atoms, {2 / comb(128, 64):.1e} for 128. The paper "
        "says 10⁻¹⁸ and 10⁻³⁸; the second is nearer to 10⁻³⁷."
    )


def lindemann(answer: object) -> str:
    """The student's ``lindemann(pristine, displaced, bond)``: by rms and by σ per component."""
    cluster = build_cluster(prototype("bcc", "Fe"), 1024)
    displaced = DefectRecipe(lindemann=0.2, seed=11).apply(cluster)
    bond = bond_length(cluster)
    shifts = displaced.positions - cluster.positions
    lengths = np.linalg.norm(shifts, axis=1)
    by_rms, by_sigma = sqrt((lengths**2).mean()) / bond, sqrt((shifts**2).mean()) / bond
    values = result(answer, cluster.positions, displaced.positions, bond)
    if not isinstance(values, tuple | list | np.ndarray) or len(values) != 2:
        raise Hint("Return two numbers: `return rms / bond, sigma / bond`.")
    first, second = map(number, values)
    case = f"Your function gives {first:.4f} and {second:.4f}."
    if np.allclose((first, second), (by_sigma, by_rms), rtol=0.01):
        raise Hint(f"{case} Both are right, in the wrong order: the larger one is by rms.")
    compare(
        first,
        by_rms,
        case,
        {
            "The first is the mean of the lengths. rms means: square, then take the mean, then the "
            "root.": lengths.mean() / bond,
            "The first is the rms displacement in Å. Divide by the bond length.": by_rms * bond,
        },
        "Look at the first. The squared length of one displacement is Δx² + Δy² + Δz² (sum along "
        "axis 1); its mean over the atoms is the rms squared.",
        rtol=0.01,
    )
    compare(
        second,
        by_sigma,
        case,
        {},
        "The first is right. The second: how far the atoms move along x alone, or along any one of "
        "the axes: the standard deviation of *all* components.",
        rtol=0.02,
    )
    return (
        f"{first:.3f} by the rms displacement, {second:.3f} by σ per component; the ratio "
        f"is {first / second:.3f}, and √3 = {sqrt(3):.3f}."
    )


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
        between = positions[:, None] - positions
        between -= box * np.round(between / box)
        distance = np.linalg.norm(between, axis=-1) + 2 * np.eye(n)
        overlap = np.clip(1 - distance, 0, None)
        positions += np.einsum("ij,ijk->ik", 0.5 * overlap / distance, between)
    return Atoms(f"Ar{n}", positions=positions % box * diameter)


def order(answer: object) -> str:
    """The student's ``order(intensity, n_atoms)``: the strongest spot over n²."""
    recipes = [DefectRecipe(), DefectRecipe(vacancies=0.5, seed=1)]
    crystals = [r.apply(example_cluster(label)) for label in ("fcc", "bcc") for r in recipes]
    liquids = [liquid(seed) for seed in range(2)]
    values = []
    for atoms in crystals + liquids:
        n, intensity = len(atoms), intensity_per_atom(atoms)
        values.append(number(result(answer, intensity, n)))
        right = float(intensity[away_from_beam(intensity)].max()) / n**2
        compare(
            values[-1],
            right,
            f"For {n} atoms of {atoms.symbols[0]} your function gives {values[-1]:.3g}.",
            {
                "That is the direct beam, in the middle, which any structure has. Use "
                "`lesson.away_from_beam(intensity)` to leave it out.": intensity.max() / n**2,
                "This grows with the number of atoms. In phase, n atoms give the intensity n²: "
                "divide by that.": right * n,
                "That is the intensity itself. In phase, n atoms give n²: divide.": right * n**2,
            },
            f"Expected is {right:.3g}: the greatest intensity away from the beam, over n².",
            rtol=1e-3,
        )
    return (
        f"The two liquids reach {max(values[len(crystals) :]):.2f} at most, the crystals, even "
        f"with half of their atoms, {min(values[: len(crystals)]):.2f} at least."
    )


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
    figure, panel = new_figure(7.6, 3.8)
    for marker, (name, (probability, strength)) in zip(MARKERS, groups.items(), strict=False):
        panel.plot(strength, probability, marker, label=name, alpha=0.7, markersize=6)
    panel.axhline(1 / len(LABELS), color="0.7", linewidth=1)
    panel.set(
        xlabel="order: strongest spot away from the beam / n²",
        ylabel="probability of the verdict",
        xlim=(0, 1),
        ylim=(0.2, 1.03),
    )
    panel.legend(fontsize=9, loc="lower right")
    return figure
