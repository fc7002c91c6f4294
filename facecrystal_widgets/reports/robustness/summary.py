"""Tiles, formats and accuracy by defect in the report on robustness."""

from typing import Any

import numpy as np

from ...crystals.classes import LABELS
from ...datasets.defects import DEFECTS
from ...evaluation.robustness.scores import answers, auroc, right, trusted
from ...evaluation.robustness.tasks import RobustnessEvaluation
from ...evaluation.robustness.trials import PRISTINE
from ..document import Column, ReportTable
from . import drawings

PERCENT, FINE, CURVE, NUMBER, SHORT, WHOLE = ".1%", ".2%", ".4f", ".2f", ".1f", ",d"
NAMES = {PRISTINE: "pristine", **dict(enumerate(map(str, DEFECTS)))}


def tiles(found: RobustnessEvaluation) -> tuple[tuple[str, str], ...]:
    """The numbers that say most, each with what it means."""
    turned, outside = found.part("turned"), found.part("outside")
    pristine = turned[turned["defect"] == PRISTINE]
    hcp = outside[outside["kind"] == "hcp"]
    grains = drawings.ours(found.places)
    return (
        (f"{right(turned).mean():.2%}", f"right of {len(turned):,} turned at random"),
        (f"{right(pristine).mean():.2%}", f"of {len(pristine):,} pristine ones"),
        (f"{auroc(turned['trust'], outside['trust']):.4f}", "AUROC, members against outsiders"),
        (f"{auroc(turned['trust'], hcp['trust']):.4f}", "AUROC, members against hcp"),
        (f"{1 - trusted(turned).mean():.2%}", "of the members are not trusted"),
        (f"{trusted(outside).mean():.2%}", f"of {len(outside):,} outsiders are trusted"),
        (f"{grains.mean():.2%}", f"of {len(grains):,} places in grains: class and axes right"),
    )


def by_defect(found: RobustnessEvaluation) -> ReportTable:
    """Structures turned at random, by defect."""
    rows = found.part("turned")

    def line(name: str, own: np.ndarray) -> tuple[Any, ...]:
        ok = right(own)
        classes = [ok[own["label"] == i] for i in range(len(LABELS))]
        each = [float(one.mean()) if len(one) else None for one in classes]
        off = np.quantile(own["off"], (0.5, 0.99)).tolist()
        return name, len(own), int((~ok).sum()), *each, float(trusted(own).mean()), *off

    groups = [(name, rows[rows["defect"] == number]) for number, name in NAMES.items()]
    groups += [(f"all, as {shape}s", rows[rows["shape"] == shape]) for shape in ("block", "sphere")]
    return ReportTable(
        "turned",
        "Structures in random orientation: misses, share right in each class, share trusted, and "
        "degrees from the true cube axes (median and 99 %)",
        (
            *(Column("defect"), Column("structures", WHOLE), Column("misclassified", WHOLE)),
            *(Column(label, FINE) for label in LABELS),
            *(Column("trusted", FINE), Column("off, median", NUMBER), Column("off, 99 %", NUMBER)),
        ),
        [line(name, own) for name, own in [*groups, ("all", rows)] if len(own)],
        total=True,
    )


def listed(name: str, caption: str, rows: np.ndarray) -> ReportTable:
    """Single structures."""
    return ReportTable(
        name,
        caption,
        (
            *(Column("truth"), Column("species"), Column("shape"), Column("defect")),
            *(Column("atoms", WHOLE), Column("bond (Å)", NUMBER), Column("answer")),
            *(Column("probability", NUMBER), Column("trust", NUMBER), Column("reason")),
        ),
        [
            (
                *(str(row["kind"]), str(row["species"]), str(row["shape"]), NAMES[row["defect"]]),
                *(int(row["atoms"]), float(row["bond_length"]), LABELS[answers(row[None])[0]]),
                *(float(row["probabilities"].max()), float(row["trust"]), str(row["reason"])),
            )
            for row in rows
        ],
    )
