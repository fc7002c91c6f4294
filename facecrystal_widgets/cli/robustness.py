"""Test orientation, trust and local maps on structures with known truth.

All 83 species in the four classes with the paper's thirteen defects, as blocks
and spheres turned at random; fourteen kinds of structures outside the classes,
beside other ways to tell them; the Bain path; 8 to 100,000 atoms; and the
grains of polycrystals, beside OVITO. About 20 minutes on two cores.

Writes report.html, report.md, figures and tables. The same command goes on
where it was interrupted.

examples:
  facecrystal evaluate robustness
  facecrystal evaluate robustness --number 8 -o work/quick     a quick look
"""

import argparse
import shutil
from pathlib import Path

from .options import CommandError, Parser
from .output import print_table
from .progress import progress_bar


def add_arguments(parser: Parser) -> None:
    add, number = parser.add_argument, parser.add_number
    add("-o", "--output", type=Path, metavar="FOLDER", help="where to write (work/robustness)")
    text = "pairs of species and class, and of the rest in proportion (332)"
    number("--number", 2, 332, help=text)
    number("--seed", 0, help="of the random draws (0)")
    add("--force", action="store_true", help="start anew")
    parser.add_workers()


def run(arguments: argparse.Namespace) -> int:
    """Evaluate, print the summary and write the report."""
    from ..evaluation.robustness.tasks import PAIRS, evaluate_robustness, number_of_tasks
    from ..reports.document import write_report
    from ..reports.robustness.report import build_report, tiles
    from ..reports.robustness.tables import by_defect, methods

    if arguments.model is not None:
        raise CommandError("--model: only the shipped network can be evaluated here", 2)
    folder: Path = arguments.output or Path("work/robustness")
    pairs: int = arguments.number or PAIRS
    if not 2 <= pairs <= PAIRS:
        raise CommandError(f"--number: expected 2 to {PAIRS} pairs of species and class", 2)
    if arguments.force:
        shutil.rmtree(folder / "parts", ignore_errors=True)
    bar = progress_bar(number_of_tasks(pairs), "tasks")
    evaluation = evaluate_robustness(pairs, arguments.seed, folder, arguments.workers, bar)
    for table in (by_defect(evaluation), methods(evaluation)):
        print(f"\n{table.caption}\n")
        print_table(table)
    print()
    for value, label in tiles(evaluation):
        print(f"{value:>8}  {label}")
    page, text = write_report(build_report(evaluation, arguments.command_line), folder)
    print(f"\nreport: {page} and {text}")
    return 0
