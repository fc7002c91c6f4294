"""The sums behind single numbers of the network: an activation, a pooling, a class score.

In float64, from the float32 weights and activations of the network.

>>> LAYERS[:4], LAYERS[-2:]
(('conv1', 'conv2', 'pool1', 'conv3'), ('dense', 'softmax'))
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ..display import Result
from .architecture import IMAGE_SHAPE, KERNEL
from .layers import CONV_LAYERS, POOLED, Network

MAP_LAYERS = tuple(
    name for conv in CONV_LAYERS for name in (conv, POOLED.get(conv)) if name is not None
)
"""The layers that give maps, from the image on."""
LAYERS = (*MAP_LAYERS, "dense", "softmax")


@dataclass(frozen=True, eq=False, repr=False)
class PositionSum(Result):
    """How a filter of a convolution comes to its activation at one position.

    Attributes
    ----------
    inputs : (channels, 7, 7), what the filter sees there; 0 beyond the edge.
    weights : (channels, 7, 7).
    contributions : (channels,), sum of weights times inputs in each channel.
    bias : added to the sum of the contributions.
    before, after : the result before and after ReLU.
    """

    inputs: np.ndarray
    weights: np.ndarray
    contributions: np.ndarray
    bias: float
    before: float
    after: float


@dataclass(frozen=True, eq=False, repr=False)
class ScoreParts(Result):
    """How the score of one class, an input of the softmax, comes about.

    Attributes
    ----------
    bias : of the class.
    units : the dense units that contribute most, by absolute value.
    contributions : weight times activation of each of these.
    rest : the contributions of all other units together.
    score : the sum of all of them.
    """

    bias: float
    units: tuple[int, ...]
    contributions: tuple[float, ...]
    rest: float
    score: float


def seen_pixels(layer: str, place: int) -> tuple[int, int]:
    """First and last pixel, along one axis, on which a place in a layer depends.

    They may lie beyond the edge of the image, where the network sees zeros.

    >>> seen_pixels("conv1", 10), seen_pixels("pool1", 0), seen_pixels("conv3", 0)
    ((7, 13), (-6, 7), (-12, 13))
    """
    first = last = place
    for name in reversed(MAP_LAYERS[: MAP_LAYERS.index(layer) + 1]):
        if name in CONV_LAYERS:
            first, last = first - KERNEL // 2, last + KERNEL // 2
        else:
            first, last = 2 * first, 2 * last + 1
    return first, last


def receptive_field(layer: str) -> int:
    """Width in pixels of what one position of a layer sees.

    >>> [receptive_field(layer) for layer in MAP_LAYERS]
    [7, 13, 14, 26, 38, 40, 64, 88]
    """
    first, last = seen_pixels(layer, 0)
    return last - first + 1


def layer_input(layer: str, activations: Mapping[str, np.ndarray], image: np.ndarray) -> np.ndarray:
    """What a layer of maps is computed from, (channels, height, width).

    Parameters
    ----------
    activations : of :meth:`Network.activations` for `image`.
    image : (64, 64).
    """
    place = MAP_LAYERS.index(layer)
    return np.asarray(
        activations[MAP_LAYERS[place - 1]] if place else image.reshape(1, *IMAGE_SHAPE)
    )


def position_sum(
    network: Network, layer: str, number: int, row: int, column: int, signal: np.ndarray
) -> PositionSum:
    """The sum that one filter of a convolution forms at one position.

    Parameters
    ----------
    layer, number, row, column : ``conv1`` ... ``conv6``, its filter, and where.
    signal : (channels, height, width), the input of the layer (:func:`layer_input`).

    >>> from facecrystal_widgets.convnet.layers import pretrained_network
    >>> black = np.zeros((1, 64, 64), np.float32)
    >>> parts = position_sum(pretrained_network(), "conv1", 3, 0, 63, black)
    >>> parts.inputs.shape, parts.before == parts.bias
    ((1, 7, 7), True)
    """
    margin = KERNEL // 2
    padded = np.pad(signal, ((0, 0), (margin, margin), (margin, margin)))
    inputs = padded[:, row : row + KERNEL, column : column + KERNEL]
    weights = network.kernels[layer][:, :, :, number].transpose(2, 0, 1)
    contributions = (weights.astype(float) * inputs).sum(axis=(1, 2))
    bias = float(network.biases[layer][number])
    before = float(contributions.sum()) + bias
    return PositionSum(inputs, weights, contributions, bias, before, max(before, 0.0))


def pooled_block(number: int, row: int, column: int, signal: np.ndarray) -> np.ndarray:
    """The 2×2 values of which a pooling keeps the greatest.

    >>> pooled_block(0, 0, 1, np.arange(16.0).reshape(1, 4, 4)).tolist()
    [[2.0, 3.0], [6.0, 7.0]]
    """
    return signal[number, 2 * row : 2 * row + 2, 2 * column : 2 * column + 2]


def score_parts(network: Network, dense: np.ndarray, top: int = 4) -> tuple[ScoreParts, ...]:
    """The score of every class, taken apart.

    Parameters
    ----------
    dense : (128,), the activations of the dense layer.
    top : how many units are named.

    >>> from facecrystal_widgets.convnet.layers import pretrained_network
    >>> parts = score_parts(pretrained_network(), np.ones(128))[0]
    >>> total = parts.bias + sum(parts.contributions) + parts.rest
    >>> len(parts.units), bool(np.isclose(total, parts.score))
    (4, True)
    """
    products = np.asarray(dense, float)[:, None] * network.kernels["softmax"]
    result = []
    for terms, bias in zip(products.T, network.biases["softmax"].tolist(), strict=True):
        order = np.argsort(-abs(terms), kind="stable")
        most, rest = order[:top], terms[order[top:]].sum()
        result.append(
            ScoreParts(
                bias,
                tuple(most.tolist()),
                tuple(terms[most].tolist()),
                float(rest),
                float(terms.sum()) + bias,
            )
        )
    return tuple(result)


def rounded_terms(terms: Sequence[float] | np.ndarray, decimals: int) -> list[float]:
    """Terms of a sum, rounded so that they add up to the rounded sum.

    Each is rounded up or down, those that are nearest to the next number up.

    >>> rounded_terms([0.14, 0.14, 0.14], 1)
    [0.2, 0.1, 0.1]
    """
    scaled = np.asarray(terms, float) * 10**decimals
    whole = np.floor(scaled)
    missing = int(np.rint(scaled.sum()) - whole.sum())
    whole[np.argsort(whole - scaled, kind="stable")[:missing]] += 1
    return [round(float(value), decimals) for value in whole / 10**decimals]
