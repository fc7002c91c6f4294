"""The walk through the network: what the panel sends, and numbers that add up."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from panels import CountingSession

from facecrystal_widgets import DefectRecipe
from facecrystal_widgets.convnet import decomposition as steps
from facecrystal_widgets.convnet.architecture import PARAMETERS
from facecrystal_widgets.convnet.layers import pretrained_network
from facecrystal_widgets.crystals.classes import LABELS
from facecrystal_widgets.session.session import Session
from facecrystal_widgets.widgets.layers import LayersPanel


@pytest.fixture
def session() -> CountingSession:
    return CountingSession(
        strict=True, recipe=DefectRecipe(vacancies=0.2, displacement=0.1, seed=3)
    )


@pytest.fixture
def panel(session: Session) -> LayersPanel:
    """A panel that is seen."""
    panel = LayersPanel(session)
    panel.view.visible = True
    session.settle()
    return panel


def floats(pixels: bytes) -> np.ndarray:
    return np.frombuffer(pixels, "<f4")


def test_it_rests_until_it_is_seen(session: Session) -> None:
    panel = LayersPanel(session)
    session.settle()
    panel.view.layer = "conv3"
    assert session.computed["activations"] == 0
    assert panel.view.shown == {}
    panel.view.visible = True
    session.settle()
    assert session.computed["activations"] == 1
    for layer in steps.LAYERS:  # looking around computes nothing anew
        panel.view.layer = layer
        assert panel.view.shown["layer"] == layer
    session.settle()
    assert session.computed["activations"] == 1
    panel.view.visible = False
    session.recipe = DefectRecipe()
    session.settle()
    assert session.computed["activations"] == 1


def test_it_follows_the_sliders_when_they_rest(session: Session, panel: LayersPanel) -> None:
    before = panel.view.maps
    session.recipe = replace(session.recipe, vacancies=0.6)
    assert panel.view.maps == before
    session.settle()
    assert panel.view.maps != before
    assert session.computed["activations"] == 2


def test_only_the_chosen_layer_is_sent(panel: LayersPanel) -> None:
    found, view = panel.session.get("activations"), panel.view
    for layer in steps.MAP_LAYERS:
        view.layer = layer
        assert len(view.maps) == found[layer].size
        assert view.shown["sums"] == pytest.approx(found[layer].sum(axis=(1, 2)).tolist())
        open_filter = found[layer][view.shown["filter"]]
        np.testing.assert_array_equal(floats(view.values), open_filter.ravel())
    view.layer = "dense"
    np.testing.assert_array_equal(floats(view.values), found["dense"])
    view.layer = "softmax"
    assert (view.maps, view.values, view.weights, view.inputs) == (b"", b"", b"", b"")


def test_the_drawing_tells_all_parameters(panel: LayersPanel) -> None:
    drawn: Any = panel.view.network
    assert [layer["name"] for layer in drawn] == list(steps.LAYERS)
    assert sum(layer["parameters"] for layer in drawn) == PARAMETERS
    for layer in drawn:
        if layer["name"] in steps.MAP_LAYERS:
            shape = panel.session.get("activations")[layer["name"]].shape
            assert shape == (layer["count"], layer["size"], layer["size"])


def test_the_strongest_is_open_until_another_is_chosen(panel: LayersPanel) -> None:
    view, maps = panel.view, panel.session.get("activations")["conv3"]
    view.layer = "conv3"
    strongest = int(maps.sum(axis=(1, 2)).argmax())
    assert view.shown["filter"] == view.shown["strongest"] == strongest
    place = (view.shown["row"], view.shown["column"])
    assert maps[strongest][place] == maps[strongest].max()
    view.filter, view.position = 2, [30, 1]
    assert (view.shown["filter"], view.shown["row"], view.shown["column"]) == (2, 30, 1)
    assert view.shown["note"] == ""
    np.testing.assert_array_equal(floats(view.values), maps[2].ravel())
    kernel = panel.network.kernels["conv3"][:, :, :, 2].transpose(2, 0, 1)
    np.testing.assert_array_equal(floats(view.weights), kernel.ravel())


@pytest.mark.parametrize("wish", [12, -1, 2.5, "two", [1, 2], True])
def test_an_unknown_filter_is_refused_in_words(panel: LayersPanel, wish: Any) -> None:
    panel.view.set_state({"layer": "conv3", "filter": wish})
    shown = panel.view.shown
    assert shown["filter"] == shown["strongest"]
    assert "filter of conv3: expected 0 to 11" in shown["note"]
    assert str(wish) in shown["note"]


@pytest.mark.parametrize("wish", [[16, 0], [0, -1], [1], [1, 2, 3], ["a", "b"], 7, {"row": 1}])
def test_an_unknown_position_is_refused_in_words(panel: LayersPanel, wish: Any) -> None:
    panel.view.set_state({"layer": "pool2", "filter": 1, "position": wish})
    shown = panel.view.shown
    assert shown["filter"] == 1
    assert floats(panel.view.values)[16 * shown["row"] + shown["column"]] == shown["tops"][1]
    assert "position in pool2: expected 0 to 15 and 0 to 15" in shown["note"]


@pytest.mark.parametrize("layer", [f"conv{i}" for i in range(1, 7)])
def test_the_sum_at_a_position_is_the_activation(panel: LayersPanel, layer: str) -> None:
    network, found = panel.network, panel.session.get("activations")
    image = panel.session.get("fingerprint").image
    signal = steps.layer_input(layer, found, image)
    for number, row, column in ((0, 0, 0), (3, 7, 15), (7, 15, 2), (5, 8, 8)):
        parts = steps.position_sum(network, layer, number, row, column, signal)
        assert parts.after == pytest.approx(found[layer][number, row, column], rel=1e-5, abs=1e-6)
        by_hand = (parts.weights.astype(float) * parts.inputs).sum()
        assert parts.before == pytest.approx(by_hand + parts.bias)


@pytest.mark.parametrize("layer", ["conv1", "conv2", "conv6"])
def test_the_numbers_on_the_page_add_up(panel: LayersPanel, layer: str) -> None:
    view = panel.view
    view.layer = layer
    shown = view.shown
    assert len(shown["channels"]) == panel.network.kernels[layer].shape[2]
    assert round(sum(shown["channels"]), 4) == shown["weighted"]
    assert round(shown["weighted"] + shown["bias"], 4) == shown["before"]
    assert shown["after"] == max(shown["before"], 0)
    assert shown["after"] == pytest.approx(shown["tops"][shown["filter"]], abs=1e-4)
    assert len(view.inputs) == len(view.weights) == 4 * 49 * len(shown["channels"])


def test_a_pooling_keeps_the_greatest_of_four(panel: LayersPanel) -> None:
    panel.view.set_state({"layer": "pool1", "filter": 4, "position": [9, 30]})
    block: Any = panel.view.shown["block"]
    before = panel.session.get("activations")["conv2"]
    assert block == before[4, 18:20, 60:62].tolist()
    assert np.max(block) == floats(panel.view.values)[9 * 32 + 30]


def test_a_position_sees_what_changes_it(panel: LayersPanel) -> None:
    """Touch every pixel outside the field and nothing happens; touch its corners and it does."""
    network = pretrained_network()
    noise = np.random.default_rng(1).random((64, 64)).astype(np.float32)
    for layer, row, column in (("conv2", 20, 40), ("pool1", 12, 9), ("conv4", 15, 16)):
        (top, bottom), (left, right) = (steps.seen_pixels(layer, p) for p in (row, column))
        field = steps.receptive_field(layer)
        assert (bottom - top + 1, right - left + 1) == (field, field)
        outside = np.zeros_like(noise)
        inside = (slice(max(top, 0), bottom + 1), slice(max(left, 0), right + 1))
        outside[inside] = noise[inside]
        maps = [network.activations(image)[layer][:, row, column] for image in (noise, outside)]
        np.testing.assert_allclose(maps[0], maps[1], rtol=1e-5, atol=1e-6)
    for pixel in ((14, 34), (26, 46)):  # corners of what conv2 sees from (20, 40)
        touched = noise.copy()
        touched[pixel] = 5
        maps = [network.activations(image)["conv2"][:, 20, 40] for image in (noise, touched)]
        assert np.abs(maps[0] - maps[1]).max() > 1e-6


def test_the_dense_layer_tells_the_strongest_units(panel: LayersPanel) -> None:
    panel.view.layer = "dense"
    shown, active = panel.view.shown, panel.session.get("activations")["dense"]
    assert shown["active"] == np.count_nonzero(active)
    strongest = [unit["active"] for unit in shown["units"]]
    assert strongest == pytest.approx(sorted(active.tolist())[::-1][: len(strongest)])
    for unit in shown["units"]:
        weights = panel.network.kernels["softmax"][unit["unit"]]
        assert unit["weights"] == pytest.approx(weights.tolist())
        assert shown["pushes"][unit["unit"]] == int(weights.argmax())


def test_the_softmax_gives_the_verdict(panel: LayersPanel) -> None:
    panel.view.layer = "softmax"
    rows: Any = panel.view.shown["rows"]
    verdict = panel.session.get("verdict")
    for label, row in zip(LABELS, rows, strict=True):
        assert row["probability"] == pytest.approx(verdict.probabilities[label], abs=1e-5)
        share = row["exponential"] / panel.view.shown["sum"]
        assert share == pytest.approx(row["probability"], rel=1e-9)
        products = [term["product"] for term in row["terms"]]
        assert round(row["bias"] + sum(products) + row["rest"], 4) == row["score"]
        for term in row["terms"]:
            assert term["product"] == pytest.approx(term["active"] * term["weight"], abs=1e-4)
    assert sum(row["probability"] for row in rows) == pytest.approx(1, rel=1e-12)
    assert sum(row["exponential"] for row in rows) == pytest.approx(panel.view.shown["sum"])


def test_scores_taken_apart_are_the_network_s(panel: LayersPanel) -> None:
    found = panel.session.get("activations")
    for top in (0, 1, 128):
        parts = steps.score_parts(panel.network, found["dense"], top)
        whole = [p.bias + sum(p.contributions) + p.rest for p in parts]
        assert whole == pytest.approx([p.score for p in parts])
        assert whole == pytest.approx(found["scores"].tolist(), abs=1e-4)


def test_rounded_terms_add_up() -> None:
    random = np.random.default_rng(5)
    for n in (1, 2, 33):
        terms = random.normal(size=n)
        rounded = steps.rounded_terms(terms, 3)
        assert round(sum(rounded), 3) == round(terms.sum(), 3)
        assert np.abs(rounded - terms).max() < 1e-3


def test_a_black_image_is_walked_through(session: Session) -> None:
    panel = LayersPanel(session)
    black = session.get("fingerprint")
    black = replace(black, image=np.zeros_like(black.image))
    panel.show(pretrained_network().activations(black.image), black)
    for layer in steps.LAYERS:
        panel.view.layer = layer
        assert panel.view.shown["layer"] == layer
    assert not any(panel.view.image)


def test_the_weights_stay_as_they_are(panel: LayersPanel) -> None:
    network = pretrained_network()
    before = {name: array.copy() for name, array in network.kernels.items()}
    for layer in steps.LAYERS:
        panel.view.set_state({"layer": layer, "filter": 99, "position": [1, 1]})
    for name, array in before.items():
        np.testing.assert_array_equal(network.kernels[name], array)
        assert not network.kernels[name].flags.writeable


def test_closing_leaves_nothing(session: CountingSession, panel: LayersPanel) -> None:
    assert session.watched
    panel.close()
    assert session.watched == []
    session.recipe = DefectRecipe()
    session.settle()
    assert session.computed["activations"] == 1
    assert panel.view.comm is None
    panel.close()
