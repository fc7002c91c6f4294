"""From a structure to a cluster: conventional standard cell, replicas, bond length, bad input."""

import copy
import json
from dataclasses import asdict, replace
from itertools import product
from typing import Any

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk, fcc111, make_supercell
from ase.calculators.emt import EMT
from ase.constraints import FixAtoms
from hypothesis import given, settings
from hypothesis import strategies as st

import facecrystal_widgets as fc
from facecrystal_widgets.crystals.checks import MAX_ATOMS, StructureError
from facecrystal_widgets.crystals.cluster import MAX_SYMMETRY_ATOMS
from facecrystal_widgets.crystals.neighbours import nearest_neighbour_distances
from facecrystal_widgets.crystals.preparation import AS_GIVEN, RECORD, prototype_label


def rotation(seed: int) -> np.ndarray:
    """A random proper rotation."""
    matrix, _ = np.linalg.qr(np.random.default_rng(seed).normal(size=(3, 3)))
    return np.asarray(matrix * np.linalg.det(matrix))


def primitive(label: str, element: str = "Cu") -> Atoms:
    a = fc.prototype(label, element).cell.lengths()[0]
    return bulk(element, label, a=a)


def turned(atoms: Atoms, seed: int = 1) -> Atoms:
    """The same crystal, rotated, shifted and with its atoms in another order."""
    other = atoms.copy()
    other.set_cell(np.asarray(atoms.cell) @ rotation(seed), scale_atoms=True)
    other.positions += [0.3, -1.7, 12.1]
    return other[np.random.default_rng(seed).permutation(len(other))]


# --- clusters -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("label", "target", "replicas"),
    [
        ("fcc", 128, (4, 3, 3)),
        ("fcc", 108, (3, 3, 3)),
        ("bcc", 128, (4, 4, 4)),
        ("sc", 128, (5, 5, 5)),
        ("diamond", 128, (3, 3, 2)),
        ("diamond", 64, (2, 2, 2)),
        ("sc", 1024, (10, 10, 10)),
        ("fcc", 32, (2, 2, 2)),
    ],
)
def test_replicas_come_near_the_target(
    label: str, target: int, replicas: tuple[int, int, int]
) -> None:
    cluster = fc.build_cluster(fc.prototype(label, "Cu"), target)
    made = fc.preparation(cluster)
    assert sorted(made.replicas) == sorted(replicas)
    assert len(cluster) == np.prod(replicas) * len(made.cell_numbers)


def test_a_cluster_is_a_centred_block_without_periodicity() -> None:
    cluster = fc.build_cluster(fc.prototype("fcc", "Al"))
    assert not cluster.pbc.any()
    np.testing.assert_allclose(cluster.positions.mean(axis=0), 0, atol=1e-12)
    made = fc.preparation(cluster)
    np.testing.assert_allclose(
        np.asarray(cluster.cell), np.array(made.cell) * np.array(made.replicas)[:, None]
    )
    assert made.kind == "conventional"
    assert made.note == "conventional standard cell (Fm-3m), 4×3×3 cells, 144 atoms"
    assert json.loads(json.dumps(cluster.info[RECORD])) is not None


@pytest.mark.parametrize("label", fc.LABELS)
def test_any_cell_of_a_crystal_gives_the_same_cluster(label: str) -> None:
    """Primitive, rotated, shifted, left-handed, or a supercell: one block with the cube axes."""
    expected = fc.build_cluster(fc.prototype(label, "Cu"))
    mirrored = primitive(label)
    mirrored.set_cell(np.asarray(mirrored.cell)[[1, 0, 2]], scale_atoms=True)
    cells = [
        primitive(label),
        turned(primitive(label)),
        turned(fc.prototype(label, "Cu")),
        turned(make_supercell(primitive(label), [[2, 1, 0], [0, 2, 0], [0, 0, 3]]), 5),
        mirrored,
    ]
    for atoms in cells:
        cluster = fc.build_cluster(atoms)
        assert prototype_label(fc.preparation(cluster)) == label
        assert len(cluster) == len(expected)
        assert np.ptp(fc.fingerprint(cluster).image - fc.fingerprint(expected).image) < 1e-5


