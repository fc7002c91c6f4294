"""Reading structures from files: everything ASE reads that holds positions."""

import os
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path

from ase import Atoms

from .structures import StructureError, check_structure

MAX_BYTES = 500_000_000
"""Largest file that is read from disk."""
REFUSED_FORMATS = {"bundletrajectory", "db", "mysql", "postgresql", "aselmdb", "mariadb"}
"""Databases and formats that may run code when read: not for files from strangers."""


def read_structure(
    source: str | os.PathLike[str] | bytes, filename: str | None = None, frame: int = 0
) -> Atoms:
    """Read one structure from a file or from the bytes of one.

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
        names the file and says what is wrong with it.
    """
    if isinstance(source, bytes | bytearray | memoryview):
        if not filename:
            raise ValueError("filename: bytes need a name that tells the format, e.g. 'my.cif'")
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, Path(filename.replace("\\", "/")).name or "structure")
            path.write_bytes(source)
            return _read_frame(path, filename, frame)
    return _read_frame(Path(source), filename or os.fspath(source), frame)


def _read_frame(path: Path, name: str, frame: int) -> Atoms:
    if frame >= 0:
        for index, atoms in enumerate(_frames(path, name)):
            if index == frame:
                return atoms
        count = index + 1
    else:
        frames = list(_frames(path, name))
        if -frame <= len(frames):
            return frames[frame]
        count = len(frames)
    raise StructureError(f"{name}: frame {frame} was asked for, but the file holds {count}")


def read_frames(path: str | os.PathLike[str]) -> Iterator[Atoms]:
    """All structures in a file, one after the other; errors as :func:`read_structure`."""
    yield from _frames(Path(path), os.fspath(path))


def _frames(path: Path, name: str) -> Iterator[Atoms]:
    import ase.io  # 1.3 s to import: not on the way to the dashboard's first picture
    from ase.io.formats import UnknownFileTypeError, filetype

    try:
        size = path.stat().st_size
    except OSError as error:
        raise StructureError(f"{name}: cannot be opened ({error.strerror})") from error
    if not path.is_file():
        raise StructureError(f"{name}: is not a file")
    if size == 0:
        raise StructureError(f"{name}: the file is empty")
    if size > MAX_BYTES:
        raise StructureError(
            f"{name}: {size / 1e6:.0f} MB are more than the {MAX_BYTES / 1e6:.0f} MB that are "
            "read; split the file"
        )
    frames: Iterator[Atoms] | None = None
    found = 0
    while True:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # readers warn of columns that nobody needs here
                if frames is None:
                    fmt = filetype(str(path))
                    if fmt in REFUSED_FORMATS:
                        raise StructureError(f"files of type {fmt} are not read; export as CIF")
                    frames = iter(ase.io.iread(str(path), index=":", format=fmt))
                atoms = next(frames)
            found += 1
            check_structure(atoms)
        except StopIteration:
            break
        except StructureError as error:
            where = f"{name}: structure {found}" if found > 1 else name
            raise StructureError(f"{where}: {error}") from error
        except UnknownFileTypeError as error:
            raise StructureError(
                f"{name}: not a known structure file; give CIF, POSCAR, XYZ, extended XYZ, FHI-aims, "
                "LAMMPS or another format that ASE reads"
            ) from error
        except Exception as error:  # readers raise anything at all on a broken file
            reason = " ".join(str(error).split())[:200]
            raise StructureError(
                f"{name}: reading failed after {found} complete structures "
                f"({type(error).__name__}: {reason}); is the file complete and its format right?"
            ) from error
        yield atoms
    if not found:
        raise StructureError(f"{name}: no structure found in the file")
