"""Transition and melting without a browser: real jobs, traits in, traits out."""

import asyncio
import csv
import io
import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from loops import run
from panels import page_sends

import facecrystal_widgets as fc
from facecrystal_widgets.arguments import MAX_SEED
from facecrystal_widgets.compute.workers import HERE
from facecrystal_widgets.evaluation.curve_plan import CurvePlan, curve_paths
from facecrystal_widgets.evaluation.curves import (
    MELTING_STRUCTURES,
    TRANSITION_STRUCTURES,
    melting_curve,
    transition_curve,
)
from facecrystal_widgets.laboratory.curves import KINDS, CurvesPanel
from facecrystal_widgets.session.session import Session
from facecrystal_widgets.session.sources import FileSource, PrototypeSource


@pytest.fixture
def panel() -> Iterator[CurvesPanel]:
    """On a session that raises."""
    panel = CurvesPanel(Session(strict=True))
    yield panel
    panel.close()


async def until(condition: Callable[[], Any]) -> None:
    async with asyncio.timeout(60):
        while not condition():
            await asyncio.sleep(0.02)


async def finish(panel: CurvesPanel) -> None:
    panel.start.click()
    assert panel.running
    await until(lambda: not panel.running)


def choose(panel: CurvesPanel, kind: str, element: str, number: int, seed: int = 0) -> None:
    panel.kind.value, panel.element.value = KINDS[kind], element
    panel.number.value, panel.seed.value = number, seed


def paths(panel: CurvesPanel) -> np.ndarray:
    return np.frombuffer(panel.view.paths, "<f4").reshape(len(panel.view.species), -1, 4)


@pytest.mark.parametrize(
    ("kind", "function", "label"),
    [
        ("diamond → fcc, by removal", transition_curve, "diamond"),
        ("melting of sc", melting_curve, "sc"),
    ],
)
def test_all_species_give_the_curve_of_the_experiment(
    panel: CurvesPanel, kind: str, function: Callable[..., Any], label: str
) -> None:
    async def test() -> None:
        choose(panel, kind, "", 3, seed=5)
        await finish(panel)
        expected = function(label, 3, 5, workers=HERE)
        assert panel.curve == expected
        assert panel.view.curve["x"] == expected.x
        assert panel.view.curve["mean"] == dict(expected.mean)
        assert panel.view.curve["std"] == dict(expected.std)
        assert panel.view.curve["x_label"] == expected.x_label
        assert panel.view.species == ["H", "He", "Li"]
        np.testing.assert_allclose(paths(panel).mean(axis=0)[:, 2], expected.mean["bcc"], atol=1e-6)
        assert panel.message.value == '<span class="fcw-words">3 structures, done</span>'
        assert (panel.start.disabled, panel.stop.disabled) == (False, True)

    run(test())


def test_one_element_is_one_crystal_with_other_draws(panel: CurvesPanel) -> None:
    async def test() -> None:
        choose(panel, "melting of bcc", "Fe", 4, seed=2)
        await finish(panel)
        assert panel.view.species == ["Fe"] * 4
        assert panel.view.shown == list(fc.LABELS)
        cluster = fc.build_cluster(fc.prototype("bcc", "Fe"))
        recipe = fc.DefectRecipe(lindemann=math.sqrt(3) * 0.2, seed=5)
        expected = list(fc.classify(recipe.apply(cluster)).probabilities.values())
        np.testing.assert_allclose(paths(panel)[3, 4], expected, atol=1e-5)
        assert "rms displacement" in panel.hint.value
        assert "σ per component / bond length" in panel.view.curve["x_label"]

    run(test())


@pytest.mark.parametrize(("element", "kind"), [("", FileSource), ("Fe", PrototypeSource)])
def test_a_point_is_the_very_structure(panel: CurvesPanel, element: str, kind: type) -> None:
    """Loaded into a session that looked otherwise, it gives the probabilities of the curve."""

    async def test() -> None:
        choose(panel, "bcc → sc, by removal", element, 5)
        await finish(panel)
        assert panel.plan is not None
        session = panel.session
        session.set(target_atoms=64, gamma=1.0, recipe=fc.DefectRecipe(vacancies=0.4))
        for number in range(5):
            page_sends(panel.view, {"do": "choose", "structure": number, "point": 8})
            assert isinstance(session.source, kind)
            assert session.recipe == panel.plan.recipes(number)[8]
            direct = panel.plan.recipes(number)[8].apply(
                fc.build_cluster(panel.plan.structure(number))
            )
            assert np.abs(session.get("broken").positions - direct.positions).max() < 1e-9
            found = list(session.get("verdict").probabilities.values())
            np.testing.assert_allclose(paths(panel)[number, 8], found, atol=1e-5)
            assert panel.view.chosen == [number, 8]
        session.recipe = replace(session.recipe, vacancies=0.1)
        assert panel.view.chosen == []

    run(test())


