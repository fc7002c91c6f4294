"""The four crystal classes of the paper, in the order used everywhere."""

from dataclasses import dataclass


@dataclass(frozen=True)
class CrystalClass:
    """One class the network knows.

    Attributes
    ----------
    label : short name, e.g. ``"bcc"``.
    symbol : Hermann-Mauguin symbol of its space group, e.g. ``"Im-3m"``.
    space_group : number of that space group in the International Tables.
    atoms_in_cell : number of atoms in its conventional cell.
    colour : hex colour of its bars and curves (Okabe-Ito palette, safe for colour-blind readers).
    """

    label: str
    symbol: str
    space_group: int
    atoms_in_cell: int
    colour: str


CLASSES = (
    CrystalClass("fcc", "Fm-3m", 225, 4, "#0072B2"),
    CrystalClass("diamond", "Fd-3m", 227, 8, "#E69F00"),
    CrystalClass("bcc", "Im-3m", 229, 2, "#009E73"),
    CrystalClass("sc", "Pm-3m", 221, 1, "#CC79A7"),
)

LABELS = tuple(crystal_class.label for crystal_class in CLASSES)
