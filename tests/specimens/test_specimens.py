"""Specimens: what is recorded of them is true."""

from pathlib import Path

import numpy as np
import pytest
from ase import Atoms
from ase.calculators.emt import EMT
from ase.cluster import Octahedron, wulff_construction
from scipy.spatial import ConvexHull, cKDTree

import facecrystal_widgets as fc
from facecrystal_widgets.cli import main
from facecrystal_widgets.crystals.classes import BY_LABEL, CLASSES, LABELS
from facecrystal_widgets.crystals.elements import volume_per_atom
from facecrystal_widgets.defects import DefectRecipe
from facecrystal_widgets.evaluation.peers import CUTOFFS, PTM, count_types
from facecrystal_widgets.evaluation.robustness.trials import KINDS, TEST, endless
from facecrystal_widgets.specimens.catalogue import catalogue
from facecrystal_widgets.specimens.disorder import dimers, gas, packing
from facecrystal_widgets.specimens.dynamics import (
    DEBYE,
    debye_displacement,
    glass,
    growing,
    liquid,
    thermal,
    vibrating,
)
from facecrystal_widgets.specimens.emt import METALS, MetalEMT
from facecrystal_widgets.specimens.grains import (
    FACETS,
    Planes,
    family,
    interface,
    nanoparticle,
    polycrystal,
    twin,
)
from facecrystal_widgets.specimens.single_crystals import BAIN, bain, crystal
from facecrystal_widgets.specimens.specimen import NONE, Specimen, random_rotations

COORDINATION = {"fcc": 12, "diamond": 4, "bcc": 8, "sc": 6}
BONDS = {  # directions from an atom to its nearest neighbours, along the cube axes
    "fcc": (0, 1, 1),
    "diamond": (1, 1, 1),
    "bcc": (1, 1, 1),
    "sc": (0, 0, 1),
}
REFLECTIONS = {"fcc": (1, 1, 1), "diamond": (2, 2, 0), "bcc": (1, 1, 0), "sc": (1, 0, 0)}


def bond(label: str, element: str) -> float:
    return float(fc.PROTOTYPES[label].bond * fc.prototype(label, element).cell[0, 0])


def tree(atoms: Atoms) -> cKDTree:
    """Neighbours of a cluster, or in a periodic rectangular box."""
    edges = atoms.cell.lengths() if atoms.pbc.all() else None
    places = atoms.positions if edges is None else atoms.positions % edges % edges
    return cKDTree(places, boxsize=edges)


def nearest(atoms: Atoms) -> np.ndarray:
    found = tree(atoms)
    distances: np.ndarray = found.query(found.data, k=2)[0][:, 1]
    return distances


def coordination(atoms: Atoms, radius: float) -> np.ndarray:
    found = tree(atoms)
    return np.asarray(found.query_ball_point(found.data, radius, return_length=True)) - 1


def bragg(positions: np.ndarray, rotation: np.ndarray, label: str, a: float) -> float:
    """|F|²/N² of the first strong reflection, the mean of all that cubic symmetry makes equal."""
    indices = np.array(family(REFLECTIONS[label]))
    waves = 2 * np.pi / a * indices @ rotation.T
    amplitudes = np.exp(1j * positions @ waves.T).mean(axis=0)
    return float((np.abs(amplitudes) ** 2).mean())


def assert_neighbours_lie_along(specimen: Specimen, grain: int, label: str) -> None:
    """The bonds inside a grain, turned back by its rotation, are those of the class."""
    element = specimen.atoms.symbols[0]
    length = bond(label, element)
    inside = (specimen.grains == grain) & (specimen.depths > 1.8 * length)
    assert inside.sum() > 10
    places = tree(specimen.atoms)
    pairs = np.array(
        [
            (i, j)
            for i in np.flatnonzero(inside)
            for j in places.query_ball_point(places.data[i], 1.05 * length)
            if i != j
        ]
    )
    assert len(pairs) == COORDINATION[label] * inside.sum()
    vectors = places.data[pairs[:, 1]] - places.data[pairs[:, 0]]
    if specimen.atoms.pbc.all():
        edges = specimen.atoms.cell.lengths()
        vectors -= edges * np.round(vectors / edges)
    turned_back = np.sort(np.abs(vectors @ specimen.rotations[grain]) / length, axis=1)
    expected = np.array(BONDS[label]) / np.linalg.norm(BONDS[label])
    np.testing.assert_allclose(turned_back, np.broadcast_to(expected, turned_back.shape), atol=1e-6)


