"""What stands in the report of an evaluation."""

from collections.abc import Iterable
from functools import partial
from typing import Any

import numpy as np

from ..classes import CLASSES, LABELS
from ..datasets.structures import DEFECTS, SIZE, defective_group, pristine_structure
from ..diffraction.fingerprint import fingerprint
from ..structures import build_cluster
from . import analysis, drawings
from .evaluation import PRISTINE, Evaluation, defect_of, recipe_of
from .pages import Column, Picture, Report, Section, Table
from .peers import NO_TIME, OVITO_METHODS, SECONDS, SETTINGS, SPGLIB, Peers
from .sizes import ELEMENTS, SIZES

DRAWN = 100
"""Misclassified structures that are drawn; all stand in the table."""
LEAST_CERTAIN = 6
PERCENT, FINE, CHANCE, LENGTH, WHOLE = ".1%", ".3%", ".4f", ".2f", ",d"
SCORE_COLUMNS = (
    Column("structures", WHOLE),
    Column("misclassified", WHOLE),
    Column("accuracy", FINE),
    Column("mean confidence", CHANCE),
    Column("lowest p(right)", CHANCE),
)


def build_report(
    evaluation: Evaluation, sizes: np.ndarray, peers: Peers | None, command: str
) -> Report:
    """The report of an evaluation.

    Parameters
    ----------
    sizes : of :func:`.sizes.size_invariance`.
    peers : of :func:`.peers.compare_peers`, or None if nobody asked for them.
    command : that makes this report again.
    """
    rows = evaluation.defective
    total = analysis.score(rows)
    scale = (
        "the defective set of the paper"
        if evaluation.groups == SIZE
        else f"the first {evaluation.groups:,} of the {SIZE:,} groups of the defective set"
    )
    versions = ", ".join(f"{k} {v}" for k, v in evaluation.about["versions"].items())
    return Report(
        title=f"The network on {total.structures:,} defective crystals",
        text=(
            f"This is {scale}: pristine crystals of up to 83 elements in four classes, each with "
            "thirteen defects. A structure is right if it gets the class of its pristine crystal. "
            "The paper reports 100 % for its own set of 82,485.",
            f"Made by `{command}`; seed {evaluation.about['seed']}; SHA-256 of the network "
            f"`{evaluation.about['model_sha256'][:16]}`; {versions}.",
        ),
        tiles=_tiles(evaluation),
        sections=(
            _by_defect(evaluation),
            _by_class(evaluation),
            _calibration(rows),
            _missed(evaluation),
            _least_certain(evaluation),
            _bond_lengths(rows),
            _by_species(rows),
            _sizes(sizes),
            _peers(evaluation, peers),
            _files(),
        ),
    )


def summary_table(evaluation: Evaluation) -> Table:
    """Accuracy and mean confidence by defect, all of them, and the pristine test part."""
    scores = analysis.by_defect(evaluation.defective)
    rows: list[tuple[Any, ...]] = [
        (*str(defect).split(" ", 1), *_cells(found)) for defect, found in scores.items()
    ]
    if len(evaluation.pristine):
        rows.insert(0, ("pristine, test part", None, *_cells(analysis.score(evaluation.pristine))))
    rows.append(("all defective", None, *_cells(analysis.score(evaluation.defective))))
    return Table(
        "by_defect",
        "Accuracy and mean confidence (probability of the answer) by kind and strength of defect",
        (Column("defect"), Column("strength"), *SCORE_COLUMNS),
        rows,
        total=True,
    )


def _cells(found: analysis.Score) -> tuple[Any, ...]:
    return found.structures, found.misses, found.accuracy, found.confidence, found.lowest


def _tiles(evaluation: Evaluation) -> tuple[tuple[str, str], ...]:
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


def _by_defect(evaluation: Evaluation) -> Section:
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


def _by_class(evaluation: Evaluation) -> Section:
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
            Table(
                "by_class",
                "Defective structures by class of the pristine crystal",
                columns,
                [(label, symbols[label], *_cells(found)) for label, found in scores.items()],
            ),
            Table(
                "confusion",
                "Confusion matrix of the defective structures, as numbers",
                (Column("class"), *(Column(label, WHOLE) for label in LABELS)),
                matrix,
                folded=True,
            ),
        ),
    )


def _calibration(rows: np.ndarray) -> Section:
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
            Table(
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


# single structures


def _missed(evaluation: Evaluation) -> Section:
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


def _least_certain(evaluation: Evaluation) -> Section:
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


def _structures(name: str, caption: str, rows: np.ndarray) -> Table:
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
    return Table(name, caption, columns, content)


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


# what the set is made of


def _bond_lengths(rows: np.ndarray) -> Section:
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
            Table(
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


def _by_species(rows: np.ndarray) -> Section:
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
            Table(
                "by_species",
                "Defective structures by element of the pristine crystal",
                (Column("species"), *SCORE_COLUMNS),
                [(symbol, *_cells(found)) for symbol, found in scores.items()],
                folded=True,
            ),
        ),
    )


def _sizes(sizes: np.ndarray) -> Section:
    table = []
    for number, target in enumerate(SIZES):
        rows = sizes[:, number]
        atoms = rows["atoms"][rows["defect"] == PRISTINE]
        span = f"{atoms.min():,}–{atoms.max():,}"
        table.append((target, span, *_cells(analysis.score(rows.ravel()))))
    return Section(
        "Size invariance",
        (
            "The network was trained on clusters of about 128 atoms. Here it sees others: "
            f"prototypes of {', '.join(ELEMENTS)} in the four classes, pristine and with each of "
            "the thirteen defects.",
        ),
        (
            Picture(
                "sizes",
                "Mean probability of the right class against the size of the cluster.",
                partial(drawings.sizes, sizes),
            ),
        ),
        (
            Table(
                "sizes",
                "Clusters of all sizes, pristine and defective together",
                (Column("target", WHOLE), Column("atoms when pristine"), *SCORE_COLUMNS),
                table,
            ),
        ),
    )


