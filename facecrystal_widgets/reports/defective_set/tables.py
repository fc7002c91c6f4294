"""Tables of the report on the defective set."""

from typing import Any

import numpy as np

from ...crystals.classes import CLASSES, LABELS
from ...evaluation import scores
from ...evaluation.defective_set import Evaluation
from ...evaluation.predictions import PRISTINE, defect_of, recipe_of
from ...evaluation.sizes import SIZES
from ..document import ReportTable

SCORE_COLUMNS = {
    "structures": ",d",
    "misclassified": ",d",
    "accuracy": ".3%",
    "mean confidence": ".4f",
    "lowest p(right)": ".4f",
}


def _cells(score: scores.Score) -> tuple[Any, ...]:
    return score.structures, score.misses, score.accuracy, score.confidence, score.lowest


def by_defect(evaluation: Evaluation) -> ReportTable:
    """Accuracy and mean confidence by defect, over all of them, and of the pristine test part."""
    rows: list[tuple[Any, ...]] = [
        (*str(defect).split(" ", 1), *_cells(score))
        for defect, score in scores.by_defect(evaluation.defective).items()
    ]
    if len(evaluation.pristine):
        pristine = scores.score(evaluation.pristine)
        rows.insert(0, ("pristine, test part", None, *_cells(pristine)))
    rows.append(("all defective", None, *_cells(scores.score(evaluation.defective))))
    return ReportTable(
        "Accuracy and mean confidence (probability of the answer) by kind and strength of defect",
        {"defect": "", "strength": ""} | SCORE_COLUMNS,
        rows,
        total=True,
    )


def by_class(rows: np.ndarray) -> ReportTable:
    """Scores by class of the pristine crystal."""
    by_label = scores.by_class(rows)
    return ReportTable(
        "Defective structures by class of the pristine crystal",
        {"class": "", "space group": ""} | SCORE_COLUMNS,
        [(c.label, c.symbol, *_cells(by_label[c.label])) for c in CLASSES if c.label in by_label],
    )


def confusion(rows: np.ndarray) -> ReportTable:
    """The confusion matrix as numbers."""
    matrix = scores.confusion(rows).tolist()
    return ReportTable(
        "Confusion matrix of the defective structures, as numbers",
        {"class": ""} | dict.fromkeys(LABELS, ",d"),
        [(label, *counts) for label, counts in zip(LABELS, matrix, strict=True)],
        folded=True,
    )


def reliability(rows: np.ndarray) -> ReportTable:
    """The bins of the reliability diagram."""
    diagram = scores.reliability(rows)
    columns = (
        *(diagram.edges[:-1], diagram.edges[1:], diagram.counts),
        *(diagram.confidence, diagram.accuracy),
    )
    bins = zip(*(column.tolist() for column in columns), strict=True)
    return ReportTable(
        "The bins of the reliability diagram that hold answers",
        {
            "from": ".2f",
            "to": ".2f",
            "answers": ",d",
            "mean probability": ".4f",
            "fraction right": ".4f",
        },
        [values for values in bins if values[2]],
    )


def short_bonds(rows: np.ndarray) -> ReportTable:
    """Structures with a short bond, by species and class."""
    short = rows[rows["bond_length"] < scores.SHORT_BOND]
    lines = []
    for species in dict.fromkeys(short["species"].tolist()):
        for number, label in enumerate(LABELS):
            group = short[(short["species"] == species) & (short["label"] == number)]
            if len(group):
                misses = int((~scores.correct(group)).sum())
                shortest = float(group["bond_length"].min())
                lines.append((species, label, len(group), misses, shortest))
    return ReportTable(
        f"Structures with a bond length under {scores.SHORT_BOND} Å",
        {
            "species": "",
            "class": "",
            "structures": ",d",
            "misclassified": ",d",
            "shortest (Å)": ".2f",
        },
        lines,
        folded=True,
    )


def by_species(rows: np.ndarray) -> ReportTable:
    """Scores by element of the pristine crystal."""
    return ReportTable(
        "Defective structures by element of the pristine crystal",
        {"species": ""} | SCORE_COLUMNS,
        [(symbol, *_cells(score)) for symbol, score in scores.by_species(rows).items()],
        folded=True,
    )


def sizes(rows: np.ndarray) -> ReportTable:
    """Scores by size of the cluster; rows as of :func:`.size_invariance`."""
    lines = []
    for number, target in enumerate(SIZES):
        group = rows[:, number]
        atoms = group["atoms"][group["defect"] == PRISTINE]
        span = f"{atoms.min():,}–{atoms.max():,}"
        lines.append((target, span, *_cells(scores.score(group.ravel()))))
    return ReportTable(
        "Clusters of all sizes, pristine and defective together",
        {"target": ",d", "atoms when pristine": ""} | SCORE_COLUMNS,
        lines,
    )


def structures(caption: str, rows: np.ndarray) -> ReportTable:
    """Single structures."""
    return ReportTable(
        caption,
        {
            "parent": ",d",
            **dict.fromkeys(("species", "class", "answer", "defect", "by"), ""),
            "atoms": ",d",
            "bond (Å)": ".2f",
            **{f"p({label})": ".3f" for label in LABELS},
            "what sets it apart": "",
        },
        [
            (
                int(row["parent"]),
                str(row["species"]),
                LABELS[row["label"]],
                LABELS[row["probabilities"].argmax()],
                str(defect_of(row) or "pristine"),
                "+".join(recipe_of(row).species),
                int(row["atoms"]),
                float(row["bond_length"]),
                *row["probabilities"].tolist(),
                scores.reasons(row),
            )
            for row in rows
        ],
    )
