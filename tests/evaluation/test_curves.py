"""Figure 4 in numbers: paths from one lattice to another, and from a crystal to a melt."""

import pickle
from typing import Any

import numpy as np
import pytest

import facecrystal_widgets as fc
from facecrystal_widgets.compute.workers import HERE, Workers
from facecrystal_widgets.crystals.classes import LABELS
from facecrystal_widgets.datasets.structures import pristine_structure
from facecrystal_widgets.evaluation.curves import (
    AVAILABLE,
    CurveStructure,
    average,
    curve_structures,
    melting_curve,
    melting_path,
    path_probabilities,
    removal_path,
    transition_curve,
)

IRON = fc.build_cluster(fc.prototype("bcc", "Fe"))
SILICON = fc.build_cluster(fc.prototype("diamond", "Si"))
BCC, SC = LABELS.index("bcc"), LABELS.index("sc")


# --- paths --------------------------------------------------------------------------------------


def test_the_removal_path_goes_in_steps_of_ten_percent() -> None:
    path = removal_path(seed=5)
    assert path == tuple(fc.DefectRecipe(removal=tenths / 10, seed=5) for tenths in range(11))
    left = [len(recipe.apply(IRON)) for recipe in path]
    assert (left[0], left[5], left[-1]) == (128, 96, 64)
    assert left == sorted(left, reverse=True)


def test_the_melting_axis_is_sigma_per_component_over_bond_length() -> None:
    bond = fc.bond_length(IRON)
    path = melting_path(seed=5)
    assert [recipe.sigma(IRON) / bond for recipe in path] == pytest.approx(np.arange(9) * 0.05)
    assert all(recipe.seed == 5 for recipe in path)
    large = fc.build_cluster(fc.prototype("bcc", "Fe"), 10_000)
    moves = melting_path(0, steps=2, top=0.1)[-1].apply(large).positions - large.positions
    assert moves.std(axis=0) / bond == pytest.approx([0.1] * 3, rel=0.03)


@pytest.mark.parametrize(("steps", "top"), [(1, 0.4), (2.5, 0.4), (9, -1), (9, "much"), (9, 6)])
def test_paths_that_lead_nowhere_are_refused(steps: Any, top: Any) -> None:
    with pytest.raises(ValueError, match=r"^(steps|top): expected"):
        melting_path(0, steps, top)


@pytest.mark.parametrize(
    ("cluster", "start", "end"), [(IRON, "bcc", "sc"), (SILICON, "diamond", "fcc")]
)
def test_one_lattice_turns_into_the_other(cluster: Any, start: str, end: str) -> None:
    found = path_probabilities(cluster, removal_path(1))
    assert found.shape == (11, 4)
    assert found.sum(axis=1) == pytest.approx(1)
    assert found[0, LABELS.index(start)] == pytest.approx(1, abs=0.01)
    assert found[-1, LABELS.index(end)] == pytest.approx(1, abs=0.01)
    middle = fc.classify(removal_path(1)[8].apply(cluster))
    assert found[8] == pytest.approx(list(middle.probabilities.values()), abs=1e-6)


def test_another_network_may_answer() -> None:
    class Doubtful:
        def probabilities(self, images: np.ndarray) -> np.ndarray:
            return np.full((len(images), 4), 0.25)

    found = path_probabilities(IRON, removal_path(1), classifier=Doubtful())  # type: ignore[arg-type]
    assert (found == 0.25).all()


# --- samples ------------------------------------------------------------------------------------


@pytest.mark.parametrize("label", LABELS)
def test_samples_are_pristine_structures_of_the_class(label: str) -> None:
    chosen = curve_structures(label, AVAILABLE, seed=3)
    assert len({sample.index for sample in chosen}) == AVAILABLE == 19 * 83
    for sample in (chosen[0], chosen[83], chosen[-1]):
        assert pristine_structure(sample.index, sample.seed)[1] == label
    first, second = (chosen[i].cluster() for i in (0, 1))
    assert (set(first.symbols), set(second.symbols)) == ({"H"}, {"He"})
    assert fc.preparation(first).kind == "conventional"


