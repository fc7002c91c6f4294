"""The pristine dataset: cubic elements as they come out of files (Methods, "Dataset").

The paper took 6,345 structures of 83 elements in four space groups from AFLOWLIB. This set has the
same size and make-up, but is made from prototypes, so that anyone can build it without a network:
83 elements (H to Bi) times four classes, about 19 variants each. A variant differs in volume (up to
10 % either way), cell (primitive, conventional, supercell), orientation, origin and order of the
atoms, numerical noise, and file format; it goes through a real file, and only those in which spglib
still finds the class are kept, as in the paper.
"""

import io
import json
import os
import warnings
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from ase import Atoms

from .arguments import check_whole_number
from .classes import CLASSES, LABELS
from .defects import DefectRecipe
from .diffraction.fingerprint import fingerprint
from .prototypes import ELEMENTS, prototype
from .reading import read_structure
from .structures import build_cluster, preparation, prototype_label

SPECIES = ELEMENTS[:83]
"""H to Bi, as many species as in the paper."""
SIZE = 6345
TRAINING_FRACTION = 0.75

NOT_A_DATASET = (OSError, EOFError, ValueError, KeyError, TypeError, BadZipFile, zlib.error)
"""What NumPy raises on other files than those of :meth:`Dataset.save`."""

VACANCIES = (0.1, 0.2, 0.3, 0.4, 0.5)
DISPLACEMENTS = (0.05, 0.10, 0.15)
BINARY = (0.25, 0.5)
TERNARY = (0.25, 0.5, 0.75)


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


def pristine_structure(index: int, seed: int) -> tuple[Atoms, str]:
    """Structure number `index` of the pristine set, as read from its file, and its class."""
    symbol, label = _pair(index, seed)
    for attempt in range(100):
        rng = np.random.default_rng([seed, 3, index, attempt])
        atoms = _through_file(_variant(symbol, label, rng), rng)
        if prototype_label(preparation(build_cluster(atoms))) == label:
            return atoms, label
    raise RuntimeError(f"no variant of {label} {symbol} was recognised in 100 attempts")


def _pair(index: int, seed: int) -> tuple[str, str]:
    """Species and class of structure number `index`: all pairs in turn."""
    pairs = [(symbol, label) for symbol in SPECIES for label in LABELS]
    rounds, place = divmod(index, len(pairs))
    if rounds >= SIZE // len(pairs):  # the last, incomplete round is dealt in random order
        place = int(np.random.default_rng([seed, 2]).permutation(len(pairs))[place])
    return pairs[place]


def _variant(symbol: str, label: str, rng: np.random.Generator) -> Atoms:
    from ase.build import make_supercell
    from spglib import standardize_cell

    atoms = prototype(label, symbol)
    kind = rng.choice(["primitive", "conventional", "supercell"])
    if kind == "primitive":
        cell = (np.asarray(atoms.cell), atoms.get_scaled_positions(), atoms.numbers)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # spglib announces its next errors
            lattice, positions, numbers = standardize_cell(cell, to_primitive=True)
        atoms = Atoms(numbers=numbers, scaled_positions=positions, cell=lattice, pbc=True)
    elif kind == "supercell":
        atoms = make_supercell(atoms, np.diag(rng.integers(1, 4, size=3)))
    strain = (1 + rng.uniform(-0.1, 0.1)) ** (1 / 3)
    atoms.set_cell(np.asarray(atoms.cell) * strain, scale_atoms=True)
    rotation, upper = np.linalg.qr(rng.standard_normal((3, 3)))
    rotation *= np.sign(np.diag(upper))
    if np.linalg.det(rotation) < 0:
        rotation[:, 0] *= -1
    atoms.set_cell(np.asarray(atoms.cell) @ rotation.T, scale_atoms=True)
    atoms.positions += rng.uniform(0, 5, size=3)
    atoms.positions += 10 ** rng.uniform(-6, -2.5) * rng.standard_normal((len(atoms), 3))
    atoms.wrap()
    return atoms[rng.permutation(len(atoms))]


def _through_file(atoms: Atoms, rng: np.random.Generator) -> Atoms:
    import ase.io

    name, fmt = (("s.cif", "cif"), ("POSCAR", "vasp"), ("s.extxyz", "extxyz"))[rng.integers(3)]
    file = io.BytesIO() if fmt == "cif" else io.StringIO()
    ase.io.write(file, atoms, format=fmt)
    content = file.getvalue()
    return read_structure(content if isinstance(content, bytes) else content.encode(), name)


def defective_structure(index: int, seed: int) -> tuple[Atoms, str, str, DefectRecipe]:
    """Defective structure number `index`, drawn as in the paper.

    A random pristine structure and one of the thirteen defects. Species that substitute are
    drawn from those of the set.

    Returns
    -------
    The broken cluster, its class, the species of the pristine crystal, and the recipe.
    """
    rng = _defect_rng(index, seed)
    atoms, label = pristine_structure(int(rng.integers(SIZE)), seed)
    host = atoms[0].symbol
    others = tuple(rng.permutation([s for s in SPECIES if s != host])[:2].tolist())
    own = int(rng.integers(2**31))
    recipes = [
        *(DefectRecipe(vacancies=x, seed=own) for x in VACANCIES),
        *(DefectRecipe(displacement=x, seed=own) for x in DISPLACEMENTS),
        *(DefectRecipe(substitution=x, species=others[:1], seed=own) for x in BINARY),
        *(DefectRecipe(substitution=x, species=others, seed=own) for x in TERNARY),
    ]
    recipe = recipes[rng.integers(len(recipes))]
    return recipe.apply(build_cluster(atoms)), label, host, recipe


def defective_label(index: int, seed: int) -> str:
    """Class of :func:`defective_structure` number `index`, without making it."""
    return _pair(int(_defect_rng(index, seed).integers(SIZE)), seed)[1]


def _defect_rng(index: int, seed: int) -> np.random.Generator:
    return np.random.default_rng([seed, 4, index])


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
