"""The evaluation panel without a browser: traits in, traits out, folders, and its process."""

import asyncio
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from loops import run
from panels import CountingSession, page_sends

import facecrystal_widgets as fc
from facecrystal_widgets.compute.job import JobOutcome
from facecrystal_widgets.compute.workers import HERE
from facecrystal_widgets.convnet.reference import NetworkRef
from facecrystal_widgets.crystals.classes import LABELS
from facecrystal_widgets.datasets.defects import DEFECTS
from facecrystal_widgets.datasets.structures import defective_group
from facecrystal_widgets.evaluation import results as live_evaluation
from facecrystal_widgets.evaluation.defective_set import Evaluation, evaluate
from facecrystal_widgets.evaluation.peers import ONE_SPECIES, PTM, SPGLIB, Peers, ask_spglib
from facecrystal_widgets.evaluation.peers import SETTINGS as ALL_SETTINGS
from facecrystal_widgets.evaluation.predictions import EvaluatedStructure
from facecrystal_widgets.evaluation.results import (
    PEER_TABLE,
    Group,
    combined,
    evaluate_one,
    evaluation_steps,
    read_results,
)
from facecrystal_widgets.evaluation.scores import by_defect, confusion
from facecrystal_widgets.laboratory import evaluation as panel_module
from facecrystal_widgets.laboratory.evaluation import LISTED, NAMES, EvaluationPanel
from facecrystal_widgets.reports.defective_set.comparison import network_correct, peers_by_defect
from facecrystal_widgets.reports.document import _write_table
from facecrystal_widgets.session.session import Session

SEED = 2


@pytest.fixture(scope="module")
def groups() -> list[Group]:
    """One crystal of each class; two answers were made wrong."""
    found = list(evaluation_steps(1, SEED, None, False))
    for group, row in ((0, 4), (2, 7)):
        group_rows = found[group].rows
        group_rows["probabilities"][row] = np.roll(group_rows["probabilities"][row], 1)
    rng = np.random.default_rng(0)
    settings = {SPGLIB: 2, PTM: 6}
    return [
        Group(group.rows, {m: rng.random((n, 13)) < 0.4 for m, n in settings.items()})
        for group in found
    ]


@pytest.fixture
def session() -> Session:
    return Session(strict=True)


@pytest.fixture
def panel(
    session: Session, groups: list[Group], monkeypatch: pytest.MonkeyPatch
) -> Iterator[EvaluationPanel]:
    """A panel with results, which came without a process."""
    panel = EvaluationPanel(session)
    monkeypatch.setattr(panel, "launch", lambda *_: None)
    panel.per_class.value, panel.seed.value = 1, SEED
    panel.begin()
    panel.take(groups[:3])
    panel.take(groups[3:])
    panel.finish(JobOutcome("finished"))
    yield panel
    panel.close()


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Evaluation, Peers]:
    """A folder as ``facecrystal evaluate`` leaves it, with invented answers of other methods."""
    folder = tmp_path_factory.mktemp("evaluation")
    evaluation = evaluate(5, SEED, folder=folder, workers=HERE)
    rng = np.random.default_rng(1)
    shapes = {method: (len(ALL_SETTINGS[method]), 4, 14) for method in (SPGLIB, PTM)}
    labels = np.arange(4)
    peers = Peers(np.arange(4), labels, {m: rng.integers(-1, 4, s) for m, s in shapes.items()}, {})
    table = folder / PEER_TABLE
    table.parent.mkdir()
    _write_table(peers_by_defect(peers, network_correct(evaluation, peers)), table)
    return folder, evaluation, peers


def test_the_tables_are_those_of_the_rows(panel: EvaluationPanel, groups: list[Group]) -> None:
    rows = np.concatenate([group.rows for group in groups])
    assert panel.view.matrix == confusion(rows).tolist()
    assert np.sum(panel.view.matrix) == 4 * 13
    assert np.trace(panel.view.matrix) == 4 * 13 - 2
    scores = by_defect(rows)
    assert [line["name"].replace(" %", "%") for line in panel.view.table] == list(map(str, DEFECTS))
    for line, defect in zip(panel.view.table, DEFECTS, strict=True):
        assert (line["structures"], line["misses"]) == (4, scores[defect].misses)
        assert line["accuracy"] == scores[defect].accuracy
    assert panel.view.summary.startswith("50 of 52 structures in the right class (96.15 %), 2 mis")
    assert "4 crystals, done" in panel.message.value


