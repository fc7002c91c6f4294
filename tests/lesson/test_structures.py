"""Crystals of the exercises: turned, and per atom."""

import numpy as np
import pytest

import facecrystal_widgets as fc
from facecrystal_widgets.lesson import structures


def test_a_turned_crystal_is_the_same_crystal() -> None:
    cluster = fc.build_cluster(fc.prototype("fcc", "Cu"))
    turned = structures.turned(cluster, 45)
    assert fc.bond_length(turned) == pytest.approx(fc.bond_length(cluster))
    assert not np.allclose(turned.positions, cluster.positions)
    assert fc.preparation(turned).kind == "as-given"
    np.testing.assert_array_equal(
        turned.positions, structures.turned(cluster, structures.about_z(45)).positions
    )
    np.testing.assert_allclose(structures.about_z(90) @ [1, 0, 0], [0, 1, 0], atol=1e-12)


def test_the_intensity_per_atom_is_nearly_n_squared_beside_the_beam() -> None:
    cluster = structures.example_cluster("bcc")
    intensity = structures.intensity_per_atom(cluster)
    assert 0.7 < intensity.max() / len(cluster) ** 2 < 1  # no pixel lies at the very centre
    unit = fc.bond_length(cluster)
    np.testing.assert_array_equal(intensity, structures.intensity_per_atom(cluster, unit))
    assert structures.intensity_per_atom(cluster, unit, fc.Detector(pixels=16)).shape == (16, 16)
