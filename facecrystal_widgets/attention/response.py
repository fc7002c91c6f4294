"""Attentive response maps by back-projection into image space (Results, Figure 5).

The forward pass runs in test mode; the filters of a layer are ranked by the sum of their activation
over all positions. For each, all other maps are set to zero and the signal goes back to the image
through transposed convolutions with the same kernels and no bias. At each lower layer only what
was active on the way forward and is positive on the way back passes (the guided rule).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from ..arguments import check_whole_number
from ..convnet.layers import (
    CONV_LAYERS,
    POOLED,
    Network,
    convolve_transposed,
    pretrained_network,
    unpool,
    upsample,
)
from ..crystals.classes import COLOURS, LABELS
from ..diffraction.fingerprint import Fingerprint
from ..display import RED_BLUE, Result, bars, heading, notes, picture, png

STARTS = ("strongest", "all")
"""Where a filter's signal starts: its strongest position, as in the paper, or all positions."""
UNPOOLINGS = ("upsample", "switches")
"""How a max-pooling is undone: each value to its four pixels, as in the paper, or back to the one
that was the greatest."""

SIGNS = "red adds to the signal, blue takes from it"
SHOWN = 8
"""Filters of a response that a notebook shows."""
BLACK = "The image is black: there is nothing to look at."


@dataclass(frozen=True, eq=False, repr=False)
class AttentiveResponse(Result):
    """Response maps of the filters of one layer for one image.

    Attributes
    ----------
    layer : ``conv1`` ... ``conv6``.
    filters : the most activated filters of the layer, strongest first, or the requested ones.
    activations : sum of the activation of each over all positions.
    maps : (len(filters), 64, 64) float32, a map for each filter; negative values inhibit.
    total : (64, 64) float32, the sum of these maps; of all filters of conv6 (``top=None``) it is
        what Figure 5b shows.
    label, probability : the class that the network gives the image.
    note : remark on the maps; mostly empty.
    """

    layer: str
    filters: tuple[int, ...]
    activations: tuple[float, ...]
    maps: np.ndarray
    total: np.ndarray
    label: str
    probability: float
    note: str

    def _repr_html_(self) -> str:
        title = f"Response maps of {self.layer}"
        line = f"{self.label} {self.probability:.3f}; {SIGNS}"
        pictures = [_picture(self.total, f"sum of {len(self.filters)} filters")]
        for number, activation, values in zip(
            self.filters[:SHOWN], self.activations, self.maps, strict=False
        ):
            pictures.append(_picture(values, f"filter {number}, activation {activation:.3g}"))
        rest = len(self.filters) - SHOWN
        remarks = [self.note, f"and {rest} more filters" if rest > 0 else ""]
        return heading(title, line) + "".join(pictures) + notes([text for text in remarks if text])


@dataclass(frozen=True, eq=False, repr=False)
class ClassResponse(Result):
    """The class that each pixel supports most (CLEAR: Kumar, Wong and Taylor 2017).

    Attributes
    ----------
    maps : (classes, 64, 64) float32, the back-projection of each class's score.
    strongest : (64, 64) int, index of the class whose map is greatest at the pixel.
    strength : (64, 64) float32, that map's value; 0 where none is positive.
    note : remark on the maps; mostly empty.
    labels : classes of the maps, in their order.
    """

    maps: np.ndarray
    strongest: np.ndarray
    strength: np.ndarray
    note: str
    labels: tuple[str, ...] = LABELS

    @property
    def shares(self) -> dict[str, float]:
        """Part of the whole strength in favour of each class, 0 to 1."""
        sums = np.bincount(self.strongest.ravel(), self.strength.ravel(), len(self.labels))
        return dict(zip(self.labels, (sums / (sums.sum() or 1.0)).tolist(), strict=True))

    def _repr_html_(self) -> str:
        pictures = (_picture(m, label) for label, m in zip(self.labels, self.maps, strict=True))
        shares = bars(self.shares, COLOURS)
        remarks = notes([self.note] if self.note else [])
        return heading("Response maps of the classes", SIGNS) + "".join(pictures) + shares + remarks


