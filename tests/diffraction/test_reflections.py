"""Where the reflections of a crystal stand, by Ewald's construction and on the image itself."""

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk
from known_spots import RADII

import facecrystal_widgets as fc
from facecrystal_widgets.diffraction.reflections import Reflection

FLAT = fc.Detector(wavelength=1e-4, distance=50.0)
"""A nearly flat Ewald sphere, on which whole zones of reflections lie."""


def family(hkl: tuple[int, int, int]) -> tuple[int, int, int]:
    h, k, l = sorted(map(abs, hkl))  # noqa: E741
    return h, k, l


def radius(spot: Reflection) -> float:
    return float(np.hypot(spot.row - 31.5, spot.column - 31.5))


def peak_near(image: np.ndarray, row: float, column: float, reach: int = 3) -> np.ndarray:
    """Row and column of the local maximum: centre of the 3 × 3 pixels about the brightest one."""
    rows, columns = np.mgrid[: len(image), : len(image)]
    near = np.maximum(np.abs(rows - row), np.abs(columns - column)) <= reach
    top = np.unravel_index(np.where(near, image, -1).argmax(), image.shape)
    patch = np.maximum(np.abs(rows - top[0]), np.abs(columns - top[1])) <= 1
    weights = np.where(patch, image, 0)
    centre: np.ndarray = np.array([(weights * rows).sum(), (weights * columns).sum()])
    return centre / float(weights.sum())


@pytest.mark.parametrize("label", fc.LABELS)
def test_spots_stand_at_the_known_radii(label: str) -> None:
    spots = fc.reflections(fc.fingerprint(fc.prototype(label, "Cu")))
    for hkl, expected in RADII[label].items():
        found = [radius(spot) for spot in spots if family(spot.hkl) == hkl]
        assert found, f"no reflection {hkl}"
        assert found == pytest.approx([expected] * len(found), abs=0.5)


@pytest.mark.parametrize("label", fc.LABELS)
def test_the_image_has_its_maxima_there(label: str) -> None:
    """1,024 atoms, a nearly flat sphere: sharp spots, each in its place to half a pixel."""
    image = fc.fingerprint(fc.prototype(label, "Cu"), FLAT, target_atoms=1024)
    spots = [s for s in fc.reflections(image) if family(s.hkl) in RADII[label]]
    assert {family(s.hkl) for s in spots} == set(RADII[label])
    for spot in spots:
        peak = peak_near(image.image, spot.row, spot.column)
        assert np.hypot(*(peak - (spot.row, spot.column))) < 0.6, spot
        assert np.hypot(*(peak - 31.5)) == pytest.approx(RADII[label][family(spot.hkl)], abs=0.6)


@pytest.mark.parametrize("label", fc.LABELS)
def test_there_is_no_bright_spot_without_a_reflection(label: str) -> None:
    image = fc.fingerprint(fc.prototype(label, "Cu"), target_atoms=1024)
    spots = np.array([(s.row, s.column) for s in fc.reflections(image)])
    bright = np.argwhere(image.image > 0.15)  # the central spot's side lobes are fainter
    distance = np.linalg.norm(bright[:, None] - spots, axis=2).min(axis=1)
    assert distance.max() < 2.5


def stretched() -> Atoms:
    """Tetragonal, in a primitive cell without any right angle."""
    atoms = bulk("Cu", "fcc", a=3.6)
    atoms.set_cell(np.asarray(atoms.cell) * [1, 1, 1.1], scale_atoms=True)
    return atoms


@pytest.mark.parametrize(
    ("atoms", "zone_angle"),
    [
        (fc.prototype("hcp", "Mg"), 0),
        (fc.prototype("hcp", "Mg"), 90),
        (bulk("Ti", "hcp", a=2.95, c=4.68), 0),
        (bulk("Ti", "hcp", a=2.95, c=4.68), 90),
        (stretched(), 0),
        (stretched(), 90),
        (bulk("Cu", "fcc", a=3.6, orthorhombic=True), 45),
    ],
)
def test_other_cells_agree_with_their_images(atoms: Atoms, zone_angle: float) -> None:
    """Also where cell vectors are not orthogonal, every strong reflection is a bright place."""
    detector = replace(FLAT, zone_angle=zone_angle)
    image = fc.fingerprint(atoms, detector, target_atoms=1024)
    spots = [s for s in fc.reflections(image, minimum=0.5) if 2 < radius(s) < 27]
    assert len(spots) >= 4
    for spot in spots:
        peak = peak_near(image.image, spot.row, spot.column)
        assert np.hypot(*(peak - (spot.row, spot.column))) < 1.0, spot
        assert image.image[round(peak[0]), round(peak[1])] > 5 * np.median(image.image)


def test_spacings_are_those_of_the_structure_in_angstrom() -> None:
    spots = fc.reflections(fc.fingerprint(fc.prototype("bcc", "Fe", 2.87)))
    for spot in spots:
        if spot.hkl != (0, 0, 0):
            assert spot.d_spacing == pytest.approx(2.87 / np.linalg.norm(spot.hkl))
    centre = next(spot for spot in spots if spot.hkl == (0, 0, 0))
    assert (centre.row, centre.column) == (31.5, 31.5)
    assert centre.strength == pytest.approx(1)
    assert centre.d_spacing == np.inf


def test_forbidden_reflections_are_left_out() -> None:
    spots = fc.reflections(fc.fingerprint(fc.prototype("diamond", "Si")))
    assert all(
        sum(s.hkl) % 4 in (0, 1, 3) and len({h % 2 for h in s.hkl}) == 1 for s in spots
    )  # all odd, or all even with a sum divisible by four


def test_a_smaller_minimum_only_adds() -> None:
    image = fc.fingerprint(fc.prototype("sc", "Po"))
    sets = [set(fc.reflections(image, minimum=m)) for m in (0.5, 0.1, 0.01, 0.001)]
    assert all(few <= many for few, many in pairwise(sets))
    assert sets[0] < sets[-1]


def test_structures_without_a_cell_have_no_reflections() -> None:
    atoms = fc.build_cluster(fc.prototype("bcc", "Fe"))
    bare = Atoms(numbers=atoms.numbers, positions=atoms.positions)
    assert fc.reflections(fc.fingerprint(bare)) == ()


def test_a_box_too_large_to_index_has_none() -> None:
    dimer = Atoms("N2", [[0, 0, 0], [0, 0, 1.1]], cell=[5000, 5000, 5000], pbc=True)
    image = fc.fingerprint(dimer, target_atoms=2)
    assert fc.reflections(image) == ()


def test_a_large_cell_is_indexed_quickly() -> None:
    """512 atoms in one cell: hundreds of thousands of candidates, few of them seen."""
    atoms = fc.prototype("sc", "Po").repeat(8)
    atoms.rattle(0.3, seed=1)
    image = fc.fingerprint(atoms)
    assert len(image.preparation.cell_numbers) == 512
    spots = fc.reflections(image)
    assert {s.hkl for s in spots} >= {(0, 0, 0), (8, 0, 0), (0, 8, -8)}
