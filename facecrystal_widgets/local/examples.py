"""Large structures to try a local map on, shipped with the package."""

import io
from pathlib import Path

from ase import Atoms

from ..defects import DefectRecipe

FOLDER = Path(__file__).parent / "examples"
EXAMPLES = {
    "four grains, a fifth of the atoms missing": "four-grains.xyz",
    "a crystal growing in its melt": "growing-crystal.xyz",
    "a nanoparticle": "nanoparticle.xyz",
}
"""What each is, for people, and its file."""


def example(name: str) -> bytes:
    """The content of a file of `EXAMPLES`, extended XYZ.

    >>> from facecrystal_widgets import read_structure
    >>> len(read_structure(example("nanoparticle.xyz"), "nanoparticle.xyz"))
    500
    """
    if name not in EXAMPLES.values():
        raise ValueError(f"name: expected one of {', '.join(EXAMPLES.values())}, received {name!r}")
    return (FOLDER / name).read_bytes()


def make_examples() -> dict[str, bytes]:
    """The content of every file: aluminium as an atom probe sees it, copper, iron."""
    from ..experiments.wild.grains import nanoparticle, polycrystal
    from ..experiments.wild.motion import growing

    probe = DefectRecipe(vacancies=0.2, displacement=0.1)
    made = {
        "four-grains.xyz": polycrystal("fcc", "Al", 4, 6000, 1).broken(probe),
        "growing-crystal.xyz": growing("Cu"),
        "nanoparticle.xyz": nanoparticle("bcc", "Fe", "dodecahedron", 500, 1),
    }
    return {name: _text(specimen.atoms) for name, specimen in made.items()}


def _text(atoms: Atoms) -> bytes:
    """Species and positions alone, to 0.001 Å."""
    import ase.io

    text = io.StringIO()
    bare = Atoms(atoms.numbers, atoms.positions, cell=atoms.cell, pbc=atoms.pbc)
    ase.io.write(text, bare, format="extxyz")
    lines = text.getvalue().splitlines()[:2]
    for symbol, (x, y, z) in zip(atoms.symbols, atoms.positions, strict=True):
        lines.append(f"{symbol} {x:.3f} {y:.3f} {z:.3f}")
    return "\n".join([*lines, ""]).encode()


if __name__ == "__main__":  # python -m facecrystal_widgets.local.examples
    FOLDER.mkdir(exist_ok=True)
    for name, content in make_examples().items():
        (FOLDER / name).write_bytes(content)
