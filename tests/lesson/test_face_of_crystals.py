"""Notebook 1: space groups, damage, a confusion matrix, and what lies between."""

import re

import numpy as np
import pytest
from exercises import hint
from matplotlib.figure import Figure

import facecrystal_widgets as fc
from facecrystal_widgets.lesson import face_of_crystals

GROUPS = {"fcc": 225, "diamond": 227, "bcc": 229, "sc": 221}


def test_space_groups() -> None:
    assert "four space groups" in face_of_crystals.space_groups(GROUPS)
    assert "`bcc`" in hint(face_of_crystals.space_groups, GROUPS | {"bcc": 225})
    assert "No entry for sc" in hint(
        face_of_crystals.space_groups, {k: GROUPS[k] for k in list(GROUPS)[:3]}
    )
    assert "dictionary" in hint(face_of_crystals.space_groups, [225])
    assert "without quotes" in hint(face_of_crystals.space_groups, GROUPS | {"sc": "221"})
    whole = fc.find_symmetry(fc.prototype("fcc", "Cu"))
    assert ".number" in hint(face_of_crystals.space_groups, GROUPS | {"fcc": whole})


def test_damage_that_only_spglib_minds() -> None:
    assert "P1" in face_of_crystals.breaking_recipe(fc.DefectRecipe(vacancies=0.3, seed=1))
    assert "still recognises" in hint(face_of_crystals.breaking_recipe, fc.DefectRecipe())
    assert "Too much" in hint(face_of_crystals.breaking_recipe, fc.DefectRecipe(displacement=1.5))
    assert "Expected a recipe" in hint(face_of_crystals.breaking_recipe, 0.3)
    same = fc.DefectRecipe(substitution=0.25, species=("Fe",))
    assert "another element" in hint(face_of_crystals.breaking_recipe, same)


def test_accuracy() -> None:
    table = np.array([[3, 0, 0, 0], [1, 2, 0, 0], [0, 0, 3, 0], [0, 0, 0, 1]])
    checker = face_of_crystals.accuracy(table)
    assert checker(0.9).startswith("1 of 10")
    assert "percent" in hint(checker, 90)
    assert "wrong answers" in hint(checker, 0.1)
    assert "rounding" in hint(checker, 0.905)
    assert "divide" in hint(checker, 9)
    assert "diagonal" in hint(checker, 0.5)
    assert "str" in hint(checker, "nine")


def test_the_confusion_matrix_counts_answers() -> None:
    iron = fc.classify(fc.fingerprint(fc.prototype("bcc", "Fe")))
    table = face_of_crystals.confusion_matrix(["bcc", "sc"], [iron, iron])
    assert table.tolist() == [[0] * 4, [0] * 4, [0, 0, 1, 0], [0, 0, 1, 0]]
    assert isinstance(face_of_crystals.draw_confusion({"a": table + 1}), Figure)


def test_what_notebook_1_reveals_is_so() -> None:
    words, *_ = face_of_crystals.reveal_vacancies()
    assert [line.count("bcc") for line in str(words).splitlines()[-3:]] == [1, 1, 1]
    medians = [float(line.split("|")[3]) for line in str(words).splitlines()[-3:]]
    assert medians == sorted(medians)
    assert "diamond (Fd-3m)" in face_of_crystals.reveal_unknown()
    assert face_of_crystals.unknown()[1] == "diamond"
    words, _ = face_of_crystals.reveal_attention()
    on_spots, area = map(int, re.findall(r"(\d+) % of the (?:map|pixels)", str(words))[:2])
    assert on_spots > max(50, 3 * area)


@pytest.mark.slow
def test_the_curve_crosses_where_the_prediction_says() -> None:
    words, figure = face_of_crystals.reveal_transition()
    (crossing,) = re.findall(r"where (\d+) % of", str(words))
    assert 70 < int(crossing) < 90
    assert isinstance(figure, Figure)


@pytest.mark.slow
def test_near_neighbours_on_the_map_share_their_class() -> None:
    words, figure = face_of_crystals.reveal_map()
    (same,) = re.findall(r"([\d.]+) % are of the same class", str(words))
    assert float(same) > 90
    assert isinstance(figure, Figure)
