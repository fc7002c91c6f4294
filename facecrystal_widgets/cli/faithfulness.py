"""Measure whether the maps show what the answer depends on.

Takes pixels away, or puts them in, in the order of a map, and compares how
fast the class probability changes with other orders: random, brightness,
gradient. Over defective structures drawn as in the paper; about ten minutes.

examples:
  facecrystal attention faithfulness --per-class 20
  facecrystal attention faithfulness -o work/faithfulness.json
"""

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from .options import CommandError, Parser
from .progress import progress_bar

if TYPE_CHECKING:
    from ..attention.faithfulness import Area

HEADER = """\
| order of the pixels | deletion, first tenth | better than brightness | insertion, first tenth \
| better than brightness | deletion, all | insertion, all |
|---|---|---|---|---|---|---|"""


def add_arguments(parser: Parser) -> None:
    number = parser.add_number
    parser.add_network()
    number("--per-class", 2, default=200, help="structures (%(default)s)")
    number("--seed", 0, default=2, help="of the draw (%(default)s)")
    parser.add_argument(
        "-o", "--output", type=Path, metavar="FILE", help="also write the curves, as JSON"
    )
    parser.add_workers()


def run(arguments: argparse.Namespace) -> int:
    """Measure, and print a table in Markdown, the most faithful order first."""
    from ..attention.faithfulness import summary
    from ..convnet.weights import PRETRAINED
    from ..crystals.classes import LABELS
    from ..evaluation.faithfulness import measure_faithfulness, save_faithfulness

    if arguments.output:  # before the work, not after it
        arguments.output.parent.mkdir(parents=True, exist_ok=True)
        if arguments.output.is_dir():
            raise CommandError(f"{arguments.output} is a folder; name a file", code=2)
    bar = progress_bar(arguments.per_class * len(LABELS), "structures")
    model = arguments.model or PRETRAINED
    result = measure_faithfulness(
        arguments.per_class, arguments.seed, model, arguments.workers, bar
    )
    print(HEADER)
    for name, score in sorted(result.orders.items(), key=lambda item: item[1].deletion_early.mean):
        early = f"{_cells(score.deletion_early)} | {_cells(score.insertion_early)}"
        whole = f"{score.deletion_whole.mean:.3f} | {score.insertion_whole.mean:.3f}"
        print(f"| {name} | {early} | {whole} |")
    print(f"\n{summary(result)}")
    if arguments.output:
        save_faithfulness(result, arguments.output, arguments.command_line)
        print(f"written to {arguments.output}")
    return 0


def _cells(area: "Area") -> str:
    gain = f"{area.gain:+.3f} ± {area.error:.3f}".replace("-", "−") if area.error else "–"
    return f"{area.mean:.3f} | {gain}"
