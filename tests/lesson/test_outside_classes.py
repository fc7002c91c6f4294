"""Notebook 8: structures outside the four classes, and scores that tell them apart."""

from typing import Any, ClassVar

import numpy as np
from exercises import Exercises
from matplotlib.figure import Figure

import facecrystal_widgets as fc
from facecrystal_widgets.evaluation.robustness.scores import auroc
from facecrystal_widgets.lesson import outside_classes, structures
from facecrystal_widgets.specimens.single_crystals import crystal


class TestExercises(Exercises):
    right: ClassVar = {
        outside_classes.is_crystal: lambda heights: heights.min() > 0.1,
        outside_classes.auroc: auroc,
    }
    wrong = (
        (outside_classes.is_crystal, lambda heights: heights.mean() > 0.4, "rejects iron with σ"),
        (
            outside_classes.is_crystal,
            lambda heights: heights.mean() > 0.3,
            "accepts tetragonal iron",
        ),
        (outside_classes.is_crystal, lambda heights: heights.max() > 0.5, "accepts hcp magnesium"),
        (outside_classes.is_crystal, lambda heights: heights.min() > 0.5, "rejects iron with σ"),
        (outside_classes.is_crystal, lambda heights: heights > 0.1, "True or False"),
        (outside_classes.auroc, lambda a, b: np.mean(a[:, None] > b), "ties"),
        (outside_classes.auroc, lambda a, b: np.mean(a[:, None] >= b), "ties"),
        (outside_classes.auroc, lambda a, b: 1 - auroc(a, b), "Turned round"),
        (outside_classes.auroc, lambda a, b: auroc(a, b) * len(a) * len(b), "number of pairs"),
        (outside_classes.auroc, lambda a, b: a.mean() - b.mean(), "compares every one"),
    )


def test_magnesium_lacks_most_of_the_reflections() -> None:
    words, figure = outside_classes.reveal_hcp()
    assert "4 of 13 reflections of fcc present" in str(words)
    assert isinstance(figure, Figure)
    panels: list[Any] = figure.axes
    of_copper, of_magnesium = ([bar.get_height() for bar in p.patches] for p in panels)
    assert min(of_copper) > 0.5
    assert min(of_magnesium) < 0.05


def test_trust_falls_between_bcc_and_fcc_and_the_probability_does_not() -> None:
    ratios, verdicts = outside_classes.bain_path()
    assert (verdicts[0].label, verdicts[-1].label) == ("bcc", "fcc")
    assert min(verdict.probability for verdict in verdicts) > 0.99
    assert [v.trusted for v in (verdicts[0], verdicts[len(ratios) // 2], verdicts[-1])] == [
        *(True, False, True)
    ]
    words, figure = outside_classes.reveal_bain()
    told = float(str(words).split("**")[1])
    assert 0.99 < told <= min(verdict.probability for verdict in verdicts)
    assert isinstance(figure, Figure)


def test_trust_separates_what_the_probability_does_not() -> None:
    inside, outside = (
        fc.classify(group, orientation="search") for group in outside_classes.outside_classes()
    )
    assert all(verdict.trusted for verdict in inside)
    assert not any(verdict.trusted for verdict in outside)
    assert auroc(*(np.array([v.probability for v in g]) for g in (inside, outside))) < 0.9
    assert len(outside_classes.draw_outside_classes(inside, outside).axes[0].lines) == 3


def test_what_it_still_cannot_do_is_as_the_notebook_says() -> None:
    copper = fc.build_cluster(fc.prototype("fcc", "Cu"))
    shaken = [fc.DefectRecipe(displacement=d, seed=1).apply(copper) for d in (0.25, 0.3, 0.4)]
    assert [fc.classify(atoms).trusted for atoms in shaken] == [True, False, False]
    assert "cannot tell" in fc.classify(copper[:12], orientation="search").reason
    salt = fc.classify(fc.prototype("rocksalt", "NaCl"))
    assert (salt.label, salt.trusted) == ("sc", False)
    assert "species in order" in salt.reason


def test_graphite_passes_the_simple_rule() -> None:
    """As the last page of the notebook says."""
    graphite = crystal("graphite", "C").cut(structures.ATOMS, "sphere", 1).atoms
    fit = fc.find_orientation(graphite)
    assert (fit.lattice, len(fit.intensities)) == ("fcc", 13)
    assert fit.intensities.min() > 0.69
    assert "orientation ambiguous" in fc.classify(graphite).reason
