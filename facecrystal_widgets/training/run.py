"""Experiments that are watched while they run: their settings, and generators for `jobs.Job`.

The settings refuse what cannot be done when they are made, before anything starts.
"""

import os
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from importlib import import_module
from pathlib import Path
from queue import SimpleQueue
from threading import Thread
from typing import Any

import numpy as np

from ..compute.stream import stream
from ..compute.workers import EVERY_CORE
from ..convnet.export import export_model
from ..convnet.runtime import Classifier, pretrained
from ..crystals.classes import LABELS
from ..datasets.dataset import build_pristine
from ..datasets.structures import defective_structure
from ..diffraction.fingerprint import fingerprint
from .fit import TrainingResult, train_model
from .plan import TrainingPlan

DEFECTIVE = 520
"""Defective structures that a new network is tested on."""


@dataclass(frozen=True)
class Progress:
    """Where the work stands: what is done, in words, and how much of it (`total` 0: unknown)."""

    words: str
    done: int = 0
    total: int = 0


@dataclass(frozen=True)
class BatchScores:
    """Mean cross-entropy and accuracy of one batch of a training."""

    loss: float
    accuracy: float


@dataclass(frozen=True)
class TrainedNetwork:
    """A network that was trained and exported.

    Attributes
    ----------
    result : of the training, on pristine structures.
    n_defective : random defective structures, from another seed than the training, on which the
        exported network was tested.
    defective_accuracy : fraction of them that it classifies as their parent.
    shipped_accuracy : fraction of them that the shipped network classifies so.
    seconds : of the training alone.
    """

    result: TrainingResult
    n_defective: int
    defective_accuracy: float
    shipped_accuracy: float
    seconds: float

    @property
    def remarks(self) -> tuple[str, ...]:
        """What one must know before one trusts it, in words."""
        learnt, held_out = self.result.train_accuracy, self.result.test_accuracy
        remarks = []
        if learnt < UNDERTRAINED:
            remarks.append(
                f"Undertrained: it is wrong about {1 - learnt:.1%} of the very structures it "
                f"learnt from (guessing: {1 - 1 / len(LABELS):.0%}). More epochs, more structures "
                "or another learning rate may help."
            )
        if learnt - held_out > _noise(held_out, self.result.n_test):
            remarks.append(
                "Overfitted: it does worse on pairs of species and class it has not seen than on "
                "those it learnt. More structures help, more epochs do not."
            )
        if self.shipped_accuracy - self.defective_accuracy > _noise(
            self.defective_accuracy, self.n_defective
        ):
            remarks.append(
                "On defective structures it does worse than the shipped network. Its verdicts in "
                "the Explorer will differ."
            )
        if self.result.n_test < 400:
            remarks.append(
                f"Only {self.result.n_test} structures were held out: one more miss is "
                f"{1 / self.result.n_test:.1%}."
            )
        return tuple(remarks) or (
            "As good on what it has not seen as on what it learnt, and on defective structures "
            "no worse than the shipped network, as far as these numbers of structures can tell.",
        )


UNDERTRAINED = 0.99
"""Accuracy on the training part; the paper's training reaches 1."""


def _noise(accuracy: float, number: int) -> float:
    """A difference that chance does not explain: two standard errors and one structure."""
    return float(2 * np.sqrt(accuracy * (1 - accuracy) / number) + 1 / number)


def train(plan: TrainingPlan, folder: Path) -> Iterator[Progress | BatchScores | TrainedNetwork]:
    """Make the set, train, export to `folder` and test; the last that comes is `TrainedNetwork`."""
    return _as_generator(lambda send: _train(plan, folder, send))


def _train(plan: TrainingPlan, folder: Path, send: Callable[[Any], None]) -> None:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    loading = Thread(target=import_module, args=("tensorflow",), daemon=True)
    loading.start()  # takes seconds, and the structures are made by other processes
    making = f"making {plan.size:,} structures"
    send(Progress(making, 0, plan.size))
    dataset = build_pristine(plan.size, plan.seed, progress=_counted(making, plan.size, send))
    send(Progress("starting TensorFlow"))
    loading.join()

    def show(loss: float, accuracy: float) -> None:
        if not np.isfinite(loss):
            raise ValueError(
                "The training diverged: its loss is no number any more. Lower the learning rate."
            )
        send(BatchScores(loss, accuracy))

    start = time.monotonic()
    model, result = train_model(
        dataset,
        plan.seed,
        plan.epochs,
        lambda done, total: send(Progress("training", done, total)),
        learning_rate=plan.learning_rate,
        filters=plan.filters,
        on_scores=show,
    )
    seconds = time.monotonic() - start
    send(Progress("exporting the network"))
    facts = {
        "dataset_seed": dataset.seed,
        "dataset_size": plan.size,
        "training_seed": plan.seed,
        **{name: asdict(plan)[name] for name in ("epochs", "learning_rate", "filters")},
    }
    classifier = Classifier(export_model(model, folder, asdict(result), facts))
    images, labels = defective_images(DEFECTIVE, plan.seed + 1, send)

    def accuracy(network: Classifier) -> float:
        return float((network.probabilities(images).argmax(axis=1) == labels).mean())

    send(TrainedNetwork(result, DEFECTIVE, accuracy(classifier), accuracy(pretrained()), seconds))


def defective_images(
    number: int, seed: int, send: Callable[[Any], None]
) -> tuple[np.ndarray, np.ndarray]:
    """Fingerprints (number, 64, 64) and classes (number,) of random defective structures."""
    testing = f"testing on {number:,} defective structures"
    send(Progress(testing, 0, number))
    rows = stream(_defective_image, ((index, seed) for index in range(number)), EVERY_CORE)
    images, labels = zip(*_counted(testing, number, send)(rows), strict=True)
    return np.stack(images), np.array(labels)


def _defective_image(index: int, seed: int) -> tuple[np.ndarray, int]:
    broken, label, *_ = defective_structure(index, seed)
    return fingerprint(broken).image, LABELS.index(label)


def _counted(
    words: str, total: int, send: Callable[[Any], None]
) -> Callable[[Iterable[Any]], Iterator[Any]]:
    """Wraps an iterator and tells a hundred times how far it is."""

    def wrap(items: Iterable[Any]) -> Iterator[Any]:
        for done, item in enumerate(items, start=1):
            yield item
            if done % max(1, total // 100) == 0:
                send(Progress(words, done, total))

    return wrap


def _as_generator(work: Callable[[Callable[[Any], None]], None]) -> Iterator[Any]:
    """Yields what `work` sends, at once; it runs in a thread, since Keras calls back."""
    sent: SimpleQueue[tuple[str, Any]] = SimpleQueue()

    def run() -> None:
        try:
            work(lambda item: sent.put(("item", item)))
        except Exception as error:
            sent.put(("error", error))
        else:
            sent.put(("end", None))

    Thread(target=run, daemon=True).start()
    while (message := sent.get())[0] == "item":
        yield message[1]
    if message[0] == "error":
        raise message[1]
