"""``facecrystal dataset``, ``train`` and ``evaluate``: how the network came to be, and how good."""

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

from ..classes import CLASSES
from ..convnet.classifier import Classifier, pretrained
from ..convnet.quiet import standard_error_closed
from ..datasets.dataset import Dataset, build_pristine
from ..datasets.structures import DEFECTS
from ..experiments.evaluation import Prediction, evaluate_defective
from . import CommandError
from .progress import progress_bar

SHORT_BOND = 1.5
"""Angstrom. Hardly any element has a shorter bond, and a displacement weighs more there."""


def run(arguments: argparse.Namespace) -> int:
    """Run one of the three."""
    {"dataset": _dataset, "train": _train, "evaluate": _evaluate}[arguments.command](arguments)
    return 0


def _dataset(arguments: argparse.Namespace) -> None:
    path: Path = arguments.output
    if path.exists() and not arguments.force:
        raise CommandError(f"{path} exists; --force overwrites it", code=2)
    path.parent.mkdir(parents=True, exist_ok=True)  # before the work, not after it
    dataset = build_pristine(
        arguments.size, arguments.seed, arguments.jobs, progress_bar(arguments.size, "structures")
    )
    dataset.save(path)
    print(f"{path}: {len(dataset.labels):,} structures, {path.stat().st_size / 1e6:.1f} MB")
    for known, number in zip(CLASSES, np.bincount(dataset.labels, minlength=4), strict=True):
        print(f"  {known.label:<8}{known.symbol:<7}{number:>6}")


def _train(arguments: argparse.Namespace) -> None:
    if find_spec("tensorflow") is None:
        raise CommandError(
            "training needs TensorFlow; install it with: pip install 'facecrystal_widgets[train]'"
        )
    try:
        dataset = Dataset.load(arguments.dataset)
    except ValueError as error:
        raise CommandError(str(error)) from error
    arguments.output.mkdir(parents=True, exist_ok=True)  # before the work, not after it
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # its C++ side talks a lot
    from ..convnet.architecture import build_model
    from ..convnet.training import export_model, train_model

    with standard_error_closed():
        build_model()  # so that TensorFlow is imported here

    with tqdm(desc="training", unit=" batches", disable=None) as bar:

        def show(done: int, total: int) -> None:
            bar.total = total
            bar.update(done - bar.n)

        model, result = train_model(dataset, arguments.seed, arguments.epochs, show)
    command = (
        f"facecrystal train {shlex.quote(str(arguments.dataset))} -o "
        f"{shlex.quote(str(arguments.output))} --seed {arguments.seed} --epochs {arguments.epochs}"
    )
    facts = {
        "dataset_seed": dataset.seed,
        "dataset_size": len(dataset.labels),
        "training_seed": arguments.seed,
        "epochs": arguments.epochs,
        "command": command,
    }
    with standard_error_closed():
        folder = export_model(model, arguments.output, result, facts)
    print(f"accuracy on the training part: {result.train_accuracy:.2%} of {result.n_train:,}")
    print(f"accuracy on the test part:     {result.test_accuracy:.2%} of {result.n_test:,}")
    print(f"exported to {folder}: {', '.join(sorted(f.name for f in folder.iterdir()))}")


def _load(folder: Path) -> Classifier:
    try:
        return Classifier(folder)
    except (ValueError, KeyError) as error:
        raise CommandError(f"{folder}: not a usable network ({error})") from error


def _evaluate(arguments: argparse.Namespace) -> None:
    if arguments.json:
        arguments.json.parent.mkdir(parents=True, exist_ok=True)
    classifier = _load(arguments.model) if arguments.model else pretrained()
    predictions = evaluate_defective(
        arguments.number,
        arguments.seed,
        classifier,
        arguments.jobs,
        progress_bar(arguments.number, "structures"),
    )
    table = []
    for defect in DEFECTS:
        if group := [p for p in predictions if p.defect == defect]:
            table.append({"defect": defect.kind, "strength": defect.strength, **_score(group)})
    misses = sorted((p for p in predictions if not p.correct), key=lambda p: p.bond_length)
    _print_evaluation(table, _score(predictions), misses)
    if arguments.json:
        content = {
            "number": arguments.number,
            "seed": arguments.seed,
            "model_sha256": classifier.card["sha256"]["model.tflite"],
            "all": _score(predictions),
            "by_defect": table,
            "predictions": [{**asdict(p), "correct": p.correct} for p in predictions],
        }
        arguments.json.write_text(json.dumps(content, indent=1) + "\n")
        print(f"\nwritten to {arguments.json}")


def _score(predictions: list[Prediction]) -> dict[str, Any]:
    return {
        "structures": len(predictions),
        "accuracy": float(np.mean([p.correct for p in predictions])),
        "mean_probability": float(np.mean([p.probability for p in predictions])),
    }


def _print_evaluation(
    table: list[dict[str, Any]], total: dict[str, Any], misses: list[Prediction]
) -> None:
    print("defect        strength  structures  accuracy  mean probability of the answer")
    for row in [*table, {"defect": "all", "strength": None, **total}]:
        strength = row["strength"]
        if strength is None:
            strength = ""
        elif row["defect"] == "displacement":
            strength = f"{strength:.2f} Å"
        else:
            strength = f"{strength:.0%}"
        print(
            f"{row['defect']:<14}{strength:>8}{row['structures']:>12}{row['accuracy']:>10.2%}"
            f"{row['mean_probability']:>18.4f}"
        )
    if not misses:
        print("\nno misses")
        return
    print(f"\n{len(misses)} misses, the shortest bond length first:")
    for miss in misses:
        print(f"  {miss}")
    longer = sum(miss.bond_length > SHORT_BOND for miss in misses)
    print(f"{longer} of them with a bond length above {SHORT_BOND} Å")
