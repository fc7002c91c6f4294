"""A walk through the network (Figure 3): what every layer computes from this image."""

from collections.abc import Mapping
from typing import Any

import numpy as np
import traitlets

from ..convnet.architecture import DENSE, DROPOUT, IMAGE_SHAPE, KERNEL
from ..convnet.decomposition import (
    LAYERS,
    MAP_LAYERS,
    layer_input,
    pooled_block,
    position_sum,
    receptive_field,
    rounded_terms,
    score_parts,
    seen_pixels,
)
from ..convnet.layers import CONV_LAYERS, Network, pretrained_network
from ..crystals.classes import CLASSES
from ..diffraction.fingerprint import Fingerprint
from ..session.session import Session
from .panel import Panel, heading
from .view import SeenView, bundle, float32_bytes

DECIMALS = 4
"""Of numbers that the reader can add up."""
STRONGEST_UNITS = 8
"""Units in the table of the dense layer."""
PIXELS = IMAGE_SHAPE[0]


class LayersView(SeenView):
    """The network as a drawing, and one layer of it at a time.

    The page writes `layer`, `filter`, `position` and `order`, and draws the kernel's answer,
    `shown`. Pictures travel as binary; the browser colours them.
    """

    _esm = bundle("layers.js")
    _css = bundle("layers.css")

    layer = traitlets.Enum(LAYERS, LAYERS[0]).tag(sync=True)
    filter = traitlets.Any(None).tag(sync=True)
    """Number of the filter that is open; None: the strongest."""
    position: Any = traitlets.Any(None).tag(sync=True)
    """[row, column] in its map; None: the strongest."""
    order = traitlets.Enum(("number", "strength"), "number").tag(sync=True)

    network: Any = traitlets.List().tag(sync=True)
    """The layers, for the drawing."""
    classes: Any = traitlets.List([[c.label, c.symbol, c.colour] for c in CLASSES]).tag(sync=True)
    shown = traitlets.Dict().tag(sync=True)
    """The layer's numbers and text; empty until the view is seen."""
    image = traitlets.Bytes(b"").tag(sync=True)
    """The fingerprint, as indices 0 … 255 into the colour table."""
    maps = traitlets.Bytes(b"").tag(sync=True)
    """All maps of the layer, likewise."""
    values = traitlets.Bytes(b"").tag(sync=True)
    """float32: the open filter's map, or the activations of the dense layer."""
    weights = traitlets.Bytes(b"").tag(sync=True)
    """float32 (channels, 7, 7), of the open filter."""
    inputs = traitlets.Bytes(b"").tag(sync=True)
    """float32 (channels, 7, 7), what it sees at the position."""


