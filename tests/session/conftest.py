"""Sessions and files that the tests of this room share."""

from collections.abc import Callable

import pytest

import facecrystal_widgets as fc
from facecrystal_widgets.session.session import Session

CIF = b"""data_W
_cell_length_a 3.165
_cell_length_b 3.165
_cell_length_c 3.165
_cell_angle_alpha 90
_cell_angle_beta 90
_cell_angle_gamma 90
_space_group_name_H-M_alt 'I m -3 m'
loop_
_atom_site_label
_atom_site_type_symbol
_atom_site_fract_x
_atom_site_fract_y
_atom_site_fract_z
W1 W 0 0 0
"""


@pytest.fixture
def session() -> Session:
    return Session(strict=True)


@pytest.fixture
def tungsten() -> bytes:
    """A CIF file of bcc tungsten."""
    return CIF


@pytest.fixture
def turned_block() -> Callable[[int], bytes]:
    """An XYZ file of `cells`³ atoms: simple cubic iron, 2.5 Å, turned by 25 degrees."""

    def file(cells: int) -> bytes:
        atoms = fc.prototype("sc", "Fe", 2.5).repeat(cells)
        atoms.rotate(25, (1, 2, 3))
        lines = [f"Fe {x:.8f} {y:.8f} {z:.8f}" for x, y, z in atoms.positions]
        return "\n".join([str(len(lines)), "", *lines]).encode()

    return file
