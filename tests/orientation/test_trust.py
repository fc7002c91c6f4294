"""Which verdicts are to be believed: members of the four classes and nothing else."""

import tracemalloc
from dataclasses import replace

import numpy as np
import pytest
from ase import Atoms
from ase.build import bulk
from hypothesis import given, settings
from hypothesis import strategies as st

import facecrystal_widgets as fc
from facecrystal_widgets.crystals.lattices import IDEAL_C_OVER_A
from facecrystal_widgets.orientation.evidence import THRESHOLD, evidence, evidence_of
from facecrystal_widgets.orientation.rotations import rotation_matrices
from facecrystal_widgets.orientation.sample import sample_of
from facecrystal_widgets.orientation.stars import STARS
from facecrystal_widgets.orientation.trust import FEWEST

TURN = rotation_matrices([0.9, -0.4, 0.3])


def turned(atoms: Atoms) -> Atoms:
    return Atoms(atoms.numbers, positions=atoms.positions @ TURN.T)


def sphere(cell: Atoms, number: int) -> Atoms:
    """A sphere about the centre of a block of cells that is large enough along every axis."""
    replicas = np.ceil(
        2.2 * (number * cell.get_volume() / len(cell)) ** (1 / 3) / cell.cell.lengths()
    )
    atoms = cell.repeat(replicas.astype(int) + 1)
    distances = np.linalg.norm(atoms.positions - atoms.positions.mean(axis=0), axis=1)
    atoms = atoms[np.argsort(distances)[:number]]
    atoms.pbc = False
    return atoms


def stacked(layers: str) -> Atoms:
    """A close-packed element by the letters of its layers."""
    places = {"A": (0, 0), "B": (1 / 3, 2 / 3), "C": (2 / 3, 1 / 3)}
    n = len(layers)
    return Atoms(
        ["Co"] * n,
        scaled_positions=[(*places[letter], i / n) for i, letter in enumerate(layers)],
        cell=2.5 * np.array([[1, 0, 0], [-0.5, 0.75**0.5, 0], [0, 0, n * IDEAL_C_OVER_A / 2]]),
        pbc=True,
    )


def crowd(number: int, seed: int) -> Atoms:
    """Points in a box, no two nearer than 2 Å: a liquid without structure."""
    rng, points = np.random.default_rng(seed), np.empty((0, 3))
    while len(points) < number:
        point = rng.random(3) * 2.9 * number ** (1 / 3)
        if (np.linalg.norm(points - point, axis=1) > 2).all():
            points = np.vstack([points, point])
    return Atoms(["Hg"] * number, positions=points)


GRAPHITE = bulk("C", "hcp", a=2.46, c=6.71)
GRAPHITE.append("C")
GRAPHITE.append("C")
GRAPHITE.set_scaled_positions([(0, 0, 0), (1 / 3, 2 / 3, 0), (0, 0, 0.5), (2 / 3, 1 / 3, 0.5)])

OUTSIDE = {
    "hcp": fc.prototype("hcp", "Mg"),
    "dhcp": stacked("ABAC"),
    "9R": stacked("ABABCBCAC"),
    "graphite": GRAPHITE,
    "bct": bulk("In", "bct", a=3.25, c=4.1),
}


@pytest.mark.parametrize("missing", [0.0, 0.3])
@pytest.mark.parametrize("name", OUTSIDE)
def test_other_lattices_are_not_trusted(name: str, missing: float) -> None:
    atoms = fc.DefectRecipe(vacancies=missing, seed=2).apply(sphere(OUTSIDE[name], 140))
    verdict = fc.classify(turned(atoms))
    assert not verdict.trusted
    assert verdict.trust < THRESHOLD
    assert verdict.probability > 0.25  # it does answer, all the same


def test_hcp_is_told_by_its_missing_reflections() -> None:
    atoms = sphere(OUTSIDE["hcp"], 140)
    as_fcc = next(fit for fit in fc.find_orientation(atoms).fits if fit.star.label == "fcc")
    found = evidence_of(sample_of(atoms.positions).scaled, as_fcc)
    assert found.evenness < 0.3
    assert (found.corrected > 0.5).sum() < 0.6 * len(found.corrected)
    assert (
        "reflections of fcc present: perhaps hcp" in fc.classify(fc.prototype("hcp", "Mg")).reason
    )


def test_disorder_is_not_trusted() -> None:
    for seed in range(3):
        for number in (32, 140):
            verdict = fc.classify(crowd(number, seed))
            assert not verdict.trusted
            assert not verdict.turned or number < 100
    assert "no long-range order (Bragg score 0.0" in verdict.reason


def test_axes_that_are_not_sought_are_not_mistaken_for_disorder() -> None:
    verdict = fc.classify(
        turned(fc.build_cluster(fc.prototype("fcc", "Cu"))), orientation="as-given"
    )
    assert not verdict.trusted
    assert "along the given axes" in verdict.reason or "reflections of" in verdict.reason


