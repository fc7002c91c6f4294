"""Turning a structure so that its cube axes lie along x, y, z, where that is called for."""

from dataclasses import dataclass

import numpy as np
from ase import Atoms

from ..crystals.checks import check_structure
from ..crystals.cluster import build_cluster
from ..crystals.preparation import preparation
from ..display import Result
from .evidence import NO_ORDER, THRESHOLD, evidence, given_scores, unsuitable
from .rotations import misorientation
from .sample import central, scaled
from .search import Orientation, find_orientation

MODES = ("auto", "as-given", "search")
WHOLE = 1024
"""A larger structure that has to be turned is represented by the sphere that was looked at."""
STRAIGHT = 2.0
"""Degrees by which axes may be off and still count as along x, y, z."""
BETTER = 0.05
"""A rotation whose score is not higher than that of the given axes by this is not taken."""


@dataclass(frozen=True, eq=False, repr=False)
class Aligned(Result):
    """A structure as the network is to see it.

    Attributes
    ----------
    atoms : the structure, or the cluster made from it, turned if need be. One of more than `WHOLE`
        atoms that is turned is cut down to the sphere that was looked at.
    orientation : how its axes were found, or None where they were not sought.
    turned : whether it has been turned accordingly.
    seen : whether the reflections of one of the lattices stand along x, y, z as they are.
    """

    atoms: Atoms
    orientation: Orientation | None = None
    turned: bool = False
    seen: bool = False


def align(atoms: Atoms, mode: str = "auto", target_atoms: int = 128) -> Aligned:
    """A structure with the cube axes along x, y, z as well as can be known.

    Parameters
    ----------
    atoms : the structure; it is not changed. A periodic one is made into a cluster first.
    mode : ``"as-given"``: the axes are taken as they are. ``"search"``: they are sought by
        :func:`find_orientation`. ``"auto"``: sought unless they are known, because spglib found the
        conventional standard cell or because the reflections of one of the lattices stand where
        they should; and turned only where that is better than what was given.
    target_atoms : size of the cluster that is made from a periodic structure.

    Raises
    ------
    StructureError
        where the structure cannot be used, in words.
    """
    if mode not in MODES:
        raise ValueError(f"orientation: expected one of {', '.join(MODES)}, received {mode!r}")
    check_structure(atoms)
    if atoms.pbc.any():
        atoms = build_cluster(atoms, target_atoms)
        if mode == "auto" and preparation(atoms).kind == "conventional":
            return Aligned(atoms)
    if mode == "as-given":
        return Aligned(atoms)
    if mode == "auto" and unsuitable(atoms.positions[central(atoms.positions)]):
        return Aligned(atoms)  # for the fingerprint to refuse, or for the trust to say why
    given = 0.0
    if mode == "auto":
        positions, _ = scaled(atoms.positions[central(atoms.positions)])
        scores = given_scores(positions)
        given = max(scores.values())
        likely = [label for label, score in scores.items() if score > NO_ORDER]
        for found in (evidence(positions, label) for label in likely):
            off = float(misorientation(found.fit.axes, np.eye(3)))
            if found.strength >= THRESHOLD and off < STRAIGHT:
                return Aligned(atoms, seen=True)
    sought = find_orientation(atoms)
    if mode == "auto" and (sought.angle < STRAIGHT or sought.score < given + BETTER):
        return Aligned(atoms, sought, seen=sought.angle < STRAIGHT)
    turned = atoms[central(atoms.positions)] if len(atoms) > WHOLE else atoms.copy()
    turned.cell = turned.cell @ sought.rotation.T if len(turned) == len(atoms) else None
    turned.positions = turned.positions @ sought.rotation.T
    return Aligned(turned, sought, turned=True)
