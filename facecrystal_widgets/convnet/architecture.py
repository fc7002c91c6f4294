"""Table 1 of the paper in Keras. Keras is imported inside the functions: it takes seconds."""

from collections.abc import Sequence
from typing import Any

from ..crystals.classes import LABELS

IMAGE_SHAPE = (64, 64)
CONVOLUTIONS = (32, 16, 12, 12, 8, 8)
"""Filters of conv1 to conv6; max-pooling follows the second and the fourth."""
KERNEL = 7
DENSE = 128
DROPOUT = 0.25
PARAMETERS = 313_836


def count_parameters(filters: Sequence[int] = CONVOLUTIONS, classes: int = len(LABELS)) -> int:
    """Number of weights and biases, by the filters of the six convolutions and the classes.

    >>> count_parameters() == PARAMETERS
    True
    """
    signals = (1, *filters)
    kernels = sum(KERNEL**2 * a * b + b for a, b in zip(signals, filters, strict=False))
    side = IMAGE_SHAPE[0] // 4  # after two poolings
    return kernels + (side**2 * filters[-1] + 1) * DENSE + (DENSE + 1) * classes


def build_model(
    seed: int = 0, filters: Sequence[int] = CONVOLUTIONS, classes: int = len(LABELS)
) -> Any:
    """The untrained network: images (n, 64, 64, 1) in [0, 1] to probabilities (n, classes).

    Layers are named ``conv1`` ... ``conv6``, ``pool1``, ``pool2``, ``dense``, ``softmax``. The
    convolutions start orthogonal, each from its own seed drawn from `seed`.

    Parameters
    ----------
    seed : of the initial weights.
    filters : of the six convolutions; by default those of Table 1.
    classes : number of outputs.

    Returns
    -------
    An uncompiled ``keras.Model``; that of Table 1 has 313,836 parameters.
    """
    import keras
    from keras import layers

    inputs = keras.Input((*IMAGE_SHAPE, 1), name="image")
    signal = inputs
    for i, number in enumerate(filters, start=1):
        signal = layers.Conv2D(
            number,
            KERNEL,
            padding="same",
            activation="relu",
            kernel_initializer=keras.initializers.Orthogonal(seed=seed * 100 + i),
            name=f"conv{i}",
        )(signal)
        if i in (2, 4):
            signal = layers.MaxPooling2D(2, name=f"pool{i // 2}")(signal)
    signal = layers.Flatten(name="flatten")(signal)
    signal = layers.Dense(
        DENSE,
        activation="relu",
        kernel_initializer=keras.initializers.GlorotUniform(seed=seed * 100 + 7),
        name="dense",
    )(signal)
    signal = layers.Dropout(DROPOUT, seed=seed * 100 + 8, name="dropout")(signal)
    outputs = layers.Dense(
        classes,
        activation="softmax",
        kernel_initializer=keras.initializers.GlorotUniform(seed=seed * 100 + 9),
        name="softmax",
    )(signal)
    return keras.Model(inputs, outputs, name="face_of_crystals")
