"""Deletion and insertion curves: whether response maps show what the network uses."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict
from functools import cache, partial
from itertools import count
from pathlib import Path
from typing import Any

import numpy as np

from ..arguments import check_whole_number
from ..attention.faithfulness import BRIGHTNESS, PAPER, RANDOM, Area, Faithfulness, OrderScore
from ..attention.response import attentive_response, class_response, input_gradient
from ..compute.stream import stream
from ..compute.workers import EVERY_CORE, Workers
from ..convnet.layers import CONV_LAYERS, Network, load_network
from ..convnet.runtime import Classifier, check_images, pretrained
from ..convnet.weights import PRETRAINED, read_model
from ..crystals.classes import LABELS
from ..datasets.structures import defective_label, defective_structure
from ..diffraction.fingerprint import Fingerprint, fingerprint
from ..files import write_whole

EARLY = 0.1
"""The first tenth of the pixels is judged by itself. Later the image is nearly black (or nearly
whole), and the curve tells more about the class that a black image gets than about the order."""
FRACTIONS = np.union1d(EARLY * np.linspace(0, 1, 17) ** 2, np.linspace(EARLY, 1, 16))
"""Parts of the pixels at which the probability is read: closer together where little is changed."""


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
    rank[np.asarray(order)] = np.arange(whole.size)
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
    workers: Workers = EVERY_CORE,
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
    chosen = _chosen(per_class, seed)
    rows = stream(_rows, ((index, seed, folder) for index in chosen), workers)
    # structure, order, deletion or insertion, fraction
    found = np.array(list(progress(rows)))
    labels = np.array([defective_label(index, seed) for index in chosen])
    return Faithfulness(
        network=read_model(folder, "model.npz")[1]["sha256"]["model.npz"],
        per_class=per_class,
        seed=seed,
        fractions=tuple(FRACTIONS.tolist()),
        orders={name: _score(found, labels, i) for i, name in enumerate(ORDERS)},
    )


def _score(found: np.ndarray, labels: np.ndarray, number: int) -> OrderScore:
    """The score of one order from the curves of all."""
    early, whole = _means(found, FRACTIONS <= EARLY), _means(found, FRACTIONS <= 1)
    deletion, insertion = found[:, number].mean(axis=0).tolist()
    by_class = {label: early[labels == label, number].mean(axis=0).tolist() for label in LABELS}
    return OrderScore(
        deletion=tuple(deletion),
        insertion=tuple(insertion),
        deletion_early=_area(early, number, 0),
        insertion_early=_area(early, number, 1),
        deletion_whole=_area(whole, number, 0),
        insertion_whole=_area(whole, number, 1),
        early_by_class={label: tuple(means) for label, means in by_class.items()},
    )


def _means(found: np.ndarray, part: np.ndarray) -> np.ndarray:
    """Mean probability along a part of each curve, (structure, order, deletion or insertion)."""
    where = FRACTIONS[part]
    return np.asarray(np.trapezoid(found[..., part], where, axis=-1) / (where[-1] - where[0]))


def _area(means: np.ndarray, number: int, kind: int) -> Area:
    """Of deletion (kind 0) or insertion (1), beside the order of brightness."""
    from scipy.stats import t as student

    gains = means[:, number, kind] - means[:, list(ORDERS).index(BRIGHTNESS), kind]
    if kind == 0:
        gains = -gains
    error = student.ppf(0.975, len(gains) - 1) * gains.std(ddof=1) / np.sqrt(len(gains))
    return Area(float(means[:, number, kind].mean()), float(gains.mean()), float(error))


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
    write_whole(path, (json.dumps(content, indent=1) + "\n").encode())