# peers


def network_correct(evaluation: Evaluation, peers: Peers) -> np.ndarray:
    """Whether the network was right on the sample of the peers, (n, 14) float.

    NaN for pristine structures that it was trained on.
    """
    found = np.full((len(peers.parents), 1 + len(DEFECTS)), np.nan)
    place = {parent: i for i, parent in enumerate(peers.parents.tolist())}
    for row, right in zip(evaluation.rows, analysis.correct(evaluation.rows), strict=True):
        if (i := place.get(int(row["parent"]))) is not None:
            found[i, row["defect"] + 1] = right
    return found


def _peers(evaluation: Evaluation, peers: Peers | None) -> Section:
    title = "Beside other methods"
    if peers is None:
        return Section(title, ("Not asked for (`--peers 0`).",))
    network = network_correct(evaluation, peers)
    text = [
        f"A sample of {len(peers.parents)} pristine structures, as many of each class, with all "
        "thirteen defects. The other methods get the periodic supercell with the same defects, "
        "the network the bare cluster.",
        "From atoms to a structure: a structure has the class that most of its atoms have. Atoms "
        "that were given none of the four classes abstain; a structure without any, or with a "
        "tie, has no answer. PTM looks for the four lattices alone; a-CNA (with identify diamond "
        "structure) has no type for sc. spglib is right if it finds the space group of the class.",
        "Every method is shown at the setting that is best for it on this very sample.",
    ]
    if not any(method in peers.answers for method in OVITO_METHODS):
        text.append(
            "Polyhedral template matching and adaptive common neighbour analysis are missing "
            "here, since OVITO is not installed; `pip install 'facecrystal_widgets[peers]'` "
            "brings it."
        )
    late = int((peers.answers[SPGLIB] == NO_TIME).sum())
    if late:
        text.append(
            f"Of {peers.answers[SPGLIB].size:,} searches of spglib, {late:,} took more than "
            f"{SECONDS} s and {'was' if late == 1 else 'were'} given up, which counts as wrong."
        )
    return Section(
        title,
        tuple(text),
        (
            Picture(
                "peers",
                "Fraction of structures in the right class against the strength of the defect.",
                partial(drawings.peers, peers, network),
            ),
            Picture(
                "peer_settings",
                "Fraction of the whole sample in the right class against the setting.",
                partial(drawings.settings, peers),
            ),
        ),
        (
            _peers_by_defect(peers, network),
            _peers_by_class(peers, network),
            _peer_settings(peers),
        ),
    )


def _peer_columns(peers: Peers) -> tuple[Column, ...]:
    names = [f"{method}, {SETTINGS[method][peers.best(method)]}" for method in peers.answers]
    return tuple(Column(name, PERCENT) for name in ("network", *names))


def _peers_by_defect(peers: Peers, network: np.ndarray) -> Table:
    right = [network, *(peers.correct(m)[peers.best(m)] for m in peers.answers)]
    table: list[tuple[Any, ...]] = [
        (name, len(peers.parents), *(_mean(part[:, i]) for part in right))
        for i, name in enumerate(("pristine", *map(str, DEFECTS)))
    ]
    every = network[:, 1:].size
    table.append(("all defective", every, *(_mean(part[:, 1:]) for part in right)))
    return Table(
        "peers_by_defect",
        "Fraction in the right class by defect; for pristine structures, the network's holds those "
        "that it was not trained on",
        (Column("defect"), Column("structures", WHOLE), *_peer_columns(peers)),
        table,
        total=True,
    )


def _peers_by_class(peers: Peers, network: np.ndarray) -> Table:
    right = [network, *(peers.correct(m)[peers.best(m)] for m in peers.answers)]
    table = [
        (label, *(_mean(part[peers.labels == number, 1:]) for part in right))
        for number, label in enumerate(LABELS)
    ]
    columns = (Column("class"), *_peer_columns(peers))
    return Table("peers_by_class", "The same by class, defective structures", columns, table)


def _peer_settings(peers: Peers) -> Table:
    table = []
    for method, answers in peers.answers.items():
        for i, setting in enumerate(SETTINGS[method]):
            right, share = peers.correct(method)[i], peers.shares.get(method)
            table.append(
                (
                    *(method, setting, float(right.mean()), float((answers[i] < 0).mean())),
                    None if share is None else float(share[i].mean()),
                )
            )
    return Table(
        "peer_settings",
        "Every setting that was tried, on pristine and defective structures together; the last "
        "column is the mean share of atoms that were found in the right class",
        (
            *(Column("method"), Column("setting"), Column("right", PERCENT)),
            *(Column("without an answer", PERCENT), Column("share of atoms", PERCENT)),
        ),
        table,
        folded=True,
    )


def _mean(values: Iterable[float]) -> float | None:
    """The mean of what is not NaN, or None."""
    known = np.asarray(values, float)
    known = known[~np.isnan(known)]
    return float(known.mean()) if len(known) else None


def _files() -> Section:
    return Section(
        "Files",
        (
            "`predictions.csv.gz` holds one row for every structure, with all digits of the "
            "probabilities; `tables/` the tables of this page as CSV; `figures/` its figures as "
            "PNG and SVG. The structures themselves follow from the seed: "
            "`facecrystal_widgets.datasets.structures.defective_group(parent, seed)`.",
        ),
    )
