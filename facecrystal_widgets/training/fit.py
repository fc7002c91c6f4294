"""Training and export (Methods, "Convolutional neural network architecture and training")."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ..convnet.architecture import CONVOLUTIONS, build_model, count_parameters
from ..datasets.dataset import Dataset

LEARNING_RATE = 1e-3
BATCH = 32
EPOCHS = 2


@dataclass(frozen=True)
class TrainingResult:
    """What a training gave.

    Attributes
    ----------
    train_accuracy, test_accuracy : fractions, on the two parts of the pristine set.
    losses : mean cross-entropy of each epoch.
    n_train, n_test : number of structures in the two parts.
    """

    train_accuracy: float
    test_accuracy: float
    losses: tuple[float, ...]
    n_train: int
    n_test: int


def train_model(
    dataset: Dataset,
    seed: int = 0,
    epochs: int = EPOCHS,
    on_batch: Callable[[int, int], None] | None = None,
    *,
    learning_rate: float = LEARNING_RATE,
    filters: Sequence[int] = CONVOLUTIONS,
    on_scores: Callable[[float, float], None] | None = None,
) -> tuple[Any, TrainingResult]:
    """Train the network on the training part of a pristine dataset and test it on the other part.

    Parameters
    ----------
    dataset : pristine structures; one that holds defective ones is refused.
    seed : of initial weights, order of the batches and dropout.
    epochs : 2 in the paper.
    on_batch : called with (batches done, batches in all).
    learning_rate : of Adam.
    filters : of the six convolutions; by default those of Table 1.
    on_scores : called after each batch with its (mean cross-entropy, accuracy), as the network was
        before it learnt from the batch, with dropout.

    Returns
    -------
    The trained ``keras.Model`` and the :class:`TrainingResult`.
    """
    if not dataset.pristine:
        raise ValueError("dataset: training takes pristine structures only")
    import keras
    import tensorflow as tf

    keras.utils.set_random_seed(seed)
    tf.config.experimental.enable_op_determinism()
    model = build_model(seed, filters)
    assert model.count_params() == count_parameters(filters)
    model.compile(
        optimizer=keras.optimizers.Adam(learning_rate),
        loss="sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    training, testing = dataset.split()
    images = dataset.images[..., None]
    history = model.fit(
        images[training],
        dataset.labels[training],
        batch_size=BATCH,
        epochs=epochs,
        shuffle=True,
        verbose=0,
        callbacks=[_progress(len(training), epochs, on_batch, on_scores)],
    )

    return model, TrainingResult(
        train_accuracy=_accuracy(model, images[training], dataset.labels[training]),
        test_accuracy=_accuracy(model, images[testing], dataset.labels[testing]),
        losses=tuple(float(loss) for loss in history.history["loss"]),
        n_train=len(training),
        n_test=len(testing),
    )


def _accuracy(model: Any, images: np.ndarray, labels: np.ndarray) -> float:
    """Fraction of the images that the network puts into their class."""
    answers = model.predict(images, batch_size=256, verbose=0).argmax(axis=1)
    return float((answers == labels).mean())


def _progress(
    structures: int,
    epochs: int,
    on_batch: Callable[[int, int], None] | None,
    on_scores: Callable[[float, float], None] | None,
) -> Any:
    """A Keras callback that reports every batch."""
    import keras

    steps = int(np.ceil(structures / BATCH))

    class Progress(keras.callbacks.Callback):
        def on_epoch_begin(self, epoch: int, logs: Any = None) -> None:
            self.before = epoch * steps
            self.sums = np.zeros(2)

        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            if on_batch:
                on_batch(self.before + batch + 1, epochs * steps)
            if on_scores:  # Keras gives means over the epoch so far
                images = min((batch + 1) * BATCH, structures)
                sums = images * np.array([float(logs["loss"]), float(logs["accuracy"])])
                loss, accuracy = (sums - self.sums) / (images - batch * BATCH)
                self.sums = sums
                on_scores(float(np.maximum(loss, 0)), float(np.clip(accuracy, 0, 1)))

    return Progress()
