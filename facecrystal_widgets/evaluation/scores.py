"""What the predictions of an evaluation amount to: pure functions on rows of `evaluation.ROW`."""

from collections.abc import Hashable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, TypeVar

import numpy as np

from ..crystals.classes import LABELS
from ..datasets.defects import DEFECTS, Defect
from ..datasets.structures import SPECIES
from .predictions import PRISTINE, defect_of

Key = TypeVar("Key", bound=Hashable)
SHORT_BOND = 1.5
"""Angstrom. Hardly any element has a shorter bond, and a displacement weighs more there."""
MELTING = 0.1
"""Lindemann parameter (rms displacement over bond length) from which crystals may melt."""
BINS = 15
"""Of the reliability diagram."""


@dataclass(frozen=True)
class Score:
    """How the network did on some structures.

    Attributes
    ----------
    structures, misses : how many, and how many of them got another class than their crystal's.
    confidence : mean probability of the class that was answered.
    lowest : the lowest probability that the right class got.
    """

    structures: int
    misses: int
    confidence: float
    lowest: float

    @property
    def accuracy(self) -> float:
        """Fraction of right answers."""
        return 1 - self.misses / self.structures


@dataclass(frozen=True, eq=False)
class Reliability:
    """Whether probabilities are what they say: the reliability diagram.

    Attributes
    ----------
    edges : (n + 1,) of the bins; the top probability of four classes is 1/4 or more.
    counts : (n,) answers whose probability lies in each bin.
    confidence, accuracy : (n,) their mean probability, and the fraction that is right; NaN where
        a bin is empty.
    error : expected calibration error, the mean of ``|accuracy - confidence|`` over all answers.
    """

    edges: np.ndarray
    counts: np.ndarray
    confidence: np.ndarray
    accuracy: np.ndarray
    error: float


def answers(rows: np.ndarray) -> np.ndarray:
    """The most probable class of every row, an index into `LABELS`, (n,)."""
    found: np.ndarray = rows["probabilities"].argmax(axis=1)
    return found


def correct(rows: np.ndarray) -> np.ndarray:
    """Whether the answer is the class of the pristine crystal, (n,) bool."""
    return answers(rows) == rows["label"]


def right_probability(rows: np.ndarray) -> np.ndarray:
    """What the class of the pristine crystal got, (n,)."""
    found: np.ndarray = rows["probabilities"][np.arange(len(rows)), rows["label"]]
    return found


def score(rows: np.ndarray) -> Score:
    """The score of at least one row."""
    return Score(
        structures=len(rows),
        misses=int((~correct(rows)).sum()),
        confidence=float(rows["probabilities"].max(axis=1).mean(dtype=float)),
        lowest=float(right_probability(rows).min()),
    )


def by_defect(rows: np.ndarray) -> dict[Defect | None, Score]:
    """Scores by kind and strength of the defect; None stands for pristine structures."""
    return dict(_scores(rows, rows["defect"], enumerate((None, *DEFECTS), PRISTINE)))


def by_class(rows: np.ndarray) -> dict[str, Score]:
    """Scores by class of the pristine crystal."""
    return dict(_scores(rows, rows["label"], enumerate(LABELS)))


def by_species(rows: np.ndarray) -> dict[str, Score]:
    """Scores by element of the pristine crystal, H to Bi."""
    return dict(_scores(rows, rows["species"], zip(SPECIES, SPECIES, strict=True)))


def _scores(
    rows: np.ndarray, values: np.ndarray, known: Iterable[tuple[Any, Key]]
) -> Iterator[tuple[Key, Score]]:
    for value, key in known:
        own = rows[values == value]
        if len(own):
            yield key, score(own)


def confusion(rows: np.ndarray) -> np.ndarray:
    """Numbers of structures, (4, 4): true classes down, answers across."""
    found = np.zeros((len(LABELS), len(LABELS)), int)
    np.add.at(found, (rows["label"], answers(rows)), 1)
    return found


def reliability(rows: np.ndarray) -> Reliability:
    """The reliability diagram of at least one row."""
    edges = np.linspace(1 / len(LABELS), 1, BINS + 1)
    confidence = rows["probabilities"].max(axis=1).astype(float)
    place = np.clip(np.searchsorted(edges, confidence, side="left") - 1, 0, BINS - 1)
    counts = np.bincount(place, minlength=BINS)
    filled = np.where(counts, counts, np.nan)
    mean = np.bincount(place, confidence, BINS) / filled
    accuracy = np.bincount(place, correct(rows), BINS) / filled
    error = float(np.nansum(counts * np.abs(accuracy - mean)) / len(rows))
    return Reliability(edges, counts, mean, accuracy, error)


def misses(rows: np.ndarray) -> np.ndarray:
    """The misclassified rows, the shortest bond length first."""
    found = rows[~correct(rows)]
    return found[np.argsort(found["bond_length"], kind="stable")]


def least_certain(rows: np.ndarray, number: int) -> np.ndarray:
    """The rows whose right class got the lowest probability, the lowest first."""
    return rows[np.argsort(right_probability(rows), kind="stable")[:number]]


def lindemann(row: Any) -> float:
    """Rms displacement (Angstrom times the square root of 3) over the bond length of a row."""
    defect = defect_of(row)
    displaced = defect is not None and defect.kind == "displacement"
    return float(np.sqrt(3) * defect.strength / row["bond_length"]) if defect and displaced else 0.0


def reasons(row: Any) -> str:
    """What sets a structure apart that was misread, in words."""
    found = []
    if row["bond_length"] < SHORT_BOND:
        found.append(f"bond length {row['bond_length']:.2f} Å, under {SHORT_BOND} Å")
    if (ratio := lindemann(row)) >= MELTING:
        found.append(f"Lindemann parameter (rms) {ratio:.2f}: crystals melt from {MELTING} on")
    defect = defect_of(row)
    if defect and defect.kind == "vacancies":
        found.append(f"{defect.strength:.0%} of the atoms are missing, {row['atoms']} are left")
    if defect and defect.kind in ("binary", "ternary"):
        others = " and ".join(symbol for symbol in row["others"].tolist() if symbol)
        found.append(f"{defect.strength:.0%} of {row['species']} replaced by {others}")
    return "; ".join(found) or "none found"
