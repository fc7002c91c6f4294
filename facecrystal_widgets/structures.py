"""From a structure to a cluster of about 128 atoms (Methods, "Two-dimensional diffraction
fingerprint").

Clusters are plain :class:`ase.Atoms` without periodicity whose cell is the block of replicas they
were cut from, so that periodic methods can be run on the same atoms. How a cluster was made stands
in ``cluster.info["facecrystal"]`` and is read back with :func:`preparation`.
"""

from dataclasses import asdict, dataclass
from itertools import product
from typing import Any

import numpy as np
from ase import Atoms

from .classes import CLASSES
from .symmetry import symmetry_dataset

SYMPREC = 0.01
"""Distance tolerance (Angstrom) with which spglib looks for the conventional standard cell."""
MAX_ATOMS = 100_000
"""Largest structure that is taken; the direct sum over atoms would make larger ones crawl."""
MAX_SYMMETRY_ATOMS = 2_000
"""Larger cells are taken as they stand: spglib's search grows with the square of the atoms."""
MIN_DISTANCE = 0.05
"""Two atoms closer than this (Angstrom) are taken for the same site given twice."""


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
    cell : rows are the lattice vectors of the replicated cell, Angstrom, (3, 3); None if there is
        none.
    cell_numbers, cell_positions : atomic numbers (n,) and fractional positions (n, 3) in that cell.
    """

    kind: str
    space_group: int | None
    symbol: str | None
    replicas: tuple[int, int, int]
    note: str
    cell: tuple[tuple[float, ...], ...] | None = None
    cell_numbers: tuple[int, ...] = ()
    cell_positions: tuple[tuple[float, ...], ...] = ()


AS_GIVEN = Preparation("as-given", None, None, (1, 1, 1), "atoms and axes taken exactly as given")


def preparation(atoms: Atoms) -> Preparation:
    """How `atoms` was made: the record that :func:`build_cluster` left, or "as given"."""
    record: dict[str, Any] | None = atoms.info.get("facecrystal")
    return Preparation(**record) if record else AS_GIVEN


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

    Checked: at least one atom and at most `MAX_ATOMS`, known elements, finite positions, and a
    cell with volume where the structure is periodic.
    """
    if not isinstance(atoms, Atoms):
        raise TypeError(f"atoms: expected an ase.Atoms, received {type(atoms).__name__}")
    if len(atoms) == 0:
        raise StructureError("the structure holds no atoms; give one with at least two")
    if len(atoms) > MAX_ATOMS:
        raise StructureError(
            f"the structure holds {len(atoms):,} atoms, more than the {MAX_ATOMS:,} that can be "
            "handled; cut out a smaller piece"
        )
    unknown = np.flatnonzero((atoms.numbers < 1) | (atoms.numbers > 118))
    if unknown.size:
        raise StructureError(
            f"atom {unknown[0] + 1} has no known element (symbol {atoms[unknown[0]].symbol!r}); "
            "correct the species names in the structure"
        )
    bad = np.flatnonzero(~np.isfinite(atoms.positions).all(axis=1))
    if bad.size:
        raise StructureError(
            f"atom {bad[0] + 1} has a position that is not a finite number "
            f"({', '.join(f'{x:g}' for x in atoms.positions[bad[0]])}); correct the structure"
        )
    if atoms.pbc.any():
        cell = np.asarray(atoms.cell)
        edges = np.linalg.norm(cell, axis=1)
        if not np.isfinite(cell).all() or edges.min() <= 0 or _relative_volume(cell) < 1e-6:
            raise StructureError(
                "the structure is periodic but its cell has no volume; give three independent "
                "cell vectors, or none for a cluster"
            )


def _relative_volume(cell: np.ndarray) -> float:
    return float(abs(np.linalg.det(cell)) / np.prod(np.linalg.norm(cell, axis=1)))


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
            f"{len(positions)} atom{'s' if len(positions) != 1 else ''} left: a bond length, and "
            "so a fingerprint, needs at least two"
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
    if not 2 <= target_atoms <= MAX_ATOMS:
        raise ValueError(f"target_atoms: expected 2 to {MAX_ATOMS:,}, received {target_atoms}")
    if not atoms.pbc.any():
        cluster = _bare(atoms)
        record = AS_GIVEN
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
            cell=tuple(map(tuple, np.asarray(unit.cell).tolist())),
            cell_numbers=tuple(unit.numbers.tolist()),
            cell_positions=tuple(map(tuple, unit.get_scaled_positions().tolist())),
        )
    cluster.info["facecrystal"] = asdict(record)
    cluster.positions -= cluster.positions.mean(axis=0)
    distances = nearest_neighbour_distances(cluster.positions)
    if distances.min() < MIN_DISTANCE:
        i = int(distances.argmin())
        raise StructureError(
            f"two atoms lie {distances.min():.3f} Å apart (one is a {cluster[i].symbol} at "
            f"{np.round(cluster.positions[i], 3).tolist()}, counted from the centre); remove the "
            "duplicate"
        )
    return cluster


def _bare(atoms: Atoms) -> Atoms:
    """Numbers, positions, cell and periodicity alone: no constraints, tags or results."""
    return Atoms(
        numbers=atoms.numbers, positions=atoms.positions, cell=atoms.cell, pbc=atoms.pbc
    )


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
    offsets = np.round(4 * (unit.get_scaled_positions() - unit.get_scaled_positions()[0])).astype(int)
    if space_group == 229 and len(unit) == 2:
        return (offsets.any(axis=1)).astype(int)
    if space_group == 227 and len(unit) == 8:
        return (offsets % 2).any(axis=1).astype(int)
    return None


def _replicas(unit: Atoms, target_atoms: int, only_grow: bool) -> tuple[int, int, int]:
    """Replicas along the axes: a block as even as possible and as near to the target as possible."""
    if only_grow and len(unit) >= target_atoms:
        return (1, 1, 1)
    edges = np.linalg.norm(np.asarray(unit.cell), axis=1)
    periodic = np.flatnonzero(unit.pbc)
    side = (target_atoms / len(unit) * np.prod(edges[periodic])) ** (1 / len(periodic))
    choices: list[tuple[int, ...]] = [(1,), (1,), (1,)]
    for axis in periodic:
        low = max(1, int(np.floor(side / edges[axis])))
        choices[axis] = (low + 1, low)
    found = min(product(*choices), key=lambda n: abs(int(np.prod(n)) * len(unit) - target_atoms))
    return (found[0], found[1], found[2])
