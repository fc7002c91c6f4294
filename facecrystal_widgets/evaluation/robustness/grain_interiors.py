"""Local maps of polycrystals whose grains are known, beside OVITO on the very same atoms."""

from typing import Any

import numpy as np
from ase import Atoms

from ...compute.workers import HERE
from ...crystals.classes import BY_LABEL, CLASSES, LABELS
from ...crystals.spheres import Spheres
from ...defects import DefectRecipe
from ...mapping.local_map import local_map
from ...orientation.rotations import misorientation
from ...specimens.grains import polycrystal
from ..peers import NO_ANSWER, vote
from .trials import TEST

MISSING = (0.0, 0.1, 0.3, 0.5)
GRAINS, SITES, PLACES, SPHERE = 4, 16_000, 250, 128
INTERIOR = np.dtype(
    [
        ("label", "i1"),  # index into LABELS, of the grain
        ("missing", "<f4"),  # share of the atoms
        ("answer", "i1"),
        ("off", "<f4"),  # degrees from the cube axes of the grain
        ("trust", "<f4"),
        ("ptm", "i1"),  # of the atom at the place, or NO_ANSWER
        ("ptm_off", "<f4"),  # degrees
        ("ptm_vote", "i1"),  # of all atoms in the sphere
    ]
)
"""A place whose whole sphere lies in one grain. Without OVITO its columns hold `NO_OVITO`."""
NO_OVITO = -3


def grain_rows(label: str, number: int, seed: int, stage: int = TEST) -> np.ndarray:
    """Rows of `INTERIOR` of one polycrystal of a class with the share ``MISSING[number]`` missing.

    A place counts if all `SPHERE` atoms about it are of one grain.
    """
    rng = np.random.default_rng([seed, stage, 16, LABELS.index(label), number])
    first, second = rng.integers(2**31, size=2).tolist()
    whole = polycrystal(label, BY_LABEL[label].specimen, GRAINS, SITES, first)
    made = whole.broken(DefectRecipe(vacancies=MISSING[number], seed=second))
    found = local_map(made.atoms, PLACES, SPHERE, workers=HERE)
    spheres = Spheres(made.atoms, SPHERE)
    about = [spheres.nearest_to(made.atoms.positions[atom])[0] for atom in found.centres]
    inner = np.array([len(set(made.grains[index].tolist())) == 1 for index in about])
    rows = np.zeros(int(inner.sum()), INTERIOR)
    centres = found.centres[inner]
    truth = made.rotations[made.grains[centres]]
    rows["label"], rows["missing"] = LABELS.index(label), MISSING[number]
    rows["answer"], rows["trust"] = found.labels[inner], found.trust[inner]
    rows["off"] = misorientation(np.swapaxes(found.rotations[inner], 1, 2), truth)
    rows["ptm"] = rows["ptm_vote"] = NO_OVITO
    try:
        types, rotations = template_matching(made.atoms)
    except ImportError:
        return rows
    rows["ptm"] = types[centres]
    rows["ptm_off"] = misorientation(rotations[centres], truth)  # degrees
    near = [index for index, whole in zip(about, inner, strict=True) if whole]
    counts = [np.bincount(types[index] + 1, minlength=len(LABELS) + 1)[1:] for index in near]
    rows["ptm_vote"] = vote(np.array(counts))
    return rows


def template_matching(atoms: Atoms) -> tuple[np.ndarray, np.ndarray]:
    """Polyhedral template matching of OVITO, without an RMSD cutoff, templates of the four alone.

    Returns
    -------
    Index into `LABELS` of each atom, or `NO_ANSWER`, (n,); its cube axes as columns, (n, 3, 3).

    Raises
    ------
    ImportError
        without OVITO.
    """
    from ovito.io.ase import ase_to_ovito
    from ovito.modifiers import PolyhedralTemplateMatchingModifier
    from scipy.spatial.transform import Rotation

    kinds = PolyhedralTemplateMatchingModifier.Type
    wanted = [int(getattr(kinds, known.ovito)) for known in CLASSES]
    matching = PolyhedralTemplateMatchingModifier(rmsd_cutoff=0, output_orientation=True)
    for structure in matching.structures:
        structure.enabled = structure.id in wanted
    data = ase_to_ovito(Atoms(atoms.numbers, atoms.positions, cell=atoms.cell, pbc=atoms.pbc))
    data.apply(matching)
    particles: Any = data.particles
    types = np.array(particles["Structure Type"])
    found = np.full(len(atoms), NO_ANSWER)
    for number, kind in enumerate(wanted):
        found[types == kind] = number
    turns = np.array(particles["Orientation"])
    turns[~(np.linalg.norm(turns, axis=1) > 0)] = 0, 0, 0, 1
    return found, Rotation.from_quat(turns).as_matrix()
