"""The program ``facecrystal``: its commands, what they print, and their exit codes."""

import csv
import io
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import facecrystal_widgets as fc
from facecrystal_widgets import __version__
from facecrystal_widgets.attention.faithfulness import BRIGHTNESS, PAPER, RANDOM
from facecrystal_widgets.attention.templates import class_templates
from facecrystal_widgets.cli import classify, evaluate, main, train
from facecrystal_widgets.crystals.classes import LABELS
from facecrystal_widgets.evaluation import faithfulness
from facecrystal_widgets.evaluation.defective_set import Evaluation
from facecrystal_widgets.evaluation.predictions import PREDICTION
from facecrystal_widgets.server import addresses
from facecrystal_widgets.server.notebooks import copy_new, notebooks_folder

STRUCTURES = Path(__file__).parents[1] / "structures"
EXPECTED = {
    "Al_growing.xyz": "fcc",
    "Cu.cif": "fcc",
    "NaCl.cif": "sc",
    "POSCAR.Si": "diamond",
    "W.xyz": "bcc",
    "geometry.in": "sc",
}
PROGRAM = (sys.executable, "-m", "facecrystal_widgets")
COMMANDS = ["dashboard", "lab", "classify", "dataset", "train", "evaluate", "attention", "figures"]
TOPICS = ("templates", "faithfulness")


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of one command."""
    try:
        code = main([str(word) for word in words])
    except SystemExit as error:
        code = int(error.code or 0)
    out, err = capsys.readouterr()
    return code, out, err


def classified(
    capsys: pytest.CaptureFixture[str], *words: object
) -> tuple[int, list[dict[str, Any]], str]:
    """The same of ``classify --json``, with the lines parsed."""
    code, out, err = run(capsys, "classify", "--json", *words)
    return code, [json.loads(line) for line in out.splitlines()], err


# help and usage


@pytest.mark.parametrize(
    "command",
    [
        *COMMANDS,
        *(f"attention {topic}" for topic in TOPICS),
        *("dataset defective", "dataset fetch", "dataset wild"),
    ],
)
def test_every_command_explains_itself(
    command: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    code, out, err = run(capsys, *command.split(), "--help")
    assert (code, err) == (0, "")
    assert f"  facecrystal {command}" in out[out.index("\nexamples:\n") :]
    assert max(map(len, out.splitlines())) <= 80


def test_the_program_explains_itself(capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = run(capsys, "--help")
    assert code == 0
    assert all(f"\n    {command} " in out or f"\n    {command}\n" in out for command in COMMANDS)
    assert run(capsys, "--version")[1] == f"facecrystal {__version__}\n"


@pytest.mark.parametrize(
    "line",
    [
        "",
        "colour",
        "classify",
        "classify a.cif --json --csv",
        "classify a.cif --target-atoms 1",
        "classify a.cif --jobs 0",
        "dataset --size 3",
        "train --epochs none",
        "attention",
        "figures 5a --class hcp",
        "figures 3",
        "dashboard --port 99999",
    ],
)
def test_wrong_usage_ends_with_2(line: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, *line.split())
    assert (code, out) == (2, "")
    assert err.startswith("usage: facecrystal")


# classify


def test_classes_of_files_written_by_hand(capsys: pytest.CaptureFixture[str]) -> None:
    code, rows, err = classified(capsys, STRUCTURES)
    assert code == 0
    assert err == "8 structures classified\n"
    assert {Path(row["file"]).name: row["label"] for row in rows} == EXPECTED
    assert all(list(row["probabilities"]) == list(LABELS) for row in rows)
    assert all(sum(row["probabilities"].values()) == pytest.approx(1) for row in rows)
    by_name = {Path(row["file"]).name: row for row in rows}
    copper, salt = by_name["Cu.cif"], by_name["NaCl.cif"]
    assert copper["bond_length"] == pytest.approx(3.6149 / 2**0.5)
    assert (copper["formula"], copper["atoms"], copper["space_group"], copper["notes"]) == (
        "Cu",
        4,
        225,
        [],
    )
    assert "144 atoms" in copper["preparation"]
    assert (salt["formula"], salt["atoms"]) == ("NaCl", 8)
    assert salt["notes"][0].startswith("2 species (Cl, Na)")


def test_the_program_itself_prints_a_table_and_leaves_tensorflow_alone() -> None:
    script = (
        "import sys; from facecrystal_widgets.cli import main; code = main(sys.argv[1:]);"
        "sys.exit(code or 10 * bool({'tensorflow', 'keras'} & set(sys.modules)))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "classify", STRUCTURES],
        capture_output=True,
        encoding="utf-8",
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    assert done.stderr == "8 structures classified\n"  # and nothing from C++
    table, notes = done.stdout.split("\n\n")
    title, *rows = table.splitlines()
    assert title.split()[:5] == ["file", "frame", "formula", "atoms", "class"]
    assert len(rows) == 8
    place = title.index("class")
    assert {row[place:].split()[0] for row in rows} == set(LABELS)
    assert next(row for row in rows if "NaCl" in row).endswith("  0.00  1,2,3")
    assert notes.startswith("1: Not trusted: species in order")
    assert "\n2: 2 species (Cl, Na)" in notes
    assert "\n3: Its own cell" in notes
    assert all(float(row.split()[-1]) > 0.9 for row in rows if "NaCl" not in row)  # trust


def test_bad_files_are_named_and_the_others_classified(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    copper = (STRUCTURES / "Cu.cif").read_text()
    bad = {
        "truncated.cif": copper[: copper.index("_cell_angle_alpha")].encode(),
        "empty.cif": b"",
        "binary.xyz": bytes(range(256)) * 20,
        "unknown.words": b"no structure at all\n",
    }
    for name, content in bad.items():
        (tmp_path / name).write_bytes(content)
    names = [*(tmp_path / name for name in bad), tmp_path / "nowhere.cif"]
    code, rows, err = classified(capsys, STRUCTURES / "Cu.cif", *names, STRUCTURES / "W.xyz")
    assert code == 1
    assert [row.get("label") for row in rows] == ["fcc", *[None] * 5, "bcc"]
    lines = err.splitlines()
    assert len(lines) == 6
    for name, row, line in zip(names, rows[1:-1], lines, strict=False):
        assert row == {"file": str(name), "error": line}
        assert line.startswith(f"{name}: ")
    assert lines[-1] == "2 structures classified, 5 files could not be read"


def test_a_structure_that_fails_does_not_stop_the_others(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    sound = classify.classify

    def broken(atoms: Any, **options: Any) -> Any:
        if "W" in atoms.symbols:
            raise RuntimeError("the beam\nis off")
        return sound(atoms, **options)

    monkeypatch.setattr(classify, "classify", broken)
    code, rows, err = classified(capsys, STRUCTURES / "W.xyz", STRUCTURES / "Cu.cif")
    assert code == 1
    assert rows[0]["error"] == f"{STRUCTURES / 'W.xyz'}: RuntimeError: the beam is off"
    assert rows[1]["label"] == "fcc"
    assert err.endswith("1 structure classified, 1 structure could not be classified\n")


def test_csv_has_a_header_and_a_row_for_each(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, _ = run(capsys, "classify", "--csv", STRUCTURES, tmp_path / "nowhere.cif")
    rows = list(csv.DictReader(io.StringIO(out)))
    assert code == 1
    assert len(rows) == 9
    assert rows[-1]["error"].startswith(f"{tmp_path / 'nowhere.cif'}: ")
    for row in rows[:-1]:
        assert row["label"] == EXPECTED[Path(row["file"]).name]
        assert float(row[f"p_{row['label']}"]) > 0.9
        assert bool(row["notes"]) == ("NaCl" in row["file"])
        assert row["trusted"] == str(int("NaCl" not in row["file"]))
        assert (float(row["trust"]) >= 0.8) == (row["trusted"] == "1")
        assert row["reason"]


def test_a_turned_structure_is_turned_back_unless_that_is_not_wanted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import ase.io

    atoms = fc.build_cluster(fc.prototype("fcc", "Cu"))
    atoms.rotate(33, (1, 2, 3))
    ase.io.write(tmp_path / "turned.xyz", atoms, format="xyz")
    found = {}
    for way in ("auto", "as-given", "search"):
        _, rows, _ = classified(capsys, tmp_path / "turned.xyz", "--orientation", way)
        found[way] = rows[0]
    assert found["auto"]["label"] == found["search"]["label"] == "fcc"
    assert found["auto"]["trusted"]
    assert round(found["auto"]["turned_by"]) == 33
    assert not found["as-given"]["trusted"]
    assert found["as-given"]["turned_by"] == 0


def test_folders_are_searched_and_other_files_skipped(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    (deep / "w.xyz").write_text((STRUCTURES / "W.xyz").read_text())
    (deep / ".hidden.xyz").write_text("3\n")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config.cif").write_text("x")
    for name in ("notes.txt", "README.md", "run.log", "job.out", "data.json", "blob", "plot.png"):
        (tmp_path / name).write_text("nothing to classify\n")
    code, rows, err = classified(capsys, tmp_path)
    assert (code, [row["label"] for row in rows]) == (0, ["bcc"])
    assert err == "1 structure classified, 7 other files skipped\n"
    code, rows, err = classified(capsys, tmp_path / "notes.txt")  # named, so not skipped
    assert (code, rows[0]["file"]) == (1, str(tmp_path / "notes.txt"))
    assert err.endswith("0 structures classified, 1 file could not be read\n")


def test_a_folder_without_structures_is_a_failure(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code, out, err = run(capsys, "classify", tmp_path)
    assert (code, out) == (1, "")
    assert err.startswith(f"no structures found in {tmp_path}")


@pytest.mark.parametrize(
    ("choice", "frames"), [([], [0, 1, 2]), (["--frame", "1"], [1]), (["--frame", "-1"], [2])]
)
def test_frames_of_a_trajectory(
    choice: list[str], frames: list[int], capsys: pytest.CaptureFixture[str]
) -> None:
    code, rows, _ = classified(capsys, STRUCTURES / "Al_growing.xyz", *choice)
    assert code == 0
    assert [row["frame"] for row in rows] == frames
    for row in rows:
        assert row["bond_length"] == pytest.approx((4 + 0.1 * row["frame"]) / 2**0.5)


@pytest.mark.parametrize("frame", [3, -4])
def test_a_frame_that_is_not_there(frame: int, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = classified(capsys, STRUCTURES / "Al_growing.xyz", "--frame", frame)
    assert code == 1
    assert f"frame {frame} was asked for, but the file holds 3" in err


def test_two_processes_answer_as_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = STRUCTURES, tmp_path / "nowhere.cif", STRUCTURES / "W.xyz"
    alone = classified(capsys, *words)
    monkeypatch.setattr(classify, "TASK", 2)
    monkeypatch.setattr(classify, "LARGE", 500)  # trajectories are dealt out by frames
    assert classified(capsys, *words, "--jobs", 2) == alone


def test_target_atoms_sets_the_size_of_the_cluster(capsys: pytest.CaptureFixture[str]) -> None:
    _, rows, _ = classified(capsys, STRUCTURES / "W.xyz", "--target-atoms", 54)
    assert rows[0]["preparation"].endswith("3×3×3 cells, 54 atoms")


def test_a_reader_that_goes_away_is_no_error(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "w") as out:
        monkeypatch.setattr(sys, "stdout", out)
        code = main(["classify", str(STRUCTURES / "Cu.cif")])
        monkeypatch.undo()
    assert code == 141
    assert "Error" not in capsys.readouterr().err


# dashboard and lab


def test_the_dashboard_says_where_it_is_serves_it_and_stops(tmp_path: Path) -> None:
    kernel = tmp_path / "kernels" / "python3" / "kernel.json"  # not the Python of this program
    kernel.parent.mkdir(parents=True)
    kernel.write_text(
        json.dumps({"argv": ["/nowhere/python"], "display_name": "x", "language": "python"})
    )
    with socket.create_server(("localhost", 0)) as probe:
        port = probe.getsockname()[1]
    process = subprocess.Popen(
        [*PROGRAM, "dashboard", "--no-browser", "--no-preheat", "--port", str(port)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        env={**os.environ, "JUPYTER_PATH": str(tmp_path)},
    )
    try:
        assert process.stdout
        line = process.stdout.readline()
        assert line == f"Dashboard: http://localhost:{port}/   (Ctrl-C stops it)\n"
        with urllib.request.urlopen(f"http://localhost:{port}/", timeout=120) as page:
            assert page.status == 200
            assert "error when executing cell" not in page.read().decode()
        process.send_signal(signal.SIGTERM)
        out, err = process.communicate(timeout=60)
    finally:
        process.kill()
        process.communicate()
    assert (process.returncode, out) == (0, "")
    assert "Traceback" not in err


@pytest.mark.parametrize("command", ["dashboard", "lab"])
def test_a_port_that_is_taken_is_said_in_one_line(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with socket.create_server(("localhost", 0)) as taken:
        port = taken.getsockname()[1]
        code, out, err = run(capsys, command, "--no-browser", "--port", port)
        assert addresses.choose_port("localhost", None, port) > port
    assert (code, out) == (2, "")
    assert err.startswith(f"facecrystal {command}: cannot listen on localhost, port {port}: ")
    assert err.count("\n") == 1


def test_addresses() -> None:
    assert addresses.address("localhost", 80) == "http://localhost:80/"
    assert addresses.address("::1", 80) == "http://[::1]:80/"
    assert addresses.address("0.0.0.0", 80) == f"http://{socket.gethostname()}:80/"
    assert addresses.address("0.0.0.0", 80, for_browser=True) == "http://localhost:80/"


def test_without_a_browser_nothing_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    def none() -> None:
        raise addresses.webbrowser.Error("could not locate runnable browser")

    monkeypatch.setattr(addresses.webbrowser, "get", none)
    addresses.open_browser("http://localhost:80/")


def test_notebooks_are_copied_but_never_overwritten(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    (source / "data").mkdir(parents=True)
    target.mkdir()
    for folder, text in ((source, "new"), (target, "mine")):
        (folder / "a.ipynb").write_text(text)
    (source / "data" / "b.cif").write_text("new")
    assert copy_new(source, target) == target
    assert (target / "a.ipynb").read_text() == "mine"
    assert (target / "data" / "b.cif").read_text() == "new"
    assert (notebooks_folder() / "dashboard.ipynb").is_file()


# dataset, train and evaluate


@pytest.mark.training
def test_a_dataset_goes_on_and_other_things_are_left_alone(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "mine.npz"
    path.write_text("mine")
    code, _, err = run(capsys, "dataset", "-o", path)
    assert (code, err) == (1, f"facecrystal dataset: {path}: File exists\n")
    assert path.read_text() == "mine"

    folder = tmp_path / "defective"
    words = "dataset", "--jobs", 1, "--seed", 3, "defective", "--size", 4, "-o", folder
    code, out, _ = run(capsys, *words)
    assert code == 0
    summary = out.splitlines()
    assert summary[0].startswith(f"{folder}: 52 structures, 0.")
    assert [line.split()[-1] for line in summary[1:]] == ["13"] * 4
    assert json.loads((folder / "manifest.json").read_text())["seed"] == 3
    code, out, _ = run(capsys, *words)
    assert code == 0
    assert out.splitlines() == [f"{folder}: 52 structures are there already", *summary]
    code, _, err = run(capsys, "dataset", "-o", folder)
    assert code == 1
    assert err.startswith(f"facecrystal dataset: {folder}: holds another dataset: kind defective")
    code, _, err = run(capsys, "train", folder)
    assert code == 1
    assert "expected the pristine set" in err


@pytest.mark.training
@pytest.mark.parametrize("content", [None, b"", b"hello", b"PK\x03\x04 and no more"])
def test_training_on_something_else_is_refused(
    content: bytes | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "other.npz"
    if content is not None:
        path.write_bytes(content)
    code, _, err = run(capsys, "train", path, "-o", tmp_path / "model")
    assert code == 1
    assert err.startswith(f"facecrystal train: {path}: not a dataset")


def test_training_without_tensorflow_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(train, "find_spec", lambda name: None)
    code, _, err = run(capsys, "train")
    assert code == 1
    assert "pip install 'facecrystal_widgets[train]'" in err


def test_evaluation_without_a_network(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    target = tmp_path / "new"
    code, _, err = run(capsys, "evaluate", "--model", tmp_path, "-o", target)
    assert code == 1
    assert err.startswith(f"facecrystal evaluate: {tmp_path / 'model.tflite'}: ")
    assert not target.exists()


@pytest.fixture
def short_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clusters of one size, and one structure where the report shows six."""
    report = "facecrystal_widgets.reports.defective_set"
    for module in (
        "facecrystal_widgets.evaluation.sizes",
        f"{report}.drawings",
        f"{report}.tables",
    ):
        monkeypatch.setattr(f"{module}.SIZES", (32,))
    monkeypatch.setattr("facecrystal_widgets.reports.defective_set.report.LEAST_CERTAIN", 1)


