"""The map panel without a browser: traits in, traits out, and its process."""

import asyncio
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
from facecrystal_widgets.evaluation.embedding import (
    FEATURES,
    GROUP,
    METHODS,
    Embedding,
    EmbeddingSample,
    embed,
    sample_structures,
)
from facecrystal_widgets.evaluation.predictions import EvaluatedStructure
from facecrystal_widgets.evaluation.scores import right_probability
from facecrystal_widgets.laboratory.embedding import CHOICES, LISTED, EmbeddingPanel
from facecrystal_widgets.session.session import Session
from facecrystal_widgets.widgets.defects import DefectPanel

SEED = 1


@pytest.fixture(scope="module")
def sample() -> EmbeddingSample:
    return sample_structures(1, SEED, workers=HERE)


@pytest.fixture(scope="module")
def maps(sample: EmbeddingSample) -> list[Embedding]:
    return [embed(sample, features, method) for method in METHODS for features in FEATURES]


@pytest.fixture
def session() -> Session:
    return Session(strict=True)


@pytest.fixture
def panel(
    session: Session, maps: list[Embedding], monkeypatch: pytest.MonkeyPatch
) -> Iterator[EmbeddingPanel]:
    """A panel with results, which came without a process."""
    panel = EmbeddingPanel(session)
    monkeypatch.setattr(panel, "launch", lambda *_: None)
    panel.per_class.value, panel.seed.value = 1, SEED
    panel.begin()
    panel.take([*np.split(maps[0].rows, 4), *maps])
    panel.finish(JobOutcome("finished"))
    yield panel
    panel.close()


def sent(panel: EmbeddingPanel, monkeypatch: pytest.MonkeyPatch) -> list[tuple[Any, Any]]:
    messages: list[tuple[Any, Any]] = []
    monkeypatch.setattr(
        panel.view, "send", lambda words, buffers: messages.append((words, buffers))
    )
    return messages


def test_the_chosen_map_is_on_the_page(panel: EmbeddingPanel, maps: list[Embedding]) -> None:
    for found in maps:
        panel.view.features, panel.view.method = found.features, found.method
        places = np.frombuffer(panel.view.places, "<f4").reshape(-1, 2)
        np.testing.assert_allclose(places, found.coordinates, rtol=1e-6)
        assert found.method in panel.view.note
        assert ("% of the variance" in panel.view.axes[0]) == (found.method == "PCA")
    assert "56 structures, done" in panel.message.value
    assert "the shipped network" in panel.view.caption


def test_points_say_what_they_are(panel: EmbeddingPanel, sample: EmbeddingSample) -> None:
    assert len(panel.view.points) == len(sample.rows) == 4 * GROUP
    for number in (0, 9, 30):
        point = EvaluatedStructure.of(sample.rows[number])
        place, species, label, answer, p, right, defect, bond = panel.view.points[number]
        assert (place, species) == (number, point.species)
        assert panel.view.classes[label]["label"] == point.label
        assert panel.view.classes[answer]["label"] == point.predicted
        assert (p, right) == pytest.approx((point.probability, point.right), abs=1e-5)
        assert bond == pytest.approx(point.bond_length, abs=1e-3)
        shown = panel.view.defects[defect]["name"].replace(" %", "%")
        assert shown == str(point.defect or "pristine")


@pytest.mark.parametrize("number", [0, 1, 7, 12, 2 * GROUP, 3 * GROUP + 5])
def test_a_click_loads_that_very_structure(
    panel: EmbeddingPanel, session: Session, sample: EmbeddingSample, number: int
) -> None:
    session.set(target_atoms=64, gamma=2.0, recipe=fc.DefectRecipe(lindemann=0.2))
    session.settle()
    page_sends(panel.view, {"do": "load", "row": number})
    assert session.recipe == EvaluatedStructure.of(sample.rows[number]).recipe
    np.testing.assert_allclose(
        session.get("fingerprint").image, sample.images[number], atol=1e-6, rtol=0
    )
    assert session.get("verdict").label == EvaluatedStructure.of(sample.rows[number]).predicted
    assert panel.view.chosen == number
    session.settle()
    session.undo()  # one step
    assert (session.target_atoms, session.gamma, session.recipe.lindemann) == (64, 2.0, 0.2)
    assert panel.view.chosen == -1


def test_sliders_that_follow_do_not_write_what_was_loaded(
    panel: EmbeddingPanel, session: Session, sample: EmbeddingSample
) -> None:
    sliders = DefectPanel(session)
    for number in reversed(range(GROUP)):  # substituted ones, which have species, come first
        panel.load(number)
        assert session.recipe == EvaluatedStructure.of(sample.rows[number]).recipe
        assert panel.view.chosen == number
    sliders.close()


