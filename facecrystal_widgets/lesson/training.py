"""Notebook 4, train your own network: parameters, cross-entropy, and an honest split.

A convolution with n filters of k × k pixels looks at all c channels below it. Training lowers the
cross-entropy, the mean of -ln p over the images, p being the probability of the right class. A test
is honest if nothing like its images was trained on; two crystals of one species and class give the
same image.

- `parameters`: (k² c + 1) n. Usual mistakes: no bias, one bias in all, one channel, k for k².
- `cross_entropy`: ``-log(probabilities[arange(n), labels]).mean()``. Usual mistakes: the sign, the
  sum, another logarithm, all four classes, the logarithm of the mean.
- `split_by_pair`: three quarters of the pairs of species and class train. Usual mistakes: single
  structures are split, a class is absent from training, the generator is not used.
"""

from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from matplotlib.figure import Figure

from ..convnet.architecture import CONVOLUTIONS, DENSE, IMAGE_SHAPE, KERNEL, count_parameters
from ..crystals.classes import LABELS
from ..datasets.dataset import TRAINING_FRACTION
from .answers import DOTS, compare, number, result
from .checking import Hint
from .drawing import INSIDE, OUTSIDE, new_figure


def parameters(answer: object) -> str:
    """The student's ``parameters(kernel, channels, filters)`` of a convolution."""
    table_1 = [(KERNEL, *channels) for channels in pairwise((1, *CONVOLUTIONS))]
    for kernel, before, filters in (*table_1, (3, 5, 2)):
        value = number(result(answer, kernel, before, filters))
        weights = kernel**2 * before * filters
        compare(
            value,
            weights + filters,
            f"For {filters} filters of {kernel}×{kernel} pixels on {before} channels your function "
            f"gives {value:g}.",
            {
                "The weights are right. Each filter also has one bias.": weights,
                "A filter looks at *all* channels of the layer before it: it has kernel × kernel "
                "weights for each of them.": [kernel**2 * filters, (kernel**2 + 1) * filters],
                "The kernel is a square: kernel × kernel weights for each channel.": [
                    kernel * before * filters,
                    (kernel * before + 1) * filters,
                ],
                "There is not one bias in all, but one for each filter.": weights + 1,
            },
            "Count the weights of *one* filter first: a kernel × kernel square for each channel, "
            "and a bias. Then multiply by the number of filters.",
            rtol=0,
        )
    side = IMAGE_SHAPE[0] // 4
    dense = (side**2 * CONVOLUTIONS[-1] + 1) * DENSE + (DENSE + 1) * len(LABELS)
    return (
        f"The six convolutions have {count_parameters() - dense:,} parameters, the two dense "
        f"layers behind them {dense:,}: together {count_parameters():,}."
    )


def draw_parameters(counts: Mapping[str, int]) -> Figure:
    """Parameters of each layer, as bars."""
    figure, panel = new_figure(7.4, 2.9)
    bars = panel.barh([*counts], [*counts.values()], color=INSIDE)
    panel.bar_label(bars, [f"{count:,}" for count in counts.values()], padding=4, fontsize=9)
    panel.invert_yaxis()
    panel.set(xlim=(0, 1.15 * max(counts.values())), xlabel="weights and biases")
    return figure


def cross_entropy(answer: object) -> str:
    """The student's ``cross_entropy(probabilities, labels)``, mean over the images."""
    rng = np.random.default_rng(4)
    for n in (1, 7):
        probabilities = rng.dirichlet(np.ones(len(LABELS)), n)
        labels = rng.integers(len(LABELS), size=n)
        chosen = probabilities[np.arange(n), labels]
        value, right = number(result(answer, probabilities, labels)), -np.log(chosen).mean()
        all_classes, of_mean = -np.log(probabilities).mean(), -np.log(chosen.mean())
        compare(
            value,
            right,
            f"For {n} images your function gives {value:.4f}, expected is {right:.4f}.",
            {
                "Only the sign: the logarithm of a probability is negative.": -right,
                "That is the sum over the images. Take the mean.": n * right,
                "Use the natural logarithm, `np.log`.": [right / np.log(10), right / np.log(2)],
                "You averaged over all four classes. Only the probability of the *right* class "
                "counts: `probabilities[np.arange(len(labels)), labels]`.": all_classes,
                "Take the logarithm of each probability first, then the mean.": of_mean,
            },
            "Pick the probability that each image gives to its right class, take −log of each, "
            "then the mean.",
        )
    return (
        f"A right answer with probability 1 costs nothing, one with 0.5 costs {np.log(2):.2f}, one "
        f"with 0.01 costs {-np.log(0.01):.1f}: to be wrong and sure is expensive."
    )


