"""Notebook 7: a batch of files, verdicts to believe, and compounds."""

from pathlib import Path
from typing import ClassVar

import numpy as np
from exercises import Exercises

import facecrystal_widgets as fc
from facecrystal_widgets.lesson import own_structures


def right_survey(folder: Path) -> dict[str, str | None]:
    found: dict[str, str | None] = {}
    for path in folder.iterdir():
        try:
            found[path.name] = fc.classify(fc.read_structure(path)).label
        except fc.StructureError:
            found[path.name] = None
    return found


def naive_survey(folder: Path) -> dict[str, str | None]:
    return {path.name: fc.classify(fc.read_structure(path)).label for path in folder.iterdir()}


class TestExercises(Exercises):
    right: ClassVar = {
        own_structures.survey: right_survey,
        own_structures.trusted: lambda verdict: not verdict.notes,
        own_structures.odd_over_even: lambda f1, f2: abs(f1 - f2) / (f1 + f2),
    }
    wrong = (
        (own_structures.survey, naive_survey, "ends your whole batch"),
        (
            own_structures.survey,
            lambda folder: {n: label for n, label in right_survey(folder).items() if label},
            "There is no entry for half.cif",
        ),
        (
            own_structures.survey,
            lambda folder: {folder / n: label for n, label in right_survey(folder).items()},
            "bare names",
        ),
        (
            own_structures.survey,
            lambda folder: dict.fromkeys(right_survey(folder), "fcc"),
            "expected is",
        ),
        (
            own_structures.survey,
            lambda folder: dict.fromkeys(
                right_survey(folder), fc.classify(fc.prototype("fcc", "Al"))
            ),
            "should be labels",
        ),
        (
            own_structures.survey,
            lambda folder: dict.fromkeys(right_survey(folder), ...),
            "Nothing comes",
        ),
        (own_structures.survey, lambda folder: list(right_survey(folder)), "Expected a dictionary"),
        (
            own_structures.trusted,
            lambda verdict: verdict.probability > 0.9,
            "Yours trusts hcp magnesium",
        ),
        (own_structures.trusted, lambda verdict: False, "does not trust copper"),
        (own_structures.trusted, lambda verdict: verdict.notes, "True or False"),
        (own_structures.odd_over_even, lambda f1, f2: (f1 - f2) / (f1 + f2), "sign"),
        (own_structures.odd_over_even, lambda f1, f2: ((f1 - f2) / (f1 + f2)) ** 2, "intensities"),
        (own_structures.odd_over_even, lambda f1, f2: (f1 + f2) / abs(f1 - f2), "Upside down"),
        (own_structures.odd_over_even, lambda f1, f2: 1.0, "against"),
        (own_structures.odd_over_even, lambda f1, f2: f1 / f2, "sum over the eight atoms"),
    )


def test_the_figures_show_what_they_are_given() -> None:
    verdicts = {s: fc.classify(fc.prototype("rocksalt", s)) for s in ("NaCl", "LiI")}
    points = own_structures.draw_contrast({"NaCl": 0.2, "LiI": 0.9}, verdicts).axes[0].lines
    assert [len(np.asarray(line.get_xdata())) for line in points] == [2] * 4
    turning = own_structures.draw_turning(np.arange(3), dict.fromkeys(fc.LABELS, np.ones((3, 4))))
    assert [panel.get_title() for panel in turning.axes] == [f"{x}, rotated" for x in fc.LABELS]
    widths = [[line.get_linewidth() for line in panel.lines] for panel in turning.axes]
    assert [row.index(max(row)) for row in widths] == [0, 1, 2, 3]
