"""The network at run time: what it says, and what it refuses to look at."""

import json
import shutil
from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk

import facecrystal_widgets as fc
from facecrystal_widgets.convnet import weights
from facecrystal_widgets.convnet.reference import NetworkRef
from facecrystal_widgets.convnet.runtime import Classifier, pretrained
from facecrystal_widgets.convnet.weights import PRETRAINED, read_model
from facecrystal_widgets.crystals.classes import CLASSES
from facecrystal_widgets.crystals.elements import ELEMENTS

CLUSTERS = {label: fc.build_cluster(fc.prototype(label, "Cu")) for label in fc.LABELS}


# --- verdicts -----------------------------------------------------------------------------------


def test_every_element_in_every_class_is_right() -> None:
    """Also the 15 heaviest, which the training set does not hold."""
    structures = [fc.prototype(label, e) for label in fc.LABELS for e in ELEMENTS]
    verdicts = fc.classify(structures)
    expected = [label for label in fc.LABELS for _ in ELEMENTS]
    assert [verdict.label for verdict in verdicts] == expected
    assert min(verdict.probability for verdict in verdicts) > 0.9
    assert all(verdict.notes == () for verdict in verdicts)


@pytest.mark.parametrize("target", [32, 64, 256, 512, 1024])
def test_the_size_of_the_cluster_does_not_matter(target: int) -> None:
    for label in fc.LABELS:
        image = fc.fingerprint(fc.prototype(label, "W"), target_atoms=target)
        assert fc.classify(image).label == label


@pytest.mark.parametrize(
    "recipe",
    [
        fc.DefectRecipe(vacancies=0.5, seed=1),
        fc.DefectRecipe(displacement=0.15, seed=1),
        fc.DefectRecipe(substitution=0.5, species=("Pd",), seed=1),
        fc.DefectRecipe(substitution=0.75, species=("Pd", "O"), seed=1),
    ],
)
def test_defects_do_not_matter(recipe: fc.DefectRecipe) -> None:
    for label, cluster in CLUSTERS.items():
        assert fc.classify(recipe.apply(cluster)).label == label


def test_a_verdict_says_the_same_in_all_its_fields() -> None:
    for crystal_class in CLASSES:
        verdict = fc.classify(CLUSTERS[crystal_class.label])
        assert (verdict.label, verdict.space_group, verdict.symbol) == (
            crystal_class.label,
            crystal_class.space_group,
            crystal_class.symbol,
        )
        assert tuple(verdict.probabilities) == fc.LABELS == ("fcc", "diamond", "bcc", "sc")
        assert sum(verdict.probabilities.values()) == pytest.approx(1, abs=1e-5)
        assert max(verdict.probabilities, key=verdict.probabilities.__getitem__) == verdict.label
        assert verdict.probability == verdict.probabilities[verdict.label]
        assert str(verdict) == f"{verdict.label} ({verdict.symbol}) {verdict.probability:.3f}"
        assert all(type(p) is float for p in verdict.probabilities.values())
        with pytest.raises(TypeError):
            verdict.probabilities["fcc"] = 1.0
        with pytest.raises(FrozenInstanceError):
            verdict.label = "fcc"


def test_a_list_gives_a_list_and_equals_its_members() -> None:
    things: list[Atoms | fc.Fingerprint] = [
        CLUSTERS["sc"],
        fc.fingerprint(CLUSTERS["fcc"]),
        fc.prototype("bcc", "W"),
        fc.DefectRecipe(displacement=0.5, seed=3).apply(CLUSTERS["bcc"]),
    ]
    together = fc.classify(things)
    assert isinstance(together, list)
    for thing, verdict in zip(things, together, strict=True):
        alone = fc.classify(thing)
        assert alone.label == verdict.label
        for label in fc.LABELS:
            assert alone.probabilities[label] == pytest.approx(
                verdict.probabilities[label], abs=1e-6
            )
    classify: Any = fc.classify  # ase is untyped to mypy: `Atoms` is Any, which holds sequences too
    assert [v.label for v in classify(tuple(things))] == [v.label for v in together]
    assert [v.label for v in classify(iter(things))] == [v.label for v in together]
    assert classify([]) == []


def test_batches_of_any_size_agree() -> None:
    images = np.random.default_rng(0).random((300, 64, 64), dtype=np.float32)
    together = pretrained().probabilities(images)
    assert together.shape == (300, 4)
    for part in (images[:1], images[:7], images[250:260]):
        start = 250 if len(part) == 10 else 0
        alone = pretrained().probabilities(part)
        np.testing.assert_allclose(alone, together[start : start + len(part)], atol=1e-6)
    assert pretrained().probabilities(images[:0]).shape == (0, 4)


