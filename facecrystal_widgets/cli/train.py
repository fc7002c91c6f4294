"""``facecrystal train``: how the network came to be, and how much depends on the seed."""

import argparse
import json
import os
import shlex
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import numpy as np
from tqdm import tqdm

from ..compute.workers import BatchError, Workers
from ..convnet.stderr import standard_error_closed
from ..datasets.dataset import Dataset
from ..datasets.defects import DEFECTS
from ..datasets.structures import SIZE
from ..evaluation.defective_set import count_misses
from ..files import write_whole
from . import CommandError
from .progress import progress_bar


def run(arguments: argparse.Namespace) -> int:
    """Train and export, once or from several seeds."""
    if find_spec("tensorflow") is None:
        raise CommandError(
            "training needs TensorFlow; install it with: pip install 'facecrystal_widgets[train]'"
        )
    try:
        dataset = Dataset.load(arguments.dataset)
        arguments.output.mkdir(parents=True, exist_ok=True)  # before the work, not after it
        seeds = range(arguments.seed, arguments.seed + arguments.runs)
        results = [_train(arguments, dataset, seed) for seed in seeds]
        if arguments.runs > 1:
            _compare(arguments, results)
    except (ValueError, BatchError) as error:
        raise CommandError(str(error)) from error
    return 0


def _folder(arguments: argparse.Namespace, seed: int) -> Path:
    """The network of the first seed is the one that counts, however lucky another is."""
    output: Path = arguments.output
    return output if seed == arguments.seed else output / "runs" / f"seed{seed}"


def _train(arguments: argparse.Namespace, dataset: Dataset, seed: int) -> dict[str, Any]:
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # its C++ side talks a lot
    from ..convnet.architecture import build_model
    from ..convnet.export import export_model
    from ..training.fit import train_model

    with standard_error_closed():
        build_model()  # so that TensorFlow is imported here

    with tqdm(desc=f"training, seed {seed}", unit=" batches", disable=None) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        model, result = train_model(dataset, seed, arguments.epochs, show)
    folder = _folder(arguments, seed)
    words = ["facecrystal", "train", str(arguments.dataset), "-o", str(folder)]
    facts = {
        "dataset_seed": dataset.seed,
        "dataset_size": len(dataset.labels),
        "training_seed": seed,
        "epochs": arguments.epochs,
        "command": shlex.join([*words, "--seed", str(seed), "--epochs", str(arguments.epochs)]),
    }
    with standard_error_closed():
        export_model(model, folder, asdict(result), facts)
    print(f"accuracy on the training part: {result.train_accuracy:.2%} of {result.n_train:,}")
    print(f"accuracy on the test part:     {result.test_accuracy:.2%} of {result.n_test:,}")
    names = sorted(f.name for f in folder.iterdir() if f.is_file())
    print(f"exported to {folder}: {', '.join(names)}", flush=True)
    return {"seed": seed, "folder": str(folder), **asdict(result)}


def _compare(arguments: argparse.Namespace, results: list[dict[str, Any]]) -> None:
    """Every network on the defective set, which none of them was trained or chosen on."""
    groups, workers = arguments.number or SIZE, Workers(arguments.jobs, arguments.cluster)
    folders = [Path(result["folder"]) for result in results]
    counts = count_misses(folders, groups, 0, workers, progress_bar(groups, "groups"))
    for result, misses in zip(results, counts.tolist(), strict=True):
        result["defective"] = groups * len(DEFECTS)
        result["misses"] = misses
        result["defective_accuracy"] = 1 - misses / result["defective"]
    print("\nseed   pristine test part   defective set            misses")
    for result in results:
        seed, test, defective, number, misses = (
            result[name]
            for name in ("seed", "test_accuracy", "defective_accuracy", "defective", "misses")
        )
        print(f"{seed:<7}{test:<21.3%}{defective:<9.4%}of {number:<13,}{misses:>6}")
    for name, words in (
        ("test_accuracy", "pristine test part"),
        ("defective_accuracy", "defective set"),
    ):
        values = np.array([result[name] for result in results])
        print(f"{words}: {values.mean():.4%} ± {values.std(ddof=1):.4%} (mean, standard deviation)")
    path = arguments.output / "runs.json"
    write_whole(path, (json.dumps(results, indent=1) + "\n").encode())
    print(f"written to {path}; the network of seed {arguments.seed} is the one in use")
