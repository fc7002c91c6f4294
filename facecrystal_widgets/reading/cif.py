"""Reading CIF with gemmi.

ASE reads CIF too, but it compares all sites with one another in Python (10 s for 1,000 atoms in
P1, where gemmi takes 10 ms), and where no operations are listed it takes "F d -3 m :2" for ":1".
"""

import re
from collections.abc import Iterator
from typing import Any

import numpy as np
from ase import Atoms

from ..crystals.checks import MIN_DISTANCE, StructureError, check_structure
from ..crystals.neighbours import nearest_neighbour_distances
from ..crystals.periodic import images_at_faces


def read_cif(text: str) -> Iterator[tuple[Atoms, tuple[str, ...]]]:
    """The structures in a CIF, each with remarks on what had to be guessed.

    Blocks without atoms are passed over. Of several species that share a site, the most frequent is
    taken.

    Raises
    ------
    StructureError
        if the file breaks the rules of CIF, or a block gives no crystal with known symmetry.
    """
    import gemmi

    try:
        document = gemmi.cif.read_string(text)
    except (ValueError, RuntimeError) as error:
        reason = re.sub(r"^string:(\d+):\S*", r"line \1:", str(error)).removeprefix("string: ")
        raise StructureError(f"not a valid CIF ({reason})") from error
    blocks = [block for block in document if block.find_values("_atom_site_fract_x")]
    if not blocks:
        raise StructureError("the CIF holds no fractional coordinates, _atom_site_fract_x")
    for block in blocks:
        try:
            yield _structure(gemmi.make_small_structure_from_block(block))
        except StructureError as error:
            raise StructureError(f"block {block.name!r}: {error}") from error


def _structure(small: Any) -> tuple[Atoms, tuple[str, ...]]:
    if not (small.cell.is_crystal() and min(small.cell.parameters) > 0 and small.cell.volume > 0):
        raise StructureError("its cell (_cell_length_a and so on) is missing or has no volume")
    remarks = _find_symmetry(small)
    sites = small.get_all_unit_cell_sites()
    unknown = next((site for site in sites if site.element.atomic_number == 0), None)
    if unknown:
        raise StructureError(
            f"site {unknown.label!r} is no known element; give its _atom_site_type_symbol"
        )
    cell = np.array(small.cell.orth.mat.tolist()).T
    atoms = Atoms(
        numbers=[site.element.atomic_number for site in sites],
        positions=[site.fract.tolist() for site in sites] @ cell,
        cell=cell,
        pbc=True,
    )
    check_structure(atoms)
    occupancies = np.array([site.occ for site in sites])
    if (occupancies < 1).any():
        remarks.append(
            "The file has partly occupied sites; each was filled with its most frequent species."
        )
    return atoms[_most_frequent(atoms, occupancies)], tuple(remarks)


def _find_symmetry(small: Any) -> list[str]:
    """Set the symmetry of the structure; a remark if the file leaves open which origin it means.

    It is taken from the operations listed, tabulated or not ("S."), the Hall symbol ("H"), or the
    Hermann-Mauguin symbol with origin choice 1 or 2, in this order.
    """
    small.spacegroup_hm = _name(small.spacegroup_hm, small.spacegroup_number)
    counts = {}
    for origin in (1, 2):
        small.determine_and_set_spacegroup(f"S.H{origin}")
        counts[origin] = len(small.get_all_unit_cell_sites())
    if small.spacegroup is None and not small.cell.images:
        named = small.spacegroup_hm or small.spacegroup_number or small.symops[1:]
        if named:
            raise StructureError(
                f"its symmetry is not known ({named}); list all operations of its space group in "
                "_symmetry_equiv_pos_as_xyz"
            )
    if counts[1] == counts[2]:
        return []
    # special positions, where atoms mostly are, have the fewer images
    chosen = min(counts, key=lambda origin: counts[origin])
    small.determine_and_set_spacegroup(f"S.H{chosen}")
    return [
        f"The file does not say which origin of {small.spacegroup_hm} it means; choice {chosen} "
        f"was taken, which gives {counts[chosen]} atoms rather than {max(counts.values())}."
    ]


def _name(symbol: str, number: int) -> str:
    """The Hermann-Mauguin symbol, if need be from the number, with the origin as gemmi says it."""
    import gemmi

    symbol = re.sub(r"\s+S$", ":1", re.sub(r"\s+Z$", ":2", symbol))  # as the ICSD says it
    if gemmi.find_spacegroup_by_name(symbol) is None and 1 <= number <= 230:
        return str(gemmi.SpaceGroup(number).hm)
    return symbol


def _most_frequent(atoms: Atoms, occupancies: np.ndarray) -> np.ndarray:
    """Mask of the atoms: of those that share a site the most frequent, or the first of equals."""
    kept = np.ones(len(atoms), bool)
    points, sites = images_at_faces(atoms)
    if len(points) > 1 and nearest_neighbour_distances(points).min() < MIN_DISTANCE:
        from scipy.spatial import cKDTree

        pairs = sites[cKDTree(points).query_pairs(MIN_DISTANCE, output_type="ndarray")]
        rank = np.argsort(np.argsort(-occupancies, kind="stable"))
        kept[[max(pair, key=lambda site: rank[site]) for pair in pairs.tolist()]] = False
    return kept
