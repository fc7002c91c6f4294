"""Notebook 8: turned crystals, and the brightness of a star of reflections."""

from typing import Any, ClassVar

import numpy as np
from exercises import Exercises
from matplotlib.figure import Figure

import facecrystal_widgets as fc
from facecrystal_widgets.lesson import any_orientation


def waves(positions: np.ndarray, star: np.ndarray) -> np.ndarray:
    return np.asarray(np.exp(-1j * positions @ star.T).sum(axis=0))


def right_brightness(positions: np.ndarray, star: np.ndarray) -> Any:
    return np.mean(np.abs(waves(positions, star)) ** 2) / len(positions) ** 2


class TestExercises(Exercises):
    right: ClassVar = {
        any_orientation.brightness: right_brightness,
    }
    wrong = (
        (any_orientation.brightness, lambda r, q: waves(r, q).mean(), "A detector sees"),
        (
            any_orientation.brightness,
            lambda r, q: np.abs(waves(r, q)) ** 2 / len(r) ** 2,
            "one number",
        ),
        (
            any_orientation.brightness,
            lambda r, q: right_brightness(r, q) * len(q),
            "sum over the reflections",
        ),
        (any_orientation.brightness, lambda r, q: right_brightness(r, q) * len(r), "not by N"),
        (
            any_orientation.brightness,
            lambda r, q: right_brightness(r, q) * len(r) ** 2,
            "Divide by N²",
        ),
        (any_orientation.brightness, lambda r, q: np.abs(waves(r, q)).mean() / len(r), "square it"),
        (
            any_orientation.brightness,
            lambda r, q: np.abs(waves(r, q).sum()) ** 2 / (len(r) * len(q)) ** 2,
            "must not be added up",
        ),
        (any_orientation.brightness, lambda r, q: 0.5, "sum over the rows"),
        (any_orientation.brightness, 1.0, "your function itself"),
    )


def test_turned_crystals_are_misread_and_put_right() -> None:
    words, figure = any_orientation.reveal_turned()
    right, mean = str(words).split("**")[1::2][:2]
    assert 0.15 < int(right.split()[0]) / int(right.split()[2]) <= 0.5
    assert float(mean) > 0.75
    assert isinstance(figure, Figure)
    for label, group in any_orientation.turned_crystals().items():
        assert {verdict.label for verdict in fc.classify(group, orientation="search")} == {label}


def test_a_scan_is_drawn() -> None:
    scan = any_orientation.draw_scan({"a": [0, 1]}, np.arange(2))
    assert np.asarray(scan.axes[0].lines[0].get_ydata()).tolist() == [0, 1]
