"""Eq. 1 and 2: against another simulator, and against what physics demands."""

from dataclasses import replace
from pathlib import Path
from typing import Any

import gemmi
import numpy as np
import pytest
from ase import Atoms
from hypothesis import given, settings
from hypothesis import strategies as st

import facecrystal_widgets as fc
from facecrystal_widgets.crystals.checks import StructureError
from facecrystal_widgets.crystals.elements import ELEMENTS
from facecrystal_widgets.diffraction.amplitude import scattering_amplitude
from facecrystal_widgets.diffraction.fingerprint import fingerprints
from facecrystal_widgets.diffraction.form_factors import form_factor_values

REFERENCE = np.load(Path(__file__).parent / "condor.npz")
CASES = sorted({name.split("/")[0] for name in REFERENCE.files} - {"grid"})
FLAT = fc.Detector(wavelength=1e-5, distance=500.0)
"""The same q in the plane of the detector, on a sphere 5,000 times flatter."""


def disordered(n: int = 40, seed: int = 0, species: tuple[int, ...] = (6, 26, 79)) -> Atoms:
    """A cluster without any symmetry, atoms about 2.5 Å apart."""
    rng = np.random.default_rng(seed)
    grid = np.argwhere(np.ones((4, 4, 4)))[rng.permutation(64)[:n]]
    positions = 2.5 * grid + rng.uniform(-0.4, 0.4, (n, 3))
    return Atoms(numbers=rng.choice(species, n), positions=positions)


def radii(pixels: int = 64) -> np.ndarray:
    """Distance of every pixel from the beam, in pixels."""
    offset = np.arange(pixels) - (pixels - 1) / 2
    return np.asarray(np.hypot(offset, offset[:, None]))


# --- another simulator --------------------------------------------------------------------------


@pytest.mark.parametrize("case", CASES)
def test_intensity_agrees_with_condor(case: str) -> None:
    ours = fc.diffraction_intensity(REFERENCE[f"{case}/positions"], REFERENCE[f"{case}/numbers"])
    theirs = REFERENCE[f"{case}/x+45/intensity"] / fc.Detector().solid_angle()
    theirs *= (ours * theirs).sum() / (theirs**2).sum()
    error = np.abs(ours - theirs)
    ring = (radii() > 10) & (radii() < 30)
    assert error.max() < 5e-6 * ours.max()
    assert error[ring].max() < 5e-6 * ours[ring].max()


@pytest.mark.parametrize("case", CASES)
def test_amplitude_agrees_with_condor(case: str) -> None:
    """The sign of the imaginary part too: exp(-iq.r), about the centroid of the electrons."""
    positions, numbers = REFERENCE[f"{case}/positions"], REFERENCE[f"{case}/numbers"]
    centroid = numbers @ positions / numbers.sum()
    real, imaginary = scattering_amplitude(positions - centroid, numbers, fc.Detector())
    ours = (real - 1j * imaginary).reshape(64, 64)
    theirs = REFERENCE[f"{case}/x+45/amplitude"] / np.sqrt(fc.Detector().solid_angle())
    theirs *= np.abs(ours).sum() / np.abs(theirs).sum()
    assert np.abs(ours - theirs).max() < 5e-6 * np.abs(ours).max()


@pytest.mark.parametrize("case", CASES)
def test_rotation_is_that_of_condor(case: str) -> None:
    np.testing.assert_allclose(fc.Detector().rotation, REFERENCE[f"{case}/x+45/rotation"])


def test_grid_agrees_with_condor() -> None:
    detector = fc.Detector()
    s = detector.scattering_vectors() / (2 * np.pi)
    np.testing.assert_allclose(s, REFERENCE["grid/s_vectors"], rtol=0, atol=1e-12)
    np.testing.assert_allclose(detector.solid_angle(), REFERENCE["grid/solid_angle"], rtol=1e-12)


def test_a_wrong_geometry_would_be_noticed() -> None:
    """The golden test can fail: one degree of rotation, or 0.1 % of wavelength, are seen."""
    positions, numbers = REFERENCE["h_random20/positions"], REFERENCE["h_random20/numbers"]
    right = fc.diffraction_intensity(positions, numbers)
    for wrong in (fc.Detector(zone_angle=46), fc.Detector(wavelength=0.05005)):
        other = fc.diffraction_intensity(positions, numbers, detector=wrong)
        assert np.abs(other - right).max() > 5e-4 * right.max()


# --- precision and batches ----------------------------------------------------------------------


