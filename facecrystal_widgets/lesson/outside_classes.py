"""Notebook 8: what the network says of structures outside the four classes."""

from collections.abc import Sequence
from functools import cache

import numpy as np
from ase import Atoms
from matplotlib.figure import Figure

from ..classification.classify import classify
from ..classification.verdict import Verdict
from ..crystals.classes import BY_LABEL, CLASSES, LABELS
from ..crystals.cluster import build_cluster
from ..crystals.prototypes import prototype
from ..defects import DefectRecipe
from ..orientation.evidence import THRESHOLD
from ..orientation.search import find_orientation
from ..specimens.disorder import packing
from ..specimens.single_crystals import BAIN, bain, crystal
from ..specimens.specimen import random_rotations
from .answers import number, result, yes_or_no
from .checking import Hint
from .drawing import INSIDE, OUTSIDE, draw_reflections
from .structures import ATOMS, about_z, relative, turned

STEPS = 9
"""Structures along the Bain path."""


def reveal_hcp() -> list[object]:
    """Which reflections of fcc magnesium has."""
    magnesium = build_cluster(prototype("hcp", "Mg"))
    verdict = classify(magnesium, orientation="search")
    copper = build_cluster(prototype("fcc", "Cu"))
    broken = DefectRecipe(vacancies=0.3, displacement=0.1, seed=1).apply(copper)
    return [
        f"The network says **{verdict}**, the physics: “{verdict.reason}”. There is one pair of "
        "111, from the distance of the close-packed layers, and there are three of 220, from the "
        "pattern within a layer. All the others depend on how the layers are stacked: ABCABC in "
        "fcc, ABAB in hcp. A damaged copper crystal has every one of them, each a little weaker.",
        draw_reflections({"copper, damaged": broken, "magnesium, hcp": magnesium}, "fcc"),
    ]


@cache
def exercise_structures() -> tuple[dict[str, Atoms], dict[str, Atoms]]:
    """Members of the four classes, and others, which a rule must tell apart."""
    iron = build_cluster(prototype("bcc", "Fe"))
    inside = {
        "copper, turned": turned(build_cluster(prototype("fcc", "Cu")), about_z(25)),
        "iron with 50 % vacancies": DefectRecipe(vacancies=0.5, seed=1).apply(iron),
        "iron with σ = 0.25 Å": DefectRecipe(displacement=0.25, seed=1).apply(iron),
    }
    outside = {
        "hcp magnesium": build_cluster(prototype("hcp", "Mg")),
        "tetragonal iron, c/a = 1.15": bain("Fe", 1.15).cut(ATOMS, "sphere", 1).atoms,
        "spheres packed at random": packing("Cu").cut(ATOMS, "sphere", 1).atoms,
    }
    return inside, outside


def is_crystal(answer: object) -> str:
    """The student's ``is_crystal(intensities)``: whether all reflections are there."""
    inside, outside = exercise_structures()
    for name, atoms in {**inside, **outside}.items():
        heights = relative(find_orientation(atoms))
        if yes_or_no(result(answer, heights)) == (name in inside):
            continue
        told = (
            f"{name}: mean {heights.mean():.2f}, brightest {heights.max():.2f}, faintest "
            f"{heights.min():.2f}"
        )
        if name in inside:
            raise Hint(
                f"Yours rejects {told}. It is a crystal of one of the four classes. Displacements "
                "weaken all reflections, the outer ones most; ask for less."
            )
        raise Hint(
            f"Yours accepts {told}. A few bright reflections make a high mean. Is there one that "
            "a crystal of the class would have, and this one hasn't?"
        )
    return (
        "A crystal must show all its reflections; for a stranger it is enough to lack one. The "
        "package asks this, too, and takes out the Debye–Waller factor first."
    )


def bain_path() -> tuple[np.ndarray, list[Verdict]]:
    """c/a (n,) from bcc to fcc, and the verdicts on spheres of 128 atoms."""
    ratios = np.linspace(1, BAIN, STEPS)
    spheres = [bain("Fe", float(ratio)).cut(ATOMS, "sphere", 1).atoms for ratio in ratios]
    return ratios, classify(spheres, orientation="search")


