"""Do the maps tell the truth? Deletion and insertion curves.

Pixels are set to zero in the order of a map (deletion), or put into a black image in that order
(insertion), and the probability of the class that the network gave to the whole image is read after
each step. A map that shows where the network looks makes the probability fall early under deletion
and rise early under insertion. It is compared with orders that need no map: random, brightness of
the pixel, and the gradient of the class's score. (Petsiuk, Das and Saenko 2018 introduced the
curves.)
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from functools import cache, partial
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

from ..arguments import check_whole_number
from ..classes import LABELS
from ..convnet.classifier import PRETRAINED, Classifier, check_images, pretrained
from ..datasets import defective_label, defective_structure
from ..diffraction.fingerprint import Fingerprint, fingerprint
from .network import CONV_LAYERS, Network, load_network
from .response import attentive_response, class_response, input_gradient

FILE = "faithfulness.json"
FRACTIONS = np.linspace(0, 1, 33) ** 2
"""Parts of the pixels at which the probability is read: closer together where little is changed."""
PAPER, BRIGHTNESS, RANDOM = "conv6 response", "brightness", "random"


def _response(image: Fingerprint, network: Network, **options: Any) -> np.ndarray:
    return attentive_response(image, CONV_LAYERS[-1], None, network=network, **options).total


def _class_map(image: Fingerprint, network: Network) -> np.ndarray:
    best = int(network.activations(image.image)["softmax"].argmax())
    return class_response(image, network).maps[best]


def _gradient(image: Fingerprint, network: Network) -> np.ndarray:
    return input_gradient(image, network=network)


ORDERS: Mapping[str, Callable[[Fingerprint, Network], np.ndarray]] = {
    PAPER: _response,
    "conv6 response, all positions": partial(_response, start="all"),
    "conv6 response, switches": partial(_response, unpooling="switches"),
    "class response (CLEAR)": _class_map,
    BRIGHTNESS: lambda image, _: image.image,
    "gradient": lambda image, network: np.abs(_gradient(image, network)),
    "gradient × image": lambda image, network: _gradient(image, network) * image.image,
    RANDOM: lambda image, _: np.zeros_like(image.image),  # all pixels alike: drawn
}
"""Name to the map by which pixels are ordered, the greatest first; equal ones in random order."""


@dataclass(frozen=True)
class OrderScore:
    """How the class probability changes when pixels go or come in one order.

    Attributes
    ----------
    deletion, insertion : mean probability at each of the fractions.
    deletion_area, insertion_area : mean area under these curves over the fraction of pixels, 0 to
        1; a faithful order has a small one for deletion, a large one for insertion.
    deletion_gain, insertion_gain : by how much that is better than the order of brightness, mean
        over the structures.
    deletion_error, insertion_error : half of the 95 % interval of that gain.
    """

    deletion: tuple[float, ...]
    insertion: tuple[float, ...]
    deletion_area: float
    insertion_area: float
    deletion_gain: float
    insertion_gain: float
    deletion_error: float
    insertion_error: float


@dataclass(frozen=True)
class Faithfulness:
    """The result of :func:`measure_faithfulness`.

    Attributes
    ----------
    per_class, seed : how many defective structures of each class, and of which draw.
    fractions : parts of the pixels at which the probability was read.
    orders : name of the order to its :class:`OrderScore`.
    """

    per_class: int
    seed: int
    fractions: tuple[float, ...]
    orders: Mapping[str, OrderScore]


def curves(
    image: Fingerprint,
    order: np.ndarray,
    classifier: Classifier | None = None,
    fractions: np.ndarray = FRACTIONS,
) -> tuple[np.ndarray, np.ndarray]:
    """Deletion and insertion curve of one image.

    Parameters
    ----------
    image : a fingerprint of 64×64 pixels.
    order : (4096,) numbers of the pixels, row by row, each once.
    classifier : by default the shipped network.
    fractions : parts of the pixels, 0 to 1.

    Returns
    -------
    Probability of the class of the whole image, with the first pixels of the order removed, and
    with only those present; two arrays of the length of `fractions`.
    """
    whole = check_images(image.image[None])[0].ravel()
    if sorted(np.asarray(order).tolist()) != list(range(whole.size)):
        raise ValueError(f"order: expected each number from 0 to {whole.size - 1} once")
    rank = np.empty(whole.size, int)
    rank[order] = np.arange(whole.size)
    first = rank < np.round(np.asarray(fractions) * whole.size)[:, None]
    images = np.concatenate([whole[None], whole * ~first, whole * first])
    found = (classifier or pretrained()).probabilities(images.reshape(-1, *image.image.shape))
    probability = found[1:, found[0].argmax()]
    return probability[: len(first)], probability[len(first) :]


def pixel_order(values: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Numbers of the pixels, those of the greatest value first, equal ones in random order."""
    flat = values.ravel()
    return np.lexsort((rng.random(flat.size), -flat))