def split_by_pair(answer: object) -> str:
    """The student's ``split(species, labels, rng)``: no pair of species and class in both parts."""
    elements = np.array(["C", "Al", "Si", "Fe", "Cu", "Mo", "Ag", "W", "Pb", "Po"])
    species = np.tile(np.repeat(elements, len(LABELS)), 3)
    labels = np.tile(np.arange(len(LABELS)), 3 * len(elements))
    order = np.random.default_rng(2).permutation(len(labels))
    species, labels = species[order], labels[order]
    training, testing = _parts(answer, species, labels, 7)
    pairs = np.char.add(np.char.add(species, " "), np.array(LABELS)[labels])
    both = sorted(set(pairs[training]) & set(pairs[testing]))
    if both:
        raise Hint(
            f"{len(both)} pairs have structures in both parts, {both[0]} among them, so the test "
            "asks for images that were trained on. Split the list of different *pairs*, not the "
            "list of structures: `np.unique` of species and class joined gives it."
        )
    absent = set(range(len(LABELS))) - set(labels[training].tolist())
    if absent:
        raise Hint(
            f"No {LABELS[absent.pop()]} is in the training part, so the network can't learn that "
            "class. Split pairs of species *and* class, in random order."
        )
    share = len(training) / len(labels)
    if abs(share - TRAINING_FRACTION) > 0.1:
        raise Hint(
            f"{share:.0%} of the structures are in the training part; asked for were "
            f"{TRAINING_FRACTION:.0%}, and the test part is the rest."
        )
    if np.array_equal(np.sort(_parts(answer, species, labels, 8)[0]), np.sort(training)):
        raise Hint(
            "The parts are clean, but another random generator gives the same ones. Draw the pairs "
            "with `rng`: an alphabetical list is not in random order."
        )
    return (
        f"{len(training)} structures train, {len(testing)} test, and no pair is in both parts. "
        "`Dataset.split` of the package does the same."
    )


def _parts(
    answer: object, species: np.ndarray, labels: np.ndarray, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Indices of the training and of the test part, each structure in one of them."""
    value = result(answer, species, labels, np.random.default_rng(seed))
    if not isinstance(value, tuple | list) or len(value) != 2:
        raise Hint("Return two arrays of indices: `return training, testing`.")
    if any(part is ... for part in value):
        raise Hint(DOTS)
    training, testing = (np.asarray(part) for part in value)
    for part in (training, testing):
        if part.ndim != 1 or not np.issubdtype(part.dtype, np.integer):
            raise Hint(
                f"Expected indices, whole numbers in one dimension; received {part.dtype} of shape "
                f"{part.shape}. `np.flatnonzero(mask)` turns a mask into indices."
            )
    if not np.array_equal(np.sort(np.concatenate([training, testing])), np.arange(len(species))):
        raise Hint(
            f"Each of the {len(species)} structures should be in one part, once; yours have "
            f"{len(training)} + {len(testing)} entries, {len(set(training) & set(testing))} of "
            "them in both."
        )
    return training, testing


def draw_history(history: Mapping[str, Sequence[float]], title: str = "") -> Figure:
    """Loss and accuracy after each epoch, for the training and the test part.

    Parameters
    ----------
    history : ``model.fit(...).history`` of a model with the metric accuracy and validation data,
        tested every so many epochs.
    """
    figure, panels = new_figure(8.4, 3.1, 1, 2)
    for panel, name, guessing in zip(
        panels, ("loss", "accuracy"), (np.log(len(LABELS)), 1 / len(LABELS)), strict=True
    ):
        epochs = np.arange(1, len(history[name]) + 1)
        interval = len(epochs) // len(history[f"val_{name}"])
        marker = "o" if len(epochs) < 20 else ""
        panel.plot(epochs, history[name], INSIDE, marker=marker, label="training part")
        tested = epochs[interval - 1 :: interval], history[f"val_{name}"]
        panel.plot(*tested, OUTSIDE, marker=marker, label="test part")
        panel.axhline(guessing, color="0.6", linewidth=1, linestyle=":", label="guessing")
        panel.set(xlabel="epoch", ylabel=name.replace("loss", "cross-entropy"))
        panel.set_ylim(0, None if name == "loss" else 1.03)
    panel.legend(fontsize=9, loc="lower right")
    figure.suptitle(title, fontsize=10)
    return figure