@pytest.mark.slow
@pytest.mark.usefixtures("short_report")
def test_evaluation_from_nothing_to_the_report_and_once_more(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "deep" / "evaluation"
    words = ("evaluate", "--number", 2, "--peers", 0, "--jobs", 1, "-o", folder)
    code, out, err = run(capsys, *words)
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
    assert run(capsys, *words)[0] == 0
    assert page.is_file()
    assert predictions.read_bytes() == content


def test_evaluation_of_another_set_wants_another_folder_or_force(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evaluate, "size_invariance", lambda *_: None)
    monkeypatch.setattr(evaluate, "build_report", lambda *_: None)
    monkeypatch.setattr(evaluate, "write_report", lambda *_: (None, None))
    words = ("evaluate", "--number", 1, "--peers", 0, "--jobs", 1, "-o", tmp_path)
    (tmp_path / "mine.txt").write_text("mine")
    assert run(capsys, *words)[0] == 0
    part = next((tmp_path / "parts").iterdir())
    before = part.read_bytes()
    code, _, err = run(capsys, *words, "--seed", 1)
    assert code == 1
    assert err.startswith("facecrystal evaluate: ")
    assert "another run (seed differ)" in err
    assert part.read_bytes() == before
    assert run(capsys, *words, "--seed", 1, "--force")[0] == 0
    assert part.read_bytes() != before
    assert (tmp_path / "mine.txt").read_text() == "mine"


def test_evaluation_on_a_cluster_that_is_not_there(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("facecrystal_widgets.compute.dask_cluster.CONNECT_SECONDS", 1)
    with socket.create_server(("localhost", 0)) as probe:
        address = f"tcp://localhost:{probe.getsockname()[1]}"
    code, _, err = run(capsys, "evaluate", "--cluster", address, "-o", tmp_path)
    assert code == 1
    assert err.startswith(f"facecrystal evaluate: no Dask scheduler answers at {address}")
    assert list((tmp_path / "parts").iterdir()) == []


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


@pytest.mark.slow
@pytest.mark.training
@pytest.mark.usefixtures("short_report")
def test_from_a_dataset_to_a_network_that_loads(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    dataset, model = tmp_path / "small", tmp_path / "model"
    code, out, _ = run(capsys, "dataset", "-o", dataset, "--size", 64, "--jobs", 1)
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
    code, out, _ = run(capsys, "evaluate", "--model", model, *words)
    assert code == 0
    assert "\nall defective " in out
    code, out, _ = run(capsys, "attention", "templates", dataset, "--model", model, "--jobs", 1)
    assert (code, out) == (0, f"{model / 'templates.npz'}: the templates of 48 structures\n")
    assert set(class_templates(model)) == set(LABELS)
    card = json.loads((model / "model.json").read_text())
    assert card["templates_command"].startswith("facecrystal attention templates ")


# attention


@pytest.mark.slow
def test_faithfulness_is_measured_and_written(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    orders = {name: faithfulness.ORDERS[name] for name in (PAPER, BRIGHTNESS, RANDOM)}
    monkeypatch.setattr(
        faithfulness, "ORDERS", orders
    )  # tests/evaluation/test_faithfulness.py tries all
    file = tmp_path / "deep" / "f.json"
    words = ("attention", "faithfulness", "--per-class", 2, "--jobs", 1, "-o", file)
    code, out, err = run(capsys, *words)
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


def test_templates_of_something_else_are_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "other.npz"
    path.write_text("mine")
    code, _, err = run(capsys, "attention", "templates", path)
    assert code == 1
    assert err.startswith(f"facecrystal attention: {path}: not a dataset")