# --- turning and cutting ------------------------------------------------------------------------


def test_rotations_are_uniform() -> None:
    rotations = random_rotations(np.random.default_rng(0), 20_000)
    np.testing.assert_allclose(np.linalg.det(rotations), 1)
    np.testing.assert_allclose(rotations.mean(axis=0), 0, atol=0.02)
    np.testing.assert_allclose((rotations**2).mean(axis=0), 1 / 3, atol=0.01)
    traces = np.trace(rotations, axis1=1, axis2=2)  # angle density (1 - cos) / pi: mean trace 0
    assert (traces**2).mean() == pytest.approx(1, abs=0.03)


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("shape", ["sphere", "block"])
@pytest.mark.parametrize("number", [32, 300, 2000])
def test_a_piece_of_a_crystal(label: str, shape: str, number: int) -> None:
    element = BY_LABEL[label].specimen
    piece = crystal(label, element).cut(number, shape, seed=4)
    assert len(piece.atoms) == number
    assert not piece.atoms.pbc.any()
    assert (piece.labels == LABELS.index(label)).all()
    distances = nearest(piece.atoms) / bond(label, element)
    assert distances.min() == pytest.approx(1)
    assert np.isclose(distances, 1).mean() > 0.8  # at a corner an atom may have lost them all
    a = fc.prototype(label, element).cell[0, 0]
    assert bragg(piece.atoms.positions, piece.rotations[0], label, a) == pytest.approx(1)
    assert bragg(piece.atoms.positions, np.eye(3), label, a) < 0.3
    if number == 2000:
        assert_neighbours_lie_along(piece, 0, label)
        volume = {"sphere": np.pi / 6, "block": 1}[shape] * np.ptp(
            piece.atoms.positions, axis=0
        ).prod()
        assert volume == pytest.approx(number * volume_per_atom(element), rel=0.15)


def test_a_turned_periodic_specimen_is_the_same_crystal() -> None:
    whole = crystal("diamond", "Si")
    turned = whole.turned(3)
    assert fc.find_symmetry(turned.atoms).label == "diamond"
    assert not np.allclose(turned.atoms.cell, whole.atoms.cell)
    np.testing.assert_allclose(turned.rotations[0] @ whole.atoms.cell.T, turned.atoms.cell.T)
    again = turned.turned(5)
    np.testing.assert_allclose(again.rotations[0] @ whole.atoms.cell.T, again.atoms.cell.T)


def test_a_piece_cannot_be_larger_than_the_particle_or_of_another_shape() -> None:
    particle = nanoparticle("fcc", "Cu", "cube", 200)
    with pytest.raises(ValueError, match=r"number: particle-cube-fcc-Cu has \d+ atoms"):
        particle.cut(1000, "sphere", 0)
    with pytest.raises(ValueError, match="shape: expected 'sphere' or 'block', received 'cone'"):
        particle.cut(50, "cone", 0)
    with pytest.raises(ValueError, match="shape: expected one of cube, octahedron"):
        nanoparticle("fcc", "Cu", "cone")


def test_what_is_left_of_a_broken_specimen_keeps_its_truth() -> None:
    whole = polycrystal("bcc", "Fe", 4, 2000, seed=2)
    broken = whole.broken(DefectRecipe(vacancies=0.4, displacement=0.2, seed=1))
    sites = broken.atoms.arrays["site"]
    assert len(sites) == round(0.6 * len(whole.atoms))
    np.testing.assert_array_equal(broken.grains, whole.grains[sites])
    np.testing.assert_array_equal(broken.depths, whole.depths[sites])
    moved = broken.atoms.positions - whole.atoms.positions[sites]
    assert moved.std() == pytest.approx(0.2, abs=0.01)
    assert "40% of the atoms missing" in broken.description


