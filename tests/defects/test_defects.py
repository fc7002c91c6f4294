"""Recipes: exact, nested, seeded, pure."""

import hashlib
import json
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from ase import Atoms
from ase.calculators.emt import EMT
from ase.constraints import FixAtoms, FixBondLength
from hypothesis import given, settings
from hypothesis import strategies as st

import facecrystal_widgets as fc
from facecrystal_widgets.crystals.checks import StructureError

IRON = fc.build_cluster(fc.prototype("bcc", "Fe"))
SILICON = fc.build_cluster(fc.prototype("diamond", "Si"))
GOLD = fc.build_cluster(fc.prototype("fcc", "Au"))

fractions = st.one_of(
    st.floats(0, 1), st.integers(0, 100).map(lambda n: n / 100), st.sampled_from([0, 1])
)
seeds = st.integers(0, 2**64 - 1)


@st.composite
def recipes(draw: st.DrawFn) -> fc.DefectRecipe:
    """Any recipe that a person can give for iron."""
    lengths = {draw(st.sampled_from(["displacement", "lindemann"])): draw(st.floats(0, 2))}
    species = draw(st.lists(st.sampled_from(["Cr", "V", "H"]), min_size=1, max_size=2, unique=True))
    return fc.DefectRecipe(
        vacancies=draw(fractions),
        substitution=draw(fractions),
        species=tuple(species),
        removal=draw(fractions),
        seed=draw(seeds),
        **lengths,
    )


def count(fraction: float, n: int) -> int:
    """Half up, in decimal arithmetic."""
    return int((Decimal(repr(float(fraction))) * n).quantize(0, ROUND_HALF_UP))


def sites(atoms: Atoms) -> set[int]:
    return set(atoms.arrays["site"].tolist())


# --- properties ---------------------------------------------------------------------------------


@settings(deadline=None)
@given(fraction=fractions, seed=seeds)
def test_the_number_of_vacancies_is_exact(fraction: float, seed: int) -> None:
    left = len(IRON) - count(fraction, len(IRON))
    recipe = fc.DefectRecipe(vacancies=fraction, seed=seed)
    if left < 2:
        with pytest.raises(StructureError, match=f"leaves {left} of 128 atoms"):
            recipe.apply(IRON)
    else:
        assert len(recipe.apply(IRON)) == left


@pytest.mark.parametrize("percent", range(101))
def test_halves_are_rounded_up_whatever_binary_makes_of_them(percent: int) -> None:
    """29 % of 50 atoms are 14.5, although 0.29 * 50 < 14.5 in binary."""
    fifty = GOLD[:50]
    recipe = fc.DefectRecipe(substitution=percent / 100, species=("Ag",))
    found = (recipe.apply(fifty).symbols == "Ag").sum()
    assert found == count(percent / 100, 50) == (percent * 50 + 50) // 100


@settings(deadline=None)
@given(few=fractions, many=fractions, seed=seeds)
def test_vacancies_are_nested(few: float, many: float, seed: int) -> None:
    few, many = sorted((0.98 * few, 0.98 * many))
    fewer, more = (sites(fc.DefectRecipe(vacancies=x, seed=seed).apply(IRON)) for x in (few, many))
    assert more <= fewer


@settings(deadline=None)
@given(
    few=fractions,
    many=fractions,
    vacancies=st.floats(0, 0.9),
    two=st.booleans(),
    seed=seeds,
)
def test_substitutions_are_nested_and_shared(
    few: float, many: float, vacancies: float, two: bool, seed: int
) -> None:
    few, many = sorted((few, many))
    species = ("Cr", "V") if two else ("Cr",)
    found = []
    for fraction in (few, many):
        recipe = fc.DefectRecipe(
            vacancies=vacancies, substitution=fraction, species=species, seed=seed
        )
        broken = recipe.apply(IRON)
        replaced = {
            symbol: set(broken.arrays["site"][broken.symbols == symbol].tolist())
            for symbol in species
        }
        sizes = [len(replaced[symbol]) for symbol in species]
        assert sum(sizes) == count(fraction, len(broken))
        assert max(sizes) - min(sizes) <= 1
        found.append(replaced)
    for symbol in species:
        assert found[0][symbol] <= found[1][symbol]


