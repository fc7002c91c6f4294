"""A curve of Figure 4 as a plan, and its results structure by structure."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from ase import Atoms

from ..arguments import MAX_SEED, check_whole_number
from ..compute.stream import stream
from ..compute.workers import Workers
from ..convnet.reference import NetworkRef
from ..crystals.classes import LABELS, TRANSITIONS
from ..crystals.cluster import build_cluster
from ..crystals.elements import atomic_number
from ..crystals.prototypes import prototype
from ..datasets.structures import pristine_structure
from ..defects import DefectRecipe
from .curves import (
    AVAILABLE,
    curve_structures,
    melting_path,
    path_probabilities,
    removal_path,
)


@dataclass(frozen=True)
class CurvePlan:
    """A curve of Figure 4 that is asked for.

    Attributes
    ----------
    kind : ``"transition"`` or ``"melting"``.
    label : class of the structures at the start.
    element : one crystal of it, with other draws each time; ``""``: the structures of the
        pristine set, of all species, with one draw each, as in :mod:`.order`.
    number : of structures.
    seed : of the draws, and of the pristine set.
    """

    kind: str = "transition"
    label: str = "bcc"
    element: str = ""
    number: int = 125
    seed: int = 0

    def __post_init__(self) -> None:
        if self.kind not in ("transition", "melting"):
            raise ValueError(f"kind: expected transition or melting, received {self.kind!r}")
        allowed = tuple(TRANSITIONS) if self.kind == "transition" else LABELS
        if self.label not in allowed:
            raise ValueError(
                f"class: expected one of {', '.join(allowed)}, received {self.label!r}"
            )
        if self.element:
            atomic_number(self.element)
        check_whole_number("structures", self.number, 1, AVAILABLE)
        check_whole_number("seed", self.seed, 0, MAX_SEED)

    def structure(self, number: int) -> Atoms:
        """Structure `number` (from 0), periodic."""
        if self.element:
            return prototype(self.label, self.element)
        return pristine_structure(self._sample(number).index, self.seed)[0]

    def recipes(self, number: int) -> tuple[DefectRecipe, ...]:
        """What is done to structure `number`, point by point."""
        seed = self.seed + number if self.element else self._sample(number).recipe_seed
        return removal_path(seed) if self.kind == "transition" else melting_path(seed)

    def _sample(self, number: int) -> Any:
        return curve_structures(self.label, number + 1, self.seed)[-1]


@dataclass(frozen=True, eq=False)
class CurvePath:
    """One structure of a study.

    Attributes
    ----------
    species : its chemical symbol.
    file : it, periodic and without defects, as a POSCAR file, which keeps all digits; empty for
        the prototype of a study of one element.
    probabilities : (points, 4), in the order of `LABELS`.
    """

    species: str
    file: bytes
    probabilities: np.ndarray


def curve_paths(study: CurvePlan, model: str, jobs: int) -> Iterator[CurvePath]:
    """One structure of the study after the other.

    Parameters
    ----------
    model : folder of the network, ``""`` for the shipped one.
    jobs : processes.
    """
    network = NetworkRef.at(Path(model) if model else None)
    tasks = ((study, number, network) for number in range(study.number))
    yield from stream(_curve_path, tasks, Workers(jobs))


def _curve_path(study: CurvePlan, number: int, network: NetworkRef) -> CurvePath:
    atoms = study.structure(number)
    found = path_probabilities(build_cluster(atoms), study.recipes(number), network.load())
    return CurvePath(atoms[0].symbol, b"" if study.element else _poscar(atoms), found)


def _poscar(atoms: Atoms) -> bytes:
    import ase.io

    text = io.StringIO()
    ase.io.write(text, atoms, format="vasp", direct=True)
    return text.getvalue().encode()