# --- crystals with boundaries -------------------------------------------------------------------


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize(("number", "atoms"), [(4, 3000), (20, 12_000)])
def test_a_polycrystal(label: str, number: int, atoms: int) -> None:
    element = BY_LABEL[label].specimen
    made = polycrystal(label, element, number, atoms, seed=7)
    assert set(made.grains) == set(range(number))
    assert np.bincount(made.grains).min() > 50
    assert made.atoms.pbc.all()
    assert made.atoms.cell.volume == pytest.approx(atoms * volume_per_atom(element))
    assert 0.88 * atoms < len(made.atoms) < atoms
    length = bond(label, element)
    assert nearest(made.atoms).min() >= 0.7 * length
    inner = made.depths > 1.8 * length  # nearer to the boundary neighbours were removed
    assert (coordination(made.atoms, 1.05 * length)[inner] == COORDINATION[label]).all()
    for grain in (0, number - 1):
        assert_neighbours_lie_along(made, grain, label)


def test_the_depth_in_a_polycrystal_is_half_way_to_the_next_grain() -> None:
    made = polycrystal("sc", "W", 8, 4000, seed=1)
    places = tree(made.atoms)
    for grain in range(8):
        own = made.grains == grain
        others = cKDTree(places.data[~own], boxsize=made.atoms.cell.lengths())
        distance = others.query(places.data[own])[0]
        assert (distance >= made.depths[own] - 1e-9).all()
        assert (distance <= made.depths[own] + 1.5 * bond("sc", "W")).all()


def test_grains_are_turned_against_one_another() -> None:
    rotations = polycrystal("fcc", "Al", 10, 3000, seed=3).rotations
    relative = np.einsum("aji,bjk->abik", rotations, rotations)
    angles = np.degrees(np.arccos(np.clip((np.trace(relative, axis1=2, axis2=3) - 1) / 2, -1, 1)))
    assert angles[~np.eye(10, dtype=bool)].min() > 5


def test_a_twin_is_its_own_mirror_image() -> None:
    made = twin("Cu", 2000)
    mirrored = made.atoms.positions * [1, 1, -1]
    assert cKDTree(made.atoms.positions).query(mirrored)[0].max() < 1e-6
    for grain in (0, 1):
        assert_neighbours_lie_along(made, grain, "fcc")
    length = bond("fcc", "Cu")
    assert nearest(made.atoms).min() == pytest.approx(length)
    centre = np.linalg.norm(made.atoms.positions[:, :2], axis=1) < length
    assert set(
        coordination(made.atoms, 1.05 * length)[centre & (np.abs(made.atoms.positions[:, 2]) < 6)]
    ) == {12}
    # Σ3: one in three lattice points coincides; about [111] the half turn is no symmetry of fcc
    relative = made.rotations[0].T @ made.rotations[1]
    np.testing.assert_allclose(3 * relative, np.round(3 * relative), atol=1e-9)
    assert np.abs(relative - np.round(relative)).max() > 0.3


def test_an_interface_of_two_classes() -> None:
    made = interface("Fe", 3000)
    assert {LABELS[i] for i in made.labels} == {"fcc", "bcc"}
    assert (made.atoms.positions[made.labels == LABELS.index("fcc"), 2] < 0).all()
    assert (made.atoms.positions[made.labels == LABELS.index("bcc"), 2] > 0).all()
    assert_neighbours_lie_along(made, 0, "fcc")
    assert_neighbours_lie_along(made, 1, "bcc")
    first, second = made.rotations
    np.testing.assert_allclose(first @ [1, 1, 1] / 3**0.5, second @ [1, 1, 0] / 2**0.5)
    np.testing.assert_allclose(first @ [1, -1, 0] / 2**0.5, second @ [0, 0, 1])
    np.testing.assert_allclose(np.linalg.det(made.rotations), 1)


