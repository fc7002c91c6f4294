"""Class templates averaged over the training set of a network."""

import io
import json
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from ..attention.templates import FILE, image_template
from ..compute.stream import stream
from ..compute.workers import EVERY_CORE, Workers
from ..convnet.layers import load_network
from ..convnet.weights import PRETRAINED
from ..crystals.classes import LABELS
from ..datasets.dataset import Dataset
from ..diffraction.fingerprint import Fingerprint
from ..files import write_whole


def build_templates(
    dataset: Dataset,
    folder: Path = PRETRAINED,
    workers: Workers = EVERY_CORE,
    progress: Callable[[Iterable[Any]], Iterable[Any]] = iter,
) -> dict[str, np.ndarray]:
    """Average :func:`image_template` over the training part of a pristine dataset, class by class.

    Parameters
    ----------
    folder : of the exported network.
    progress : wraps the iterator over the structures, e.g. ``tqdm`` with its total set.
    """
    if not dataset.pristine:
        raise ValueError("dataset: templates are made of pristine structures only")
    training, _ = dataset.split()
    numbers = np.bincount(dataset.labels[training], minlength=len(LABELS))
    if not numbers.all():
        missing = LABELS[int(numbers.argmin())]
        raise ValueError(f"dataset: its training part holds no {missing}; take a larger one")
    totals = stream(_total, ((dataset.images[index], folder) for index in training), workers)
    sums = np.zeros((len(LABELS), *dataset.images.shape[1:]))
    for index, total in zip(training, progress(totals), strict=True):
        sums[dataset.labels[index]] += total
    means = (sums / numbers[:, None, None]).astype(np.float32)
    return dict(zip(LABELS, means, strict=True))


def save_templates(templates: Mapping[str, np.ndarray], folder: Path, command: str) -> None:
    """Write them beside the network they belong to, and their SHA-256 into its card."""
    file = io.BytesIO()
    np.savez_compressed(file, allow_pickle=False, **templates)
    card_path = folder / "model.json"
    card = json.loads(card_path.read_text("utf-8"))
    card["sha256"][FILE] = sha256(file.getvalue()).hexdigest()
    card["templates_command"] = command
    write_whole(folder / FILE, file.getvalue())
    write_whole(card_path, (json.dumps(card, indent=2) + "\n").encode())


@cache
def _network(folder: Path) -> Any:
    return load_network(folder)


def _total(image: np.ndarray, folder: Path) -> np.ndarray:
    network = _network(folder)
    return image_template(Fingerprint(image), network).total
