"""The prototype structures and their default sizes."""

from typing import Any

import numpy as np
import pytest
from ase import Atoms
from ase.data import reference_states

import facecrystal_widgets as fc
from facecrystal_widgets.crystals.classes import CLASSES
from facecrystal_widgets.crystals.elements import COMPOUNDS, ELEMENTS, volume_per_atom
from facecrystal_widgets.crystals.preparation import prototype_label
from facecrystal_widgets.crystals.prototypes import default_lattice_constant


def nearest(atoms: Atoms) -> float:
    distances = atoms.repeat(2).get_all_distances(mic=True)
    return float(distances[distances > 1e-6].min())


def test_every_element_in_every_prototype_has_a_sensible_bond() -> None:
    for name in ("fcc", "diamond", "bcc", "sc", "hcp"):
        for element in ELEMENTS:
            atoms = fc.prototype(name, element)
            bond = nearest(atoms)
            assert 1.4 < bond < 5.6, (name, element)
            assert bond == pytest.approx(
                fc.PROTOTYPES[name].bond * default_lattice_constant(name, element)
            )


@pytest.mark.parametrize(
    ("name", "element", "expected"),
    [
        ("bcc", "Fe", 2.87),
        ("fcc", "Cu", 3.61),
        ("diamond", "Si", 5.43),
        ("sc", "Po", 3.35),
        ("bcc", "W", 3.16),
        ("hcp", "Mg", 3.21),
        ("rocksalt", "NaCl", 5.64),
        ("rocksalt", "ClNa", 5.64),
        ("cesiumchloride", "CsCl", 4.123),
        ("zincblende", "ZnS", 5.409),
    ],
)
def test_lattice_constants_are_the_measured_ones(name: str, element: str, expected: float) -> None:
    assert default_lattice_constant(name, element) == pytest.approx(expected, abs=0.011)


def test_other_prototypes_keep_the_volume_per_atom() -> None:
    iron = 2.87**3 / 2
    for name in ("fcc", "diamond", "bcc", "sc"):
        atoms = fc.prototype(name, "Fe")
        assert atoms.cell.volume / len(atoms) == pytest.approx(iron)
    assert volume_per_atom("Se") == pytest.approx(27.4)  # chains, though ase.data says hcp
    assert reference_states[34]["symmetry"] == "hcp"
    assert fc.prototype("hcp", "Se").cell.volume / 2 == pytest.approx(27.4)


@pytest.mark.parametrize("crystal_class", CLASSES, ids=lambda c: c.label)
def test_prototypes_are_recognised_as_their_class(crystal_class: fc.CrystalClass) -> None:
    atoms = fc.prototype(crystal_class.label, "Cu")
    assert len(atoms) == crystal_class.atoms_in_cell
    assert prototype_label(fc.preparation(fc.build_cluster(atoms))) == crystal_class.label


def test_compounds_hold_both_species_in_equal_parts() -> None:
    for name, element in COMPOUNDS:
        atoms = fc.prototype(name, element)
        assert sorted(np.unique(atoms.numbers, return_counts=True)[1]) == [len(atoms) // 2] * 2
        assert atoms.get_chemical_formula("reduce").count(atoms.symbols[0])
        assert 1.3 < nearest(atoms) < 4.2


def test_unlisted_compounds_have_touching_atoms() -> None:
    assert nearest(fc.prototype("rocksalt", "LiCl")) == pytest.approx(1.28 + 1.02)


@pytest.mark.parametrize("name", ["rock salt", "Rock-Salt", "ROCKSALT"])
def test_names_are_read_generously(name: str) -> None:
    assert len(fc.prototype(name, "NaCl")) == 8
    assert len(fc.prototype("caesium chloride", "CsCl")) == 2


@pytest.mark.parametrize("name", ["", "quasicrystal", None, 3, ["bcc"]])
def test_unknown_names_are_refused(name: Any) -> None:
    with pytest.raises(ValueError, match="name: expected one of fcc, diamond"):
        fc.prototype(name, "Fe")


@pytest.mark.parametrize("element", ["", "fe", "Xx", "X", "Es", "FeCr", "Fe2", "Fe ", None, 26])
def test_unknown_elements_are_refused(element: Any) -> None:
    with pytest.raises(ValueError, match=r"element: .*received"):
        fc.prototype("bcc", element)


@pytest.mark.parametrize("element", ["Na", "NaNa", "NaClK", "NaXx", "Na Cl"])
def test_a_compound_needs_two_elements(element: str) -> None:
    with pytest.raises(ValueError, match=r"element: .*received"):
        fc.prototype("rocksalt", element)


@pytest.mark.parametrize("a", [0, -1, 0.09, 101, np.nan, np.inf, "3", True, [3]])
def test_the_lattice_constant_is_checked(a: Any) -> None:
    with pytest.raises(ValueError, match="lattice_constant: expected a length in Å"):
        fc.prototype("bcc", "Fe", a)