def test_other_methods_stand_at_their_best_setting(
    panel: EvaluationPanel, groups: list[Group]
) -> None:
    assert [name.split(", ")[0] for name in panel.view.peers] == [SPGLIB, PTM]
    right = np.stack([group.right[PTM] for group in groups])
    best = right.mean(axis=(0, 2)).argmax()
    assert panel.view.peers[1].endswith(live_evaluation.SETTINGS[PTM][best])
    shown = [line["peers"][1] for line in panel.view.table]
    np.testing.assert_allclose(shown, right[:, best].mean(axis=0), atol=1e-4)


def test_a_cell_opens_its_structures(panel: EvaluationPanel) -> None:
    label = int(panel.rows[4]["label"])
    answer = int(panel.rows[4]["probabilities"].argmax())
    assert label != answer
    page_sends(panel.view, {"do": "open", "what": ["cell", label, answer]})
    assert panel.view.heading == f"{LABELS[label]} taken for {LABELS[answer]}: 1 structure"
    ((number, species, *_),) = panel.view.listed
    assert (number, species) == (4, panel.rows[4]["species"])
    panel.open_list(["cell", label, label])
    assert len(panel.view.listed) == panel.view.matrix[label][label] == 12
    right = [one[5] for one in panel.view.listed]
    assert right == sorted(right)
    panel.open_list(["defect", 7])
    assert panel.view.heading.startswith(f"{NAMES[8]}: 4 structures")
    assert {one[6] for one in panel.view.listed} == {8}
    panel.open_list([])
    assert panel.view.listed == []


def test_a_long_list_is_cut_and_says_so(panel: EvaluationPanel) -> None:
    rows = np.repeat(panel.rows[:1], LISTED + 50)
    rows["probabilities"] = np.eye(4)[rows["label"]]
    panel.rows = rows
    panel.open_list(["cell", int(rows[0]["label"]), int(rows[0]["label"])])
    assert len(panel.view.listed) == LISTED
    assert f"the {LISTED} least certain of {LISTED + 50}" in panel.view.heading


@pytest.mark.parametrize("number", [0, 6, 12 + 13, 11 + 39])
def test_a_click_loads_that_very_structure(
    panel: EvaluationPanel, session: Session, number: int
) -> None:
    point = EvaluatedStructure.of(panel.rows[number])
    members, *_ = defective_group(point.parent, SEED)
    expected = fc.fingerprint(members[number % 13][0]).image
    page_sends(panel.view, {"do": "load", "row": number})
    assert session.recipe == point.recipe
    np.testing.assert_allclose(session.get("fingerprint").image, expected, atol=1e-6, rtol=0)
    assert panel.view.chosen == number
    session.recipe = fc.DefectRecipe()
    assert panel.view.chosen == -1


def test_a_structure_of_another_version_is_not_passed_off(
    panel: EvaluationPanel, session: Session
) -> None:
    panel.load(0)
    assert session.status == "ready"
    panel.rows = panel.rows.copy()
    panel.rows["bond_length"] *= 1.001
    panel.load(1)
    assert "made by another version" in session.status


def test_an_open_list_grows_with_the_evaluation(
    panel: EvaluationPanel, groups: list[Group]
) -> None:
    run = panel.view.run
    panel.begin()
    assert panel.open.disabled
    panel.take(groups[:1])
    assert (panel.view.run, panel.view.opened) == (run + 1, [])
    panel.open_list(["defect", 0])
    panel.load(3)
    panel.take(groups[1:3])
    assert len(panel.view.listed) == 3
    assert (panel.view.run, panel.view.chosen) == (run + 1, 3)
    panel.finish(JobOutcome("cancelled"))
    assert "cancelled after 3 crystals" in panel.message.value
    assert not panel.open.disabled


def test_a_finished_evaluation_is_opened(
    panel: EvaluationPanel, finished: tuple[Path, Evaluation, Peers]
) -> None:
    folder, evaluation, peers = finished
    panel.folder.value = f" {folder} "
    panel.open.click()
    assert panel.view.matrix == confusion(evaluation.rows).tolist()
    assert np.array_equal(panel.rows, evaluation.rows)
    assert "the shipped network" in panel.view.caption
    assert "a sample of 4 crystals" in panel.view.note
    expected = [peers.correct(method)[peers.best(method)].mean(axis=0) for method in peers.answers]
    shown = {line["name"]: line["peers"] for line in panel.view.table}
    for place, name in enumerate(NAMES):
        if name in shown:
            assert shown[name] == pytest.approx([float(e[place]) for e in expected], abs=1e-4)
    assert len(shown) >= 13


