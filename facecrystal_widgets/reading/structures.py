"""Reading structures from files: everything ASE reads that holds positions."""

import bz2
import gzip
import io
import lzma
import os
import re
import tempfile
import warnings
from collections import deque
from collections.abc import Iterator
from dataclasses import asdict, replace
from itertools import islice
from pathlib import Path
from typing import IO, Any

import numpy as np
from ase import Atoms
from ase.data import chemical_symbols

from ..arguments import check_whole_number
from ..crystals.checks import MAX_ATOMS, StructureError, check_structure
from ..crystals.preparation import AS_GIVEN, RECORD
from .cif import read_cif

MAX_BYTES = 500_000_000
"""Largest file that is read from disk."""
REFUSED_FORMATS = {"bundletrajectory", "db", "mysql", "postgresql", "aselmdb", "mariadb"}
"""Databases and formats that may run code when read: not for files from strangers."""
ANNOUNCEMENTS = {
    "lammps-dump-text": re.compile(rb"^ITEM: NUMBER OF ATOMS\s+(\d+)", re.MULTILINE),
    "lammps-data": re.compile(rb"^[ \t]*(\d+)[ \t]+atoms", re.MULTILINE),
    "vasp": re.compile(rb"\A(?:.*\n){5}(?:[ \t]*[A-Za-z].*\n)?([\d \t]+)"),
}
"""Where a format announces its number of atoms."""
COMPRESSED: dict[str, Any] = {".gz": gzip.open, ".bz2": bz2.open, ".xz": lzma.open}


def read_structure(
    source: str | os.PathLike[str] | bytes, filename: str | None = None, frame: int = 0
) -> Atoms:
    """Read one structure from a file or from the bytes of one.

    What a reader has to guess (elements of a LAMMPS dump that has only types, the species of shared
    sites of a CIF) is recorded in the remarks of :func:`~facecrystal_widgets.preparation` and shown
    in the notes of the verdict.

    Parameters
    ----------
    source : path of the file, or its content as bytes.
    filename : name that tells the format when `source` is bytes, e.g. ``"POSCAR"`` or ``"a.cif"``.
    frame : which structure of a file with several; negative counts from the end.

    Returns
    -------
    ``ase.Atoms``, checked by the rules of :func:`~facecrystal_widgets.build_cluster`.

    Raises
    ------
    StructureError
        with the name of the file and the fault.
    """
    frame = check_whole_number("frame", frame, -(10**9), 10**9)
    if not isinstance(source, bytes | bytearray | memoryview):
        return _read_frame(Path(source), filename or os.fspath(source), frame)
    if not filename:
        raise ValueError("filename: bytes need a name that tells the format, e.g. 'my.cif'")
    # the name may come from a stranger: only its last part is used, in a temporary folder
    last = re.split(r"[/\\]", os.fspath(filename))[-1]
    safe = re.sub(r"[^\w.+-]", "_", last, flags=re.ASCII)[-100:]
    if Path(safe).suffix in COMPRESSED:
        raise StructureError(f"{filename}: unpack the file first")
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, safe if safe.strip(".") else "structure")
        path.write_bytes(source)
        return _read_frame(path, filename, frame)


def _read_frame(path: Path, name: str, frame: int) -> Atoms:
    """The structure number `frame`; what follows it in the file is not read."""
    latest: deque[Atoms] = deque(maxlen=max(1, -frame))
    count = 0
    for atoms in _frames(path, name):
        latest.append(atoms)
        count += 1
        if count == frame + 1:
            return atoms
    if 0 < -frame <= count:
        return latest[0]
    raise StructureError(f"{name}: frame {frame} was asked for, but the file holds {count}")


def read_frames(path: str | os.PathLike[str]) -> Iterator[Atoms]:
    """All structures in a file, one after the other; errors as :func:`read_structure`."""
    yield from _frames(Path(path), os.fspath(path))


def _frames(path: Path, name: str) -> Iterator[Atoms]:
    _check_file(path, name)
    count = 0
    structures: Iterator[tuple[Atoms, tuple[str, ...]]] | None = None
    while True:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # readers warn of columns not needed here
                structures = structures or _structures(path.absolute())
                atoms, remarks = next(structures)
            count += 1
        except StopIteration:
            break
        except StructureError as error:
            where = f"{name}: structure {count + 1}" if count else name
            raise StructureError(f"{where}: {error}") from error
        except Exception as error:  # readers raise anything at all on a broken file
            reason = " ".join(str(error).split())[:200] or type(error).__name__
            if isinstance(error, KeyError) and re.fullmatch(r"'[A-Za-z]{1,3}'", reason):
                reason = f"unknown element {reason}"
            raise StructureError(
                f"{name}: reading failed after {count} complete structures ({reason}); is the file "
                "complete and its format right?"
            ) from error
        atoms.info[RECORD] = asdict(replace(AS_GIVEN, remarks=remarks))
        yield atoms
    if not count:
        raise StructureError(f"{name}: no structure found in the file")