@pytest.mark.parametrize("label", ["bcc", "diamond"])
def test_the_sublattice_is_marked_in_any_cell(label: str) -> None:
    """Removing it leaves sc from bcc, fcc from diamond; half of the atoms are on it."""
    left = {"bcc": 221, "diamond": 225}[label]
    for atoms in (fc.prototype(label, "Si"), primitive(label, "Si"), turned(primitive(label))):
        cluster = fc.build_cluster(atoms)
        marks = cluster.arrays["sublattice"]
        assert marks.sum() == len(cluster) / 2
        assert fc.find_symmetry(cluster[marks == 0]).number == left
        assert fc.find_symmetry(cluster[marks == 1]).number == left


@pytest.mark.parametrize(
    ("name", "element"), [("fcc", "Cu"), ("sc", "Po"), ("cesiumchloride", "CsCl"), ("hcp", "Mg")]
)
def test_other_crystals_have_no_sublattice(name: str, element: str) -> None:
    assert "sublattice" not in fc.build_cluster(fc.prototype(name, element)).arrays


def test_noise_below_the_tolerance_does_not_matter() -> None:
    atoms = fc.prototype("diamond", "Si")
    atoms.rattle(1e-3, seed=2)
    assert fc.preparation(fc.build_cluster(atoms)).space_group == 227


def test_a_supercell_with_defects_is_taken_as_it_stands() -> None:
    atoms = fc.prototype("fcc", "Al").repeat((4, 3, 3))
    del atoms[[3, 77]]
    cluster = fc.build_cluster(atoms)
    made = fc.preparation(cluster)
    assert (made.kind, made.replicas, len(cluster)) == ("as-is", (1, 1, 1), 142)
    assert "no cubic cell found" in made.note
    shift = cluster.positions - atoms.positions
    assert np.ptp(shift, axis=0).max() < 1e-9
    assert fc.classify(atoms).label == "fcc"


def test_a_small_cell_that_is_not_cubic_is_replicated_along_its_axes() -> None:
    cluster = fc.build_cluster(fc.prototype("hcp", "Mg"))
    made = fc.preparation(cluster)
    assert (made.kind, made.space_group) == ("as-is", 194)
    assert abs(len(cluster) - 128) <= 32
    assert max(np.ptp(cluster.positions, axis=0)) < 2 * min(np.ptp(cluster.positions, axis=0))


@pytest.mark.parametrize("lengths", [(3, 3, 100), (3, 100, 100), (100, 3, 3), (3, 5, 40)])
def test_elongated_cells_come_near_the_target_too(lengths: tuple[float, float, float]) -> None:
    """An axis longer than the block is not replicated, and the others make up for it."""
    rng = np.random.default_rng(0)
    n = 8
    atoms = Atoms(f"Fe{n}", scaled_positions=rng.random((n, 3)), cell=lengths, pbc=True)
    cluster = fc.build_cluster(atoms, 128)
    assert abs(len(cluster) - 128) <= 40
    assert fc.preparation(cluster).replicas[int(np.argmax(lengths))] == 1


def test_slabs_and_wires_grow_along_their_periodic_directions_alone() -> None:
    slab = fcc111("Cu", (1, 1, 3), vacuum=8)
    assert slab.pbc.tolist() == [True, True, False]
    made = fc.preparation(fc.build_cluster(slab))
    assert made.replicas[2] == 1
    assert made.replicas[0] * made.replicas[1] == pytest.approx(128 / 3, abs=6)
    assert made.cell is None
    flat = Atoms("C2", [[0, 0, 0], [1.23, 0.71, 0]], cell=[[2.46, 0, 0], [1.23, 2.13, 0], [0] * 3])
    flat.pbc = [True, True, False]
    assert len(fc.build_cluster(flat)) == pytest.approx(128, abs=10)
    assert fc.reflections(fc.fingerprint(flat)) == ()
    wire = fc.prototype("bcc", "Fe")
    wire.pbc = [False, False, True]
    assert fc.preparation(fc.build_cluster(wire, 40)).replicas == (1, 1, 20)


