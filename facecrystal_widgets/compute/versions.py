"""Versions of the libraries that results depend on."""

import platform
from importlib.metadata import version


def versions() -> dict[str, str]:
    """Versions of what results depend on, to the last digit."""
    packages = ("facecrystal_widgets", "numpy", "scipy", "ase", "spglib", "gemmi")
    return {"python": platform.python_version(), **{name: version(name) for name in packages}}
