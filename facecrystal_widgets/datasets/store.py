"""Datasets on disk: a folder of HDF5 files, the shards, and a manifest.

HDF5, because the tools of the field open it without this package (h5py, MATLAB's ``h5read``, Julia,
HDFView, ``h5dump``; NeXus files of X-ray sources are HDF5), it holds typed arrays of any rank, and
a part can be read without the rest. A shard holds its structures as columns of equal length:

============  ==================  =============================================================
images        (n, 64, 64) float32  fingerprints, brightest pixel = 1
labels        (n,) uint8           class, an index into the attribute ``classes``
species       (n,) text            chemical symbol of the pristine crystal
bond_lengths  (n,) float64         Angstrom, of the structure that scattered
n_atoms       (n,) int32           atoms that scattered
defects       (n,) text            vacancies, displacement, binary, ternary or none
strengths     (n,) float64         fraction of the atoms, or Angstrom per component
recipes       (n,) text            JSON of the `DefectRecipe`
parents       (n,) int32           number of the pristine structure
============  ==================  =============================================================

``manifest.json`` says what the set is to hold, what it was made with, and the SHA-256 of every
shard that is complete. Shards and manifest are written under other names and renamed when they are
whole, so that interrupted work goes on with the shards that are missing.
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np

from ..compute.stream import stream
from ..compute.workers import Workers
from ..crystals.classes import LABELS
from ..files import write_whole
from .shard import DTYPES, Row, Shard, StoreError, decoded, encoded

MANIFEST = "manifest.json"
FORMAT = "facecrystal dataset 1"


@dataclass(frozen=True)
class Store:
    """A dataset on disk, complete or not; made by :meth:`open` or :func:`building`.

    Attributes
    ----------
    folder : where it is.
    about : what decides its content, as in the manifest: kind, seed, size, and so on.
    hashes : file name to SHA-256 of the shards that are there and complete.
    """

    folder: Path
    about: Mapping[str, Any]
    hashes: dict[str, str]

    @classmethod
    def open(cls, folder: str | os.PathLike[str]) -> "Store":
        """The complete dataset in `folder`.

        Raises
        ------
        StoreError
            where there is none, it is incomplete, or its classes are not ours.
        """
        store = _read_manifest(Path(folder))
        if store.about["classes"] != list(LABELS):
            raise StoreError(
                f"{folder}: expected the classes {', '.join(LABELS)} in this order, received "
                f"{store.about['classes']}"
            )
        if store.missing:
            raise StoreError(
                f"{folder}: holds {store.size - store.remaining:,} of {store.size:,} structures; "
                "run the 'facecrystal dataset' that began it again, it goes on where it stopped"
            )
        return store

    @property
    def kind(self) -> str:
        """``pristine`` or ``defective``."""
        return str(self.about["kind"])

    @property
    def seed(self) -> int:
        """Of all random draws."""
        return int(self.about["seed"])

    @property
    def size(self) -> int:
        """Number of structures when complete."""
        return int(self.about["size"])

    @property
    def number(self) -> int:
        """Number of shards when complete."""
        return -(-self.size // int(self.about["shard_size"]))

    @property
    def missing(self) -> list[int]:
        """Numbers of the shards that are not complete."""
        return [shard for shard in range(self.number) if _file_name(shard) not in self.hashes]

    @property
    def remaining(self) -> int:
        """Number of structures in the missing shards."""
        return sum(len(self.structures(shard)) for shard in self.missing)

    def structures(self, shard: int) -> range:
        """Numbers of the structures that belong to a shard."""
        step = self.about["shard_size"]
        return range(shard * step, min((shard + 1) * step, self.size))

    def parents(self, shard: int) -> range:
        """Numbers of the pristine structures that those of a shard are made from."""
        structures, members = self.structures(shard), self.about["structures_per_parent"]
        return range(structures.start // members, structures.stop // members)

    def shards(self) -> Iterator[Shard]:
        """The shards in order, one at a time, checked: memory does not grow with the size."""
        for number in range(self.number):
            yield Shard(**self._read(number, DTYPES))

    def columns(self, *names: str) -> dict[str, np.ndarray]:
        """Whole columns of the set; ``images`` of the whole defective set takes 1.4 GB."""
        parts = [self._read(number, names) for number in range(self.number)]
        return {name: np.concatenate([part[name] for part in parts]) for name in names}

    def _read(self, number: int, names: Iterable[str]) -> dict[str, np.ndarray]:
        path = self.folder / _file_name(number)
        content = path.read_bytes()
        _check_hash(path, content, self.hashes[path.name])
        return decoded(path, content, names, len(self.structures(number)))


@contextmanager
def building(folder: Path, about: Mapping[str, Any]) -> Iterator[Store]:
    """The dataset `about` in `folder`, new or begun before, for :func:`fill`; for one at a time.

    Raises
    ------
    StoreError
        if the folder holds something else, a shard is damaged, or somebody is building there.
    """
    about = json.loads(json.dumps(about))
    folder.mkdir(parents=True, exist_ok=True)
    with _locked(folder):
        if (folder / MANIFEST).exists():
            store = _read_manifest(folder)
            _check_same(store, about)
            for name, expected in store.hashes.items():
                _check_hash(folder / name, (folder / name).read_bytes(), expected)
        else:
            if any(path.suffix != ".partial" for path in folder.iterdir()):
                raise StoreError(
                    f"{folder}: not empty, and no dataset; choose another folder with -o"
                )
            store = Store(folder, about, {})
            _write_manifest(store)
        yield store


def fill(
    store: Store,
    function: Callable[[int, int], list[Row]],
    workers: Workers,
    progress: Callable[[Iterable[Any]], Iterable[Any]] = iter,
) -> None:
    """Make the missing shards.

    Parameters
    ----------
    store : of :func:`building`.
    function : called with the number of a pristine structure and the seed, gives its rows.
    progress : wraps the iterator over the remaining structures, e.g. ``tqdm`` with its total set.

    Raises
    ------
    BatchError
        if a worker or the cluster is lost.
    OSError
        if the disk is full, among others; complete shards are kept in all cases.
    """
    missing = store.missing
    parents = (parent for number in missing for parent in store.parents(number))
    with closing(stream(function, ((p, store.seed) for p in parents), workers)) as groups:
        rows = iter(progress(row for group in groups for row in group))
        for number in missing:
            part = list(islice(rows, len(store.structures(number))))
            content = encoded(part, store.about)
            name = _file_name(number)
            write_whole(store.folder / name, content)
            store.hashes[name] = sha256(content).hexdigest()
            _write_manifest(store)
        list(rows)  # none is left, and the progress bar ends


def _file_name(shard: int) -> str:
    return f"{shard:05}.h5"


def _check_hash(path: Path, content: bytes, expected: str) -> None:
    if sha256(content).hexdigest() != expected:
        raise StoreError(
            f"{path}: its SHA-256 is not the one in {MANIFEST}, so it was damaged or changed; "
            "delete it and run 'facecrystal dataset' again, only this file is made anew"
        )


def _read_manifest(folder: Path) -> Store:
    path = folder / MANIFEST
    try:
        about = json.loads(path.read_bytes())
        if about.pop("format") != FORMAT:
            raise ValueError(f"its format is not {FORMAT!r}")
        hashes = about.pop("sha256")
        present = {name: hashes[name] for name in hashes if (folder / name).exists()}
        store = Store(folder, about, present)
        if (
            absent := {"kind", "seed", "classes", "structures_per_parent", "versions"}
            - about.keys()
        ):
            raise ValueError(f"{MANIFEST} lacks {', '.join(sorted(absent))}")
        if unknown := hashes.keys() - map(_file_name, range(store.number)):
            raise ValueError(f"{MANIFEST} has the unknown {', '.join(sorted(unknown))}")
    except (OSError, ValueError, LookupError, TypeError, AttributeError, ArithmeticError) as error:
        raise StoreError(
            f"{folder}: not a dataset ({error}); make one with 'facecrystal dataset'"
        ) from error
    return store


def _write_manifest(store: Store) -> None:
    content = {"format": FORMAT, **store.about, "sha256": dict(sorted(store.hashes.items()))}
    write_whole(store.folder / MANIFEST, (json.dumps(content, indent=1) + "\n").encode())


def _check_same(store: Store, about: Mapping[str, Any]) -> None:
    there, here = _flat(store.about), _flat(about)
    keys = [key for key in {**here, **there} if there.get(key) != here.get(key)]
    if keys:
        differences = ", ".join(f"{key} {there.get(key)} (not {here.get(key)})" for key in keys)
        raise StoreError(
            f"{store.folder}: holds another dataset: {differences}; choose another folder with -o, "
            "or delete this one"
        )


def _flat(tree: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in tree.items():
        nested = isinstance(value, dict)
        flat |= _flat(value, f"{before}{key} ") if nested else {f"{before}{key}": value}
    return flat


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One builder at a time; the system takes the lock away from a process that was killed."""
    if os.name != "posix":
        yield
        return
    import fcntl

    opened = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise StoreError(f"{folder}: another process is building there; let it end") from error
        yield
    finally:
        os.close(opened)
