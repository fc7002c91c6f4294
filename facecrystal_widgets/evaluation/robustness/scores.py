"""How well members of the four classes are told from everything else: pure functions on rows."""

from dataclasses import dataclass

import numpy as np

from ...crystals.classes import LABELS
from ...orientation.evidence import THRESHOLD
from ...specimens.specimen import NONE
from .uncertainty import entropy, mahalanobis, nearest

REJECTED = 0.01
"""Share of the members that each method may reject, on the calibration data."""
TRUST = "trust"


def answers(rows: np.ndarray) -> np.ndarray:
    """Index into `LABELS` of the most probable class, (n,)."""
    return np.asarray(rows["probabilities"].argmax(axis=1))


def right(rows: np.ndarray) -> np.ndarray:
    """Whether that is the true one, (n,) bool."""
    return np.asarray(answers(rows) == rows["label"])


def trusted(rows: np.ndarray) -> np.ndarray:
    """Whether the verdict is trusted at the shipped threshold, (n,) bool."""
    return np.asarray(rows["trust"] >= THRESHOLD)


def auroc(inside: np.ndarray, outside: np.ndarray) -> float:
    """Chance that a member has a higher score than an outsider, ties counted half: the area under
    the receiver operating characteristic.

    >>> auroc(np.array([3, 2]), np.array([1, 2]))
    0.875
    """
    from scipy.stats import rankdata

    ranks = rankdata(np.concatenate([inside, outside]))[: len(inside)]
    least = len(inside) * (len(inside) + 1) / 2
    return float((ranks.sum() - least) / (len(inside) * len(outside)))


def confusion(rows: np.ndarray) -> np.ndarray:
    """Numbers of structures, (5, 5): true classes and none down; trusted answers, and none of these
    where the verdict is not trusted, across."""
    found = np.zeros((len(LABELS) + 1,) * 2, int)
    given = np.where(trusted(rows), answers(rows), len(LABELS))
    truth = np.where(rows["label"] == NONE, len(LABELS), rows["label"])
    np.add.at(found, (truth, given), 1)
    return found


def methods(rows: np.ndarray, calibration: np.ndarray) -> dict[str, np.ndarray]:
    """Scores (n,) of each method, the higher the more like a member.

    The distances in the last hidden layer are those from the members of the calibration data,
    defects included; the network itself was trained on pristine crystals.
    """
    members = calibration[calibration["part"] == "turned"]
    return {
        TRUST: rows["trust"],
        "largest probability": rows["probabilities"].max(axis=1),
        "entropy": -entropy(rows["probabilities"]),
        "Monte-Carlo dropout, entropy": -rows["dropout"][:, 0],
        "Monte-Carlo dropout, mutual information": -rows["dropout"][:, 1],
        "Mahalanobis distance, last hidden layer": -mahalanobis(rows, members),
        "nearest neighbour, last hidden layer": -nearest(rows, members),
    }


@dataclass(frozen=True)
class Separation:
    """How one method tells members from outsiders.

    Attributes
    ----------
    auroc, hcp : area under the curve against all outsiders, and against hcp alone.
    threshold : that `REJECTED` of the members of the calibration data lie below.
    rejected, accepted : shares of the members and outsiders of the test data on the wrong side.
    """

    auroc: float
    hcp: float
    threshold: float
    rejected: float
    accepted: float


def separations(rows: np.ndarray, calibration: np.ndarray) -> dict[str, Separation]:
    """How each method does on the turned and outside rows."""
    inside, outside = rows["part"] == "turned", rows["part"] == "outside"
    hcp = outside & (rows["kind"] == "hcp")
    members = calibration[calibration["part"] == "turned"]
    learnt = _learnt(members)
    found = {}
    for name, score in methods(rows, calibration).items():
        threshold = float(np.quantile(learnt[name], REJECTED))
        found[name] = Separation(
            auroc=auroc(score[inside], score[outside]),
            hcp=auroc(score[inside], score[hcp]),
            threshold=threshold,
            rejected=float((score[inside] < threshold).mean()),
            accepted=float((score[outside] >= threshold).mean()),
        )
    return found


def _learnt(members: np.ndarray) -> dict[str, np.ndarray]:
    """Scores of the calibration members, each pair of species and class without knowing it."""
    draws = np.unique(members["draw"])
    parts = [
        methods(members[members["draw"] == one], members[members["draw"] != one]) for one in draws
    ]
    return {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
