"""Evaluation of the network at the paper's scale (Results, "The model performance").

The work is done in groups: one pristine structure with each of the thirteen defects. A worker
makes a group, lets it scatter and asks the network; it hands back a few numbers a structure and
keeps no image, so that memory does not grow with the number of groups. They are stored in parts of
`PART` groups, each written whole or not at all: work that was interrupted goes on after the last.
"""

import io
import json
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib.metadata import version
from itertools import islice
from pathlib import Path
from typing import Any
from zipfile import BadZipFile

import numpy as np
from ase import Atoms

from ..arguments import check_whole_number
from ..compute.stream import stream
from ..compute.versions import versions
from ..compute.workers import EVERY_CORE, Workers
from ..convnet.reference import NetworkRef
from ..crystals.classes import LABELS
from ..datasets.dataset import split_pairs
from ..datasets.structures import SIZE, defective_group, pair, pristine_structure
from ..defects import DefectRecipe
from ..diffraction.fingerprint import fingerprint
from ..files import write_whole
from .predictions import PREDICTION, PRISTINE, classified_rows

PART = 64
"""Groups in one part: what an interruption can cost is six seconds or so."""
MANIFEST = "evaluation.json"
NETWORK_RUNS_IN = "ai-edge-litert"


@dataclass(frozen=True, eq=False)
class Evaluation:
    """Predictions for groups 0 to `groups` - 1 of the defective set of one seed.

    Attributes
    ----------
    rows : (n,) of `PREDICTION`, group by group: the pristine structure, if the network was not
        trained on its species in its class, and then the thirteen defective ones in the order of
        `DEFECTS`.
    groups : how many pristine structures were taken; 6,345 in the paper.
    about : seed, SHA-256 of the network and versions: what the predictions depend on.
    """

    rows: np.ndarray
    groups: int
    about: dict[str, Any] = field(default_factory=dict)

    @property
    def defective(self) -> np.ndarray:
        """The rows with a defect."""
        return self.rows[self.rows["defect"] != PRISTINE]

    @property
    def pristine(self) -> np.ndarray:
        """The rows of the pristine test part."""
        return self.rows[self.rows["defect"] == PRISTINE]


def evaluate(
    groups: int = SIZE,
    seed: int = 0,
    model: Path | None = None,
    folder: Path | None = None,
    workers: Workers = EVERY_CORE,
    progress: Callable[[Iterable[Any]], Iterable[Any]] = iter,
) -> Evaluation:
    """Classify the first `groups` groups of the defective set, and the pristine test part in them.

    The predictions depend on `seed` and the network alone: not on who computed them, how many
    worked, or how often they were interrupted.

    Parameters
    ----------
    groups : pristine structures, each with thirteen defects; at most 6,345.
    seed : of the defective set.
    model : folder of an exported network; by default the shipped one. Workers on other machines
        must find it under the same path.
    folder : where parts are stored and taken up again; by default nothing is stored.
    progress : wraps the iterator over the groups, e.g. ``tqdm`` with its total set.

    Raises
    ------
    ValueError
        if the network cannot be used, or `folder` holds predictions of other structures, of
        another network or by other versions.
    BatchError
        if a worker or the cluster is lost; parts that were finished are kept.
    """
    groups = check_whole_number("groups", groups, 1, SIZE)
    network = NetworkRef.at(model)
    about = _about(seed, network)
    if folder is not None:
        _check_manifest(folder, about)
    parts = {
        part: None if folder is None else _stored(_path(folder, part), part)
        for part in (range(i, min(i + PART, groups)) for i in range(0, groups, PART))
    }
    trained = trained_pairs(network)
    tasks = (
        (index, seed, pair(index, seed) not in trained, network)
        for part, rows in parts.items()
        if rows is None
        for index in part
    )
    found = _groups(parts, folder, stream(evaluate_group, tasks, workers))
    return Evaluation(np.concatenate(list(progress(found))), groups, about)


