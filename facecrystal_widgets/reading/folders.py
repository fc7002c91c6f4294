"""Structure files in folders, read one by one; failures are kept as results."""

import os
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from ase import Atoms
from ase.io.formats import UnknownFileTypeError, filetype, ioformats

from ..crystals.checks import StructureError
from .structures import REFUSED_FORMATS, read_frames

SHARED_EXTENSIONS = {
    *(".arc", ".ascii", ".com", ".config", ".dat", ".data", ".in", ".json", ".log", ".md", ".out")
}
"""ASE takes these for the structures of a certain program, but mostly they hold something else."""


@dataclass(frozen=True)
class File:
    """A file to read; `listed` if it comes from a folder, not named by the user."""

    name: str
    listed: bool


@dataclass(frozen=True)
class Skipped:
    """A file in a folder that holds no structures."""


@dataclass(frozen=True)
class Problem:
    """A file that could not be read (`what` = "file"), or a structure that could not scatter."""

    file: str
    message: str
    what: str


@dataclass(frozen=True)
class Structure:
    """A structure as read."""

    file: str
    frame: int
    atoms: Atoms


ReadResult = Structure | Problem | Skipped


def find_files(names: Iterable[str]) -> Iterator[File | Problem]:
    """The files named, and those in the folders named, sorted, without the hidden ones."""
    for name in names:
        if not os.path.isdir(name):
            yield File(name, listed=False)
            continue
        closed: list[OSError] = []
        for folder, folders, files in os.walk(name, onerror=closed.append):
            folders[:] = sorted(f for f in folders if not f.startswith("."))
            for file in sorted(files):
                if not file.startswith("."):
                    yield File(os.path.join(folder, file), listed=True)
        for error in closed:
            message = f"{error.filename}: cannot be opened ({error.strerror})"
            yield Problem(str(error.filename), message, "file")


def read(file: File, frame: int | None) -> Iterator[ReadResult]:
    """The structures in a file: all, or only number `frame` (negative counts from the end)."""
    if file.listed and not _is_structure_file(file.name):
        yield Skipped()
        return
    count = 0
    last: deque[Structure] = deque(maxlen=-frame if frame is not None and frame < 0 else 0)
    try:
        for atoms in read_frames(file.name):
            structure = Structure(file.name, count, atoms)
            count += 1
            last.append(structure)
            if frame is None:
                yield structure
            elif frame == structure.frame:
                yield structure
                return
    except Exception as error:  # a bad file must not end the others
        if file.listed and not count and _extension(file.name) in SHARED_EXTENSIONS:
            yield Skipped()
        else:
            yield Problem(file.name, error_message(error, file.name), "file")
        return
    if frame is not None and frame < 0 and count >= -frame:
        yield last[0]
    elif frame is not None:
        message = f"{file.name}: frame {frame} was asked for, but the file holds {count}"
        yield Problem(file.name, message, "structure")


def _is_structure_file(name: str) -> bool:
    """Whether ASE takes it for a structure file; True for errors, which reading reports."""
    if not os.path.isfile(name):
        return False
    try:
        kind = filetype(name, read=os.path.getsize(name) > 0)
    except UnknownFileTypeError:
        return False
    except Exception:  # a damaged archive, or no permission: worth a message
        return True
    return kind in ioformats and kind not in REFUSED_FORMATS and ioformats[kind].can_read


def _extension(name: str) -> str:
    """``.out`` of ``run.OUT.gz``."""
    path = Path(name.lower())
    return Path(path.stem).suffix if path.suffix in (".gz", ".bz2", ".xz") else path.suffix


def error_message(error: Exception, name: str = "") -> str:
    """The message of a :class:`.StructureError` as it is; others with their type, and the file."""
    if isinstance(error, StructureError):
        return str(error)
    message = f"{type(error).__name__}: {' '.join(str(error).split())}"
    return f"{name}: {message}" if name else message