@pytest.mark.parametrize("n_atoms", [32, 128, 1024])
@pytest.mark.parametrize("label", fc.LABELS)
def test_float32_is_good_to_a_hundred_thousandth(label: str, n_atoms: int) -> None:
    cluster = fc.build_cluster(fc.prototype(label, "W"), n_atoms)
    positions = cluster.positions / fc.bond_length(cluster)
    fast, exact = (
        np.square(scattering_amplitude(positions, cluster.numbers, fc.Detector(), dtype=dtype)).sum(
            axis=0
        )
        for dtype in (np.float32, np.float64)
    )
    assert np.abs(fast - exact).max() < 1e-5 * exact.max()


def test_long_structures_keep_their_precision() -> None:
    """q.r of a row of 3,000 atoms reaches 30,000: float32 alone would be off by 1e-3."""
    row = Atoms("Fe3000", positions=np.outer(np.arange(3000), [2.5, 0, 0]))
    exact = fc.diffraction_intensity((row.positions - row.positions.mean(0)) / 2.5, row.numbers)
    expected = fc.Detector().solid_angle() * exact**0.75
    np.testing.assert_allclose(fc.fingerprint(row).image, expected / expected.max(), atol=1e-5)


def test_a_batch_equals_its_members() -> None:
    structures = [fc.prototype(label, "Cu") for label in fc.LABELS]
    together = fingerprints(structures, detector=fc.Detector(pixels=32), gamma=2.0)
    for atoms, image in zip(structures, together, strict=True):
        alone = fc.fingerprint(atoms, detector=fc.Detector(pixels=32), gamma=2.0)
        np.testing.assert_array_equal(image.image, alone.image)


def test_many_atoms_in_blocks_equal_the_plain_sum() -> None:
    """More atoms than one block holds, and a number of pixels that no block divides."""
    rng = np.random.default_rng(3)
    positions, detector = rng.normal(size=(1500, 3)), fc.Detector(pixels=17)
    vectors = detector.scattering_vectors().reshape(-1, 3) @ detector.rotation
    plain = np.abs(np.exp(-1j * vectors @ positions.T).sum(axis=1)) ** 2
    ours = fc.diffraction_intensity(positions, np.ones(1500, int), detector, "constant")
    np.testing.assert_allclose(ours.ravel(), plain, rtol=1e-9, atol=1e-9 * plain.max())


def test_reach_is_the_corner() -> None:
    for detector in (fc.Detector(), fc.Detector(pixels=17, distance=0.03)):
        lengths = np.linalg.norm(detector.scattering_vectors(), axis=-1)
        assert detector.reach == pytest.approx(lengths.max(), rel=1e-12)


# --- physics ------------------------------------------------------------------------------------


def test_forward_scattering_is_the_number_of_electrons() -> None:
    """F(0) = sum of Z; an odd number of pixels has one on the beam."""
    atoms = disordered()
    detector = fc.Detector(pixels=17)
    for kind, tolerance in (("constant", 1e-12), ("cromer-mann", 2e-3)):
        total = fc.diffraction_intensity(atoms.positions, atoms.numbers, detector, kind)
        assert total[8, 8] == pytest.approx(atoms.numbers.sum() ** 2, rel=tolerance)


def test_one_atom_scatters_its_form_factor() -> None:
    s = np.linalg.norm(fc.Detector().scattering_vectors(), axis=-1) / (4 * np.pi)
    ours = fc.diffraction_intensity([[0.3, -1.0, 2.0]], [79])
    np.testing.assert_allclose(ours, form_factor_values(79, s) ** 2, rtol=1e-12)


def test_two_atoms_make_fringes() -> None:
    """|1 + exp(-iqd)|^2 = 2 + 2 cos(q.d), with the crystal unturned."""
    detector = fc.Detector(zone_angle=0)
    separation = np.array([1.0, 0.5, 0.25])
    ours = fc.diffraction_intensity([np.zeros(3), separation], [1, 1], detector, "constant")
    phase = detector.scattering_vectors() @ separation
    np.testing.assert_allclose(ours, 2 + 2 * np.cos(phase), atol=1e-12)


def test_friedel_pairs_are_equal_where_the_sphere_is_flat() -> None:
    atoms = disordered()
    positions = atoms.positions / 2.5
    flat = fc.diffraction_intensity(positions, atoms.numbers, FLAT)
    curved = fc.diffraction_intensity(positions, atoms.numbers)
    assert np.abs(flat - flat[::-1, ::-1]).max() < 1e-4 * flat.max()
    assert np.abs(curved - curved[::-1, ::-1]).max() > 0.02 * curved.max()


def test_an_inversion_centre_makes_the_amplitude_real() -> None:
    half = disordered(20)
    positions = np.concatenate([half.positions, -half.positions])
    real, imaginary = scattering_amplitude(positions, np.tile(half.numbers, 2), fc.Detector())
    assert np.abs(imaginary).max() < 1e-9 * np.abs(real).max()


