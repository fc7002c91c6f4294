"""Where a structure comes from: a prototype or a file, as an immutable value."""

from dataclasses import dataclass

from ase import Atoms

from ..crystals.lattices import PROTOTYPES
from ..crystals.prototypes import prototype
from ..reading.structures import read_structure

Place = tuple[float, float, float]
"""Middle of the sphere of atoms that is cut out of a large structure, Angstrom."""


@dataclass(frozen=True)
class PrototypeSource:
    """A structure by prototype, element and lattice constant (Angstrom; None: the default)."""

    name: str = "bcc"
    element: str = "Fe"
    lattice_constant: float | None = None

    def __post_init__(self) -> None:
        if self.name not in PROTOTYPES:
            raise ValueError(
                f"name: expected one of {', '.join(PROTOTYPES)}, received {self.name!r}"
            )

    @property
    def title(self) -> str:
        return f"{self.element}, {PROTOTYPES[self.name].title}"

    def load(self) -> Atoms:
        return prototype(self.name, self.element, self.lattice_constant)


@dataclass(frozen=True)
class FileSource:
    """A structure from an uploaded file: its name, its bytes, and which frame of it."""

    filename: str
    content: bytes
    frame: int = 0

    @property
    def title(self) -> str:
        return self.filename

    def load(self) -> Atoms:
        return read_structure(self.content, self.filename, self.frame)


Source = PrototypeSource | FileSource


def titled_error(source: Source, error: Exception) -> Exception:
    """The error with the title of the source before it, where the message lacks it."""
    if not isinstance(error, ValueError) or str(error).startswith(source.title):
        return error
    return ValueError(f"{source.title}: {error}")
