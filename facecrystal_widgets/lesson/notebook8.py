"""Notebook 8, structures from the wild: what its exercises need, draw and check."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache

import numpy as np
from ase import Atoms
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ..classes import CLASSES, LABELS
from ..convnet.classifier import Verdict, classify
from ..defects import DefectRecipe
from ..experiments.wild.disorder import packing
from ..experiments.wild.grains import polycrystal
from ..experiments.wild.lattices import BAIN, bain, crystal
from ..experiments.wild.specimen import Specimen, random_rotations
from ..figures import MATERIALS
from ..local.examples import example
from ..orientation.rotations import angle_of, cubic_group, rotation_matrices
from ..orientation.rotations import misorientation as smallest_angle
from ..orientation.search import Orientation, find_orientation, in_bond_lengths
from ..orientation.stars import intensity
from ..orientation.trust import THRESHOLD
from ..prototypes import prototype
from ..reading import read_structure
from ..structures import build_cluster
from .answers import number, result, yes_or_no
from .core import Hint
from .drawing import WIDTH

ATOMS = 128
TURNS = 8
"""Random orientations of each crystal."""
STEPS = 9
"""Structures along the Bain path."""
MISSING = (0.0, 0.3, 0.5, 0.7, 0.8, 0.85, 0.9, 0.95)
DRAWS = 4
"""Particles for each fraction of missing atoms."""
PROBE = DefectRecipe(vacancies=0.2, displacement=0.1)
"""What an atom probe leaves: a fifth of the atoms is missing, the others are a little off."""
INSIDE, OUTSIDE = "#0072B2", "#D55E00"


# --- crystals that are turned ---------------------------------------------------------------------


def turned(atoms: Atoms, rotation: np.ndarray) -> Atoms:
    """The bare atoms after a rotation (3, 3)."""
    return Atoms(numbers=atoms.numbers, positions=atoms.positions @ rotation.T)


def about_z(degrees: float) -> np.ndarray:
    """The rotation about z by an angle, (3, 3)."""
    return rotation_matrices(np.deg2rad([0, 0, degrees]))


def turned_crystals() -> dict[str, list[Atoms]]:
    """Perfect clusters of the four classes in random orientations, by label."""
    rng = np.random.default_rng(0)
    clusters = {label: build_cluster(prototype(label, MATERIALS[label])) for label in LABELS}
    return {
        label: [turned(cluster, rotation) for rotation in random_rotations(rng, TURNS)]
        for label, cluster in clusters.items()
    }


def reveal_turned() -> list[object]:
    """What the published method says of crystals in random orientation."""
    rows = []
    tops: dict[bool, list[float]] = {True: [], False: []}
    for label, group in turned_crystals().items():
        found = classify(group, orientation="as-given")
        right = [verdict.label == label for verdict in found]
        for is_right, verdict in zip(right, found, strict=True):
            tops[is_right].append(verdict.probability)
        mean = np.mean([verdict.probability for verdict in found])
        rows.append(f"| {label} | {sum(right)} of {len(right)} | {mean:.2f} |")
    every = tops[True] + tops[False]
    table = ["| class | right | mean probability of the answer |", "|:-:|:-:|:-:|", *rows]
    figure = Figure((6.4, 2.8), layout="constrained")
    panel = figure.subplots()
    bins = np.linspace(0.25, 1, 16).tolist()
    colours = [INSIDE, OUTSIDE]
    panel.hist([tops[True], tops[False]], bins, stacked=True, color=colours)
    panel.legend(["right", "wrong"])
    panel.set(xlabel="probability of the answer", ylabel="crystals")
    panel.yaxis.set_major_locator(MaxNLocator(integer=True))
    return [
        f"**{len(tops[True])} of {len(every)}** are right, and the mean probability is "
        f"**{np.mean(every):.2f}**; that of the wrong ones alone is {np.mean(tops[False]):.2f}. "
        "The network has seen no crystal from elsewhere than along [011], and takes what it sees "
        "for the most similar thing it knows.\n\n" + "\n".join(table),
        figure,
    ]


def brightness(answer: object) -> str:
    """The student's ``brightness(positions, star)``: the mean of |F|²/N² over the reflections."""
    copper = build_cluster(prototype("fcc", "Cu"))
    star = 2 * np.pi / 3.61 * np.array([[1, 1, 1], [1, 1, -1], [1, -1, 1], [-1, 1, 1]])
    trials = {
        "perfect copper": copper.positions,
        "copper turned by 20°": turned(copper, about_z(20)).positions,
        "copper with 30 % vacancies": DefectRecipe(vacancies=0.3, seed=1).apply(copper).positions,
    }
    for name, positions in trials.items():
        n = len(positions)
        waves = np.exp(-1j * positions @ star.T).sum(axis=0)
        right = float(np.mean(np.abs(waves) ** 2)) / n**2
        given = result(answer, positions, star)
        if np.iscomplexobj(given):
            raise Hint("A detector sees |F|²: take `np.abs(…)` of the sum, then square.")
        if np.ndim(given):
            raise Hint(
                f"Expected one number, received an array of shape {np.shape(given)}: at the end, "
                "take the mean over the reflections."
            )
        found = number(given)
        if np.isclose(found, right, rtol=1e-4, atol=1e-6):
            continue
        told = f"For {name} your function gives {found:.4g}."
        if np.isclose(found, right * len(star), rtol=1e-4):
            raise Hint(f"{told} That is the sum over the reflections; asked for is their mean.")
        if np.isclose(found, right * n, rtol=1e-4):
            raise Hint(f"{told} Divide by N², not by N: a perfect crystal then gives 1.")
        if np.isclose(found, right * n**2, rtol=1e-4):
            raise Hint(f"{told} Divide by N²: a perfect crystal then gives 1.")
        if np.isclose(found, float(np.mean(np.abs(waves))) / n, rtol=1e-4):
            raise Hint(f"{told} That is |F|/N; square it.")
        if np.isclose(found, np.abs(waves.sum()) ** 2 / (n * len(star)) ** 2, rtol=1e-4):
            raise Hint(f"{told} The waves of different reflections must not be added up.")
        raise Hint(
            f"{told} Expected is {right:.4g}. `positions @ star.T` has a row for each atom and a "
            "column for each reflection: sum over the rows (axis=0), take |…|², divide by N², and "
            "take the mean."
        )
    return "1 where all atoms scatter in phase into all of these reflections, about 1/N at random."