def test_a_folder_without_other_methods_says_so(
    panel: EvaluationPanel, finished: tuple[Path, Evaluation, Peers], tmp_path: Path
) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(finished[0], folder)
    (folder / PEER_TABLE).unlink()
    panel.open_folder(folder)
    assert panel.view.peers == []
    assert panel.view.note == "No comparison with other methods is in this folder."


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda folder: shutil.rmtree(folder), "evaluation.json is missing"),
        (lambda folder: (folder / "evaluation.json").write_text("{}"), "damaged"),
        (lambda folder: (folder / "evaluation.json").write_text("[1]"), "damaged"),
        (lambda folder: shutil.rmtree(folder / "parts"), "not finished"),
        (lambda folder: next((folder / "parts").iterdir()).write_bytes(b"PK"), "damaged"),
        (
            lambda folder: np.savez(next((folder / "parts").iterdir()), rows=np.zeros(3)),
            "holds something else",
        ),
    ],
)
def test_a_spoilt_folder_is_refused_and_changes_nothing(
    panel: EvaluationPanel,
    finished: tuple[Path, Evaluation, Peers],
    tmp_path: Path,
    spoil: Callable[[Path], Any],
    words: str,
) -> None:
    folder = tmp_path / "copy"
    shutil.copytree(finished[0], folder)
    spoil(folder)
    before = panel.view.matrix
    panel.open_folder(folder)
    assert words in panel.message.value
    assert str(folder) in panel.message.value
    assert panel.view.matrix == before


def test_no_folder_is_asked_for(panel: EvaluationPanel) -> None:
    panel.open.click()
    assert "Type the folder" in panel.message.value


def test_without_ovito_the_missing_column_is_explained(
    panel: EvaluationPanel, groups: list[Group], monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(_: Any) -> None:
        raise ImportError("no ovito")

    monkeypatch.setattr(live_evaluation, "count_types", missing)
    monkeypatch.setattr(
        live_evaluation, "ask_spglib", lambda some, t, _: [[-1] * len(t)] * len(some)
    )
    monkeypatch.setattr(panel_module, "find_spec", lambda _: None)
    group = evaluate_one(5, SEED, NetworkRef.at(None), True)
    assert set(group.right) == {SPGLIB, ONE_SPECIES}
    panel.begin()
    panel.take([group])
    assert "OVITO is not installed" in panel.view.note
    assert not any(name.startswith(PTM) for name in panel.view.peers)


def test_other_methods_get_the_same_structures() -> None:
    pytest.importorskip("ovito")
    group = evaluate_one(8, SEED, NetworkRef.at(None), True)
    kinds = np.array([DEFECTS[number].kind for number in group.rows["defect"]])
    substituted = np.isin(kinds, ("binary", "ternary"))
    assert group.right[PTM][-1, substituted].all()  # the lattice is whole
    assert group.right[ONE_SPECIES][:, substituted].all()
    assert not group.right[SPGLIB][:, kinds == "vacancies"].any()
    atoms = defective_group(8, SEED)[0][0][0]
    (answer,) = ask_spglib([atoms], live_evaluation.TOLERANCES)
    assert (np.array(answer) == group.rows["label"][0]).tolist() == (
        group.right[SPGLIB][:, 0].tolist()
    )
    assert combined([group], SEED, "").peers.keys() >= {f"{SPGLIB}, 0.01 Å"}


def test_reading_gives_what_was_written(finished: tuple[Path, Evaluation, Peers]) -> None:
    folder, evaluation, _ = finished
    found = read_results(folder)
    assert np.array_equal(found.rows, evaluation.rows)
    assert (found.seed, found.sha256) == (SEED, NetworkRef.at(None).sha256)
    assert found.compared == 4


@pytest.mark.slow
def test_works_in_a_process_and_leaves_none() -> None:
    async def until(condition: Callable[[], object]) -> None:
        for _ in range(1800):
            if condition():
                return
            await asyncio.sleep(0.05)
        raise AssertionError("it did not happen")

    async def drive() -> None:
        session = CountingSession()
        panel = EvaluationPanel(session)
        panel.per_class.value = 1
        panel.start.click()
        await until(lambda: panel.results is not None)
        session.recipe = fc.DefectRecipe(vacancies=0.2)  # the kernel is live meanwhile
        assert session.get("verdict").label == "bcc"
        await until(lambda: not panel.running)
        assert np.sum(panel.view.matrix) == 52
        panel.start.click()
        assert panel.job is not None
        await until(lambda: panel.bar.value > 0)
        panel.stop.click()
        await until(lambda: not panel.running)
        assert not psutil.pid_exists(panel.job.pid)
        panel.start.click()
        pid = panel.job.pid
        panel.close()
        panel.close()
        assert not psutil.pid_exists(pid)
        assert session.watched == []

    run(drive())