@pytest.mark.parametrize("label", fc.LABELS)
def test_pristine_crystals_are_trusted_to_the_full(label: str) -> None:
    verdict = fc.classify(fc.prototype(label, "Cu"))
    assert verdict.trusted
    assert verdict.trust > 0.95
    assert verdict.reason == f"all reflections of {label} present (Bragg score 1.00)"


def test_random_species_share_a_lattice_and_ordered_ones_make_a_compound() -> None:
    cluster = fc.build_cluster(fc.prototype("fcc", "Cu"))
    recipe = fc.DefectRecipe(substitution=0.5, species=("Au",), seed=1)
    verdict = fc.classify(turned(recipe.apply(cluster)))
    assert verdict.trusted
    assert verdict.reason == "2 species: class of the common lattice"
    for name, formula in (("rocksalt", "NaCl"), ("zincblende", "ZnS"), ("cesiumchloride", "CsCl")):
        verdict = fc.classify(fc.prototype(name, formula))
        assert not verdict.trusted
        assert "class of the common lattice only" in verdict.reason


def test_a_twin_is_ambiguous_or_impure() -> None:
    half = sphere(fc.prototype("fcc", "Al"), 600)
    normal = np.ones(3) / 3**0.5
    height = (half.positions - half.positions.mean(axis=0)) @ normal
    plane = height[np.abs(height).argmin()]
    kept = half.positions[height <= plane + 0.1] - half.positions.mean(axis=0) - plane * normal
    mirrored = kept - 2 * np.outer(kept @ normal, normal)
    mirrored = mirrored[mirrored @ normal > 0.1]
    positions = np.vstack([kept, mirrored])
    verdict = fc.classify(turned(Atoms(["Al"] * len(positions), positions=positions)))
    assert not verdict.trusted


def test_diamond_is_not_taken_for_the_bcc_lattice_that_it_half_fills() -> None:
    cluster = fc.build_cluster(fc.prototype("diamond", "Si"))
    positions = cluster.positions / fc.bond_length(cluster)
    as_bcc, as_diamond = (evidence(positions, label) for label in ("bcc", "diamond"))
    assert as_bcc.evenness > 0.95
    assert as_bcc.purity < 0.6
    assert as_diamond.strength > 0.9


def test_the_debye_waller_factor_is_that_of_the_displacements() -> None:
    cluster = fc.build_cluster(fc.prototype("bcc", "Ta"), 1000)
    broken = fc.DefectRecipe(displacement=0.15, seed=4).apply(cluster)
    unit = fc.bond_length(broken)
    found = evidence(broken.positions / unit, "bcc")
    assert found.displacement * unit == pytest.approx(0.15, rel=0.1)


@pytest.mark.parametrize(
    ("positions", "reason"),
    [
        (np.arange(40)[:, None] * [1.0, 1.0, 1.0], "a plane or a line"),
        (np.argwhere(np.ones((9, 9, 1))) * 2.0, "a plane or a line"),
        (np.argwhere(np.ones((2, 2, 2))) * 2.0, "only 8 atoms"),
        (np.array([[0, 0, 0], [0, 0, 2.0]]), "only 2 atoms"),
    ],
)
def test_what_is_too_small_or_flat_is_said_to_be(positions: np.ndarray, reason: str) -> None:
    for mode in ("auto", "as-given", "search"):
        verdict = fc.classify(Atoms(["Fe"] * len(positions), positions=positions), orientation=mode)
        assert (verdict.trusted, verdict.trust) == (False, 0.0)
        assert verdict.reason.startswith("cannot tell: ")
        assert reason in verdict.reason


def test_few_atoms_at_random_are_not_trusted() -> None:
    for seed in range(10):
        assert not fc.classify(crowd(FEWEST, seed)).trusted


def test_an_image_alone_tells_nothing_of_order() -> None:
    image = fc.fingerprint(fc.prototype("fcc", "Cu"))
    assert fc.classify(image).trusted
    bare = replace(image, positions=None, numbers=None)
    verdict = fc.classify(bare)
    assert (verdict.label, verdict.trusted, verdict.trust) == ("fcc", False, 0.0)
    assert "an image alone" in verdict.reason


def test_trust_costs_nothing_until_it_is_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = []

    def assess(*_: object) -> str:
        calls.append(1)
        return "asked"

    monkeypatch.setattr("facecrystal_widgets.classification.verdict.assess", assess)
    verdict = fc.classify(fc.prototype("fcc", "Cu"))
    assert not calls
    assert verdict.assessment == "asked"
    assert verdict.assessment == "asked"
    assert len(calls) == 1


# --- what cannot be told ------------------------------------------------------------------------


