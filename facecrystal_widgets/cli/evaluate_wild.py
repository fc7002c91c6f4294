"""``facecrystal evaluate wild``: any orientation, none of these, local maps, as a report."""

import argparse
import shlex
import shutil
from pathlib import Path

from ..compute.checkpoint import CheckpointError
from ..compute.workers import BatchError, Workers
from ..evaluation.robustness.tasks import PAIRS, evaluate_robustness, number_of_tasks
from ..reports.document import write_report
from ..reports.robustness.outside import comparison
from ..reports.robustness.report import build_report
from ..reports.robustness.summary import by_defect, tiles
from . import CommandError
from .evaluate import print_table
from .progress import progress_bar


def run(arguments: argparse.Namespace) -> int:
    """Evaluate, print the summary and write the report."""
    if arguments.model is not None:
        raise CommandError("--model: only the shipped network can be evaluated here", 2)
    folder: Path = arguments.output or Path("work/wild-evaluation")
    pairs: int = arguments.number or PAIRS
    if not 2 <= pairs <= PAIRS:
        raise CommandError(f"--number: expected 2 to {PAIRS} pairs of species and class", 2)
    if arguments.force:
        shutil.rmtree(folder / "parts", ignore_errors=True)
    workers = Workers(arguments.jobs, arguments.cluster)
    bar = progress_bar(number_of_tasks(pairs), "tasks")
    try:
        found = evaluate_robustness(pairs, arguments.seed, folder, workers, bar)
    except (CheckpointError, BatchError) as error:
        raise CommandError(str(error)) from error
    for table in (by_defect(found), comparison(found)):
        print(f"\n{table.caption}\n")
        print_table(table)
    print()
    for value, label in tiles(found):
        print(f"{value:>8}  {label}")
    command = shlex.join(["facecrystal", *arguments.typed])
    page, text = write_report(build_report(found, command), folder)
    print(f"\nreport: {page} and {text}")
    return 0
