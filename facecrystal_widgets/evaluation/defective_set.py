"""Evaluation of the network at the paper's scale (Results, "The model performance").

The work is divided into groups: one pristine structure with each of the thirteen defects. A worker
builds a group, computes its fingerprints and classifies them; it returns a few numbers for each
structure and keeps no image, so memory does not grow with the number of groups. Results are stored
in parts of `PART` groups; see :mod:`~facecrystal_widgets.compute.checkpoint`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache, partial
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np
from ase import Atoms

from ..arguments import check_whole_number
from ..compute.checkpoint import compute_in_parts, npz_codec, split
from ..compute.stream import stream
from ..compute.versions import versions
from ..compute.workers import EVERY_CORE, Workers
from ..convnet.reference import NetworkRef
from ..crystals.classes import LABELS
from ..datasets.dataset import split_pairs
from ..datasets.structures import SIZE, defective_group, pair, pristine_structure
from ..defects import DefectRecipe
from ..diffraction.fingerprint import fingerprint
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

    The predictions depend on `seed` and the network alone, not on the workers or on interruptions.

    Parameters
    ----------
    groups : pristine structures, each with thirteen defects; at most 6,345.
    seed : of the defective set.
    model : folder of an exported network; by default the shipped one. Workers on other machines
        must find it under the same path.
    folder : where finished parts are stored, and read by the next run; by default nothing is.
    progress : wraps the iterator over the groups, e.g. ``tqdm`` with its total set.

    Raises
    ------
    ValueError
        if the network cannot be used, or `folder` holds predictions of other structures, of
        another network or by other versions, or another process works there.
    BatchError
        if a worker or the cluster is lost; finished parts are kept.
    """
    groups = check_whole_number("groups", groups, 1, SIZE)
    network = NetworkRef.at(model)
    about = {
        "seed": seed,
        "model_sha256": network.sha256,
        "versions": {**versions(), NETWORK_RUNS_IN: version(NETWORK_RUNS_IN)},
    }
    trained = trained_pairs(network)
    tasks = [(index, seed, pair(index, seed) not in trained, network) for index in range(groups)]
    rows = compute_in_parts(
        split(tasks, PART),
        partial(stream, evaluate_group, workers=workers),
        npz_codec(PREDICTION),
        folder and folder / MANIFEST,
        about,
        progress,
    )
    return Evaluation(np.concatenate(rows), groups, about)


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
    misses = progress(stream(_misses_of_group, tasks, workers))
    return np.sum(list(misses), axis=0)


def _misses_of_group(index: int, seed: int, networks: Sequence[NetworkRef]) -> np.ndarray:
    members, label, _ = defective_group(index, seed)
    pixels = np.stack([fingerprint(atoms).image for atoms, _ in members])
    answers = [network.load().probabilities(pixels).argmax(axis=1) for network in networks]
    return np.count_nonzero(np.array(answers) != LABELS.index(label), axis=1)


@cache
def trained_pairs(network: NetworkRef) -> frozenset[tuple[str, str]]:
    """Species and class of what a network was trained on; all others are a test for it."""
    card = network.load().card
    size, seed = card["dataset_size"], card["dataset_seed"]
    species, labels = zip(*(pair(index, seed) for index in range(size)), strict=True)
    numbers = np.array([LABELS.index(label) for label in labels])
    training, _ = split_pairs(np.array(species), numbers, seed)
    return frozenset((species[i], labels[i]) for i in training)
