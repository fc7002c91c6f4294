"""Size invariance: the network on clusters of 32 to 1,024 atoms (Methods)."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import numpy as np
from ase import Atoms

from ..compute.stream import stream
from ..compute.workers import EVERY_CORE, Workers
from ..convnet.reference import NetworkRef
from ..crystals.classes import LABELS
from ..crystals.cluster import build_cluster
from ..crystals.prototypes import prototype
from ..datasets.defects import DEFECTS
from ..datasets.structures import SPECIES
from ..defects import DefectRecipe
from .predictions import classified_rows

SIZES = (32, 64, 128, 256, 512, 1024)
"""Target numbers of atoms; clusters come as near to them as whole cells allow."""
ELEMENTS = ("C", "Na", "Al", "Si", "Fe", "Cu", "W", "Pb")
"""Light and heavy, with short bonds and long ones."""
PAIRS = tuple((symbol, label) for symbol in ELEMENTS for label in LABELS)


def size_invariance(
    seed: int = 0,
    model: Path | None = None,
    workers: Workers = EVERY_CORE,
    progress: Callable[[Iterable[Any]], Iterable[Any]] = iter,
) -> np.ndarray:
    """Prototypes of eight elements in four classes, pristine and with every defect, in six sizes.

    Parameters
    ----------
    seed : of the defects.
    model, workers, progress : as in :func:`.evaluation.evaluate`; 32 steps.

    Returns
    -------
    (32, 6, 14) of :data:`.evaluation.ROW`: `PAIRS`, `SIZES`, pristine and `DEFECTS`.
    """
    network = NetworkRef.at(model)
    tasks = ((number, seed, network) for number in range(len(PAIRS)))
    return np.stack(list(progress(stream(_all_sizes, tasks, workers))))


def _all_sizes(number: int, seed: int, network: NetworkRef) -> np.ndarray:
    symbol, label = PAIRS[number]
    rng = np.random.default_rng([seed, 8, number])
    first, second = rng.choice([s for s in SPECIES if s != symbol], 2, replace=False).tolist()
    recipes = [defect.recipe((first, second), int(rng.integers(2**31))) for defect in DEFECTS]
    found = []
    for size in SIZES:
        cluster = build_cluster(prototype(label, symbol), size)
        structures: list[tuple[Atoms, DefectRecipe | None]] = [(cluster, None)]
        structures += [(recipe.apply(cluster), recipe) for recipe in recipes]
        found.append(classified_rows(structures, number, label, symbol, network))
    return np.stack(found)
