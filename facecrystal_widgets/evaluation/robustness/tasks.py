"""The whole evaluation in any orientation: its tasks, given out, kept in parts and put together."""

import io
import json
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import islice
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np

from ...arguments import check_whole_number
from ...compute.stream import stream
from ...compute.versions import versions
from ...compute.workers import EVERY_CORE, Workers
from ...convnet.reference import NetworkRef
from ...crystals.classes import LABELS
from ...files import write_whole
from . import grain_interiors as local
from . import trials

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
"""A function of :mod:`.trials` or :mod:`.interiors` by name, and its arguments."""


@dataclass(frozen=True, eq=False)
class RobustnessEvaluation:
    """What was said of all structures.

    Attributes
    ----------
    rows : of :data:`.trials.ROW`, those that are judged.
    calibration : the same, of other draws: thresholds, and what peers learn from, come from these.
    places : of :data:`.interiors.PLACE`.
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
    """What has to be done for each array of a :class:`RobustnessEvaluation`; fewer pairs make all
    of it smaller in proportion."""

    def share(number: int) -> int:
        return max(2, round(number * pairs / PAIRS))

    def chosen(number: int) -> list[int]:
        order = np.random.default_rng([seed, 17]).permutation(PAIRS)[:number]
        return [int(index) for index in np.sort(order)]

    def outside(stage: int, draws: Callable[[str], int]) -> list[Task]:
        return [
            ("outsiders", (kind, draw, seed, stage))
            for kind in trials.KINDS
            for draw in range(draws(kind))
        ]

    test, other = trials.TEST, trials.CALIBRATION
    return {
        "rows": [
            *outside(test, lambda kind: share(DRAWS.get(kind, OTHER_DRAWS))),
            *(("members", (index, seed, test)) for index in chosen(pairs)),
            *(
                ("small_and_large", (kind, draw, seed, test))
                for kind in trials.SIZE_KINDS
                for draw in range(share(SIZE_DRAWS))
            ),
            *(("bain_path", (draw, seed, test)) for draw in range(share(BAIN_DRAWS))),
        ],
        "calibration": [
            *(("members", (index, seed, other)) for index in chosen(share(CALIBRATION_PAIRS))),
            *outside(other, lambda kind: 2),
        ],
        "places": [
            ("interiors", (label, number, seed, test))
            for label in LABELS
            for number in range(len(local.MISSING))
        ],
    }


def perform(task: Task) -> np.ndarray:
    """Do one task."""
    name, arguments = task
    rows: np.ndarray = getattr(local if name == "interiors" else trials, name)(*arguments)
    return rows


def number_of_tasks(pairs: int = PAIRS) -> int:
    """How many things the progress of :func:`evaluate_robustness` counts."""
    return sum(map(len, tasks(pairs, 0).values()))


def evaluate_robustness(
    pairs: int = PAIRS,
    seed: int = 0,
    folder: Path | None = None,
    workers: Workers = EVERY_CORE,
    progress: Callable[[Iterable[Any]], Iterable[Any]] = iter,
) -> RobustnessEvaluation:
    """Judge structures in any orientation, in the classes and outside, with the shipped network.

    The result depends on the numbers and the network alone, not on who computed it or how often it
    was interrupted.

    Parameters
    ----------
    pairs : of species and class, 2 to 332; each is taken pristine and with thirteen defects, as a
        block and as a sphere.
    seed : of everything that is drawn.
    folder : where parts are stored and taken up again; by default nothing is stored.
    progress : wraps the iterator over `number_of_tasks`.

    Raises
    ------
    BatchError
        if a worker or the cluster is lost; parts that were finished are kept.
    """
    pairs = check_whole_number("pairs", pairs, 2, PAIRS)
    about = {"seed": seed, "model_sha256": NetworkRef.at(None).sha256, "versions": versions()}
    wanted = tasks(pairs, seed)
    flat = [task for own in wanted.values() for task in own]
    key = sha256(json.dumps([about, pairs], sort_keys=True).encode()).hexdigest()[:12]
    found = list(progress(_results(flat, folder, key, workers)))
    arrays, start = {}, 0
    for name, own in wanted.items():
        arrays[name] = np.concatenate(found[start : start + len(own)])
        start += len(own)
    return RobustnessEvaluation(**arrays, pairs=pairs, about=about)


def _results(
    flat: list[Task], folder: Path | None, key: str, workers: Workers
) -> Iterator[np.ndarray]:
    """The rows of every task in turn, stored ones and new ones; new chunks are stored."""
    chunks = [range(i, min(i + CHUNK, len(flat))) for i in range(0, len(flat), CHUNK)]
    stored = [_stored(folder, key, chunk) for chunk in chunks]
    todo = (
        (flat[i],)
        for chunk, kept in zip(chunks, stored, strict=True)
        if kept is None
        for i in chunk
    )
    fresh = stream(perform, todo, workers, ahead=CHUNK)
    for chunk, kept in zip(chunks, stored, strict=True):
        if kept is not None:
            yield from kept
            continue
        new = []
        for rows in islice(fresh, len(chunk)):
            new.append(rows)
            yield rows
        if folder is not None:
            content = io.BytesIO()
            np.savez_compressed(content, *new)
            path = _path(folder, key, chunk)
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, content.getvalue())


def _path(folder: Path, key: str, chunk: range) -> Path:
    return folder / "parts" / f"{key}-{chunk[0]:04}.npz"


def _stored(folder: Path | None, key: str, chunk: range) -> list[np.ndarray] | None:
    """The rows of a chunk of tasks, or None where they are missing or damaged."""
    if folder is None:
        return None
    try:
        with (
            _path(folder, key, chunk).open("rb") as source,
            np.load(source, allow_pickle=False) as file,
        ):
            found = [file[f"arr_{i}"] for i in range(len(chunk))]
    except (OSError, EOFError, ValueError, LookupError, BadZipFile, zlib.error):
        return None
    return found if {rows.dtype for rows in found} <= {trials.TRIAL, local.INTERIOR} else None
