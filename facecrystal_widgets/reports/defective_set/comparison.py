"""The network beside other methods, on the same structures."""

from collections.abc import Iterable
from typing import Any

import numpy as np

from ...crystals.classes import LABELS
from ...datasets.defects import DEFECTS
from ...evaluation.defective_set import Evaluation
from ...evaluation.peers import SETTINGS, Peers
from ...evaluation.scores import correct
from ..document import ReportTable


def network_correct(evaluation: Evaluation, peers: Peers) -> np.ndarray:
    """Whether the network was right on the sample of the peers, (n, 14) float.

    NaN for pristine structures that it was trained on.
    """
    right = np.full((len(peers.parents), 1 + len(DEFECTS)), np.nan)
    place = {parent: i for i, parent in enumerate(peers.parents.tolist())}
    for row, is_right in zip(evaluation.rows, correct(evaluation.rows), strict=True):
        if (i := place.get(int(row["parent"]))) is not None:
            right[i, row["defect"] + 1] = is_right
    return right


def peers_by_defect(peers: Peers, network: np.ndarray) -> ReportTable:
    """Fraction in the right class by defect; `network` as of :func:`network_correct`."""
    right = _right(peers, network)
    lines: list[tuple[Any, ...]] = [
        (name, len(peers.parents), *(_mean(part[:, i]) for part in right.values()))
        for i, name in enumerate(("pristine", *map(str, DEFECTS)))
    ]
    defective = network[:, 1:].size
    lines.append(("all defective", defective, *(_mean(part[:, 1:]) for part in right.values())))
    return ReportTable(
        "Fraction in the right class by defect; for pristine structures, the network's holds those "
        "that it was not trained on",
        {"defect": "", "structures": ",d"} | dict.fromkeys(right, ".1%"),
        lines,
        total=True,
    )


def peers_by_class(peers: Peers, network: np.ndarray) -> ReportTable:
    """The same by class."""
    right = _right(peers, network)
    return ReportTable(
        "The same by class, defective structures",
        {"class": ""} | dict.fromkeys(right, ".1%"),
        [
            (label, *(_mean(part[peers.labels == number, 1:]) for part in right.values()))
            for number, label in enumerate(LABELS)
        ],
    )


def peer_settings(peers: Peers) -> ReportTable:
    """Every setting of every other method."""
    lines: list[tuple[Any, ...]] = []
    for method, answers in peers.answers.items():
        right, shares = peers.correct(method), peers.shares.get(method)
        for i, setting in enumerate(SETTINGS[method]):
            share = None if shares is None else float(shares[i].mean())
            without = float((answers[i] < 0).mean())
            lines.append((method, setting, float(right[i].mean()), without, share))
    return ReportTable(
        "Every setting that was tried, on pristine and defective structures together; the last "
        "column is the mean share of atoms that were found in the right class",
        {"method": "", "setting": ""}
        | dict.fromkeys(("right", "without an answer", "share of atoms"), ".1%"),
        lines,
        folded=True,
    )


def _right(peers: Peers, network: np.ndarray) -> dict[str, np.ndarray]:
    """Whether each method was right at its best setting, (n, 14), by title of its column."""
    right = {"network": network}
    for method in peers.answers:
        best = peers.best(method)
        right[f"{method}, {SETTINGS[method][best]}"] = peers.correct(method)[best]
    return right


def _mean(values: Iterable[float]) -> float | None:
    """The mean of the values that are not NaN, or None."""
    known = np.asarray(values, float)
    known = known[~np.isnan(known)]
    return float(known.mean()) if len(known) else None
