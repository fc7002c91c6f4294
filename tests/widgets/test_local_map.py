"""The local map's panel without a browser: real jobs, traits in, traits out."""

import asyncio
import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import ase.io
import numpy as np
import pytest
from loops import run
from panels import page_sends

from facecrystal_widgets.crystals.classes import LABELS
from facecrystal_widgets.reading.examples import EXAMPLES
from facecrystal_widgets.session.session import Session
from facecrystal_widgets.session.sources import PrototypeSource
from facecrystal_widgets.specimens.grains import polycrystal
from facecrystal_widgets.widgets import LocalPanel


@pytest.fixture
def panel() -> Iterator[LocalPanel]:
    """On a session that raises, with two grains of simple cubic polonium."""
    panel = LocalPanel(Session(strict=True))
    text = io.StringIO()
    ase.io.write(text, polycrystal("sc", "Po", 2, 900, 1).atoms, format="extxyz")
    assert panel.session.upload("two.xyz", text.getvalue().encode())
    panel.session.settle()
    panel.places.value, panel.sphere.value = 40, 64
    yield panel
    panel.close()


async def until(condition: Callable[[], Any]) -> None:
    async with asyncio.timeout(120):
        while not condition():
            await asyncio.sleep(0.02)


def array(content: bytes, kind: str) -> np.ndarray:
    return np.frombuffer(content, kind)


def test_a_small_structure_has_examples_instead_of_a_map() -> None:
    panel = LocalPanel(Session(strict=True))
    panel.session.settle()
    assert panel.stage.children == ()
    buttons = {button.description: button for button in panel.examples.children}
    assert set(buttons) == set(EXAMPLES)
    buttons["a nanoparticle"].click()
    panel.session.settle()
    assert panel.session.source.filename == "nanoparticle.xyz"
    assert panel.view in panel.stage.children
    assert len(array(panel.view.positions, "<f4")) == 3 * len(panel.session.get("structure"))
    panel.close()
    assert panel.view.comm is None


def test_the_atoms_are_there_before_anything_is_known_of_them(panel: LocalPanel) -> None:
    atoms, view = panel.session.get("structure"), panel.view
    points = array(view.positions, "<f4").reshape(-1, 3)
    moved = atoms.positions - points
    np.testing.assert_allclose(moved, np.broadcast_to(moved[0], moved.shape), atol=1e-4)
    assert len(array(view.nearest, "<i4")) == len(atoms)
    assert view.labels == b""
    assert view.found == []


def test_a_map_grows_and_ends_with_its_grains(panel: LocalPanel) -> None:
    async def test() -> None:
        versions = []
        panel.view.observe(lambda change: versions.append(change["new"]), "places_version")
        panel.start.click()
        assert panel.running
        await until(lambda: not panel.running)
        view = panel.view
        assert panel.found is not None
        number = len(panel.found.rows)
        assert number <= 40
        assert len(versions) >= 2
        assert panel.message.value.count("place")
        labels = array(view.labels, "i1")
        assert len(labels) == number == len(array(view.trust, "<f4")) == len(view.reasons)
        assert (labels == LABELS.index("sc")).mean() > 0.9
        assert len(array(view.colours, "u1")) == 9 * number
        assert len(view.found) == len(panel.found.found_grains) == 2
        assert view.found[0][0] == "sc"
        np.testing.assert_array_equal(array(view.grains, "<i2"), panel.found.grains)
        spoken = array(view.nearest, "<i4")
        np.testing.assert_array_equal(spoken >= 0, panel.found.crystalline)
        np.testing.assert_array_equal(
            np.where(spoken < 0, -1 - spoken, spoken), panel.found.place_of_atom
        )
        assert dict(view.shares)["sc"] == pytest.approx(panel.found.shares["sc"])

    run(test())


def test_a_map_shows_the_defects_of_the_sliders_and_says_when_they_moved(
    panel: LocalPanel,
) -> None:
    async def test() -> None:
        session = panel.session
        session.recipe = replace(session.recipe, vacancies=0.3)
        panel.start.click()
        await until(lambda: not panel.running)
        assert panel.found is not None
        assert len(panel.found.survey.atoms) == round(0.7 * len(session.get("structure")))
        assert "moved" not in panel.view.hint
        session.recipe = replace(session.recipe, vacancies=0.4)
        assert "moved" in panel.view.hint
        session.recipe = replace(session.recipe, vacancies=0.3)
        assert "moved" not in panel.view.hint

    run(test())


def test_cancel_keeps_what_there_is(panel: LocalPanel) -> None:
    async def test() -> None:
        panel.places.value = 900
        panel.start.click()
        await until(lambda: panel.view.labels)
        panel.stop.click()
        await until(lambda: not panel.running)
        assert panel.found is not None
        assert 0 < len(panel.found.rows) < 900
        assert "cancelled" in panel.message.value
        assert len(array(panel.view.grains, "<i2")) == len(panel.found.rows)

    run(test())


def test_another_structure_ends_the_work_on_the_old_one(panel: LocalPanel) -> None:
    async def test() -> None:
        panel.places.value = 900
        panel.start.click()
        await until(lambda: panel.view.labels)
        assert panel.session.choose(PrototypeSource("fcc", "Cu"))
        panel.session.settle()
        await until(lambda: not panel.running)
        assert panel.found is None
        assert panel.stage.children == ()

    run(test())


def test_a_click_looks_at_the_sphere_about_the_atom(panel: LocalPanel) -> None:
    page_sends(panel.view, {"do": "place", "atom": 7})
    session = panel.session
    assert session.place == tuple(session.get("structure").positions[7])
    assert panel.view.chosen == 7
    assert len(session.get("cluster")) == session.target_atoms
    session.place = None
    assert panel.view.chosen == -1
    page_sends(panel.view, {"do": "place", "atom": 10**6})
    assert session.place is None


@pytest.mark.parametrize(
    ("places", "sphere", "words"),
    [(0, 128, "places: expected"), (100, 5, "sphere_atoms: expected")],
)
def test_numbers_that_make_no_map_are_refused_in_words(
    panel: LocalPanel, places: int, sphere: int, words: str
) -> None:
    async def test() -> None:
        panel.places.value, panel.sphere.value = places, sphere
        panel.start.click()
        assert not panel.running
        assert words in panel.message.value

    run(test())


def test_the_files_of_a_map(panel: LocalPanel) -> None:
    async def test() -> None:
        panel.start.click()
        await until(lambda: not panel.running)
        assert panel.found is not None
        sent: list[Any] = []
        panel.view.send = lambda content, buffers=None: sent.append((content, buffers))
        for what in ("atoms", "places", "grains"):
            page_sends(panel.view, {"do": "save", "what": what})
        assert [content["save"] for content, _ in sent] == ["atoms.xyz", "places.csv", "grains.csv"]
        atoms = ase.io.read(io.StringIO(sent[0][1][0].decode()), format="extxyz")
        np.testing.assert_array_equal(atoms.arrays["grain"], panel.found.atom_grains)

    run(test())
