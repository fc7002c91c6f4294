"""``facecrystal attention``: class templates, and faithfulness of the maps."""

import argparse
import shlex
from pathlib import Path

from ..attention.faithfulness import Area, Faithfulness, summary
from ..attention.templates import FILE
from ..compute.workers import BatchError, Workers
from ..convnet.weights import PRETRAINED, read_model
from ..crystals.classes import LABELS
from ..datasets.dataset import Dataset
from ..evaluation.faithfulness import measure_faithfulness, save_faithfulness
from ..training.templates import build_templates, save_templates
from . import CommandError
from .progress import progress_bar


def run(arguments: argparse.Namespace) -> int:
    """Run one of the two."""
    work = {"templates": _templates, "faithfulness": _faithfulness}
    try:
        work[arguments.topic](arguments)
    except (ValueError, BatchError) as error:
        raise CommandError(str(error)) from error
    return 0


def _workers(arguments: argparse.Namespace) -> Workers:
    return Workers(arguments.jobs, arguments.cluster)


def _templates(arguments: argparse.Namespace) -> None:
    dataset = Dataset.load(arguments.dataset)
    card = read_model(arguments.model, "model.npz")[1]
    if (card.get("dataset_seed"), card.get("dataset_size")) != (dataset.seed, len(dataset.labels)):
        raise CommandError(
            f"{arguments.dataset} is not the set that {arguments.model} was trained on: seed and "
            "size differ"
        )
    number = len(dataset.split()[0])
    folder: Path = arguments.model
    bar = progress_bar(number, "structures")
    templates = build_templates(dataset, folder, _workers(arguments), bar)
    save_templates(templates, folder, shlex.join(["facecrystal", *arguments.typed]))
    print(f"{folder / FILE}: the templates of {number:,} structures")


def _faithfulness(arguments: argparse.Namespace) -> None:
    if arguments.output:  # before the work, not after it
        arguments.output.parent.mkdir(parents=True, exist_ok=True)
        if arguments.output.is_dir():
            raise CommandError(f"{arguments.output} is a folder; name a file", code=2)
    result = measure_faithfulness(
        arguments.per_class,
        arguments.seed,
        arguments.model or PRETRAINED,
        _workers(arguments),
        progress_bar(arguments.per_class * len(LABELS), "structures"),
    )
    print(*faithfulness_table(result), "", summary(result), sep="\n")
    if arguments.output:
        save_faithfulness(result, arguments.output, shlex.join(["facecrystal", *arguments.typed]))
        print(f"written to {arguments.output}")


def faithfulness_table(result: Faithfulness) -> list[str]:
    """Mean class probabilities as a Markdown table, the most faithful order first."""
    lines = [
        "| order of the pixels | deletion, first tenth | better than brightness | insertion, first "
        "tenth | better than brightness | deletion, all | insertion, all |",
        "|---|---|---|---|---|---|---|",
    ]
    for name, score in sorted(result.orders.items(), key=lambda item: item[1].deletion_early.mean):
        cells = [
            name,
            *_cells(score.deletion_early),
            *_cells(score.insertion_early),
            f"{score.deletion_whole.mean:.3f}",
            f"{score.insertion_whole.mean:.3f}",
        ]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _cells(area: Area) -> tuple[str, str]:
    gain = f"{area.gain:+.3f} ± {area.error:.3f}".replace("-", "−") if area.error else "–"
    return f"{area.mean:.3f}", gain
