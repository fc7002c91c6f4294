"""``facecrystal dataset`` and ``dataset defective``."""

import json
from collections.abc import Callable
from pathlib import Path

Run = Callable[..., tuple[int, str, str]]


def test_a_dataset_goes_on_and_other_things_are_left_alone(tmp_path: Path, run: Run) -> None:
    path = tmp_path / "mine.npz"
    path.write_text("mine")
    code, _, err = run("dataset", "-o", path)
    assert (code, err) == (1, f"facecrystal dataset: {path}: File exists\n")
    assert path.read_text() == "mine"

    folder = tmp_path / "defective"
    words = "dataset", "--jobs", 1, "--seed", 3, "defective", "--size", 4, "-o", folder
    code, out, _ = run(*words)
    assert code == 0
    summary = out.splitlines()
    assert summary[0].startswith(f"{folder}: 52 structures, 0.")
    assert [line.split()[-1] for line in summary[1:]] == ["13"] * 4
    assert json.loads((folder / "manifest.json").read_text())["seed"] == 3
    code, out, _ = run(*words)
    assert code == 0
    assert out.splitlines() == [f"{folder}: 52 structures are there already", *summary]
    code, _, err = run("dataset", "-o", folder)
    assert code == 1
    assert err.startswith(f"facecrystal dataset: {folder}: holds another dataset: kind defective")
    code, _, err = run("train", folder)
    assert code == 1
    assert "expected the pristine set" in err
