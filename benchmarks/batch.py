"""Batch work: throughput with one and two workers, and cost and memory against the number.

``python benchmarks/batch.py 100 1000 6345`` goes up to the whole set.
"""

import subprocess
import sys
import time
from collections.abc import Sequence

import psutil

Row = tuple[str, str, str]
SINGLE = 100
GROUPS = (50, 100, 200, 400)
"""Groups of thirteen defective structures; 6,345 in the whole set."""

CODE = """
import sys, time
from facecrystal_widgets.compute.stream import Workers
from facecrystal_widgets.evaluation.defective_set import evaluate
if __name__ == "__main__":
    groups, jobs = int(sys.argv[1]), int(sys.argv[2])
    workers = Workers(jobs)
    first = []
    def progress(results):
        for result in results:
            first.append(time.perf_counter())
            yield result
    evaluate(groups, workers=workers, progress=progress)
    # what a worker needs to start is not counted: it is the same for any number
    print((len(first) - 8) / (first[-1] - first[7]))
"""


def measure(groups: int, jobs: int) -> tuple[float, float]:
    """Groups a second once the workers are warm, and the peak memory of one process, MB."""
    process = psutil.Popen(
        [sys.executable, "-c", CODE, str(groups), str(jobs)], stdout=subprocess.PIPE, text=True
    )
    peak = 0.0
    while process.poll() is None:
        time.sleep(0.2)
        try:
            family = [process, *process.children(recursive=True)]
            peak = max([peak, *(member.memory_info().rss / 1e6 for member in family)])
        except psutil.NoSuchProcess:
            continue
    return float(process.stdout.read()), peak


def rows(numbers: Sequence[int] = GROUPS) -> list[Row]:
    """Rows of the table: what, how much, compared with what."""
    single, _ = measure(SINGLE, 1)
    table = [("evaluation, one process", f"{single:.1f} groups of 13 a second", "1")]
    for groups in numbers:
        rate, memory = measure(groups, 2)
        table.append(
            (
                f"evaluation, two workers, {groups:,} groups ({13 * groups:,} structures)",
                f"{rate:.1f} groups a second, {memory:.0f} MB a worker",
                f"{rate / single:.2f} × one process",
            )
        )
    return table


if __name__ == "__main__":
    for line in rows([int(number) for number in sys.argv[1:]] or GROUPS):
        print(" | ".join(line))
