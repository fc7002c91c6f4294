"""The exported network in LiteRT: images to class probabilities, without TensorFlow."""

import threading
from functools import cache
from pathlib import Path

import numpy as np

from .stderr import standard_error_closed
from .weights import PRETRAINED, read_model

BATCH = 256
MAX_PIXEL = 10.0
"""Largest pixel accepted: a fingerprint with noise passes, counts and grey values do not."""


class Classifier:
    """A network exported for LiteRT. Safe to call from several threads.

    Parameters
    ----------
    folder : holds ``model.tflite`` and ``model.json``, as :func:`.training.export_model` wrote
        them; by default the shipped network.
    threads : of the calculation.

    Attributes
    ----------
    labels : classes of the outputs, in their order, as the card names them.
    card : content of ``model.json``.
    """

    def __init__(self, folder: str | Path = PRETRAINED, threads: int = 2) -> None:
        from ai_edge_litert.interpreter import Interpreter

        content, self.card = read_model(Path(folder), "model.tflite")
        self.labels: tuple[str, ...] = tuple(self.card["labels"])
        with standard_error_closed():
            self._interpreter = Interpreter(model_content=content, num_threads=threads)
            self._interpreter.allocate_tensors()
        outputs = int(self._interpreter.get_output_details()[0]["shape"][-1])
        if outputs != len(self.labels):
            raise ValueError(
                f"{Path(folder) / 'model.json'}: expected a label for each of the {outputs} "
                f"outputs of the network, received {len(self.labels)} labels"
            )
        self._lock = threading.Lock()
        self._prepared = 0

    def probabilities(self, images: np.ndarray) -> np.ndarray:
        """Class probabilities, (n, classes) float32 in the order of `labels`, of images
        (n, 64, 64)."""
        images = check_images(images)
        parts = [
            self._run(images[start : start + BATCH, :, :, None])
            for start in range(0, len(images), BATCH)
        ]
        return np.concatenate(parts) if parts else np.zeros((0, len(self.labels)), np.float32)

    def _run(self, batch: np.ndarray) -> np.ndarray:
        with self._lock:
            interpreter = self._interpreter
            source = interpreter.get_input_details()[0]["index"]
            if self._prepared != len(batch):
                interpreter.resize_tensor_input(source, batch.shape)
                interpreter.allocate_tensors()
                self._prepared = len(batch)
            interpreter.set_tensor(source, batch)
            interpreter.invoke()
            result: np.ndarray = interpreter.get_tensor(
                interpreter.get_output_details()[0]["index"]
            )
            return result


def check_images(images: np.ndarray) -> np.ndarray:
    """Images as float32 (n, 64, 64), or a ValueError that says what is wrong with them."""
    try:
        with np.errstate(over="ignore"):  # what float32 cannot hold is refused below
            images = np.asarray(images, np.float32)
    except (TypeError, ValueError) as error:
        raise ValueError(f"image: expected an array of numbers ({error})") from error
    if images.ndim != 3 or images.shape[1:] != (64, 64):
        raise ValueError(
            f"image: the network was trained on 64×64 pixels, received {images.shape[1:]}; use a "
            "Detector with pixels=64"
        )
    if not np.isfinite(images).all():
        raise ValueError("image: expected finite pixels, received nan or infinity")
    if np.abs(images).max(initial=0) > MAX_PIXEL:
        raise ValueError(
            f"image: expected pixels from 0 to 1, received up to {np.abs(images).max():g}; divide "
            "by the brightest"
        )
    return images


@cache
def pretrained() -> Classifier:
    """The shipped network, loaded once."""
    return Classifier()
