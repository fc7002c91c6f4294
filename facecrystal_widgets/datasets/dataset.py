"""The pristine and the defective set: what is in them, and the pristine one in memory."""

import json
import os
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from ase import Atoms

from ..arguments import check_whole_number
from ..compute.checkpoint import CheckpointError
from ..compute.stream import stream
from ..compute.versions import versions
from ..compute.workers import Workers
from ..crystals.classes import CLASSES, LABELS
from ..defects import DefectRecipe
from ..diffraction.detector import Detector
from ..diffraction.fingerprint import fingerprint
from .defects import DEFECTS, Defect
from .shard import Row
from .store import Store
from .structures import SIZE, defective_group, pristine_structure

TRAINING_FRACTION = 0.75


def split_pairs(
    species: np.ndarray, labels: np.ndarray, seed: int
) -> tuple[np.ndarray, np.ndarray]:
    """Indices of the training (75 %) and of the test part of structures.

    Whole pairs of species and class go to one part or the other: variants of one pair give nearly
    the same image, so a split of single structures would test on what was trained on.

    Parameters
    ----------
    species, labels : (n,) chemical symbols, and indices into `LABELS`.
    """
    pairs = np.char.add(species.astype(str), np.char.mod(" %d", labels))
    groups, index = np.unique(pairs, return_inverse=True)
    order = np.random.default_rng([seed, 1]).permutation(len(groups))
    chosen = order[: round(TRAINING_FRACTION * len(groups))]
    training = np.isin(index, chosen)
    return np.flatnonzero(training), np.flatnonzero(~training)


@dataclass(frozen=True, eq=False)
class Dataset:
    """Fingerprints with their classes.

    Attributes
    ----------
    images : (n, 64, 64) float32.
    labels : (n,) int, indices into `LABELS`.
    species : (n,) chemical symbol of the pristine structure.
    bond_lengths : (n,) Angstrom, of the structure that scattered.
    seed : of all random draws.
    pristine : True unless defective structures are in it.
    """

    images: np.ndarray
    labels: np.ndarray
    species: np.ndarray
    bond_lengths: np.ndarray
    seed: int
    pristine: bool = True

    def split(self) -> tuple[np.ndarray, np.ndarray]:
        """Indices of the training (75 %) and of the test part; see :func:`split_pairs`."""
        return split_pairs(self.species, self.labels, self.seed)

    @classmethod
    def load(cls, folder: str | os.PathLike[str]) -> "Dataset":
        """The pristine set that 'facecrystal dataset' wrote.

        Raises
        ------
        CheckpointError
            where it is another set, incomplete or damaged.
        """
        store = Store.open(folder)
        if store.kind != "pristine":
            raise CheckpointError(
                f"{folder}: expected the pristine set, which 'facecrystal dataset' makes, received "
                f"a {store.kind} one"
            )
        columns = store.columns("images", "labels", "species", "bond_lengths")
        images, labels, species, bond_lengths = columns.values()
        return cls(images, labels.astype(int), species, bond_lengths, store.seed)


DETECTOR, GAMMA, FORM_FACTOR, TARGET_ATOMS = Detector(), 1.5, "cromer-mann", 128
SHARD_SIZES = {"pristine": 500, "defective": 100 * len(DEFECTS)}
"""Structures in a file: some seconds of work, 8 and 21 MB of images."""


def contents(kind: str, size: int = SIZE, seed: int = 0) -> dict[str, Any]:
    """The settings that decide what a set holds, for :func:`~.store.building`.

    Parameters
    ----------
    kind : ``pristine``; or ``defective``, the same structures with thirteen defects each.
    size : number of pristine structures, at least one of each class; 6,345 in the paper.
    """
    size = check_whole_number("size", size, len(CLASSES), 1_000_000)
    members = len(DEFECTS) if kind == "defective" else 1
    return {
        "kind": kind,
        "seed": seed,
        "size": size * members,
        "structures_per_parent": members,
        "shard_size": SHARD_SIZES[kind],
        "classes": list(LABELS),
        "defects": [str(defect) for defect in DEFECTS] if kind == "defective" else [],
        "target_atoms": TARGET_ATOMS,
        "detector": asdict(DETECTOR),
        "gamma": GAMMA,
        "form_factor": FORM_FACTOR,
        "versions": versions(),
    }


def pristine_rows(index: int, seed: int) -> list[Row]:
    """Structure number `index` of the pristine set, as a list of one."""
    atoms, label = pristine_structure(index, seed)
    return [_row(atoms, label, atoms[0].symbol, None, index)]


def defective_rows(index: int, seed: int) -> list[Row]:
    """The thirteen structures of the defective set made from pristine structure number `index`."""
    members, label, species = defective_group(index, seed)
    return [_row(atoms, label, species, recipe, index) for atoms, recipe in members]


ROWS: dict[str, Callable[[int, int], list[Row]]] = {
    "pristine": pristine_rows,
    "defective": defective_rows,
}
"""Functions that compute the rows of each kind of set."""


def _row(atoms: Atoms, label: str, species: str, recipe: DefectRecipe | None, parent: int) -> Row:
    image = fingerprint(atoms, DETECTOR, GAMMA, FORM_FACTOR, TARGET_ATOMS)
    defect = Defect.of(recipe) if recipe else Defect("none", 0.0)
    return Row(
        image=image.image,
        label=LABELS.index(label),
        species=species,
        bond_length=image.bond_length,
        n_atoms=image.n_atoms,
        defect=defect.kind,
        strength=defect.strength,
        recipe=json.dumps((recipe or DefectRecipe()).to_dict()),
        parent=parent,
    )


def build_pristine(
    size: int = SIZE,
    seed: int = 0,
    n_jobs: int = -1,
    progress: Callable[[Iterable[Any]], Iterable[Any]] = iter,
) -> Dataset:
    """The pristine dataset, in memory alone.

    Parameters
    ----------
    size : number of structures, at least one of each class; 6,345 in the paper.
    seed : the same seed gives the same set, however many processes work on it.
    n_jobs : processes, -1 for all cores.
    progress : wraps the iterator of results, e.g. ``tqdm`` with its total set.
    """
    size = contents("pristine", size, seed)["size"]
    groups = stream(pristine_rows, ((index, seed) for index in range(size)), Workers(n_jobs))
    images = np.empty((size, 64, 64), np.float32)
    labels, species, bonds = np.empty(size, int), np.empty(size, "U2"), np.empty(size)
    for i, (row,) in enumerate(progress(groups)):
        images[i], labels[i], species[i], bonds[i] = row[:4]
    return Dataset(images, labels, species, bonds, seed)
