"""Files of a network: the shipped folder, checked hashes and labels, networks trained here."""

import json
import os
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from ..crystals.classes import LABELS

PRETRAINED = Path(__file__).parent / "pretrained"
"""Folder of the shipped network."""


def read_model(folder: Path, name: str) -> tuple[bytes, dict[str, Any]]:
    """A file of a trained network and the card in ``model.json``.

    The file is checked against the SHA-256 in the card, and the labels of the card, which name the
    outputs of the network, against the table of classes.

    Raises
    ------
    ValueError
        where the card is none, a label is unknown or out of order, or the file is damaged.
    """
    content = (folder / name).read_bytes()
    path = folder / "model.json"
    text = path.read_text(encoding="utf-8")
    try:
        card = json.loads(text)
        labels, expected = card["labels"], str(card["sha256"][name])
    except (ValueError, LookupError, TypeError) as error:
        raise ValueError(f"{path}: not the card of a trained network; train again") from error
    if not labels or labels != [label for label in LABELS if label in labels]:
        raise ValueError(
            f"{path}: expected labels of {list(LABELS)} in this order, received {labels}"
        )
    if sha256(content).hexdigest() != expected:
        raise ValueError(
            f"{folder / name}: its SHA-256 is not the one in model.json ({expected[:12]}…); the "
            "file is damaged, reinstall it or train again"
        )
    return content, card


def check_all_classes(labels: Sequence[str], folder: Path) -> None:
    """A ValueError unless the network has an output for every class, as maps and pages need."""
    if tuple(labels) != LABELS:
        raise ValueError(
            f"{folder}: expected a network with the classes {', '.join(LABELS)}, received one with "
            f"{', '.join(labels)}"
        )


def networks_folder() -> Path:
    """Folder in the user's cache that holds the networks trained here."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache, "facecrystal_widgets", "networks")
