"""Limits: the Bain path, sizes, vacancies and grains."""

from functools import partial
from typing import Any

import numpy as np

from ...crystals.classes import LABELS
from ...evaluation.robustness.grain_interiors import GRAINS, MISSING, NO_OVITO, SITES, SPHERE
from ...evaluation.robustness.scores import right, trusted
from ...evaluation.robustness.tasks import RobustnessEvaluation
from ...evaluation.robustness.trials import RATIOS, SIZES
from ...orientation.evidence import THRESHOLD
from ...orientation.trust import FEWEST
from ...specimens.specimen import NONE
from ..document import Column, Picture, ReportTable, Section
from . import drawings
from .summary import PERCENT, SHORT, WHOLE


def bain_section(found: RobustnessEvaluation) -> Section:
    rows = found.part("bain")
    below = [
        float(ratio)
        for ratio in RATIOS
        if rows["trust"][np.isclose(rows["c_over_a"], ratio)].mean() < THRESHOLD
    ]
    return Section(
        "Along the Bain path",
        (
            "Iron, body-centred tetragonal at constant volume, spheres of 128 sites, pristine and "
            "with 30 % vacancies. In the mean the verdict is not trusted from c/a = "
            f"{below[0]:.2f} to {below[-1]:.2f}. Where a distorted crystal ceases to be one of "
            "the class is for the reader to say.",
        ),
        (
            Picture(
                "bain",
                "Trust (mean and range) and probabilities (mean) from bcc to fcc.",
                partial(drawings.bain, rows),
            ),
        ),
    )


def by_size(found: RobustnessEvaluation) -> ReportTable:
    """Right and trusted by number of atoms."""
    rows = found.part("sizes")
    inside, bct = rows["label"] != NONE, rows["kind"] == "bct"
    lines: list[tuple[Any, ...]] = []
    for size in SIZES:
        own = drawings.near(rows, size)
        if not own.any():
            continue
        groups = [own & among for among in (inside, bct, ~inside & ~bct)]
        shares = [float(trusted(rows)[group].mean()) for group in groups]
        members = groups[0]
        ok = float(right(rows)[members].mean())
        lines.append(
            (size, int(members.sum()), ok, shares[0], int((own & ~inside).sum()), *shares[1:])
        )
    return ReportTable(
        "sizes",
        "By number of atoms, without the rule that fewer than "
        f"{FEWEST} cannot tell: members right and trusted, and outsiders trusted (tetragonal ones; "
        "hcp, zinc blende and packings)",
        (
            *(Column("atoms", WHOLE), Column("members", WHOLE), Column("right", PERCENT)),
            *(Column("trusted", PERCENT), Column("outsiders", WHOLE)),
            *(Column("tetragonal trusted", PERCENT), Column("others trusted", PERCENT)),
        ),
        lines,
    )


def sizes_section(found: RobustnessEvaluation) -> Section:
    return Section(
        "How few atoms can decide",
        (
            f"A verdict on fewer than {FEWEST} atoms is never trusted. In a small cluster a "
            "distortion of the lattice cannot be seen: its reflections are too broad.",
        ),
        (
            Picture(
                "sizes",
                "Shares against the number of atoms.",
                partial(drawings.sizes, found.part("sizes")),
            ),
        ),
        (by_size(found),),
    )


def by_vacancies(found: RobustnessEvaluation) -> ReportTable:
    """Interiors of grains by class and share of missing atoms."""
    places = found.places
    lines: list[tuple[Any, ...]] = []
    for number, label in enumerate(LABELS):
        for missing in MISSING:
            own = places[(places["label"] == number) & np.isclose(places["missing"], missing)]
            if not len(own):
                continue
            ok = own["answer"] == own["label"]
            theirs: tuple[Any, ...] = (None, None, None)
            if (own["ptm"] != NO_OVITO).all():
                good = own["ptm"] == own["label"]
                axes = good & (own["ptm_off"] < 3)
                vote = own["ptm_vote"] == own["label"]
                theirs = (float(good.mean()), float(axes.mean()), float(vote.mean()))
            both, most = float(drawings.ours(own).mean()), float(own["off"].max())
            lines.append((label, missing, len(own), float(ok.mean()), both, most, *theirs))
    return ReportTable(
        "grains",
        "Places in polycrystals whose whole sphere lies in one grain: class right, class right and "
        "axes within 3°, degrees from the axes of the grain; and OVITO's polyhedral template "
        "matching of the atom at the place, and the vote of all atoms in the sphere",
        (
            *(Column("class"), Column("missing", ".0%"), Column("places", WHOLE)),
            *(Column("right", PERCENT), Column("and within 3°", PERCENT)),
            *(Column("largest off", SHORT), Column("PTM right", PERCENT)),
            *(Column("PTM, within 3°", PERCENT), Column("PTM, vote", PERCENT)),
        ),
        lines,
    )


def grains_section(found: RobustnessEvaluation) -> Section:
    return Section(
        "Inside grains",
        (
            f"Periodic Voronoi polycrystals of {GRAINS} grains and {SITES:,} sites, one for each "
            f"class and share of missing atoms, mapped with spheres of {SPHERE} atoms "
            "(`facecrystal map`).",
            "PTM gets the periodic structure, templates for the four lattices alone, and no RMSD "
            "cutoff."
            if (found.places["ptm"] != NO_OVITO).all()
            else "OVITO is not installed, so PTM is left out; to have it: "
            "`pip install 'facecrystal_widgets[peers]'`.",
        ),
        (
            Picture(
                "grains",
                "Places that are right in class and within 3° (lines), and PTM's class (dotted).",
                partial(drawings.grains, found.places),
            ),
        ),
        (by_vacancies(found),),
    )
