"""The crystal classes: one row of `CLASSES` holds every fact of a class.

Prototypes, strongest reflections, curves and colours follow from the rows. To add a class,
add a row; lattices outside the classes are rows of :mod:`.lattices`.
"""

from collections.abc import Mapping
from dataclasses import dataclass

Sites = tuple[tuple[float, float, float], ...]
"""Fractional positions."""

FCC: Sites = ((0.0, 0.0, 0.0), (0.0, 0.5, 0.5), (0.5, 0.0, 0.5), (0.5, 0.5, 0.0))
BODY_CENTRED: Sites = ((0.0, 0.0, 0.0), (0.5, 0.5, 0.5))
PRIMITIVE: Sites = ((0.0, 0.0, 0.0),)


def shifted(sites: Sites, shift: float) -> Sites:
    """The sites moved by the same fraction along all three axes."""
    return tuple((x + shift, y + shift, z + shift) for x, y, z in sites)


@dataclass(frozen=True)
class CrystalClass:
    """A cubic class that the network knows.

    Attributes
    ----------
    label : short name, e.g. ``"bcc"``.
    symbol : Hermann-Mauguin symbol of its space group, e.g. ``"Im-3m"``.
    space_group : number of that space group in the International Tables.
    colour : hex colour of its bars and curves (Okabe-Ito palette, safe for colour-blind readers).
    marker : matplotlib's name of the marker of its curves.
    title : name of its lattice, for people.
    positions : fractional positions in its conventional cell.
    example : an element that crystallises in the class.
    specimen : element of its large specimens; a key of :data:`.dynamics.DEBYE`.
    superlattice : families of reflections at which ordered species show, as Miller indices of the
        conventional cell: zinc blende at 200, caesium chloride at 100, rock salt at ½½½.
    look_alikes : lattices and faults that lack some of its reflections and have the others.
    sublattice : name of the part of its sites that ``DefectRecipe.removal`` removes, or "".
    leaves : label of the class that stays in the same cell when that part is gone, or "".
    ovito : name of its type in OVITO's polyhedral template matching.
    """

    label: str
    symbol: str
    space_group: int
    colour: str
    marker: str
    title: str
    positions: Sites
    example: str
    specimen: str
    superlattice: Sites
    look_alikes: str = "another lattice"
    sublattice: str = ""
    leaves: str = ""
    ovito: str = ""

    @property
    def atoms_in_cell(self) -> int:
        """Number of atoms in its conventional cell."""
        return len(self.positions)


CLASSES = (
    CrystalClass(
        label="fcc",
        symbol="Fm-3m",
        space_group=225,
        colour="#0072B2",
        marker="s",
        title="face-centred cubic",
        positions=FCC,
        example="Cu",
        specimen="Al",
        superlattice=((1, 0, 0), (1, 1, 0), (0.5, 0.5, 0.5), (1, 0.5, 0)),
        look_alikes="hcp or a stacking fault",
        ovito="FCC",
    ),
    CrystalClass(
        label="diamond",
        symbol="Fd-3m",
        space_group=227,
        colour="#E69F00",
        marker="^",
        title="diamond",
        positions=FCC + shifted(FCC, 0.25),
        example="Si",
        specimen="Si",
        superlattice=((2, 0, 0), (1, 0, 0), (1, 1, 0), (0.5, 0.5, 0.5)),
        look_alikes="lonsdaleite or a stacking fault",
        sublattice="second fcc sublattice",
        leaves="fcc",
        ovito="CUBIC_DIAMOND",
    ),
    CrystalClass(
        label="bcc",
        symbol="Im-3m",
        space_group=229,
        colour="#009E73",
        marker="o",
        title="body-centred cubic",
        positions=BODY_CENTRED,
        example="Fe",
        specimen="Fe",
        superlattice=((1, 0, 0), (0.5, 0.5, 0.5), (0.5, 0.5, 0)),
        sublattice="body centres",
        leaves="sc",
        ovito="BCC",
    ),
    CrystalClass(
        label="sc",
        symbol="Pm-3m",
        space_group=221,
        colour="#CC79A7",
        marker="D",
        title="simple cubic",
        positions=PRIMITIVE,
        example="Po",
        specimen="W",
        superlattice=((0.5, 0.5, 0.5), (0.5, 0.5, 0), (0.5, 0, 0)),
        ovito="SC",
    ),
)
"""The four of the paper, in the order used everywhere."""

LABELS = tuple(known.label for known in CLASSES)
BY_LABEL: Mapping[str, CrystalClass] = {known.label: known for known in CLASSES}
COLOURS: Mapping[str, str] = {known.label: known.colour for known in CLASSES}

TRANSITIONS: Mapping[str, str] = {
    known.label: known.leaves
    for known in sorted(CLASSES, key=lambda known: known.atoms_in_cell)
    if known.leaves
}
"""Label of a class to that of the class left without its sublattice; small cells first."""


def class_of_space_group(number: int | None) -> CrystalClass | None:
    """The class with the space group of this number, or None."""
    return next((known for known in CLASSES if known.space_group == number), None)
