"""From a structure to a cluster of about 128 atoms (Methods, "Two-dimensional diffraction
fingerprint").

Clusters are plain :class:`ase.Atoms` without periodicity whose cell is the block of replicas they
were cut from, so that periodic methods can be run on the same atoms. How a cluster was made stands
in ``cluster.info["facecrystal"]`` and is read back with :func:`preparation`.
"""

from dataclasses import asdict, dataclass, fields, replace
from itertools import product

import numpy as np
from ase import Atoms
from ase.data import chemical_symbols

from .arguments import check_whole_number
from .classes import CLASSES
from .symmetry import symmetry_dataset

RECORD = "facecrystal"
"""Where in ``atoms.info`` the :class:`Preparation` of a cluster stands, as a dictionary."""
SYMPREC = 0.01
"""Distance tolerance (Angstrom) with which spglib looks for the conventional standard cell."""
MAX_ATOMS = 100_000
"""Largest structure that is taken; the direct sum over atoms would make larger ones crawl."""
MAX_SYMMETRY_ATOMS = 512
"""Larger cells are taken as they stand. Atoms that are displaced by about the tolerance make spglib
search again and again: up to 15 s for 500 atoms, 100 s for 1,000."""
MIN_DISTANCE = 0.05
"""Two atoms closer than this (Angstrom) are taken for the same site given twice."""
MAX_LENGTH = 1e9
"""Largest coordinate (Angstrom): beyond it a double no longer resolves a bond to 1e-7."""


class StructureError(ValueError):
    """A structure that cannot be used; the message says what is wrong with it and what to do."""


