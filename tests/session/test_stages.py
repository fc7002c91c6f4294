"""The table of stages: what a change computes again, and what it does not."""

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from facecrystal_widgets.convnet.runtime import pretrained
from facecrystal_widgets.convnet.weights import PRETRAINED
from facecrystal_widgets.crystals.preparation import preparation
from facecrystal_widgets.session.session import Session
from facecrystal_widgets.session.sources import PrototypeSource
from facecrystal_widgets.session.stages import STAGES
from facecrystal_widgets.session.state import INPUTS


def test_a_stage_reads_what_stands_above_it() -> None:
    known = {*INPUTS}
    for name, stage in STAGES.items():
        assert known.issuperset(stage.reads), name
        known.add(name)


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


def test_a_sphere_is_cut_out_of_a_large_structure(
    session: Session, turned_block: Callable[[int], bytes]
) -> None:
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


def test_the_axes_are_taken_as_given_when_that_is_asked_for(
    session: Session, turned_block: Callable[[int], bytes]
) -> None:
    assert session.upload("turned.xyz", turned_block(5))
    assert session.get("verdict").label == "sc"
    session.settle()
    session.orientation = "as-given"
    verdict = session.get("verdict")
    assert not verdict.turned
    assert not session.get("trust").trusted
    session.undo()
    assert session.get("verdict").turned


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