def reveal_bain() -> list[object]:
    """Probabilities and trust along the Bain path."""
    ratios, verdicts = bain_path()
    figure = Figure((7.0, 3.0), layout="constrained")
    panel = figure.subplots()
    for known in CLASSES:
        if known.label in ("bcc", "fcc"):
            heights = [verdict.probabilities[known.label] for verdict in verdicts]
            panel.plot(ratios, heights, "o-", color=known.colour, label=f"p({known.label})")
    panel.plot(ratios, [verdict.trust for verdict in verdicts], "ks--", label="trust")
    panel.axhline(THRESHOLD, color="grey", linewidth=0.8)
    panel.set(xlabel="c/a", ylim=(-0.03, 1.03))
    panel.legend()
    half = len(verdicts) // 2
    middle = verdicts[half]
    least = min(verdict.probability for verdict in verdicts)
    below = np.floor(least * 1e4) / 1e4  # rounded up it would not hold
    return [
        f"The verdict flips from bcc to fcc, and its probability never falls below **{below:.4f}** "
        f"at any of the {len(verdicts)} structures. Halfway, at c/a = {ratios[half]:.2f}, which is "
        f"neither, the answer is {middle} with a trust of {middle.trust:.2f}: “{middle.reason}”. "
        f"The grey line is the threshold of trust, {THRESHOLD}.",
        figure,
    ]


def auroc(answer: object) -> str:
    """The student's ``auroc(inside, outside)``: the share of pairs that are in order."""
    trials = (
        ([0.9, 0.8, 0.7], [0.1, 0.2]),
        ([0.9, 0.4, 0.6], [0.5, 0.3, 0.7, 0.2]),
        ([1.0, 1.0, 0.5], [1.0, 0.5]),
    )
    for first, second in trials:
        inside, outside = np.array(first), np.array(second)
        above = np.mean(inside[:, None] > outside)
        right = above + np.mean(inside[:, None] == outside) / 2
        found = number(result(answer, inside, outside))
        if np.isclose(found, right):
            continue
        told = f"For {first} inside and {second} outside your function gives {found:.3f}."
        if np.isclose(found, above) or np.isclose(found, 2 * right - above):
            raise Hint(f"{told} Only the ties are wrong: a pair of equal numbers counts one half.")
        if np.isclose(found, 1 - right):
            raise Hint(f"{told} Turned round: count the pairs in which *inside* is greater.")
        if np.isclose(found, right * inside.size * outside.size):
            raise Hint(f"{told} Divide by the number of pairs.")
        raise Hint(
            f"{told} Expected is {right:.3f}. `inside[:, None] > outside` compares every one "
            "inside with every one outside; its mean is the share of pairs in order."
        )
    return "0.5 for a coin, 1 if every member stands above every stranger."


def outside_classes() -> tuple[list[Atoms], list[Atoms]]:
    """Damaged crystals of the four classes, turned at random; and things of other kinds."""
    rng = np.random.default_rng(1)
    recipes = [
        DefectRecipe(vacancies=0.5, seed=2),
        DefectRecipe(displacement=0.15, seed=2),
        DefectRecipe(vacancies=0.2, displacement=0.1, seed=2),
    ]
    inside = [
        turned(recipe.apply(build_cluster(prototype(label, BY_LABEL[label].example))), rotation)
        for label in LABELS
        for recipe, rotation in zip(recipes, random_rotations(rng, len(recipes)), strict=True)
    ]
    others = [crystal("hcp", metal) for metal in ("Mg", "Ti", "Zn")]
    others += [
        *(crystal("dhcp", "La"), crystal("hexagonal", "Ti"), crystal("beta-tin", "Sn")),
        *(crystal("graphite", "C"), bain("Fe", 1.15), bain("Fe", 1.25)),
        *(packing("Cu", seed=seed) for seed in range(3)),
    ]
    outside = [made.cut(ATOMS, "sphere", seed).atoms for seed, made in enumerate(others)]
    return inside, outside


def draw_outside_classes(inside: Sequence[Verdict], outside: Sequence[Verdict]) -> Figure:
    """Trust against probability."""
    figure = Figure((6.4, 3.4), layout="constrained")
    panel = figure.subplots()
    for group, colour, marker, title in (
        (inside, INSIDE, "o", "one of the four classes"),
        (outside, OUTSIDE, "D", "none of them"),
    ):
        points = np.array([(verdict.probability, verdict.trust) for verdict in group])
        panel.plot(*points.T, marker, color=colour, alpha=0.7, label=title)
    panel.axhline(THRESHOLD, color="grey", linewidth=0.8)
    panel.set(xlabel="probability of the answer", ylabel="trust", ylim=(-0.05, 1.05))
    panel.legend(loc="center left")
    return figure