def _check_file(path: Path, name: str) -> None:
    try:
        size = path.stat().st_size
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        raise StructureError(f"{name}: cannot be opened ({reason})") from error
    if not path.is_file():
        raise StructureError(f"{name}: is not a file")
    if size == 0:
        raise StructureError(f"{name}: the file is empty")
    if size > MAX_BYTES:
        raise StructureError(
            f"{name}: {size / 1e6:.0f} MB are more than the {MAX_BYTES / 1e6:.0f} MB that are "
            "read; split the file"
        )


def _structures(path: Path) -> Iterator[tuple[Atoms, tuple[str, ...]]]:
    """Structures with remarks on what the reader had to guess."""
    if re.search(r"\.cif(\.gz|\.bz2|\.xz)?$", path.name, re.IGNORECASE):
        with _open(path) as file:
            text = file.read(MAX_BYTES).decode(errors="replace")
        yield from read_cif(text)
        return
    import ase.io  # 1.3 s to import, which the dashboard's first picture need not wait for

    kind = _kind(path)
    if kind in ("xyz", "extxyz"):
        yield from ((atoms, ()) for atoms in _xyz_frames(path))
        return
    _check_announcement(path, kind)
    for atoms in ase.io.iread(str(path), index=":", format=kind, do_not_split_by_at_sign=True):
        check_structure(atoms)
        yield atoms, _remarks(atoms, kind)


def _xyz_frames(path: Path) -> Iterator[Atoms]:
    """(Extended) XYZ, frame by frame: ASE looks through the whole file before the first one, and
    goes on counting lines beyond its end for as many atoms as the file announces."""
    import ase.io

    with _open(path) as raw, io.TextIOWrapper(raw, errors="replace") as file:
        line = file.readline()
        while line.strip():
            if not line.strip().isdigit():
                raise StructureError(f"expected a number of atoms, received {line.strip()[:40]!r}")
            count = _check_count(int(line))
            frame = [line, *islice(file, count + 1)]
            if len(frame) < count + 2:
                raise StructureError(f"it ends after {max(len(frame) - 2, 0)} of {count} atoms")
            line = file.readline()
            while line.lstrip().startswith("VEC") and len(frame) < count + 5:
                frame.append(line)
                line = file.readline()
            atoms = ase.io.read(io.StringIO("".join(frame)), format="extxyz")
            check_structure(atoms)
            yield atoms


def _check_announcement(path: Path, kind: str) -> None:
    """Refuse what announces too many atoms, for all of which ASE would allocate memory."""
    if kind in ANNOUNCEMENTS:
        with _open(path) as file:
            for match in ANNOUNCEMENTS[kind].finditer(file.read(MAX_BYTES)):
                _check_count(sum(map(int, match[1].split())))


def _check_count(count: int) -> int:
    if not 0 < count <= MAX_ATOMS:
        raise StructureError(
            f"the file announces {count:,} atoms; 1 to {MAX_ATOMS:,} can be handled"
        )
    return count


def _open(path: Path) -> IO[bytes]:
    opened: IO[bytes] = COMPRESSED.get(path.suffix, open)(path, "rb")
    return opened


def _kind(path: Path) -> str:
    """ASE's name of the file's format."""
    from ase.io.formats import UnknownFileTypeError, filetype, ioformats

    with _open(path) as file:
        head = file.read(10_000)
    if b"ITEM: NUMBER OF ATOMS" in head:
        return "lammps-dump-text"
    if b"xlo xhi" in head:
        return "lammps-data"
    if path.name.startswith("geometry.in"):
        return "aims"
    try:
        kind = str(filetype(str(path)))
    except UnknownFileTypeError:
        kind = ""
    if kind in REFUSED_FORMATS:
        raise StructureError(f"files of type {kind} are not read; export as CIF")
    if kind not in ioformats or not ioformats[kind].can_read:
        raise StructureError(
            "not a known structure file; give CIF, POSCAR, XYZ, extended XYZ, FHI-aims, LAMMPS or "
            "another format that ASE reads"
        )
    return kind


def _remarks(atoms: Atoms, kind: str) -> tuple[str, ...]:
    types = atoms.arrays.get("type")
    if not kind.startswith("lammps") or not np.array_equal(atoms.numbers, types):
        return ()
    taken = ", ".join(f"{n} as {chemical_symbols[n]}" for n in np.unique(types).tolist())
    return (f"The file names no elements: LAMMPS types were taken for atomic numbers, {taken}.",)
