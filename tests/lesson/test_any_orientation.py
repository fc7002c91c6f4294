"""The exercises of notebook 8: a right answer, typical wrong ones, an empty one."""

from collections.abc import Callable
from typing import Any

import numpy as np
from matplotlib.figure import Figure

import facecrystal_widgets as fc
from facecrystal_widgets.evaluation.robustness.scores import auroc
from facecrystal_widgets.lesson import any_orientation, outside_classes, polycrystals, structures
from facecrystal_widgets.orientation.rotations import misorientation as smallest_angle
from facecrystal_widgets.reading.examples import example
from facecrystal_widgets.specimens.single_crystals import crystal
from facecrystal_widgets.specimens.specimen import random_rotations


def waves(positions: np.ndarray, star: np.ndarray) -> np.ndarray:
    return np.asarray(np.exp(-1j * positions @ star.T).sum(axis=0))


def right_brightness(positions: np.ndarray, star: np.ndarray) -> Any:
    return np.mean(np.abs(waves(positions, star)) ** 2) / len(positions) ** 2


def angles(one: np.ndarray, other: np.ndarray, cube: np.ndarray) -> np.ndarray:
    traces = np.trace(one.T @ other @ cube, axis1=1, axis2=2)
    return np.asarray(np.rad2deg(np.arccos(np.clip((traces - 1) / 2, -1, 1))))


RIGHT: dict[Callable[[Any], str], Callable[..., Any]] = {
    any_orientation.brightness: right_brightness,
    outside_classes.is_crystal: lambda heights: heights.min() > 0.1,
    outside_classes.auroc: auroc,
    polycrystals.misorientation: lambda one, other, cube: angles(one, other, cube).min(),
}

