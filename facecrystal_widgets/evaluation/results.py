"""An evaluation to look at: a small one that grows while it is watched, or a finished one."""

import csv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from ase import Atoms

from ..compute.checkpoint import Checkpoint, npz_codec
from ..compute.stream import stream
from ..compute.workers import HERE
from ..convnet.reference import NetworkRef
from ..datasets.defects import DEFECTS
from ..datasets.structures import SIZE, defective_group, sample_parents
from .defective_set import MANIFEST, evaluate_group
from .peers import CUTOFFS, ONE_SPECIES, PTM, SPGLIB, ask_spglib, count_types, vote
from .predictions import PREDICTION

TOLERANCES = (0.01, 0.1)
"""Of spglib, Angstrom; larger ones take seconds a structure."""
SECONDS = 1
"""What one question to spglib may take here."""
SETTINGS = {
    **dict.fromkeys((SPGLIB, ONE_SPECIES), tuple(f"{t:g} Å" for t in TOLERANCES)),
    PTM: tuple(f"RMSD ≤ {c:.2f}" if c < np.inf else "no RMSD cutoff" for c in CUTOFFS),
}
PEER_TABLE = Path("tables", "peers_by_defect.csv")
"""Of the report, in the folder of a finished evaluation."""


@dataclass(frozen=True, eq=False)
class Group:
    """One crystal with the thirteen defects.

    Attributes
    ----------
    rows : (13,) of :data:`.evaluation.PREDICTION`, in the order of `DEFECTS`.
    right : method to (settings, 13) bool, whether other methods found the class of the crystal;
        without OVITO there is no PTM.
    """

    rows: np.ndarray
    right: Mapping[str, np.ndarray]


@dataclass(frozen=True, eq=False)
class Results:
    """An evaluation, whole or as far as it has come.

    Attributes
    ----------
    rows : (n,) of :data:`.evaluation.PREDICTION`.
    seed : of the structures.
    sha256 : of the network's ``model.tflite``.
    peers : method with its setting to the fraction of right answers for pristine structures and
        for each of `DEFECTS`, (14,); NaN where it was not asked.
    compared : how many crystals the other methods were asked about.
    """

    rows: np.ndarray
    seed: int
    sha256: str
    peers: Mapping[str, np.ndarray]
    compared: int


def evaluation_steps(
    per_class: int, seed: int, model: Path | None, with_peers: bool
) -> Iterator[Group]:
    """Random crystals of the pristine set, `per_class` of each class, one by one."""
    network = NetworkRef.at(model)
    parents = sample_parents(per_class, SIZE, seed).tolist()
    tasks = ((parent, seed, network, with_peers) for parent in parents)
    yield from stream(evaluate_one, tasks, HERE)


def evaluate_one(index: int, seed: int, network: NetworkRef, with_peers: bool) -> Group:
    """The network and, if wanted, other methods on crystal number `index`."""
    rows = evaluate_group(index, seed, False, network)
    if not with_peers:
        return Group(rows, {})
    structures = [atoms for atoms, _ in defective_group(index, seed)[0]]
    plain = [Atoms(numbers=np.ones(len(a)), positions=a.positions, cell=a.cell) for a in structures]
    asked = np.array(ask_spglib([*structures, *plain], TOLERANCES, SECONDS)).T
    answers = {SPGLIB: asked[:, : len(structures)], ONE_SPECIES: asked[:, len(structures) :]}
    with suppress(ImportError):  # the panel says so
        answers[PTM] = np.stack([vote(count_types(atoms)[PTM]) for atoms in structures], axis=1)
    return Group(rows, {method: found == rows["label"] for method, found in answers.items()})


def combined(groups: Sequence[Group], seed: int, sha256: str) -> Results:
    """The results of the groups at hand, other methods at their best setting on these."""
    peers = {}
    for method in groups[0].right:
        right = np.stack([group.right[method] for group in groups])  # (groups, settings, 13)
        best = int(right.mean(axis=(0, 2)).argmax())
        peers[f"{method}, {SETTINGS[method][best]}"] = np.append(
            np.nan, right[:, best].mean(axis=0)
        )
    rows = np.concatenate([group.rows for group in groups])
    return Results(rows, seed, sha256, peers, len(groups))


def read_results(folder: Path) -> Results:
    """What ``facecrystal evaluate`` left in its folder.

    Raises
    ------
    ValueError
        says what is missing there or cannot be read.
    """
    try:
        run = Checkpoint.read(folder / MANIFEST)
        seed, sha256 = int(run.settings["seed"]), str(run.settings["model_sha256"])
        rows = np.concatenate(run.stored_results(npz_codec(PREDICTION)))
    except FileNotFoundError as error:
        raise ValueError(
            f"{folder}: not the folder of an evaluation ({error.filename} is missing); make one "
            f"with 'facecrystal evaluate --output {folder}'"
        ) from error
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise ValueError(
            f"{folder}: the evaluation is damaged or not finished ({error}); run 'facecrystal "
            f"evaluate --output {folder}' again, it completes what is missing"
        ) from error
    peers, compared = _read_peers(folder / PEER_TABLE)
    return Results(rows, seed, sha256, peers, compared)


def _read_peers(path: Path) -> tuple[dict[str, np.ndarray], int]:
    """Columns of the table of other methods, and how many crystals it is of; none without it."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            table: list[dict[str, Any]] = list(csv.DictReader(file))[: 1 + len(DEFECTS)]
        names = [name for name in table[0] if name not in ("defect", "structures", "network")]
        peers = {name: np.array([float(row[name] or "nan") for row in table]) for name in names}
        return peers, int(table[0]["structures"])
    except (OSError, LookupError, ValueError, TypeError):
        return {}, 0
