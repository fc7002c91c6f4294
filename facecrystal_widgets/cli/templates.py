"""Average the class templates of a network over its training set.

Writes templates.npz beside the network and its SHA-256 into model.json.

examples:
  facecrystal dataset && facecrystal train
  facecrystal attention templates
"""

import argparse
from pathlib import Path

from .options import CommandError, Parser
from .progress import progress_bar


def add_arguments(parser: Parser) -> None:
    parser.add_dataset()
    folder, text = Path("work/model"), "made by 'train' (%(default)s)"
    parser.add_argument("--model", type=Path, default=folder, metavar="FOLDER", help=text)
    parser.add_workers()


def run(arguments: argparse.Namespace) -> int:
    """Average and write, if the set is the one that the network was trained on."""
    from ..attention.templates import FILE
    from ..convnet.weights import read_model
    from ..datasets.dataset import Dataset
    from ..training.templates import build_templates, save_templates

    dataset = Dataset.load(arguments.dataset)
    folder: Path = arguments.model
    card = read_model(folder, "model.npz")[1]
    if (card.get("dataset_seed"), card.get("dataset_size")) != (dataset.seed, len(dataset.labels)):
        raise CommandError(
            f"{arguments.dataset} is not the set that {folder} was trained on: seed and size differ"
        )
    number = len(dataset.split()[0])
    bar = progress_bar(number, "structures")
    templates = build_templates(dataset, folder, arguments.workers, bar)
    save_templates(templates, folder, arguments.command_line)
    print(f"{folder / FILE}: the templates of {number:,} structures")
    return 0
