"""The pristine dataset in memory and on disk."""

import json
import os
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from ..arguments import check_whole_number
from ..classes import CLASSES, LABELS
from ..diffraction.fingerprint import fingerprint
from .structures import SIZE, pristine_structure

TRAINING_FRACTION = 0.75


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
        """Indices of the training (75 %) and of the test part.

        Whole pairs of species and class go to one part or the other: variants of one pair give
        nearly the same image, so a split of single structures would test on what was trained on.
        """
        pairs = np.char.add(self.species.astype(str), np.char.mod(" %d", self.labels))
        groups, index = np.unique(pairs, return_inverse=True)
        order = np.random.default_rng([self.seed, 1]).permutation(len(groups))
        chosen = order[: round(TRAINING_FRACTION * len(groups))]
        training = np.isin(index, chosen)
        return np.flatnonzero(training), np.flatnonzero(~training)

    def save(self, path: str | os.PathLike[str]) -> None:
        """Write one ``.npz`` file, whole or not at all."""
        path = Path(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        partial = path.with_name(path.name + ".partial")
        about = json.dumps({"seed": self.seed, "pristine": self.pristine, "labels": LABELS})
        with partial.open("wb") as file:
            np.savez_compressed(
                file,
                images=self.images,
                labels=self.labels,
                species=self.species,
                bond_lengths=self.bond_lengths,
                about=np.array(about),
            )
        os.replace(partial, path)

    @classmethod
    def load(cls, path: str | os.PathLike[str]) -> "Dataset":
        """Read what :meth:`save` wrote; a ValueError where it is something else, or damaged."""
        try:
            with Path(path).open("rb") as source, np.load(source, allow_pickle=False) as file:
                content = {name: file[name] for name in file.files}
            about: dict[str, Any] = json.loads(str(content.pop("about")))
            if about.pop("labels") != list(LABELS):
                raise ValueError("its classes are others, or in another order")
            if len({len(array) for array in content.values()}) != 1:
                raise ValueError("its arrays differ in length")
            return cls(**content, **about)
        except (OSError, EOFError, ValueError, LookupError, TypeError, BadZipFile, zlib.error) as e:
            raise ValueError(
                f"{os.fspath(path)}: not a dataset ({e}); make one with 'facecrystal dataset'"
            ) from e


def _pristine_row(index: int, seed: int) -> tuple[np.ndarray, int, str, float]:
    atoms, label = pristine_structure(index, seed)
    image = fingerprint(atoms)
    return image.image, LABELS.index(label), atoms[0].symbol, image.bond_length


def build_pristine(
    size: int = SIZE,
    seed: int = 0,
    n_jobs: int = -1,
    progress: Callable[[Iterable[Any]], Iterable[Any]] = iter,
) -> Dataset:
    """The pristine dataset.

    Parameters
    ----------
    size : number of structures, at least one of each class; 6,345 in the paper.
    seed : the same seed gives the same set, however many processes work on it.
    n_jobs : processes, -1 for all cores.
    progress : wraps the iterator of results, e.g. ``tqdm`` with its total set.
    """
    size = check_whole_number("size", size, len(CLASSES), 1_000_000)
    from joblib import Parallel, delayed

    tasks = (delayed(_pristine_row)(index, seed) for index in range(size))
    rows: Iterator[Any] = Parallel(n_jobs=n_jobs, return_as="generator")(tasks)
    images = np.empty((size, 64, 64), np.float32)
    labels, species, bonds = np.empty(size, int), np.empty(size, "U2"), np.empty(size)
    for i, row in enumerate(progress(rows)):
        images[i], labels[i], species[i], bonds[i] = row
    return Dataset(images, labels, species, bonds, seed)