class LayersPanel(Panel):
    """The activations of a layer, filter by filter, the weights, and the sums behind a number."""

    hook = "fcw-walk"

    def __init__(self, session: Session | None = None) -> None:
        super().__init__(session)
        self.network = pretrained_network()
        self.view = LayersView()
        self.children = (heading("a walk through the network"), self.view)
        self._activations: Mapping[str, np.ndarray] = {}
        self._image = np.zeros(IMAGE_SHAPE, np.float32)
        self._draw_network(self.network)
        self.watch(self._draw_network, "network", view=self.view)
        self.watch(self.show, "activations", "fingerprint", view=self.view)
        self._shown_choice: tuple[object, ...] = ()
        self.view.observe(self._choose, ("layer", "filter", "position"))

    def _draw_network(self, network: Network) -> None:
        self.network = network
        self.view.network = [_drawing(name, network) for name in LAYERS]

    def show(self, activations: Mapping[str, np.ndarray], fingerprint: Fingerprint) -> None:
        """Show another image's activations, by layer."""
        self._activations, self._image = activations, fingerprint.image
        self._show_layer()

    def _choose(self, _: object) -> None:
        """One message changes up to three traits, which are notified one by one; answer it once."""
        if self._activations and self._choice() != self._shown_choice:
            self._show_layer()

    def _choice(self) -> tuple[object, ...]:
        return self.view.layer, self.view.filter, self.view.position

    def _show_layer(self) -> None:
        self._shown_choice = self._choice()
        layer = self.view.layer
        show = {"dense": self._dense, "softmax": self._softmax}.get(layer, self._maps)
        sent: dict[str, Any] = {"maps": b"", "values": b"", "weights": b"", "inputs": b""}
        sent |= show(layer)
        sent["image"] = _shades(self._image)
        with self.view.hold_sync():
            for name, value in sent.items():
                setattr(self.view, name, value)

    def _maps(self, layer: str) -> dict[str, Any]:
        """A convolution or a pooling: its maps, and one of them in full."""
        maps = self._activations[layer]
        sums, tops = maps.sum(axis=(1, 2)), maps.max(axis=(1, 2))
        strongest = int(sums.argmax())
        (number,), note = _checked(f"filter of {layer}", self.view.filter, (len(maps),), strongest)
        here = maps[number]
        (row, column), elsewhere = _checked(
            f"position in {layer}", self.view.position, here.shape, int(here.argmax())
        )
        seen = [np.clip(seen_pixels(layer, p), 0, PIXELS - 1).tolist() for p in (row, column)]
        signal = layer_input(layer, self._activations, self._image)
        shown = {
            "layer": layer,
            "size": len(here),
            "words": _explanation(layer, self.network),
            "sums": sums.tolist(),
            "tops": tops.tolist(),
            "strongest": strongest if sums.any() else None,
            "filter": number,
            "row": row,
            "column": column,
            "seen": seen,
            "note": " ".join(filter(None, (note, elsewhere))),
        }
        pictures = {"maps": _shades(maps), "values": float32_bytes(here)}
        if layer in CONV_LAYERS:
            steps = position_sum(self.network, layer, number, row, column, signal)
            *channels, bias = rounded_terms([*steps.contributions, steps.bias], DECIMALS)
            before = round(sum(channels) + bias, DECIMALS)
            shown |= {
                "channels": channels,
                "weighted": round(sum(channels), DECIMALS),
                "bias": bias,
                "before": before,
                "after": max(before, 0.0),
            }
            pictures |= {
                "weights": float32_bytes(steps.weights),
                "inputs": float32_bytes(steps.inputs),
            }
        else:
            shown["block"] = pooled_block(number, row, column, signal).tolist()
        return {"shown": shown, **pictures}

    def _dense(self, layer: str) -> dict[str, Any]:
        """The 128 activations, and the weights of the strongest on the classes."""
        active = self._activations[layer]
        weights = self.network.kernels["softmax"]
        order = np.argsort(-active, kind="stable")[:STRONGEST_UNITS].tolist()
        shown = {
            "layer": layer,
            "words": _explanation(layer, self.network),
            "active": int((active > 0).sum()),
            "pushes": weights.argmax(axis=1).tolist(),
            "units": [
                {"unit": u, "active": float(active[u]), "weights": weights[u].tolist()}
                for u in order
                if active[u] > 0
            ],
        }
        return {"shown": shown, "values": float32_bytes(active)}

    def _softmax(self, layer: str) -> dict[str, Any]:
        """Score, exponential and probability of each class, and the terms of the score."""
        active = self._activations["dense"]
        parts = score_parts(self.network, active)
        scores = np.array([part.score for part in parts])
        exponentials = np.exp(scores - scores.max())
        rows = []
        for i, part in enumerate(parts):
            bias, *products, rest = rounded_terms(
                [part.bias, *part.contributions, part.rest], DECIMALS
            )
            weights = self.network.kernels[layer][:, i]
            rows.append(
                {
                    "score": round(part.score, DECIMALS),
                    "exponential": float(exponentials[i]),
                    "probability": float(exponentials[i] / exponentials.sum()),
                    "bias": bias,
                    "terms": [
                        {
                            "unit": u,
                            "active": float(active[u]),
                            "weight": float(weights[u]),
                            "product": p,
                        }
                        for u, p in zip(part.units, products, strict=True)
                    ],
                    "rest": rest,
                }
            )
        shown = {
            "layer": layer,
            "words": _explanation(layer, self.network),
            "rows": rows,
            "sum": float(exponentials.sum()),
            "units": len(active),
        }
        return {"shown": shown}


