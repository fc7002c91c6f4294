"""The state of a page, driven without a browser: views, choices, refusals, history."""

import asyncio
import json
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from loops import run

import facecrystal_widgets as fc
from facecrystal_widgets.session.session import Session
from facecrystal_widgets.session.sources import FileSource, PrototypeSource
from facecrystal_widgets.session.watches import ANNOUNCE_SECONDS, SETTLE_SECONDS


def test_an_equal_value_notifies_nobody(session: Session) -> None:
    session.recipe = fc.DefectRecipe(vacancies=0.2)
    seen: list[Any] = []
    session.watch(seen.append, "verdict")
    session.recipe = fc.DefectRecipe(vacancies=0.2)
    session.detector = fc.Detector()
    session.source = PrototypeSource("bcc", "Fe")
    assert len(seen) == 1


def test_nothing_is_computed_that_nobody_watches(session: Session) -> None:
    session.recipe = fc.DefectRecipe(vacancies=0.2)
    session.settle()
    assert not any(session.computed.values())


def test_views_are_called_for_what_they_watch_only(session: Session) -> None:
    images: list[Any] = []
    verdicts: list[Any] = []
    session.watch(images.append, "pristine")
    session.watch(verdicts.append, "verdict")
    session.recipe = replace(session.recipe, displacement=0.1)
    assert (len(images), len(verdicts)) == (1, 2)
    with session.hold():
        session.gamma = 2.0
        session.target_atoms = 200
    assert (len(images), len(verdicts)) == (2, 3)


def test_slow_stages_wait_until_the_inputs_rest(session: Session) -> None:
    seen: list[Any] = []
    session.watch(seen.append, "symmetry")
    for percent in range(1, 20):
        session.recipe = replace(session.recipe, vacancies=percent / 100)
    assert session.computed["symmetry"] == 0
    session.settle()
    session.settle()
    assert session.computed["symmetry"] == 1
    assert [v.symbol for v in seen] == ["P1"]


def test_a_hidden_view_costs_nothing_and_catches_up(session: Session) -> None:
    seen: list[Any] = []
    watch = session.watch(seen.append, "verdict")
    session.activate(watch, False)
    computed = session.computed["verdict"]
    session.recipe = replace(session.recipe, vacancies=0.4)
    assert session.computed["verdict"] == computed
    session.activate(watch, True)
    assert session.computed["verdict"] == computed + 1
    assert len(seen) == 2


def test_a_problem_is_shown_and_leaves_the_rest_alone() -> None:
    session = Session()
    verdicts: list[Any] = []
    session.watch(verdicts.append, "verdict")
    session.recipe = fc.DefectRecipe(vacancies=1.0)
    assert "lower the vacancies" in session.status
    assert len(verdicts) == 1
    session.symprec = 0.1  # another change does not hide the problem
    assert "lower the vacancies" in session.status
    session.recipe = fc.DefectRecipe(vacancies=0.5)
    assert session.status == "ready"
    assert len(verdicts) == 2


def test_a_failing_view_does_not_stop_the_others(caplog: pytest.LogCaptureFixture) -> None:
    session = Session()
    seen: list[Any] = []

    def broken(_: Any) -> None:
        raise RuntimeError("no luck")

    session.watch(broken, "verdict")
    session.watch(seen.append, "verdict")
    session.recipe = fc.DefectRecipe(vacancies=0.1)
    assert len(seen) == 2
    assert "no luck" in session.status
    assert "Traceback" in caplog.text
    with pytest.raises(RuntimeError, match="no luck"):
        Session(strict=True).watch(broken, "verdict")


def test_an_unusable_structure_is_refused_and_the_last_one_kept(tungsten: bytes) -> None:
    session = Session()
    verdicts: list[Any] = []
    session.watch(verdicts.append, "verdict")
    before = session.inputs()
    for name, content in (("a.cif", b""), ("b.cif", b"\x00\x01"), ("c.xyz", b"1\n\nFe 0 0 0\n")):
        assert not session.upload(name, content)
        assert name in session.status or "at least two" in session.status
        assert session.inputs() == before
    assert len(verdicts) == 1
    assert session.upload("W.cif", tungsten)
    assert session.status == "ready"
    assert str(verdicts[-1]) == "bcc (Im-3m) 1.000"


