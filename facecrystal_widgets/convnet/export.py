"""A trained network written as the files that the classifier and the maps read."""

import hashlib
import json
import platform
from collections.abc import Mapping, Sequence
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from ..crystals.classes import LABELS
from .architecture import build_model


def export_model(
    model: Any,
    folder: Path,
    result: Mapping[str, Any],
    facts: Mapping[str, Any],
    labels: Sequence[str] = LABELS,
) -> Path:
    """Write the network to `folder`, in four files.

    ``model.keras``; ``model.tflite``, made of it by Keras; ``model.npz``, its weights as
    ``conv1/kernel`` and so on; and ``model.json``, the card, which holds the SHA-256 of these, the
    labels of the outputs, `facts`, the result and versions.
    """
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / f"model.{suffix}" for suffix in ("keras", "tflite", "npz")]
    keras_file, litert_file, weights_file = files
    filters = [layer.filters for layer in model.layers if layer.name.startswith("conv")]
    # without the optimizer's memory, which triples the file
    bare = build_model(filters=filters, classes=len(labels))
    bare.set_weights(model.get_weights())
    bare.save(keras_file)
    bare.export(litert_file, format="litert", verbose=False)
    save_weights(bare, weights_file)
    card = {
        "labels": list(labels),
        "parameters": int(model.count_params()),
        "sha256": {f.name: sha256(f) for f in files},
        "result": dict(result),
        **facts,
        "versions": {
            "python": platform.python_version(),
            **{p: version(p) for p in ("tensorflow", "keras", "numpy", "ase", "spglib", "gemmi")},
        },
    }
    (folder / "model.json").write_text(json.dumps(card, indent=2) + "\n")
    return folder


def save_weights(model: Any, path: Path) -> None:
    """Kernels and biases as an ``.npz`` file, which needs no Keras to be read."""
    arrays: dict[str, Any] = {}
    for layer in model.layers:
        for part, weight in zip(("kernel", "bias"), layer.weights, strict=False):
            arrays[f"{layer.name}/{part}"] = np.asarray(weight)
    np.savez(path, **arrays)


def sha256(path: Path) -> str:
    """SHA-256 of a file, hexadecimal."""
    return hashlib.sha256(path.read_bytes()).hexdigest()


def load_keras_model(path: Path | None = None) -> Any:
    """The shipped ``keras.Model``, or the one at `path`. Imports TensorFlow."""
    import keras

    from .weights import PRETRAINED

    return keras.saving.load_model(path or PRETRAINED / "model.keras")
