"""The face of crystals, live: crystal symmetry from diffraction fingerprints and a ConvNet.

The package follows Ziletti, Kumar, Scheffler and Ghiringhelli, "Insightful classification of
crystal structures using deep learning". Data flow one way::

    structure -> cluster -> defective cluster -> fingerprint -> probabilities -> verdict

>>> import facecrystal_widgets as fc
>>> cluster = fc.build_cluster(fc.prototype("bcc", "Fe"))
>>> broken = fc.DefectRecipe(vacancies=0.5, seed=7).apply(cluster)
>>> fc.classify(broken).label
'bcc'

Every public name is imported when it is first used, so ``import facecrystal_widgets`` is cheap.
"""

from importlib import import_module
from os.path import dirname, join

from . import relocations as _relocations  # noqa: F401 (old import paths)

__version__ = "0.1.0"


def _homes() -> dict[str, str]:
    """The module of every public name: the lines ``from .module import name as name`` of the stub,
    which types the names for mypy and pyright."""
    with open(join(dirname(__file__), "__init__.pyi"), encoding="utf-8") as stub:
        lines = [line.split() for line in stub if line.startswith("from .")]
    return {name: module for _, module, _, name, *_ in lines}


_HOMES = _homes()
__all__ = ["__version__", *_HOMES]


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(_HOMES[name], __name__), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
