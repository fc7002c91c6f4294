"""The panel of response maps without a browser: traits in, traits out, at rest while unseen."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from shutil import copytree

import numpy as np
import pytest
from panels import CountingSession

import facecrystal_widgets as fc
from facecrystal_widgets.attention.faithfulness import summary
from facecrystal_widgets.attention.response import STARTS, UNPOOLINGS
from facecrystal_widgets.convnet.layers import CONV_LAYERS
from facecrystal_widgets.convnet.weights import PRETRAINED
from facecrystal_widgets.session.session import Session
from facecrystal_widgets.session.sources import PrototypeSource
from facecrystal_widgets.widgets.attention import (
    CHOICES,
    LOOKING,
    OTHER_NETWORK,
    SHOWN,
    AttentionPanel,
    describe_classes,
    describe_filters,
)

SLOW = ("attention", "landmarks", "image_template", "class_response", "reflections")
CLUSTER = b"5\n\nAu 0 0 0\nAu 2.9 0 0\nAu 0 2.9 0\nAu 0 0 2.9\nAu 2.9 2.9 0\n"


@pytest.fixture
def session() -> Session:
    return Session(source=PrototypeSource("fcc", "Al"), strict=True)


@pytest.fixture
def panel(session: Session) -> Iterator[AttentionPanel]:
    """A panel that can be seen, with its first results."""
    panel = AttentionPanel(session)
    panel.view.visible = True
    session.settle()
    yield panel
    panel.close()


def floats(content: bytes) -> np.ndarray:
    return np.frombuffer(content, "<f4").reshape(-1, 64, 64)


def test_rests_until_it_can_be_seen_then_computes_once(session: Session) -> None:
    panel = AttentionPanel(session)
    session.layer = "conv4"
    session.recipe = fc.DefectRecipe(vacancies=0.2)
    session.settle()
    assert [session.computed[name] for name in SLOW] == [0, 0, 0, 0, 0]
    assert (panel.view.text, panel.view.image, panel.view.layer) == (LOOKING, b"", "conv4")
    panel.view.visible = True
    session.settle()
    session.settle()
    assert [session.computed[name] for name in SLOW] == [1, 1, 1, 0, 1]
    panel.view.visible = False
    session.recipe = fc.DefectRecipe(vacancies=0.4)
    session.settle()
    assert session.computed["attention"] == 1
    panel.close()


def test_shows_what_the_session_has(session: Session, panel: AttentionPanel) -> None:
    response = session.get("attention")
    assert np.array_equal(floats(panel.view.image)[0], session.get("fingerprint").image)
    assert np.array_equal(floats(panel.view.total)[0], response.total)
    assert np.array_equal(floats(panel.view.maps), response.maps[:4])
    assert panel.view.captions[0]["name"] == f"filter {response.filters[0]}"
    assert panel.view.captions[0]["value"] == f"activation {response.activations[0]:.1f}"
    assert len(panel.view.captions) == 4
    templates = fc.class_templates()
    assert np.array_equal(floats(panel.view.templates), list(templates.values()))
    assert [c["label"] for c in panel.view.classes] == list(templates)
    expected = fc.template_similarity(session.get("image_template").total)
    np.testing.assert_allclose(panel.view.similarity, list(expected.values()), atol=1e-4)


def test_layer_and_variants_go_both_ways(session: Session, panel: AttentionPanel) -> None:
    panel.view.layer = "conv2"
    panel.view.start = "all"
    panel.view.unpooling = "switches"
    assert (session.layer, session.start, session.unpooling) == ("conv2", "all", "switches")
    session.settle()
    assert session.computed["attention"] == 2
    assert np.array_equal(floats(panel.view.total)[0], session.get("attention").total)
    assert panel.view.text.startswith("conv2 looks at ")
    session.undo()
    assert (panel.view.layer, panel.view.start, panel.view.unpooling) == (
        *("conv6", "strongest", "upsample"),
    )
    session.layer = "conv5"
    assert panel.view.layer == "conv5"
    assert session.computed["image_template"] == 1


def test_every_choice_is_named_and_explained(panel: AttentionPanel) -> None:
    expected = {"show": SHOWN, "layer": CONV_LAYERS, "start": STARTS, "unpooling": UNPOOLINGS}
    assert {name: tuple(options) for name, options in CHOICES.items()} == expected
    choices = panel.view.choices.values()
    assert all(name and words for options in choices for name, words in options.values())
    assert panel.view.choices["layer"]["conv3"] == ("conv3", "12 filters")


def test_faithfulness_is_that_of_the_shipped_network(
    session: Session, panel: AttentionPanel, tmp_path: Path
) -> None:
    assert panel.view.faithfulness == summary()
    copytree(PRETRAINED, tmp_path / "mine")
    assert session.choose_model(str(tmp_path / "mine"))
    session.settle()
    assert panel.view.faithfulness == summary() + OTHER_NETWORK
    session.choose_model("")
    session.settle()
    assert panel.view.faithfulness == summary()


def test_rows_make_up_the_whole_map(session: Session, panel: AttentionPanel) -> None:
    rows = panel.view.rows
    assert {"111", "200", "direct beam"} <= {row["name"] for row in rows}
    assert rows[-1]["name"] == "between the reflections"
    assert rows[-1]["spots"] == []
    assert sum(row["share"] for row in rows) == pytest.approx(1)
    assert sum(row["area"] for row in rows) == pytest.approx(1)
    family = next(row for row in rows if row["name"] == "111")
    landmark = next(x for x in session.get("landmarks") if x.hkl == (1, 1, 1))
    assert family["d"] == pytest.approx(landmark.d_spacing, abs=1e-3)
    np.testing.assert_allclose(family["spots"], landmark.spots, atol=0.01)
    assert next(row for row in rows if row["name"] == "direct beam")["d"] is None


def test_one_line_says_what_is_seen(session: Session, panel: AttentionPanel) -> None:
    marks = session.get("landmarks")
    assert panel.view.text.startswith("conv6 looks at ")
    assert (
        f"{100 * sum(x.share for x in marks):.0f} % of its positive response lies on"
        in panel.view.text
    )
    assert "Most like the fcc template (" in panel.view.text
    session.recipe = fc.DefectRecipe(vacancies=0.3, displacement=0.08)
    pristine = panel.view.text
    session.settle()
    assert panel.view.text != pristine
    assert "Most like the fcc template (" in panel.view.text
    session.layer = "conv4"
    session.settle()
    assert panel.view.text.startswith("conv4 looks at ")
    assert "Its conv6 map as in the paper is most like the fcc template (" in panel.view.text


def test_a_structure_without_a_lattice_has_no_reflections(
    session: Session, panel: AttentionPanel
) -> None:
    session.upload("cluster.xyz", CLUSTER)
    session.settle()
    assert panel.view.rows == []
    assert "not periodic" in panel.view.no_rows
    assert "not periodic" in panel.view.text
    panel.view.show = "classes"
    session.settle()
    assert "not periodic" in panel.view.text


def test_a_black_image_is_put_into_words(session: Session) -> None:
    image = session.get("fingerprint")
    black = replace(image, image=np.zeros_like(image.image))
    response = fc.attentive_response(black, top=None)
    assert describe_filters(response, (), response) == response.note
    assert describe_classes(fc.class_response(black), (), response) == response.note
    assert "black" in response.note


def test_classes_cost_nothing_until_they_are_chosen(
    session: Session, panel: AttentionPanel
) -> None:
    session.recipe = fc.DefectRecipe(vacancies=0.2)
    session.settle()
    assert session.computed["class_response"] == 0
    computed = session.computed["attention"]
    panel.view.show = "classes"
    session.settle()
    response = session.get("class_response")
    assert session.computed["class_response"] == 1
    assert np.array_equal(floats(panel.view.total)[0], response.strength)
    assert np.array_equal(floats(panel.view.maps), response.maps)
    strongest = np.frombuffer(panel.view.strongest, np.uint8).reshape(64, 64)
    assert np.array_equal(strongest, response.strongest)
    assert sum(caption["part"] for caption in panel.view.captions) == pytest.approx(1)
    assert " for fcc" in panel.view.text
    panel.view.show = "filters"  # nothing else has changed
    session.settle()
    assert panel.view.text.startswith("conv6 looks at")
    assert np.array_equal(floats(panel.view.total)[0], session.get("attention").total)
    panel.view.show = "classes"
    session.settle()
    assert panel.view.strongest
    assert "The network says fcc (" in panel.view.text
    session.recipe = fc.DefectRecipe(vacancies=0.3)
    session.settle()
    assert session.computed["attention"] == computed
    panel.view.show = "filters"
    session.settle()
    assert panel.view.strongest == b""
    assert session.computed["class_response"] == 2
    assert session.computed["attention"] == computed + 1


def test_closing_leaves_nothing() -> None:
    session = CountingSession(strict=True)
    panel = AttentionPanel(session)
    panel.view.visible = True
    panel.close()
    panel.close()
    assert session.watched == []
    session.settle()
    assert session.computed["attention"] == 0
