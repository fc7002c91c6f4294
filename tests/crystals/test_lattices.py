"""The table of lattices, and what follows from a row."""

from typing import Any

import numpy as np
import pytest

import facecrystal_widgets as fc
from facecrystal_widgets.crystals.classes import LABELS
from facecrystal_widgets.crystals.elements import volume_per_atom
from facecrystal_widgets.crystals.lattices import IDEAL_C_OVER_A, LATTICES, Lattice
from facecrystal_widgets.crystals.prototypes import default_lattice_constant

SYMBOLS = {
    "fcc": "Fm-3m", "diamond": "Fd-3m", "bcc": "Im-3m", "sc": "Pm-3m", "hcp": "P6_3/mmc",
    "rocksalt": "Fm-3m", "zincblende": "F-43m", "cesiumchloride": "Pm-3m", "dhcp": "P6_3/mmc",
    "hexagonal": "P6/mmm", "graphite": "P6_3/mmc", "beta-tin": "I4_1/amd", "bct": "I4/mmm",
}  # fmt: skip
BONDS = {
    "fcc": 0.5**0.5, "diamond": 3**0.5 / 4, "bcc": 3**0.5 / 2, "sc": 1.0, "hcp": 1.0,
    "rocksalt": 0.5, "zincblende": 3**0.5 / 4, "cesiumchloride": 3**0.5 / 2,
}  # fmt: skip


def filled(lattice: Lattice) -> str:
    """An element or a compound to fill it with."""
    return lattice.example or "Fe"


def test_prototypes_stay_in_their_order() -> None:
    assert [name for name in fc.PROTOTYPES if name in BONDS] == [*BONDS]
    assert [row.name for row in fc.PROTOTYPES.values() if row.label] == [*LABELS]
    assert fc.PROTOTYPES["hcp"].title == "hexagonal close-packed"


@pytest.mark.parametrize(("name", "bond"), BONDS.items())
def test_bonds_are_exact(name: str, bond: float) -> None:
    assert fc.PROTOTYPES[name].bond == bond


@pytest.mark.parametrize("lattice", LATTICES.values(), ids=LATTICES)
def test_every_row_makes_a_crystal(lattice: Lattice) -> None:
    atoms = fc.prototype(lattice.name, filled(lattice))
    a = default_lattice_constant(lattice.name, filled(lattice))
    distances = atoms.repeat(3).get_all_distances(mic=True)
    assert distances[distances > 1e-6].min() == pytest.approx(lattice.bond * a)
    assert atoms.cell.volume / len(atoms) == pytest.approx(lattice.volume_per_atom * a**3)
    assert fc.find_symmetry(atoms).symbol == SYMBOLS[lattice.name]
    assert f"``{lattice.name}``" in (fc.prototype.__doc__ or "")


@pytest.mark.parametrize("name", [name for name, row in LATTICES.items() if row.c_over_a])
@pytest.mark.parametrize("ratio", [0.8, 1.3])
def test_another_ratio_of_axes_keeps_the_volume(name: str, ratio: float) -> None:
    atoms = fc.prototype(name, "Fe", c_over_a=ratio)
    a, _, c = atoms.cell.lengths()
    assert c / a == pytest.approx(ratio)
    assert atoms.cell.volume / len(atoms) == pytest.approx(volume_per_atom("Fe"))
    given = fc.prototype(name, "Fe", 3.0, ratio)
    np.testing.assert_allclose(given.cell.lengths(), [3, 3, 3 * ratio])


def test_axes_are_ideal_or_measured_by_default() -> None:
    hcp, graphite = (
        fc.prototype(*pair).cell.lengths() for pair in (("hcp", "Mg"), ("graphite", "C"))
    )
    assert hcp[2] / hcp[0] == pytest.approx(IDEAL_C_OVER_A)
    np.testing.assert_allclose(graphite, [2.464, 2.464, 6.711], atol=0.01)


@pytest.mark.parametrize("name", ["fcc", "rocksalt"])
def test_a_cubic_lattice_has_no_ratio_of_axes(name: str) -> None:
    with pytest.raises(ValueError, match=r"c_over_a: expected none for .* cubic, received 1.1"):
        fc.prototype(name, filled(LATTICES[name]), c_over_a=1.1)


@pytest.mark.parametrize("ratio", [0, 11, np.nan, "1"])
def test_the_ratio_of_axes_is_checked(ratio: Any) -> None:
    with pytest.raises(ValueError, match=r"c_over_a: expected a number from 0.1 to 10"):
        fc.prototype("bct", "Fe", c_over_a=ratio)


@pytest.mark.parametrize("name", ["beta-tin", "Beta tin", "BETA_TIN"])
def test_names_with_a_hyphen_are_read_generously(name: str) -> None:
    assert fc.find_symmetry(fc.prototype(name, "Sn")).symbol == "I4_1/amd"
