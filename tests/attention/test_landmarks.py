"""Which reflections a map looks at: on maps whose answer is known."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk, fcc111
from known_spots import RADII

import facecrystal_widgets as fc


def spot_map(*places: tuple[float, float]) -> np.ndarray:
    """Round spots of equal weight, one and a half pixels wide."""
    rows, columns = np.mgrid[:64, :64]
    spots = [np.exp(-((rows - r) ** 2 + (columns - c) ** 2) / 1.5**2) for r, c in places]
    return np.asarray(sum(spots), np.float32)


@pytest.mark.parametrize("label", fc.LABELS)
def test_a_spot_at_a_known_radius_is_that_reflection(label: str) -> None:
    """Radii at [011] are those that were measured before this project began."""
    image = fc.fingerprint(fc.prototype(label, "Cu"))
    everything = fc.landmarks(np.ones((64, 64)), image)
    for hkl, radius in RADII[label].items():
        name = tuple(sorted(hkl, reverse=True))
        family = next(found for found in everything if found.hkl == name)
        for row, column in family.spots:
            assert np.hypot(row - 31.5, column - 31.5) == pytest.approx(radius, abs=0.5)
        first, *others = fc.landmarks(spot_map(family.spots[0]), image)
        assert first.hkl == name
        assert first.share > 0.95
        assert sum(other.share for other in others) < 0.05


def test_shares_add_up_and_are_ordered() -> None:
    image = fc.fingerprint(fc.prototype("fcc", "Cu"))
    found = fc.landmarks(fc.attentive_response(image, "conv6", None).total, image)
    shares = [landmark.share for landmark in found]
    assert shares == sorted(shares, reverse=True)
    assert 0 < sum(shares) < 1
    flat = fc.landmarks(np.ones((64, 64)), image)
    for landmark in flat:  # a map that looks everywhere alike
        assert landmark.share == pytest.approx(landmark.area)
    assert {landmark.hkl for landmark in flat} == {landmark.hkl for landmark in found}


def test_spacings_are_those_of_the_structure() -> None:
    image = fc.fingerprint(fc.prototype("fcc", "Cu", 3.6))
    for found in fc.landmarks(np.ones((64, 64)), image):
        expected = 3.6 / np.linalg.norm(found.hkl) if any(found.hkl) else np.inf
        assert found.d_spacing == pytest.approx(expected)
        assert len(found.spots) == len(set(found.spots))


def test_other_zones_and_other_cells() -> None:
    along_001 = fc.Detector(zone_angle=0)
    image = fc.fingerprint(fc.prototype("fcc", "Cu"), along_001)
    names = {landmark.hkl for landmark in fc.landmarks(np.ones((64, 64)), image)}
    assert {(2, 0, 0), (2, 2, 0)} <= names
    assert (1, 1, 1) not in names, "not in the zone [001]"
    hcp = fc.fingerprint(bulk("Mg", "hcp"), replace(along_001, zone_angle=0))
    found = fc.landmarks(np.ones((64, 64)), hcp)
    spacings = [landmark.d_spacing for landmark in found]
    assert len({round(spacing, 3) for spacing in spacings}) == len(spacings)
    six = next(landmark for landmark in found if abs(landmark.d_spacing - 2.779) < 0.01)
    assert len(six.spots) == 6, "the sixfold star of 100"


def test_only_positive_values_count() -> None:
    image = fc.fingerprint(fc.prototype("sc", "Po"))
    total = fc.attentive_response(image, "conv6", None).total
    assert fc.landmarks(total, image) == fc.landmarks(np.maximum(total, 0), image)
    assert fc.landmarks(-np.ones((64, 64)), image) == ()


def test_without_a_lattice_there_are_none() -> None:
    cluster = fc.build_cluster(fc.prototype("sc", "Po"))
    bare = Atoms(numbers=cluster.numbers, positions=cluster.positions)
    assert fc.landmarks(np.ones((64, 64)), fc.fingerprint(bare)) == ()


def test_a_map_of_another_size_is_refused() -> None:
    image = fc.fingerprint(fc.prototype("sc", "Po"))
    with pytest.raises(ValueError, match=r"total: expected the shape \(64, 64\)"):
        fc.landmarks(np.ones((32, 32)), image)


def test_spots_that_a_stronger_one_covers_do_not_count() -> None:
    """A slab with vacuum has reflections a pixel apart; the direct beam is still there."""
    slab = fcc111("Cu", (1, 1, 5), vacuum=8, periodic=True)
    image = fc.fingerprint(slab)
    places = np.array([(s.row, s.column) for s in fc.reflections(image)])
    apart = np.linalg.norm(places[:, None] - places, axis=-1)[np.triu_indices(len(places), 1)]
    assert apart.min() < 2
    first, *_ = fc.landmarks(spot_map((31.5, 31.5)), image)
    assert first.hkl == (0, 0, 0)
    assert first.share > 0.9


def test_reflections_that_cannot_be_told_apart_are_none() -> None:
    gas = Atoms("N2", [[0, 0, 0], [0, 0, 1.1]], cell=[12, 12, 12], pbc=True)
    image = fc.fingerprint(gas)
    assert len(fc.reflections(image)) > 1000
    assert fc.landmarks(np.ones((64, 64)), image) == ()


def test_the_reach_follows_the_detector() -> None:
    fine = fc.Detector(pixels=256, pixel_size=1e-4)
    areas = [
        sum(x.area for x in fc.landmarks(np.ones(image.image.shape), image))
        for image in (fc.fingerprint(fc.prototype("sc", "Po"), d) for d in (fc.Detector(), fine))
    ]
    assert areas[0] == pytest.approx(areas[1], rel=0.1)


@pytest.mark.parametrize(
    ("total", "words"),
    [
        (None, "received NoneType"),
        ("total", "received str"),
        (np.full((64, 64), np.nan), "finite"),
        (np.full((64, 64), np.inf), "finite"),
        (1.0, "shape"),
        (np.ones(64), "shape"),
    ],
)
def test_what_is_no_map_is_refused(total: Any, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        fc.landmarks(total, fc.fingerprint(fc.prototype("sc", "Po")))
    with pytest.raises(ValueError, match=words):
        fc.template_similarity(total)


def test_the_scale_of_a_map_does_not_matter() -> None:
    image = fc.fingerprint(fc.prototype("sc", "Po"))
    total = fc.attentive_response(image, "conv6", None).total.astype(float)
    for factor in (1e-30, 1e30, 1e300):
        assert fc.template_similarity(factor * total) == pytest.approx(
            fc.template_similarity(total)
        )
        shares = [x.share for x in fc.landmarks(factor * total, image)]
        assert shares == pytest.approx([x.share for x in fc.landmarks(total, image)])
