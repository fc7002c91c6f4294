"""Geometry of the 3D view."""

import numpy as np

import facecrystal_widgets as fc
from facecrystal_widgets.widgets import scene


def test_absent_atoms_lie_upon_present_ones() -> None:
    cluster = fc.build_cluster(fc.prototype("rocksalt", "NaCl"))
    recipe = fc.DefectRecipe(vacancies=0.4, substitution=0.5, species=("K", "Br"), seed=1)
    broken = recipe.apply(cluster)
    every = np.arange(len(cluster))
    sites = [every, *(np.flatnonzero(cluster.numbers == z) for z in (11, 17)), every, every]
    coordinates, empty = scene.component_coordinates(
        broken, cluster, recipe, sites, [None, 11, 17, None, None]
    )
    assert not any(empty.values())
    for index, number in enumerate((11, 17, 19, 35), start=1):
        own = broken.positions[broken.numbers == number]
        drawn = np.unique(coordinates[index], axis=0)
        np.testing.assert_array_equal(drawn, np.unique(own, axis=0))
