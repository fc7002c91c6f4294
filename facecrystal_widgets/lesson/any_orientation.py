"""Notebook 8, structures from the wild: what its exercises need, draw and check."""

from collections.abc import Iterable, Mapping

import numpy as np
from ase import Atoms
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ..classification.classify import classify
from ..crystals.classes import BY_LABEL, LABELS
from ..crystals.cluster import build_cluster
from ..crystals.prototypes import prototype
from ..defects import DefectRecipe
from ..specimens.specimen import random_rotations
from .answers import number, result
from .checking import Hint
from .drawing import INSIDE, OUTSIDE
from .structures import about_z, turned

TURNS = 8
"""Random orientations of each crystal."""


def turned_crystals() -> dict[str, list[Atoms]]:
    """Perfect clusters of the four classes in random orientations, by label."""
    rng = np.random.default_rng(0)
    clusters = {label: build_cluster(prototype(label, BY_LABEL[label].example)) for label in LABELS}
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