def _picture(values: np.ndarray, caption: str) -> str:
    """A map on a scale of its own, white at zero."""
    limit = float(np.abs(values).max())
    return picture(png(values, RED_BLUE, -limit, limit, zoom=2), f"Map: {caption}", caption, 128)


def attentive_response(
    image: Fingerprint,
    layer: str = "conv6",
    top: int | None = 4,
    *,
    filters: Sequence[int] | None = None,
    start: str = "strongest",
    unpooling: str = "upsample",
    network: Network | None = None,
) -> AttentiveResponse:
    """Attentive response maps of the most activated filters of a layer.

    Parameters
    ----------
    image : a fingerprint of 64×64 pixels.
    layer : ``conv1`` ... ``conv6``.
    top : how many filters, 1 to the number of filters in the layer (32, 16, 12, 12, 8, 8), or None
        for all of them.
    filters : numbers of filters, from 0, instead of the `top` ones.
    start : ``"strongest"`` position of each filter, or ``"all"`` positions.
    unpooling : ``"upsample"`` or ``"switches"``.
    network : by default the shipped one.

    Raises
    ------
    ValueError
        for an unknown layer, filter or option, a `top` beyond the layer, or an unusable image.

    >>> from facecrystal_widgets import fingerprint, prototype
    >>> maps = attentive_response(fingerprint(prototype("fcc", "Cu")), layer="conv3", top=2)
    >>> maps.label, maps.maps.shape, maps.total.shape
    ('fcc', (2, 64, 64), (64, 64))
    """
    _check_options(layer=(layer, CONV_LAYERS), start=(start, STARTS))
    _check_options(unpooling=(unpooling, UNPOOLINGS))
    network = network or pretrained_network()
    pixels = _pixels(image)
    activations = network.activations(pixels)
    active = activations[layer]
    sums = active.sum(axis=(1, 2))
    chosen = _chosen(layer, sums, top, filters)
    maps = np.zeros((len(chosen), *pixels.shape), np.float32)
    note = _remark(layer, pixels, sums)
    for place, number in enumerate(chosen):
        if not note and sums[number] > 0:
            signal = np.zeros_like(active)
            here = active[number]
            signal[number] = here if start == "all" else here * _strongest(here)
            maps[place] = _to_image(signal, layer, activations, network, unpooling)
    best = int(activations["softmax"].argmax())
    return AttentiveResponse(
        layer=layer,
        filters=tuple(chosen),
        activations=tuple(sums[chosen].tolist()),
        maps=maps,
        total=maps.sum(axis=0),
        label=network.labels[best],
        probability=float(activations["softmax"][best]),
        note=note,
    )


def _remark(layer: str, pixels: np.ndarray, sums: np.ndarray) -> str:
    """Why there is nothing to show, or an empty text."""
    if not pixels.any():
        return BLACK
    return "" if sums.any() else f"No filter of {layer} is active for this image: nothing to show."


def _check_options(**options: tuple[object, tuple[str, ...]]) -> None:
    """A ValueError for the first option whose value is none of its choices."""
    for name, (value, choices) in options.items():
        if not isinstance(value, str) or value not in choices:
            raise ValueError(f"{name}: expected one of {', '.join(choices)}, received {value!r}")


def _chosen(
    layer: str, sums: np.ndarray, top: int | None, filters: Sequence[int] | None
) -> list[int]:
    """Numbers of the requested filters."""
    if filters is not None:
        if isinstance(filters, str) or not isinstance(filters, Iterable):
            raise ValueError(f"filters: expected numbers such as (0, 3), received {filters!r}")
        return [check_whole_number(f"filter of {layer}", f, 0, len(sums) - 1) for f in filters]
    top = len(sums) if top is None else check_whole_number("top", top, 1, len(sums))
    order: list[int] = np.argsort(-sums, kind="stable")[:top].tolist()
    return order


