"""Tables of the report on any orientation and on structures outside the classes."""

from typing import Any

import numpy as np

from ...crystals.classes import LABELS
from ...datasets.defects import DEFECTS
from ...evaluation.robustness.grain_interiors import MISSING, NO_OVITO
from ...evaluation.robustness.scores import (
    answers,
    auroc,
    confusion,
    right,
    separations,
    trusted,
)
from ...evaluation.robustness.tasks import RobustnessEvaluation
from ...evaluation.robustness.trials import KINDS, PRISTINE, SIZES
from ...orientation.trust import FEWEST
from ...specimens.specimen import NONE
from ..document import ReportTable
from . import drawings

NAMES = {PRISTINE: "pristine", **dict(enumerate(map(str, DEFECTS)))}


def members_and_outsiders(evaluation: RobustnessEvaluation) -> np.ndarray:
    """Rows of structures turned at random, inside and outside the classes."""
    return evaluation.rows[np.isin(evaluation.rows["part"], ("turned", "outside"))]


def by_defect(evaluation: RobustnessEvaluation) -> ReportTable:
    """Structures turned at random, by defect."""
    rows = evaluation.part("turned")

    def line(name: str, group: np.ndarray) -> tuple[Any, ...]:
        is_right = right(group)
        classes = [is_right[group["label"] == i] for i in range(len(LABELS))]
        shares = [float(part.mean()) if len(part) else None for part in classes]
        off = np.quantile(group["off"], (0.5, 0.99)).tolist()
        misses = int((~is_right).sum())
        return name, len(group), misses, *shares, float(trusted(group).mean()), *off

    groups = [(name, rows[rows["defect"] == number]) for number, name in NAMES.items()]
    groups += [(f"all, as {shape}s", rows[rows["shape"] == shape]) for shape in ("block", "sphere")]
    return ReportTable(
        "Structures in random orientation: misses, share right in each class, share trusted, and "
        "degrees from the true cube axes (median and 99 %)",
        {"defect": "", "structures": ",d", "misclassified": ",d"}
        | dict.fromkeys((*LABELS, "trusted"), ".2%")
        | {"off, median": ".2f", "off, 99 %": ".2f"},
        [line(name, group) for name, group in [*groups, ("all", rows)] if len(group)],
        total=True,
    )


def structures(caption: str, rows: np.ndarray) -> ReportTable:
    """Single structures."""
    return ReportTable(
        caption,
        dict.fromkeys(("truth", "species", "shape", "defect"), "")
        | {"atoms": ",d", "bond (Å)": ".2f", "answer": "", "probability": ".2f", "trust": ".2f"}
        | {"reason": ""},
        [
            (
                str(row["kind"]),
                str(row["species"]),
                str(row["shape"]),
                NAMES[row["defect"]],
                int(row["atoms"]),
                float(row["bond_length"]),
                LABELS[answers(row[None])[0]],
                float(row["probabilities"].max()),
                float(row["trust"]),
                str(row["reason"]),
            )
            for row in rows
        ],
    )


def confusion_matrix(rows: np.ndarray) -> ReportTable:
    """The confusion matrix as numbers."""
    matrix = zip((*LABELS, "outside"), confusion(rows).tolist(), strict=True)
    return ReportTable(
        "Confusion matrix: truth down, trusted answers across; an answer that is not trusted "
        "counts as none of these",
        {"truth": ""} | dict.fromkeys((*LABELS, drawings.NOTHING), ",d"),
        [(name, *counts) for name, counts in matrix],
    )


