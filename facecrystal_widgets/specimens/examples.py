"""Large structures to try a local map on, shipped with the package."""

import io

from ase import Atoms

from ..defects import DefectRecipe
from ..reading.examples import FOLDER


def make_examples() -> dict[str, bytes]:
    """The content of every file: aluminium as an atom probe sees it, copper, iron."""
    from .dynamics import growing
    from .grains import nanoparticle, polycrystal

    probe = DefectRecipe(vacancies=0.2, displacement=0.1)
    specimens = {
        "four-grains.xyz": polycrystal("fcc", "Al", 4, 6000, 1).broken(probe),
        "growing-crystal.xyz": growing("Cu"),
        "nanoparticle.xyz": nanoparticle("bcc", "Fe", "dodecahedron", 500, 1),
    }
    return {name: _text(specimen.atoms) for name, specimen in specimens.items()}


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


if __name__ == "__main__":  # python -m facecrystal_widgets.specimens.examples
    FOLDER.mkdir(exist_ok=True)
    for name, content in make_examples().items():
        (FOLDER / name).write_bytes(content)