def class_response(image: Fingerprint, network: Network | None = None) -> ClassResponse:
    """Back-projection of every class's score through the dense layers to the image.

    Parameters
    ----------
    image : a fingerprint of 64×64 pixels.
    network : by default the shipped one.

    >>> from facecrystal_widgets import fingerprint, prototype
    >>> class_response(fingerprint(prototype("sc", "Po"))).maps.shape
    (4, 64, 64)
    """
    network = network or pretrained_network()
    pixels = _pixels(image)
    activations = network.activations(pixels)
    last = CONV_LAYERS[-1]
    maps = np.zeros((len(network.labels), *pixels.shape), np.float32)
    black = not pixels.any()
    for number in () if black else range(len(network.labels)):
        dense = _guided(network.kernels["softmax"][:, number], activations["dense"])
        signal = _guided(
            _unflatten(network.kernels["dense"] @ dense, activations[last]), activations[last]
        )
        maps[number] = _to_image(signal, last, activations, network, "upsample")
    strongest = maps.argmax(axis=0)
    strength = np.maximum(maps.max(axis=0), 0)
    return ClassResponse(maps, strongest, strength, BLACK if black else "", network.labels)


def input_gradient(
    image: Fingerprint, label: str | None = None, network: Network | None = None
) -> np.ndarray:
    """Derivative of a class's score (the input of the softmax) by every pixel, (64, 64) float32.

    The plain gradient of the network: what the maps are compared with (:mod:`.faithfulness`).

    Parameters
    ----------
    image : a fingerprint of 64×64 pixels.
    label : the class; by default the one the network gives the image.
    network : by default the shipped one.
    """
    network = network or pretrained_network()
    if label is not None and label not in network.labels:
        raise ValueError(f"label: expected one of {', '.join(network.labels)}, received {label!r}")
    pixels = _pixels(image)
    activations = network.activations(pixels)
    number = int(activations["softmax"].argmax()) if label is None else network.labels.index(label)
    dense = _active(network.kernels["softmax"][:, number], activations["dense"])
    last = CONV_LAYERS[-1]
    signal = _active(
        _unflatten(network.kernels["dense"] @ dense, activations[last]), activations[last]
    )
    return _to_image(signal, last, activations, network, "switches", passing=_active)


def _pixels(image: Fingerprint) -> np.ndarray:
    if not isinstance(image, Fingerprint):
        raise TypeError(
            f"image: expected a Fingerprint, received {type(image).__name__}; make one with "
            "fingerprint(atoms)"
        )
    return np.asarray(image.image)


def _strongest(active: np.ndarray) -> np.ndarray:
    """True at the first of the strongest positions alone."""
    return np.arange(active.size).reshape(active.shape) == active.argmax()


def _unflatten(flat: np.ndarray, like: np.ndarray) -> np.ndarray:
    """Inputs of the dense layer, channels last, as (filters, height, width)."""
    filters, height, width = like.shape
    return np.asarray(flat.reshape(height, width, filters).transpose(2, 0, 1))


def _guided(signal: np.ndarray, active: np.ndarray) -> np.ndarray:
    """The positive part of a signal where the layer was active, zero elsewhere."""
    return np.where((active > 0) & (signal > 0), signal, 0).astype(np.float32)


def _active(signal: np.ndarray, active: np.ndarray) -> np.ndarray:
    """The signal where the layer was active, zero elsewhere: the derivative of ReLU."""
    return np.where(active > 0, signal, 0).astype(np.float32)


def _to_image(
    signal: np.ndarray,
    layer: str,
    activations: dict[str, np.ndarray],
    network: Network,
    unpooling: str,
    passing: Callable[[np.ndarray, np.ndarray], np.ndarray] = _guided,
) -> np.ndarray:
    """Carry a signal at the output of a layer back to the image, (64, 64)."""
    for name in reversed(CONV_LAYERS[: CONV_LAYERS.index(layer) + 1]):
        signal = convolve_transposed(signal, network.kernels[name])
        if name == CONV_LAYERS[0]:
            break
        below = CONV_LAYERS[CONV_LAYERS.index(name) - 1]
        if below in POOLED:
            signal = (
                upsample(signal) if unpooling == "upsample" else unpool(signal, activations[below])
            )
        signal = passing(signal, activations[below])
    return np.asarray(signal[0])
