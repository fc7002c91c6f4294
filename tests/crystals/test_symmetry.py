"""spglib's verdict, the baseline beside the network's."""

from typing import Any

import numpy as np
import pytest
from ase import Atoms

import facecrystal_widgets as fc
from facecrystal_widgets.crystals.classes import CLASSES


@pytest.mark.parametrize("crystal_class", CLASSES, ids=lambda c: c.label)
def test_the_four_classes_are_found_as_cell_and_as_cluster(
    crystal_class: fc.CrystalClass,
) -> None:
    atoms = fc.prototype(crystal_class.label, "Cu")
    for structure in (atoms, fc.build_cluster(atoms)):
        found = fc.find_symmetry(structure)
        assert (found.number, found.symbol) == (crystal_class.space_group, crystal_class.symbol)
        assert found.label == crystal_class.label


@pytest.mark.parametrize(
    ("name", "element", "number"),
    [
        ("hcp", "Mg", 194),
        ("rocksalt", "NaCl", 225),
        ("zincblende", "ZnS", 216),
        ("cesiumchloride", "CsCl", 221),
    ],
)
def test_the_other_prototypes_are_what_they_are_called(
    name: str, element: str, number: int
) -> None:
    assert fc.find_symmetry(fc.prototype(name, element)).number == number


def test_one_vacancy_ends_the_symmetry_while_the_network_holds() -> None:
    broken = fc.DefectRecipe(vacancies=0.3, seed=1).apply(
        fc.build_cluster(fc.prototype("bcc", "Fe"))
    )
    assert fc.find_symmetry(broken).symbol == "P1"
    assert fc.classify(broken).label == "bcc"


def test_a_larger_tolerance_forgives_displacements() -> None:
    cluster = fc.build_cluster(fc.prototype("fcc", "Al"))
    broken = fc.DefectRecipe(displacement=0.02, seed=1).apply(cluster)
    assert fc.find_symmetry(broken, 1e-4).number == 1
    assert fc.find_symmetry(broken, 0.3).number == 225


@pytest.mark.parametrize("symprec", [0, -0.1, np.nan, np.inf, 11, "0.1", None, True])
def test_the_tolerance_is_checked(symprec: Any) -> None:
    with pytest.raises(ValueError, match="symprec: expected a distance in Å"):
        fc.find_symmetry(fc.prototype("bcc", "Fe"), symprec)


@pytest.mark.parametrize(
    "atoms",
    [
        Atoms(),
        Atoms("Fe"),
        Atoms("Fe", cell=[1, 1, 0], pbc=True),
        Atoms("Fe", cell=[np.nan, 1, 1], pbc=True),
        Atoms("Fe", [[np.inf, 0, 0]], cell=[3, 3, 3], pbc=True),
    ],
    ids=["empty", "no cell", "flat", "nan cell", "infinite"],
)
def test_a_structure_without_a_cell_is_refused(atoms: Atoms) -> None:
    with pytest.raises(ValueError, match="spglib needs a periodic cell"):
        fc.find_symmetry(atoms)


def test_coinciding_atoms_have_no_symmetry(capfd: pytest.CaptureFixture[str]) -> None:
    twice = Atoms("Fe2", cell=[3, 3, 3], pbc=True)
    found = fc.find_symmetry(twice)
    assert (found.number, found.symbol, found.label) == (None, None, None)
    assert capfd.readouterr().err == ""
