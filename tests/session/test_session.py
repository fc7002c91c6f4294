"""The reactive state, driven without a browser: what recomputes, what does not, what is refused."""

import asyncio
import json
import shutil
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from loops import run

import facecrystal_widgets as fc
from facecrystal_widgets.convnet.runtime import pretrained
from facecrystal_widgets.convnet.weights import PRETRAINED
from facecrystal_widgets.crystals.preparation import preparation
from facecrystal_widgets.session.session import (
    SETTLE_SECONDS,
    STAGES,
    FileSource,
    PrototypeSource,
    Session,
)

CIF = b"""data_W
_cell_length_a 3.165
_cell_length_b 3.165
_cell_length_c 3.165
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
_space_group_name_H-M_alt 'I m -3 m'
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
W1 W 0 0 0
"""


@pytest.fixture
def session() -> Session:
    return Session(strict=True)


def recomputed(session: Session, change: Any) -> dict[str, int]:
    """Stages that a change computes again, and how often, when everything is asked for."""
    for name in STAGES:
        session.get(name)
    before = dict(session.computed)
    change()
    for name in STAGES:
        session.get(name)
    return {n: session.computed[n] - before[n] for n in STAGES if session.computed[n] != before[n]}


def test_each_input_recomputes_what_lies_downstream_once(session: Session) -> None:
    def vacancies() -> None:
        session.recipe = replace(session.recipe, vacancies=0.3)

    def gamma() -> None:
        session.gamma = 2.0

    def symprec() -> None:
        session.symprec = 0.1

    def source() -> None:
        session.source = PrototypeSource("fcc", "Cu")

    def size() -> None:
        session.target_atoms = 64

    def layer() -> None:
        session.layer = "conv4"

    def back() -> None:
        session.layer = "conv6"

    maps = {"attention": 1, "landmarks": 1}
    seen = {"activations": 1, "image_template": 1, "class_response": 1, **maps}
    image = {"fingerprint": 1, "verdict": 1, "trust": 1, "reflections": 1, **seen}
    cluster = {
        "given": 1,
        "aligned": 1,
        "cluster": 1,
        "broken": 1,
        "pristine": 1,
        "symmetry": 1,
        **image,
    }
    assert recomputed(session, vacancies) == {"broken": 1, "symmetry": 1, **image}
    assert recomputed(session, gamma) == {"pristine": 1, **image}
    assert recomputed(session, symprec) == {"symmetry": 1}
    assert recomputed(session, layer) == maps
    assert recomputed(session, back) == maps
    assert recomputed(session, size) == cluster
    assert recomputed(session, source) == {"structure": 1, **cluster}


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


def test_views_are_told_of_what_they_watch_only(session: Session) -> None:
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


def test_a_problem_is_put_into_words_and_leaves_the_rest_alone() -> None:
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


def test_an_unusable_structure_is_refused_and_the_last_one_kept() -> None:
    session = Session()
    verdicts: list[Any] = []
    session.watch(verdicts.append, "verdict")
    before = session.inputs()
    for name, content in (("a.cif", b""), ("b.cif", b"\x00\x01"), ("c.xyz", b"1\n\nFe 0 0 0\n")):
        assert not session.upload(name, content)
        assert name in session.status or "at least two" in session.status
        assert session.inputs() == before
    assert len(verdicts) == 1
    assert session.upload("W.cif", CIF)
    assert session.status == "ready"
    assert str(verdicts[-1]) == "bcc (Im-3m) 1.000"


def turned_block(cells: int) -> bytes:
    """Simple cubic iron, 2.5 Å, turned by 25 degrees, as XYZ."""
    atoms = fc.prototype("sc", "Fe", 2.5).repeat(cells)
    atoms.rotate(25, (1, 2, 3))
    lines = [f"Fe {x:.8f} {y:.8f} {z:.8f}" for x, y, z in atoms.positions]
    return "\n".join([str(len(lines)), "", *lines]).encode()


def test_of_a_large_structure_a_sphere_is_looked_at() -> None:
    session = Session(strict=True)
    assert session.upload("big.xyz", turned_block(12))
    assert len(session.get("cluster")) == session.target_atoms
    verdict = session.get("verdict")
    assert verdict.label == "sc"
    assert verdict.turned
    assert round(verdict.orientation.angle) == 25
    assert session.get("trust").trusted
    assert any("turned by 25°" in note for note in verdict.notes)
    middle = preparation(session.get("cluster")).note
    session.place = (5.0, 5.0, 5.0)
    assert preparation(session.get("cluster")).note != middle
    assert "(5.0, 5.0, 5.0)" in preparation(session.get("cluster")).note
    again = Session.from_dict(json.loads(json.dumps(session.to_dict())))
    assert again.inputs() == session.inputs()
    assert session.choose(PrototypeSource("bcc", "Fe"))
    assert session.place is None
    assert not session.get("verdict").turned


