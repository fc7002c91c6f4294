"""``facecrystal evaluate``: the network on the defective set, beside other methods, as a report."""

import argparse
import shlex
import shutil
from pathlib import Path

from ..compute.workers import BatchError, Workers
from ..convnet.reference import NetworkRef
from ..crystals.classes import LABELS
from ..datasets.structures import SIZE
from ..evaluation.defective_set import MANIFEST, Evaluation, evaluate
from ..evaluation.peers import OVITO_METHODS, Peers, compare_peers
from ..evaluation.predictions import defect_of, write_predictions
from ..evaluation.scores import misses
from ..evaluation.sizes import PAIRS, size_invariance
from ..reports.defective_set.report import build_report
from ..reports.defective_set.tables import by_defect
from ..reports.document import ReportTable, write_report
from . import CommandError
from .progress import progress_bar

LISTED = 20
"""Misclassified structures that are listed on the screen."""


def run(arguments: argparse.Namespace) -> int:
    """Evaluate, print the summary and write the report."""
    try:
        _evaluate(arguments)
    except (ValueError, BatchError) as error:
        raise CommandError(str(error)) from error
    return 0


def _evaluate(arguments: argparse.Namespace) -> None:
    folder: Path = arguments.output or Path("work/evaluation")
    NetworkRef.at(arguments.model)  # before the folder is touched
    if arguments.force and (folder / MANIFEST).exists():
        shutil.rmtree(folder / "parts", ignore_errors=True)
        (folder / MANIFEST).unlink()
    workers = Workers(arguments.jobs, arguments.cluster)
    groups: int = arguments.number or SIZE
    bar = progress_bar(groups, "groups")
    evaluation = evaluate(groups, arguments.seed, arguments.model, folder, workers, bar)
    write_predictions(evaluation.rows, folder / "predictions.csv.gz")
    print_table(by_defect(evaluation))
    print_misses(evaluation)
    bar = progress_bar(len(PAIRS), "clusters in all sizes")
    sizes = size_invariance(arguments.seed, arguments.model, workers, bar)
    peers = _peers(arguments, groups, workers)
    command = shlex.join(["facecrystal", *arguments.typed])
    page, text = write_report(build_report(evaluation, sizes, peers, command), folder)
    print(f"\nreport: {page} and {text}")


def _peers(arguments: argparse.Namespace, groups: int, workers: Workers) -> Peers | None:
    if not arguments.peers:
        return None
    bar = progress_bar(min(4 * arguments.peers, groups), "groups for other methods")
    peers = compare_peers(groups, arguments.seed, arguments.peers, workers, bar)
    if not any(method in peers.answers for method in OVITO_METHODS):
        print("\nOVITO is not installed, so that spglib is the only other method; to have more:")
        print("pip install 'facecrystal_widgets[peers]'")
    return peers


def print_table(table: ReportTable) -> None:
    """A table with aligned columns, numbers flush right."""
    lines = [list(table.columns), *table.cells]
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    sides = [">" if form else "<" for form in table.columns.values()]
    for line in lines:
        cells = zip(line, sides, widths, strict=True)
        print("  ".join(f"{text:{side}{width}}" for text, side, width in cells).rstrip())


def print_misses(evaluation: Evaluation) -> None:
    """The misclassified structures, the shortest bond length first."""
    found = misses(evaluation.rows)
    print(f"\n{len(found):,} misclassified{':' if len(found) else ''}")
    for row in found[:LISTED]:
        label, answer = LABELS[row["label"]], LABELS[row["probabilities"].argmax()]
        print(
            f"  {label} {row['species']} with {defect_of(row) or 'no defect'}, bond length "
            f"{row['bond_length']:.2f} Å: {answer} {row['probabilities'].max():.3f}"
        )
    if len(found) > LISTED:
        print(f"  and {len(found) - LISTED:,} more, which stand in the report")
