"""Evaluation: what workers compute, what is stored, and what the numbers amount to."""

import csv
import errno
import gzip
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

import facecrystal_widgets as fc
from facecrystal_widgets.compute.workers import HERE, BatchError, Workers
from facecrystal_widgets.convnet.reference import NetworkRef
from facecrystal_widgets.convnet.runtime import pretrained
from facecrystal_widgets.crystals.classes import LABELS
from facecrystal_widgets.datasets.defects import DEFECTS, Defect
from facecrystal_widgets.datasets.structures import SIZE, defective_group, pair
from facecrystal_widgets.evaluation import defective_set as evaluation
from facecrystal_widgets.evaluation import scores as analysis
from facecrystal_widgets.evaluation.defective_set import Evaluation, evaluate, trained_pairs
from facecrystal_widgets.evaluation.predictions import (
    COLUMNS,
    PREDICTION,
    PRISTINE,
    defect_of,
    recipe_of,
    write_predictions,
)
from facecrystal_widgets.evaluation.sizes import PAIRS, SIZES, _all_sizes

GROUPS = 5


def made_up(*rows: dict[str, Any]) -> np.ndarray:
    """Rows of which only what matters is given; the network is right and sure by default."""
    found = np.zeros(len(rows), PREDICTION)
    for row, given in zip(found, rows, strict=True):
        row["species"], row["bond_length"], row["atoms"] = "Fe", 2.5, 128
        for name, value in given.items():
            row[name] = value
        if "probabilities" not in given:
            row["probabilities"][row["label"]] = 1
    return found


@pytest.fixture(scope="module")
def small() -> Evaluation:
    return evaluate(GROUPS, seed=2, workers=HERE)


@pytest.fixture
def short_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluation, "PART", 2)


# --- groups -------------------------------------------------------------------------------------


def test_rows_are_those_of_the_structures_classified_one_by_one(small: Evaluation) -> None:
    for index in (0, GROUPS - 1):
        members, label, species = defective_group(index, 2)
        rows = small.defective[small.defective["parent"] == index]
        assert [defect_of(row) for row in rows] == list(DEFECTS)
        verdicts = fc.classify([atoms for atoms, _ in members])
        for row, (atoms, recipe), verdict in zip(rows, members, verdicts, strict=True):
            assert (LABELS[row["label"]], row["species"], row["atoms"]) == (
                label,
                species,
                len(atoms),
            )
            assert recipe_of(row) == recipe
            assert row["bond_length"] == pytest.approx(fc.bond_length(atoms))
            assert row["probabilities"] == pytest.approx(
                list(verdict.probabilities.values()), abs=1e-6
            )


def test_pristine_rows_are_those_of_the_test_part_of_the_shipped_network() -> None:
    trained = trained_pairs(NetworkRef.at(None))
    testing = [index for index in range(SIZE) if pair(index, 0) not in trained]
    assert len(testing) == pretrained().card["result"]["n_test"]
    assert SIZE - len(testing) == pretrained().card["result"]["n_train"]


def test_a_pristine_row_is_there_if_its_pair_was_not_trained_on(small: Evaluation) -> None:
    trained = trained_pairs(NetworkRef.at(None))
    expected = [index for index in range(GROUPS) if pair(index, 2) not in trained]
    assert small.pristine["parent"].tolist() == expected
    assert len(small.rows) == len(small.pristine) + GROUPS * len(DEFECTS)
    for row in small.pristine:
        assert defect_of(row) is None
        assert recipe_of(row) == fc.DefectRecipe()


def test_another_seed_gives_other_structures(small: Evaluation) -> None:
    other = evaluate(1, seed=3, workers=HERE)
    assert not set(other.defective["recipe_seed"]) & set(small.rows["recipe_seed"])


@pytest.mark.parametrize("groups", [0, SIZE + 1, 2.5, "all"])
def test_the_number_of_groups_is_checked(groups: Any) -> None:
    with pytest.raises(ValueError, match="groups: expected a whole number from 1 to 6,345"):
        evaluate(groups)


def test_a_worker_that_finds_another_network_says_so() -> None:
    with pytest.raises(ValueError, match="a worker has another network"):
        NetworkRef(None, "0" * 64).load()


# --- who computes does not matter ---------------------------------------------------------------


def test_two_processes_give_the_same_bytes(small: Evaluation) -> None:
    assert evaluate(GROUPS, 2, workers=Workers(2)).rows.tobytes() == small.rows.tobytes()