@settings(deadline=None)
@given(small=st.floats(1e-6, 10), large=st.floats(1e-6, 10), seed=seeds)
def test_more_displacement_goes_farther_along_the_same_directions(
    small: float, large: float, seed: int
) -> None:
    moves = [
        fc.DefectRecipe(displacement=sigma, seed=seed).apply(IRON).positions - IRON.positions
        for sigma in (small, large)
    ]
    np.testing.assert_allclose(moves[0] / small, moves[1] / large, atol=1e-7)


@settings(deadline=None)
@given(recipe=recipes())
def test_the_input_is_never_changed_and_the_result_is_repeatable(
    recipe: fc.DefectRecipe,
) -> None:
    before = IRON.copy()
    results = []
    for _ in range(2):
        try:
            results.append(recipe.apply(IRON))
        except StructureError:
            results.append(None)
    assert before == IRON
    assert before.info == IRON.info
    assert (IRON.arrays.keys(), "site" in IRON.arrays) == (before.arrays.keys(), False)
    if results[0] is None:
        assert results[1] is None
        return
    np.testing.assert_array_equal(results[0].positions, results[1].positions)
    np.testing.assert_array_equal(results[0].numbers, results[1].numbers)
    assert fc.preparation(results[0]) == fc.preparation(IRON)


@settings(deadline=None)
@given(recipe=recipes())
def test_a_recipe_goes_through_json(recipe: fc.DefectRecipe) -> None:
    again = fc.DefectRecipe.from_dict(json.loads(json.dumps(recipe.to_dict())))
    assert again == recipe
    assert hash(again) == hash(recipe)


@settings(deadline=None)
@given(recipe=recipes())
def test_each_defect_draws_for_itself(recipe: fc.DefectRecipe) -> None:
    """What one defect does at a site does not depend on the others."""
    alone = fc.DefectRecipe(
        displacement=recipe.displacement, lindemann=recipe.lindemann, seed=recipe.seed
    ).apply(IRON)
    vacant = fc.DefectRecipe(vacancies=0.9 * recipe.vacancies, seed=recipe.seed).apply(IRON)
    both = fc.DefectRecipe(
        vacancies=0.9 * recipe.vacancies,
        displacement=recipe.displacement,
        lindemann=recipe.lindemann,
        seed=recipe.seed,
    ).apply(IRON)
    assert sites(both) == sites(vacant)
    np.testing.assert_array_equal(both.positions, alone.positions[both.arrays["site"]])


# --- examples -----------------------------------------------------------------------------------


def test_the_result_is_the_same_everywhere() -> None:
    """Pinned: another platform or a new NumPy must not change what a recipe gives."""
    recipe = fc.DefectRecipe(
        vacancies=0.2, displacement=0.1, substitution=0.5, species=("Cr", "V"), removal=0.3, seed=7
    )
    broken = recipe.apply(IRON)
    content = np.round(broken.positions, 6) + 0.0  # no negative zeros
    digest = hashlib.sha256(content.astype("<f8").tobytes())
    digest.update(broken.numbers.astype("<i8").tobytes())
    digest.update(broken.arrays["site"].astype("<i8").tobytes())
    assert digest.hexdigest() == "9d1b09f6be88a90213ee7a7d0b54cd8ead44ceb61333972ef1ad51da1f5acfa5"


def test_sigma_is_that_of_each_component() -> None:
    large = fc.build_cluster(fc.prototype("sc", "Po"), 10_000)
    moves = fc.DefectRecipe(displacement=0.2, seed=1).apply(large).positions - large.positions
    np.testing.assert_allclose(moves.std(axis=0), 0.2, rtol=0.03)
    np.testing.assert_allclose(moves.mean(axis=0), 0, atol=0.01)


