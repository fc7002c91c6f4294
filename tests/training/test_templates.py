"""Class templates: what is shipped, how it is made, and whether it tells the classes apart."""

import shutil
from pathlib import Path

import numpy as np
import pytest

import facecrystal_widgets as fc
from facecrystal_widgets.attention import templates as templates_module
from facecrystal_widgets.attention.templates import (
    FILE,
    class_templates,
    image_template,
    template_similarity,
)
from facecrystal_widgets.compute.workers import HERE
from facecrystal_widgets.convnet.runtime import Classifier
from facecrystal_widgets.convnet.weights import PRETRAINED
from facecrystal_widgets.datasets.dataset import Dataset, build_pristine
from facecrystal_widgets.training.templates import build_templates, save_templates


@pytest.fixture(scope="module")
def small() -> Dataset:
    return build_pristine(40, seed=3, n_jobs=1)


def test_templates_differ_and_cannot_be_changed() -> None:
    templates = fc.class_templates()
    assert tuple(templates) == fc.LABELS
    for label, template in templates.items():
        assert template.shape == (64, 64)
        assert template_similarity(template)[label] == pytest.approx(1)
        others = [v for name, v in template_similarity(template).items() if name != label]
        assert max(others) < 0.9
        with pytest.raises(ValueError, match="read-only"):
            template[0, 0] = 1


@pytest.mark.parametrize("label", fc.LABELS)
@pytest.mark.parametrize(
    "recipe",
    [
        fc.DefectRecipe(),
        fc.DefectRecipe(vacancies=0.5, seed=1),
        fc.DefectRecipe(displacement=0.1, seed=2),
        fc.DefectRecipe(substitution=0.5, species=("Al",), seed=3),
    ],
)
def test_an_image_is_most_like_the_template_of_its_class(
    label: str, recipe: fc.DefectRecipe
) -> None:
    broken = recipe.apply(fc.build_cluster(fc.prototype(label, "Fe")))
    similarity = template_similarity(image_template(fc.fingerprint(broken)).total)
    assert max(similarity, key=lambda name: similarity[name]) == label
    assert all(-1 <= value <= 1 + 1e-6 for value in similarity.values())


def test_a_black_map_is_like_none() -> None:
    assert set(template_similarity(np.zeros((64, 64))).values()) == {0.0}


def test_templates_are_averages_over_the_training_part(small: Dataset) -> None:
    templates = build_templates(small, workers=HERE)
    training, _ = small.split()
    for number, label in enumerate(fc.LABELS):
        chosen = [i for i in training if small.labels[i] == number]
        totals = [
            fc.attentive_response(fc.Fingerprint(small.images[i]), "conv6", None).total
            for i in chosen
        ]
        np.testing.assert_allclose(templates[label], np.mean(totals, axis=0), rtol=1e-4, atol=1e-3)


def test_defective_structures_make_no_templates(small: Dataset) -> None:
    broken = Dataset(
        small.images, small.labels, small.species, small.bond_lengths, 3, pristine=False
    )
    with pytest.raises(ValueError, match="pristine structures only"):
        build_templates(broken)


def test_they_belong_to_the_network_beside_them(small: Dataset, tmp_path: Path) -> None:
    folder = tmp_path / "model"
    shutil.copytree(PRETRAINED, folder)
    templates = build_templates(small, folder, HERE)
    save_templates(templates, folder, "a command")
    read = class_templates(folder)
    for label in fc.LABELS:
        np.testing.assert_array_equal(read[label], templates[label])
    assert Classifier(folder).card["templates_command"] == "a command"
    templates_module._load.cache_clear()
    (folder / FILE).write_bytes((folder / FILE).read_bytes()[:-1])
    with pytest.raises(ValueError, match="SHA-256"):
        class_templates(folder)
