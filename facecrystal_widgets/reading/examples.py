"""Structures that are shipped with the package."""

from pathlib import Path

FOLDER = Path(__file__).parent / "shipped"
EXAMPLES = {
    "four grains, a fifth of the atoms missing": "four-grains.xyz",
    "a crystal growing in its melt": "growing-crystal.xyz",
    "a nanoparticle": "nanoparticle.xyz",
}
"""Title of each, for people, and its file."""


def example(name: str) -> bytes:
    """The content of a file of `EXAMPLES`, extended XYZ.

    >>> from facecrystal_widgets import read_structure
    >>> len(read_structure(example("nanoparticle.xyz"), "nanoparticle.xyz"))
    500
    """
    if name not in EXAMPLES.values():
        raise ValueError(f"name: expected one of {', '.join(EXAMPLES.values())}, received {name!r}")
    return (FOLDER / name).read_bytes()
