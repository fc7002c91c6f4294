"""Faithfulness of response maps: deletion and insertion curves, as measured.

Pixels are set to zero in the order of a map (deletion), or put into a black image in that order
(insertion), and the probability of the class that the network gave to the whole image is read after
each step. A map that shows where the network looks makes the probability fall early under deletion
and rise early under insertion. It is compared with orders that need no map: random, brightness of
the pixel, and the gradient of the class's score. (Petsiuk, Das and Saenko 2018 introduced the
curves.)
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ..convnet.weights import PRETRAINED

FILE = "faithfulness.json"
PAPER, BRIGHTNESS, RANDOM = "conv6 response", "brightness", "random"


@dataclass(frozen=True)
class Area:
    """Mean class probability along a part of a curve (the area under it, over its width).

    Attributes
    ----------
    mean : over the structures.
    gain : by how much it is better than in the order of brightness, mean over the structures: lower
        for deletion, higher for insertion.
    error : half of the 95 % interval of the gain.
    """

    mean: float
    gain: float
    error: float

    @property
    def verdict(self) -> str:
        """``"more"`` than brightness, ``"less"``, or ``"no more"``, where the interval holds 0."""
        if abs(self.gain) <= self.error:
            return "no more"
        return "more" if self.gain > 0 else "less"


@dataclass(frozen=True)
class OrderScore:
    """How the class probability changes when pixels go or come in one order.

    Attributes
    ----------
    deletion, insertion : mean probability at each of the fractions.
    deletion_early, insertion_early : while the first tenth of the pixels goes or comes.
    deletion_whole, insertion_whole : over all pixels.
    early_by_class : label to the means of `deletion_early` and `insertion_early` over its
        structures.
    """

    deletion: tuple[float, ...]
    insertion: tuple[float, ...]
    deletion_early: Area
    insertion_early: Area
    deletion_whole: Area
    insertion_whole: Area
    early_by_class: Mapping[str, tuple[float, float]]


@dataclass(frozen=True)
class Faithfulness:
    """The result of :func:`measure_faithfulness`.

    Attributes
    ----------
    network : SHA-256 of the weights (``model.npz``) that were measured.
    per_class, seed : how many defective structures of each class, and of which draw.
    fractions : parts of the pixels at which the probability was read.
    orders : name of the order to its :class:`OrderScore`.
    """

    network: str
    per_class: int
    seed: int
    fractions: tuple[float, ...]
    orders: Mapping[str, OrderScore]


@cache
def shipped_faithfulness() -> Faithfulness:
    """What was measured for the shipped network."""
    content = json.loads((PRETRAINED / FILE).read_text("utf-8"))
    del content["command"]
    orders = {
        name: OrderScore(**{key: _read(key, value) for key, value in score.items()})
        for name, score in content.pop("orders").items()
    }
    return Faithfulness(**content, orders=orders)


def _read(key: str, value: Any) -> Any:
    """A field of :class:`OrderScore` as JSON holds it."""
    if key == "early_by_class":
        return {label: tuple(means) for label, means in value.items()}
    return Area(**value) if isinstance(value, dict) else tuple(value)


def summary(result: Faithfulness | None = None) -> str:
    """In a few sentences: how far the paper's map can be trusted, by default with the shipped
    network."""
    result = result or shipped_faithfulness()
    early = {name: score.deletion_early for name, score in result.orders.items()}
    best = min(early, key=lambda name: early[name].mean)
    structures = result.per_class * len(result.orders[PAPER].early_by_class)
    sentence = (
        f"Do the maps tell the truth? Over {structures:,} defective "
        f"structures, while the first tenth of the pixels is taken away, the class probability is "
        f"on average {early[PAPER].mean:.2f} in the order of the conv6 map, "
        f"{early[BRIGHTNESS].mean:.2f} in the order of brightness and {early[RANDOM].mean:.2f} at "
        "random (lower: more faithful). "
        f"So the map points at what matters {early[PAPER].verdict} than plain brightness does"
    )
    if best == PAPER:
        return f"{sentence}; it has the lowest mean of all orders that were tried."
    return f"{sentence}; the lowest mean of all orders has {best} ({early[best].mean:.2f})."
