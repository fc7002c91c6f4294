"""Notebook 4, train your own ConvNet: what its exercises need, draw and check."""

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure

from ..convnet.architecture import CONVOLUTIONS, DENSE, IMAGE_SHAPE, KERNEL, count_parameters
from ..crystals.classes import LABELS
from ..datasets.dataset import TRAINING_FRACTION
from .answers import DOTS, number, result
from .checking import Hint

# --- the architecture ---------------------------------------------------------------------------


def parameters(answer: object) -> str:
    """The student's ``parameters(kernel, channels, filters)`` of a convolution."""
    channels = (1, *CONVOLUTIONS)
    cases = [(KERNEL, a, b) for a, b in zip(channels, CONVOLUTIONS, strict=False)]
    for kernel, before, filters in (*cases, (3, 5, 2)):
        found = number(result(answer, kernel, before, filters))
        weights = kernel**2 * before * filters
        if found == weights + filters:
            continue
        told = (
            f"For {filters} filters of {kernel}×{kernel} pixels on {before} channels your function "
            f"gives {found:g}."
        )
        if found == weights:
            raise Hint(f"{told} The weights are right. Each filter also has one bias.")
        if found in (kernel**2 * filters, (kernel**2 + 1) * filters):
            raise Hint(
                f"{told} A filter looks at *all* channels of the layer before it: it has "
                "kernel × kernel weights for each of them."
            )
        if found in (kernel * before * filters, (kernel * before + 1) * filters):
            raise Hint(f"{told} The kernel is a square: kernel × kernel weights for each channel.")
        if found == weights + 1:
            raise Hint(f"{told} There is not one bias in all, but one for each filter.")
        raise Hint(
            f"{told} Count the weights of *one* filter first: a kernel × kernel square for each "
            "channel, and a bias. Then multiply by the number of filters."
        )
    side = IMAGE_SHAPE[0] // 4
    dense = (side**2 * CONVOLUTIONS[-1] + 1) * DENSE + (DENSE + 1) * len(LABELS)
    return (
        f"The six convolutions have {count_parameters() - dense:,} parameters, the two dense "
        f"layers behind them {dense:,}: together {count_parameters():,}."
    )


def draw_parameters(counts: Mapping[str, int]) -> Figure:
    """Parameters of each layer, as bars."""
    figure = Figure(figsize=(7.4, 2.9), layout="constrained")
    panel = figure.subplots()
    bars = panel.barh([*counts], [*counts.values()], color="#0072B2")
    panel.bar_label(bars, [f"{count:,}" for count in counts.values()], padding=4, fontsize=9)
    panel.invert_yaxis()
    panel.set_xlim(0, 1.15 * max(counts.values()))
    panel.set_xlabel("weights and biases")
    return figure


# --- the loss -----------------------------------------------------------------------------------


def cross_entropy(answer: object) -> str:
    """The student's ``cross_entropy(probabilities, labels)``, mean over the images."""
    rng = np.random.default_rng(4)
    for n in (1, 7):
        probabilities = rng.dirichlet(np.ones(len(LABELS)), n)
        labels = rng.integers(len(LABELS), size=n)
        chosen = probabilities[np.arange(n), labels]
        found = number(result(answer, probabilities, labels))
        right = float(-np.log(chosen).mean())
        if np.isclose(found, right):
            continue
        told = f"For {n} images your function gives {found:.4f}, expected is {right:.4f}."
        if np.isclose(found, -right):
            raise Hint(f"{told} Only the sign: a logarithm of a probability is negative.")
        if np.isclose(found, n * right):
            raise Hint(f"{told} That is the sum over the images. Take the mean.")
        if np.isclose(found, right / np.log(10)) or np.isclose(found, right / np.log(2)):
            raise Hint(f"{told} Use the natural logarithm, `np.log`.")
        if np.isclose(found, -np.log(probabilities).mean()):
            raise Hint(
                f"{told} You averaged over all four classes. Only the probability of the *right* "
                "class counts: `probabilities[np.arange(len(labels)), labels]`."
            )
        if np.isclose(found, -np.log(chosen.mean())):
            raise Hint(f"{told} Take the logarithm of each probability first, then the mean.")
        raise Hint(
            f"{told} Pick the probability that each image gives to its right class, take −log of "
            "each, then the mean."
        )
    return (
        "A right answer with probability 1 costs nothing, one with 0.5 costs "
        f"{np.log(2):.2f}, one with 0.01 costs {-np.log(0.01):.1f}: to be wrong and sure is dear."
    )


