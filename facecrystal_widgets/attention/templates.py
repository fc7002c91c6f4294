"""Class templates (Figure 5b): what the last convolution looks for, class by class."""

import io
import json
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from ..batch import EVERY_CORE, Workers, stream
from ..classes import LABELS
from ..convnet.classifier import PRETRAINED, read_model
from ..datasets.dataset import Dataset
from ..diffraction.fingerprint import Fingerprint
from ..files import write_whole
from .landmarks import check_map
from .network import CONV_LAYERS, Network, load_network
from .response import AttentiveResponse, attentive_response

FILE = "templates.npz"


def image_template(image: Fingerprint, network: Network | None = None) -> AttentiveResponse:
    """The response of all filters of the last convolution to one image; its `total` is what
    :func:`class_templates` averages."""
    return attentive_response(image, CONV_LAYERS[-1], top=None, network=network)


def class_templates(folder: str | Path = PRETRAINED) -> Mapping[str, np.ndarray]:
    """The template of every class, label to (64, 64) float32, read-only.

    The sum over the filters of the last convolution, averaged over the pristine structures of the
    class that the network was trained on; `facecrystal attention templates` makes them.

    Parameters
    ----------
    folder : of the exported network; by default the shipped one.

    >>> list(class_templates())
    ['fcc', 'diamond', 'bcc', 'sc']
    """
    return _load(Path(folder))


@cache
def _load(folder: Path) -> Mapping[str, np.ndarray]:
    try:
        content, _ = read_model(folder, FILE)
    except (FileNotFoundError, ValueError) as error:
        raise ValueError(
            f"{folder}: no class templates of this network ({error}); make them with "
            f"'facecrystal attention templates --model {folder}'"
        ) from error
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        templates = {label: file[label] for label in LABELS}
    for template in templates.values():
        template.flags.writeable = False
    return MappingProxyType(templates)


def template_similarity(total: np.ndarray, folder: str | Path = PRETRAINED) -> dict[str, float]:
    """Cosine similarity of a summed map to the template of every class, -1 to 1; 0 for a map that
    is zero everywhere.

    Parameters
    ----------
    total : (64, 64), such as the total of a response of all filters of conv6.
    folder : of the exported network; by default the shipped one.

    >>> from facecrystal_widgets import attentive_response, fingerprint, prototype
    >>> response = attentive_response(fingerprint(prototype("bcc", "W")), "conv6", top=None)
    >>> max(found := template_similarity(response.total), key=found.get)
    'bcc'
    """
    templates = class_templates(folder)
    total = check_map("total", total, next(iter(templates.values())).shape)
    return {label: _cosine(total, template) for label, template in templates.items()}


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


def _cosine(one: np.ndarray, other: np.ndarray) -> float:
    norms = float(np.linalg.norm(one) * np.linalg.norm(other))
    return float(np.clip((one * other).sum() / norms, -1, 1)) if norms else 0.0