def test_it_grows_and_can_be_cancelled_while_the_session_lives(panel: CurvesPanel) -> None:
    async def test() -> None:
        choose(panel, "melting of fcc", "Al", 300)
        panel.start.click()
        assert panel.job is not None
        grown = []
        panel.view.observe(lambda change: grown.append(len(change.new)), "species")
        await until(lambda: len(panel.view.species) >= 5)
        assert grown[0] < 60  # the first come before the last
        assert "of 300 structures" in panel.message.value
        assert 0 < panel.bar.value < 0.5
        panel.session.recipe = fc.DefectRecipe(vacancies=0.3)
        assert len(panel.session.get("broken")) == 90
        panel.start.click()  # once is enough
        job = panel.job
        panel.stop.click()
        await until(lambda: not panel.running)
        assert panel.job is job
        done = len(panel.view.species)
        assert f"cancelled after {done} structures" in panel.message.value
        assert panel.curve is not None
        assert panel.curve.number == done < 300
        await finish_small(panel)

    async def finish_small(panel: CurvesPanel) -> None:
        panel.number.value = 2
        await finish(panel)
        assert len(panel.view.species) == 2

    run(test())


def test_closing_the_panel_ends_the_job() -> None:
    async def test() -> None:
        panel = CurvesPanel()
        choose(panel, "melting of fcc", "Al", 300)
        panel.start.click()
        job = panel.job
        assert job is not None
        panel.close()
        await until(lambda: not job.running)
        assert panel.job is job
        assert job.ending is not None
        assert job.ending.kind == "cancelled"
        panel.close()

    run(test())


def test_the_table_holds_the_curve(panel: CurvesPanel) -> None:
    async def test() -> None:
        choose(panel, "bcc → sc, by removal", "W", 2)
        await finish(panel)
        rows = list(csv.DictReader(io.StringIO(panel.view.csv)))
        assert [float(row["x"]) for row in rows] == list(range(0, 101, 10))
        assert panel.curve is not None
        for label in fc.LABELS:
            found = [float(row[f"mean_{label}"]) for row in rows]
            np.testing.assert_allclose(found, panel.curve.mean[label], atol=1e-6)
        assert panel.view.filename == "figure-4-transition-bcc-2"

    run(test())


def test_settings_that_cannot_be_are_refused_before_anything_starts(
    panel: CurvesPanel,
) -> None:
    async def test() -> None:
        for number, seed, words in (
            (0, 0, "structures"),
            (10**6, 0, "structures"),
            (5, -1, "seed"),
        ):
            panel.number.value, panel.seed.value = number, seed
            panel.start.click()
            assert panel.job is None
            assert f"{words}: expected a whole number from" in panel.message.value
            assert "fcw-note" in panel.message.value

    run(test())


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ({"kind": "boiling"}, "kind: expected transition or melting"),
        ({"label": "fcc"}, "class: expected one of bcc, diamond, received 'fcc'"),
        ({"kind": "melting", "label": "hcp"}, "class: expected one of fcc, diamond"),
        ({"element": "Xx"}, "element: expected a chemical symbol"),
        ({"seed": MAX_SEED + 1}, "seed: expected a whole number"),
    ],
)
def test_studies_say_what_is_wrong_with_them(settings: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        CurvePlan(**settings)


def test_the_number_follows_the_paper_until_it_is_chosen(panel: CurvesPanel) -> None:
    assert panel.number.value == TRANSITION_STRUCTURES
    panel.kind.value = KINDS["melting of bcc"]
    assert panel.number.value == MELTING_STRUCTURES
    panel.number.value = 30
    panel.kind.value = KINDS["diamond → fcc, by removal"]
    assert panel.number.value == 30


def test_workers_change_nothing() -> None:
    study = CurvePlan("melting", "diamond", "Si", 3, 1)
    here, there = (list(curve_paths(study, "", jobs)) for jobs in (1, 2))
    for a, b in zip(here, there, strict=True):
        np.testing.assert_array_equal(a.probabilities, b.probabilities)