def test_a_place_from_a_link_has_to_be_one() -> None:
    session = Session()
    state = session.to_dict() | {"place": [1, 2, "here"]}
    assert not session.restore(json.dumps(state))
    assert "place: expected Å" in session.status
    assert session.place is None


def test_defects_that_a_new_structure_cannot_have_are_dropped() -> None:
    session = Session(strict=True)
    session.recipe = fc.DefectRecipe(
        vacancies=0.1, substitution=0.5, species=("Cu",), removal=0.5, seed=3
    )
    assert session.choose(PrototypeSource("fcc", "Cu"))
    assert session.recipe == fc.DefectRecipe(vacancies=0.1, seed=3)


def test_undo_and_redo_go_by_states_at_rest(session: Session) -> None:
    start = session.inputs()
    for percent in (1, 2, 3):
        session.recipe = replace(session.recipe, vacancies=percent / 100)
    session.settle()
    session.choose(PrototypeSource("fcc", "Cu"))
    session.settle()
    end = session.inputs()
    session.undo()
    assert session.source == PrototypeSource("bcc", "Fe")
    assert session.recipe.vacancies == 0.03
    session.undo()
    assert session.inputs() == start
    assert not session.can_undo
    session.redo()
    session.redo()
    assert session.inputs() == end
    assert not session.can_redo


def test_undo_computes_nothing_for_the_state_that_is_left(session: Session) -> None:
    session.watch(lambda _: None, "symmetry")
    session.settle()
    session.recipe = replace(session.recipe, vacancies=0.2)
    session.undo()
    assert session.recipe == fc.DefectRecipe()
    assert session.computed["symmetry"] == 1
    session.redo()
    assert session.recipe.vacancies == 0.2


def test_a_chosen_file_is_read_once(
    session: Session, monkeypatch: pytest.MonkeyPatch, tungsten: bytes
) -> None:
    read: list[str] = []
    load = FileSource.load

    def read_and_load(source: FileSource) -> Any:
        read.append(source.filename)
        return load(source)

    monkeypatch.setattr(FileSource, "load", read_and_load)
    session.upload("W.cif", tungsten)
    assert set(session.get("broken").get_chemical_symbols()) == {"W"}
    assert str(session.get("verdict")) == "bcc (Im-3m) 1.000"
    assert session.get("pristine").species == ("W",)
    assert read == ["W.cif"]
    session.target_atoms = 200
    assert len(session.get("cluster")) > 128
    assert read == ["W.cif"]


def test_what_cannot_scatter_is_refused() -> None:
    session = Session()
    before = session.inputs()
    block = [f"Fe {x} {y} {z}" for x in range(3) for y in range(3) for z in range(3)]
    for name, atoms, reason in (
        ("far.xyz", [*block, "Fe 900000 0 0"], "so far"),
        ("Es.xyz", ["Es 0 0 0", "Es 2.5 0 0"], "Es"),
    ):
        assert not session.upload(name, "\n".join([str(len(atoms)), "", *atoms]).encode())
        assert reason in session.status
        assert session.inputs() == before


def test_reset_and_undo_take_a_refusal_from_the_page() -> None:
    session = Session()
    for act in (session.reset, session.undo):
        session.recipe = fc.DefectRecipe(vacancies=0.1)
        session.settle()
        session.reset()
        session.refuse("no")
        assert session.status == "no"
        act()
        assert session.status == "ready"


def test_a_change_after_undo_ends_redo(session: Session) -> None:
    for percent in (10, 20):
        session.recipe = fc.DefectRecipe(vacancies=percent / 100)
        session.settle()
    session.undo()
    assert session.can_redo
    session.recipe = fc.DefectRecipe(vacancies=0.3)
    assert not session.can_redo
    session.redo()
    assert session.recipe.vacancies == 0.3
    session.undo()
    assert session.recipe.vacancies == 0.1


def test_views_follow_what_was_set_before_an_error(session: Session) -> None:
    seen: list[Any] = []
    session.watch(seen.append, "recipe")
    with pytest.raises(Exception, match="gamma"):
        session.set(recipe=fc.DefectRecipe(vacancies=0.2), gamma=99.0)
    assert seen[-1] == session.recipe == fc.DefectRecipe(vacancies=0.2)


