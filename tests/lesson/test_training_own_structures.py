"""The exercises of notebooks 4 and 7: a right answer, typical wrong ones, an empty one."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import facecrystal_widgets as fc
from facecrystal_widgets.lesson import own_structures, training

# --- notebook 4 ---------------------------------------------------------------------------------


def right_split(species: Any, labels: Any, rng: Any) -> tuple[Any, Any]:
    names = [f"{s} {label}" for s, label in zip(species, labels, strict=True)]
    pairs, index = np.unique(names, return_inverse=True)
    chosen = rng.permutation(len(pairs))[: round(0.75 * len(pairs))]
    mask = np.isin(index, chosen)
    return np.flatnonzero(mask), np.flatnonzero(~mask)


def random_split(species: Any, labels: Any, rng: Any) -> tuple[Any, Any]:
    order = rng.permutation(len(labels))
    return order[: len(order) * 3 // 4], order[len(order) * 3 // 4 :]


def split_at(labels: Any, threshold: int) -> tuple[Any, Any]:
    return np.flatnonzero(labels < threshold), np.flatnonzero(labels >= threshold)


def seedless_split(species: Any, labels: Any, rng: Any) -> tuple[Any, Any]:
    return right_split(species, labels, np.random.default_rng(0))


def half_split(species: Any, labels: Any, rng: Any) -> tuple[Any, Any]:
    mask = np.isin(species, np.unique(species)[::2])
    return np.flatnonzero(mask), np.flatnonzero(~mask)


def loss(probabilities: np.ndarray, labels: np.ndarray) -> np.ndarray:
    return -np.log(probabilities[np.arange(len(labels)), labels])


# --- notebook 7 ---------------------------------------------------------------------------------


def right_survey(folder: Path) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for path in folder.iterdir():
        try:
            found[path.name] = fc.classify(fc.read_structure(path)).label
        except fc.StructureError:
            found[path.name] = None
    return found


def naive_survey(folder: Path) -> dict[str, str | None]:
    return {path.name: fc.classify(fc.read_structure(path)).label for path in folder.iterdir()}


RIGHT: dict[Callable[[Any], str], Callable[..., Any]] = {
    training.parameters: lambda kernel, channels, filters: (kernel**2 * channels + 1) * filters,
    training.cross_entropy: lambda p, labels: loss(p, labels).mean(),
    training.split_by_pair: right_split,
    own_structures.survey: right_survey,
    own_structures.trusted: lambda verdict: not verdict.notes,
    own_structures.odd_over_even: lambda f1, f2: abs(f1 - f2) / (f1 + f2),
}

WRONG: tuple[tuple[Callable[[Any], str], Any, str], ...] = (
    (training.parameters, lambda k, c, n: k**2 * c * n, "one bias"),
    (training.parameters, lambda k, c, n: (k**2 + 1) * n, "all. channels"),
    (training.parameters, lambda k, c, n: (k * c + 1) * n, "a square"),
    (training.parameters, lambda k, c, n: k**2 * c * n + 1, "one for each filter"),
    (training.parameters, lambda k, c, n: 7, "Count the weights"),
    (training.parameters, 1600, "Expected your function itself"),
    (training.cross_entropy, lambda p, y: -loss(p, y).mean(), "sign"),
    (training.cross_entropy, lambda p, y: loss(p, y).sum(), "sum over the images"),
    (training.cross_entropy, lambda p, y: loss(p, y).mean() / np.log(2), "natural logarithm"),
    (training.cross_entropy, lambda p, y: -np.log(p).mean(), "all four classes"),
    (training.cross_entropy, lambda p, y: -np.log(np.exp(-loss(p, y)).mean()), "each probability"),
    (training.cross_entropy, lambda p, y: 0.0, "Pick the probability"),
    (training.split_by_pair, random_split, "pairs have structures in both parts"),
    (training.split_by_pair, lambda s, y, rng: split_at(y, 3), "No sc is in the training part"),
    (training.split_by_pair, half_split, "asked for were 75%"),
    (training.split_by_pair, seedless_split, "another random generator"),
    (training.split_by_pair, lambda s, y, rng: (y < 2, y >= 2), "Expected indices"),
    (training.split_by_pair, lambda s, y, rng: split_at(y[:-1], 2), "should be in one part"),
    (training.split_by_pair, lambda s, y, rng: np.arange(len(y)), "two arrays"),
    (training.split_by_pair, lambda s, y, rng: (..., ...), "Nothing comes back yet"),
    (own_structures.survey, naive_survey, "ends your whole batch"),
    (
        own_structures.survey,
        lambda folder: {n: label for n, label in right_survey(folder).items() if label},
        "Nothing is said of half.cif",
    ),
    (
        own_structures.survey,
        lambda folder: {folder / n: label for n, label in right_survey(folder).items()},
        "bare names",
    ),
    (
        own_structures.survey,
        lambda folder: dict.fromkeys(right_survey(folder), "fcc"),
        "expected is",
    ),
    (
        own_structures.survey,
        lambda folder: dict.fromkeys(right_survey(folder), fc.classify(fc.prototype("fcc", "Al"))),
        "should be labels",
    ),
    (
        own_structures.survey,
        lambda folder: dict.fromkeys(right_survey(folder), ...),
        "Nothing comes",
    ),
    (own_structures.survey, lambda folder: list(right_survey(folder)), "Expected a dictionary"),
    (
        own_structures.trusted,
        lambda verdict: verdict.probability > 0.9,
        "Yours trusts hcp magnesium",
    ),
    (own_structures.trusted, lambda verdict: False, "does not trust copper"),
    (own_structures.trusted, lambda verdict: verdict.notes, "True or False"),
    (own_structures.odd_over_even, lambda f1, f2: (f1 - f2) / (f1 + f2), "sign"),
    (own_structures.odd_over_even, lambda f1, f2: ((f1 - f2) / (f1 + f2)) ** 2, "intensities"),
    (own_structures.odd_over_even, lambda f1, f2: (f1 + f2) / abs(f1 - f2), "Upside down"),
    (own_structures.odd_over_even, lambda f1, f2: 1.0, "against"),
    (own_structures.odd_over_even, lambda f1, f2: f1 / f2, "sum over the eight atoms"),
)


# --- figures ------------------------------------------------------------------------------------


def test_the_figures_show_what_they_are_given() -> None:
    history = {key: [1.0, 0.5] for key in ("loss", "val_loss", "accuracy", "val_accuracy")}
    loss_panel, accuracy_panel = training.draw_history(history).axes
    assert loss_panel.lines[0].get_ydata().tolist() == [1.0, 0.5]
    assert accuracy_panel.get_ylabel() == "accuracy"
    bars = training.draw_parameters({"conv1": 10, "dense": 30}).axes[0].patches
    assert [bar.get_width() for bar in bars] == [10, 30]
    images = training.draw_images(np.ones((8, 64, 64)), ["a"] * 8)
    assert sum(len(panel.images) for panel in images.axes) == 8
    verdicts = {s: fc.classify(fc.prototype("rocksalt", s)) for s in ("NaCl", "LiI")}
    points = own_structures.draw_contrast({"NaCl": 0.2, "LiI": 0.9}, verdicts).axes[0].lines
    assert [len(line.get_xdata()) for line in points] == [2] * 4
    turning = own_structures.draw_turning(np.arange(3), dict.fromkeys(fc.LABELS, np.ones((3, 4))))
    assert [panel.get_title() for panel in turning.axes] == [f"{x}, turned" for x in fc.LABELS]


def test_a_turned_crystal_is_the_same_crystal() -> None:
    cluster = fc.build_cluster(fc.prototype("fcc", "Cu"))
    turned = own_structures.turned(cluster, 45)
    assert fc.bond_length(turned) == pytest.approx(fc.bond_length(cluster))
    assert not np.allclose(turned.positions, cluster.positions)
    assert fc.preparation(turned).kind == "as-given"
