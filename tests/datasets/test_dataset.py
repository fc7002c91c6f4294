"""The pristine set, its split, and the defective structures that test the network."""

from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import facecrystal_widgets as fc
from facecrystal_widgets.compute.workers import HERE
from facecrystal_widgets.datasets.dataset import ROWS, Dataset, build_pristine, contents
from facecrystal_widgets.datasets.defects import DEFECTS, Defect
from facecrystal_widgets.datasets.store import building, fill
from facecrystal_widgets.datasets.structures import (
    SIZE,
    SPECIES,
    defective_group,
    defective_label,
    defective_structure,
    pair,
    pristine_structure,
)


@pytest.fixture(scope="module")
def small() -> Dataset:
    return build_pristine(24, seed=5, n_jobs=1)


def made_up(seed: int = 0) -> Dataset:
    """The species and classes of the whole set, without its images."""
    rows = [pair(index, seed) for index in range(SIZE)]
    return Dataset(
        images=np.zeros((SIZE, 1, 1), np.float32),
        labels=np.array([fc.LABELS.index(label) for _, label in rows]),
        species=np.array([symbol for symbol, _ in rows]),
        bond_lengths=np.ones(SIZE),
        seed=seed,
    )


def test_every_pair_of_species_and_class_comes_nineteen_or_twenty_times() -> None:
    counts = Counter(pair(index, 0) for index in range(SIZE))
    assert SIZE == 6345
    assert len(counts) == 83 * 4
    assert set(counts.values()) == {19, 20}
    assert {symbol for symbol, _ in counts} == set(SPECIES)


@pytest.mark.parametrize("seed", range(5))
def test_the_split_shares_no_pair(seed: int) -> None:
    dataset = made_up(seed)
    training, testing = dataset.split()
    assert sorted([*training, *testing]) == list(range(SIZE))
    assert len(training) / SIZE == pytest.approx(0.75, abs=0.01)
    parts = [
        set(zip(dataset.species[p], dataset.labels[p], strict=True)) for p in (training, testing)
    ]
    assert not parts[0] & parts[1]
    for part in (training, testing):
        assert set(dataset.labels[part]) == {0, 1, 2, 3}
    np.testing.assert_array_equal(training, dataset.split()[0])


def test_splits_of_other_seeds_differ() -> None:
    assert set(made_up(0).split()[1]) != set(made_up(1).split()[1])


def test_the_set_does_not_depend_on_the_number_of_processes(small: Dataset) -> None:
    parallel = build_pristine(24, seed=5, n_jobs=2)
    for name in ("images", "labels", "species", "bond_lengths"):
        np.testing.assert_array_equal(getattr(small, name), getattr(parallel, name))
    assert (small.seed, small.pristine) == (5, True)


def test_another_seed_gives_other_variants_of_the_same_pairs(small: Dataset) -> None:
    other = build_pristine(24, seed=6, n_jobs=1)
    np.testing.assert_array_equal(small.species, other.species)
    assert (small.bond_lengths != other.bond_lengths).all()


def test_images_and_labels_are_those_of_the_structures(small: Dataset) -> None:
    assert small.images.shape == (24, 64, 64)
    assert small.images.dtype == np.float32
    np.testing.assert_allclose(small.images.max(axis=(1, 2)), 1)
    for index in (0, 7, 23):
        atoms, label = pristine_structure(index, 5)
        assert fc.LABELS[small.labels[index]] == label
        assert set(atoms.symbols) == {small.species[index]}
        image = fc.fingerprint(atoms)
        np.testing.assert_array_equal(image.image, small.images[index])
        assert image.bond_length == small.bond_lengths[index]


def test_variants_differ_in_cell_orientation_and_volume() -> None:
    found = [pristine_structure(index * 332, 0)[0] for index in range(12)]
    assert {set(atoms.symbols).pop() for atoms in found} == {"H"}
    assert len({len(atoms) for atoms in found}) > 2
    volumes = [atoms.cell.volume / len(atoms) for atoms in found]
    assert 0.05 < np.ptp(volumes) / np.mean(volumes) < 0.25
    directions = [atoms.cell[0] / np.linalg.norm(atoms.cell[0]) for atoms in found]
    assert np.ptp(directions, axis=0).min() > 0.3


