"""Training without a browser: what is refused, how it looks while it runs, and what comes of it."""

import asyncio
import json
import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from loops import run
from panels import page_sends

from facecrystal_widgets.compute.job import JobOutcome
from facecrystal_widgets.convnet.architecture import CONVOLUTIONS, PARAMETERS
from facecrystal_widgets.convnet.runtime import Classifier
from facecrystal_widgets.convnet.weights import PRETRAINED, networks_folder
from facecrystal_widgets.laboratory import training
from facecrystal_widgets.laboratory.training import CUSTOM, PRESETS, TrainingPanel
from facecrystal_widgets.session.session import Session
from facecrystal_widgets.training import run as live
from facecrystal_widgets.training.fit import TrainingResult
from facecrystal_widgets.training.plan import MAX_WORK, TrainingPlan
from facecrystal_widgets.training.run import BatchScores, Progress, TrainedNetwork, train
from facecrystal_widgets.widgets import Header

SMALL = (4, 4, 4, 4, 4, 4)

pytestmark = pytest.mark.training


@pytest.fixture
def panel(tmp_path: Path) -> Iterator[TrainingPanel]:
    """On a session that raises."""
    panel = TrainingPanel(Session(strict=True), tmp_path / "networks")
    yield panel
    panel.close()


async def until(condition: Callable[[], Any]) -> None:
    async with asyncio.timeout(240):
        while not condition():
            await asyncio.sleep(0.02)


def floats(content: bytes) -> np.ndarray:
    return np.frombuffer(content, "<f4")


def trained(learnt: float, held_out: float, defective: float, n_test: int = 1600) -> TrainedNetwork:
    result = TrainingResult(learnt, held_out, (0.5, 0.1), 3 * n_test, n_test)
    return TrainedNetwork(result, 520, defective, 1.0, 60.0)


# --- settings -------------------------------------------------------------------------------


def test_it_starts_as_the_paper_did(panel: TrainingPanel) -> None:
    assert panel.plan() == TrainingPlan() == TrainingPlan(6345, 2, 1e-3, CONVOLUTIONS, 0)
    assert panel.plan().parameters == PARAMETERS
    assert panel.plan().work == 1
    assert "313,836 weights and biases; as much work as the paper's training" in panel.hint.value


def test_presets_and_filters_of_ones_own(panel: TrainingPanel) -> None:
    panel.preset.value = "twice as many"
    assert panel.plan().filters == (64, 32, 24, 24, 16, 16)
    assert panel.plan().work == pytest.approx(4, rel=0.05)
    panel.filters.value = "16 8 6 6 4 4"
    assert panel.preset.value == "half as many"
    panel.filters.value = " 9, 8,7 , 6; 5 4"
    assert panel.preset.value == CUSTOM
    assert panel.plan().filters == (9, 8, 7, 6, 5, 4)
    panel.filters.value = "nine"
    assert panel.preset.value == CUSTOM
    panel.preset.value = "half as many"
    assert panel.plan().filters == PRESETS["half as many"]


@pytest.mark.parametrize(
    ("control", "value", "words"),
    [
        ("size", 10, "structures: expected a whole number from 40 to 20,000, received 10"),
        ("size", -5, "structures: expected a whole number"),
        ("epochs", 0, "epochs: expected a whole number from 1 to 50, received 0"),
        ("rate", 0.0, "learning rate: expected a number from 1e-06 to 1, received 0.0"),
        ("rate", float("nan"), "learning rate: expected a number"),
        ("seed", -1, "seed: expected a whole number"),
        ("filters", "32 16 12", "filters: expected 6 numbers, one for each convolution, received"),
        ("filters", "32 16 12 12 8 0", "filters of conv6: expected a whole number from 1 to 128"),
        ("filters", "32 16 12 12 8 x", "filters: expected six whole numbers, such as 32 16 12"),
        ("filters", "", "filters: expected six whole numbers"),
        ("filters", "128 128 128 128 128 128", f"so that it is {MAX_WORK} times at most"),
    ],
)
def test_bad_settings_are_refused_in_words_before_anything_starts(
    panel: TrainingPanel, control: str, value: Any, words: str
) -> None:
    getattr(panel, control).value = value
    assert words in panel.hint.value
    assert "fcw-problem" in panel.hint.value
    panel.start.click()
    assert panel.job is None
    assert words in panel.message.value
    assert "fcw-note" in panel.message.value
    assert not panel.folder.exists()


