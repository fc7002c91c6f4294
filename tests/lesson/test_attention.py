"""Notebook 5: fields of view, templates, and tests of response maps."""

from typing import Any, ClassVar

import numpy as np
from exercises import Exercises

from facecrystal_widgets.attention.response import attentive_response
from facecrystal_widgets.crystals.prototypes import prototype
from facecrystal_widgets.diffraction.fingerprint import fingerprint
from facecrystal_widgets.lesson import attention


def _field(layers: Any) -> Any:
    field = step = 1
    for kind in layers:
        field += step * (6 if kind == "conv" else 1)
        step *= 1 if kind == "conv" else 2
    return field


def _without(image: Any, ranking: Any, fraction: Any) -> Any:
    left = image.copy()
    left.ravel()[np.argsort(-ranking.ravel())[: round(fraction * image.size)]] = 0
    return left


def _in_place(image: Any, ranking: Any, fraction: Any) -> Any:
    image[:] = _without(image, ranking, fraction)
    return image


def _cosine(one: Any, other: Any) -> Any:
    return (one * other).sum() / np.linalg.norm(one) / np.linalg.norm(other)


class TestExercises(Exercises):
    right: ClassVar = {
        attention.field_of_view: _field,
        attention.similarity: _cosine,
        attention.without_brightest: _without,
    }
    wrong = (
        (attention.field_of_view, lambda layers: 7 * layers.count("conv"), "share most"),
        (attention.field_of_view, lambda layers: 1 + 6 * layers.count("conv"), "without pooling"),
        (attention.field_of_view, lambda layers: len(layers), "two numbers"),
        (attention.similarity, lambda a, b: (a * b).sum(), "from −1 to 1"),
        (attention.similarity, lambda a, b: np.corrcoef(a.ravel(), b.ravel())[0, 1], "correlation"),
        (attention.similarity, lambda a, b: 0.5, "expected is"),
        (attention.without_brightest, lambda i, r, f: _without(i, -r, f), "lowest"),
        (attention.without_brightest, lambda i, r, f: _without(i, i, f), "brightest"),
        (attention.without_brightest, lambda i, r, f: i - _without(i, r, f), "insertion"),
        (attention.without_brightest, _in_place, "copy"),
        (attention.without_brightest, lambda i, r, f: i[:32], "shape"),
    )


def test_the_map_does_not_read_the_dense_layer() -> None:
    image = fingerprint(prototype("fcc", "Cu"))
    shuffled = attentive_response(image, top=None, network=attention.shuffled_dense())
    trained = attentive_response(image, top=None)
    np.testing.assert_array_equal(shuffled.total, trained.total)
    assert shuffled.probability < trained.probability
