"""Test the network on the defective set and write a report.

Makes the defective set of the paper, 6,345 pristine structures with thirteen
defects each (vacancies, displacements, substitutions), and classifies all of
them and the pristine test part; about ten minutes on two cores.
Prints the accuracy for every defect and lists what was misclassified.

Writes report.html, report.md, figures, tables and predictions.csv.gz, with
calibration, size invariance, and other methods on a sample of the same
structures: spglib and, with the extra 'peers', those of OVITO.

The same command goes on where it was interrupted. With a topic: other tests.

examples:
  facecrystal evaluate
  facecrystal evaluate --number 100 -o work/quick      a quick look
  facecrystal evaluate --model work/model --seed 3 -o work/other
  facecrystal evaluate --cluster tcp://host:8786
  facecrystal evaluate robustness                      in any orientation
"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from .options import Parser
from .output import print_table
from .progress import progress_bar

if TYPE_CHECKING:
    from ..evaluation.defective_set import Evaluation

LISTED = 20
"""Misclassified structures that are listed on the screen."""


def add_arguments(parser: Parser) -> None:
    add, number = parser.add_argument, parser.add_number
    add("-o", "--output", type=Path, metavar="FOLDER", help="where to write (work/evaluation)")
    parser.add_network()
    number("--number", 1, 6345, help="only the first N groups of 13")
    number("--seed", 0, default=0, help="of the set (%(default)s)")
    text = "groups of each class for the other methods, 0 for none (%(default)s)"
    number("--peers", 0, 1000, default=10, help=text)
    add("--force", action="store_true", help="start anew, whatever the folder holds")
    parser.add_workers()


def run(arguments: argparse.Namespace) -> int:
    """Evaluate, print the summary and write the report."""
    from ..compute.checkpoint import discard
    from ..convnet.reference import NetworkRef
    from ..datasets.structures import SIZE
    from ..evaluation.defective_set import MANIFEST, evaluate
    from ..evaluation.peers import OVITO_METHODS, compare_peers
    from ..evaluation.predictions import write_predictions
    from ..evaluation.sizes import PAIRS, size_invariance
    from ..reports.defective_set.report import build_report
    from ..reports.defective_set.tables import by_defect
    from ..reports.document import write_report

    folder: Path = arguments.output or Path("work/evaluation")
    seed, model, workers = arguments.seed, arguments.model, arguments.workers
    NetworkRef.at(model)  # before the folder is touched
    if arguments.force:
        discard(folder / MANIFEST)
    groups: int = arguments.number or SIZE
    evaluation = evaluate(groups, seed, model, folder, workers, progress_bar(groups, "groups"))
    write_predictions(evaluation.rows, folder / "predictions.csv.gz")
    print_table(by_defect(evaluation))
    print_misses(evaluation)
    bar = progress_bar(len(PAIRS), "clusters in all sizes")
    sizes = size_invariance(seed, model, workers, bar)
    peers = None
    if arguments.peers:
        bar = progress_bar(min(4 * arguments.peers, groups), "groups for other methods")
        peers = compare_peers(groups, seed, arguments.peers, workers, bar)
        if not any(method in peers.answers for method in OVITO_METHODS):
            print("\nWithout OVITO, spglib is the only other method; to have more:")
            print("pip install 'facecrystal_widgets[peers]'")
    report = build_report(evaluation, sizes, peers, arguments.command_line)
    page, text = write_report(report, folder)
    print(f"\nreport: {page} and {text}")
    return 0


def print_misses(evaluation: "Evaluation") -> None:
    """The misclassified structures, the shortest bond length first."""
    from ..crystals.classes import LABELS
    from ..evaluation.predictions import defect_of
    from ..evaluation.scores import misses

    missed = misses(evaluation.rows)
    print(f"\n{len(missed):,} misclassified{':' if len(missed) else ''}")
    for row in missed[:LISTED]:
        label, answer = LABELS[row["label"]], LABELS[row["probabilities"].argmax()]
        print(
            f"  {label} {row['species']} with {defect_of(row) or 'no defect'}, bond length "
            f"{row['bond_length']:.2f} Å: {answer} {row['probabilities'].max():.3f}"
        )
    if len(missed) > LISTED:
        print(f"  and {len(missed) - LISTED:,} more, which stand in the report")
