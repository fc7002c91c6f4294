"""Turning a structure so that its cube axes lie along x, y, z, where that is called for."""

from dataclasses import dataclass

from ase import Atoms

from ..structures import build_cluster, check_structure, nearest_neighbour_distances, preparation
from .search import Orientation, central, find_orientation, in_bond_lengths
from .trust import NO_ORDER, THRESHOLD, evidence, given_scores

MODES = ("auto", "as-given", "search")
WHOLE = 1024
"""A larger structure that has to be turned is represented by the sphere that was looked at."""
STRAIGHT = 2.0
"""Degrees by which axes may be off and still count as along x, y, z."""
BETTER = 0.05
"""A rotation whose score is not higher than that of the given axes by this is not taken."""


@dataclass(frozen=True, eq=False)
class Aligned:
    """A structure as the network is to see it.

    Attributes
    ----------
    atoms : the structure, or the cluster made from it, turned if need be. One of more than `WHOLE`
        atoms that is turned is cut down to the sphere that was looked at.
    orientation : how its axes were found, or None where they were not sought.
    turned : whether it has been turned accordingly.
    """

    atoms: Atoms
    orientation: Orientation | None = None
    turned: bool = False


def align(atoms: Atoms, mode: str = "auto") -> Aligned:
    """A structure with the cube axes along x, y, z as well as can be known.

    Parameters
    ----------
    atoms : the structure; it is not changed. A periodic one is made into a cluster first.
    mode : ``"as-given"``: the axes are taken as they are. ``"search"``: they are sought by
        :func:`find_orientation`. ``"auto"``: sought unless they are known, because spglib found the
        conventional standard cell or because the reflections of one of the lattices stand where
        they should; and turned only where that is better than what was given.

    Raises
    ------
    StructureError
        where the structure cannot be used, in words.
    """
    if mode not in MODES:
        raise ValueError(f"orientation: expected one of {', '.join(MODES)}, received {mode!r}")
    if mode == "as-given":
        return Aligned(atoms)
    check_structure(atoms)
    if atoms.pbc.any():
        atoms = build_cluster(atoms)
        if mode == "auto" and preparation(atoms).kind == "conventional":
            return Aligned(atoms)
    if not nearest_neighbour_distances(atoms.positions).any():
        return Aligned(atoms)  # for the fingerprint to refuse
    given = 0.0
    if mode == "auto":
        positions, _ = in_bond_lengths(atoms.positions[central(atoms.positions)])
        scores = given_scores(positions)
        given = max(scores.values())
        likely = [label for label, score in scores.items() if score > NO_ORDER]
        if any(evidence(positions, label).strength >= THRESHOLD for label in likely):
            return Aligned(atoms)
    found = find_orientation(atoms)
    if mode == "auto" and (found.angle < STRAIGHT or found.score < given + BETTER):
        return Aligned(atoms, found)
    turned = atoms[central(atoms.positions)] if len(atoms) > WHOLE else atoms.copy()
    turned.positions = turned.positions @ found.rotation.T
    return Aligned(turned, found, turned=True)