def test_a_cluster_is_only_centred() -> None:
    atoms = Atoms("Au3", [[5, 5, 5], [7, 5, 5], [5, 8, 5]])
    cluster = fc.build_cluster(atoms)
    assert fc.preparation(cluster) == AS_GIVEN
    np.testing.assert_allclose(cluster.get_all_distances(), atoms.get_all_distances())


def test_cells_too_large_for_spglib_are_taken_as_they_stand() -> None:
    atoms = primitive("fcc").repeat(9)
    assert len(atoms) > MAX_SYMMETRY_ATOMS
    made = fc.preparation(fc.build_cluster(atoms))
    assert made.kind == "as-is"
    assert "more than 512 atoms" in made.note
    assert made.cell is None


def test_nothing_but_the_atoms_goes_along() -> None:
    atoms = fc.prototype("fcc", "Cu")
    atoms.set_constraint(FixAtoms([0]))
    atoms.calc = EMT()
    atoms.set_masses([1, 2, 3, 4])
    atoms.new_array("labels", np.array([None, "a", {}, 3], object))
    atoms.info["facecrystal"] = {"nonsense": True}
    before = copy.deepcopy(atoms.positions)
    cluster = fc.build_cluster(atoms)
    assert set(cluster.arrays) == {"numbers", "positions"}
    assert not cluster.constraints
    assert cluster.calc is None
    assert cluster.info.keys() == {RECORD}
    np.testing.assert_array_equal(atoms.positions, before)
    assert atoms.info == {"facecrystal": {"nonsense": True}}


@pytest.mark.parametrize(
    "record", [None, {}, {"kind": "x"}, {"a": 1}, "text", 3, [1], b"", {"kind": 1} | {"b": 2}]
)
def test_a_record_of_something_else_counts_as_none(record: object) -> None:
    cluster = fc.build_cluster(fc.prototype("bcc", "Fe"))
    cluster.info[RECORD] = record
    assert fc.preparation(cluster) == AS_GIVEN
    assert fc.classify(cluster).label == "bcc"


def test_remarks_are_handed_on() -> None:
    atoms = fc.prototype("bcc", "Fe")
    atoms.info[RECORD] = asdict(replace(AS_GIVEN, remarks=("guessed",)))
    made = fc.preparation(fc.build_cluster(atoms))
    assert (made.kind, made.remarks) == ("conventional", ("guessed",))
    assert fc.classify(atoms).notes == ("guessed",)


# --- bond length --------------------------------------------------------------------------------


@pytest.mark.parametrize("label", fc.LABELS)
def test_the_bond_length_is_the_nearest_neighbour_distance(label: str) -> None:
    atoms = fc.prototype(label, "W", 4.0)
    expected = 4.0 * fc.PROTOTYPES[label].bond
    assert fc.bond_length(fc.build_cluster(atoms)) == pytest.approx(expected)


def test_the_bond_length_is_that_of_the_atoms_at_hand() -> None:
    """Nothing of the pristine structure enters: displaced atoms have shorter bonds."""
    cluster = fc.build_cluster(fc.prototype("fcc", "Al"))
    shrunk = [
        fc.bond_length(fc.DefectRecipe(displacement=sigma, seed=1).apply(cluster))
        / fc.bond_length(cluster)
        for sigma in (0.05, 0.10, 0.15)
    ]
    np.testing.assert_allclose(shrunk, [0.97, 0.94, 0.91], atol=0.01)


