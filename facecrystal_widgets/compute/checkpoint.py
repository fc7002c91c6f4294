"""Results in parts on disk: finished parts are kept, and the next run computes only the others.

A folder holds the parts, files with the results of several tasks each, and a manifest: JSON with
the settings that decide the results. Every part is written under another name and renamed when it
is complete, so work that was interrupted loses at most the parts it was computing.
"""

import io
import json
import os
import shutil
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from itertools import chain, islice
from pathlib import Path
from typing import Any, Generic, NamedTuple, Self, TypeVar

import numpy as np

from ..files import write_whole

Result = TypeVar("Result")
Task = Any
Parts = Mapping[str, Sequence[Task]]
"""Name of every part, relative to the folder of the manifest, and its tasks."""
Work = Callable[[Iterable[Task]], Generator[Result]]
"""Computes tasks: a generator of their results, in order, that takes tasks as it needs them."""
PARTS = "parts"
"""Folder of the parts, beside the manifest."""
SEAL_LENGTH = 64
"""Bytes of a SHA-256 in hexadecimal digits."""


class CheckpointError(ValueError):
    """A folder of results that cannot be read or continued, and what to do."""


class OtherRunError(CheckpointError):
    """The folder holds results of a run with other settings.

    Attributes
    ----------
    differences : name of each setting that differs, nested names joined by a space, to its value
        in the folder and the value wanted.
    """

    def __init__(self, manifest: Path, stored: Mapping[str, Any], wanted: Mapping[str, Any]):
        names = [name for name in {**wanted, **stored} if stored.get(name) != wanted.get(name)]
        super().__init__(
            f"{manifest}: the folder holds results of another run ({', '.join(names)} differ); "
            "start anew with --force, or choose another folder"
        )
        there, here = _flat(stored), _flat(wanted)
        self.differences = {
            name: (there.get(name), here.get(name))
            for name in {**here, **there}
            if there.get(name) != here.get(name)
        }


Encode = Callable[[str, list[Result]], bytes]
"""The file of a part, from its :meth:`~Checkpoint.identity` and its results."""


class Codec(NamedTuple, Generic[Result]):
    """How the results of a part become a file, and back.

    Attributes
    ----------
    encode : as `Encode`.
    decode : the results in a file that should be the part of an identity; none where it is not, or
        where the file is damaged.
    """

    encode: Encode[Result]
    decode: Callable[[str, bytes], list[Result]]


def npz_codec(*dtypes: np.dtype) -> Codec[np.ndarray]:
    """An array for each task, of one of these types, as a compressed npz file.

    The comment of the zip file is the SHA-256 of the identity and of every byte before it.
    """

    def seal(identity: str, content: bytes) -> bytes:
        return sha256(identity.encode() + content).hexdigest().encode()

    def encode(identity: str, arrays: list[np.ndarray]) -> bytes:
        file = io.BytesIO()
        np.savez_compressed(file, *arrays)
        # a zip file ends with the length of its comment, two bytes, and the comment
        content = file.getvalue()[:-2] + SEAL_LENGTH.to_bytes(2, "little")
        return content + seal(identity, content)

    def decode(identity: str, content: bytes) -> list[np.ndarray]:
        if seal(identity, content[:-SEAL_LENGTH]) != content[-SEAL_LENGTH:]:
            return []
        with np.load(io.BytesIO(content), allow_pickle=False) as file:
            arrays = [file[f"arr_{number}"] for number in range(len(file.files))]
        return arrays if all(array.dtype in dtypes for array in arrays) else []

    return Codec(encode, decode)