@pytest.mark.slow
@pytest.mark.filterwarnings("default")  # of Dask and Tornado, which are not ours
def test_a_dask_cluster_gives_the_same_bytes(small: Evaluation, tmp_path: Path) -> None:
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, threads_per_worker=1, dashboard_address=None, local_directory=str(tmp_path)
    ) as cluster:
        found = evaluate(GROUPS, 2, workers=Workers(cluster=cluster.scheduler_address))
    assert found.rows.tobytes() == small.rows.tobytes()
    assert found.about == small.about


# --- what is stored -----------------------------------------------------------------------------


def test_stored_parts_are_taken_up_and_missing_ones_made(
    small: Evaluation, tmp_path: Path, short_parts: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert evaluate(GROUPS, 2, folder=tmp_path, workers=HERE).rows.tobytes() == small.rows.tobytes()
    parts = sorted((tmp_path / "parts").iterdir())
    assert [part.name for part in parts] == ["00000.npz", "00002.npz", "00004.npz"]
    parts[1].unlink()
    made = []

    def counted(index: int, *rest: Any) -> np.ndarray:
        made.append(index)
        return computed(index, *rest)

    computed = evaluation.evaluate_group
    monkeypatch.setattr(evaluation, "evaluate_group", counted)
    again = evaluate(GROUPS, 2, folder=tmp_path, workers=HERE)
    assert made == [2, 3]
    assert again.rows.tobytes() == small.rows.tobytes()
    fewer = evaluate(3, 2, folder=tmp_path, workers=HERE)
    assert made == [2, 3]
    assert fewer.rows.tobytes() == small.rows[small.rows["parent"] < 3].tobytes()
    assert evaluate(GROUPS, 2, folder=tmp_path).rows.tobytes() == small.rows.tobytes()
    assert made == [2, 3]


def test_a_part_of_a_quick_look_grows(small: Evaluation, tmp_path: Path, short_parts: None) -> None:
    evaluate(3, 2, folder=tmp_path, workers=HERE)
    found = evaluate(GROUPS, 2, folder=tmp_path, workers=HERE)
    assert found.rows.tobytes() == small.rows.tobytes()
    assert len(list((tmp_path / "parts").iterdir())) == 3


@pytest.mark.parametrize("damage", ["empty", "half", "bit", "foreign", "other groups"])
def test_a_damaged_part_is_made_again(
    damage: str, small: Evaluation, tmp_path: Path, short_parts: None
) -> None:
    evaluate(4, 2, folder=tmp_path, workers=HERE)
    part, other = tmp_path / "parts" / "00000.npz", tmp_path / "parts" / "00002.npz"
    whole = part.read_bytes()
    turned = bytearray(whole)
    turned[len(whole) // 2] ^= 255
    np.savez(tmp_path / "foreign.npz", rows=np.arange(26))
    part.write_bytes(
        {
            "empty": b"",
            "half": whole[: len(whole) // 2],
            "bit": bytes(turned),
            "foreign": (tmp_path / "foreign.npz").read_bytes(),
            "other groups": other.read_bytes(),
        }[damage]
    )
    found = evaluate(4, 2, folder=tmp_path, workers=HERE)
    assert found.rows.tobytes() == small.rows[small.rows["parent"] < 4].tobytes()
    assert part.read_bytes() == whole


def test_parts_of_another_run_are_refused(tmp_path: Path) -> None:
    evaluate(1, 2, folder=tmp_path, workers=HERE)
    with pytest.raises(ValueError, match=r"another run \(seed differ\).*--force"):
        evaluate(1, 3, folder=tmp_path, workers=HERE)
    (tmp_path / "evaluation.json").write_text("{")
    with pytest.raises(ValueError, match=r"\(seed, model_sha256, versions differ\)"):
        evaluate(1, 2, folder=tmp_path, workers=HERE)


KILLED = """
import sys
from pathlib import Path
from facecrystal_widgets.compute.workers import HERE
from facecrystal_widgets.evaluation import defective_set as evaluation
evaluation.PART = 2
evaluation.evaluate(500, 2, folder=Path(sys.argv[1]), workers=HERE)
"""


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="no SIGKILL on this system")
def test_work_that_was_killed_goes_on(small: Evaluation, tmp_path: Path, short_parts: None) -> None:
    process = subprocess.Popen([sys.executable, "-c", KILLED, tmp_path])
    try:
        first = tmp_path / "parts" / "00000.npz"
        deadline = time.monotonic() + 60
        while not first.exists():
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
    finally:
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
    stamp = first.stat().st_mtime_ns
    found = evaluate(GROUPS, 2, folder=tmp_path, workers=HERE)
    assert found.rows.tobytes() == small.rows.tobytes()
    assert first.stat().st_mtime_ns == stamp


def test_a_full_disk_keeps_what_was_finished(
    small: Evaluation, tmp_path: Path, short_parts: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync, room = os.fsync, iter((True, True))

    def limited(file: int) -> None:
        if not next(room, False):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        sync(file)

    monkeypatch.setattr(os, "fsync", limited)
    with pytest.raises(OSError, match=r"the disk is full; .* kept.*00002\.npz"):
        evaluate(GROUPS, 2, folder=tmp_path, workers=HERE)
    assert [part.name for part in (tmp_path / "parts").iterdir()] == ["00000.npz"]
    monkeypatch.setattr(os, "fsync", sync)  # somebody made room
    assert evaluate(GROUPS, 2, folder=tmp_path, workers=HERE).rows.tobytes() == small.rows.tobytes()


def test_a_lost_worker_keeps_what_was_finished(
    small: Evaluation, tmp_path: Path, short_parts: None
) -> None:
    def killing(groups: Iterable[np.ndarray]) -> Iterator[np.ndarray]:
        for number, group in enumerate(groups):
            if number == 4:
                for child in psutil.Process().children(recursive=True):
                    if any("popen_loky" in word for word in child.cmdline()):
                        child.kill()
            yield group

    with pytest.raises(BatchError, match=r"a worker process was killed.* was finished is kept"):
        evaluate(60, 2, folder=tmp_path, workers=Workers(2), progress=killing)
    kept = {part.name: part.stat().st_mtime_ns for part in (tmp_path / "parts").iterdir()}
    assert kept.keys() >= {"00000.npz", "00002.npz"}
    assert len(kept) < 30
    found = evaluate(GROUPS, 2, folder=tmp_path, workers=Workers(2))
    assert found.rows.tobytes() == small.rows.tobytes()
    for name, stamp in kept.items():
        assert (tmp_path / "parts" / name).stat().st_mtime_ns == stamp


def test_predictions_are_written_with_every_digit(small: Evaluation, tmp_path: Path) -> None:
    one, two = tmp_path / "one.csv.gz", tmp_path / "two.csv.gz"
    write_predictions(small.rows, one)
    write_predictions(small.rows, two)
    assert one.read_bytes() == two.read_bytes()
    with gzip.open(one, "rt", encoding="utf-8") as file:
        table = list(csv.DictReader(file))
    assert tuple(table[0]) == COLUMNS
    chances = np.array([[row[f"p_{label}"] for label in LABELS] for row in table], np.float32)
    np.testing.assert_array_equal(chances, small.rows["probabilities"])
    bonds = np.array([row["bond_length"] for row in table], float)
    np.testing.assert_array_equal(bonds, small.rows["bond_length"])
    assert [row["correct"] == "1" for row in table] == analysis.correct(small.rows).tolist()
    kinds = [(row["defect"], row["strength"]) for row in table if row["parent"] == "0"]
    assert kinds[-13:] == [(defect.kind, str(defect.strength)) for defect in DEFECTS]


# --- analysis -----------------------------------------------------------------------------------

HALF = np.array([0.5, 0.3, 0.2, 0.0], np.float32)


def test_scores() -> None:
    rows = made_up({}, {}, {"probabilities": HALF}, {"label": 1, "probabilities": HALF})
    found = analysis.score(rows)
    assert (found.structures, found.misses, found.accuracy) == (4, 1, 0.75)
    assert found.confidence == pytest.approx((1 + 1 + 0.5 + 0.5) / 4)
    assert found.lowest == pytest.approx(0.3)


def test_scores_by_defect_class_and_species() -> None:
    rows = made_up(
        {"defect": PRISTINE, "species": "H"},
        {"defect": 4, "label": 2, "species": "W"},
        {"defect": 4, "label": 3, "species": "W", "probabilities": HALF},
        {"defect": 7, "label": 3, "species": "He"},
    )
    by_defect = analysis.by_defect(rows)
    assert list(by_defect) == [None, Defect("vacancies", 0.5), Defect("displacement", 0.15)]
    assert [s.misses for s in by_defect.values()] == [0, 1, 0]
    assert {k: (s.structures, s.misses) for k, s in analysis.by_class(rows).items()} == {
        "fcc": (1, 0),
        "bcc": (1, 0),
        "sc": (2, 1),
    }
    by_species = analysis.by_species(rows)
    assert list(by_species) == ["H", "He", "W"]
    assert by_species["W"].accuracy == 0.5


def test_confusion() -> None:
    rows = made_up({}, {"label": 1}, {"label": 1, "probabilities": HALF}, {"label": 3})
    expected = np.diag([1, 1, 0, 1])
    expected[1, 0] = 1
    np.testing.assert_array_equal(analysis.confusion(rows), expected)


def test_reliability_of_answers_that_are_too_sure() -> None:
    sure = np.array([0.92, 0.08, 0, 0], np.float32)
    unsure = np.array([0.25, 0.25, 0.25, 0.25], np.float32)
    rows = made_up(
        *({"label": int(i > 5), "probabilities": sure} for i in range(8)),
        *({"probabilities": unsure} for _ in range(2)),
    )
    found = analysis.reliability(rows)
    assert found.counts.sum() == 10
    assert found.counts[0] == 2
    filled = np.flatnonzero(found.counts)
    assert len(filled) == 2
    assert found.edges[filled[1]] < 0.92 <= found.edges[filled[1] + 1]
    assert found.accuracy[filled] == pytest.approx([1, 0.75])
    assert found.confidence[filled] == pytest.approx([0.25, 0.92])
    assert found.error == pytest.approx((2 * 0.75 + 8 * 0.17) / 10)
    assert np.isnan(found.accuracy[1])


def test_certainty_is_counted_in_the_last_bin() -> None:
    found = analysis.reliability(made_up({}, {}))
    assert found.counts[-1] == 2
    assert found.error == 0


def test_misses_come_by_bond_length_and_the_least_certain_first() -> None:
    rows = made_up(
        {"bond_length": 2.4, "label": 1, "probabilities": HALF},
        {"bond_length": 0.8, "label": 2, "probabilities": HALF},
        {"bond_length": 0.5},
        {"probabilities": HALF},
    )
    assert analysis.misses(rows)["bond_length"].tolist() == [0.8, 2.4]
    lowest = analysis.right_probability(analysis.least_certain(rows, 3))
    assert lowest == pytest.approx([0.2, 0.3, 0.5])


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"defect": PRISTINE}, "none found"),
        ({"defect": PRISTINE, "bond_length": 1.2}, "bond length 1.20 Å, under 1.5 Å"),
        (
            {"defect": 7, "bond_length": 1.0},
            "bond length 1.00 Å, under 1.5 Å; Lindemann parameter (rms) 0.26: crystals melt from "
            "0.1 on",
        ),
        ({"defect": 5, "bond_length": 3.0}, "none found"),
        ({"defect": 4, "atoms": 64}, "50% of the atoms are missing, 64 are left"),
        ({"defect": 8, "others": ("Cr", "")}, "25% of Fe replaced by Cr"),
        ({"defect": 12, "others": ("Cr", "V")}, "75% of Fe replaced by Cr and V"),
    ],
)
def test_what_sets_a_structure_apart(given: dict[str, Any], said: str) -> None:
    assert analysis.reasons(made_up(given)[0]) == said


# --- the paper's claims, on a few ---------------------------------------------------------------


def test_the_network_recognises_defective_structures(small: Evaluation) -> None:
    missed = analysis.misses(small.rows)
    assert not [row for row in missed if row["bond_length"] > analysis.SHORT_BOND]
    assert analysis.score(small.rows).confidence > 0.98


def test_the_size_of_the_cluster_does_not_matter() -> None:
    number = PAIRS.index(("Cu", "fcc"))
    rows = _all_sizes(number, 0, NetworkRef.at(None))
    assert rows.shape == (len(SIZES), 1 + len(DEFECTS))
    pristine = rows[rows["defect"] == PRISTINE]
    assert pristine["atoms"].tolist() == [32, 72, 144, 256, 500, 1008]
    assert analysis.correct(rows.ravel()).all()
    assert set(rows["species"].ravel()) == {"Cu"}
