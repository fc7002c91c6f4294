"""Clusters of about 128 atoms (Methods, "Two-dimensional diffraction fingerprint").

Clusters are plain :class:`ase.Atoms` without periodicity whose cell is the block of replicas they
were cut from, so that periodic methods can be run on the same atoms. The record of their
preparation lies in ``cluster.info["facecrystal"]``; :func:`preparation` reads it.
"""

from dataclasses import asdict, replace
from itertools import product

import numpy as np
from ase import Atoms

from ..arguments import check_whole_number
from .checks import MAX_ATOMS, MIN_DISTANCE, StructureError, check_structure
from .classes import BY_LABEL, class_of_space_group
from .neighbours import nearest_neighbour_distances
from .periodic import images_at_faces
from .preparation import AS_GIVEN, RECORD, Preparation, preparation
from .symmetry import symmetry_dataset

SYMPREC = 0.01
"""Distance tolerance (Angstrom) with which spglib looks for the conventional standard cell."""
SITE = 0.1
"""A fractional coordinate is that of a site when it is this near; sites are a quarter apart."""
MAX_SYMMETRY_ATOMS = 512
"""Larger cells are taken as they stand. Atoms displaced by about the tolerance make spglib repeat
its search: up to 15 s for 500 atoms, 100 s for 1,000."""


def build_cluster(atoms: Atoms, target_atoms: int = 128) -> Atoms:
    """A cluster of about `target_atoms` atoms, centred on the origin (Methods).

    A periodic structure in which spglib finds a cubic cell (within `SYMPREC`) is brought to its
    conventional standard cell and replicated as near to the target as possible, with replicas
    along the three axes that differ by at most one. Any other periodic structure keeps its
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
    fcc sublattice (diamond), 0 elsewhere. :func:`preparation` reads its record.

    Raises
    ------
    StructureError
        where the structure cannot be used.

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


def _check_distances(atoms: Atoms) -> None:
    """Raise where two atoms, or an atom and a periodic image of another, coincide."""
    points, sites = images_at_faces(atoms)
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
    """1 on the sites that :attr:`.CrystalClass.leaves` takes away, counted from atom 0, or None."""
    known = class_of_space_group(space_group)
    if known is None or not known.leaves or len(unit) != known.atoms_in_cell:
        return None
    fractional = unit.get_scaled_positions()
    left = np.array(BY_LABEL[known.leaves].positions)
    offsets = (fractional - fractional[0])[:, None] - left
    stays = (np.abs(offsets - np.round(offsets)) < SITE).all(axis=2).any(axis=1)
    return np.asarray(~stays, int)


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
    best = min(product(*choices), key=lambda n: abs(int(np.prod(n)) * len(unit) - target_atoms))
    return (best[0], best[1], best[2])
