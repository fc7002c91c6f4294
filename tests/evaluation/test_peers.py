"""Other methods on the same structures."""

import builtins
import time
from importlib.util import find_spec
from typing import Any

import numpy as np
import pytest

import facecrystal_widgets as fc
from facecrystal_widgets.compute.workers import HERE
from facecrystal_widgets.crystals.classes import LABELS
from facecrystal_widgets.datasets.structures import pair, sample_parents
from facecrystal_widgets.evaluation import peers
from facecrystal_widgets.evaluation.peers import (
    CNA,
    NO_ANSWER,
    NO_TIME,
    ONE_SPECIES,
    PTM,
    SETTINGS,
    SPGLIB,
    Peers,
    ask_spglib,
    compare_peers,
    count_types,
    vote,
)

needs_ovito = pytest.mark.skipif(
    find_spec("ovito") is None, reason="OVITO is not installed (extra 'peers')"
)
CLUSTERS = {
    label: fc.build_cluster(fc.prototype(label, element))
    for label, element in zip(LABELS, ("Al", "Si", "Fe", "Po"), strict=True)
}


def test_the_vote_of_the_atoms() -> None:
    counts = np.array([[[3, 2, 0, 0], [0, 0, 0, 1]], [[0, 0, 0, 0], [4, 0, 4, 1]]])
    assert vote(counts).tolist() == [[0, 3], [NO_ANSWER, NO_ANSWER]]


@needs_ovito
@pytest.mark.parametrize("label", LABELS)
def test_ovito_knows_the_lattices(label: str) -> None:
    cluster = CLUSTERS[label]
    before = cluster.copy()
    counts = count_types(cluster)
    own = np.eye(4, dtype=int)[LABELS.index(label)] * len(cluster)
    np.testing.assert_array_equal(counts[PTM], [own] * len(SETTINGS[PTM]))
    expected = own if label != "sc" else 0 * own  # it has no type for it
    np.testing.assert_array_equal(counts[CNA], [expected])
    assert cluster == before


@needs_ovito
def test_a_tighter_cutoff_recognises_fewer_atoms() -> None:
    broken = fc.DefectRecipe(vacancies=0.2, displacement=0.1, seed=1).apply(CLUSTERS["fcc"])
    matched = count_types(broken)[PTM].sum(axis=1)
    assert (np.diff(matched) >= 0).all()
    assert matched[0] < matched[-1] <= len(broken)


def test_spglib_at_several_tolerances() -> None:
    shaken = fc.DefectRecipe(displacement=0.02, seed=1).apply(CLUSTERS["bcc"])
    found = ask_spglib([CLUSTERS["bcc"], shaken, CLUSTERS["sc"]], (1e-5, 0.3))
    assert found == [[2, 2], [NO_ANSWER, 2], [3, 3]]


def test_a_search_of_spglib_that_does_not_end_is_given_up() -> None:
    """Nobody here has waited for the end of this one: 1,000 atoms displaced by 0.05 Å."""
    cluster = fc.build_cluster(fc.prototype("sc", "Po"), 1000)
    endless = fc.DefectRecipe(displacement=0.05, seed=1).apply(cluster)
    start = time.monotonic()
    found = ask_spglib([CLUSTERS["fcc"], endless, CLUSTERS["fcc"]], (0.3,), seconds=0.5)
    assert found == [[0], [NO_TIME], [0]]
    assert time.monotonic() - start < 20


def test_a_failure_is_not_taken_for_a_long_search() -> None:
    with pytest.raises(RuntimeError, match=r"asks spglib failed[\s\S]*expected an ase.Atoms"):
        ask_spglib(["no atoms"], (0.1,))


def test_the_sample_is_stratified_and_seeded() -> None:
    chosen = sample_parents(5, 400, seed=1)
    assert [sum(pair(i, 1)[1] == label for i in chosen.tolist()) for label in LABELS] == [5] * 4
    assert len(set(chosen.tolist())) == 20
    assert chosen.max() < 400
    np.testing.assert_array_equal(chosen, sample_parents(5, 400, seed=1))
    assert set(chosen) != set(sample_parents(5, 400, seed=2))
    assert sample_parents(5, 3, seed=1).tolist() == [0, 1, 2]


def test_right_answers_and_the_best_setting() -> None:
    answers = np.full((3, 2, 14), NO_ANSWER)
    answers[1, 0] = 2
    answers[1, 1] = 2
    answers[2, 1, :3] = 3
    found = Peers(np.array([10, 11]), np.array([2, 3]), {SPGLIB: answers}, {})
    assert found.correct(SPGLIB).sum(axis=(1, 2)).tolist() == [0, 14, 3]
    assert found.best(SPGLIB) == 1


@pytest.mark.slow
@needs_ovito
def test_a_whole_sample() -> None:
    found = compare_peers(8, seed=0, per_class=1, workers=HERE)
    assert list(found.answers) == list(SETTINGS)
    assert sorted(found.labels.tolist()) == [0, 1, 2, 3]
    for method, answers in found.answers.items():
        assert answers.shape == (len(SETTINGS[method]), 4, 14)
        pristine = found.correct(method)[found.best(method)][:, 0]
        assert pristine.sum() == (3 if method == CNA else 4)
    substituted = found.correct(ONE_SPECIES)[found.best(ONE_SPECIES)][:, 9:]
    assert substituted.all()
    assert not found.correct(SPGLIB)[:, :, 9:].any()
    vacancies = found.shares[PTM][found.best(PTM)][:, 1:6].mean(axis=0)
    assert (np.diff(vacancies) <= 0.02).all()
    assert vacancies[0] > 0.2 > 0.1 > vacancies[-1]


def test_without_ovito_spglib_remains(monkeypatch: pytest.MonkeyPatch) -> None:
    ordinary = builtins.__import__

    def missing(name: str, *rest: Any, **more: Any) -> Any:
        if name.startswith("ovito"):
            raise ImportError("No module named 'ovito'")
        return ordinary(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", missing)
    monkeypatch.setattr(peers, "TOLERANCES", (0.01,))
    found = compare_peers(2, seed=0, per_class=1, workers=HERE)
    assert list(found.answers) == [SPGLIB, ONE_SPECIES]
    assert found.shares == {}