def test_every_structure_gets_defects_of_its_own() -> None:
    seeds = {
        sample.recipe_seed for seed in range(3) for sample in curve_structures("bcc", 50, seed)
    }
    assert len(seeds) == 150
    assert CurveStructure(2, 0).recipe_seed == curve_structures("bcc", 1, 0)[0].recipe_seed


@pytest.mark.parametrize(("label", "number"), [("hcp", 1), ("bcc", 0), ("bcc", AVAILABLE + 1)])
def test_samples_that_are_not_there(label: str, number: int) -> None:
    with pytest.raises(ValueError, match=r"^(label|number): expected"):
        curve_structures(label, number, 0)


# --- curves -------------------------------------------------------------------------------------


def test_the_average_of_two_paths() -> None:
    one, other = np.zeros((3, 4)), np.zeros((3, 4))
    one[:, BCC], other[:, BCC], other[:, SC] = 1, (1, 0.5, 0), (0, 0.5, 1)
    curve = average([one, other], removal_path(0, 3), "transition", "bcc", 7)
    assert (curve.kind, curve.label, curve.number, curve.seed) == ("transition", "bcc", 2, 7)
    assert (curve.x, curve.x_label) == ((0, 50, 100), "body centres removed (%)")
    assert curve.mean["bcc"] == (1, 0.75, 0.5)
    assert curve.std["bcc"] == curve.std["sc"] == (0, 0.25, 0.5)
    assert tuple(curve.mean) == tuple(curve.std) == LABELS
    alone = average([one], melting_path(0, 3), "melting", "bcc", 7)
    assert (alone.x, alone.std["bcc"]) == ((0, 0.2, 0.4), (0, 0, 0))
    assert "σ per component / bond length" in alone.x_label
    with pytest.raises(ValueError, match=r"^paths: "):
        average([], removal_path(0), "transition", "bcc", 0)


def test_a_curve_is_that_of_its_samples_wherever_it_is_computed() -> None:
    seen: list[Any] = []

    def progress(paths: Any) -> Any:
        for path in paths:
            seen.append(path)
            yield path

    curve = transition_curve("bcc", 3, seed=2, steps=3, workers=HERE, progress=progress)
    assert len(seen) == 3
    paths = [
        path_probabilities(sample.cluster(), removal_path(sample.recipe_seed, 3))
        for sample in curve_structures("bcc", 3, 2)
    ]
    assert curve == average(paths, removal_path(0, 3), "transition", "bcc", 2)
    assert curve == transition_curve("bcc", 3, seed=2, steps=3, workers=Workers(2))
    assert curve != transition_curve("bcc", 3, seed=1, steps=3, workers=HERE)
    assert pickle.loads(pickle.dumps(curve)) == curve


def test_what_cannot_turn_into_another_class() -> None:
    with pytest.raises(ValueError, match="expected one of bcc, diamond, received 'fcc'"):
        transition_curve("fcc", 1)


@pytest.mark.parametrize(("label", "end"), [("bcc", "sc"), ("diamond", "fcc")])
def test_figure_4a_has_the_shape_of_the_paper(label: str, end: str) -> None:
    curve = transition_curve(label, 40, seed=4)
    start, goal = np.array(curve.mean[label]), np.array(curve.mean[end])
    spread = np.array(curve.std[label])
    assert start[:4].min() > 0.99  # the first removals change nothing
    assert (start[-1], goal[-1]) == pytest.approx((0, 1), abs=0.005)
    assert max(spread[0], spread[-1]) < 0.02
    assert spread[1:-1].max() > 0.1
    assert (np.diff(start) < 0.005).all()
    assert (start + goal)[[0, -1]] == pytest.approx(1, abs=0.01)


def test_figure_4b_has_the_shape_of_the_paper() -> None:
    curve = melting_curve(number=60, seed=4)
    mean, std = np.array(curve.mean["bcc"]), np.array(curve.std["bcc"])
    x = np.array(curve.x)
    assert mean[x <= 0.1].min() > 0.99
    assert std[x <= 0.1].max() < 0.02
    assert mean[x == 0.2] < 0.8
    assert mean[x > 0.2].max() < 0.6
    assert std[x >= 0.2].min() > 0.1
    assert np.sum(list(curve.mean.values()), axis=0) == pytest.approx(1)