def test_without_tensorflow_it_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(training, "find_spec", lambda name: None)
    panel = TrainingPanel(folder=tmp_path)
    install = "pip install &#x27;facecrystal_widgets[train]&#x27;"
    assert install in panel.message.value
    panel.say("")
    panel.start.click()
    assert panel.job is None
    assert install in panel.message.value
    panel.close()


def test_a_folder_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    panel = TrainingPanel(folder=tmp_path / "file" / "networks")
    panel.start.click()
    assert panel.job is None
    assert "networks" in panel.message.value
    assert "fcw-note" in panel.message.value
    panel.close()


def test_networks_are_kept_in_the_cache(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert networks_folder() == tmp_path / "facecrystal_widgets" / "networks"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert networks_folder() == Path.home() / ".cache" / "facecrystal_widgets" / "networks"


# --- what is said of a result ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("result", "said", "not_said"),
    [
        (trained(1.0, 1.0, 0.998), ["As good on what it has not seen"], ["Overfitted", "Under"]),
        (trained(0.55, 0.54, 0.5), ["Undertrained: it is wrong about 45.0%"], ["Overfitted"]),
        (trained(1.0, 0.93, 0.999), ["Overfitted"], ["Undertrained", "shipped", "Only"]),
        (trained(1.0, 1.0, 0.9), ["On defective structures it does worse"], ["As good"]),
        (trained(1.0, 0.99, 1.0, 100), ["Only 100 structures were held out"], ["Overfitted"]),
    ],
)
def test_results_are_told_honestly(
    result: TrainedNetwork, said: list[str], not_said: list[str]
) -> None:
    words = " ".join(result.remarks)
    assert all(part in words for part in said)
    assert not any(part in words for part in not_said)


# --- the page -------------------------------------------------------------------------------


def test_curves_and_progress(panel: TrainingPanel) -> None:
    panel.take([Progress("making 6,345 structures", 0, 6345)])
    assert "making 6,345 structures, 0 %" in panel.message.value
    panel.take([Progress("starting TensorFlow")])
    assert "starting TensorFlow" in panel.message.value
    panel.take([Progress("training", 1, 298), BatchScores(1.4, 0.25), Progress("training", 2, 298)])
    panel.take([BatchScores(1.2, 0.5), Progress("training", 151, 298)])
    assert "training, epoch 2 of 2, batch 2 of 149" in panel.message.value
    assert panel.bar.value == pytest.approx(151 / 298)
    np.testing.assert_allclose(floats(panel.view.losses), [1.4, 1.2])
    np.testing.assert_allclose(floats(panel.view.accuracies), [0.25, 0.5])
    assert panel.view.batches == 298


def test_stopping_at_once_keeps_nothing(panel: TrainingPanel) -> None:
    async def test() -> None:
        panel.start.click()
        assert [p.name[:7] for p in panel.folder.iterdir()] == [".draft-"]
        await until(lambda: "making" in panel.message.value)
        panel.stop.click()
        assert panel.stop.disabled
        await until(lambda: not panel.running)
        assert panel.job is not None
        assert panel.job.ending == JobOutcome("cancelled")
        assert "stopped; nothing was kept" in panel.message.value
        assert list(panel.folder.iterdir()) == []
        assert panel.use.disabled

    run(test())


def test_drafts_of_killed_kernels_are_tidied_away(panel: TrainingPanel) -> None:
    async def test() -> None:
        old, new = (panel.folder / f".draft-{name}" for name in ("old", "new"))
        old.mkdir(parents=True)
        new.mkdir()
        os.utime(old, (0, 0))
        panel.start.click()
        panel.stop.click()
        await until(lambda: not panel.running)
        assert list(panel.folder.iterdir()) == [new]

    run(test())


