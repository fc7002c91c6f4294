"""Class templates (Figure 5b): what the last convolution looks for, class by class."""

import io
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

import numpy as np

from ..convnet.layers import CONV_LAYERS, Network
from ..convnet.weights import PRETRAINED, read_model
from ..diffraction.fingerprint import Fingerprint
from .landmarks import check_map
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
        content, card = read_model(folder, FILE)
    except (FileNotFoundError, ValueError) as error:
        raise ValueError(
            f"{folder}: no class templates of this network ({error}); make them with "
            f"'facecrystal attention templates --model {folder}'"
        ) from error
    with np.load(io.BytesIO(content), allow_pickle=False) as file:
        templates = {label: file[label] for label in card["labels"]}
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
    >>> similarity = template_similarity(response.total)
    >>> max(similarity, key=similarity.get)
    'bcc'
    """
    templates = class_templates(folder)
    total = check_map("total", total, next(iter(templates.values())).shape)
    return {label: _cosine(total, template) for label, template in templates.items()}


def _cosine(map_a: np.ndarray, map_b: np.ndarray) -> float:
    norms = float(np.linalg.norm(map_a) * np.linalg.norm(map_b))
    return float(np.clip((map_a * map_b).sum() / norms, -1, 1)) if norms else 0.0