@pytest.mark.parametrize("label", LABELS)
@pytest.mark.parametrize("shape", FACETS)
def test_a_particle_has_its_facets(label: str, shape: str) -> None:
    made = nanoparticle(label, BY_LABEL[label].specimen, shape, 1500, seed=5)
    assert len(made.atoms) == pytest.approx(1500, rel=0.15)
    assert_neighbours_lie_along(made, 0, label)
    back = made.atoms.positions @ made.rotations[0]
    if shape == "wulff":
        return
    (direction,) = FACETS[shape]
    reach = [(back @ normal).max() / np.linalg.norm(normal) for normal in family(direction)]
    assert np.ptp(reach) < bond(label, BY_LABEL[label].specimen)
    hull = ConvexHull(back)
    assert hull.volume == pytest.approx(1500 * volume_per_atom(BY_LABEL[label].specimen), rel=0.35)


def test_planes_of_an_octahedron_meet_in_its_six_corners() -> None:
    planes = Planes(np.array(family((1, 1, 1))) / 3**0.5, np.ones(8))
    corners = np.unique(np.round(planes.corners(), 9), axis=0)
    np.testing.assert_allclose(np.sort(np.abs(corners)), [[0, 0, 3**0.5]] * 6, atol=1e-9)
    depths = planes.depth(np.array([[0, 0, 0], [3**0.5, 0, 0], [2, 0, 0]]))
    np.testing.assert_allclose(depths, [1, 0, 1 - 2 / 3**0.5], atol=1e-9)


@pytest.mark.parametrize("shape", ["octahedron", "wulff"])
def test_particles_have_as_many_bonds_as_those_of_ase(shape: str) -> None:
    if shape == "octahedron":
        theirs = Octahedron("Cu", 14)
    else:
        surfaces, energies = zip(*FACETS["wulff"].items(), strict=True)
        theirs = wulff_construction("Cu", list(surfaces), list(energies), 1800, "fcc")
    ours = nanoparticle("fcc", "Cu", shape, len(theirs), seed=1).atoms
    assert len(ours) == pytest.approx(len(theirs), rel=0.1)
    bonds = [coordination(atoms, 1.2 * bond("fcc", "Cu")).mean() for atoms in (ours, theirs)]
    assert bonds[0] == pytest.approx(bonds[1], abs=0.15)


# --- outside the classes ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "element", "symbol", "neighbours"),
    [
        ("hcp", "Mg", "P6_3/mmc", 12),
        ("dhcp", "La", "P6_3/mmc", 12),
        ("hexagonal", "Sn", "P6/mmm", 8),
        ("graphite", "C", "P6_3/mmc", 3),
        ("beta-tin", "Sn", "I4_1/amd", 4),
        ("rocksalt", "NaCl", "Fm-3m", 6),
        ("cesiumchloride", "CsCl", "Pm-3m", 8),
        ("zincblende", "ZnS", "F-43m", 4),
    ],
)
def test_a_lattice_outside(name: str, element: str, symbol: str, neighbours: int) -> None:
    assert any(each.startswith(f"outside/{name}-{element}-") for each in catalogue())
    whole = crystal(name, element)
    assert fc.find_symmetry(whole.atoms).symbol == symbol
    piece = whole.cut(800, "sphere", 2)
    assert (piece.labels == NONE).all()
    assert (piece.grains == 0).all()
    length = nearest(piece.atoms).min()
    inner = piece.depths > 1.1 * length
    assert (coordination(piece.atoms, 1.01 * length)[inner] == neighbours).all()


def test_graphite_and_tin_have_their_measured_size() -> None:
    np.testing.assert_allclose(
        crystal("graphite", "C").atoms.cell.lengths(), [2.464, 2.464, 6.711], atol=0.01
    )
    np.testing.assert_allclose(
        crystal("beta-tin", "Sn").atoms.cell.lengths(), [5.83, 5.83, 3.18], atol=0.02
    )
    with pytest.raises(ValueError, match="name: expected one of fcc, diamond"):
        crystal("quasicrystal", "Al")


def test_dhcp_alternates_hexagonal_and_cubic_layers() -> None:
    atoms = crystal("dhcp", "La").cut(3000, "sphere", 0)
    length = nearest(atoms.atoms).min()
    inside = np.flatnonzero(atoms.depths > 1.2 * length)
    places = tree(atoms.atoms)
    opposite = [
        sum(
            places.query(2 * places.data[i] - places.data[j])[0] < 1e-6
            for j in places.query_ball_point(places.data[i], 1.01 * length)
        )
        for i in inside
    ]
    values, counts = np.unique(opposite, return_counts=True)
    assert values.tolist() == [
        7,
        13,
    ]  # with itself: 6 of 12 bonds have an opposite in hcp, 12 in fcc
    assert counts[0] / counts.sum() == pytest.approx(0.5, abs=0.1)