def test_the_lindemann_parameter_is_rms_displacement_over_bond_length() -> None:
    recipe = fc.DefectRecipe(lindemann=0.1, seed=1)
    bond = fc.bond_length(IRON)
    assert recipe.sigma(IRON) == pytest.approx(0.1 * bond / np.sqrt(3))
    large = fc.build_cluster(fc.prototype("bcc", "Fe"), 10_000)
    moves = recipe.apply(large).positions - large.positions
    rms = np.sqrt((moves**2).sum(axis=1).mean())
    assert rms / bond == pytest.approx(0.1, rel=0.03)


@pytest.mark.parametrize(("cluster", "left"), [(IRON, "sc"), (SILICON, "fcc")])
def test_removal_makes_another_crystal(cluster: Atoms, left: str) -> None:
    whole = fc.DefectRecipe(removal=1).apply(cluster)
    assert len(whole) == len(cluster) // 2
    assert fc.classify(whole).label == left
    assert fc.find_symmetry(whole).label == left
    for fraction in (0.1, 0.25, 0.5):
        broken = fc.DefectRecipe(removal=fraction, seed=3).apply(cluster)
        assert len(cluster) - len(broken) == count(fraction, len(cluster) // 2)
        assert (broken.arrays["sublattice"] == 0).sum() == len(cluster) // 2


def test_removal_is_nested_and_counts_vacant_sites() -> None:
    left = [
        sites(fc.DefectRecipe(vacancies=0.3, removal=x, seed=5).apply(IRON))
        for x in np.linspace(0, 1, 11)
    ]
    assert all(more <= fewer for fewer, more in pairwise(left))
    assert all(IRON.arrays["sublattice"][site] == 0 for site in left[-1])


@pytest.mark.parametrize("recipe", [fc.DefectRecipe(), fc.DefectRecipe(species=("Cr",), seed=3)])
def test_an_empty_recipe_changes_nothing(recipe: fc.DefectRecipe) -> None:
    same = recipe.apply(IRON)
    np.testing.assert_array_equal(same.positions, IRON.positions)
    np.testing.assert_array_equal(same.numbers, IRON.numbers)
    assert same.arrays["site"].tolist() == list(range(128))


def test_seeds_differ() -> None:
    results = [sites(fc.DefectRecipe(vacancies=0.5, seed=s).apply(IRON)) for s in range(20)]
    assert len({frozenset(r) for r in results}) == 20


def test_a_result_can_be_broken_again() -> None:
    once = fc.DefectRecipe(vacancies=0.5, seed=1).apply(IRON)
    twice = fc.DefectRecipe(vacancies=0.5, seed=2).apply(once)
    assert len(twice) == 32
    assert sites(twice) <= set(range(64))


def test_recipes_work_on_atoms_with_anything_attached() -> None:
    atoms = fc.build_cluster(fc.prototype("fcc", "Cu"))
    atoms.set_constraint([FixAtoms(range(50)), FixBondLength(60, 61)])
    atoms.calc = EMT()
    atoms.new_array("thing", np.array([None, "a", {}] * 48, object))
    atoms.new_array("word", np.array(["ab"] * 144))
    atoms.info["facecrystal"] = "garbage"
    recipe = fc.DefectRecipe(
        vacancies=0.5, displacement=0.1, substitution=0.2, species=("Zn",), seed=4
    )
    broken = recipe.apply(atoms)
    moved = broken.positions - atoms.positions[broken.arrays["site"]]
    assert (np.abs(moved).max(axis=1) > 0).all()  # fixed atoms too
    assert fc.classify(broken).label == "fcc"


# --- bad input ----------------------------------------------------------------------------------

NOT_NUMBERS = ["0.5", None, True, np.nan, np.inf, -np.inf, -0.1, [0.5], np.array([0.5]), 1j]


@pytest.mark.parametrize("value", [*NOT_NUMBERS, 1.0001, 2, 10**400])
@pytest.mark.parametrize("name", ["vacancies", "substitution", "removal"])
def test_fractions_are_checked(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=f"^{name}: expected a fraction from 0 to 1, received"):
        fc.DefectRecipe(**{name: value, "species": ("Cr",)})


@pytest.mark.parametrize("value", [*NOT_NUMBERS, 101])
@pytest.mark.parametrize("name", ["displacement", "lindemann"])
def test_lengths_are_checked(name: str, value: Any) -> None:
    with pytest.raises(ValueError, match=f"^{name}: expected .* from 0 to 1.*, received"):
        fc.DefectRecipe(**{name: value})


@pytest.mark.parametrize("value", [*NOT_NUMBERS, 1.5, 2**64])
def test_the_seed_is_checked(value: Any) -> None:
    with pytest.raises(ValueError, match=r"^seed: expected a whole number from 0"):
        fc.DefectRecipe(seed=value)


@pytest.mark.parametrize(
    "value",
    ["Cr", None, 3, ("Cr", "Cr"), ("Xx",), (1,), ([],), ("",), ("cr",), ("Es",), ("X",), {"Cr"},
     ("Cr", "V", "Ti"), (None,)],
)  # fmt: skip
def test_species_are_checked(value: Any) -> None:
    with pytest.raises(ValueError, match=r"^species: expected"):
        fc.DefectRecipe(substitution=0.5, species=value)


def test_values_become_plain_numbers() -> None:
    values: dict[str, Any] = {"vacancies": np.float32(0.5), "seed": np.int64(3), "species": ["Cr"]}
    recipe = fc.DefectRecipe(**values, removal=1, substitution=0)
    assert json.loads(json.dumps(recipe.to_dict())) == {
        "vacancies": 0.5, "displacement": 0.0, "lindemann": 0.0, "substitution": 0.0,
        "species": ["Cr"], "removal": 1.0, "seed": 3,
    }  # fmt: skip
    assert recipe.species == ("Cr",)


def test_contradictions_are_named() -> None:
    with pytest.raises(ValueError, match=r"^displacement, lindemann: .* received 0.1 and 0.2"):
        fc.DefectRecipe(displacement=0.1, lindemann=0.2)
    with pytest.raises(ValueError, match=r"^species: substitution needs"):
        fc.DefectRecipe(substitution=0.1)
    with pytest.raises(ValueError, match=r"^species: Fe is already in the structure"):
        fc.DefectRecipe(substitution=0.1, species=("Cr", "Fe")).apply(IRON)
    with pytest.raises(ValueError, match=r"^removal: only a bcc or diamond crystal"):
        fc.DefectRecipe(removal=0.1).apply(GOLD)


@pytest.mark.parametrize("data", [None, [1], 3, "x", {"x": 1}, {1: 2}, {"seed": -1}])
def test_a_dictionary_that_is_no_recipe_is_refused(data: Any) -> None:
    with pytest.raises(ValueError, match=r"recipe: |seed: "):
        fc.DefectRecipe.from_dict(data)


@pytest.mark.parametrize(
    ("recipe", "atoms"),
    [
        (fc.DefectRecipe(vacancies=1), IRON),
        (fc.DefectRecipe(vacancies=0.995), IRON),
        (fc.DefectRecipe(vacancies=0.5, removal=1), SILICON[:2]),
        (fc.DefectRecipe(), Atoms("H")),
    ],
)
def test_at_least_two_atoms_are_left(recipe: fc.DefectRecipe, atoms: Atoms) -> None:
    with pytest.raises((StructureError, ValueError), match=r"leaves [01] of|removal"):
        recipe.apply(atoms)


def test_broken_clusters_are_refused_before_they_are_used() -> None:
    atoms = IRON.copy()
    atoms.positions[3] = np.nan
    with pytest.raises(StructureError, match="atom 4 lies at"):
        fc.DefectRecipe(lindemann=0.1).apply(atoms)