def test_hovering_shows_structure_and_image(
    panel: EmbeddingPanel, sample: EmbeddingSample, monkeypatch: pytest.MonkeyPatch
) -> None:
    messages = sent(panel, monkeypatch)
    number = 13  # a ternary one
    page_sends(panel.view, {"do": "picture", "row": number})
    ((words, (image, positions, kinds)),) = messages
    np.testing.assert_allclose(
        np.frombuffer(image, "<f4").reshape(64, 64), sample.images[number], atol=1e-6
    )
    point = EvaluatedStructure.of(sample.rows[number])
    assert words["picture"] == number
    assert set(words["species"]) == {point.species, *point.recipe.species}
    assert len(words["colours"]) == 3
    places = np.frombuffer(positions, "<f4").reshape(-1, 3)
    assert len(places) == words["atoms"] == len(kinds) == sample.rows[number]["atoms"]
    assert np.abs(places.mean(axis=0)).max() < 0.1
    spacing = np.linalg.norm(places[:, None] - places, axis=-1)
    np.fill_diagonal(spacing, np.inf)
    assert spacing.min(axis=1).mean() == pytest.approx(point.bond_length, rel=1e-4)


@pytest.mark.parametrize("row", [-1, 4 * GROUP, 1e9, "1", None, 2.5])
def test_a_page_with_other_rows_is_not_answered(
    panel: EmbeddingPanel, session: Session, row: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    messages, before = sent(panel, monkeypatch), session.inputs()
    for wish in ("picture", "load"):
        page_sends(panel.view, {"do": wish, "row": row})
    assert messages == []
    assert session.inputs() == before


def test_without_misses_the_least_certain_are_offered(
    panel: EmbeddingPanel, sample: EmbeddingSample
) -> None:
    assert panel.view.verdict.startswith("None of the 56 structures is misclassified. The 24 ")
    order = np.argsort(right_probability(sample.rows), kind="stable")[:LISTED]
    assert panel.view.listed == order.tolist()


def test_misses_are_listed(panel: EmbeddingPanel, sample: EmbeddingSample) -> None:
    rows = sample.rows.copy()
    rows["probabilities"][[5, 20]] = np.roll(rows["probabilities"][[5, 20]], 1, axis=1)
    panel.show_points(rows, SEED)
    assert panel.view.verdict.startswith("2 of 56 structures are misclassified")
    assert panel.view.listed == sorted([5, 20], key=lambda row: rows["bond_length"][row])


def test_a_cancelled_run_keeps_the_maps_there_are(
    panel: EmbeddingPanel, maps: list[Embedding], sample: EmbeddingSample
) -> None:
    places = panel.view.places
    panel.begin()
    panel.take(np.split(sample.rows, 4)[:2])
    assert "28 of 56 structures" in panel.message.value
    panel.finish(JobOutcome("cancelled"))
    assert "as it was before" in panel.message.value
    assert panel.view.places == places
    panel.begin()
    panel.take([*np.split(sample.rows, 4), *maps[:2]])
    panel.view.method = "t-SNE"
    assert panel.view.places == b""
    assert panel.view.note == "The t-SNE map is being computed …"
    panel.finish(JobOutcome("cancelled"))
    assert "was not computed" in panel.view.note
    panel.view.method = "PCA"
    assert panel.view.places


def test_every_choice_is_named_and_explained() -> None:
    expected = {"features": FEATURES, "method": METHODS, "colour": ("class", "defect", "answer")}
    assert {name: tuple(options) for name, options in CHOICES.items()} == expected
    assert all(name and words for options in CHOICES.values() for name, words in options.values())


async def until(condition: Callable[[], object], seconds: float = 90) -> None:
    for _ in range(int(seconds / 0.05)):
        if condition():
            return
        await asyncio.sleep(0.05)
    raise AssertionError("it did not happen")


@pytest.mark.slow
def test_works_in_a_process_and_leaves_none() -> None:
    async def drive() -> None:
        session = CountingSession()
        panel = EmbeddingPanel(session)
        panel.per_class.value = 1
        panel.start.click()
        session.recipe = fc.DefectRecipe(vacancies=0.2)  # the kernel is live meanwhile
        assert session.get("verdict").label == "bcc"
        await until(lambda: len(panel.maps) == 4 and not panel.running)
        assert "56 structures, done" in panel.message.value
        panel.per_class.value = 50
        panel.start.click()
        assert panel.job is not None
        await until(lambda: panel.bar.value > 0)
        panel.stop.click()
        await until(lambda: not panel.running)
        assert not psutil.pid_exists(panel.job.pid)
        assert len(panel.rows) == 56
        panel.start.click()
        pid = panel.job.pid
        panel.close()
        panel.close()
        assert not psutil.pid_exists(pid)
        assert session.watched == []

    run(drive())


def test_an_unusable_network_is_said(tmp_path: Path) -> None:
    async def drive() -> None:
        panel = EmbeddingPanel(Session(model=str(tmp_path)))
        panel.start.click()
        await until(lambda: "fcw-note" in panel.message.value)
        assert str(tmp_path) in panel.message.value
        panel.close()

    run(drive())