def test_the_bain_path_leads_from_bcc_to_fcc() -> None:
    symbols = {ratio: fc.find_symmetry(bain("Fe", ratio).atoms).symbol for ratio in (1, 1.2, BAIN)}
    assert symbols == {1: "Im-3m", 1.2: "I4/mmm", BAIN: "Fm-3m"}
    assert [bain("Fe", ratio).labels[0] for ratio in (1, 1.2, BAIN)] == [2, NONE, 0]
    assert_neighbours_lie_along(bain("Fe", 1).cut(600, "sphere", 1), 0, "bcc")
    assert_neighbours_lie_along(bain("Fe", BAIN).cut(600, "sphere", 1), 0, "fcc")
    volumes = [bain("Fe", ratio).atoms.cell.volume for ratio in (1, 1.2, BAIN)]
    np.testing.assert_allclose(volumes, 2 * volume_per_atom("Fe"))


# --- disorder -----------------------------------------------------------------------------------


def assert_no_long_range_order(made: Specimen) -> None:
    """No bright reflection anywhere that a crystal of such bonds could have one."""
    assert (made.labels == NONE).all()
    assert (made.grains == NONE).all()
    atoms = made.atoms
    steps = np.stack(np.meshgrid(*[np.arange(-9, 10)] * 3), axis=-1).reshape(-1, 3)
    waves = 2 * np.pi * steps / atoms.cell.lengths()
    length = nearest(atoms).mean()
    size = np.linalg.norm(waves, axis=1) * length / (2 * np.pi)
    waves = waves[(size > 0.5) & (size < 2)]
    intensity = np.abs(np.exp(1j * atoms.positions @ waves.T).mean(axis=0)) ** 2
    assert intensity.max() < 0.15


@pytest.mark.parametrize("element", ["Fe", "Si", "H"])
def test_a_random_packing(element: str) -> None:
    made = packing(element, 300, seed=1)
    assert len(made.atoms) == 300
    assert made.atoms.cell.volume == pytest.approx(300 * volume_per_atom(element))
    length = nearest(made.atoms).mean()
    assert nearest(made.atoms).min() > 0.9 * length
    assert 12 < coordination(made.atoms, 1.4 * length).mean() < 14
    assert_no_long_range_order(made)


def test_a_gas_and_a_gas_of_dimers() -> None:
    thin = gas("Fe", 400, seed=1)
    fcc_bond = bond("fcc", "Fe")
    assert len(thin.atoms) == 400
    assert nearest(thin.atoms).min() >= 0.8 * fcc_bond
    assert thin.atoms.cell.volume == pytest.approx(12 * 400 * volume_per_atom("Fe"))
    pairs = dimers("Fe", 400, seed=1).atoms
    assert len(pairs) == 400
    assert (coordination(pairs, 1.1 * nearest(pairs).min()) == 1).all()
    np.testing.assert_allclose(nearest(pairs), nearest(pairs)[0])
    for made in (thin, dimers("Fe", 400, seed=1)):
        assert (made.labels == NONE).all()
        assert len(made.rotations) == 0


@pytest.mark.parametrize("element", ["H", "C", "Cs", "Pb"])
def test_there_is_room_for_every_atom_of_a_gas(element: str) -> None:
    assert len(gas(element, 100, 0).atoms) == len(dimers(element, 100, 0).atoms) == 100


# --- motion -------------------------------------------------------------------------------------


@pytest.mark.parametrize("metal", METALS)
def test_the_fast_potential_is_that_of_ase(metal: str) -> None:
    ours = fc.prototype("fcc", metal).repeat(3)
    ours.rattle(0.2, seed=1)
    ours.set_cell(ours.cell.lengths() * [1, 1.03, 0.98], scale_atoms=True)
    theirs = ours.copy()
    ours.calc, theirs.calc = MetalEMT(metal), EMT(asap_cutoff=True)
    assert ours.get_potential_energy() == pytest.approx(theirs.get_potential_energy())
    np.testing.assert_allclose(ours.get_forces(), theirs.get_forces(), atol=1e-10)
    np.testing.assert_allclose(ours.get_stress(), theirs.get_stress(), atol=1e-12)


