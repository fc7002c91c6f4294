"""The report on the defective set, put together; its sentences stand in the template."""

from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from ...crystals.classes import LABELS
from ...crystals.cluster import build_cluster
from ...datasets.structures import SIZE, defective_group, pristine_structure
from ...diffraction.fingerprint import fingerprint
from ...evaluation import scores
from ...evaluation.defective_set import Evaluation
from ...evaluation.peers import NO_TIME, OVITO_METHODS, SECONDS, SPGLIB, Peers
from ...evaluation.predictions import PRISTINE, defect_of
from ...evaluation.sizes import ELEMENTS
from ..document import Report
from . import comparison, drawings, tables

DRAWN = 100
"""Misclassified structures that are drawn; all stand in the table."""
LEAST_CERTAIN = 6


def build_report(
    evaluation: Evaluation, sizes: np.ndarray, peers: Peers | None, command: str
) -> Report:
    """The report of an evaluation.

    Parameters
    ----------
    sizes : of :func:`.size_invariance`.
    peers : of :func:`.compare_peers`, or None if the comparison was left out.
    command : that makes this report again.
    """
    rows = evaluation.defective
    misses = scores.misses(evaluation.rows)
    right = evaluation.rows[scores.correct(evaluation.rows)]
    uncertain = scores.least_certain(right, LEAST_CERTAIN)
    pictures = {
        "misclassified": [_picture(evaluation, row) for row in misses[:DRAWN]],
        "least_certain": [_picture(evaluation, row) for row in uncertain],
    }
    report_tables = {
        "by_defect": tables.by_defect(evaluation),
        "by_class": tables.by_class(rows),
        "confusion": tables.confusion(rows),
        "reliability": tables.reliability(rows),
        "least_certain": tables.structures("The least certain right answers", uncertain),
        "short_bonds": tables.short_bonds(rows),
        "by_species": tables.by_species(rows),
        "sizes": tables.sizes(sizes),
    }
    if len(misses):
        report_tables["misclassified"] = tables.structures("All misclassified structures", misses)
    figures = _figures(evaluation, sizes)
    figures |= {name: draw for group in pictures.values() for name, _, draw in group}
    values = _values(evaluation, misses) | {"command": command, "peers": None}
    if peers is not None:
        network = comparison.network_correct(evaluation, peers)
        values["peers"] = _peer_values(peers)
        report_tables |= {
            "peers_by_defect": comparison.peers_by_defect(peers, network),
            "peers_by_class": comparison.peers_by_class(peers, network),
            "peer_settings": comparison.peer_settings(peers),
        }
        figures |= {
            "peers": partial(drawings.peers, peers, network),
            "peer_settings": partial(drawings.settings, peers),
        }
    return Report(
        "defective_set.md.j2",
        values,
        _tiles(evaluation),
        report_tables,
        figures,
        galleries={title: [picture[:2] for picture in group] for title, group in pictures.items()},
    )


def _values(evaluation: Evaluation, misses: np.ndarray) -> dict[str, Any]:
    rows = evaluation.defective
    scale = "the defective set of the paper"
    if evaluation.groups != SIZE:
        scale = f"the first {evaluation.groups:,} of the {SIZE:,} groups of the defective set"
    return {
        "title": f"The network on {len(rows):,} defective crystals",
        "scale": scale,
        "about": evaluation.about,
        "versions": ", ".join(f"{k} {v}" for k, v in evaluation.about["versions"].items()),
        "has_pristine": bool(len(evaluation.pristine)),
        "calibration_error": scores.reliability(rows).error,
        "misses": len(misses),
        "longer_misses": int((misses["bond_length"] >= scores.SHORT_BOND).sum()),
        "drawn": DRAWN,
        "structures": len(rows),
        "short_bond": scores.SHORT_BOND,
        "short_bonds": int((rows["bond_length"] < scores.SHORT_BOND).sum()),
        "shortest_bond": float(rows["bond_length"].min()),
        "size_elements": ", ".join(ELEMENTS),
    }


def _peer_values(peers: Peers) -> dict[str, Any]:
    return {
        "structures": len(peers.parents),
        "ovito": any(method in peers.answers for method in OVITO_METHODS),
        "searches": peers.answers[SPGLIB].size,
        "late": int((peers.answers[SPGLIB] == NO_TIME).sum()),
        "seconds": SECONDS,
    }


def _tiles(evaluation: Evaluation) -> tuple[tuple[str, str], ...]:
    rows, pristine = evaluation.defective, evaluation.pristine
    total = scores.score(rows)
    short = (rows["bond_length"] < scores.SHORT_BOND).sum()
    tiles = [
        (f"{total.accuracy:.3%}", f"accuracy, {total.misses:,} of {total.structures:,} missed"),
        (f"{total.confidence:.4f}", "mean confidence"),
        (f"{scores.reliability(rows).error:.4f}", "expected calibration error"),
        (f"{short:,}", f"structures with a bond length under {scores.SHORT_BOND} Å"),
    ]
    if len(pristine):
        clean = scores.score(pristine)
        tiles.insert(1, (f"{clean.accuracy:.2%}", f"of {clean.structures:,} pristine, test part"))
    return tuple(tiles)


def _figures(evaluation: Evaluation, sizes: np.ndarray) -> dict[str, Callable[[], Any]]:
    rows, pristine = evaluation.defective, evaluation.pristine
    matrices = {"defective": scores.confusion(rows)}
    if len(pristine):
        matrices = {"pristine, test part": scores.confusion(pristine), **matrices}
    return {
        "confidence_by_defect": partial(drawings.confidence_by_defect, rows),
        "confusion": partial(drawings.confusion, matrices),
        "reliability": partial(drawings.reliability, scores.reliability(rows)),
        "bond_lengths": partial(drawings.bond_lengths, rows),
        "species": partial(drawings.species, rows),
        "sizes": partial(drawings.sizes, sizes),
    }


def _picture(evaluation: Evaluation, row: Any) -> tuple[str, str, Callable[[], Any]]:
    """A structure of the set: name, caption, and a function that draws it."""
    parent, number, seed = int(row["parent"]), int(row["defect"]), int(evaluation.about["seed"])
    crystal = build_cluster(pristine_structure(parent, seed)[0])
    atoms, vacant = crystal, np.empty((0, 3))
    if number != PRISTINE:
        atoms, _ = defective_group(parent, seed)[0][number]
        vacant = np.delete(crystal.positions, atoms.arrays["site"], axis=0)
    label, answer = LABELS[row["label"]], LABELS[row["probabilities"].argmax()]
    caption = (
        f"{label} {row['species']}, {defect_of(row) or 'pristine'}, bond length "
        f"{row['bond_length']:.2f} Å: {answer} {row['probabilities'].max():.3f}"
    )
    if answer != label:
        caption += f", {label} {row['probabilities'][row['label']]:.3f}"
    caption += f". Number {parent:,} of the set."
    draw = partial(drawings.structure, atoms, vacant, fingerprint(atoms))
    return f"structure_{parent:05}_{number + 1:02}", caption, draw
