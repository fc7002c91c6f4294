"""``facecrystal attention``: class templates, faithfulness of the maps, and Figure 5."""

import argparse
import shlex
from pathlib import Path

from ..attention.faithfulness import Faithfulness, measure_faithfulness, save_faithfulness, summary
from ..attention.templates import FILE, build_templates, save_templates
from ..classes import CLASSES, LABELS
from ..convnet.classifier import PRETRAINED
from ..datasets import Dataset
from ..diffraction.fingerprint import fingerprint
from ..prototypes import prototype
from . import CommandError
from .progress import progress_bar


def run(arguments: argparse.Namespace) -> int:
    """Run one of the three."""
    work = {"templates": _templates, "faithfulness": _faithfulness, "figures": _figures}
    try:
        work[arguments.topic](arguments)
    except ValueError as error:
        raise CommandError(str(error)) from error
    return 0


def _templates(arguments: argparse.Namespace) -> None:
    dataset = Dataset.load(arguments.dataset)
    number = len(dataset.split()[0])
    folder: Path = arguments.model
    bar = progress_bar(number, "structures")
    templates = build_templates(dataset, folder, arguments.jobs, bar)
    save_templates(templates, folder, shlex.join(["facecrystal", *arguments.typed]))
    print(f"{folder / FILE}: the templates of {number:,} structures")


def _faithfulness(arguments: argparse.Namespace) -> None:
    if arguments.output:  # before the work, not after it
        arguments.output.parent.mkdir(parents=True, exist_ok=True)
    result = measure_faithfulness(
        arguments.per_class,
        arguments.seed,
        arguments.model or PRETRAINED,
        arguments.jobs,
        progress_bar(arguments.per_class * len(LABELS), "structures"),
    )
    print(*faithfulness_table(result), "", summary(result), sep="\n")
    if arguments.output:
        save_faithfulness(result, arguments.output, shlex.join(["facecrystal", *arguments.typed]))
        print(f"written to {arguments.output}")


def faithfulness_table(result: Faithfulness) -> list[str]:
    """The areas under the curves as a Markdown table, the most faithful order first."""
    lines = [
        "| order of the pixels | deletion | better than brightness | insertion |"
        " better than brightness |",
        "|---|---|---|---|---|",
    ]
    for name, score in sorted(result.orders.items(), key=lambda item: item[1].deletion_area):
        gains = (
            f"{gain:+.4f} ± {error:.4f}".replace("-", "−") if error else "–"
            for gain, error in (
                (score.deletion_gain, score.deletion_error),
                (score.insertion_gain, score.insertion_error),
            )
        )
        deletion, insertion = gains
        lines.append(
            f"| {name} | {score.deletion_area:.3f} | {deletion} | {score.insertion_area:.4f} |"
            f" {insertion} |"
        )
    return lines


def _figures(arguments: argparse.Namespace) -> None:
    from ..figures import figure_5a, figure_5b, save

    folder: Path = arguments.output
    folder.mkdir(parents=True, exist_ok=True)
    wanted = LABELS if arguments.label == "all" else (arguments.label,)
    written: list[Path] = []
    for known in CLASSES:
        if known.label in wanted:
            image = fingerprint(prototype(known.label, arguments.element))
            title = f"{arguments.element}, {known.label} ({known.symbol})"
            written += save(figure_5a(image, title), folder, f"figure-5a-{known.label}")
    written += save(figure_5b(), folder, "figure-5b")
    for path in written:
        print(path)