def test_other_metals_have_no_potential() -> None:
    with pytest.raises(ValueError, match=r"metal: expected one of Al, Cu, .*, received 'Fe'"):
        thermal("Fe", 300)
    with pytest.raises(
        ValueError, match=r"temperature: expected K from 1 to 950\.6, received 2000"
    ):
        thermal("Cu", 2000)


def test_debye_displacements() -> None:
    """Against the limits: zero-point 9ħ²/(4 m k Θ) and classical 9ħ²T/(m k Θ²), over 3."""
    quantum = 48.508  # ħ²/(u k), Å² K
    for element, mass in (("Cu", 63.546), ("Pb", 207.2)):
        theta = DEBYE[element]
        assert debye_displacement(element, 0) ** 2 == pytest.approx(
            3 * quantum / (4 * mass * theta), rel=1e-3
        )
        hot = debye_displacement(element, 3000) ** 2
        assert hot == pytest.approx(3 * quantum * 3000 / (mass * theta**2), rel=0.01)
    with pytest.raises(ValueError, match="element: expected one of C, Na"):
        debye_displacement("Po", 300)


@pytest.mark.parametrize("label", LABELS)
def test_a_vibrating_crystal(label: str) -> None:
    element = BY_LABEL[label].specimen
    cold, hot = (vibrating(label, element, kelvin, 5, seed=2) for kelvin in (0, 900))
    assert (hot.labels == LABELS.index(label)).all()
    a = fc.prototype(label, element).cell[0, 0]
    wave = 2 * np.pi / a * np.linalg.norm(REFLECTIONS[label])
    for made, kelvin in ((cold, 0), (hot, 900)):
        sigma = debye_displacement(element, kelvin)
        found = bragg(made.atoms.positions, np.eye(3), label, a)
        assert found == pytest.approx(np.exp(-((wave * sigma) ** 2)), abs=0.05)  # Debye and Waller


def test_a_hot_crystal_expands_and_stays_one() -> None:
    sizes, order = [], []
    for kelvin in (100, 800):
        made = thermal("Cu", kelvin, seed=1)
        a = made.atoms.cell[0, 0] / 5
        sizes.append(a)
        order.append(bragg(made.atoms.positions, np.eye(3), "fcc", a))
        assert (made.labels == 0).all()
        assert coordination(made.atoms, 0.85 * a).mean() == pytest.approx(12, abs=0.3)
    assert 1.005 < sizes[1] / sizes[0] < 1.03  # copper: about 1.7e-5 a kelvin
    assert order[0] > 0.95 > order[1] > 0.7


@pytest.mark.slow
def test_a_glass_of_silver_is_one_to_ovito() -> None:
    """Silver crystallises easily: from what a melt that is not quite molten still holds of fcc."""
    rng = np.random.default_rng([0, TEST, 12, KINDS.index("glass"), METALS.index("Ag")])
    specimen, species, _ = endless("glass", METALS.index("Ag"), rng)
    assert species == "Ag"
    matched = count_types(specimen.atoms)[PTM][CUTOFFS.index(0.15)]
    assert matched[LABELS.index("fcc")] / len(specimen.atoms) < 0.15


@pytest.mark.slow
def test_a_liquid_and_a_glass() -> None:
    # silver and gold melt slowly: what is left of the crystal would grow again in the glass
    for made in (liquid("Cu", seed=1), glass("Cu", seed=1), liquid("Ag", 1), glass("Au", 1)):
        assert_no_long_range_order(made)
        length = nearest(made.atoms).mean()
        assert nearest(made.atoms).min() > 0.75 * length
        assert 10 < coordination(made.atoms, 1.4 * length).mean() < 14
        expansion = made.atoms.cell.volume / (500 * volume_per_atom(made.atoms[0].symbol))
        assert 1.02 < expansion < 1.25


