"""``facecrystal attention templates`` and ``attention faithfulness``."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from facecrystal_widgets.attention.faithfulness import BRIGHTNESS, PAPER, RANDOM
from facecrystal_widgets.evaluation import faithfulness

Run = Callable[..., tuple[int, str, str]]


@pytest.mark.slow
def test_faithfulness_is_measured_and_written(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = {name: faithfulness.ORDERS[name] for name in (PAPER, BRIGHTNESS, RANDOM)}
    monkeypatch.setattr(
        faithfulness, "ORDERS", orders
    )  # tests/evaluation/test_faithfulness.py tries all
    file = tmp_path / "deep" / "f.json"
    words = ("attention", "faithfulness", "--per-class", 2, "--jobs", 1, "-o", file)
    code, out, err = run(*words)
    assert (code, err) == (0, "")
    rows = [line.split("|") for line in out.splitlines() if line.startswith("| ")][1:]
    assert {row[1].strip() for row in rows} == set(orders)
    means = [float(row[2]) for row in rows]
    assert means == sorted(means)
    content = json.loads(file.read_text())
    assert (content["per_class"], content["seed"]) == (2, 2)
    assert (
        content["command"] == f"facecrystal attention faithfulness --per-class 2 --jobs 1 -o {file}"
    )


def test_templates_of_something_else_are_refused(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "other.npz"
    path.write_text("mine")
    code, _, err = run("attention", "templates", path)
    assert code == 1
    assert err.startswith(f"facecrystal attention: {path}: not a dataset")
