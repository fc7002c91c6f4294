"""Structures outside the classes, and measures that separate them."""

from functools import partial

import numpy as np

from ...crystals.classes import LABELS
from ...evaluation.robustness.scores import TRUST, answers, auroc, confusion, separations, trusted
from ...evaluation.robustness.tasks import RobustnessEvaluation
from ...evaluation.robustness.trials import BETWEEN, KINDS
from ...orientation.evidence import THRESHOLD
from ..document import Column, Picture, ReportTable, Section
from . import drawings
from .summary import CURVE, FINE, NUMBER, WHOLE, listed


def by_kind(found: RobustnessEvaluation) -> ReportTable:
    """Outsiders kind by kind."""
    members, outside = found.part("turned")["trust"], found.part("outside")
    lines = []
    for kind in KINDS:
        own = outside[outside["kind"] == kind]
        if not len(own):
            continue
        trust = own["trust"]
        middle = LABELS[np.bincount(answers(own), minlength=len(LABELS)).argmax()]
        chance = float(own["probabilities"].max(axis=1).mean())
        accepted = int(trusted(own).sum())
        curve = auroc(members, trust)
        lines.append((kind, len(own), accepted, float(trust.max()), curve, middle, chance))
    return ReportTable(
        "outside",
        "Structures outside the four classes, at random orientation, with and without missing or "
        "displaced atoms: how many are trusted, the highest trust, and what the network says most",
        (
            *(Column("kind"), Column("structures", WHOLE), Column("trusted", WHOLE)),
            *(Column("highest trust", NUMBER), Column("AUROC", CURVE), Column("network says")),
            Column("mean probability", NUMBER),
        ),
        lines,
    )


def confusion_table(rows: np.ndarray) -> ReportTable:
    """The confusion matrix as numbers."""
    lines = zip((*LABELS, "outside"), confusion(rows).tolist(), strict=True)
    return ReportTable(
        "confusion",
        "Confusion matrix: truth down, trusted answers across; an answer that is not trusted "
        "counts as none of these",
        (Column("truth"), *(Column(label, WHOLE) for label in (*LABELS, drawings.NOTHING))),
        [(name, *counts) for name, counts in lines],
    )


def outside_section(found: RobustnessEvaluation) -> Section:
    judged = found.rows[np.isin(found.rows["part"], ("turned", "outside"))]
    turned, outside = found.part("turned"), found.part("outside")
    low, high = BETWEEN
    return Section(
        "None of these",
        (
            f"At the shipped threshold of {THRESHOLD}, {1 - trusted(turned).mean():.2%} of "
            f"{len(turned):,} members are rejected, and {trusted(outside).mean():.2%} of "
            f"{len(outside):,} outsiders are accepted. Of the tetragonal cells along the Bain "
            f"path, those with c/a from {low} to {high} count as outside.",
        ),
        (
            Picture(
                "confusion",
                "Confusion matrix with none of these.",
                partial(drawings.matrix, judged),
            ),
            Picture("trust", "Trust of each structure.", partial(drawings.trust_by_kind, judged)),
        ),
        (
            confusion_table(judged),
            by_kind(found),
            listed("accepted", "Outside, but trusted", outside[trusted(outside)]),
        ),
    )


def comparison(found: RobustnessEvaluation) -> ReportTable:
    """Our trust beside what the field uses."""
    rows = found.rows[np.isin(found.rows["part"], ("turned", "outside"))]
    made = separations(rows, found.calibration)
    return ReportTable(
        "methods",
        "Area under the curve against all outsiders and against hcp alone; and, at the threshold "
        "that rejects 1 % of the members of the calibration data, what it rejects and accepts here",
        (
            *(Column("score"), Column("AUROC", CURVE), Column("AUROC, hcp", CURVE)),
            *(Column("members rejected", FINE), Column("outsiders accepted", FINE)),
        ),
        [(name, one.auroc, one.hcp, one.rejected, one.accepted) for name, one in made.items()],
    )


def methods_section(found: RobustnessEvaluation) -> Section:
    rows = found.rows[np.isin(found.rows["part"], ("turned", "outside"))]
    calibration = found.calibration
    members = calibration[calibration["part"] == "turned"]
    others = calibration[calibration["part"] == "outside"]
    threshold = separations(rows, calibration)[TRUST].threshold
    return Section(
        "Beside what the field uses",
        (
            "All scores are taken on the same structures, turned onto the axes that were found. "
            "Monte-Carlo dropout draws the dropout of Table 1 anew fifty times.",
            f"Thresholds, and the distances in the last hidden layer, come from calibration data "
            f"that share no draw with those judged here: {len(members):,} members and "
            f"{len(others):,} outsiders. Their members reach a trust of {threshold:.3f} in 99 % of "
            f"the cases, their outsiders one of {others['trust'].max():.2f} at most. The shipped "
            f"threshold, {THRESHOLD}, was set before, on other draws again, and is not changed "
            "by this.",
        ),
        (
            Picture(
                "curves",
                "Outsiders accepted against members rejected.",
                partial(drawings.curves, rows, calibration),
            ),
        ),
        (comparison(found),),
    )