WRONG: tuple[tuple[Callable[[Any], str], Any, str], ...] = (
    (any_orientation.brightness, lambda r, q: waves(r, q).mean(), "A detector sees"),
    (any_orientation.brightness, lambda r, q: np.abs(waves(r, q)) ** 2 / len(r) ** 2, "one number"),
    (
        any_orientation.brightness,
        lambda r, q: right_brightness(r, q) * len(q),
        "sum over the reflections",
    ),
    (any_orientation.brightness, lambda r, q: right_brightness(r, q) * len(r), "not by N"),
    (any_orientation.brightness, lambda r, q: right_brightness(r, q) * len(r) ** 2, "Divide by N²"),
    (any_orientation.brightness, lambda r, q: np.abs(waves(r, q)).mean() / len(r), "square it"),
    (
        any_orientation.brightness,
        lambda r, q: np.abs(waves(r, q).sum()) ** 2 / (len(r) * len(q)) ** 2,
        "must not be added up",
    ),
    (any_orientation.brightness, lambda r, q: 0.5, "sum over the rows"),
    (any_orientation.brightness, 1.0, "your function itself"),
    (outside_classes.is_crystal, lambda heights: heights.mean() > 0.4, "rejects iron with σ"),
    (outside_classes.is_crystal, lambda heights: heights.mean() > 0.3, "accepts tetragonal iron"),
    (outside_classes.is_crystal, lambda heights: heights.max() > 0.5, "accepts hcp magnesium"),
    (outside_classes.is_crystal, lambda heights: heights.min() > 0.5, "rejects iron with σ"),
    (outside_classes.is_crystal, lambda heights: heights > 0.1, "True or False"),
    (outside_classes.auroc, lambda a, b: np.mean(a[:, None] > b), "ties"),
    (outside_classes.auroc, lambda a, b: np.mean(a[:, None] >= b), "ties"),
    (outside_classes.auroc, lambda a, b: 1 - auroc(a, b), "Turned round"),
    (outside_classes.auroc, lambda a, b: auroc(a, b) * len(a) * len(b), "number of pairs"),
    (outside_classes.auroc, lambda a, b: a.mean() - b.mean(), "compares every one"),
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


# --- what is revealed, and what the text says of it -----------------------------------------------


def test_turned_crystals_are_misread_and_put_right() -> None:
    words, figure = any_orientation.reveal_turned()
    right, mean = str(words).split("**")[1::2][:2]
    assert 0.15 < int(right.split()[0]) / int(right.split()[2]) <= 0.5
    assert float(mean) > 0.75
    assert isinstance(figure, Figure)
    for label, group in any_orientation.turned_crystals().items():
        assert {verdict.label for verdict in fc.classify(group, orientation="search")} == {label}


def test_magnesium_lacks_most_of_the_reflections() -> None:
    words, figure = outside_classes.reveal_hcp()
    assert "4 of 13 reflections of fcc present" in str(words)
    of_copper, of_magnesium = ([bar.get_height() for bar in p.patches] for p in figure.axes)
    assert min(of_copper) > 0.5
    assert min(of_magnesium) < 0.05


def test_trust_falls_between_bcc_and_fcc_and_the_probability_does_not() -> None:
    ratios, verdicts = outside_classes.bain_path()
    assert (verdicts[0].label, verdicts[-1].label) == ("bcc", "fcc")
    assert min(verdict.probability for verdict in verdicts) > 0.99
    assert [v.trusted for v in (verdicts[0], verdicts[len(ratios) // 2], verdicts[-1])] == [
        *(True, False, True)
    ]
    words, figure = outside_classes.reveal_bain()
    told = float(str(words).split("**")[1])
    assert 0.99 < told <= min(verdict.probability for verdict in verdicts)
    assert isinstance(figure, Figure)


def test_trust_separates_what_the_probability_does_not() -> None:
    inside, outside = (
        fc.classify(group, orientation="search") for group in outside_classes.outside_classes()
    )
    assert all(verdict.trusted for verdict in inside)
    assert not any(verdict.trusted for verdict in outside)
    assert auroc(*(np.array([v.probability for v in g]) for g in (inside, outside))) < 0.9
    assert len(outside_classes.draw_outside_classes(inside, outside).axes[0].lines) == 3


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


def test_what_it_still_cannot_do_is_as_the_notebook_says() -> None:
    copper = fc.build_cluster(fc.prototype("fcc", "Cu"))
    shaken = [fc.DefectRecipe(displacement=d, seed=1).apply(copper) for d in (0.25, 0.3, 0.4)]
    assert [fc.classify(atoms).trusted for atoms in shaken] == [True, False, False]
    assert "cannot tell" in fc.classify(copper[:12], orientation="search").reason
    salt = fc.classify(fc.prototype("rocksalt", "NaCl"))
    assert (salt.label, salt.trusted) == ("sc", False)
    assert "species in order" in salt.reason


def test_the_block_as_a_whole_is_one_sphere_of_it() -> None:
    words = polycrystals.reveal_whole()
    assert "no long-range order along the given axes" in words
    assert "atoms at the centre" in words


def test_graphite_passes_the_simple_rule() -> None:
    """As the last page of the notebook says."""
    graphite = crystal("graphite", "C").cut(structures.ATOMS, "sphere", 1).atoms
    fit = fc.find_orientation(graphite)
    assert (fit.lattice, len(fit.intensities)) == ("fcc", 13)
    assert fit.intensities.min() > 0.69
    assert "orientation ambiguous" in fc.classify(graphite).reason


def test_found_grains_stand_beside_the_true_ones() -> None:
    true = random_rotations(np.random.default_rng(0), 2)
    lines = polycrystals.table_of_angles(smallest_angle, [true[1], true[0]], true).splitlines()
    assert [line.split() for line in lines[1:]] == [["0", "1", "0.0°"], ["1", "0", "0.0°"]]
    scan = any_orientation.draw_scan({"a": [0, 1]}, np.arange(2))
    assert list(scan.axes[0].lines[0].get_ydata()) == [0, 1]
