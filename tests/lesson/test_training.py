"""Notebook 4: parameters, cross-entropy, and an honest split."""

from typing import Any, ClassVar

import numpy as np
from exercises import Exercises

from facecrystal_widgets.lesson import training


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
    return np.asarray(-np.log(probabilities[np.arange(len(labels)), labels]))


class TestExercises(Exercises):
    right: ClassVar = {
        training.parameters: lambda kernel, channels, filters: (kernel**2 * channels + 1) * filters,
        training.cross_entropy: lambda p, labels: loss(p, labels).mean(),
        training.split_by_pair: right_split,
    }
    wrong = (
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
        (
            training.cross_entropy,
            lambda p, y: -np.log(np.exp(-loss(p, y)).mean()),
            "each probability",
        ),
        (training.cross_entropy, lambda p, y: 0.0, "Pick the probability"),
        (training.split_by_pair, random_split, "pairs have structures in both parts"),
        (training.split_by_pair, lambda s, y, rng: split_at(y, 3), "No sc is in the training part"),
        (training.split_by_pair, half_split, "asked for were 75%"),
        (training.split_by_pair, seedless_split, "another random generator"),
        (training.split_by_pair, lambda s, y, rng: (y < 2, y >= 2), "Expected indices"),
        (training.split_by_pair, lambda s, y, rng: split_at(y[:-1], 2), "should be in one part"),
        (training.split_by_pair, lambda s, y, rng: np.arange(len(y)), "two arrays"),
        (training.split_by_pair, lambda s, y, rng: (..., ...), "Nothing comes back yet"),
    )


def test_the_figures_show_what_they_are_given() -> None:
    history = {key: [1.0, 0.5] for key in ("loss", "val_loss", "accuracy", "val_accuracy")}
    loss_panel, accuracy_panel = training.draw_history(history).axes
    assert np.asarray(loss_panel.lines[0].get_ydata()).tolist() == [1.0, 0.5]
    assert loss_panel.get_ylabel() == "cross-entropy"
    assert accuracy_panel.get_ylabel() == "accuracy"
    bars: Any = training.draw_parameters({"conv1": 10, "dense": 30}).axes[0].patches
    assert [bar.get_width() for bar in bars] == [10, 30]