@st.composite
def structures(draw: st.DrawFn) -> Atoms:
    """Atoms of any kind: on a line, doubled, strewn over decades, periodic, not even numbers."""
    number = draw(st.integers(0, 40))
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    size = 10.0 ** draw(st.integers(-10, 10))
    positions = rng.normal(size=(number, 3)) * draw(
        st.sampled_from([(1, 1, 1), (1, 1, 0), (1, 0, 0), (1, 1, 1e-6), (0, 0, 0)])
    )
    shape = draw(st.sampled_from(["cloud", "decades", "doubled", "pairs", "lattice", "nan"]))
    if shape == "decades":
        positions *= 10 ** rng.uniform(-4, 4, (number, 1))
    if shape == "doubled":
        positions[number // 2 :] = positions[: number - number // 2]
    if shape == "pairs":
        positions[1::2] = positions[::2][: number // 2] + 1e-4 * rng.normal(size=(number // 2, 3))
    if shape == "lattice":
        positions = np.round(3 * positions)
    if shape == "nan" and number:
        positions[0, 0] = rng.choice([np.nan, np.inf])
    species = rng.choice(np.array([1, 6, 26, 79]), number)
    pbc = draw(st.sampled_from([False, False, (1, 1, 1), (1, 1, 0), (0, 0, 1)]))
    cell = size * 5 * np.eye(3) + draw(st.sampled_from([0.0, 4.99, 5.0])) * size * np.eye(3, k=1)
    return Atoms(species, positions=size * positions, cell=cell, pbc=pbc)


@settings(max_examples=120, deadline=None)
@given(structures())
def test_anything_gets_a_verdict_or_is_refused_in_words(atoms: Atoms) -> None:
    for mode in ("auto", "as-given"):
        try:
            verdict = fc.classify(atoms, orientation=mode)
        except fc.StructureError:
            continue
        assert 0 <= verdict.trust <= 1
        assert verdict.reason
        if len(atoms) < FEWEST and not any(atoms.pbc):
            assert not verdict.trusted
            assert verdict.reason == f"cannot tell: only {len(atoms)} atoms, too few to tell"
    try:
        found = fc.find_orientation(atoms)
    except fc.StructureError:
        return
    np.testing.assert_allclose(found.rotation @ found.rotation.T, np.eye(3), atol=1e-6)
    most = {label: len(star.hkl) / star.strengths.sum() for label, star in STARS.items()}
    assert -1e-6 <= found.score <= 1.001 * most[found.lattice]


def test_one_stray_atom_is_told() -> None:
    cluster = fc.build_cluster(fc.prototype("fcc", "Cu"))
    cluster.positions[0] = 400
    verdict = fc.classify(cluster)
    assert not verdict.trusted
    told = "cannot tell: nearest neighbours are 1 to 2.7e+02 times as far apart as usual here"
    assert verdict.reason.startswith(told)


def test_half_of_the_atoms_given_twice_is_told() -> None:
    cluster = fc.build_cluster(fc.prototype("fcc", "Cu"))
    doubled = cluster + cluster[: len(cluster) // 2]
    doubled.positions[len(cluster) :] += 0.06
    assert "stray or doubled atoms" in fc.classify(doubled).reason


@pytest.mark.parametrize("layers", [1, 2])
def test_lines_and_planes_cannot_be_told(layers: int) -> None:
    rod = Atoms(
        [29] * 40 * layers**2, positions=2.5 * np.indices((40, layers, layers)).reshape(3, -1).T
    )
    sheet = fc.prototype("bcc", "Fe").repeat((8, 8, 1))
    sheet.pbc = False
    found = [fc.classify(turned(atoms)).reason for atoms in (rod, sheet)]
    assert found[1] == "cannot tell: all atoms lie about a plane or a line"
    assert (found[0] == found[1]) == (layers == 1)


@pytest.mark.parametrize("cells", [(6, 6, 2), (2, 2, 10), (2, 2, 40), (3, 5, 9)])
@pytest.mark.parametrize("label", fc.LABELS)
def test_thin_crystals_are_trusted(label: str, cells: tuple[int, int, int]) -> None:
    atoms = fc.prototype(label, "Cu").repeat(cells)
    atoms.pbc = False
    verdict = fc.classify(turned(atoms))
    assert (verdict.label, verdict.trusted) == (label, True), verdict.reason


def test_pairs_strewn_over_a_wide_space_take_no_wide_memory() -> None:
    rng = np.random.default_rng(1)
    pairs = 1e5 * rng.random((150, 1, 3)) + rng.normal(size=(150, 2, 3))
    tracemalloc.start()
    verdict = fc.classify(Atoms("Fe300", positions=pairs.reshape(-1, 3)))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert not verdict.trusted
    assert peak < 300e6


def test_a_distorted_lattice_is_not_called_hcp() -> None:
    atoms = sphere(bulk("In", "bct", a=3.25, c=3.25 * 1.27), 128)
    reason = fc.classify(turned(atoms)).reason
    assert "distorted lattice" in reason
