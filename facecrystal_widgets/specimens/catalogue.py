"""All specimens by name."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial

import numpy as np

from ..crystals.classes import CLASSES
from ..crystals.lattices import LATTICES
from ..defects import DefectRecipe
from .disorder import dimers, gas, packing
from .dynamics import glass, growing, liquid, thermal, vibrating
from .grains import FACETS, interface, nanoparticle, polycrystal, twin
from .single_crystals import BAIN, bain, crystal
from .specimen import Specimen

SHAPES = ("sphere", "block")
PIECE = 300
"""Atoms of the pieces that are cut from endless crystals."""
PROBE = ((10, 0.1), (30, 0.2), (50, 0.3))
"""Per cent of the atoms missing and noise in Angstrom: like reconstructions of atom-probe data."""

Maker = Callable[[int], Specimen]


def catalogue() -> dict[str, Maker]:
    """Specimens of every kind: name, as ``"folder/name"``, and a function of the seed.

    >>> specimen = catalogue()["twins/fcc-Cu"](0)
    >>> specimen.description
    'Cu, fcc, Σ3 {111} twin: half a turn about z, the common [111]'
    """
    makers: dict[str, Maker] = {
        "twins/fcc-Cu": lambda seed: twin("Cu").turned(seed),
        "interfaces/fcc-bcc-Fe": lambda seed: interface("Fe").turned(seed),
        "growing/fcc-Cu": partial(growing, "Cu"),
    }
    makers |= _endless()
    makers |= _grains()
    for metal in ("Al", "Cu"):
        makers[f"disorder/liquid-{metal}"] = partial(liquid, metal)
        makers[f"disorder/glass-{metal}"] = partial(glass, metal)
    for element in ("Fe", "Si"):
        makers[f"disorder/packing-{element}"] = partial(packing, element, 500)
        makers[f"disorder/gas-{element}"] = partial(gas, element, 500)
        makers[f"disorder/dimers-{element}"] = partial(dimers, element, 500)
    return makers


def _endless() -> dict[str, Maker]:
    """Pieces of single crystals: pristine, hot, hot with missing atoms; and along the Bain path."""
    makers: dict[str, Maker] = {
        f"crystals/{known.label}-{known.specimen}": _still(crystal, known.label, known.specimen)
        for known in CLASSES
    }
    for lattice in LATTICES.values():
        if lattice.label is None and lattice.example:
            name = f"outside/{lattice.name}-{lattice.example}"
            makers[name] = _still(crystal, lattice.name, lattice.example)
    for ratio in np.linspace(1, BAIN, 11).tolist():
        makers[f"bain/{ratio:.3f}-Fe"] = _still(bain, "Fe", ratio)
    for temperature in (300, 600, 900):
        name = f"thermal/fcc-Cu-{temperature}K"
        makers[name] = partial(thermal, "Cu", temperature)
        for known in CLASSES:
            vibrate = partial(vibrating, known.label, known.specimen, temperature, 4)
            makers[f"vibrating/{known.label}-{known.specimen}-{temperature}K"] = vibrate
        for missing, noise in PROBE:
            makers[f"{name}-{missing}-missing"] = _probe(makers[name], missing, noise)
    return {
        f"{name}-{shape}": _cut(make, shape) for name, make in makers.items() for shape in SHAPES
    }


def _grains() -> dict[str, Maker]:
    """Polycrystals, as they are and as an atom probe sees them, and nanoparticles."""
    makers: dict[str, Maker] = {}
    for known in CLASSES:
        label, element = known.label, known.specimen
        for grains, atoms in ((4, 6000), (8, 8000), (20, 20_000)):
            name = f"polycrystals/{label}-{element}-{grains}"
            makers[name] = partial(polycrystal, label, element, grains, atoms)
        for missing, noise in PROBE:
            probe = _probe(makers[f"polycrystals/{label}-{element}-4"], missing, noise)
            makers[f"atom-probe/{label}-{element}-4-{missing}-missing"] = probe
        for shape in FACETS:
            particle = partial(nanoparticle, label, element, shape, 500)
            makers[f"particles/{label}-{element}-{shape}"] = particle
    return makers


def _still(make: Callable[..., Specimen], *arguments: str | float) -> Maker:
    """A maker of a specimen without randomness, which ignores the seed."""
    return lambda seed: make(*arguments)


def _cut(make: Maker, shape: str) -> Maker:
    return lambda seed: make(seed).cut(PIECE, shape, seed)


def _probe(make: Maker, missing: int, noise: float) -> Maker:
    recipe = DefectRecipe(vacancies=missing / 100, displacement=noise)
    return lambda seed: make(seed).broken(replace(recipe, seed=seed))
