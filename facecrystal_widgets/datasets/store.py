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

``manifest.json`` has what the set is to hold, what it was made with, and the SHA-256 of every
complete shard; it is a :mod:`checkpoint <facecrystal_widgets.compute.checkpoint>`, so interrupted
work continues with the shards that are missing.
"""

import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any, Self

import numpy as np

from ..compute.checkpoint import Checkpoint, CheckpointError, OtherRunError
from ..compute.stream import stream
from ..compute.workers import Workers
from ..crystals.classes import LABELS
from .shard import DTYPES, Row, Shard, decoded, encoded

MANIFEST = "manifest.json"
FORMAT = "facecrystal dataset 1"
REQUIRED = {"kind", "seed", "classes", "structures_per_parent", "versions"}
"""Settings without which a folder is no dataset; `size` and `shard_size` are read in any case."""


@dataclass(frozen=True)
class Store(Checkpoint):
    """A dataset on disk, complete or not; :meth:`open` and :func:`building` return one.

    Attributes
    ----------
    hashes : file name to SHA-256 of the shards that are there and complete.
    """

    hashes: dict[str, str] = field(default_factory=dict)

    @classmethod
    def open(cls, folder: str | os.PathLike[str]) -> Self:
        """The complete dataset in `folder`.

        Raises
        ------
        CheckpointError
            where there is none, it is incomplete, or its classes are not those of this version.
        """
        store = cls.read(Path(folder, MANIFEST))
        if store.settings["classes"] != list(LABELS):
            raise CheckpointError(
                f"{folder}: expected the classes {', '.join(LABELS)} in this order, received "
                f"{store.settings['classes']}"
            )
        if store.missing:
            raise CheckpointError(
                f"{folder}: holds {store.size - store.remaining:,} of {store.size:,} structures; "
                "run the 'facecrystal dataset' that began it again, it goes on where it stopped"
            )
        return store

    @classmethod
    def read(cls, manifest: Path) -> Self:
        """The dataset of a manifest, complete or not; lost shards are not among its hashes."""
        try:
            settings = json.loads(manifest.read_bytes())
            store = cls(manifest, settings, settings.pop("sha256"))
            store._check_manifest()
        except (
            OSError,
            ValueError,
            LookupError,
            TypeError,
            AttributeError,
            ArithmeticError,
        ) as error:
            raise CheckpointError(
                f"{manifest.parent}: not a dataset ({error}); make one with 'facecrystal dataset'"
            ) from error
        present = {
            name: store.hashes[name] for name in store.hashes if (store.folder / name).exists()
        }
        return replace(store, hashes=present)

    def _check_manifest(self) -> None:
        if self.settings.get("format") != FORMAT:
            raise ValueError(f"the format in {MANIFEST} is not {FORMAT!r}")
        if absent := REQUIRED - self.settings.keys():
            raise ValueError(f"{MANIFEST} lacks {', '.join(sorted(absent))}")
        if unknown := self.hashes.keys() - map(_file_name, range(self.number)):
            raise ValueError(f"{MANIFEST} has the unknown {', '.join(sorted(unknown))}")

    def to_dict(self) -> dict[str, Any]:
        """Content of the manifest: the settings and the hashes."""
        return {**self.settings, "sha256": dict(sorted(self.hashes.items()))}

    def write(self, name: str, content: bytes) -> None:
        """Store a shard, and then its hash."""
        super().write(name, content)
        self.hashes[name] = sha256(content).hexdigest()
        self.write_manifest()

    def content(self, name: str) -> bytes:
        """A complete shard.

        Raises
        ------
        CheckpointError
            where its hash is not that of the manifest.
        """
        path = self.folder / name
        content = path.read_bytes()
        if sha256(content).hexdigest() != self.hashes[name]:
            raise CheckpointError(
                f"{path}: its SHA-256 is not the one in {MANIFEST}, so it was damaged or changed; "
                "delete it and run 'facecrystal dataset' again, only this file is made anew"
            )
        return content

    @property
    def folder(self) -> Path:
        return self.manifest.parent

    @property
    def kind(self) -> str:
        """``pristine`` or ``defective``."""
        return str(self.settings["kind"])

    @property
    def seed(self) -> int:
        """Of all random draws."""
        return int(self.settings["seed"])

    @property
    def size(self) -> int:
        """Number of structures when complete."""
        return int(self.settings["size"])

    @property
    def number(self) -> int:
        """Number of shards when complete."""
        return -(-self.size // int(self.settings["shard_size"]))

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
        step = self.settings["shard_size"]
        return range(shard * step, min((shard + 1) * step, self.size))

    def parents(self, shard: int) -> range:
        """Numbers of the pristine structures that those of a shard are derived from."""
        structures, members = self.structures(shard), self.settings["structures_per_parent"]
        return range(structures.start // members, structures.stop // members)

    def shards(self) -> Iterator[Shard]:
        """The shards in order, one at a time, checked: memory does not grow with the size."""
        for number in range(self.number):
            yield Shard(**self._columns(number, DTYPES))

    def columns(self, *names: str) -> dict[str, np.ndarray]:
        """Whole columns of the set; ``images`` of the whole defective set takes 1.4 GB."""
        parts = [self._columns(number, names) for number in range(self.number)]
        return {name: np.concatenate([part[name] for part in parts]) for name in names}

    def _columns(self, number: int, names: Iterable[str]) -> dict[str, np.ndarray]:
        name = _file_name(number)
        content = self.content(name)
        return decoded(self.folder / name, content, names, len(self.structures(number)))


@contextmanager
def building(folder: Path, settings: Mapping[str, Any]) -> Iterator[Store]:
    """The dataset of these settings in `folder`, new or begun before, for :func:`fill`.

    Raises
    ------
    CheckpointError
        if the folder holds something else, a shard is damaged, or another process builds there.
    """
    manifest = folder / MANIFEST
    entries = [] if manifest.exists() or not folder.is_dir() else folder.iterdir()
    if any(path.suffix != ".partial" for path in entries):
        raise CheckpointError(f"{folder}: not empty, and no dataset; choose another folder with -o")
    try:
        with Store.resume(manifest, {"format": FORMAT, **settings}) as store:
            for name in store.hashes:
                store.content(name)
            yield store
    except OtherRunError as error:
        differences = ", ".join(
            f"{name} {there} (not {here})" for name, (there, here) in error.differences.items()
        )
        raise CheckpointError(
            f"{folder}: holds another dataset: {differences}; choose another folder with -o, "
            "or delete this one"
        ) from error


def fill(
    store: Store,
    function: Callable[[int, int], list[Row]],
    workers: Workers,
    progress: Callable[[Iterable[Any]], Iterable[Any]] = iter,
) -> None:
    """Compute the missing shards.

    Parameters
    ----------
    store : of :func:`building`.
    function : called with the number of a pristine structure and the seed, returns its rows.
    progress : wraps the iterator over the remaining structures, e.g. ``tqdm`` with its total set.

    Raises
    ------
    BatchError
        if a worker or the cluster is lost.
    OSError
        if the disk is full, among others; complete shards are kept in all cases.
    """
    parts = {
        _file_name(shard): [(parent, store.seed) for parent in store.parents(shard)]
        for shard in store.missing
    }
    about = {name: value for name, value in store.settings.items() if name != "format"}

    def encode(_: str, groups: list[list[Row]]) -> bytes:
        return encoded([row for group in groups for row in group], about)

    work = partial(stream, function, workers=workers)
    with closing(store.compute(parts, work, encode)) as groups:
        for _ in progress(row for group in groups for row in group):
            pass


def _file_name(shard: int) -> str:
    return f"{shard:05}.h5"