def test_closing_ends_it_and_keeps_nothing(tmp_path: Path) -> None:
    async def test() -> None:
        panel = TrainingPanel(folder=tmp_path)
        panel.start.click()
        job = panel.job
        assert job is not None
        panel.close()
        await until(lambda: not job.running)
        assert list(tmp_path.iterdir()) == []

    run(test())


def test_the_network_goes_along_from_page_to_page(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    kept = networks_folder() / "mine"
    shutil.copytree(PRETRAINED, kept)
    session, other = Session(), Session()
    header, page = Header(session), Header(other)
    assert session.choose_model(str(kept))
    session.settle()
    page_sends(page, {"do": "alive", "state": header.state})
    assert other.model == str(kept)
    panel = TrainingPanel(other)
    panel.back.click()
    assert other.model == ""
    panel.use.click()
    assert other.model == str(kept)
    for name in ("gone", "../networks/mine", str(kept), ".", ["mine"], 1):
        state = json.dumps(json.loads(header.state) | {"network": name})
        stranger = Session()
        page_sends(Header(stranger), {"do": "alive", "state": state})
        assert stranger.model == ""
        assert "of the link is not kept here" in stranger.status


@pytest.mark.slow
def test_train_then_use_it_and_go_back(panel: TrainingPanel) -> None:
    async def test() -> None:
        session, loaded = panel.session, "tensorflow" in sys.modules
        panel.size.value, panel.epochs.value, panel.filters.value = 64, 2, "4 4 4 4 4 4"
        panel.start.click()
        await until(lambda: not panel.running)
        assert panel.job is not None
        assert panel.job.ending == JobOutcome("finished"), panel.message.value
        assert ("tensorflow" in sys.modules) == loaded
        plan = TrainingPlan(64, 2, filters=SMALL)
        assert panel.trained == panel.folder / plan.name
        assert [p.name for p in panel.folder.iterdir()] == [plan.name]
        card = json.loads((panel.trained / "model.json").read_text())
        assert card["parameters"] == plan.parameters
        assert (card["dataset_size"], card["filters"]) == (64, list(SMALL))
        n_train = card["result"]["n_train"]
        steps = 2 * -(-n_train // 32)
        assert len(floats(panel.view.losses)) == steps == panel.view.batches
        losses = floats(panel.view.losses).reshape(2, -1)
        first = [32, n_train - 32]
        np.testing.assert_allclose(losses @ first / n_train, card["result"]["losses"], rtol=1e-4)
        accuracies = floats(panel.view.accuracies)
        assert ((accuracies >= 0) & (accuracies <= 1)).all()
        assert "of 520" in panel.verdict.value
        assert "Undertrained" in panel.verdict.value
        assert str(panel.trained) in panel.verdict.value

        shipped = dict(session.get("verdict").probabilities)
        assert panel.back.disabled
        panel.use.click()
        assert session.model == str(panel.trained)
        assert panel.use.disabled
        assert plan.name in panel.in_use.value
        own = session.get("verdict")
        image = own.fingerprint.image[None]
        expected = Classifier(panel.trained).probabilities(image)[0]
        np.testing.assert_allclose(list(own.probabilities.values()), expected, atol=1e-6)
        assert dict(own.probabilities) != shipped
        panel.back.click()
        assert session.model == ""
        assert dict(session.get("verdict").probabilities) == shipped
        assert "the shipped network" in panel.in_use.value

    run(test())


def test_a_training_that_diverges_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def diverging(*_: Any, on_scores: Callable[[float, float], None], **__: Any) -> None:
        on_scores(1.4, 0.25)
        on_scores(float("nan"), 0.25)

    monkeypatch.setattr(live, "train_model", diverging)
    monkeypatch.setattr(live, "build_pristine", lambda *_, **__: None)
    monkeypatch.setitem(sys.modules, "tensorflow", object())
    with pytest.raises(ValueError, match=r"its loss is no number any more\. Lower the learning"):
        list(train(TrainingPlan(40), tmp_path))
    assert list(tmp_path.iterdir()) == []