def test_the_axes_are_taken_as_given_when_that_is_asked_for() -> None:
    session = Session(strict=True)
    assert session.upload("turned.xyz", turned_block(5))
    assert session.get("verdict").label == "sc"
    session.settle()
    session.orientation = "as-given"
    verdict = session.get("verdict")
    assert not verdict.turned
    assert not session.get("trust").trusted
    session.undo()
    assert session.get("verdict").turned


def test_a_turned_structure_as_python(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for content, place in ((turned_block(12), (4.0, 4.0, 4.0)), (turned_block(5), None)):
        session = Session(strict=True)
        assert session.upload("block.xyz", content)
        session.place = place
        Path("block.xyz").write_bytes(content)
        found: dict[str, Any] = {}
        exec(session.to_python(), found)
        np.testing.assert_allclose(
            found["image"].image, session.get("fingerprint").image, atol=1e-6
        )


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


def test_a_chosen_file_is_read_once(session: Session, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[str] = []
    load = FileSource.load
    monkeypatch.setattr(FileSource, "load", lambda source: read.append("W") or load(source))
    session.upload("W.cif", CIF)
    assert set(session.get("broken").get_chemical_symbols()) == {"W"}
    assert str(session.get("verdict")) == "bcc (Im-3m) 1.000"
    assert session.get("pristine").species == ("W",)
    assert read == ["W"]
    session.target_atoms = 200
    assert len(session.get("cluster")) > 128
    assert read == ["W"]


@settings(max_examples=25, deadline=None)
@given(
    vacancies=st.floats(0, 0.9),
    displacement=st.floats(0, 0.5),
    substitution=st.floats(0, 1),
    seed=st.integers(0, 2**31),
    target=st.integers(32, 1024),
    gamma=st.floats(0.5, 3),
    source=st.sampled_from(
        [PrototypeSource("fcc", "Cu", 3.7), PrototypeSource(), FileSource("W.cif", CIF)]
    ),
)
def test_the_state_survives_json(
    vacancies: float,
    displacement: float,
    substitution: float,
    seed: int,
    target: int,
    gamma: float,
    source: Any,
) -> None:
    recipe = fc.DefectRecipe(
        vacancies=vacancies,
        displacement=displacement,
        substitution=substitution,
        species=("Ni", "Al"),
        seed=seed,
    )
    session = Session(source=source, recipe=recipe, target_atoms=target, gamma=gamma)
    again = Session.from_dict(json.loads(json.dumps(session.to_dict())))
    assert again.inputs() == session.inputs()


def test_as_python_gives_the_same_verdict(tmp_path: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "W.cif").write_bytes(CIF)
    recipe = fc.DefectRecipe(vacancies=0.4, substitution=0.3, species=("Ni",), seed=5)
    for source in (FileSource("W.cif", CIF), PrototypeSource("sc", "Po", 3.3)):
        session = Session(
            source=source, recipe=recipe, gamma=2.0, detector=fc.Detector(distance=0.2)
        )
        printed: list[Any] = []
        exec(session.to_python(), {"print": printed.append})
        assert dict(printed[0].probabilities) == dict(session.get("verdict").probabilities)


def test_what_cannot_scatter_is_refused() -> None:
    session = Session()
    before = session.inputs()
    block = [f"Fe {x} {y} {z}" for x in range(3) for y in range(3) for z in range(3)]
    for name, atoms, words in (
        ("far.xyz", [*block, "Fe 900000 0 0"], "so far"),
        ("Es.xyz", ["Es 0 0 0", "Es 2.5 0 0"], "Es"),
    ):
        assert not session.upload(name, "\n".join([str(len(atoms)), "", *atoms]).encode())
        assert words in session.status
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


def test_a_state_without_a_layer_is_read(session: Session) -> None:
    state = session.to_dict()
    del state["layer"], state["start"], state["unpooling"]
    assert Session.from_dict(state).inputs() == session.inputs()


def test_another_network_can_be_used_and_put_back(session: Session, tmp_path: Path) -> None:
    before = session.get("verdict").probabilities
    shutil.copytree(PRETRAINED, tmp_path / "mine")
    seen = recomputed(session, lambda: session.choose_model(str(tmp_path / "mine")))
    assert {"classifier", "network", "verdict", "attention", "activations"} <= set(seen)
    assert not {"fingerprint", "broken", "symmetry", "reflections"} & set(seen)
    assert session.get("verdict").probabilities == pytest.approx(before)
    assert "classifier=fc.Classifier(" in session.to_python()
    assert Session.from_dict(session.to_dict()).model == session.model
    session.choose_model("")
    assert session.model == ""
    assert session.get("classifier") is pretrained()


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
