"""The whole evaluation in any orientation: its tasks, and their results as arrays."""

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from pathlib import Path
from typing import Any

import numpy as np

from ...arguments import check_whole_number
from ...compute.checkpoint import PARTS, compute_in_parts, npz_codec, split
from ...compute.stream import stream
from ...compute.versions import versions
from ...compute.workers import EVERY_CORE, Workers
from ...convnet.reference import NetworkRef
from ...crystals.classes import LABELS
from . import grain_interiors, trials

PAIRS = len(trials.PAIRS)
DRAWS = {"hcp": 48, **dict.fromkeys(trials.MOLTEN, 7)}
OTHER_DRAWS = 16
"""Of each kind outside the classes; `DRAWS` names the exceptions."""
SIZE_DRAWS, BAIN_DRAWS = 12, 4
CALIBRATION_PAIRS = 48
"""Pairs of species and class of the calibration; of each kind outside it has two draws."""
CHUNK = 8
"""Tasks that are stored together: what an interruption can cost."""

Task = tuple[str, tuple[Any, ...]]
"""A function of :mod:`.trials` or :mod:`.grain_interiors` by name, and its arguments."""


@dataclass(frozen=True, eq=False)
class RobustnessEvaluation:
    """Results for all structures.

    Attributes
    ----------
    rows : of :data:`.trials.TRIAL`, those that are evaluated.
    calibration : the same, of other draws: thresholds, and what peers learn from, come from these.
    places : of :data:`.grain_interiors.INTERIOR`.
    pairs : of species and class, of 332.
    about : seed, SHA-256 of the network and versions.
    """

    rows: np.ndarray
    calibration: np.ndarray
    places: np.ndarray
    pairs: int
    about: dict[str, Any] = field(default_factory=dict)

    def part(self, name: str) -> np.ndarray:
        """Rows of one part: ``turned``, ``given``, ``outside``, ``sizes`` or ``bain``."""
        return self.rows[self.rows["part"] == name]


def tasks(pairs: int, seed: int) -> dict[str, list[Task]]:
    """Tasks for each array of a :class:`RobustnessEvaluation`, in proportion to `pairs`."""

    def share(number: int) -> int:
        return max(2, round(number * pairs / PAIRS))

    def chosen(number: int) -> list[int]:
        order = np.random.default_rng([seed, 17]).permutation(PAIRS)[:number]
        return [int(index) for index in np.sort(order)]

    def outside(stage: int, draws: Callable[[str], int]) -> list[Task]:
        return [
            ("outside_trials", (kind, draw, seed, stage))
            for kind in trials.KINDS
            for draw in range(draws(kind))
        ]

    test, other = trials.TEST, trials.CALIBRATION
    return {
        "rows": [
            *outside(test, lambda kind: share(DRAWS.get(kind, OTHER_DRAWS))),
            *(("class_trials", (index, seed, test)) for index in chosen(pairs)),
            *(
                ("small_and_large", (kind, draw, seed, test))
                for kind in trials.SIZE_KINDS
                for draw in range(share(SIZE_DRAWS))
            ),
            *(("bain_path", (draw, seed, test)) for draw in range(share(BAIN_DRAWS))),
        ],
        "calibration": [
            *(("class_trials", (index, seed, other)) for index in chosen(share(CALIBRATION_PAIRS))),
            *outside(other, lambda kind: 2),
        ],
        "places": [
            ("grain_rows", (label, number, seed, test))
            for label in LABELS
            for number in range(len(grain_interiors.MISSING))
        ],
    }


def perform(task: Task) -> np.ndarray:
    """Do one task."""
    name, arguments = task
    rows: np.ndarray = getattr(grain_interiors if name == "grain_rows" else trials, name)(
        *arguments
    )
    return rows


def number_of_tasks(pairs: int = PAIRS) -> int:
    """How many tasks the progress of :func:`evaluate_robustness` counts."""
    return sum(map(len, tasks(pairs, 0).values()))


def evaluate_robustness(
    pairs: int = PAIRS,
    seed: int = 0,
    folder: Path | None = None,
    workers: Workers = EVERY_CORE,
    progress: Callable[[Iterable[Any]], Iterable[Any]] = iter,
) -> RobustnessEvaluation:
    """Classify structures in any orientation, in the classes and outside, with the shipped network.

    The result depends on the numbers and the network alone, not on the workers or on interruptions.

    Parameters
    ----------
    pairs : of species and class, 2 to 332; each is taken pristine and with thirteen defects, as a
        block and as a sphere.
    seed : of everything that is drawn.
    folder : where finished parts are stored, and read by the next run; by default nothing is.
    progress : wraps the iterator over `number_of_tasks`.

    Raises
    ------
    BatchError
        if a worker or the cluster is lost; finished parts are kept.
    """
    pairs = check_whole_number("pairs", pairs, 2, PAIRS)
    about = {"seed": seed, "model_sha256": NetworkRef.at(None).sha256, "versions": versions()}
    arrays = tasks(pairs, seed)
    run = sha256(json.dumps([about, pairs], sort_keys=True).encode()).hexdigest()[:12]
    rows = compute_in_parts(
        split([(task,) for array in arrays.values() for task in array], CHUNK, run + "-{:04}.npz"),
        partial(stream, perform, workers=workers, ahead=CHUNK),
        npz_codec(trials.TRIAL, grain_interiors.INTERIOR),
        folder and folder / PARTS / f"{run}.json",  # runs of other numbers may stand beside it
        {**about, "pairs": pairs},
        progress,
    )
    ends = np.cumsum([len(array) for array in arrays.values()])
    parts = (rows[end - len(array) : end] for array, end in zip(arrays.values(), ends, strict=True))
    return RobustnessEvaluation(
        **{name: np.concatenate(part) for name, part in zip(arrays, parts, strict=True)},
        pairs=pairs,
        about=about,
    )