def draw_scan(scores: Mapping[str, Iterable[float]], angles: np.ndarray) -> Figure:
    """Brightness of a star against the angle by which it is turned about z.

    Parameters
    ----------
    scores : title to (n,).
    angles : (n,), degrees.
    """
    figure = Figure((7.0, 2.9), layout="constrained")
    panel = figure.subplots()
    for title, values in scores.items():
        panel.plot(angles, list(values), label=title)
    panel.set(xlabel="angle about z (degrees)", ylabel="brightness", ylim=(-0.03, 1.03))
    panel.legend()
    return figure


# --- none of these --------------------------------------------------------------------------------


def relative(orientation: Orientation) -> np.ndarray:
    """Intensities of the reflections, 1 in the perfect crystal, the brightest first, (n,)."""
    return np.sort(orientation.intensities)[::-1]


def of_lattice(atoms: Atoms, label: str) -> tuple[np.ndarray, np.ndarray]:
    """Reflections (n, 3) of a lattice and their intensities (n,), 1 in its perfect crystal, where
    the structure is turned such that they are brightest."""
    fit = find_orientation(atoms).fits[LABELS.index(label)]
    positions, _ = in_bond_lengths(atoms.positions)
    found = intensity(positions, fit.scale * fit.star.vectors @ fit.axes.T)
    return fit.star.hkl, found / fit.star.strengths


def draw_reflections(structures: Mapping[str, Atoms], label: str) -> Figure:
    """How bright the reflections of a lattice are in each structure."""
    figure = Figure((WIDTH, 2.9), layout="constrained")
    panels = figure.subplots(1, len(structures), squeeze=False, sharey=True)[0]
    (known,) = (c for c in CLASSES if c.label == label)
    for panel, (title, atoms) in zip(panels, structures.items(), strict=True):
        hkl, heights = of_lattice(atoms, label)
        panel.bar(np.arange(len(hkl)), heights, color=known.colour)
        panel.set_title(title, fontsize=10)
        names = ["".join(f"{abs(i)}\u0305" if i < 0 else f"{i}" for i in index) for index in hkl]
        panel.set_xticks(np.arange(len(hkl)), names, rotation=90, fontsize=8)
    panels[0].set_ylabel(f"|F|² over that of {label}")
    return figure


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


# --- how well do two numbers tell members from strangers? -----------------------------------------


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