def test_threads_do_not_mix_up_their_images() -> None:
    from concurrent.futures import ThreadPoolExecutor

    images = [fc.fingerprint(CLUSTERS[label]) for label in fc.LABELS] * 10
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(fc.classify, images))
    assert [verdict.label for verdict in found] == list(fc.LABELS) * 10


def test_a_changed_image_gets_another_verdict() -> None:
    image = fc.fingerprint(CLUSTERS["fcc"])
    other = replace(image, image=fc.fingerprint(CLUSTERS["bcc"]).image)
    assert fc.classify(other).label == "bcc"
    assert fc.classify(other).fingerprint is other


# --- notes --------------------------------------------------------------------------------------


def graphite() -> Atoms:
    from ase.lattice.hexagonal import Graphite

    return Atoms(Graphite("C", latticeconstant={"a": 2.46, "c": 6.7}))


@pytest.mark.parametrize(
    ("atoms", "notes"),
    [
        (fc.prototype("hcp", "Mg"), ["No conventional standard cell (spglib finds P6_3/mmc"]),
        (
            fc.prototype("rocksalt", "NaCl"),
            ["2 species (Cl, Na) lie outside the training set", "Its own cell (Fm-3m, 8 atoms)"],
        ),
        (
            fc.prototype("cesiumchloride", "CsCl"),
            ["2 species (Cl, Cs) lie outside the training set", "Its own cell (Pm-3m, 2 atoms)"],
        ),
        (
            fc.prototype("zincblende", "ZnS"),
            ["2 species (S, Zn) lie outside the training set", "Its own cell (F-43m, 8 atoms)"],
        ),
        (graphite(), ["No conventional standard cell (spglib finds P6_3/mmc, not cubic)"]),
        (
            Atoms("Fe64", fc.prototype("bcc", "Fe").repeat((4, 4, 2)).positions),
            [],  # its reflections show that the axes are along x, y, z
        ),
        (
            Atoms("Fe", cell=[2, 2, 2], pbc=[True, True, False]),
            ["No conventional standard cell (periodic in some directions only)"],
        ),
        (bulk("Cu", cubic=True).repeat((5, 5, 6)), []),  # seen, though too large for spglib
        (
            bulk("Cu", orthorhombic=True).repeat((8, 8, 5)),
            ["No conventional standard cell (more than 512 atoms): turned by 45°"],
        ),
        (
            Atoms("Fe8", fc.prototype("bcc", "Fe").repeat((2, 2, 1)).positions),
            ["Not periodic: axes taken as given", "Only 8 atoms"],
        ),
    ],
)
def test_what_the_network_cannot_know_is_said(atoms: Atoms, notes: list[str]) -> None:
    found = fc.classify(atoms).notes
    assert len(found) == len(notes)
    for note, beginning in zip(found, notes, strict=True):
        assert note.startswith(beginning)
        assert note.endswith(".")


def test_a_substituted_crystal_is_no_element_any_more() -> None:
    recipe = fc.DefectRecipe(substitution=0.25, species=("Cr",))
    (note,) = fc.classify(recipe.apply(CLUSTERS["bcc"])).notes
    assert note.startswith("2 species (Cr, Cu)")


# --- bad input ----------------------------------------------------------------------------------


def with_image(change: Callable[[np.ndarray], Any]) -> fc.Fingerprint:
    image = fc.fingerprint(CLUSTERS["fcc"])
    return replace(image, image=change(image.image.copy()))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda x: np.where(x == 1, np.nan, x), "expected finite pixels, received nan"),
        (lambda x: np.where(x == 1, np.inf, x), "expected finite pixels"),
        (lambda x: x[:32, :32], r"trained on 64×64 pixels, received \(32, 32\)"),
        (lambda x: x[:, :, None], r"64×64 pixels, received \(64, 64, 1\)"),
        (lambda x: x.ravel(), "64×64 pixels"),
        (lambda x: x * 255, r"expected pixels from 0 to 1, received up to 255"),
        (lambda x: x.astype(float) * 1e300, "expected finite pixels"),
        (lambda x: "image", "expected an array of numbers|64×64"),
        (lambda x: None, "expected an array of numbers|64×64"),
        (lambda x: np.full((64, 64), None), "expected an array of numbers|finite"),
    ],
)
def test_an_image_that_is_none_is_refused(
    change: Callable[[np.ndarray], Any], message: str
) -> None:
    bad = with_image(change)
    for things in (bad, [fc.fingerprint(CLUSTERS["fcc"]), bad]):
        with pytest.raises(ValueError, match=f"^image: .*({message})"):
            fc.classify(things)


