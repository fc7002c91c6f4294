"""Where the cube axes lie, and that turning a structure onto them lets the network read it."""

import pickle

import numpy as np
import pytest
from ase import Atoms

import facecrystal_widgets as fc
from facecrystal_widgets.orientation.align import MODES, WHOLE, align
from facecrystal_widgets.orientation.intensity import intensity
from facecrystal_widgets.orientation.rotations import (
    cubic_group,
    misorientation,
    rotation_grid,
    rotation_matrices,
)
from facecrystal_widgets.orientation.sample import SAMPLE, Sample
from facecrystal_widgets.orientation.search import hemisphere, nearest_point
from facecrystal_widgets.orientation.stars import STARS, equivalents

SCATTERED = {
    "pristine": fc.DefectRecipe(),
    "vacancies": fc.DefectRecipe(vacancies=0.5, seed=3),
    "displacement": fc.DefectRecipe(displacement=0.15, seed=3),
    "ternary": fc.DefectRecipe(substitution=0.75, species=("Pd", "O"), seed=3),
}


def random_rotation(seed: int) -> np.ndarray:
    q = np.random.default_rng(seed).standard_normal(4)
    angle = 2 * np.arctan2(np.linalg.norm(q[1:]), q[0])
    return rotation_matrices(q[1:] / np.linalg.norm(q[1:]) * angle)


def turned(atoms: Atoms, rotation: np.ndarray) -> Atoms:
    """Positions and cell alike, with nothing left of how the cluster was made."""
    return Atoms(
        atoms.numbers,
        positions=atoms.positions @ rotation.T,
        cell=np.asarray(atoms.cell) @ rotation.T,
        pbc=atoms.pbc,
    )


def sphere(label: str, element: str, number: int) -> Atoms:
    atoms = fc.prototype(label, element).repeat(int(np.ceil((3 * number) ** (1 / 3))))
    atoms.pbc = False
    distances = np.linalg.norm(atoms.positions - atoms.positions.mean(axis=0) - 0.3, axis=1)
    return atoms[np.argsort(distances)[:number]]


# --- rotations ----------------------------------------------------------------------------------


def test_the_cubic_group_is_a_group() -> None:
    group = cubic_group()
    assert len(group) == 24
    products = (group[:, None] @ group).reshape(-1, 9)
    assert {tuple(row) for row in products} == {tuple(row) for row in group.reshape(-1, 9)}
    assert misorientation(group, np.eye(3)).max() < 1e-5


def test_rotation_vectors_turn_about_their_axis() -> None:
    vectors = np.random.default_rng(0).normal(size=(50, 3))
    matrices = rotation_matrices(vectors)
    square = matrices @ np.swapaxes(matrices, 1, 2)
    np.testing.assert_allclose(square, np.broadcast_to(np.eye(3), square.shape), atol=1e-12)
    np.testing.assert_allclose(np.linalg.det(matrices), 1)
    np.testing.assert_allclose(np.einsum("nij,nj->ni", matrices, vectors), vectors, atol=1e-12)
    angles = np.linalg.norm(vectors, axis=1)
    np.testing.assert_allclose(np.trace(matrices, axis1=1, axis2=2), 1 + 2 * np.cos(angles))


def test_the_grid_leaves_no_rotation_far_away() -> None:
    for seed in range(40):
        assert misorientation(rotation_grid(), random_rotation(seed)).min() < 5.5


def test_every_direction_has_a_point_of_the_hemisphere_nearby() -> None:
    directions = np.random.default_rng(1).normal(size=(500, 3))
    directions /= np.linalg.norm(directions, axis=1, keepdims=True)
    points = hemisphere()[0][nearest_point(directions)]
    cosines = np.abs((points * directions).sum(axis=1))
    assert np.rad2deg(np.arccos(cosines.min())) < 2.5


# --- reflections --------------------------------------------------------------------------------


@pytest.mark.parametrize("label", fc.LABELS)
def test_a_perfect_crystal_shines_fully_at_its_star(label: str) -> None:
    cluster = fc.build_cluster(fc.prototype(label, "Cu"))
    star = STARS[label]
    positions = cluster.positions / fc.bond_length(cluster)
    np.testing.assert_allclose(intensity(positions, star.vectors), star.strengths, rtol=1e-4)
    np.testing.assert_allclose(star.lengths, np.linalg.norm(star.hkl, axis=1) * star.unit)


