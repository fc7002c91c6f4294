"""Wrapping, images and distances in periodic cells."""

import numpy as np
import pytest
from ase import Atoms
from ase.geometry import wrap_positions
from ase.neighborlist import neighbor_list

from facecrystal_widgets.crystals.periodic import (
    images_at_faces,
    images_within,
    into_box,
    keep_apart,
    pairs_in_box,
    wrapped,
)

SKEWED = np.array([[4.0, 0.3, -0.2], [1.1, 5.0, 0.0], [-0.7, 0.9, 3.5]])


def scattered(pbc: bool | tuple[bool, bool, bool]) -> Atoms:
    positions = np.random.default_rng(1).normal(scale=9, size=(40, 3))
    return Atoms(["Fe"] * 40, positions, cell=SKEWED, pbc=pbc)


@pytest.mark.parametrize("pbc", [True, (True, False, True), (False, False, True)])
def test_wrapped_positions_are_in_the_cell_and_the_same_atoms(
    pbc: bool | tuple[bool, bool, bool],
) -> None:
    atoms = scattered(pbc)
    inside = wrapped(atoms)
    vectors = SKEWED[atoms.pbc]
    fractions = inside @ np.linalg.pinv(vectors)
    assert (fractions >= -1e-12).all()
    assert (fractions < 1 + 1e-12).all()
    steps = (inside - atoms.positions) @ np.linalg.pinv(vectors)
    np.testing.assert_allclose(steps, np.round(steps), atol=1e-9)
    np.testing.assert_allclose(steps @ vectors, inside - atoms.positions, atol=1e-9)
    if pbc is True:
        np.testing.assert_allclose(inside, wrap_positions(atoms.positions, SKEWED), atol=1e-6)


def test_without_periodicity_nothing_moves() -> None:
    atoms = scattered(False)
    np.testing.assert_array_equal(wrapped(atoms), atoms.positions)
    points, index = images_at_faces(atoms)
    np.testing.assert_array_equal(points, atoms.positions)
    np.testing.assert_array_equal(index, np.arange(40))


def test_an_atom_at_a_corner_has_images_at_all_corners() -> None:
    points, index = images_at_faces(Atoms("Fe2", [(0, 0, 0), (2, 2, 2)], cell=[4, 4, 4], pbc=True))
    corners = points[index == 0]
    assert sorted(map(tuple, corners.tolist())) == [
        (x, y, z) for x in (0, 4) for y in (0, 4) for z in (0, 4)
    ]
    assert (index == 1).sum() == 1


def test_images_within_a_radius_are_all_there() -> None:
    atoms = scattered(True)
    place, radius = np.array([1.0, -2.0, 30.0]), 7.0
    points, index = images_within(atoms, place, radius)
    probe = Atoms([*atoms.symbols, "H"], [*atoms.positions, place], cell=SKEWED, pbc=True)
    first, second, lengths = neighbor_list("ijd", probe, radius)
    expected = (first == 40) & (second != 40)
    np.testing.assert_allclose(
        np.sort(np.linalg.norm(points, axis=1)), np.sort(lengths[expected]), atol=1e-9
    )
    np.testing.assert_array_equal(np.sort(index), np.sort(second[expected]))


def test_a_tiny_negative_coordinate_is_not_put_on_the_upper_edge() -> None:
    edges = np.array([3.0, 5.0, 7.0])
    inside = into_box(np.array([[-1e-20, 5.0, 8.0]]), edges)
    np.testing.assert_allclose(inside, [[0, 0, 1]])
    assert (inside < edges).all()


def test_pairs_in_a_box_are_those_of_the_nearest_images() -> None:
    edges = np.array([6.0, 7.0, 8.0])
    atoms = Atoms(
        ["Fe"] * 30, np.random.default_rng(2).normal(scale=9, size=(30, 3)), cell=edges, pbc=True
    )
    first, second, bonds = pairs_in_box(atoms.positions, edges, 2.5)
    i, j, vectors = neighbor_list("ijD", atoms, 2.5)
    expected = {(a, b): v for a, b, v in zip(i.tolist(), j.tolist(), vectors, strict=True)}
    assert 2 * len(first) == len(i)
    for a, b, bond in zip(first.tolist(), second.tolist(), bonds, strict=True):
        np.testing.assert_allclose(bond, expected[a, b], atol=1e-9)


def test_those_that_stay_keep_apart_and_the_others_could_not() -> None:
    positions = 10 * np.random.default_rng(3).random((200, 3))
    stays = keep_apart(positions, 1.5, 10.0)
    differences = positions[:, None] - positions
    differences -= 10 * np.round(differences / 10)
    distances = np.linalg.norm(differences, axis=-1) + 99 * np.eye(200)
    assert distances[np.ix_(stays, stays)].min() > 1.5
    for gone in np.flatnonzero(~stays):
        assert distances[gone, :gone][stays[:gone]].min() <= 1.5