@settings(deadline=None, max_examples=15)
@given(
    seed=st.integers(0, 1000),
    shift=st.lists(st.floats(-50, 50), min_size=3, max_size=3),
    scale=st.floats(0.2, 20),
)
def test_the_fingerprint_knows_no_order_origin_or_size(
    seed: int, shift: list[float], scale: float
) -> None:
    atoms = disordered(seed=seed)
    order = np.random.default_rng(seed).permutation(len(atoms))
    other = Atoms(numbers=atoms.numbers, positions=atoms.positions * scale + shift)[order]
    difference = fc.fingerprint(other).image - fc.fingerprint(atoms).image
    assert np.abs(difference).max() < 2e-5


def test_a_strained_crystal_has_the_same_fingerprint() -> None:
    images = [fc.fingerprint(fc.prototype("bcc", "Fe", a)).image for a in (2.5, 2.87, 3.2)]
    assert np.ptp(images, axis=0).max() < 1e-5


def test_the_zone_angle_turns_the_crystal() -> None:
    """The detector's rotation equals that of the atoms, by the same right-handed angle."""
    atoms = disordered()
    turned = atoms.copy()
    turned.rotate(30, "x")
    by_detector = fc.diffraction_intensity(
        atoms.positions, atoms.numbers, fc.Detector(zone_angle=30)
    )
    by_hand = fc.diffraction_intensity(turned.positions, turned.numbers, fc.Detector(zone_angle=0))
    np.testing.assert_allclose(by_detector, by_hand, atol=1e-9 * by_hand.max())
    right = fc.Detector().rotation @ [0, 1, 1] / np.sqrt(2)
    np.testing.assert_allclose(right, [0, 0, 1], atol=1e-12)


@pytest.mark.parametrize("pixels", [16, 17, 63, 64, 65, 255, 512])
def test_any_number_of_pixels(pixels: int) -> None:
    detector = fc.Detector(pixels=pixels)
    image = fc.fingerprint(fc.prototype("fcc", "Al"), detector=detector).image
    assert image.shape == (pixels, pixels)
    assert image.dtype == np.float32
    assert image.max() == 1
    assert image.min() >= 0
    assert np.hypot(*(np.argwhere(image == 1).mean(axis=0) - (pixels - 1) / 2)) < 1


def test_odd_and_even_grids_sample_the_same_pattern() -> None:
    """With pixels three times as small, every third one lies on a pixel of the coarse grid."""
    atoms = disordered()
    coarse = fc.diffraction_intensity(atoms.positions, atoms.numbers, fc.Detector(pixels=21))
    fine = fc.diffraction_intensity(
        atoms.positions, atoms.numbers, fc.Detector(pixels=63, pixel_size=4e-4 / 3)
    )
    np.testing.assert_allclose(fine[1::3, 1::3], coarse, rtol=1e-9)


@pytest.mark.parametrize("gamma", [0.5, 1.5, 2.0, 10.0, 100.0])
def test_gamma_is_the_exponent_of_the_amplitude(gamma: float) -> None:
    cluster = fc.build_cluster(fc.prototype("bcc", "W"))
    intensity = fc.diffraction_intensity(
        cluster.positions / fc.bond_length(cluster), cluster.numbers
    )
    intensity /= intensity.max()
    expected = fc.Detector().solid_angle() * intensity ** (gamma / 2)
    image = fc.fingerprint(cluster, gamma=gamma).image
    bright = intensity > 1e-4  # elsewhere a small exponent would show the rounding of float32
    np.testing.assert_allclose(image[bright], (expected / expected.max())[bright], atol=1e-4)


def test_the_input_is_not_changed() -> None:
    atoms = fc.prototype("diamond", "Si")
    before = atoms.copy()
    fc.fingerprint(atoms)
    assert atoms == before
    assert "facecrystal" not in atoms.info


def test_what_a_fingerprint_tells() -> None:
    atoms = fc.prototype("rocksalt", "NaCl")
    found = fc.fingerprint(atoms, target_atoms=200, form_factor="constant", gamma=2)
    assert found.species == ("Cl", "Na")
    assert found.n_atoms == 216
    assert found.bond_length == pytest.approx(2.82)
    assert (found.gamma, found.form_factor) == (2.0, "constant")
    assert found.preparation.replicas == (3, 3, 3)
    assert replace(found, image=np.zeros((64, 64))).image.max() == 0


# --- form factors -------------------------------------------------------------------------------


def test_form_factors_are_those_of_the_tables() -> None:
    s = np.array([0.0, 0.1, 0.5, 1.0, 2.0])
    for symbol in ELEMENTS:
        element = gemmi.Element(symbol)
        expected = [element.it92.calculate_sf(x**2) for x in s]
        ours = form_factor_values(element.atomic_number, s)
        np.testing.assert_allclose(ours, expected, rtol=1e-6, atol=1e-6, err_msg=symbol)
        assert ours[0] == pytest.approx(element.atomic_number, abs=0.1), symbol


