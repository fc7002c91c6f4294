"""The report on any orientation and outside classes; its sentences stand in the template."""

from functools import partial
from typing import Any

import numpy as np

from ...evaluation.robustness.grain_interiors import GRAINS, NO_OVITO, SITES, SPHERE
from ...evaluation.robustness.scores import TRUST, auroc, right, separations, trusted
from ...evaluation.robustness.tasks import PAIRS, RobustnessEvaluation
from ...evaluation.robustness.trials import BETWEEN, PRISTINE, RATIOS
from ...orientation.evidence import THRESHOLD
from ...orientation.trust import FEWEST
from ..document import Report
from . import drawings, tables


def build_report(evaluation: RobustnessEvaluation, command: str) -> Report:
    """The report; `command` makes it again."""
    turned, outside = evaluation.part("turned"), evaluation.part("outside")
    both, calibration = tables.members_and_outsiders(evaluation), evaluation.calibration
    sizes, places = evaluation.part("sizes"), evaluation.places
    doubted = turned[right(turned) & ~trusted(turned)]
    return Report(
        "robustness.md.j2",
        _values(evaluation) | {"command": command},
        tiles(evaluation),
        {
            "turned": tables.by_defect(evaluation),
            "missed": tables.structures("Misclassified", turned[~right(turned)]),
            "doubted": tables.structures("Right, but not trusted", doubted),
            "confusion": tables.confusion_matrix(both),
            "outside": tables.by_kind(evaluation),
            "accepted": tables.structures("Outside, but trusted", outside[trusted(outside)]),
            "methods": tables.methods(evaluation),
            "sizes": tables.by_size(sizes),
            "grains": tables.by_vacancies(places),
        },
        {
            "turned": partial(drawings.shares_by_defect, evaluation),
            "confusion": partial(drawings.matrix, both),
            "trust": partial(drawings.trust_by_kind, both),
            "curves": partial(drawings.curves, both, calibration),
            "bain": partial(drawings.bain, evaluation.part("bain")),
            "sizes": partial(drawings.sizes, sizes),
            "grains": partial(drawings.grains, places),
        },
    )


def tiles(evaluation: RobustnessEvaluation) -> tuple[tuple[str, str], ...]:
    """The numbers that say most, each with what it means."""
    turned, outside = evaluation.part("turned"), evaluation.part("outside")
    pristine = turned[turned["defect"] == PRISTINE]
    hcp = outside[outside["kind"] == "hcp"]
    grains = drawings.ours(evaluation.places)
    return (
        (f"{right(turned).mean():.2%}", f"right of {len(turned):,} turned at random"),
        (f"{right(pristine).mean():.2%}", f"of {len(pristine):,} pristine ones"),
        (f"{auroc(turned['trust'], outside['trust']):.4f}", "AUROC, members against outsiders"),
        (f"{auroc(turned['trust'], hcp['trust']):.4f}", "AUROC, members against hcp"),
        (f"{1 - trusted(turned).mean():.2%}", "of the members are not trusted"),
        (f"{trusted(outside).mean():.2%}", f"of {len(outside):,} outsiders are trusted"),
        (f"{grains.mean():.2%}", f"of {len(grains):,} places in grains: class and axes right"),
    )


def _values(evaluation: RobustnessEvaluation) -> dict[str, Any]:
    turned, given = evaluation.part("turned"), evaluation.part("given")
    outside, bain = evaluation.part("outside"), evaluation.part("bain")
    right_as_given = given["given"] == given["label"]
    mean_trust = {
        ratio: bain["trust"][np.isclose(bain["c_over_a"], ratio)].mean() for ratio in RATIOS
    }
    return {
        "title": "In any orientation, and none of these",
        "about": evaluation.about,
        "versions": ", ".join(f"{k} {v}" for k, v in evaluation.about["versions"].items()),
        "pairs": evaluation.pairs,
        "all_pairs": PAIRS,
        "given": {
            "structures": len(given),
            "right": right_as_given.mean(),
            "worse": int((right_as_given & ~right(given)).sum()),
            "turned": int(given["turned"].sum()),
        },
        "threshold": THRESHOLD,
        "rejected": 1 - trusted(turned).mean(),
        "members": len(turned),
        "accepted": trusted(outside).mean(),
        "outsiders": len(outside),
        "between": BETWEEN,
        "calibration": _calibration(evaluation),
        "doubted_ratios": [float(r) for r, trust in mean_trust.items() if trust < THRESHOLD],
        "fewest": FEWEST,
        "grains": {
            "number": GRAINS,
            "sites": SITES,
            "sphere": SPHERE,
            "ovito": bool((evaluation.places["ptm"] != NO_OVITO).all()),
        },
    }


def _calibration(evaluation: RobustnessEvaluation) -> dict[str, Any]:
    rows = evaluation.calibration
    outsiders = rows[rows["part"] == "outside"]
    return {
        "members": int((rows["part"] == "turned").sum()),
        "outsiders": len(outsiders),
        "threshold": separations(tables.members_and_outsiders(evaluation), rows)[TRUST].threshold,
        "highest": float(outsiders["trust"].max()),
    }
