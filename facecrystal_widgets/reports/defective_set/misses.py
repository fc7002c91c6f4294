"""Misclassified and least certain structures, drawn."""

from functools import partial
from typing import Any

import numpy as np

from ...crystals.classes import LABELS
from ...crystals.cluster import build_cluster
from ...datasets.structures import defective_group, pristine_structure
from ...diffraction.fingerprint import fingerprint
from ...evaluation import scores as analysis
from ...evaluation.defective_set import Evaluation
from ...evaluation.predictions import PRISTINE, defect_of, recipe_of
from ..document import LENGTH, WHOLE, Column, Picture, ReportTable, Section
from . import drawings

DRAWN = 100
"""Misclassified structures that are drawn; all stand in the table."""
LEAST_CERTAIN = 6


def missed_section(evaluation: Evaluation) -> Section:
    found = analysis.misses(evaluation.rows)
    if not len(found):
        return Section("Misclassified structures", ("None.",))
    longer = int((found["bond_length"] >= analysis.SHORT_BOND).sum())
    text = f"{len(found):,}, the shortest bond length first; in {longer:,} of them it is "
    text += f"{analysis.SHORT_BOND} Å or more."
    if len(found) > DRAWN:
        text += f" The first {DRAWN} are drawn, the table lists all."
    return Section(
        "Misclassified structures",
        (text, "Atoms are coloured by element, crosses are vacant sites."),
        tuple(_picture(evaluation, row) for row in found[:DRAWN]),
        (_structures("misclassified", "All misclassified structures", found),),
        gallery=True,
    )


def least_certain_section(evaluation: Evaluation) -> Section:
    right = evaluation.rows[analysis.correct(evaluation.rows)]
    found = analysis.least_certain(right, LEAST_CERTAIN)
    return Section(
        "The least certain of the right answers",
        (
            "Structures that got the right class with the lowest probability. Atoms are coloured "
            "by element, crosses are vacant sites.",
        ),
        tuple(_picture(evaluation, row) for row in found),
        (_structures("least_certain", "The least certain right answers", found),),
        gallery=True,
    )


def _structures(name: str, caption: str, rows: np.ndarray) -> ReportTable:
    columns = (
        *(Column("parent", WHOLE), Column("species"), Column("class"), Column("answer")),
        *(Column("defect"), Column("by"), Column("atoms", WHOLE), Column("bond (Å)", LENGTH)),
        *(*(Column(f"p({label})", ".3f") for label in LABELS), Column("what sets it apart")),
    )
    content = [
        (
            *(int(row["parent"]), str(row["species"]), LABELS[row["label"]]),
            *(LABELS[row["probabilities"].argmax()], str(defect_of(row) or "pristine")),
            *("+".join(recipe_of(row).species), int(row["atoms"]), float(row["bond_length"])),
            *(*row["probabilities"].tolist(), analysis.reasons(row)),
        )
        for row in rows
    ]
    return ReportTable(name, caption, columns, content)


def _picture(evaluation: Evaluation, row: Any) -> Picture:
    parent, number, seed = int(row["parent"]), int(row["defect"]), int(evaluation.about["seed"])
    crystal = build_cluster(pristine_structure(parent, seed)[0])
    atoms, vacant = crystal, np.empty((0, 3))
    if number != PRISTINE:
        atoms, _ = defective_group(parent, seed)[0][number]
        vacant = np.delete(crystal.positions, atoms.arrays["site"], axis=0)
    label, answer = LABELS[row["label"]], LABELS[row["probabilities"].argmax()]
    name = f"structure_{parent:05}_{number + 1:02}"
    text = (
        f"{label} {row['species']}, {defect_of(row) or 'pristine'}, bond length "
        f"{row['bond_length']:.2f} Å: {answer} {row['probabilities'].max():.3f}"
    )
    if answer != label:
        text += f", {label} {row['probabilities'][row['label']]:.3f}"
    draw = partial(drawings.structure, atoms, vacant, fingerprint(atoms))
    return Picture(name, f"{text}. Number {parent:,} of the set.", draw)