# --- the split ----------------------------------------------------------------------------------


def split_by_pair(answer: object) -> str:
    """The student's ``split(species, labels, rng)``: no pair of species and class in both parts."""
    kinds = np.array(["C", "Al", "Si", "Fe", "Cu", "Mo", "Ag", "W", "Pb", "Po"])
    species = np.tile(np.repeat(kinds, len(LABELS)), 3)
    labels = np.tile(np.arange(len(LABELS)), 3 * len(kinds))
    order = np.random.default_rng(2).permutation(len(labels))
    species, labels = species[order], labels[order]
    training, testing = _parts(result(answer, species, labels, np.random.default_rng(7)), species)
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
    found = _parts(result(answer, species, labels, np.random.default_rng(8)), species)[0]
    if np.array_equal(np.sort(found), np.sort(training)):
        raise Hint(
            "The parts are clean, but another random generator gives the same ones. Draw the pairs "
            "with `rng`: the order of a list is no chance, and here follows the alphabet."
        )
    return (
        f"{len(training)} structures train, {len(testing)} test, and no pair is in both parts. "
        "`Dataset.split` of the package does the same."
    )


def _parts(found: object, species: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if not isinstance(found, tuple | list) or len(found) != 2:
        raise Hint("Return two arrays of indices: `return training, testing`.")
    if any(part is ... for part in found):
        raise Hint(DOTS)
    training, testing = (np.asarray(part) for part in found)
    for part in (training, testing):
        if part.dtype == bool or part.ndim != 1 or not np.issubdtype(part.dtype, np.integer):
            raise Hint(
                f"Expected indices, whole numbers in one dimension; received {part.dtype} of shape "
                f"{part.shape}. `np.flatnonzero(mask)` turns a mask into indices."
            )
    if not np.array_equal(np.sort(np.concatenate([training, testing])), np.arange(len(species))):
        raise Hint(
            f"Every one of the {len(species)} structures should be in one part, once; yours have "
            f"{len(training)} + {len(testing)} entries, {len(set(training) & set(testing))} of "
            "them in both."
        )
    return training, testing


# --- figures ------------------------------------------------------------------------------------


def draw_images(images: np.ndarray, titles: Sequence[str]) -> Figure:
    """Fingerprints side by side, at most six in a row."""
    rows = -(-len(images) // 6)
    columns = -(-len(images) // rows)
    figure = Figure(figsize=(1.45 * columns, 1.75 * rows), layout="constrained")
    panels = np.ravel(figure.subplots(rows, columns))
    for panel, image, title in zip(panels, images, titles, strict=False):
        panel.imshow(image, "inferno", PowerNorm(0.5, 0, 1), origin="lower")
        panel.set_title(title, fontsize=9)
    for panel in panels:
        panel.set_axis_off()
    return figure


def draw_history(history: Mapping[str, Sequence[float]], title: str = "") -> Figure:
    """Loss and accuracy after each epoch, for the training and the test part.

    Parameters
    ----------
    history : ``model.fit(...).history`` of a model with the metric accuracy and validation data,
        asked every so many epochs.
    """
    figure = Figure(figsize=(8.4, 3.1), layout="constrained")
    for panel, name in zip(figure.subplots(1, 2), ("loss", "accuracy"), strict=True):
        epochs = np.arange(1, len(history[name]) + 1)
        every = len(epochs) // len(history[f"val_{name}"])
        tested = epochs[every - 1 :: every]
        marker = "o" if len(epochs) < 20 else ""
        panel.plot(epochs, history[name], "#0072B2", marker=marker, label="training part")
        panel.plot(tested, history[f"val_{name}"], "#D55E00", marker=marker, label="test part")
        chance = np.log(len(LABELS)) if name == "loss" else 1 / len(LABELS)
        panel.axhline(chance, color="0.6", linewidth=1, linestyle=":", label="guessing")
        panel.set_xlabel("epoch")
        panel.set_ylabel("cross-entropy" if name == "loss" else name)
        panel.set_ylim(0, None if name == "loss" else 1.03)
    panel.legend(fontsize=9, loc="lower right")
    figure.suptitle(title, fontsize=10)
    return figure