@pytest.mark.parametrize(
    ("label", "families"),
    [
        ("fcc", {(1, 1, 1): 1.0, (2, 0, 0): 1.0, (2, 2, 0): 1.0}),
        ("diamond", {(1, 1, 1): 0.5, (2, 2, 0): 1.0, (3, 1, 1): 0.5}),
        ("bcc", {(1, 1, 0): 1.0, (2, 0, 0): 1.0, (2, 1, 1): 1.0}),
        ("sc", {(1, 0, 0): 1.0, (1, 1, 0): 1.0, (1, 1, 1): 1.0}),
    ],
)
def test_stars_follow_from_the_structure_factor(
    label: str, families: dict[tuple[int, int, int], float]
) -> None:
    bond = {"fcc": 0.5**0.5, "diamond": 3**0.5 / 4, "bcc": 3**0.5 / 2, "sc": 1.0}[label]
    star = STARS[label]
    assert star.unit == 2 * np.pi * bond
    members = [equivalents(*family) for family in families]
    np.testing.assert_array_equal(star.hkl, np.concatenate(members))
    np.testing.assert_array_equal(star.vectors, 2 * np.pi * bond * star.hkl)
    sizes = [len(group) for group in members]
    np.testing.assert_array_equal(star.strengths, np.repeat([*families.values()], sizes))
    np.testing.assert_array_equal(star.families, np.repeat([0, 1, 2], sizes))
    assert list(STARS) == list(fc.LABELS)


def test_stars_hold_one_of_each_friedel_pair() -> None:
    for star in STARS.values():
        whole = {tuple(hkl) for hkl in star.hkl} | {tuple(-hkl) for hkl in star.hkl}
        assert len(whole) == 2 * len(star.hkl)
    assert len(equivalents(2, 1, 1)) == 12


# --- the search ---------------------------------------------------------------------------------


@pytest.mark.parametrize("shape", ["block", "sphere"])
@pytest.mark.parametrize("label", fc.LABELS)
def test_any_orientation_is_found(label: str, shape: str) -> None:
    whole = fc.build_cluster(fc.prototype(label, "Ag"))
    if shape == "sphere":
        whole = sphere(label, "Ag", 120)
    for seed, recipe in enumerate(SCATTERED.values()):
        rotation = random_rotation(seed)
        atoms = turned(recipe.apply(whole), rotation)
        found = fc.find_orientation(atoms)
        assert found.lattice == label
        assert misorientation(found.rotation.T, rotation) < 1.5
        assert found.gap > 0.2
        assert not found.sampled
        verdict = fc.classify(atoms)
        assert verdict.label == label
        assert verdict.turned
        assert verdict.trusted, verdict.reason


def test_the_result_says_what_was_found() -> None:
    cluster = fc.build_cluster(fc.prototype("bcc", "W"))
    found = fc.find_orientation(turned(cluster, rotation_matrices([0.2, -0.3, 0.1])))
    np.testing.assert_allclose(found.rotation @ found.rotation.T, np.eye(3), atol=1e-9)
    assert np.linalg.det(found.rotation) == pytest.approx(1)
    assert found.angle == pytest.approx(np.rad2deg(np.linalg.norm([0.2, -0.3, 0.1])), abs=0.5)
    assert found.scale == pytest.approx(fc.bond_length(cluster), rel=0.01)
    assert found.score == pytest.approx(1, abs=0.02)
    assert found.intensities == pytest.approx(np.ones(len(found.hkl)), abs=0.05)
    assert [fit.star.label for fit in found.fits] == list(fc.LABELS)
    assert pickle.loads(pickle.dumps(found)).score == found.score


def test_displaced_atoms_do_not_shrink_the_lattice() -> None:
    cluster = fc.build_cluster(fc.prototype("fcc", "Al"))
    broken = fc.DefectRecipe(displacement=0.15, seed=5).apply(cluster)
    assert fc.bond_length(broken) < 0.95 * fc.bond_length(cluster)
    found = fc.find_orientation(broken)
    assert found.scale == pytest.approx(fc.bond_length(cluster), rel=0.01)


def test_the_size_does_not_matter() -> None:
    rotation = random_rotation(8)
    for number in (32, 60, 500, 20_000):
        atoms = turned(sphere("fcc", "Pt", number), rotation)
        found = fc.find_orientation(atoms)
        assert found.lattice == "fcc"
        assert misorientation(found.rotation.T, rotation) < 1.5
        assert found.sampled == (number > 2 * SAMPLE)
        assert found.n_atoms == (SAMPLE if found.sampled else number)
        verdict = fc.classify(atoms)
        assert (verdict.label, verdict.trusted) == ("fcc", True)
        assert verdict.fingerprint.n_atoms == (number if number <= WHOLE else SAMPLE)


def test_slabs_and_rods_have_an_orientation() -> None:
    rotation = random_rotation(9)
    for cells in ((5, 5, 2), (2, 2, 12)):
        atoms = turned(fc.prototype("fcc", "Ni").repeat(cells), rotation)
        atoms.pbc = False
        found = fc.find_orientation(atoms)
        assert found.lattice == "fcc"
        assert misorientation(found.rotation.T, rotation) < 2


