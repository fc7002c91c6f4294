"""The record of how a cluster was cut from a structure."""

from dataclasses import dataclass, fields

from ase import Atoms

from ..display import Result
from .classes import class_of_space_group

RECORD = "facecrystal"
"""Where in ``atoms.info`` the :class:`Preparation` of a cluster stands, as a dictionary."""


@dataclass(frozen=True, repr=False)
class Preparation(Result):
    """The steps from a structure to its cluster.

    Attributes
    ----------
    kind : ``"conventional"`` (spglib's conventional standard cell of a cubic crystal, replicated),
        ``"as-is"`` (the periodic cell as it stands) or ``"as-given"`` (a non-periodic structure).
    space_group, symbol : number and Hermann-Mauguin symbol that spglib found, or None.
    replicas : number of cells along the three axes.
    note : the same as a phrase, for people.
    cell : rows are the lattice vectors of the replicated cell, Angstrom, (3, 3); None unless it is
        periodic along all three and holds at most `MAX_SYMMETRY_ATOMS`.
    cell_numbers, cell_positions : atomic numbers (n,) and fractional positions (n, 3) in that cell.
    remarks : sentences on what the reader of the file had to guess.
    """

    kind: str
    space_group: int | None
    symbol: str | None
    replicas: tuple[int, int, int]
    note: str
    cell: tuple[tuple[float, ...], ...] | None = None
    cell_numbers: tuple[int, ...] = ()
    cell_positions: tuple[tuple[float, ...], ...] = ()
    remarks: tuple[str, ...] = ()


AS_GIVEN = Preparation("as-given", None, None, (1, 1, 1), "atoms and axes taken exactly as given")


def preparation(atoms: Atoms) -> Preparation:
    """The record that :func:`build_cluster` left with `atoms`, or that of atoms as given."""
    record = atoms.info.get(RECORD)
    if isinstance(record, dict) and set(record) == {field.name for field in fields(Preparation)}:
        return Preparation(**record)
    return AS_GIVEN


def prototype_label(record: Preparation) -> str | None:
    """The class whose lattice the replicated cell has, all sites alike, or None."""
    known = class_of_space_group(record.space_group)
    if (
        known is not None
        and record.kind == "conventional"
        and len(record.cell_numbers) == known.atoms_in_cell
        and len(set(record.cell_numbers)) == 1
    ):
        return known.label
    return None