@pytest.mark.slow
def test_a_crystal_grows_in_its_melt() -> None:
    share = []
    for steps in (0, 800):
        made = growing("Cu", seed=1, steps=steps)
        crystalline = made.labels == 0
        share.append(crystalline.mean())
        a = made.atoms.cell[0, 0] / 4
        length = a / 2**0.5
        deep = made.depths > 1.5 * length
        assert (deep & crystalline).sum() > 50
        # the seed is commensurate with x and y of the box: 220 and 2-20 tell crystal from melt
        waves = 2 * np.pi / a * np.array([[2, 2, 0], [2, -2, 0]])
        amplitudes = [
            np.abs(np.exp(1j * made.atoms.positions[deep & part] @ waves.T).mean(axis=0)).mean()
            for part in (crystalline, ~crystalline)
        ]
        assert amplitudes[0] > 0.6
        if steps == 0:
            assert (deep & ~crystalline).sum() > 50
            assert amplitudes[1] < 0.3
        np.testing.assert_array_equal(made.grains, np.where(crystalline, 0, NONE))
    assert 0.3 < share[0] < 0.6
    assert share[1] > share[0] + 0.1


# --- the catalogue ------------------------------------------------------------------------------

SLOW = ("thermal", "growing", "disorder")
EACH_KIND = sorted({name.split("/")[0]: name for name in reversed(catalogue())}.values())


def test_every_class_and_every_kind_is_in_the_catalogue() -> None:
    kinds = {name.split("/")[0] for name in catalogue()}
    assert kinds >= {
        "polycrystals",
        "atom-probe",
        "particles",
        "crystals",
        "outside",
        "bain",
        "disorder",
    }
    for known in CLASSES:
        assert any(name.startswith(f"polycrystals/{known.label}") for name in catalogue())


@pytest.mark.parametrize("name", [n for n in EACH_KIND if not n.startswith(SLOW)])
def test_the_seed_decides(name: str) -> None:
    make = catalogue()[name]
    first, again, other = make(1), make(1), make(2)
    np.testing.assert_array_equal(first.atoms.positions, again.atoms.positions)
    np.testing.assert_array_equal(first.rotations, again.rotations)
    assert len(first.atoms) != len(other.atoms) or not np.allclose(
        first.atoms.positions, other.atoms.positions
    )


@pytest.mark.slow
def test_motion_depends_on_the_seed_alone() -> None:
    first, again, other = (thermal("Cu", 500, seed) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first.atoms.positions, again.atoms.positions)
    assert not np.allclose(first.atoms.positions, other.atoms.positions)


def test_files_hold_the_truth(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = ["dataset", "specimens", "-o", str(tmp_path), "--jobs", "1", "--seed", "3"]
    assert main([*words, "--only", "polycrystals/bcc*-4"]) == 0
    assert capsys.readouterr().out.startswith(f"{tmp_path}: 1 specimens, 5,")
    read = fc.read_structure(tmp_path / "polycrystals" / "bcc-Fe-4.xyz")
    made = catalogue()["polycrystals/bcc-Fe-4"](3)
    np.testing.assert_allclose(read.positions, made.atoms.positions, atol=1e-7)
    np.testing.assert_array_equal(read.arrays["true_label"], made.labels)
    np.testing.assert_array_equal(read.arrays["true_grain"], made.grains)
    np.testing.assert_allclose(read.arrays["true_depth"], made.depths, atol=1e-7)
    np.testing.assert_allclose(read.info["true_rotations"].reshape(-1, 3, 3), made.rotations)
    assert read.info["description"] == made.description
    assert read.pbc.all()
    table = (tmp_path / "specimens.csv").read_text().splitlines()
    assert table[1].startswith("polycrystals/bcc-Fe-4.xyz,")

    assert main([*words, "--only", "disorder/gas-Fe"]) == 0
    assert np.isinf(
        fc.read_structure(tmp_path / "disorder" / "gas-Fe.xyz").arrays["true_depth"]
    ).all()

    assert main([*words, "--only", "nothing"]) == 2
    assert "nothing fits; kinds: atom-probe, bain" in capsys.readouterr().err
