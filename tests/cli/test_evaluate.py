"""``facecrystal evaluate``: the report, and going on with an evaluation."""

import socket
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from facecrystal_widgets.cli import evaluate
from facecrystal_widgets.evaluation.defective_set import Evaluation
from facecrystal_widgets.evaluation.predictions import PREDICTION

Run = Callable[..., tuple[int, str, str]]


def test_evaluation_without_a_network(tmp_path: Path, run: Run) -> None:
    target = tmp_path / "new"
    code, _, err = run("evaluate", "--model", tmp_path, "-o", target)
    assert code == 1
    assert err.startswith(f"facecrystal evaluate: {tmp_path / 'model.tflite'}: ")
    assert not target.exists()


@pytest.mark.slow
@pytest.mark.usefixtures("short_report")
def test_evaluation_from_nothing_to_the_report_and_once_more(tmp_path: Path, run: Run) -> None:
    folder = tmp_path / "deep" / "evaluation"
    words = ("evaluate", "--number", 2, "--peers", 0, "--jobs", 1, "-o", folder)
    code, out, err = run(*words)
    assert (code, err) == (0, "")
    lines = [line.split() for line in out.splitlines()]
    assert lines[0][:3] == ["defect", "strength", "structures"]
    assert [line[-3] for line in lines if line and line[0] in ("displacement", "binary")] == (
        ["100.000%"] * 5
    )
    assert "0 misclassified\n" in out
    assert out.endswith(f"report: {folder / 'report.html'} and {folder / 'report.md'}\n")
    assert {path.name for path in folder.iterdir()} == {
        *("evaluation.json", "parts", "predictions.csv.gz"),
        *("report.html", "report.md", "figures", "tables"),
    }
    page, predictions = folder / "report.html", folder / "predictions.csv.gz"
    content = predictions.read_bytes()
    assert f"<code>facecrystal {' '.join(map(str, words))}</code>" in page.read_text("utf-8")
    page.unlink()
    assert run(*words)[0] == 0
    assert page.is_file()
    assert predictions.read_bytes() == content


def test_evaluation_of_another_set_wants_another_folder_or_force(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, result in (
        ("evaluation.sizes.size_invariance", None),
        ("reports.defective_set.report.build_report", None),
        ("reports.document.write_report", (None, None)),
    ):
        monkeypatch.setattr(f"facecrystal_widgets.{name}", lambda *_, result=result: result)
    words = ("evaluate", "--number", 1, "--peers", 0, "--jobs", 1, "-o", tmp_path)
    (tmp_path / "mine.txt").write_text("mine")
    assert run(*words)[0] == 0
    part = next((tmp_path / "parts").iterdir())
    before = part.read_bytes()
    code, _, err = run(*words, "--seed", 1)
    assert code == 1
    assert err.startswith("facecrystal evaluate: ")
    assert "another run (seed differ)" in err
    assert part.read_bytes() == before
    assert run(*words, "--seed", 1, "--force")[0] == 0
    assert part.read_bytes() != before
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_evaluation_on_a_cluster_that_is_not_there(
    tmp_path: Path, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("facecrystal_widgets.compute.dask_cluster.CONNECT_SECONDS", 1)
    with socket.create_server(("localhost", 0)) as probe:
        address = f"tcp://localhost:{probe.getsockname()[1]}"
    code, _, err = run("evaluate", "--cluster", address, "-o", tmp_path)
    assert code == 1
    assert err.startswith(f"facecrystal evaluate: no Dask scheduler answers at {address}")
    assert list(tmp_path.glob("parts/*")) == []


def test_misses_are_printed_by_bond_length(capsys: pytest.CaptureFixture[str]) -> None:
    rows = np.zeros(25, PREDICTION)
    rows["label"], rows["species"], rows["defect"] = 2, "Fe", 7
    rows["bond_length"] = np.linspace(3, 1, 25)
    rows["probabilities"][:, 3] = 1
    evaluate.print_misses(Evaluation(rows, 25))
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == "25 misclassified:"
    assert lines[2] == "  bcc Fe with displacement 0.15 Å, bond length 1.00 Å: sc 1.000"
    assert len(lines) == 23
    assert lines[-1] == "  and 5 more, which stand in the report"