@dataclass(frozen=True)
class Checkpoint:
    """Results in parts on disk, complete or not.

    Attributes
    ----------
    manifest : the file; the names of parts are relative to its folder.
    settings : what decides the results, as JSON values.
    """

    manifest: Path
    settings: Mapping[str, Any]

    @classmethod
    def read(cls, manifest: Path) -> Self:
        """What a manifest says; without settings where it is damaged."""
        try:
            return cls(manifest, dict(json.loads(manifest.read_bytes()).items()))
        except (ValueError, AttributeError):
            return cls(manifest, {})

    @classmethod
    @contextmanager
    def resume(cls, manifest: Path, settings: Mapping[str, Any]) -> Iterator[Self]:
        """Continue the run with these settings, or begin it; one process at a time.

        Raises
        ------
        OtherRunError
            where the folder holds results of other settings.
        CheckpointError
            where another process works in the folder.
        """
        settings = json.loads(json.dumps(settings))
        manifest.parent.mkdir(parents=True, exist_ok=True)
        with _locked(manifest.parent):
            if manifest.exists():
                checkpoint = cls.read(manifest)
                if checkpoint.settings != settings:
                    raise OtherRunError(manifest, checkpoint.settings, settings)
            else:
                checkpoint = cls(manifest, settings)
                checkpoint.write_manifest()
            yield checkpoint

    def write_manifest(self) -> None:
        write_whole(self.manifest, (json.dumps(self.to_dict(), indent=1) + "\n").encode())

    def to_dict(self) -> dict[str, Any]:
        """Content of the manifest."""
        return dict(self.settings)

    def identity(self, name: str) -> str:
        """SHA-256 that no part of another run or of another name has."""
        return sha256(json.dumps([self.settings, name], sort_keys=True).encode()).hexdigest()

    def compute(
        self, parts: Parts, work: Work[Result], encode: Encode[Result]
    ) -> Generator[Result]:
        """Results of parts that are not there yet, in order; each part is stored when complete."""
        with closing(work(chain.from_iterable(parts.values()))) as results:
            for name, tasks in parts.items():
                complete: list[Result] = []
                for result in islice(results, len(tasks)):
                    complete.append(result)
                    if len(complete) == len(tasks):
                        self.write(name, encode(self.identity(name), complete))
                    yield result

    def write(self, name: str, content: bytes) -> None:
        """Store a part."""
        path = self.manifest.parent / name
        path.parent.mkdir(exist_ok=True)
        write_whole(path, content)

    def results(self, parts: Parts, work: Work[Result], codec: Codec[Result]) -> Generator[Result]:
        """Results of all tasks, in order: stored ones, and those of missing or damaged parts."""
        stored = {name: self._stored(name, len(tasks), codec) for name, tasks in parts.items()}
        missing = {name: tasks for name, tasks in parts.items() if not stored[name]}
        with closing(self.compute(missing, work, codec.encode)) as computed:
            for name, tasks in parts.items():
                yield from stored[name] or islice(computed, len(tasks))

    def stored_results(self, codec: Codec[Result]) -> list[Result]:
        """Results of the parts that are there, in order.

        Raises CheckpointError where a part is damaged or belongs to another run.
        """
        results: list[Result] = []
        for path in sorted((self.manifest.parent / PARTS).glob("*")):
            part = codec.decode(self.identity(f"{PARTS}/{path.name}"), path.read_bytes())
            if not part:
                raise CheckpointError(f"{path.name} is damaged or holds something else")
            results += part
        return results

    def _stored(self, name: str, number: int, codec: Codec[Result]) -> list[Result]:
        """The results of a part; none where they have to be computed."""
        try:
            content = (self.manifest.parent / name).read_bytes()
        except OSError:
            return []
        results = codec.decode(self.identity(name), content)
        # a run of more tasks left more results, a run of fewer tasks too few
        return results[:number] if len(results) >= number else []


def compute_in_parts(
    parts: Parts,
    work: Work[Result],
    codec: Codec[Result],
    manifest: Path | None,
    settings: Mapping[str, Any],
    progress: Callable[[Iterable[Any]], Iterable[Any]] = iter,
) -> list[Result]:
    """Results of all tasks, in order.

    Parameters
    ----------
    parts, work : what is computed, and how.
    codec : for the files of the parts.
    manifest : of the :class:`Checkpoint` that is begun or continued; None stores nothing.
    settings : what decides the results, as JSON values.
    progress : wraps the iterator of results, e.g. ``tqdm`` with its total set.

    Raises
    ------
    CheckpointError
        where the folder holds another run, or another process works there.
    BatchError
        if a worker or the cluster is lost; finished parts are kept.
    OSError
        if the disk is full, among others; finished parts are kept.
    """
    if manifest is None:
        with closing(work(chain.from_iterable(parts.values()))) as results:
            return list(progress(results))
    with (
        Checkpoint.resume(manifest, settings) as checkpoint,
        closing(checkpoint.results(parts, work, codec)) as results,
    ):
        return list(progress(results))


def split(tasks: Sequence[Task], size: int, name: str = PARTS + "/{:05}.npz") -> Parts:
    """Parts of `size` tasks each, named after the number of their first task.

    >>> split("abcde", 2, "{}.npz")
    {'0.npz': 'ab', '2.npz': 'cd', '4.npz': 'e'}
    """
    return {name.format(i): tasks[i : i + size] for i in range(0, len(tasks), size)}


def discard(manifest: Path) -> None:
    """Delete a manifest and the folder `PARTS` beside it, where there is such a manifest."""
    if manifest.exists():
        with _locked(manifest.parent):
            shutil.rmtree(manifest.parent / PARTS, ignore_errors=True)
            manifest.unlink()


def _flat(tree: Mapping[str, Any], before: str = "") -> dict[str, Any]:
    flat: dict[str, Any] = {}
    for key, value in tree.items():
        nested = isinstance(value, dict)
        flat |= _flat(value, f"{before}{key} ") if nested else {f"{before}{key}": value}
    return flat


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """One process at a time; the system takes the lock away from a process that was killed."""
    if os.name != "posix":
        yield
        return
    import fcntl

    opened = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(opened, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise CheckpointError(
                f"{folder}: another process is building there; let it end"
            ) from error
        except OSError:
            pass  # a file system without locks, such as some network file systems
        yield
    finally:
        os.close(opened)