def by_kind(evaluation: RobustnessEvaluation) -> ReportTable:
    """Structures outside the classes, kind by kind."""
    members, outside = evaluation.part("turned")["trust"], evaluation.part("outside")
    lines = []
    for kind in KINDS:
        group = outside[outside["kind"] == kind]
        if len(group):
            commonest = np.bincount(answers(group), minlength=len(LABELS)).argmax()
            lines.append(
                (
                    kind,
                    len(group),
                    int(trusted(group).sum()),
                    float(group["trust"].max()),
                    auroc(members, group["trust"]),
                    LABELS[commonest],
                    float(group["probabilities"].max(axis=1).mean()),
                )
            )
    return ReportTable(
        "Structures outside the four classes, at random orientation, with and without missing or "
        "displaced atoms: how many are trusted, the highest trust, and what the network says most",
        {
            "kind": "",
            "structures": ",d",
            "trusted": ",d",
            "highest trust": ".2f",
            "AUROC": ".4f",
            "network says": "",
            "mean probability": ".2f",
        },
        lines,
    )


def methods(evaluation: RobustnessEvaluation) -> ReportTable:
    """Trust beside other measures of uncertainty."""
    measures = separations(members_and_outsiders(evaluation), evaluation.calibration)
    return ReportTable(
        "Area under the curve against all outsiders and against hcp alone; and, at the threshold "
        "that rejects 1 % of the members of the calibration data, what it rejects and accepts here",
        {"score": "", "AUROC": ".4f", "AUROC, hcp": ".4f"}
        | {"members rejected": ".2%", "outsiders accepted": ".2%"},
        [(name, m.auroc, m.hcp, m.rejected, m.accepted) for name, m in measures.items()],
    )


def by_size(rows: np.ndarray) -> ReportTable:
    """Right and trusted by number of atoms."""
    inside, bct = rows["label"] != NONE, rows["kind"] == "bct"
    lines: list[tuple[Any, ...]] = []
    for size in SIZES:
        near = drawings.near(rows, size)
        if not near.any():
            continue
        groups = [near & among for among in (inside, bct, ~inside & ~bct)]
        shares = [float(trusted(rows)[group].mean()) for group in groups]
        members, outsiders = int(groups[0].sum()), int((near & ~inside).sum())
        share_right = float(right(rows)[groups[0]].mean())
        lines.append((size, members, share_right, shares[0], outsiders, *shares[1:]))
    return ReportTable(
        f"By number of atoms, without the rule that fewer than {FEWEST} cannot tell: members right "
        "and trusted, and outsiders trusted (tetragonal ones; hcp, zinc blende and packings)",
        {"atoms": ",d", "members": ",d", "right": ".1%", "trusted": ".1%", "outsiders": ",d"}
        | {"tetragonal trusted": ".1%", "others trusted": ".1%"},
        lines,
    )


def by_vacancies(places: np.ndarray) -> ReportTable:
    """Interiors of grains by class and share of missing atoms."""
    lines: list[tuple[Any, ...]] = []
    for number, label in enumerate(LABELS):
        for missing in MISSING:
            group = places[(places["label"] == number) & np.isclose(places["missing"], missing)]
            if not len(group):
                continue
            share_right = float((group["answer"] == group["label"]).mean())
            both, most = float(drawings.ours(group).mean()), float(group["off"].max())
            lines.append((label, missing, len(group), share_right, both, most, *_ptm(group)))
    return ReportTable(
        "Places in polycrystals whose whole sphere lies in one grain: class right, class right and "
        "axes within 3°, degrees from the axes of the grain; and OVITO's polyhedral template "
        "matching of the atom at the place, and the vote of all atoms in the sphere",
        {"class": "", "missing": ".0%", "places": ",d", "right": ".1%", "and within 3°": ".1%"}
        | {"largest off": ".1f"}
        | dict.fromkeys(("PTM right", "PTM, within 3°", "PTM, vote"), ".1%"),
        lines,
    )


def _ptm(places: np.ndarray) -> tuple[float | None, float | None, float | None]:
    """Shares that polyhedral template matching gets right; None where OVITO is missing."""
    if (places["ptm"] == NO_OVITO).any():
        return None, None, None
    is_right = places["ptm"] == places["label"]
    within = is_right & (places["ptm_off"] < 3)
    vote = places["ptm_vote"] == places["label"]
    return float(is_right.mean()), float(within.mean()), float(vote.mean())
