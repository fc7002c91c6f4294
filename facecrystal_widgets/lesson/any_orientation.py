"""Notebook 8, any orientation: turned crystals, and the brightness of a star of reflections.

The network knows images along [011] only. The orientation of a crystal is the rotation of a star of
strong reflections at which the mean of |F|²/N² over the star is largest: 1 where all atoms scatter
in phase, about 1/N where they don't agree.

- `brightness`: that mean. Usual mistakes: complex, an array, the sum over the star, 1/N or no
  division for 1/N², |F| for |F|², waves of different reflections added up.
"""

from collections.abc import Iterable, Mapping

import numpy as np
from ase import Atoms
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ..classification.classify import classify
from ..crystals.classes import LABELS
from ..defects import DefectRecipe
from ..specimens.specimen import random_rotations
from .answers import compare, number, result
from .checking import Hint
from .drawing import INSIDE, OUTSIDE, new_figure
from .prediction import markdown_table
from .structures import example_cluster, turned

TURNS = 8
"""Random orientations of each crystal."""


def turned_crystals() -> dict[str, list[Atoms]]:
    """Perfect clusters of the four classes in random orientations, by label."""
    rng = np.random.default_rng(0)
    return {
        label: [turned(cluster, rotation) for rotation in random_rotations(rng, TURNS)]
        for label, cluster in ((label, example_cluster(label)) for label in LABELS)
    }


def reveal_turned() -> list[object]:
    """Verdicts of the published method on crystals in random orientation."""
    rows = []
    tops: dict[bool, list[float]] = {True: [], False: []}
    for label, group in turned_crystals().items():
        verdicts = classify(group, orientation="as-given")
        for verdict in verdicts:
            tops[verdict.label == label].append(verdict.probability)
        right = sum(verdict.label == label for verdict in verdicts)
        mean = np.mean([verdict.probability for verdict in verdicts])
        rows.append((label, f"{right} of {len(verdicts)}", f"{mean:.2f}"))
    table = markdown_table(["class", "right", "mean probability of the answer"], rows)
    every = tops[True] + tops[False]
    figure, panel = new_figure(6.4, 2.8)
    bins = np.linspace(0.25, 1, 16).tolist()
    panel.hist([tops[True], tops[False]], bins, stacked=True, color=[INSIDE, OUTSIDE])
    panel.legend(["right", "wrong"])
    panel.set(xlabel="probability of the answer", ylabel="crystals")
    panel.yaxis.set_major_locator(MaxNLocator(integer=True))
    return [
        f"**{len(tops[True])} of {len(every)}** are right, and the mean probability is "
        f"**{np.mean(every):.2f}**; that of the wrong ones alone is {np.mean(tops[False]):.2f}. "
        "In training the network saw crystals along [011] only, and it names whatever the image "
        f"resembles most.\n\n{table}",
        figure,
    ]


def brightness(answer: object) -> str:
    """The student's ``brightness(positions, star)``: the mean of |F|²/N² over the reflections."""
    copper = example_cluster("fcc")
    star = 2 * np.pi / 3.61 * np.array([[1, 1, 1], [1, 1, -1], [1, -1, 1], [-1, 1, 1]])
    trials = {
        "perfect copper": copper.positions,
        "copper turned by 20°": turned(copper, 20).positions,
        "copper with 30 % vacancies": DefectRecipe(vacancies=0.3, seed=1).apply(copper).positions,
    }
    for name, positions in trials.items():
        n = len(positions)
        waves = np.exp(-1j * positions @ star.T).sum(axis=0)
        right = float(np.mean(np.abs(waves) ** 2)) / n**2
        answered = result(answer, positions, star)
        if np.iscomplexobj(answered):
            raise Hint("A detector sees |F|²: take `np.abs(…)` of the sum, then square.")
        if np.ndim(answered):
            raise Hint(
                f"Expected one number, received an array of shape {np.shape(answered)}: at the "
                "end, take the mean over the reflections."
            )
        value = number(answered)
        compare(
            value,
            right,
            f"For {name} your function gives {value:.4g}.",
            {
                "That is the sum over the reflections; asked for is their mean.": right * len(star),
                "Divide by N², not by N: a perfect crystal then gives 1.": right * n,
                "Divide by N²: a perfect crystal then gives 1.": right * n**2,
                "That is |F|/N; square it.": np.abs(waves).mean() / n,
                "The waves of different reflections must not be added up.": (
                    np.abs(waves.sum()) ** 2 / (n * len(star)) ** 2
                ),
            },
            f"Expected is {right:.4g}. `positions @ star.T` has a row for each atom and a column "
            "for each reflection: sum over the rows (axis=0), take |…|², divide by N², and take "
            "the mean.",
            rtol=1e-4,
            atol=1e-6,
        )
    return "1 where all atoms scatter in phase into all of these reflections, about 1/N at random."


def draw_scan(scores: Mapping[str, Iterable[float]], angles: np.ndarray) -> Figure:
    """Brightness of a star against the angle by which it is turned about z.

    Parameters
    ----------
    scores : title to (n,).
    angles : (n,), degrees.
    """
    figure, panel = new_figure(7.0, 2.9)
    for title, values in scores.items():
        panel.plot(angles, list(values), label=title)
    panel.set(xlabel="angle about z (degrees)", ylabel="brightness", ylim=(-0.03, 1.03))
    panel.legend()
    return figure
