"""Train the network on the pristine set and export it.

Trains on three quarters of the set and tests on the rest; takes one to two
minutes. Writes model.keras, model.tflite and model.json. Needs TensorFlow:
pip install 'facecrystal_widgets[train]'

examples:
  facecrystal dataset && facecrystal train
  facecrystal train --runs 5       from five seeds, all tested on the whole
                                   defective set; the first is the one in use
  facecrystal train work/pristine -o work/seed1 --seed 1
  facecrystal evaluate --model work/seed1
"""

import argparse
import json
import os
import shlex
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .options import CommandError, Parser
from .progress import progress_bar

if TYPE_CHECKING:
    from ..datasets.dataset import Dataset


def add_arguments(parser: Parser) -> None:
    parser.add_dataset()
    add, number = parser.add_argument, parser.add_number
    add("-o", "--output", type=Path, default=Path("work/model"), help="folder (%(default)s)")
    number("--seed", 0, default=0, help="of the training (%(default)s)")
    number("--epochs", 1, default=2, help="%(default)s, as in the paper")
    number("--runs", 1, default=1, help="seeds, one after another (1)")
    number("--number", 1, 6345, help="groups of 13 to test the runs on (all)")
    parser.add_workers()


def run(arguments: argparse.Namespace) -> int:
    """Train and export, once or from several seeds."""
    if find_spec("tensorflow") is None:
        raise CommandError(
            "training needs TensorFlow; install it with: pip install 'facecrystal_widgets[train]'"
        )
    from ..datasets.dataset import Dataset

    dataset = Dataset.load(arguments.dataset)
    arguments.output.mkdir(parents=True, exist_ok=True)  # before the work, not after it
    seeds = range(arguments.seed, arguments.seed + arguments.runs)
    results = [_train(arguments, dataset, seed) for seed in seeds]
    if arguments.runs > 1:
        _compare(arguments, results)
    return 0


def _train(arguments: argparse.Namespace, dataset: "Dataset", seed: int) -> dict[str, Any]:
    """Train from one seed; what ``runs.json`` holds of it."""
    from tqdm import tqdm

    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # its C++ side talks a lot
    from ..convnet.architecture import build_model
    from ..convnet.export import export_model
    from ..convnet.stderr import standard_error_closed
    from ..training.fit import train_model

    with standard_error_closed():
        build_model()  # so that TensorFlow is imported here

    with tqdm(desc=f"training, seed {seed}", unit=" batches", disable=None) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        model, result = train_model(dataset, seed, arguments.epochs, show)
    # the network of the first seed is the one that counts, however lucky another is
    first, folder = seed == arguments.seed, arguments.output
    folder = folder if first else folder / "runs" / f"seed{seed}"
    command = ["facecrystal", "train", str(arguments.dataset), "-o", str(folder)]
    command += ["--seed", str(seed), "--epochs", str(arguments.epochs)]
    facts = {
        "dataset_seed": dataset.seed,
        "dataset_size": len(dataset.labels),
        "training_seed": seed,
        "epochs": arguments.epochs,
        "command": shlex.join(command),
    }
    with standard_error_closed():
        export_model(model, folder, asdict(result), facts)
    print(f"accuracy on the training part: {result.train_accuracy:.2%} of {result.n_train:,}")
    print(f"accuracy on the test part:     {result.test_accuracy:.2%} of {result.n_test:,}")
    names = sorted(f.name for f in folder.iterdir() if f.is_file())
    print(f"exported to {folder}: {', '.join(names)}", flush=True)
    return {"seed": seed, "folder": str(folder), **asdict(result)}


def _compare(arguments: argparse.Namespace, results: list[dict[str, Any]]) -> None:
    """Test every network on the defective set, which none of them was trained or chosen on."""
    import numpy as np

    from ..datasets.defects import DEFECTS
    from ..datasets.structures import SIZE
    from ..evaluation.defective_set import count_misses
    from ..files import write_whole

    groups = arguments.number or SIZE
    folders = [Path(result["folder"]) for result in results]
    bar = progress_bar(groups, "groups")
    counts = count_misses(folders, groups, 0, arguments.workers, bar)
    structures = groups * len(DEFECTS)
    print("\nseed   pristine test part   defective set            misses")
    for result, misses in zip(results, counts.tolist(), strict=True):
        accuracy = 1 - misses / structures
        result |= {"defective": structures, "misses": misses, "defective_accuracy": accuracy}
        print(
            f"{result['seed']:<7}{result['test_accuracy']:<21.3%}{accuracy:<9.4%}"
            f"of {structures:<13,}{misses:>6}"
        )
    for name, title in (
        ("test_accuracy", "pristine test part"),
        ("defective_accuracy", "defective set"),
    ):
        values = np.array([result[name] for result in results])
        print(f"{title}: {values.mean():.4%} ± {values.std(ddof=1):.4%} (mean, standard deviation)")
    path = arguments.output / "runs.json"
    write_whole(path, (json.dumps(results, indent=1) + "\n").encode())
    print(f"written to {path}; the network of seed {arguments.seed} is the one in use")