def test_progress_is_reported(small: Dataset) -> None:
    seen = []

    def progress(rows: Iterable[Any]) -> Iterator[Any]:
        for row in rows:
            seen.append(row)
            yield row

    again = build_pristine(24, seed=5, n_jobs=1, progress=progress)
    assert len(seen) == 24
    np.testing.assert_array_equal(again.images, small.images)


@pytest.mark.parametrize("size", [0, 3, -1, 2.5, "24", None, True])
def test_the_size_is_checked(size: Any) -> None:
    with pytest.raises(ValueError, match="size: expected a whole number from 4"):
        build_pristine(size)


def test_the_set_on_disk_is_the_one_in_memory(small: Dataset, tmp_path: Path) -> None:
    about = contents("pristine", 24, seed=5) | {"shard_size": 10}
    with building(tmp_path / "set", about) as store:
        fill(store, ROWS["pristine"], HERE)
    for folder in (tmp_path / "set", str(tmp_path / "set")):
        loaded = Dataset.load(folder)
        for name in ("images", "labels", "species", "bond_lengths"):
            one, other = getattr(loaded, name), getattr(small, name)
            assert one.dtype == other.dtype
            assert one.tobytes() == other.tobytes()
        assert (loaded.seed, loaded.pristine) == (5, True)


def test_the_whole_sets_are_those_of_the_paper() -> None:
    pristine, defective = contents("pristine"), contents("defective")
    assert (pristine["size"], pristine["structures_per_parent"]) == (6345, 1)
    assert (defective["size"], defective["structures_per_parent"]) == (82485, 13)
    assert defective["shard_size"] % 13 == 0


def test_defective_structures_are_those_of_the_paper() -> None:
    kinds: Counter[str] = Counter()
    for index in range(150):
        broken, label, host, recipe = defective_structure(index, 1)
        assert label in fc.LABELS
        assert not broken.pbc.any()
        others = set(broken.symbols) - {host}
        assert others <= set(recipe.species)
        if recipe.vacancies:
            kinds[f"vacancies {recipe.vacancies}"] += 1
        elif recipe.displacement:
            kinds[f"displacement {recipe.displacement}"] += 1
        else:
            kinds[f"substitution {recipe.substitution} by {len(recipe.species)}"] += 1
            assert others == set(recipe.species)
    assert set(kinds) == {
        *(f"vacancies {x}" for x in (0.1, 0.2, 0.3, 0.4, 0.5)),
        *(f"displacement {x}" for x in (0.05, 0.1, 0.15)),
        *(f"substitution {x} by 1" for x in (0.25, 0.5)),
        *(f"substitution {x} by 2" for x in (0.25, 0.5, 0.75)),
    }


def test_a_group_holds_every_defect_once() -> None:
    members, label, host = defective_group(3, seed=1)
    assert [Defect.of(recipe) for _, recipe in members] == list(DEFECTS)
    assert len({recipe.seed for _, recipe in members}) == len(DEFECTS)
    assert label == pristine_structure(3, 1)[1]
    size = len(members[DEFECTS.index(Defect("displacement", 0.05))][0])
    for broken, recipe in members:
        assert len(broken) == size - round(recipe.vacancies * size + 1e-9)
        species = set(broken.get_chemical_symbols())
        assert species == {host, *recipe.species} or not recipe.substitution
    again, *_ = defective_group(3, seed=1)
    for (one, recipe), (other, same) in zip(members, again, strict=True):
        assert recipe == same
        np.testing.assert_array_equal(one.positions, other.positions)


def test_a_label_is_known_before_its_structure() -> None:
    for index in range(6):
        assert defective_label(index, 4) == defective_structure(index, 4)[1]