@dataclass(frozen=True)
class Preparation:
    """How a cluster was made from a structure.

    Attributes
    ----------
    kind : ``"conventional"`` (spglib's conventional standard cell of a cubic crystal, replicated),
        ``"as-is"`` (the periodic cell as it stands) or ``"as-given"`` (a non-periodic structure).
    space_group, symbol : number and Hermann-Mauguin symbol that spglib found, or None.
    replicas : number of cells along the three axes.
    note : the same in words, for people.
    cell : rows are the lattice vectors of the replicated cell, Angstrom, (3, 3); None unless it is
        periodic along all three and holds at most `MAX_SYMMETRY_ATOMS`.
    cell_numbers, cell_positions : atomic numbers (n,) and fractional positions (n, 3) in that cell.
    remarks : what reading the file had to guess, in sentences.
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
    """How `atoms` was made: the record that :func:`build_cluster` left, or "as given"."""
    record = atoms.info.get(RECORD)
    if isinstance(record, dict) and set(record) == {field.name for field in fields(Preparation)}:
        return Preparation(**record)
    return AS_GIVEN


def prototype_label(made: Preparation) -> str | None:
    """The class of the four whose lattice the replicated cell has, or None."""
    for known in CLASSES:
        if (
            made.kind == "conventional"
            and made.space_group == known.space_group
            and len(made.cell_numbers) == known.atoms_in_cell
            and len(set(made.cell_numbers)) == 1
        ):
            return known.label
    return None


def check_structure(atoms: Atoms) -> None:
    """Raise :class:`StructureError` unless `atoms` is something that can scatter.

    Checked: at least one atom and at most `MAX_ATOMS`, known elements, finite positions within
    `MAX_LENGTH`, and independent cell vectors along the periodic directions. TypeError for what is
    no structure at all.
    """
    if not isinstance(atoms, Atoms):
        raise TypeError(
            f"atoms: expected an ase.Atoms, received {type(atoms).__name__}; files are read with "
            "read_structure"
        )
    if len(atoms) == 0:
        raise StructureError("the structure holds no atoms; give one with at least two")
    if len(atoms) > MAX_ATOMS:
        raise StructureError(
            f"the structure holds {len(atoms):,} atoms, more than the {MAX_ATOMS:,} that can be "
            "handled; cut out a smaller piece"
        )
    unknown = np.flatnonzero((atoms.numbers < 1) | (atoms.numbers >= len(chemical_symbols)))
    if unknown.size:
        raise StructureError(
            f"atom {unknown[0] + 1} has no known element (atomic number "
            f"{atoms.numbers[unknown[0]]}); correct the species in the structure"
        )
    bad = np.flatnonzero(~(np.abs(atoms.positions) <= MAX_LENGTH).all(axis=1))
    if bad.size:
        where = ", ".join(f"{x:g}" for x in atoms.positions[bad[0]])
        raise StructureError(
            f"atom {bad[0] + 1} lies at ({where}), which is not a position in Å; correct the "
            "structure or its unit of length"
        )
    cell = np.asarray(atoms.cell)
    if not (np.abs(cell) <= MAX_LENGTH).all():
        raise StructureError(
            "the cell vectors are not lengths in Å; correct the cell or its unit of length"
        )
    vectors = cell[atoms.pbc]
    edges = np.linalg.norm(vectors, axis=1, keepdims=True)
    if (edges < MIN_DISTANCE).any() or np.linalg.det(vectors @ vectors.T / edges / edges.T) < 1e-12:
        raise StructureError(
            "the structure is periodic but its cell has no volume; give independent cell vectors "
            "along the periodic directions, or no periodicity for a cluster"
        )


def nearest_neighbour_distances(positions: np.ndarray) -> np.ndarray:
    """Distance from every atom to its nearest neighbour, not periodic.

    Parameters
    ----------
    positions : (n_atoms, 3), Angstrom, n_atoms >= 2.

    Returns
    -------
    (n_atoms,) float64, Angstrom.
    """
    positions = np.asarray(positions, float)
    if len(positions) < 2:
        raise StructureError(
            f"a bond length, and so a fingerprint, needs at least two atoms, received "
            f"{len(positions)}"
        )
    if len(positions) > 500:
        from scipy.spatial import cKDTree  # 0.7 s to import, so only where it pays

        return np.asarray(cKDTree(positions).query(positions, k=2)[0][:, 1])
    squares = np.zeros((len(positions), len(positions)))
    for component in positions.T:
        squares += (component[:, None] - component) ** 2
    np.fill_diagonal(squares, np.inf)
    return np.sqrt(squares.min(axis=1))


def bond_length(atoms: Atoms) -> float:
    """Mean nearest-neighbour distance (Angstrom) of a cluster, as defective as it is.

    Clusters are scaled by it before they scatter (Methods); nothing of the pristine structure
    enters. The cluster counts as it stands, without periodic images.

    >>> from facecrystal_widgets import build_cluster, prototype
    >>> round(bond_length(build_cluster(prototype("sc", "Po"))), 2)
    3.35
    """
    check_structure(atoms)
    return float(nearest_neighbour_distances(atoms.positions).mean())


def build_cluster(atoms: Atoms, target_atoms: int = 128) -> Atoms:
    """A cluster of about `target_atoms` atoms, centred on the origin (Methods).

    A periodic structure in which spglib finds a cubic cell (within `SYMPREC`) is brought to its
    conventional standard cell and replicated as near to the target as possible, with replicas
    along the three axes that differ by one at the most. Any other periodic structure keeps its
    atoms and axes and is replicated only while it is smaller than the target. A non-periodic
    structure is only centred.

    Parameters
    ----------
    atoms : the structure; it is not changed.
    target_atoms : how many atoms the cluster should have, 2 to 100,000.

    Returns
    -------
    A new, non-periodic ``ase.Atoms``; its cell is the block of replicas. The array
    ``"sublattice"`` is present for bcc and diamond: 1 on the body centres (bcc) or on the second
    fcc sublattice (diamond), 0 elsewhere. :func:`preparation` tells how it was made.

    Raises
    ------
    StructureError
        where the structure cannot be used, in words.

    >>> from facecrystal_widgets import prototype
    >>> [len(build_cluster(prototype(n, "Fe"))) for n in ("fcc", "diamond", "bcc", "sc")]
    [144, 144, 128, 125]
    """
    check_structure(atoms)
    target_atoms = check_whole_number("target_atoms", target_atoms, 2, MAX_ATOMS)
    _check_distances(atoms)
    remarks = preparation(atoms).remarks
    if not atoms.pbc.any():
        cluster = _bare(atoms)
        record = replace(AS_GIVEN, remarks=remarks)
    else:
        unit, kind, number, symbol, note = _unit_cell(atoms)
        replicas = _replicas(unit, target_atoms, only_grow=kind == "as-is")
        cluster = unit.repeat(replicas)
        cluster.pbc = False
        record = Preparation(
            kind=kind,
            space_group=number,
            symbol=symbol,
            replicas=replicas,
            note=f"{note}, {'×'.join(map(str, replicas))} cells, {len(cluster)} atoms",
            remarks=remarks,
        )
        if unit.pbc.all() and len(unit) <= MAX_SYMMETRY_ATOMS:
            record = replace(
                record,
                cell=tuple(map(tuple, np.asarray(unit.cell).tolist())),
                cell_numbers=tuple(unit.numbers.tolist()),
                cell_positions=tuple(map(tuple, unit.get_scaled_positions().tolist())),
            )
    cluster.info[RECORD] = asdict(record)
    cluster.positions -= cluster.positions.mean(axis=0)
    return cluster


def with_images(atoms: Atoms) -> tuple[np.ndarray, np.ndarray]:
    """Positions in the cell and those just outside, where atoms may meet images of one another.

    Returns
    -------
    The positions (n, 3) in Angstrom, wrapped into the cell, followed by those of the images within
    `MIN_DISTANCE` of it; and for each the index of its atom, (n,).
    """
    points, sites = atoms.positions, np.arange(len(atoms))
    vectors = np.asarray(atoms.cell)[atoms.pbc]
    inverse = np.linalg.pinv(vectors)
    points = points - np.floor(points @ inverse) @ vectors
    for vector, normal in zip(vectors, inverse.T, strict=True):
        at_face = points @ normal < MIN_DISTANCE * np.linalg.norm(normal)
        points = np.concatenate([points, points[at_face] + vector])
        sites = np.concatenate([sites, sites[at_face]])
    return points, sites


def _check_distances(atoms: Atoms) -> None:
    """Raise where two atoms, or an atom and a periodic image of another, lie on one place."""
    points, sites = with_images(atoms)
    if atoms.pbc.any() and len(points) == 1:
        return
    distances = nearest_neighbour_distances(points)
    first = int(distances.argmin())
    if distances[first] < MIN_DISTANCE:
        others = np.linalg.norm(points - points[first], axis=1)
        others[first] = np.inf
        pair = sorted((int(sites[first]), int(sites[others.argmin()])))
        names = " and ".join(f"{i + 1} ({atoms.symbols[i]})" for i in pair)
        raise StructureError(
            f"atoms {names} lie {distances[first]:.3f} Å apart, periodic images included; remove "
            "one of them or correct the unit of length"
        )


def _bare(atoms: Atoms) -> Atoms:
    """Numbers, positions, cell and periodicity alone: no constraints, tags or results."""
    return Atoms(numbers=atoms.numbers, positions=atoms.positions, cell=atoms.cell, pbc=atoms.pbc)


def _unit_cell(atoms: Atoms) -> tuple[Atoms, str, int | None, str | None, str]:
    """The cell to replicate: cell, kind, space group number and symbol, note."""
    as_is = _bare(atoms)
    if not atoms.pbc.all():
        return as_is, "as-is", None, None, "periodic in some directions only, axes as they stand"
    if len(atoms) > MAX_SYMMETRY_ATOMS:
        note = f"more than {MAX_SYMMETRY_ATOMS:,} atoms, axes as they stand"
        return as_is, "as-is", None, None, note
    dataset = symmetry_dataset(atoms, SYMPREC)
    if dataset is None:
        return as_is, "as-is", None, None, "spglib found no symmetry, axes as they stand"
    number, symbol = int(dataset.number), str(dataset.international)
    if number < 195:
        note = f"no cubic cell found ({symbol}), axes as they stand"
        return as_is, "as-is", number, symbol, note
    unit = Atoms(
        numbers=dataset.std_types,
        scaled_positions=dataset.std_positions,
        cell=dataset.std_lattice,
        pbc=True,
    )
    sublattice = _sublattice(unit, number)
    if sublattice is not None:
        unit.new_array("sublattice", sublattice)
    return unit, "conventional", number, symbol, f"conventional standard cell ({symbol})"


def _sublattice(unit: Atoms, space_group: int) -> np.ndarray | None:
    """1 on body centres (bcc) or on the second fcc sublattice (diamond), counted from atom 0."""
    fractional = unit.get_scaled_positions()
    quarters = np.round(4 * (fractional - fractional[0])).astype(int)
    if space_group == 229 and len(unit) == 2:
        return quarters.any(axis=1).astype(int)
    if space_group == 227 and len(unit) == 8:
        return (quarters % 2).any(axis=1).astype(int)
    return None


def _replicas(unit: Atoms, target_atoms: int, only_grow: bool) -> tuple[int, int, int]:
    """Replicas along the axes that make a block as even and as near to the target as possible."""
    if only_grow and len(unit) >= target_atoms:
        return (1, 1, 1)
    edges = np.linalg.norm(np.asarray(unit.cell), axis=1)
    growing = np.flatnonzero(unit.pbc)
    while True:
        side = (target_atoms / len(unit) * np.prod(edges[growing])) ** (1 / len(growing))
        short = growing[edges[growing] <= side]
        if len(short) in (0, len(growing)):
            break
        growing = short  # an axis longer than the block's side is not replicated
    choices: list[tuple[int, ...]] = [(1,), (1,), (1,)]
    for axis in growing:
        low = max(1, int(side / edges[axis]))
        choices[axis] = (low + 1, low)
    found = min(product(*choices), key=lambda n: abs(int(np.prod(n)) * len(unit) - target_atoms))
    return (found[0], found[1], found[2])
