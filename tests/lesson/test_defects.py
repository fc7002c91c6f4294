"""Notebook 3: average intensities, the Debye-Waller factor, tolerances."""

from typing import ClassVar

import numpy as np
from exercises import Exercises

from facecrystal_widgets.crystals.prototypes import prototype
from facecrystal_widgets.lesson import defects

Q, RATIO = defects.thermometer()
SLOPE = -np.polyfit(Q**2, np.log(RATIO), 1)[0]


class TestExercises(Exercises):
    right: ClassVar = {
        defects.average_intensity: lambda p, c, n: (1 - c) ** 2 * p + c * (1 - c) * n,
        defects.displacement: np.sqrt(SLOPE),
        defects.breaking_point: 0.80,
    }
    wrong = (
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
    )


def test_spglib_is_asked_beside_the_network() -> None:
    cell = prototype("bcc", "Fe").repeat(2)
    table = defects.tolerance_table({"whole <8>": cell, "one missing": cell[1:]}).value
    assert "whole &lt;8&gt;" in table
    assert table.count("<b>bcc</b>") >= 10