def test_other_detectors_are_welcome_if_they_have_64_pixels() -> None:
    wide = fc.fingerprint(CLUSTERS["bcc"], fc.Detector(wavelength=0.049))
    assert fc.classify(wide).label == "bcc"
    with pytest.raises(ValueError, match="use a Detector with pixels=64"):
        fc.classify(fc.fingerprint(CLUSTERS["bcc"], fc.Detector(pixels=128)))


@pytest.mark.parametrize("thing", ["Cu.cif", b"Cu.cif", None, 3, 2.5])
def test_something_else_than_structures_is_a_type_error(thing: object) -> None:
    with pytest.raises(TypeError, match=r"structures: expected an ase.Atoms, a Fingerprint or"):
        fc.classify(thing)
    with pytest.raises(TypeError, match=r"expected an ase.Atoms"):
        fc.classify([thing])


# --- files --------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("model.tflite", "model.json"):
        shutil.copy(PRETRAINED / name, tmp_path)
    return tmp_path


def test_the_network_is_that_of_its_card(folder: Path) -> None:
    classifier = Classifier(folder)
    assert classifier.card["labels"] == list(fc.LABELS)
    assert classifier.card["parameters"] == 313_836
    assert fc.classify(CLUSTERS["sc"], classifier=classifier).label == "sc"


@pytest.mark.parametrize("place", [0, 1000, -1])
def test_a_damaged_network_is_noticed(folder: Path, place: int) -> None:
    content = bytearray((folder / "model.tflite").read_bytes())
    content[place] ^= 1
    (folder / "model.tflite").write_bytes(content)
    with pytest.raises(ValueError, match=r"model.tflite: its SHA-256 is not the one in model.json"):
        Classifier(folder)


@pytest.mark.parametrize("name", ["model.tflite", "model.json"])
def test_a_missing_file_is_named(folder: Path, name: str) -> None:
    (folder / name).unlink()
    with pytest.raises((ValueError, OSError), match=name):
        Classifier(folder)


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"sha256": {}}'])
def test_a_card_that_is_none_is_named(folder: Path, content: str) -> None:
    (folder / "model.json").write_text(content)
    with pytest.raises(ValueError, match=r"model.json"):
        Classifier(folder)


def test_other_labels_are_refused(folder: Path) -> None:
    card = json.loads((folder / "model.json").read_text())
    card["labels"] = card["labels"][::-1]
    (folder / "model.json").write_text(json.dumps(card))
    with pytest.raises(ValueError, match=r"model.json: .*labels"):
        Classifier(folder)


def test_order_and_number_of_probabilities_are_those_of_the_classifier() -> None:
    """A network of other classes of the table, here two in its order, needs no code."""

    class TwoClasses(Classifier):
        def __init__(self) -> None:
            self.labels = ("diamond", "sc")

        def probabilities(self, images: np.ndarray) -> np.ndarray:
            return np.tile(np.array([[0.1, 0.9]], np.float32), (len(images), 1))

    verdict = fc.classify(CLUSTERS["sc"], classifier=TwoClasses())
    assert (verdict.label, verdict.symbol, verdict.space_group) == ("sc", "Pm-3m", 221)
    assert list(verdict.probabilities) == ["diamond", "sc"]
    assert verdict.probability == pytest.approx(0.9)
    assert verdict.trusted


def test_a_card_of_seven_classes_is_read_when_the_table_has_them(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Until then it is refused; a network of four outputs under seven labels always is."""
    labels = [*fc.LABELS, "hcp", "rocksalt", "zincblende"]
    card = json.loads((folder / "model.json").read_text())
    (folder / "model.json").write_text(json.dumps(card | {"labels": labels}))
    with pytest.raises(ValueError, match=r"model.json: expected labels of .* received .*hcp"):
        read_model(folder, "model.tflite")
    monkeypatch.setattr(weights, "LABELS", tuple(labels))
    assert read_model(folder, "model.tflite")[1]["labels"] == labels
    with pytest.raises(ValueError, match=r"a label for each of the 4 outputs .* received 7"):
        Classifier(folder)


def test_a_network_of_some_classes_is_no_network_for_maps(folder: Path) -> None:
    card = json.loads((folder / "model.json").read_text())
    (folder / "model.json").write_text(json.dumps(card | {"labels": ["fcc", "bcc"]}))
    with pytest.raises(ValueError, match=r"expected a network with the classes fcc, diamond"):
        NetworkRef.at(folder)
