"""Files of a network: the shipped folder, checked hashes, folders of networks trained here."""

import json
import os
from hashlib import sha256
from pathlib import Path
from typing import Any

from ..crystals.classes import LABELS

PRETRAINED = Path(__file__).parent / "pretrained"


def read_model(folder: Path, name: str) -> tuple[bytes, dict[str, Any]]:
    """A file of a trained network, checked against the SHA-256 in ``model.json``, and that card."""
    content = (folder / name).read_bytes()
    path = folder / "model.json"
    text = path.read_text(encoding="utf-8")
    try:
        card = json.loads(text)
        labels, expected = card["labels"], str(card["sha256"][name])
    except (ValueError, LookupError, TypeError) as error:
        raise ValueError(f"{path}: not the card of a trained network; train again") from error
    if labels != list(LABELS):
        raise ValueError(f"{path}: expected the labels {list(LABELS)}, received {labels}")
    if sha256(content).hexdigest() != expected:
        raise ValueError(
            f"{folder / name}: its SHA-256 is not the one in model.json ({expected[:12]}…); the "
            "file is damaged, reinstall it or train again"
        )
    return content, card


def networks_folder() -> Path:
    """Where trained networks are kept: in the user's cache."""
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache, "facecrystal_widgets", "networks")
