"""Notebook 8: missing atoms, several grains, and the misorientation between them."""

from typing import ClassVar

import numpy as np
from exercises import Exercises
from matplotlib.figure import Figure

import facecrystal_widgets as fc
from facecrystal_widgets.lesson import polycrystals
from facecrystal_widgets.orientation.rotations import misorientation as smallest_angle
from facecrystal_widgets.reading.examples import example
from facecrystal_widgets.specimens.specimen import random_rotations


def angles(one: np.ndarray, other: np.ndarray, cube: np.ndarray) -> np.ndarray:
    traces = np.trace(one.T @ other @ cube, axis1=1, axis2=2)
    return np.asarray(np.rad2deg(np.arccos(np.clip((traces - 1) / 2, -1, 1))))


class TestExercises(Exercises):
    right: ClassVar = {
        polycrystals.misorientation: lambda one, other, cube: angles(one, other, cube).min(),
    }
    wrong = (
        (
            polycrystals.misorientation,
            lambda one, other, cube: np.deg2rad(angles(one, other, cube).min()),
            "radians",
        ),
        (
            polycrystals.misorientation,
            lambda one, other, cube: angles(one, other, np.eye(3)[None])[0],
            "names",
        ),
        (
            polycrystals.misorientation,
            lambda one, other, cube: angles(one, other, cube).max(),
            "largest",
        ),
        (polycrystals.misorientation, lambda one, other, cube: 0.0, "trace"),
        (polycrystals.misorientation, lambda one, other, cube: "30°", "Expected a number"),
    )


def test_four_fifths_of_a_nanoparticle_may_be_missing() -> None:
    thinned = polycrystals.thinned_particles()
    for missing, verdicts in thinned.items():
        if missing <= 0.8:
            assert all(verdict.label == "bcc" and verdict.trusted for verdict in verdicts)
    assert not any(verdict.trusted for verdict in (*thinned[0.9], *thinned[0.95]))
    assert {verdict.label for verdict in thinned[0.95]} != {"bcc"}
    words, figure = polycrystals.reveal_missing()
    assert "**80 %**" in str(words)
    assert "**0** of these are trusted" in str(words)
    assert isinstance(figure, Figure)


def test_the_shipped_block_is_the_one_whose_grains_are_known() -> None:
    block = fc.read_structure(example("four-grains.xyz"), "four-grains.xyz")
    truth = polycrystals.four_grains()
    np.testing.assert_allclose(block.positions, truth.atoms.positions, atol=1e-3)
    assert len(block) == len(truth.depths)


def test_the_block_as_a_whole_is_one_sphere_of_it() -> None:
    words = polycrystals.reveal_whole()
    assert "no long-range order along the given axes" in words
    assert "atoms at the centre" in words


def test_found_grains_stand_beside_the_true_ones() -> None:
    true = random_rotations(np.random.default_rng(0), 2)
    table = polycrystals.table_of_angles(
        lambda first, second: float(smallest_angle(first, second)), [true[1], true[0]], list(true)
    )
    lines = table.splitlines()
    assert [line.split() for line in lines[1:]] == [["0", "1", "0.0°"], ["1", "0", "0.0°"]]