def test_a_periodic_structure_is_taken_as_it_stands() -> None:
    rotation = random_rotation(10)
    for label in fc.LABELS:
        found = fc.find_orientation(turned(fc.prototype(label, "Mo"), rotation))
        assert (found.lattice, found.sampled) == (label, True)
        assert misorientation(found.rotation.T, rotation) < 1


def test_a_skewed_cell_is_the_same_crystal() -> None:
    atoms = fc.prototype("bcc", "Fe")
    skewed = atoms.copy()
    skewed.set_cell(np.array([[1, 0, 0], [40, 1, 0], [0, 0, 1]]) @ np.asarray(atoms.cell))
    found = fc.find_orientation(skewed)
    assert (found.lattice, found.n_atoms) == ("bcc", SAMPLE)
    assert found.score == pytest.approx(1, abs=0.01)


def test_axes_a_few_degrees_off_are_not_taken_for_right() -> None:
    for label in fc.LABELS:
        atoms = fc.build_cluster(fc.prototype(label, "Cu"))
        atoms.rotate(7, (1, 2, 3))
        verdict = fc.classify(atoms)
        assert verdict.turned
        assert verdict.orientation is not None
        assert verdict.orientation.angle == pytest.approx(7, abs=0.5)


def test_a_turned_supercell_with_vacancies_is_read() -> None:
    atoms = fc.prototype("bcc", "Fe").repeat(5)
    broken = fc.DefectRecipe(vacancies=0.2, seed=1).apply(atoms)
    broken.pbc = True
    verdict = fc.classify(turned(broken, random_rotation(11)))
    assert (verdict.label, verdict.trusted, verdict.turned) == ("bcc", True, True)


def test_what_cannot_be_used_is_refused_in_words() -> None:
    with pytest.raises(fc.StructureError, match="no atoms"):
        fc.find_orientation(Atoms())
    with pytest.raises(fc.StructureError, match="two atoms"):
        fc.find_orientation(Atoms("Fe"))
    with pytest.raises(fc.StructureError, match="upon one another"):
        fc.find_orientation(Atoms("Fe5", positions=np.ones((5, 3))))
    with pytest.raises(ValueError, match="orientation: expected one of auto, as-given, search"):
        fc.classify(fc.prototype("fcc", "Cu"), orientation="any")


# --- what is done with it -----------------------------------------------------------------------


@pytest.mark.parametrize("recipe", SCATTERED.values(), ids=SCATTERED)
@pytest.mark.parametrize("label", fc.LABELS)
def test_axes_that_are_right_are_kept_to_the_bit(label: str, recipe: fc.DefectRecipe) -> None:
    atoms = recipe.apply(fc.build_cluster(fc.prototype(label, "Cu")))
    auto, given = (fc.classify(atoms, orientation=mode) for mode in ("auto", "as-given"))
    assert not auto.turned
    assert dict(auto.probabilities) == dict(given.probabilities)
    np.testing.assert_array_equal(auto.fingerprint.image, given.fingerprint.image)
    assert auto.notes == given.notes


def test_as_given_and_fingerprints_are_never_searched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(sample: Sample) -> None:
        raise AssertionError("searched")

    monkeypatch.setattr("facecrystal_widgets.orientation.align.orientation_of", refuse)
    atoms = turned(fc.build_cluster(fc.prototype("fcc", "Cu")), random_rotation(1))
    assert fc.classify(atoms, orientation="as-given").orientation is None
    assert fc.classify(fc.fingerprint(atoms)).orientation is None
    assert fc.classify(fc.prototype("rocksalt", "NaCl")).orientation is None
    with pytest.raises(AssertionError, match="searched"):
        fc.classify(atoms)


def test_a_cluster_that_was_turned_later_is_noticed() -> None:
    cluster = fc.build_cluster(fc.prototype("fcc", "Cu"))
    cluster.rotate(25, (1, 2, 3))
    verdict = fc.classify(cluster)
    assert (verdict.label, verdict.turned) == ("fcc", True)
    assert any("turned by 25°" in note for note in verdict.notes)


def test_the_input_is_not_changed() -> None:
    atoms = turned(fc.build_cluster(fc.prototype("sc", "Po")), random_rotation(2))
    before = atoms.positions.copy()
    for mode in MODES:
        fc.classify(atoms, orientation=mode)
        align(atoms, mode)
    np.testing.assert_array_equal(atoms.positions, before)


def test_the_old_name_of_confirmed_axes_is_deprecated() -> None:
    cluster = fc.build_cluster(fc.prototype("fcc", "Cu"))
    bare = Atoms(cluster.numbers, positions=cluster.positions)
    aligned = align(bare)
    assert aligned.axes_confirmed
    with pytest.warns(DeprecationWarning, match="use Aligned.axes_confirmed"):
        assert aligned.seen
