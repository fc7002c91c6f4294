"""Attentive response maps: against a reference in TensorFlow, and by what they must do."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import facecrystal_widgets as fc
from facecrystal_widgets.attention.response import STARTS, UNPOOLINGS, input_gradient
from facecrystal_widgets.convnet import layers
from facecrystal_widgets.convnet.export import load_keras_model
from facecrystal_widgets.convnet.layers import CONV_LAYERS, POOLED, Network, pretrained_network

RECIPES = (fc.DefectRecipe(), fc.DefectRecipe(vacancies=0.3, displacement=0.05, seed=2))


def image_of(label: str, recipe: fc.DefectRecipe) -> fc.Fingerprint:
    return fc.fingerprint(recipe.apply(fc.build_cluster(fc.prototype(label, "Fe"))))


@pytest.fixture(scope="module", params=fc.LABELS)
def images(request: pytest.FixtureRequest) -> list[fc.Fingerprint]:
    return [image_of(request.param, recipe) for recipe in RECIPES]


class Reference:
    """The same back-projection in TensorFlow, channels last, with its own operations."""

    def __init__(self) -> None:
        import keras

        self.model = load_keras_model()
        names = [layer.name for layer in self.model.layers if layer.name != "image"]
        self.probe = keras.Model(
            self.model.input, {name: self.model.get_layer(name).output for name in names}
        )

    def activations(self, image: np.ndarray) -> dict[str, np.ndarray]:
        found = self.probe(image[None, :, :, None], training=False)
        return {name: np.asarray(value)[0] for name, value in found.items()}

    def to_image(
        self, signal: np.ndarray, layer: str, found: dict[str, np.ndarray], unpooling: str
    ) -> np.ndarray:
        import tensorflow as tf

        tensor = tf.constant(signal[None])
        for i in range(int(layer[-1]), 0, -1):
            kernel = self.model.get_layer(f"conv{i}").kernel
            shape = (1, *tensor.shape[1:3], kernel.shape[2])
            tensor = tf.nn.conv2d_transpose(tensor, kernel, shape, 1, "SAME")
            if i == 1:
                return np.asarray(tensor)[0, :, :, 0]
            below = found[f"conv{i - 1}"][None]
            if i in (3, 5) and unpooling == "upsample":
                tensor = tf.repeat(tf.repeat(tensor, 2, axis=1), 2, axis=2)
            elif i in (3, 5):
                _, places = tf.nn.max_pool_with_argmax(below, 2, 2, "SAME")
                flat = np.zeros(below.size, np.float32)
                flat[np.asarray(places).ravel()] = np.asarray(tensor).ravel()
                tensor = tf.constant(flat.reshape(below.shape))
            tensor = tf.nn.relu(tensor) * tf.cast(below > 0, tf.float32)
        raise AssertionError("the loop ends at conv1")

    def maps(
        self, image: np.ndarray, layer: str, top: int, start: str, unpooling: str
    ) -> np.ndarray:
        found = self.activations(image)
        active = found[layer]
        maps = []
        for number in np.argsort(-active.sum(axis=(0, 1)), kind="stable")[:top]:
            signal = np.zeros_like(active)
            here = active[:, :, number]
            if start == "strongest":
                y, x = np.unravel_index(here.argmax(), here.shape)
                signal[y, x, number] = here[y, x]
            else:
                signal[:, :, number] = here
            maps.append(self.to_image(signal, layer, found, unpooling))
        return np.stack(maps)

    def class_map(self, image: np.ndarray, number: int) -> np.ndarray:
        found = self.activations(image)
        weights = np.asarray(self.model.get_layer("softmax").kernel)[:, number]
        dense = np.maximum(weights, 0) * (found["dense"] > 0)
        flat = np.asarray(self.model.get_layer("dense").kernel) @ dense
        signal = flat.reshape(found["conv6"].shape)
        signal = np.maximum(signal, 0) * (found["conv6"] > 0)
        return self.to_image(signal.astype(np.float32), "conv6", found, "upsample")

    def gradient(self, image: np.ndarray, number: int) -> np.ndarray:
        import tensorflow as tf

        pixels = tf.constant(image[None, :, :, None])
        with tf.GradientTape() as tape:
            tape.watch(pixels)
            dense = self.probe(pixels, training=False)["dense"]
            head = self.model.get_layer("softmax")
            score = (dense @ head.kernel + head.bias)[0, number]
        return np.asarray(tape.gradient(score, pixels))[0, :, :, 0]


@pytest.fixture(scope="module")
def reference() -> Reference:
    return Reference()


@pytest.mark.training
def test_activations_are_those_of_keras(images: list[fc.Fingerprint], reference: Reference) -> None:
    for image in images:
        ours = pretrained_network().activations(image.image)
        for name, theirs in reference.activations(image.image).items():
            if name in ("flatten", "dropout"):
                continue
            expected = theirs.transpose(2, 0, 1) if theirs.ndim == 3 else theirs
            scale = np.abs(expected).max()
            np.testing.assert_allclose(ours[name], expected, atol=1e-5 * scale, err_msg=name)


@pytest.mark.training
@pytest.mark.parametrize("layer", CONV_LAYERS)
def test_maps_are_those_of_the_reference(
    images: list[fc.Fingerprint], reference: Reference, layer: str
) -> None:
    differences = []
    for image in images:
        for start in STARTS:
            for unpooling in UNPOOLINGS:
                ours = fc.attentive_response(image, layer, start=start, unpooling=unpooling)
                theirs = reference.maps(image.image, layer, 4, start, unpooling)
                for one, other in zip(ours.maps, theirs, strict=True):
                    differences.append(relative_difference(one, other))
    print(f"{layer}, {ours.label}: largest difference {max(differences):.1e} of the map's maximum")
    assert max(differences) <= 1e-4


def relative_difference(one: np.ndarray, other: np.ndarray) -> float:
    """Largest difference, of the greatest value of the other; of 1e-9 where that is zero."""
    return float(np.abs(one - other).max() / max(np.abs(other).max(), 1e-9))


@pytest.mark.training
def test_the_input_gradient_is_that_of_the_reference(
    images: list[fc.Fingerprint], reference: Reference
) -> None:
    for image in images:
        for number, label in enumerate(fc.LABELS):
            theirs = reference.gradient(image.image, number)
            assert relative_difference(input_gradient(image, label), theirs) <= 1e-4
        own = fc.classify(image).label
        np.testing.assert_array_equal(input_gradient(image), input_gradient(image, own))
    with pytest.raises(ValueError, match="label: expected one of fcc"):
        input_gradient(images[0], "hcp")


@pytest.mark.training
def test_class_maps_are_those_of_the_reference(
    images: list[fc.Fingerprint], reference: Reference
) -> None:
    for image in images:
        ours = fc.class_response(image)
        differences = [
            relative_difference(ours.maps[number], reference.class_map(image.image, number))
            for number in range(4)
        ]
        print(f"class response: largest difference {max(differences):.1e} of the map's maximum")
        assert max(differences) <= 1e-4
        assert (ours.strength >= 0).all()
        picked = np.take_along_axis(ours.maps, ours.strongest[None], axis=0)[0]
        np.testing.assert_array_equal(np.maximum(picked, 0), ours.strength)


@settings(max_examples=30, deadline=None)
@given(
    channels=st.integers(1, 5),
    filters=st.integers(1, 5),
    height=st.integers(1, 12),
    width=st.integers(1, 12),
    holes=st.booleans(),
    seed=st.integers(0, 2**31),
)
def test_transposed_convolution_is_the_adjoint(
    channels: int, filters: int, height: int, width: int, holes: bool, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    kernel = rng.standard_normal((7, 7, channels, filters))
    x = rng.standard_normal((channels, height, width))
    y = rng.standard_normal((filters, height, width))
    if holes:  # what the shortcut for sparse signals leaves out
        y *= rng.random(y.shape) < 0.1
    forward = (layers.convolve(x, kernel) * y).sum()
    backward = (x * layers.convolve_transposed(y, kernel)).sum()
    assert forward == pytest.approx(backward, rel=1e-5, abs=1e-9)


@pytest.mark.parametrize("layer", CONV_LAYERS)
def test_the_shipped_kernels_have_adjoints(layer: str) -> None:
    rng = np.random.default_rng(0)
    kernel = pretrained_network().kernels[layer].astype(float)
    x, y = (rng.standard_normal((count, 20, 20)) for count in kernel.shape[2:])
    forward = (layers.convolve(x, kernel) * y).sum()
    backward = (x * layers.convolve_transposed(y, kernel)).sum()
    print(f"{layer}: <Wx, y> and <x, W'y> differ by {abs(forward / backward - 1):.0e}")
    assert forward == pytest.approx(backward, rel=1e-5)


def test_unpooling_gives_back_what_was_pooled() -> None:
    rng = np.random.default_rng(0)
    before = rng.random((3, 8, 6))
    pooled = before.reshape(3, 4, 2, 3, 2).max(axis=(2, 4))
    switched = layers.unpool(pooled, before)
    np.testing.assert_array_equal(switched[switched > 0], before[switched > 0])
    assert (switched > 0).sum() == pooled.size
    np.testing.assert_array_equal(layers.upsample(pooled)[:, ::2, 1::2], pooled)


@pytest.mark.parametrize("layer", CONV_LAYERS)
def test_filters_are_ranked_by_their_activation(images: list[fc.Fingerprint], layer: str) -> None:
    active = pretrained_network().activations(images[1].image)[layer]
    count = len(active)
    every = fc.attentive_response(images[1], layer, top=count)
    assert sorted(every.filters) == list(range(count))
    assert list(every.activations) == sorted(every.activations, reverse=True)
    few = fc.attentive_response(images[1], layer, top=3)
    assert few.filters == every.filters[:3]
    np.testing.assert_array_equal(few.maps, every.maps[:3])
    np.testing.assert_array_equal(few.total, few.maps.sum(axis=0))
    verdict = fc.classify(images[1])
    assert few.label == verdict.label
    assert few.probability == pytest.approx(verdict.probability, abs=1e-5)


def test_chosen_filters_have_the_maps_they_have_among_all(images: list[fc.Fingerprint]) -> None:
    every = fc.attentive_response(images[1], "conv5", top=None)
    assert len(every.filters) == 8
    wanted = every.filters[5:2:-1]
    found = fc.attentive_response(images[1], "conv5", filters=wanted)
    assert found.filters == wanted
    for number, activation, one in zip(wanted, found.activations, found.maps, strict=True):
        place = every.filters.index(number)
        assert activation == every.activations[place]
        np.testing.assert_array_equal(one, every.maps[place])


def test_inactive_filters_have_no_map(images: list[fc.Fingerprint]) -> None:
    for layer in CONV_LAYERS:
        active = pretrained_network().activations(images[0].image)[layer]
        found = fc.attentive_response(images[0], layer, top=len(active))
        for activation, one in zip(found.activations, found.maps, strict=True):
            assert activation > 0 or not one.any()


def test_a_network_that_sees_nothing_says_so() -> None:
    weights = pretrained_network()
    blind = Network(weights.kernels, {name: bias - 1e6 for name, bias in weights.biases.items()})
    black = fc.Fingerprint(np.zeros((64, 64), np.float32))
    for image, network, words in (
        (image_of("sc", RECIPES[1]), blind, "No filter of conv4 is active"),
        (black, None, "The image is black"),
    ):
        found = fc.attentive_response(image, "conv4", network=network)
        assert found.maps.shape == (4, 64, 64)
        assert not found.maps.any()
        assert not found.total.any()
        assert words in found.note
    classes = fc.class_response(black)
    assert not classes.maps.any()
    assert not classes.strength.any()
    assert set(classes.shares.values()) == {0.0}
    assert "The image is black" in classes.note


def test_a_shifted_spot_shifts_the_response() -> None:
    """One spot far from the edges, conv1 and conv2: what looks at it moves with it."""
    for layer in ("conv1", "conv2"):
        responses = []
        for x in (28, 31):
            image = np.zeros((64, 64), np.float32)
            image[30, x] = 1
            empty = np.zeros((64, 64), np.float32)
            weights = pretrained_network()
            lit = weights.activations(image)[layer]
            number = int((lit - weights.activations(empty)[layer]).sum(axis=(1, 2)).argmax())
            found = fc.attentive_response(fc.Fingerprint(image), layer, top=len(lit))
            responses.append((number, found.maps[found.filters.index(number)]))
        (first, before), (second, after) = responses
        assert first == second
        np.testing.assert_allclose(np.roll(before, 3, axis=1), after, atol=1e-5)
        assert np.abs(before).max() > 0


def test_the_same_image_gives_the_same_maps_and_weights_stay(
    images: list[fc.Fingerprint],
) -> None:
    weights = pretrained_network()
    before = {n: k.copy() for n, k in {**weights.kernels, **weights.biases}.items()}
    first = fc.attentive_response(images[0], "conv6")
    with pytest.raises(ValueError, match="layer"):
        fc.attentive_response(images[0], "conv7")
    second = fc.attentive_response(images[0], "conv6")
    np.testing.assert_array_equal(first.maps, second.maps)
    for name, array in {**weights.kernels, **weights.biases}.items():
        np.testing.assert_array_equal(array, before[name])
        assert not array.flags.writeable


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"layer": "conv0"}, "layer: expected one of conv1"),
        ({"layer": "pool1"}, "layer"),
        ({"top": 0}, "top"),
        ({"top": 9}, "top"),
        ({"top": 2.5}, "top"),
        ({"filters": (0, 8)}, "filter of conv6: expected a whole number from 0 to 7, received 8"),
        ({"filters": (-1,)}, "filter of conv6"),
        ({"filters": ("strongest",)}, "filter of conv6"),
        ({"filters": 3}, r"filters: expected numbers such as \(0, 3\), received 3"),
        ({"layer": np.array(["conv1", "conv2"])}, "layer: expected one of"),
        ({"start": "weakest"}, "start: expected one of strongest, all"),
        ({"unpooling": "none"}, "unpooling"),
    ],
)
def test_what_is_not_there_is_refused(options: dict[str, Any], words: str) -> None:
    image = image_of("bcc", RECIPES[0])
    with pytest.raises(ValueError, match=words):
        fc.attentive_response(image, **options)


@pytest.mark.parametrize("image", [None, np.zeros((64, 64)), fc.prototype("bcc", "Fe")])
def test_only_fingerprints_are_looked_at(image: Any) -> None:
    for function in (fc.attentive_response, fc.class_response, input_gradient):
        with pytest.raises(TypeError, match="image: expected a Fingerprint"):
            function(image)


def test_unusable_images_are_refused() -> None:
    image = image_of("bcc", RECIPES[0])
    bad = image.image.copy()
    bad[3, 4] = np.nan
    for pixels, words in ((bad, "finite"), (np.zeros((32, 32)), "64×64")):
        with pytest.raises(ValueError, match=words):
            fc.attentive_response(replace(image, image=pixels))
        with pytest.raises(ValueError, match=words):
            fc.class_response(replace(image, image=pixels))


def test_all_layers_are_there() -> None:
    found = pretrained_network().activations(np.zeros((64, 64), np.float32))
    assert set(found) == {*CONV_LAYERS, *POOLED.values(), "dense", "scores", "softmax"}
    assert (
        sum(a.size for a in pretrained_network().kernels.values())
        + sum(a.size for a in pretrained_network().biases.values())
        == 313_836
    )


def test_the_labels_are_those_of_the_network() -> None:
    """Weights of two of the classes: two maps, their shares, and the better of the two labels."""
    full = pretrained_network()
    kept = [fc.LABELS.index(label) for label in ("diamond", "sc")]
    kernels = {**full.kernels, "softmax": full.kernels["softmax"][:, kept]}
    biases = {**full.biases, "softmax": full.biases["softmax"][kept]}
    network = Network(kernels, biases, ("diamond", "sc"))
    image = fc.fingerprint(fc.prototype("sc", "Po"))
    assert fc.attentive_response(image, network=network).label == "sc"
    classes = fc.class_response(image, network)
    assert classes.maps.shape == (2, 64, 64)
    assert list(classes.shares) == ["diamond", "sc"]
    assert input_gradient(image, "sc", network).shape == (64, 64)
    with pytest.raises(ValueError, match="label: expected one of diamond, sc, received 'fcc'"):
        input_gradient(image, "fcc", network)