def test_a_view_can_be_called_again_though_nothing_is_new(session: Session) -> None:
    calls: list[Any] = []
    watch = session.watch(calls.append, "image_template", active=False)
    session.settle()
    assert calls == []
    session.activate(watch, True)
    session.settle()
    session.activate(watch, True)
    session.settle()
    assert len(calls) == 1
    session.activate(watch, True, again=True)
    session.settle()
    assert len(calls) == 2
    assert session.computed["image_template"] == 1


def test_each_rest_is_a_step_of_undo_before_the_slow_views_are_done() -> None:
    """A change that comes while slow views are being refreshed does not swallow the one before."""

    async def drag() -> Session:
        session = Session()
        for name in ("image_template", "activations", "class_response"):
            session.watch(lambda _: time.sleep(0.05), name)
        for vacancies in (0.1, 0.2, 0.3):
            session.recipe = fc.DefectRecipe(vacancies=vacancies)
            await asyncio.sleep(SETTLE_SECONDS + 0.02)
        return session

    session = run(drag())
    session.undo()
    assert session.recipe.vacancies == 0.2
    session.undo()
    assert session.recipe.vacancies == 0.1


def test_a_folder_without_a_network_is_refused(session: Session, tmp_path: Path) -> None:
    assert not session.choose_model(str(tmp_path))
    assert "not a usable network" in session.status
    assert session.model == ""


def test_a_link_brings_a_state_back_but_no_network(session: Session) -> None:
    session.recipe = fc.DefectRecipe(vacancies=0.3, seed=4)
    session.layer = "conv3"
    text = json.dumps({**session.to_dict(), "model": "/somewhere"})
    other = Session(strict=True)
    assert other.restore(text)
    assert other.inputs() == session.inputs()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        "{}",
        "hello",
        '{"source": {"name": "hcp", "element": "Xx"}, "recipe": {}, "detector": {}}',
        '{"source": {"name": "bcc"}, "recipe": {"vacancies": 7}, "detector": {}}',
        '{"source": {"name": "bcc"}, "recipe": {}, "detector": {"pixels": -3}}',
        '{"source": {"name": "bcc"}, "recipe": {"vacancies": 1}, "detector": {}}',
        '{"source": {"name": "bcc"}, "recipe": {}, "detector": {}, "layer": "conv9"}',
        '{"source": {"filename": "a.cif", "content": "!"}, "recipe": {}, "detector": {}}',
    ],
)
def test_a_broken_link_is_refused(text: str) -> None:
    session = Session()
    before = session.inputs()
    assert not session.restore(text)
    assert session.inputs() == before
    assert session.status.startswith("The link holds no state that can be used")


def test_what_a_link_was_tried_with_is_not_computed_again(session: Session) -> None:
    session.recipe = fc.DefectRecipe(vacancies=0.3, seed=4)
    verdicts: list[Any] = []
    other = Session(strict=True)
    other.watch(verdicts.append, "verdict")
    before = dict(other.computed)
    assert other.restore(json.dumps(session.to_dict()))
    assert dict(verdicts[-1].probabilities) == dict(session.get("verdict").probabilities)
    assert other.computed == before


def test_a_slow_view_that_took_long_is_announced_the_next_time() -> None:
    session = Session(strict=True)
    statuses: list[str] = []
    session.observe(lambda change: statuses.append(change.new), "status")
    session.watch(lambda _: time.sleep(1.2 * ANNOUNCE_SECONDS), "recipe", at_rest=True)
    session.settle()
    assert statuses == []
    session.recipe = fc.DefectRecipe(vacancies=0.1)
    session.settle()
    assert statuses == ["working …", "ready"]


def test_the_watches_of_open_views_can_be_listed(session: Session) -> None:
    first = session.watch(lambda _: None, "recipe")
    second = session.watch(lambda _: None, "symmetry")
    assert list(session.watches) == [first, second]
    session.unwatch(first)
    assert list(session.watches) == [second]
    session.close()
    assert list(session.watches) == []