def _groups(
    parts: dict[range, np.ndarray | None], folder: Path | None, results: Iterator[np.ndarray]
) -> Iterator[np.ndarray]:
    """The rows of every group in turn, stored ones and new ones; new parts are stored."""
    for part, rows in parts.items():
        if rows is not None:
            for index in part:
                yield rows[rows["parent"] == index]
            continue
        new = []
        for group in islice(results, len(part)):
            new.append(group)
            yield group
        if folder is not None:
            content = io.BytesIO()
            np.savez(content, rows=np.concatenate(new))
            write_whole(_path(folder, part), content.getvalue())


def evaluate_group(index: int, seed: int, pristine: bool, network: NetworkRef) -> np.ndarray:
    """The rows of one group: the pristine structure, if wanted, and the thirteen defective ones.

    Parameters
    ----------
    index, seed : number of the pristine structure, and seed of its set.
    """
    members, label, species = defective_group(index, seed)
    structures: list[tuple[Atoms, DefectRecipe | None]] = [*members]
    if pristine:
        structures.insert(0, (pristine_structure(index, seed)[0], None))
    return classified_rows(structures, index, label, species, network)


def count_misses(
    models: Sequence[Path],
    groups: int = SIZE,
    seed: int = 0,
    workers: Workers = EVERY_CORE,
    progress: Callable[[Iterable[Any]], Iterable[Any]] = iter,
) -> np.ndarray:
    """How many of the 13 x `groups` defective structures each of several networks misclassifies.

    Every structure scatters once for all of them.

    Returns
    -------
    (models,) int64. Parameters and errors as of `evaluate`.
    """
    groups = check_whole_number("groups", groups, 1, SIZE)
    networks = tuple(NetworkRef.at(model) for model in models)
    tasks = ((index, seed, networks) for index in range(groups))
    found = progress(stream(_misses_of_group, tasks, workers))
    return np.sum(list(found), axis=0)


def _misses_of_group(index: int, seed: int, networks: Sequence[NetworkRef]) -> np.ndarray:
    members, label, _ = defective_group(index, seed)
    pixels = np.stack([fingerprint(atoms).image for atoms, _ in members])
    answers = [network.load().probabilities(pixels).argmax(axis=1) for network in networks]
    return np.count_nonzero(np.array(answers) != LABELS.index(label), axis=1)


def _about(seed: int, network: NetworkRef) -> dict[str, Any]:
    return {
        "seed": seed,
        "model_sha256": network.sha256,
        "versions": {**versions(), NETWORK_RUNS_IN: version(NETWORK_RUNS_IN)},
    }


def _check_manifest(folder: Path, about: dict[str, Any]) -> None:
    """Make the folder if need be; refuse one whose parts would not fit together with new ones."""
    path = folder / MANIFEST
    try:
        found = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        (folder / "parts").mkdir(parents=True, exist_ok=True)
        write_whole(path, (json.dumps(about, indent=2) + "\n").encode())
        return
    except ValueError:
        found = {}
    if found != about:
        names = [
            key for key in about if not isinstance(found, dict) or found.get(key) != about[key]
        ]
        raise ValueError(
            f"{path}: the folder holds predictions of another run ({', '.join(names)} differ); "
            "start anew with --force, or choose another folder"
        )


def _path(folder: Path, part: range) -> Path:
    return folder / "parts" / f"{part[0]:05}.npz"


def _stored(path: Path, part: range) -> np.ndarray | None:
    """The rows of a part, or None where it is missing or damaged, and so has to be made again."""
    try:
        with path.open("rb") as source, np.load(source, allow_pickle=False) as file:
            rows: np.ndarray = file["rows"]
    except (OSError, EOFError, ValueError, LookupError, BadZipFile, zlib.error):
        return None
    if rows.dtype != PREDICTION:
        return None
    rows = rows[rows["parent"] <= part[-1]]  # the run that stored it may have been for more groups
    return rows if np.array_equal(np.unique(rows["parent"]), part) else None


@cache
def trained_pairs(network: NetworkRef) -> frozenset[tuple[str, str]]:
    """Species and class of what a network was trained on; all others are a test for it."""
    card = network.load().card
    size, seed = card["dataset_size"], card["dataset_seed"]
    species, labels = zip(*(pair(index, seed) for index in range(size)), strict=True)
    numbers = np.array([LABELS.index(label) for label in labels])
    training, _ = split_pairs(np.array(species), numbers, seed)
    return frozenset((species[i], labels[i]) for i in training)
