"""Maps of structures: the sample is what it says, and the maps are PCA and t-SNE of it."""

from typing import Any

import numpy as np
import pytest

import facecrystal_widgets as fc
from facecrystal_widgets.compute.workers import HERE, Workers
from facecrystal_widgets.convnet.layers import pretrained_network
from facecrystal_widgets.crystals.classes import LABELS
from facecrystal_widgets.datasets.defects import DEFECTS
from facecrystal_widgets.datasets.structures import pristine_file, pristine_structure
from facecrystal_widgets.evaluation.embedding import (
    FEATURES,
    GROUP,
    METHODS,
    Embedding,
    EmbeddingSample,
    embed,
    embedding_steps,
    sample_structures,
)
from facecrystal_widgets.evaluation.predictions import EvaluatedStructure


@pytest.fixture(scope="module")
def sample() -> EmbeddingSample:
    return sample_structures(2, seed=3, workers=HERE)


def test_the_sample_holds_every_class_with_every_defect(sample: EmbeddingSample) -> None:
    n = 4 * 2 * GROUP
    assert sample.images.shape == (n, 64, 64)
    assert sample.activations.shape == (n, 128)
    points = [EvaluatedStructure.of(row) for row in sample.rows]
    found = [(p.label, p.defect) for p in points]
    assert sorted(map(str, found)) == sorted(
        str((label, defect)) for label in LABELS for defect in (None, *DEFECTS) for _ in range(2)
    )
    assert len({p.parent for p in points}) == 8


@pytest.mark.parametrize("index", [0, 17, 3 * GROUP + 8, 5 * GROUP + 13])
def test_a_point_says_how_to_make_its_structure_again(sample: EmbeddingSample, index: int) -> None:
    point = EvaluatedStructure.of(sample.rows[index])
    atoms, label = pristine_structure(point.parent, sample.seed)
    assert (point.label, point.species) == (label, atoms[0].symbol)
    broken = point.recipe.apply(fc.build_cluster(atoms))
    image = fc.fingerprint(broken)
    np.testing.assert_allclose(image.image, sample.images[index], atol=1e-6)
    assert point.bond_length == image.bond_length
    verdict = fc.classify(image)
    assert (point.predicted, point.correct) == (verdict.label, verdict.label == label)
    assert point.probability == pytest.approx(verdict.probability, abs=1e-6)
    assert point.right == pytest.approx(verdict.probabilities[label], abs=1e-6)


def test_activations_are_what_the_softmax_reads(sample: EmbeddingSample) -> None:
    network = pretrained_network()
    scores = sample.activations @ network.kernels["softmax"] + network.biases["softmax"]
    parts = np.exp(scores - scores.max(axis=1, keepdims=True))
    expected = parts / parts.sum(axis=1, keepdims=True)
    np.testing.assert_allclose(expected, sample.rows["probabilities"], atol=1e-4)


@pytest.mark.parametrize("features", FEATURES)
def test_pca_is_that_of_the_textbook(sample: EmbeddingSample, features: str) -> None:
    found = embed(sample, features, "PCA")
    vectors = sample.vectors(features).astype(float)
    u, s, _ = np.linalg.svd(vectors - vectors.mean(axis=0), full_matrices=False)
    assert found.explained == pytest.approx((s**2 / (s**2).sum())[:2], rel=1e-4)
    expected = u[:, :2] * s[:2]
    signs = np.sign((expected * found.coordinates).sum(axis=0))
    np.testing.assert_allclose(found.coordinates, expected * signs, atol=1e-3 * s[0])


@pytest.mark.parametrize("method", METHODS)
def test_neighbours_on_the_map_are_mostly_of_one_class(
    sample: EmbeddingSample, method: str
) -> None:
    found = embed(sample, "layer", method)
    distance = np.linalg.norm(found.coordinates[:, None] - found.coordinates, axis=-1)
    np.fill_diagonal(distance, np.inf)
    nearest = found.rows["label"][distance.argmin(axis=1)]
    assert (nearest == found.rows["label"]).mean() > 0.95
    assert (found.explained is None) == (method == "t-SNE")


@pytest.mark.parametrize("method", METHODS)
def test_the_same_sample_gives_the_same_map(sample: EmbeddingSample, method: str) -> None:
    first, second = (embed(sample, "fingerprint", method) for _ in range(2))
    assert np.array_equal(first.coordinates, second.coordinates)


@pytest.mark.slow
def test_many_workers_make_the_same_sample() -> None:
    one, two = (sample_structures(1, 5, workers=workers) for workers in (HERE, Workers(2)))
    assert np.array_equal(one.images, two.images)
    assert np.array_equal(one.rows, two.rows)
    assert np.array_equal(one.activations, two.activations)


def test_steps_are_crystals_and_then_four_maps(sample: EmbeddingSample) -> None:
    steps: list[Any] = list(embedding_steps(2, 3, None))
    assert np.array_equal(np.concatenate(steps[:8]), sample.rows)
    maps = steps[8:]
    assert all(isinstance(found, Embedding) for found in maps)
    assert {(found.features, found.method) for found in maps} == {
        (features, method) for features in FEATURES for method in METHODS
    }
    assert np.array_equal(maps[0].coordinates, embed(sample).coordinates)
    assert maps[0].point(9) == EvaluatedStructure.of(sample.rows[9])


@pytest.mark.parametrize("index", [2, 40, 333, 6344])
def test_a_pristine_file_loses_nothing(index: int) -> None:
    atoms, label = pristine_structure(index, 7)
    name, content = pristine_file(index, 7)
    back = fc.read_structure(content, name)
    assert np.array_equal(back.positions, atoms.positions)
    assert np.array_equal(back.cell.array, atoms.cell.array)
    assert np.array_equal(back.numbers, atoms.numbers)
    assert back.pbc.all()
    assert name == f"{atoms[0].symbol}-{label}-{index}.extxyz"


def test_bad_wishes_are_named(sample: EmbeddingSample) -> None:
    with pytest.raises(ValueError, match=r"per_class: .* 1 to 50.* 51"):
        sample_structures(51, workers=HERE)
    with pytest.raises(ValueError, match="features: expected one of fingerprint, layer"):
        embed(sample, "pixels")
    with pytest.raises(ValueError, match="method: expected one of PCA, t-SNE, received 'UMAP'"):
        embed(sample, method="UMAP")