def _checked(
    name: str, index: Any, shape: tuple[int, ...], strongest: int
) -> tuple[tuple[int, ...], str]:
    """An index that the page sent, checked against the array's shape.

    Returns
    -------
    The index, and ``""``; if it is None or wrong, that of the strongest element (given as a flat
    index), and what is wrong with it.
    """
    default = tuple(map(int, np.unravel_index(strongest, shape)))
    if index is None:
        return default, ""
    numbers = tuple(index) if isinstance(index, (list, tuple)) else (index,)
    whole = len(numbers) == len(shape) and all(type(number) is int for number in numbers)
    if whole and all(0 <= n < limit for n, limit in zip(numbers, shape, strict=True)):
        return numbers, ""
    ranges = " and ".join(f"0 to {limit - 1}" for limit in shape)
    received = str(index)[:40]
    return default, f"{name}: expected {ranges}, received {received}; the strongest is shown."


def _shades(array: np.ndarray) -> bytes:
    """Indices 0 … 255 into a colour table, by the square root, so that faint spots show beside
    bright ones; the greatest value has the last colour."""
    top = float(array.max()) or 1.0
    return np.rint(255 * np.sqrt(np.clip(array / top, 0, 1))).astype(np.uint8).tobytes()


def _drawing(layer: str, network: Network) -> dict[str, Any]:
    """A layer in the drawing of the network."""
    if layer in MAP_LAYERS:
        passed = LAYERS[: LAYERS.index(layer) + 1]
        last = [name for name in passed if name in CONV_LAYERS][-1]
        kind = "convolution" if layer == last else "pooling"
        count, size = len(network.biases[last]), PIXELS >> sum(n not in CONV_LAYERS for n in passed)
        shape = f"{count} maps of {size} × {size}"
    else:
        kind, count, size = layer, len(network.biases[layer]), 1
        shape = f"{count} {'units' if layer == 'dense' else 'classes'}"
    weights = [part[layer].size for part in (network.kernels, network.biases) if layer in part]
    return {
        "name": layer,
        "kind": kind,
        "count": count,
        "size": size,
        "shape": shape,
        "parameters": sum(weights),
    }


def _explanation(layer: str, network: Network) -> str:
    """What a layer does, and how much of the image one position sees."""
    if layer == "softmax":
        return (
            f"Each class adds up the {DENSE} dense activations with its own weights: its score z. "
            "The exponentials of the scores, divided by their sum, are the probabilities."
        )
    if layer == "dense":
        inputs = len(network.kernels[layer])
        return (
            f"All positions of all maps at once: each of {DENSE} units weighs all {inputs:,} "
            f"numbers of {MAP_LAYERS[-1]}, negative becomes 0 (ReLU). Dropout silences "
            f"{100 * DROPOUT:.0f} % of them at random, only in training."
        )
    field = receptive_field(layer)
    if field >= PIXELS:
        room = "from the middle it sees the whole image, from an edge about half of it"
    elif field >= PIXELS / 2:
        room = "room for an arrangement of spots"
    else:
        room = "room for " + ("single spots" if field < PIXELS / 4 else "a spot and its neighbours")
    reach = f"{field} × {field} of the {PIXELS} × {PIXELS} pixels: {room}"
    if field > PIXELS:
        reach = f"{field} × {field} pixels, more than the image has: {room}"
    if layer not in CONV_LAYERS:
        return (
            "Of every 2 × 2 values the greatest is kept: half as many rows and columns, and a spot "
            f"may shift a little without a difference. One position sees {reach}."
        )
    channels = network.kernels[layer].shape[2]
    place = MAP_LAYERS.index(layer)
    below = f"all {channels} maps of {MAP_LAYERS[place - 1]}" if place else "the image"
    return (
        f"Each filter slides a pattern of {KERNEL} × {KERNEL} weights over {below} and is bright "
        f"where it matches. One position sees {reach}."
    )
