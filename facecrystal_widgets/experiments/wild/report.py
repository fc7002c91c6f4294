"""What stands in the report of the evaluation in any orientation."""

from functools import partial
from typing import Any

import numpy as np

from ...classes import LABELS
from ...datasets.structures import DEFECTS
from ...orientation.trust import FEWEST, THRESHOLD
from ..pages import Column, Picture, Report, Section, Table
from . import drawings
from .evaluation import PAIRS, WildEvaluation
from .interiors import GRAINS, MISSING, NO_OVITO, SITES, SPHERE
from .scores import TRUST, answers, auroc, confusion, right, separations, trusted
from .specimen import NONE
from .trials import BETWEEN, KINDS, PRISTINE, RATIOS, SIZES

PERCENT, FINE, CURVE, NUMBER, SHORT, WHOLE = ".1%", ".2%", ".4f", ".2f", ".1f", ",d"
NAMES = {PRISTINE: "pristine", **dict(enumerate(map(str, DEFECTS)))}


def build_report(found: WildEvaluation, command: str) -> Report:
    """The report; `command` makes it again."""
    versions = ", ".join(f"{k} {v}" for k, v in found.about["versions"].items())
    scale = "All" if found.pairs == PAIRS else f"{found.pairs} of the"
    return Report(
        title="In any orientation, and none of these",
        text=(
            f"{scale} {PAIRS} pairs of species and class, pristine and with the paper's thirteen "
            "defects, turned at random; and structures outside the four classes. The shipped "
            "network, the shipped threshold.",
            f"Made by `{command}`; seed {found.about['seed']}; SHA-256 of the network "
            f"`{found.about['model_sha256'][:16]}`; {versions}.",
        ),
        tiles=tiles(found),
        sections=(
            _orientation(found),
            _none(found),
            _methods(found),
            _bain(found),
            _sizes(found),
            _grains(found),
        ),
    )


def tiles(found: WildEvaluation) -> tuple[tuple[str, str], ...]:
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


def by_defect(found: WildEvaluation) -> Table:
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
    return Table(
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


def _listed(name: str, caption: str, rows: np.ndarray) -> Table:
    """Single structures."""
    return Table(
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


def _orientation(found: WildEvaluation) -> Section:
    turned, given = found.part("turned"), found.part("given")
    was = given["given"] == given["label"]
    worse = int((was & ~right(given)).sum())
    missed, doubted = turned[~right(turned)], turned[right(turned) & ~trusted(turned)]
    return Section(
        "In any orientation",
        (
            "Blocks are the clusters of the paper, spheres are cut about a random place; each is "
            "turned at random, uniformly over all rotations. Volumes vary by 10 % either way.",
            f"The same {len(given):,} clusters as they stand: {was.mean():.2%} are right as given, "
            f'and {worse} of these are wrong with `orientation="auto"`, which turned '
            f"{int(given['turned'].sum())} of them.",
        ),
        (
            Picture(
                "turned",
                "Share of the structures with the right class, and share that is trusted.",
                partial(drawings.shares_by_defect, found),
            ),
        ),
        (
            by_defect(found),
            _listed("missed", "Misclassified", missed),
            _listed("doubted", "Right, but not trusted", doubted),
        ),
    )


def by_kind(found: WildEvaluation) -> Table:
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
    return Table(
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


def confusion_table(rows: np.ndarray) -> Table:
    """The confusion matrix as numbers."""
    lines = zip((*LABELS, "outside"), confusion(rows).tolist(), strict=True)
    return Table(
        "confusion",
        "Confusion matrix: truth down, trusted answers across; an answer that is not trusted "
        "counts as none of these",
        (Column("truth"), *(Column(label, WHOLE) for label in (*LABELS, drawings.NOTHING))),
        [(name, *counts) for name, counts in lines],
    )


def _none(found: WildEvaluation) -> Section:
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
            _listed("accepted", "Outside, but trusted", outside[trusted(outside)]),
        ),
    )


def comparison(found: WildEvaluation) -> Table:
    """Our trust beside what the field uses."""
    rows = found.rows[np.isin(found.rows["part"], ("turned", "outside"))]
    made = separations(rows, found.calibration)
    return Table(
        "methods",
        "Area under the curve against all outsiders and against hcp alone; and, at the threshold "
        "that rejects 1 % of the members of the calibration data, what it rejects and accepts here",
        (
            *(Column("score"), Column("AUROC", CURVE), Column("AUROC, hcp", CURVE)),
            *(Column("members rejected", FINE), Column("outsiders accepted", FINE)),
        ),
        [(name, one.auroc, one.hcp, one.rejected, one.accepted) for name, one in made.items()],
    )


def _methods(found: WildEvaluation) -> Section:
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


def _bain(found: WildEvaluation) -> Section:
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


def by_size(found: WildEvaluation) -> Table:
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
    return Table(
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


def _sizes(found: WildEvaluation) -> Section:
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


def by_vacancies(found: WildEvaluation) -> Table:
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
    return Table(
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


def _grains(found: WildEvaluation) -> Section:
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