@settings(deadline=None, max_examples=20)
@given(n=st.integers(2, 60), seed=st.integers(0, 100))
def test_both_ways_to_the_nearest_neighbour_agree(n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    few = rng.normal(size=(n, 3))
    many = np.concatenate([few, 1000 + rng.normal(size=(600, 3))])
    plain = np.linalg.norm(few[:, None] - few, axis=2)
    np.fill_diagonal(plain, np.inf)
    np.testing.assert_allclose(nearest_neighbour_distances(few), plain.min(axis=1), rtol=1e-9)
    np.testing.assert_allclose(nearest_neighbour_distances(many)[:n], plain.min(axis=1), rtol=1e-6)


@pytest.mark.parametrize("n", [0, 1])
def test_a_bond_needs_two_atoms(n: int) -> None:
    with pytest.raises(StructureError, match="at least two"):
        fc.bond_length(Atoms(f"H{n}") if n else Atoms())


# --- bad input ----------------------------------------------------------------------------------

CUBE = {"cell": [3, 3, 3], "pbc": True}


@pytest.mark.parametrize(
    ("atoms", "message"),
    [
        (Atoms(), "holds no atoms"),
        (Atoms("H"), "at least two atoms, received 1"),
        (Atoms(numbers=[1, 0], positions=np.eye(2, 3)), r"atom 2 has no known element \(.*0\)"),
        (Atoms(numbers=[1, 119], positions=np.eye(2, 3)), "atom 2 has no known element"),
        (Atoms(numbers=[-300, 1], positions=np.eye(2, 3)), "atom 1 has no known element"),
        (Atoms("H2", [[0, 0, 0], [np.nan, 0, 0]]), r"atom 2 lies at \(nan, 0, 0\)"),
        (Atoms("H2", [[0, 0, 0], [0, -np.inf, 0]]), r"atom 2 lies at \(0, -inf, 0\)"),
        (Atoms("H2", [[0, 0, 0], [0, 0, 1e12]]), "its unit of length"),
        (Atoms("H2", [[1, 1, 1], [1, 1, 1]]), r"atoms 1 \(H\) and 2 \(H\) lie 0.000 Å apart"),
        (Atoms("H2", scaled_positions=[[0, 0, 0], [1, 0, 0]], **CUBE), "1 .* and 2 .* 0.000 Å"),
        (Atoms("H2", [[0, 0, 0], [2.99, 3, -3]], **CUBE), "lie 0.010 Å apart, periodic images"),
        (Atoms("H2", [[0, 0, 0], [1, 0, 0]], pbc=True), "its cell has no volume"),
        (Atoms("H", cell=[[1, 0, 0], [2, 0, 0], [0, 0, 1]], pbc=True), "its cell has no volume"),
        (Atoms("H", cell=[3, 3, 0], pbc=True), "its cell has no volume"),
        (Atoms("H", cell=[3, 3, 1e-3], pbc=True), "its cell has no volume"),
        (Atoms("H", cell=[[3, 0, 0], [3, 1e-8, 0], [0, 0, 3]], pbc=True), "has no volume"),
        (Atoms("H2", np.eye(2, 3), cell=[np.nan, 1, 1]), "the cell vectors are not lengths"),
        (Atoms("H", cell=[1e200, 3, 3], pbc=True), "the cell vectors are not lengths"),
    ],
)
def test_a_structure_that_cannot_be_used_is_explained(atoms: Atoms, message: str) -> None:
    with pytest.raises(StructureError, match=message):
        fc.build_cluster(atoms)
    with pytest.raises(StructureError):
        fc.classify(atoms)


def test_a_file_may_not_hold_atoms_that_a_recipe_may_make() -> None:
    """0.04 Å apart is a mistake in a structure, and an accident among random displacements."""
    atoms = Atoms("HOH", [[1, 1, 1], [2, 1, 1], [1, 1.04, 1]])
    with pytest.raises(StructureError, match=r"atoms 1 \(H\) and 3 \(H\) lie 0.040 Å apart"):
        fc.build_cluster(atoms)
    assert fc.fingerprint(atoms).n_atoms == 3


def test_a_million_atoms_are_refused() -> None:
    rng = np.random.default_rng(0)
    many = Atoms(numbers=np.ones(10**6, int), positions=rng.random((10**6, 3)) * 1e3)
    for function in (fc.build_cluster, fc.fingerprint, fc.classify, fc.DefectRecipe().apply):
        with pytest.raises(StructureError, match="holds 1,000,000 atoms, more than the 100,000"):
            function(many)


@pytest.mark.parametrize("thing", [None, 3, "Cu.cif", [1, 2], np.eye(3), {"a": 1}])
def test_something_else_than_atoms_is_a_type_error(thing: Any) -> None:
    functions = (fc.build_cluster, fc.fingerprint, fc.bond_length, fc.find_symmetry)
    for function in (*functions, fc.DefectRecipe().apply):
        with pytest.raises(TypeError, match=r"expected an ase.Atoms, received"):
            function(thing)


@pytest.mark.parametrize(
    "target", [0, 1, -5, 2.5, MAX_ATOMS + 1, 10**9, np.nan, np.inf, "128", None, True, [128]]
)
def test_the_target_is_checked(target: Any) -> None:
    with pytest.raises(ValueError, match="target_atoms: expected a whole number from 2 to 100,000"):
        fc.build_cluster(fc.prototype("bcc", "Fe"), target)


@pytest.mark.parametrize("target", [128, 128.0, np.int64(128), np.float32(128)])
def test_numbers_of_numpy_are_numbers(target: int) -> None:
    assert len(fc.build_cluster(fc.prototype("bcc", "Fe"), target)) == 128


@pytest.mark.parametrize("shift", [1e3, -1e6, 1e8])
def test_the_origin_does_not_matter(shift: float) -> None:
    for atoms in (fc.prototype("bcc", "Fe"), fc.build_cluster(fc.prototype("bcc", "Fe"))):
        atoms.positions += shift
        assert str(fc.classify(atoms)) == "bcc (Im-3m) 1.000"


@settings(deadline=None, max_examples=60)
@given(
    lengths=st.tuples(*[st.floats(0.5, 60)] * 3),
    angles=st.tuples(*[st.floats(35, 110)] * 3),
    n=st.integers(1, 12),
    pbc=st.tuples(st.booleans(), st.booleans(), st.booleans()),
    target=st.integers(2, 300),
    seed=st.integers(0, 10**6),
)
def test_any_cell_gives_a_cluster_or_a_reason(
    lengths: tuple[float, ...],
    angles: tuple[float, ...],
    n: int,
    pbc: tuple[bool, ...],
    target: int,
    seed: int,
) -> None:
    from ase.cell import Cell

    try:
        cell = Cell.fromcellpar([*lengths, *angles])
    except (AssertionError, ValueError):
        return  # no such angles
    rng = np.random.default_rng(seed)
    atoms = Atoms(
        numbers=rng.integers(1, 99, n), scaled_positions=3 * rng.random((n, 3)), cell=cell, pbc=pbc
    )
    before = atoms.copy()
    try:
        cluster = fc.build_cluster(atoms, target)
    except StructureError:
        cluster = None
    assert atoms == before
    if cluster is None:
        return
    made = fc.preparation(cluster)
    assert np.isfinite(cluster.positions).all()
    assert len(cluster) >= 2
    assert set(cluster.numbers) == set(atoms.numbers)
    if made.kind == "as-is":
        assert len(cluster) == n * np.prod(made.replicas)
        assert all(r == 1 or periodic for r, periodic in zip(made.replicas, pbc, strict=True))
    assert fc.fingerprint(cluster, fc.Detector(pixels=16)).image.max() == 1


def test_targets_are_met_by_every_prototype() -> None:
    for name, target in product(fc.PROTOTYPES, (32, 64, 128, 256, 512, 1024)):
        element = "NaCl" if fc.PROTOTYPES[name].second else "Cu"
        assert abs(len(fc.build_cluster(fc.prototype(name, element), target)) / target - 1) < 0.26
