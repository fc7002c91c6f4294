"""The network in Keras: Table 1 of the paper, its export, and its training. Needs TensorFlow."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import facecrystal_widgets as fc
from facecrystal_widgets.convnet.architecture import PARAMETERS, build_model
from facecrystal_widgets.convnet.export import export_model, load_keras_model, sha256
from facecrystal_widgets.convnet.runtime import Classifier, pretrained
from facecrystal_widgets.convnet.weights import PRETRAINED
from facecrystal_widgets.datasets.dataset import Dataset
from facecrystal_widgets.training.fit import train_model

pytestmark = [
    pytest.mark.slow,
    pytest.mark.training,
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),  # TensorFlow's own, of NumPy
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]

LAYERS = [
    ("conv1", (64, 64, 32)), ("conv2", (64, 64, 16)), ("pool1", (32, 32, 16)),
    ("conv3", (32, 32, 12)), ("conv4", (32, 32, 12)), ("pool2", (16, 16, 12)),
    ("conv5", (16, 16, 8)), ("conv6", (16, 16, 8)), ("flatten", (2048,)), ("dense", (128,)),
    ("dropout", (128,)), ("softmax", (4,)),
]  # fmt: skip
"""Table 1: names and output shapes."""


@pytest.fixture(scope="module")
def model() -> Any:
    """The shipped network in Keras."""
    return load_keras_model()


def images() -> dict[str, np.ndarray]:
    """Fingerprints of all kinds, and what is none."""
    rng = np.random.default_rng(0)
    clusters = [
        fc.build_cluster(fc.prototype(label, element))
        for label in fc.LABELS
        for element in ("H", "C", "Fe", "Bi")
    ]
    recipes = [
        fc.DefectRecipe(vacancies=0.5, seed=1),
        fc.DefectRecipe(displacement=0.15, seed=2),
        fc.DefectRecipe(lindemann=0.4, seed=3),
        fc.DefectRecipe(substitution=0.75, species=("Pd", "O"), seed=4),
    ]
    return {
        "pristine": np.stack([fc.fingerprint(c).image for c in clusters]),
        "defective": np.stack(
            [fc.fingerprint(r.apply(c)).image for c in clusters for r in recipes]
        ),
        "noise": rng.random((50, 64, 64), dtype=np.float32),
        "faint noise": 0.01 * rng.random((20, 64, 64), dtype=np.float32),
        "empty": np.zeros((1, 64, 64), np.float32),
    }


def test_the_network_is_table_1(model: Any) -> None:
    assert model.input_shape == (None, 64, 64, 1)
    assert [(layer.name, layer.output.shape[1:]) for layer in model.layers[1:]] == LAYERS
    assert model.count_params() == PARAMETERS == 313_836
    for layer in model.layers:
        if layer.name.startswith("conv"):
            assert (layer.kernel_size, layer.strides, layer.padding) == ((7, 7), (1, 1), "same")
            assert layer.activation.__name__ == "relu"
        elif layer.name.startswith("pool"):
            assert (layer.pool_size, layer.strides) == ((2, 2), (2, 2))
        elif layer.name == "dropout":
            assert layer.rate == 0.25


def test_a_new_network_starts_orthogonal_and_from_its_seed() -> None:
    first, again, other = (build_model(seed).get_weights() for seed in (1, 1, 2))
    for a, b in zip(first, again, strict=True):
        np.testing.assert_array_equal(a, b)
    assert any((a != b).any() for a, b in zip(first, other, strict=True))
    kernel = first[0].reshape(49, 32)  # conv1
    np.testing.assert_allclose(kernel.T @ kernel, np.eye(32), atol=1e-5)


@pytest.mark.parametrize("kind", images())
def test_keras_and_litert_agree(model: Any, kind: str) -> None:
    batch = images()[kind]
    ours = pretrained().probabilities(batch)
    theirs = model.predict(batch[..., None], verbose=0)
    assert np.abs(ours - theirs).max() < 1e-5
    np.testing.assert_allclose(ours.sum(axis=1), 1, atol=1e-5)


def test_the_files_are_those_of_the_card() -> None:
    for name, expected in pretrained().card["sha256"].items():
        assert sha256(PRETRAINED / name) == expected


def small_dataset(pristine: bool = True) -> Dataset:
    """Four elements of each class, three times, with a little noise."""
    rng = np.random.default_rng(0)
    rows = [
        (label, element)
        for label in range(4)
        for element in ("Cu", "Fe", "Si", "Po")
        for _ in range(3)
    ]
    clean = [fc.fingerprint(fc.prototype(fc.LABELS[label], e)).image for label, e in rows]
    noisy = np.stack(clean) + rng.normal(0, 1e-3, (len(rows), 64, 64)).astype(np.float32)
    return Dataset(
        images=noisy,
        labels=np.array([label for label, _ in rows]),
        species=np.array([element for _, element in rows]),
        bond_lengths=np.ones(len(rows)),
        seed=0,
        pristine=pristine,
    )


def test_training_is_seeded_and_its_export_gives_the_same_answers(tmp_path: Path) -> None:
    dataset, batches = small_dataset(), []
    first, result = train_model(
        dataset, seed=3, epochs=1, on_batch=lambda done, total: batches.append((done, total))
    )
    again, same = train_model(dataset, seed=3, epochs=1)
    assert result == same
    for a, b in zip(first.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    assert (result.n_train, result.n_test) == (36, 12)
    assert batches == [(1, 2), (2, 2)]

    classifier = Classifier(export_model(first, tmp_path, asdict(result), {"note": "a test"}))
    assert classifier.card["note"] == "a test"
    assert classifier.card["result"]["n_train"] == 36
    expected = first.predict(dataset.images[..., None], verbose=0)
    assert np.abs(classifier.probabilities(dataset.images) - expected).max() < 1e-5
    reloaded = load_keras_model(tmp_path / "model.keras")
    np.testing.assert_allclose(
        reloaded.predict(dataset.images[..., None], verbose=0), expected, atol=1e-6
    )


def test_training_refuses_defective_structures() -> None:
    with pytest.raises(ValueError, match="dataset: training takes pristine structures only"):
        train_model(small_dataset(pristine=False))
