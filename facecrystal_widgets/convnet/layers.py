"""The network of Table 1 layer by layer, in NumPy: every activation, and the way back.

Signals are channels first, (channels, height, width): a convolution is then one matrix product over
seven shifted rows, followed by seven additions, which takes 4 ms for all six (docs/decisions/0009).
"""

import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import MappingProxyType

import numpy as np

from ..crystals.classes import LABELS
from ..display import Result
from .architecture import CONVOLUTIONS
from .runtime import check_images
from .weights import PRETRAINED, read_model

CONV_LAYERS = tuple(f"conv{i}" for i in range(1, len(CONVOLUTIONS) + 1))
POOLED = {"conv2": "pool1", "conv4": "pool2"}
"""Convolutions that are followed by a max-pooling."""


@dataclass(frozen=True, eq=False, repr=False)
class Network(Result):
    """Trained weights; read-only arrays.

    Attributes
    ----------
    kernels : layer name to kernel: convolutions (7, 7, channels in, filters), dense (2048, 128),
        softmax (128, classes).
    biases : layer name to bias, (filters,).
    labels : classes of the outputs, in their order.
    """

    kernels: Mapping[str, np.ndarray]
    biases: Mapping[str, np.ndarray]
    labels: tuple[str, ...] = LABELS

    def activations(self, image: np.ndarray) -> dict[str, np.ndarray]:
        """Outputs of every layer for one image, in test mode (no dropout).

        Parameters
        ----------
        image : (64, 64) in [0, 1].

        Returns
        -------
        ``conv1`` ... ``conv6`` after ReLU and ``pool1``, ``pool2``: (filters, height, width);
        ``dense`` (128,) after ReLU; ``scores`` (classes,), the inputs of the softmax;
        ``softmax`` (classes,).
        """
        signal = check_images(np.asarray(image)[None])
        outputs = {}
        for layer in CONV_LAYERS:
            signal = convolve(signal, self.kernels[layer]) + self.biases[layer][:, None, None]
            outputs[layer] = signal = np.maximum(signal, 0)
            if layer in POOLED:
                outputs[POOLED[layer]] = signal = _blocks(signal).max(axis=-1)
        flat = signal.transpose(1, 2, 0).ravel()
        outputs["dense"] = np.maximum(flat @ self.kernels["dense"] + self.biases["dense"], 0)
        scores = outputs["dense"] @ self.kernels["softmax"] + self.biases["softmax"]
        exponentials = np.exp(scores - scores.max())
        return {**outputs, "scores": scores, "softmax": exponentials / exponentials.sum()}


def load_network(folder: str | Path = PRETRAINED) -> Network:
    """The weights in ``model.npz`` of an exported network.

    >>> load_network().kernels["conv1"].shape
    (7, 7, 1, 32)
    """
    content, card = read_model(Path(folder), "model.npz")
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    for array in arrays.values():
        array.flags.writeable = False
    kernels, biases = (
        MappingProxyType({n.split("/")[0]: a for n, a in arrays.items() if n.endswith(f"/{part}")})
        for part in ("kernel", "bias")
    )
    return Network(kernels, biases, tuple(card["labels"]))


@cache
def pretrained_network() -> Network:
    """The shipped weights, loaded once."""
    return load_network()


def convolve(signal: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Convolution as networks mean it (cross-correlation), 'same' padding, stride 1.

    Parameters
    ----------
    signal : (channels, height, width).
    kernel : (size, size, channels, filters), odd size.

    Returns
    -------
    (filters, height, width).
    """
    size, _, channels, filters = kernel.shape
    _, height, width = signal.shape
    margin = size // 2
    padded = np.pad(signal, ((0, 0), (margin, margin), (margin, margin)))
    shifted = np.stack([padded[:, :, dx : dx + width] for dx in range(size)], axis=1)
    rows = kernel.transpose(0, 3, 2, 1).reshape(size * filters, channels * size)
    products = (rows @ shifted.reshape(channels * size, -1)).reshape(size, filters, -1, width)
    result = products[0, :, :height].copy()
    for dy in range(1, size):
        result += products[dy, :, dy : dy + height]
    return np.asarray(result)


def convolve_transposed(signal: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """The adjoint of :func:`convolve` with the same kernel: (filters, ...) to (channels, ...).

    A signal that starts at one position of one filter is mostly zero: only the filters and the part
    of the plane that are not are worked on.
    """
    _, height, width = signal.shape
    result = np.zeros((kernel.shape[2], height, width), signal.dtype)
    filters, *box = (np.flatnonzero(signal.any(axis=axes)) for axes in ((1, 2), (0, 2), (0, 1)))
    if filters.size:
        margin = kernel.shape[0] // 2
        y, x = (slice(max(places[0] - margin, 0), places[-1] + margin + 1) for places in box)
        backward = kernel[::-1, ::-1, :, filters].transpose(0, 1, 3, 2)
        result[:, y, x] = convolve(signal[filters][:, y, x], backward)
    return result


def upsample(signal: np.ndarray) -> np.ndarray:
    """Undo a pooling by giving each value to its four pixels."""
    return signal.repeat(2, axis=1).repeat(2, axis=2)


def unpool(signal: np.ndarray, before: np.ndarray) -> np.ndarray:
    """Undo a pooling by giving each value back to the pixel that was the greatest of the four.

    Parameters
    ----------
    signal : (filters, height, width).
    before : what was pooled, (filters, 2 height, 2 width).
    """
    filters, height, width = signal.shape
    blocks = np.zeros((filters, height, width, 4), signal.dtype)
    places = _blocks(before).argmax(axis=-1)[..., None]
    np.put_along_axis(blocks, places, signal[..., None], axis=-1)
    pixels = blocks.reshape(filters, height, width, 2, 2).transpose(0, 1, 3, 2, 4)
    return pixels.reshape(filters, 2 * height, 2 * width)


def _blocks(signal: np.ndarray) -> np.ndarray:
    """(filters, height, width) to (filters, height / 2, width / 2, 4)."""
    filters, height, width = signal.shape
    pixels = signal.reshape(filters, height // 2, 2, width // 2, 2).transpose(0, 1, 3, 2, 4)
    return pixels.reshape(filters, height // 2, width // 2, 4)