def zoo() -> tuple[list[Atoms], list[Atoms]]:
    """Damaged crystals of the four classes, turned at random; and things of other kinds."""
    rng = np.random.default_rng(1)
    recipes = [
        DefectRecipe(vacancies=0.5, seed=2),
        DefectRecipe(displacement=0.15, seed=2),
        DefectRecipe(vacancies=0.2, displacement=0.1, seed=2),
    ]
    inside = [
        turned(recipe.apply(build_cluster(prototype(label, MATERIALS[label]))), rotation)
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


def draw_zoo(inside: Sequence[Verdict], outside: Sequence[Verdict]) -> Figure:
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


# --- missing atoms --------------------------------------------------------------------------------


@cache
def thinned_particles() -> dict[float, list[Verdict]]:
    """Verdicts on the shipped nanoparticle of bcc iron, by the fraction of atoms removed."""
    particle = read_structure(example("nanoparticle.xyz"), "nanoparticle.xyz")
    return {
        missing: classify(
            [DefectRecipe(vacancies=missing, seed=seed).apply(particle) for seed in range(DRAWS)]
        )
        for missing in MISSING
    }


def reveal_missing() -> list[object]:
    """Right answers and trust while atoms vanish from a nanoparticle."""
    thinned = thinned_particles()
    right = [np.mean([v.label == "bcc" for v in group]) for group in thinned.values()]
    trust = [np.mean([v.trust for v in group]) for group in thinned.values()]
    figure = Figure((7.0, 2.9), layout="constrained")
    panel = figure.subplots()
    percent = [100 * missing for missing in thinned]
    panel.plot(percent, right, "o-", color=INSIDE, label="share of right answers")
    panel.plot(percent, trust, "ks--", label="trust, mean")
    panel.axhline(THRESHOLD, color="grey", linewidth=0.8)
    panel.set(xlabel="missing atoms (%)", ylim=(-0.05, 1.05))
    panel.legend(loc="lower left")
    every = [verdict for group in thinned.values() for verdict in group]
    wrong = [verdict for verdict in every if verdict.label != "bcc"]
    held = max(missing for missing, group in thinned.items() if all(v.trusted for v in group))
    return [
        f"Up to **{100 * held:.0f} %** every answer is bcc, and trusted. Of all "
        f"{len(every)} answers {len(wrong)} are wrong, and "
        f"**{sum(v.trusted for v in wrong)}** of these are trusted. "
        "Atoms that are left still scatter in phase, whether their neighbours are there or not; "
        "what grows is the light between the spots, about 1/N of their height. Methods that look "
        "at each atom's nearest neighbours can't forgive as much.",
        figure,
    ]


# --- grains ---------------------------------------------------------------------------------------


@cache
def four_grains() -> Specimen:
    """Aluminium of four grains, as an atom probe would give it back."""
    return polycrystal("fcc", "Al", 4, 6000, 1).broken(PROBE)


def reveal_whole() -> str:
    """The block of four grains, taken for one structure."""
    atoms = four_grains().atoms
    given, found = classify(atoms, orientation="as-given"), classify(atoms)
    return (
        f"The published method says **{given}**; its image is a sum of four patterns, and none of "
        f"them is seen along [011]. (“{given.reason}”) With the axes sought the answer is "
        f"**{found}**; but see what was looked at: “{found.notes[0]}” One sphere of one grain: "
        "true of it, and silent about the rest."
    )


def misorientation(answer: object) -> str:
    """The student's ``misorientation(one, other, cube)``: the smallest angle, in degrees."""
    turns = random_rotations(np.random.default_rng(3), 3)
    trials = [
        (np.eye(3), about_z(30)),
        (np.eye(3), about_z(80)),
        *((turns[i], turns[(i + 1) % 3]) for i in range(3)),
    ]
    for one, other in trials:
        right = float(smallest_angle(one, other))
        found = number(result(answer, one, other, cubic_group()))
        if np.isclose(found, right, atol=0.01):
            continue
        told = f"Where the smallest angle is {right:.1f}° your function gives {found:.3g}."
        if np.isclose(found, np.deg2rad(right), atol=1e-3):
            raise Hint(f"{told} That is in radians: `np.rad2deg`.")
        between = one.T @ other
        if np.isclose(found, angle_of(np.trace(between)), atol=0.01):
            raise Hint(
                f"{told} That would be right if the axes of the cube had names. A cube looks the "
                "same after each of the 24 rotations in `cube`: take the smallest angle of all."
            )
        traces = np.trace(between @ cubic_group(), axis1=1, axis2=2)
        if np.isclose(found, angle_of(traces.min()), atol=0.01):
            raise Hint(f"{told} That is the largest of the 24 angles; asked for is the smallest.")
        raise Hint(
            f"{told} What takes one into the other is `one.T @ other`, times one of the 24 "
            "matrices; the angle of a rotation R follows from its trace, tr R = 1 + 2 cos θ."
        )
    return "No two cubes are farther apart than 62.8°: that is how symmetric a cube is."


def axes_of(rotations: Iterable[np.ndarray]) -> list[np.ndarray]:
    """The cube axes as columns (3, 3) of rotations that turn them onto x, y, z."""
    return [rotation.T for rotation in rotations]


def table_of_angles(
    angle: Callable[[np.ndarray, np.ndarray], float],
    found: Sequence[np.ndarray],
    true: Sequence[np.ndarray],
) -> str:
    """Each found grain beside the true one that is nearest to it, as lines of text.

    Parameters
    ----------
    angle : of two sets of cube axes (3, 3), in degrees.
    found, true : cube axes as columns.
    """
    lines = ["grain found   nearest true grain   angle between them"]
    for i, one in enumerate(found):
        angles = [angle(one, other) for other in true]
        nearest = int(np.argmin(angles))
        lines.append(f"{i:11}   {nearest:18}   {angles[nearest]:10.1f}°")
    return "\n".join(lines)
