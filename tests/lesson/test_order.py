"""Notebook 6: the structure factor, Lindemann parameters, a measure of order."""

from math import comb
from typing import Any, ClassVar

import numpy as np
import pytest
from exercises import Exercises

import facecrystal_widgets as fc
from facecrystal_widgets.lesson import order


def _lindemann(pristine: Any, displaced: Any, bond: Any) -> Any:
    moved = displaced - pristine
    return np.sqrt((moved**2).sum(axis=1).mean()) / bond, moved.std() / bond


def _order(intensity: Any, n: Any) -> Any:
    return intensity[order.away_from_beam(intensity)].max() / n**2


class TestExercises(Exercises):
    right: ClassVar = {
        order.superlattice: lambda x: x / (2 - x),
        order.chance: lambda n: 2 / comb(n, n // 2),
        order.lindemann: _lindemann,
        order.order: _order,
    }
    wrong = (
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
    )


def test_spheres_of_the_liquid_keep_their_distance() -> None:
    atoms = order.liquid(4)
    assert len(atoms) == 128
    assert 0.97 < fc.bond_length(atoms) / 3.4 < 1.1
    with pytest.raises(ValueError, match="packing"):
        order.liquid(0, packing=0.7)