def test_constant_form_factors_are_atomic_numbers() -> None:
    assert form_factor_values(99, np.linspace(0, 6, 4), "constant").tolist() == [99.0] * 4


# --- bad input ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("argument", "values"),
    [
        ("wavelength", [0, -1, np.nan, np.inf, "0.05", None, True, [1]]),
        ("distance", [0, -0.1, np.nan, 1e300, "far", None]),
        ("pixel_size", [0, -4e-4, np.inf, "small", None]),
        ("pixels", [0, 15, 513, 64.5, np.nan, np.inf, "64", None, True]),
        ("zone_angle", [np.nan, np.inf, 361, "45", None, False]),
    ],
)
def test_a_detector_names_the_argument_that_is_wrong(argument: str, values: list[Any]) -> None:
    for value in values:
        with pytest.raises(ValueError, match=f"^{argument}: expected .* received"):
            fc.Detector(**{argument: value})


def test_a_detector_takes_the_numbers_of_numpy_and_json() -> None:
    zone_angle: Any = np.int64(45)
    pixels: Any = 64.0
    same = fc.Detector(wavelength=np.float64(0.05), pixels=pixels, zone_angle=zone_angle)
    assert same == fc.Detector()
    assert hash(same) == hash(fc.Detector())
    assert isinstance(same.pixels, int)


@pytest.mark.parametrize("gamma", [0, -1, np.nan, np.inf, 1e9, "1.5", None, True])
def test_gamma_is_checked(gamma: Any) -> None:
    with pytest.raises(ValueError, match=r"^gamma: expected"):
        fc.fingerprint(fc.prototype("bcc", "Fe"), gamma=gamma)


@pytest.mark.parametrize("kind", ["x-ray", None, 1])
def test_the_kind_of_form_factor_is_checked(kind: Any) -> None:
    with pytest.raises(ValueError, match="form_factor: expected one of"):
        fc.fingerprint(fc.prototype("bcc", "Fe"), form_factor=kind)


def test_an_element_without_form_factor_is_named() -> None:
    cluster = fc.build_cluster(fc.prototype("fcc", "Au"))
    cluster.numbers[5] = 99
    with pytest.raises(ValueError, match=r"Es \(Z = 99\); use form_factor='constant'"):
        fc.fingerprint(cluster)
    assert fc.fingerprint(cluster, form_factor="constant").image.max() == 1


@pytest.mark.parametrize(
    ("positions", "numbers", "message"),
    [
        ([[0, 0]], [26], r"positions: expected shape \(n_atoms, 3\), received \(1, 2\)"),
        ([], [], "positions: expected shape"),
        ([[0, 0, "a"]], [26], "positions: expected numbers"),
        ([[0, 0, np.nan]], [26], "positions: expected finite"),
        ([[0, 0, 0]], [26, 26], r"numbers: expected shape \(1,\)"),
        ([[0, 0, 0]], [0], "numbers: expected atomic numbers"),
        ([[0, 0, 0]], [-3], "numbers: expected atomic numbers"),
        ([[0, 0, 0]], [119], "numbers: expected atomic numbers"),
        ([[0, 0, 0]], [2.5], "numbers: expected atomic numbers"),
        ([[0, 0, 0]], [np.nan], "numbers: expected atomic numbers"),
        ([[0, 0, 0]], ["Fe"], "numbers: expected atomic numbers"),
        ([[0, 0, 0]], [99], "no form factor is tabulated for Es"),
    ],
)
def test_intensity_names_what_is_wrong(positions: Any, numbers: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        fc.diffraction_intensity(positions, numbers)


def test_atoms_that_coincide_or_fly_off_are_refused() -> None:
    cluster = fc.build_cluster(fc.prototype("bcc", "Fe"))
    cluster.positions[7] = cluster.positions[3]
    with pytest.raises(StructureError, match=r"atom 4 \(Fe\) lies 0 Å from another one"):
        fc.fingerprint(cluster)
    cluster.positions[7] = [1e6, 0, 0]
    with pytest.raises(StructureError, match=r"atom 8 \(Fe\) lies 999995 Å from all others"):
        fc.fingerprint(cluster)


def test_one_hundred_thousand_atoms_take_little_memory() -> None:
    """The phases of 100,000 atoms at 4,096 pixels would fill 1.6 GB; they are never all there."""
    import tracemalloc

    cluster = fc.build_cluster(fc.prototype("sc", "Po"), 100_000)
    tracemalloc.start()
    image = fc.fingerprint(cluster).image
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert image.shape == (64, 64)
    assert peak < 60e6
