"""Size invariance, and other methods on the same structures."""

from collections.abc import Iterable
from functools import partial
from typing import Any

import numpy as np

from ...crystals.classes import LABELS
from ...datasets.defects import DEFECTS
from ...evaluation import scores as analysis
from ...evaluation.defective_set import Evaluation
from ...evaluation.peers import NO_TIME, OVITO_METHODS, SECONDS, SETTINGS, SPGLIB, Peers
from ...evaluation.predictions import PRISTINE
from ...evaluation.sizes import ELEMENTS, SIZES
from ..document import PERCENT, WHOLE, Column, Picture, ReportTable, Section
from . import drawings
from .summary import SCORE_COLUMNS, score_cells


def sizes_section(sizes: np.ndarray) -> Section:
    table = []
    for number, target in enumerate(SIZES):
        rows = sizes[:, number]
        atoms = rows["atoms"][rows["defect"] == PRISTINE]
        span = f"{atoms.min():,}–{atoms.max():,}"
        table.append((target, span, *score_cells(analysis.score(rows.ravel()))))
    return Section(
        "Size invariance",
        (
            "The network was trained on clusters of about 128 atoms. Here it sees others: "
            f"prototypes of {', '.join(ELEMENTS)} in the four classes, pristine and with each of "
            "the thirteen defects.",
        ),
        (
            Picture(
                "sizes",
                "Mean probability of the right class against the size of the cluster.",
                partial(drawings.sizes, sizes),
            ),
        ),
        (
            ReportTable(
                "sizes",
                "Clusters of all sizes, pristine and defective together",
                (Column("target", WHOLE), Column("atoms when pristine"), *SCORE_COLUMNS),
                table,
            ),
        ),
    )


def network_correct(evaluation: Evaluation, peers: Peers) -> np.ndarray:
    """Whether the network was right on the sample of the peers, (n, 14) float.

    NaN for pristine structures that it was trained on.
    """
    found = np.full((len(peers.parents), 1 + len(DEFECTS)), np.nan)
    place = {parent: i for i, parent in enumerate(peers.parents.tolist())}
    for row, right in zip(evaluation.rows, analysis.correct(evaluation.rows), strict=True):
        if (i := place.get(int(row["parent"]))) is not None:
            found[i, row["defect"] + 1] = right
    return found


def peers_section(evaluation: Evaluation, peers: Peers | None) -> Section:
    title = "Beside other methods"
    if peers is None:
        return Section(title, ("Not asked for (`--peers 0`).",))
    network = network_correct(evaluation, peers)
    text = [
        f"A sample of {len(peers.parents)} pristine structures, as many of each class, with all "
        "thirteen defects. The other methods get the periodic supercell with the same defects, "
        "the network the bare cluster.",
        "From atoms to a structure: a structure has the class that most of its atoms have. Atoms "
        "that were given none of the four classes abstain; a structure without any, or with a "
        "tie, has no answer. PTM looks for the four lattices alone; a-CNA (with identify diamond "
        "structure) has no type for sc. spglib is right if it finds the space group of the class.",
        "Every method is shown at the setting that is best for it on this very sample.",
    ]
    if not any(method in peers.answers for method in OVITO_METHODS):
        text.append(
            "Polyhedral template matching and adaptive common neighbour analysis are missing "
            "here, since OVITO is not installed; `pip install 'facecrystal_widgets[peers]'` "
            "brings it."
        )
    late = int((peers.answers[SPGLIB] == NO_TIME).sum())
    if late:
        text.append(
            f"Of {peers.answers[SPGLIB].size:,} searches of spglib, {late:,} took more than "
            f"{SECONDS} s and {'was' if late == 1 else 'were'} given up, which counts as wrong."
        )
    return Section(
        title,
        tuple(text),
        (
            Picture(
                "peers",
                "Fraction of structures in the right class against the strength of the defect.",
                partial(drawings.peers, peers, network),
            ),
            Picture(
                "peer_settings",
                "Fraction of the whole sample in the right class against the setting.",
                partial(drawings.settings, peers),
            ),
        ),
        (
            _peers_by_defect(peers, network),
            _peers_by_class(peers, network),
            _peer_settings(peers),
        ),
    )


def _peer_columns(peers: Peers) -> tuple[Column, ...]:
    names = [f"{method}, {SETTINGS[method][peers.best(method)]}" for method in peers.answers]
    return tuple(Column(name, PERCENT) for name in ("network", *names))


def _peers_by_defect(peers: Peers, network: np.ndarray) -> ReportTable:
    right = [network, *(peers.correct(m)[peers.best(m)] for m in peers.answers)]
    table: list[tuple[Any, ...]] = [
        (name, len(peers.parents), *(_mean(part[:, i]) for part in right))
        for i, name in enumerate(("pristine", *map(str, DEFECTS)))
    ]
    every = network[:, 1:].size
    table.append(("all defective", every, *(_mean(part[:, 1:]) for part in right)))
    return ReportTable(
        "peers_by_defect",
        "Fraction in the right class by defect; for pristine structures, the network's holds those "
        "that it was not trained on",
        (Column("defect"), Column("structures", WHOLE), *_peer_columns(peers)),
        table,
        total=True,
    )


def _peers_by_class(peers: Peers, network: np.ndarray) -> ReportTable:
    right = [network, *(peers.correct(m)[peers.best(m)] for m in peers.answers)]
    table = [
        (label, *(_mean(part[peers.labels == number, 1:]) for part in right))
        for number, label in enumerate(LABELS)
    ]
    columns = (Column("class"), *_peer_columns(peers))
    return ReportTable("peers_by_class", "The same by class, defective structures", columns, table)


def _peer_settings(peers: Peers) -> ReportTable:
    table = []
    for method, answers in peers.answers.items():
        for i, setting in enumerate(SETTINGS[method]):
            right, share = peers.correct(method)[i], peers.shares.get(method)
            table.append(
                (
                    *(method, setting, float(right.mean()), float((answers[i] < 0).mean())),
                    None if share is None else float(share[i].mean()),
                )
            )
    return ReportTable(
        "peer_settings",
        "Every setting that was tried, on pristine and defective structures together; the last "
        "column is the mean share of atoms that were found in the right class",
        (
            *(Column("method"), Column("setting"), Column("right", PERCENT)),
            *(Column("without an answer", PERCENT), Column("share of atoms", PERCENT)),
        ),
        table,
        folded=True,
    )


def _mean(values: Iterable[float]) -> float | None:
    """The mean of what is not NaN, or None."""
    known = np.asarray(values, float)
    known = known[~np.isnan(known)]
    return float(known.mean()) if len(known) else None
