"""``facecrystal train``: what it refuses, and the way from a set to a network."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from facecrystal_widgets.attention.templates import class_templates
from facecrystal_widgets.cli import train
from facecrystal_widgets.crystals.classes import LABELS

Run = Callable[..., tuple[int, str, str]]
PROGRAM = (sys.executable, "-m", "facecrystal_widgets")


@pytest.mark.parametrize("content", [None, b"", b"hello", b"PK\x03\x04 and no more"])
def test_training_on_something_else_is_refused(
    content: bytes | None, tmp_path: Path, run: Run
) -> None:
    path = tmp_path / "other.npz"
    if content is not None:
        path.write_bytes(content)
    code, _, err = run("train", path, "-o", tmp_path / "model")
    assert code == 1
    assert err.startswith(f"facecrystal train: {path}: not a dataset")


def test_training_without_tensorflow_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.setattr(train, "find_spec", lambda name: None)
    code, _, err = run("train")
    assert code == 1
    assert "pip install 'facecrystal_widgets[train]'" in err


@pytest.mark.slow
@pytest.mark.usefixtures("short_report")
def test_from_a_dataset_to_a_network_that_loads(tmp_path: Path, run: Run) -> None:
    dataset, model = tmp_path / "small", tmp_path / "model"
    code, out, _ = run("dataset", "-o", dataset, "--size", 64, "--jobs", 1)
    assert code == 0
    assert out.splitlines()[0].startswith(f"{dataset}: 64 structures")
    assert [line.split() for line in out.splitlines()[1:]] == [
        ["fcc", "Fm-3m", "16"],
        ["diamond", "Fd-3m", "16"],
        ["bcc", "Im-3m", "16"],
        ["sc", "Pm-3m", "16"],
    ]
    done = subprocess.run(  # TensorFlow stays out of this process
        [*PROGRAM, "train", dataset, "-o", model, "--epochs", "1", "--seed", "3"],
        capture_output=True,
        encoding="utf-8",
        timeout=300,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "accuracy on the test part" in done.stdout
    card = json.loads((model / "model.json").read_text())
    facts = {name: card[name] for name in ("dataset_seed", "dataset_size", "epochs")}
    assert facts == {"dataset_seed": 0, "dataset_size": 64, "epochs": 1}
    assert card["command"] == f"facecrystal train {dataset} -o {model} --seed 3 --epochs 1"
    words = ("--number", 1, "--peers", 0, "--jobs", 1, "-o", tmp_path / "evaluation")
    code, out, _ = run("evaluate", "--model", model, *words)
    assert code == 0
    assert "\nall defective " in out
    code, out, _ = run("attention", "templates", dataset, "--model", model, "--jobs", 1)
    assert (code, out) == (0, f"{model / 'templates.npz'}: the templates of 48 structures\n")
    assert set(class_templates(model)) == set(LABELS)
    card = json.loads((model / "model.json").read_text())
    assert card["templates_command"].startswith("facecrystal attention templates ")
