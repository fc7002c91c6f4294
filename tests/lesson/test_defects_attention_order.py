"""The checkers of notebooks 3, 5 and 6: a right answer, typical wrong ones, and none."""

from math import comb

import numpy as np
import pytest

from facecrystal_widgets.attention.response import attentive_response
from facecrystal_widgets.crystals.prototypes import prototype
from facecrystal_widgets.diffraction.fingerprint import fingerprint
from facecrystal_widgets.lesson import Hint, attention, check, defects, order


def _field(layers):
    field = step = 1
    for kind in layers:
        field += step * (6 if kind == "conv" else 1)
        step *= 1 if kind == "conv" else 2
    return field


def _without(image, ranking, fraction):
    left = image.copy()
    left.ravel()[np.argsort(-ranking.ravel())[: round(fraction * image.size)]] = 0
    return left


def _in_place(image, ranking, fraction):
    image[:] = _without(image, ranking, fraction)
    return image


def _lindemann(pristine, displaced, bond):
    moved = displaced - pristine
    return np.sqrt((moved**2).sum(axis=1).mean()) / bond, moved.std() / bond


def _cosine(one, other):
    return (one * other).sum() / np.linalg.norm(one) / np.linalg.norm(other)


def _order(intensity, n):
    return intensity[order.away_from_beam(intensity)].max() / n**2


Q, RATIO = defects.thermometer()
SLOPE = -np.polyfit(Q**2, np.log(RATIO), 1)[0]

RIGHT = {
    defects.average_intensity: lambda p, c, n: (1 - c) ** 2 * p + c * (1 - c) * n,
    defects.displacement: np.sqrt(SLOPE),
    defects.breaking_point: 0.80,
    attention.field_of_view: _field,
    attention.similarity: _cosine,
    attention.without_brightest: _without,
    order.superlattice: lambda x: x / (2 - x),
    order.chance: lambda n: 2 / comb(n, n // 2),
    order.lindemann: _lindemann,
    order.order: _order,
}
WRONG = [
    (defects.average_intensity, lambda p, c, n: (1 - c) * p, "amplitude"),
    (defects.average_intensity, lambda p, c, n: p, "square of ⟨F⟩"),
    (defects.average_intensity, lambda p, c, n: (1 - c) ** 2 * p, "variance"),
    (defects.average_intensity, lambda p, c, n: 1.0, "shape"),
    (defects.displacement, SLOPE, "σ², the slope"),
    (defects.displacement, -SLOPE, "mind the sign"),
    (defects.displacement, np.sqrt(2 * SLOPE), "amplitude"),
    (defects.displacement, np.sqrt(SLOPE / 2), "without another 2"),
    (defects.displacement, 2.55 * np.sqrt(SLOPE), "in Å"),
    (defects.displacement, 1.0, "polyfit"),
    (defects.displacement, "small", "Expected a number"),
    (defects.breaking_point, 80, "percentage"),
    (defects.breaking_point, 0.85, "first failure"),
    (defects.breaking_point, 0.90, "luck"),
    (defects.breaking_point, 0.5, "goes on being right"),
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
    (order.superlattice, lambda x: (x / (2 - x)) ** 2, "intensities"),
    (order.superlattice, lambda x: x, "numerator is right"),
    (order.superlattice, lambda x: 1 - x, "corner"),
    (order.chance, lambda n: 1 / comb(n, n // 2), "corners"),
    (order.chance, lambda n: comb(n, n // 2) / 2, "no larger than 1"),
    (order.chance, lambda n: 0.5**n, "not independent"),
    (order.lindemann, lambda *a: _lindemann(*a)[::-1], "wrong order"),
    (order.lindemann, lambda *a: _lindemann(*a)[0], "two numbers"),
    (
        order.lindemann,
        lambda a, b, c: (np.linalg.norm(a - b, axis=1).mean() / c, (a - b).std() / c),
        "mean of the lengths",
    ),
    (order.lindemann, lambda a, b, c: (_lindemann(a, b, 1)[0], 0.1), "in Å"),
    (order.lindemann, lambda *a: (_lindemann(*a)[0],) * 2, "standard deviation"),
    (order.order, lambda i, n: i.max() / n**2, "direct beam"),
    (order.order, lambda i, n: n * _order(i, n), "grows with the number"),
    (order.order, lambda i, n: n**2 * _order(i, n), "intensity itself"),
    (order.order, lambda i, n: i.shape[5], "stops with IndexError"),
]


@pytest.mark.parametrize("checker", RIGHT, ids=lambda checker: checker.__name__)
def test_a_right_answer_is_told_why(checker):
    assert len(checker(RIGHT[checker])) > 20


@pytest.mark.parametrize(("checker", "answer", "words"), WRONG)
def test_a_wrong_answer_earns_a_hint(checker, answer, words):
    with pytest.raises(Hint, match=words):
        checker(answer)


@pytest.mark.parametrize("checker", RIGHT, ids=lambda checker: checker.__name__)
@pytest.mark.parametrize("empty", [..., None, lambda *_: ...])
def test_an_empty_answer_is_no_mistake(checker, empty, capsys):
    check(checker, empty)
    said = capsys.readouterr().out
    assert "Your turn." in said or "Nothing comes back" in said or "Expected a number" in said


def test_the_map_does_not_read_the_dense_layer():
    image = fingerprint(prototype("fcc", "Cu"))
    shuffled = attentive_response(image, top=None, network=attention.shuffled_dense())
    trained = attentive_response(image, top=None)
    np.testing.assert_array_equal(shuffled.total, trained.total)
    assert shuffled.probability < trained.probability


def test_spheres_of_the_liquid_keep_their_distance():
    atoms = order.liquid(4)
    assert len(atoms) == 128
    assert 0.97 < order.bond_length(atoms) / 3.4 < 1.1
    with pytest.raises(ValueError, match="packing"):
        order.liquid(0, packing=0.7)


def test_spglib_is_asked_beside_the_network():
    cell = prototype("bcc", "Fe").repeat(2)
    table = defects.tolerance_table({"whole <8>": cell, "one missing": cell[1:]}).value
    assert "whole &lt;8&gt;" in table
    assert table.count("<b>bcc</b>") >= 10