def measure_faithfulness(
    per_class: int = 200,
    seed: int = 2,
    folder: Path = PRETRAINED,
    n_jobs: int = -1,
    progress: Callable[[Iterable[Any]], Iterable[Any]] = iter,
) -> Faithfulness:
    """Curves of all orders for a network, over defective structures drawn as in the paper.

    Parameters
    ----------
    per_class : structures of each of the four classes.
    seed : of the draw; the same seed gives the same result, however many processes work.
    folder : of the exported network; by default the shipped one.
    progress : wraps the iterator over the structures, e.g. ``tqdm`` with its total set.
    """
    per_class = check_whole_number("per_class", per_class, 2, 100_000)
    from joblib import Parallel, delayed

    tasks = (delayed(_rows)(index, seed, folder) for index in _chosen(per_class, seed))
    rows = Parallel(n_jobs=n_jobs, return_as="generator")(tasks)
    # structure, order, deletion or insertion, fraction
    found = np.array(list(progress(rows)))
    areas = np.trapezoid(found, FRACTIONS, axis=-1)
    gains = areas - areas[:, [list(ORDERS).index(BRIGHTNESS)]]
    errors = 1.96 * gains.std(axis=0, ddof=1) / np.sqrt(len(gains))
    mean, area, gain = found.mean(axis=0), areas.mean(axis=0), gains.mean(axis=0)
    return Faithfulness(
        per_class=per_class,
        seed=seed,
        fractions=tuple(FRACTIONS.tolist()),
        orders={
            name: OrderScore(
                deletion=tuple(mean[i, 0].tolist()),
                insertion=tuple(mean[i, 1].tolist()),
                deletion_area=float(area[i, 0]),
                insertion_area=float(area[i, 1]),
                deletion_gain=float(-gain[i, 0]),
                insertion_gain=float(gain[i, 1]),
                deletion_error=float(errors[i, 0]),
                insertion_error=float(errors[i, 1]),
            )
            for i, name in enumerate(ORDERS)
        },
    )


def _chosen(per_class: int, seed: int) -> list[int]:
    """Numbers of the first defective structures of the draw, as many of each class."""
    wanted = dict.fromkeys(LABELS, per_class)
    chosen = []
    for index in count():
        label = defective_label(index, seed)
        if wanted[label]:
            wanted[label] -= 1
            chosen.append(index)
        if not any(wanted.values()):
            return chosen
    raise AssertionError("count() has no end")


@cache
def _model(folder: Path) -> tuple[Classifier, Network]:
    return Classifier(folder), load_network(folder)


def _rows(index: int, seed: int, folder: Path) -> np.ndarray:
    """(order, deletion or insertion, fraction) of one defective structure."""
    classifier, network = _model(folder)
    image = fingerprint(defective_structure(index, seed)[0])
    rng = np.random.default_rng([seed, 5, index])
    found = [
        curves(image, pixel_order(order(image, network), rng), classifier)
        for order in ORDERS.values()
    ]
    return np.array(found)


def save_faithfulness(result: Faithfulness, path: Path, command: str) -> None:
    """Write it as JSON, with the command that made it."""
    content = {"command": command, **asdict(result)}
    path.write_text(json.dumps(content, indent=1) + "\n", "utf-8")


@cache
def shipped_faithfulness() -> Faithfulness:
    """What was measured for the shipped network."""
    content = json.loads((PRETRAINED / FILE).read_text("utf-8"))
    del content["command"]
    orders = {name: OrderScore(**score) for name, score in content.pop("orders").items()}
    return Faithfulness(**content, orders=orders)


def summary(result: Faithfulness | None = None) -> str:
    """In one or two sentences: how far the paper's map can be trusted, by default with the shipped
    network."""
    result = result or shipped_faithfulness()
    map_, bright, chance = (result.orders[name] for name in (PAPER, BRIGHTNESS, RANDOM))
    half = {
        name: _half_life(result.fractions, score)
        for name, score in ((PAPER, map_), (BRIGHTNESS, bright), (RANDOM, chance))
    }
    best = min(result.orders, key=lambda name: result.orders[name].deletion_area)
    words = (
        f"Do the maps tell the truth? Over {result.per_class * len(LABELS):,} defective structures "
        f"the class probability falls below one half when {half[PAPER]} of the pixels are taken "
        f"away in the order of the conv6 map, {half[BRIGHTNESS]} in the order of brightness, "
        f"{half[RANDOM]} at random. "
    )
    if map_.deletion_gain > map_.deletion_error:
        words += "So the map says more than brightness"
    elif map_.deletion_gain < -map_.deletion_error:
        words += "So the map says less than brightness alone"
    else:
        words += "So the map says no more than brightness alone"
    if map_.insertion_gain < -map_.insertion_error:
        words += ", though not when pixels are put in"
    return words + (f"; the most faithful order is {best}." if best != PAPER else ".")


def _half_life(fractions: Sequence[float], score: OrderScore) -> str:
    """Part of the pixels after which the mean probability is below one half, as a percentage."""
    below = next((f for f, p in zip(fractions, score.deletion, strict=True) if p < 0.5), 1.0)
    return f"{below:.1%}" if below < 0.1 else f"{below:.0%}"
