"""Tiles and the first table of the report on the defective set."""

from typing import Any

from ...evaluation import scores as analysis
from ...evaluation.defective_set import Evaluation
from ..document import CHANCE, FINE, WHOLE, Column, ReportTable

SCORE_COLUMNS = (
    Column("structures", WHOLE),
    Column("misclassified", WHOLE),
    Column("accuracy", FINE),
    Column("mean confidence", CHANCE),
    Column("lowest p(right)", CHANCE),
)


def summary_table(evaluation: Evaluation) -> ReportTable:
    """Accuracy and mean confidence by defect, all of them, and the pristine test part."""
    scores = analysis.by_defect(evaluation.defective)
    rows: list[tuple[Any, ...]] = [
        (*str(defect).split(" ", 1), *score_cells(found)) for defect, found in scores.items()
    ]
    if len(evaluation.pristine):
        rows.insert(
            0, ("pristine, test part", None, *score_cells(analysis.score(evaluation.pristine)))
        )
    rows.append(("all defective", None, *score_cells(analysis.score(evaluation.defective))))
    return ReportTable(
        "by_defect",
        "Accuracy and mean confidence (probability of the answer) by kind and strength of defect",
        (Column("defect"), Column("strength"), *SCORE_COLUMNS),
        rows,
        total=True,
    )


def score_cells(found: analysis.Score) -> tuple[Any, ...]:
    return found.structures, found.misses, found.accuracy, found.confidence, found.lowest


def tiles(evaluation: Evaluation) -> tuple[tuple[str, str], ...]:
    rows, pristine = evaluation.defective, evaluation.pristine
    total = analysis.score(rows)
    found = [
        (f"{total.accuracy:.3%}", f"accuracy, {total.misses:,} of {total.structures:,} missed"),
        (f"{total.confidence:.4f}", "mean confidence"),
        (f"{analysis.reliability(rows).error:.4f}", "expected calibration error"),
        (
            f"{(rows['bond_length'] < analysis.SHORT_BOND).sum():,}",
            f"structures with a bond length under {analysis.SHORT_BOND} Å",
        ),
    ]
    if len(pristine):
        clean = analysis.score(pristine)
        found.insert(1, (f"{clean.accuracy:.2%}", f"of {clean.structures:,} pristine, test part"))
    return tuple(found)
