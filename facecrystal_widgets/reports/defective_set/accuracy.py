"""Accuracy by defect, class, calibration, bond length and species."""

from functools import partial

import numpy as np

from ...crystals.classes import CLASSES, LABELS
from ...evaluation import scores as analysis
from ...evaluation.defective_set import Evaluation
from ..document import CHANCE, LENGTH, WHOLE, Column, Picture, ReportTable, Section
from . import drawings
from .summary import SCORE_COLUMNS, score_cells, summary_table


def defect_section(evaluation: Evaluation) -> Section:
    table = summary_table(evaluation)
    return Section(
        "By defect",
        (
            "Lines are the mean probability of the right class, p(right); dotted lines are its "
            "lowest hundredth. Every strength draws its defects anew.",
        ),
        (
            Picture(
                "confidence_by_defect",
                "Probability of the right class against the strength of the defect, by class.",
                partial(drawings.confidence_by_defect, evaluation.defective),
            ),
        ),
        (table,),
    )


def class_section(evaluation: Evaluation) -> Section:
    rows, pristine = evaluation.defective, evaluation.pristine
    tables = {"defective": analysis.confusion(rows)}
    counts = tables["defective"].tolist()
    text = "The pristine test part holds the pairs of species and class that were not trained on."
    if len(pristine):
        tables = {"pristine, test part": analysis.confusion(pristine), **tables}
    else:
        text += " None of them is among these groups."
    columns = (Column("class"), Column("space group"), *SCORE_COLUMNS)
    symbols = {known.label: known.symbol for known in CLASSES}
    scores = analysis.by_class(rows)
    matrix = [(label, *row) for label, row in zip(LABELS, counts, strict=True)]
    return Section(
        "By class",
        (text,),
        (
            Picture(
                "confusion",
                "Confusion matrices: numbers of structures, classes down and answers across.",
                partial(drawings.confusion, tables),
            ),
        ),
        (
            ReportTable(
                "by_class",
                "Defective structures by class of the pristine crystal",
                columns,
                [(label, symbols[label], *score_cells(found)) for label, found in scores.items()],
            ),
            ReportTable(
                "confusion",
                "Confusion matrix of the defective structures, as numbers",
                (Column("class"), *(Column(label, WHOLE) for label in LABELS)),
                matrix,
                folded=True,
            ),
        ),
    )


def calibration_section(rows: np.ndarray) -> Section:
    found = analysis.reliability(rows)
    bins = zip(found.edges[:-1], found.edges[1:], found.counts, strict=True)
    filled = [
        (*map(float, edges), int(n), float(found.confidence[i]), float(found.accuracy[i]))
        for i, (*edges, n) in enumerate(bins)
        if n
    ]
    return Section(
        "Calibration",
        (
            f"Of the answers given with a probability of 0.9, nine in ten should be right. The "
            f"expected calibration error, the mean distance from that, is {found.error:.5f}. "
            "This holds for these structures alone: the network answers as surely for lattices "
            "that are none of its four classes.",
        ),
        (
            Picture(
                "reliability",
                "Reliability diagram: fraction of right answers against their probability (above), "
                "and the number of answers in each bin (below).",
                partial(drawings.reliability, found),
            ),
        ),
        (
            ReportTable(
                "reliability",
                "The bins of the reliability diagram that hold answers",
                (
                    *(Column("from", LENGTH), Column("to", LENGTH), Column("answers", WHOLE)),
                    *(Column("mean probability", CHANCE), Column("fraction right", CHANCE)),
                ),
                filled,
            ),
        ),
    )


def bond_length_section(rows: np.ndarray) -> Section:
    short = rows[rows["bond_length"] < analysis.SHORT_BOND]
    table = []
    for species in dict.fromkeys(short["species"].tolist()):
        for number, label in enumerate(LABELS):
            own = short[(short["species"] == species) & (short["label"] == number)]
            if len(own):
                missed = int((~analysis.correct(own)).sum())
                table.append((species, label, len(own), missed, float(own["bond_length"].min())))
    return Section(
        "Bond lengths",
        (
            "Where an element crystallises in a class, its measured lattice constant is taken; "
            "elsewhere its measured volume per atom is kept (`facecrystal_widgets/prototypes.py` "
            "names the sources). Volumes are then varied by up to 10 % either way.",
            "A fingerprint is scaled by the mean nearest-neighbour distance of the structure at "
            "hand, defective as it is, so nothing leaks from the pristine crystal. "
            f"{len(short):,} of {len(rows):,} structures have one under {analysis.SHORT_BOND} Å; "
            f"the shortest is {rows['bond_length'].min():.2f} Å.",
        ),
        (
            Picture(
                "bond_lengths",
                "Bond lengths of the defective structures, by class of the pristine crystal.",
                partial(drawings.bond_lengths, rows),
            ),
        ),
        (
            ReportTable(
                "short_bonds",
                f"Structures with a bond length under {analysis.SHORT_BOND} Å",
                (
                    *(Column("species"), Column("class"), Column("structures", WHOLE)),
                    *(Column("misclassified", WHOLE), Column("shortest (Å)", LENGTH)),
                ),
                table,
                folded=True,
            ),
        ),
    )


def species_section(rows: np.ndarray) -> Section:
    scores = analysis.by_species(rows)
    return Section(
        "By species",
        (),
        (
            Picture(
                "species",
                "Probability of the right class by element: mean (dots) and range down to the "
                "lowest (lines); elements with a misclassified structure are orange.",
                partial(drawings.species, rows),
            ),
        ),
        (
            ReportTable(
                "by_species",
                "Defective structures by element of the pristine crystal",
                (Column("species"), *SCORE_COLUMNS),
                [(symbol, *score_cells(found)) for symbol, found in scores.items()],
                folded=True,
            ),
        ),
    )
