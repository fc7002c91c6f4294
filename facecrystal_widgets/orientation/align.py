"""Structures turned so that their cube axes lie along x, y, z, where that is needed."""

import warnings
from dataclasses import dataclass

import numpy as np
from ase import Atoms

from ..crystals.checks import check_structure
from ..crystals.cluster import build_cluster
from ..crystals.preparation import preparation
from ..display import Result
from .evidence import NO_ORDER, THRESHOLD, Evidence, evidence, given_scores, unsuitable
from .rotations import misorientation
from .sample import Sample, sample
from .search import Orientation, orientation_of

MODES = ("auto", "as-given", "search")
WHOLE = 1024
"""A larger structure that has to be turned is represented by its central atoms."""
STRAIGHT = 2.0
"""Degrees by which axes may be off and still count as along x, y, z."""
BETTER = 0.05
"""A rotation is taken only if its score is higher than that of the given axes by this."""


@dataclass(frozen=True, eq=False, repr=False)
class Aligned(Result):
    """A structure with its cube axes along x, y, z, as far as they are known.

    Attributes
    ----------
    atoms : the structure, or the cluster made from it, turned if need be. Of more than `WHOLE`
        atoms that have to be turned only the central ones are left.
    orientation : of the cube axes before, or None where it was not sought.
    turned : whether the structure has been turned accordingly.
    axes_confirmed : whether the reflections of one of the lattices stand along x, y, z as given.
    """

    atoms: Atoms
    orientation: Orientation | None = None
    turned: bool = False
    axes_confirmed: bool = False

    @property
    def seen(self) -> bool:
        """Deprecated: `axes_confirmed`."""
        warnings.warn(
            "Aligned.seen is deprecated; use Aligned.axes_confirmed", DeprecationWarning, 2
        )
        return self.axes_confirmed


def align(atoms: Atoms, mode: str = "auto", target_atoms: int = 128) -> Aligned:
    """A structure turned so that its cube axes lie along x, y, z.

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
        where the structure cannot be used.
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
    centre = sample(atoms)
    if mode == "search":
        return _turned(atoms, centre, orientation_of(centre))
    if unsuitable(centre):
        return Aligned(atoms)  # for the fingerprint to refuse, or for the trust to say why
    scores = given_scores(centre.scaled)
    likely = [label for label, score in scores.items() if score > NO_ORDER]
    if any(_stands_straight(evidence(centre.scaled, label)) for label in likely):
        return Aligned(atoms, axes_confirmed=True)
    orientation = orientation_of(centre)
    if orientation.angle < STRAIGHT or orientation.score < max(scores.values()) + BETTER:
        return Aligned(atoms, orientation, axes_confirmed=orientation.angle < STRAIGHT)
    return _turned(atoms, centre, orientation)


def _stands_straight(given: Evidence) -> bool:
    """Whether a lattice is present with its cube axes along x, y, z."""
    angle = float(misorientation(given.fit.axes, np.eye(3)))
    return given.strength >= THRESHOLD and angle < STRAIGHT


def _turned(atoms: Atoms, centre: Sample, orientation: Orientation) -> Aligned:
    """The structure turned, or its central atoms where it is large."""
    turned = atoms[centre.index] if len(atoms) > WHOLE else atoms.copy()
    turned.cell = turned.cell @ orientation.rotation.T if len(turned) == len(atoms) else None
    turned.positions = turned.positions @ orientation.rotation.T
    return Aligned(turned, orientation, turned=True)
