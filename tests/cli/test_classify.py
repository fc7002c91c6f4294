"""``facecrystal classify``: rows, formats, frames, folders, and files that cannot be read."""

import csv
import io
import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import facecrystal_widgets as fc
from facecrystal_widgets.classification import classify as classification
from facecrystal_widgets.cli import classify, main
from facecrystal_widgets.crystals.classes import LABELS

Run = Callable[..., tuple[int, str, str]]
STRUCTURES = Path(__file__).parents[1] / "structures"
EXPECTED = {
    "Al_growing.xyz": "fcc",
    "Cu.cif": "fcc",
    "NaCl.cif": "sc",
    "POSCAR.Si": "diamond",
    "W.xyz": "bcc",
    "geometry.in": "sc",
}


def classified(run: Run, *words: object) -> tuple[int, list[dict[str, Any]], str]:
    """Exit code, rows and standard error of ``classify --json``."""
    code, out, err = run("classify", "--json", *words)
    return code, [json.loads(line) for line in out.splitlines()], err


def test_classes_of_files_written_by_hand(run: Run) -> None:
    code, rows, err = classified(run, STRUCTURES)
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


def test_bad_files_are_named_and_the_others_classified(tmp_path: Path, run: Run) -> None:
    copper = (STRUCTURES / "Cu.cif").read_text()
    bad = {
        "truncated.cif": copper[: copper.index("_cell_angle_alpha")].encode(),
        "empty.cif": b"",
        "binary.xyz": bytes(range(256)) * 20,
        "unknown.words": b"no structure at all\n",
    }
    for name, content in bad.items():
        (tmp_path / name).write_bytes(content)
    paths = [*(tmp_path / name for name in bad), tmp_path / "nowhere.cif"]
    code, rows, err = classified(run, STRUCTURES / "Cu.cif", *paths, STRUCTURES / "W.xyz")
    assert code == 1
    assert [row.get("label") for row in rows] == ["fcc", *[None] * 5, "bcc"]
    lines = err.splitlines()
    assert len(lines) == 6
    for path, row, line in zip(paths, rows[1:-1], lines, strict=False):
        assert row == {"file": str(path), "error": line}
        assert line.startswith(f"{path}: ")
    assert lines[-1] == "2 structures classified, 5 files could not be read"


def test_a_structure_that_fails_does_not_stop_the_others(
    monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    sound = classification.classify

    def broken(atoms: Any, **options: Any) -> Any:
        if "W" in getattr(atoms, "symbols", ()):  # it calls itself with a fingerprint
            raise RuntimeError("the beam\nis off")
        return sound(atoms, **options)

    monkeypatch.setattr(classification, "classify", broken)
    code, rows, err = classified(run, STRUCTURES / "W.xyz", STRUCTURES / "Cu.cif")
    assert code == 1
    assert rows[0]["error"] == f"{STRUCTURES / 'W.xyz'}: RuntimeError: the beam is off"
    assert rows[1]["label"] == "fcc"
    assert err.endswith("1 structure classified, 1 structure could not be classified\n")


def test_csv_has_a_header_and_a_row_for_each(tmp_path: Path, run: Run) -> None:
    code, out, _ = run("classify", "--csv", STRUCTURES, tmp_path / "nowhere.cif")
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
    tmp_path: Path, run: Run
) -> None:
    import ase.io

    atoms = fc.build_cluster(fc.prototype("fcc", "Cu"))
    atoms.rotate(33, (1, 2, 3))
    ase.io.write(tmp_path / "turned.xyz", atoms, format="xyz")
    row = {}
    for choice in ("auto", "as-given", "search"):
        _, rows, _ = classified(run, tmp_path / "turned.xyz", "--orientation", choice)
        row[choice] = rows[0]
    assert row["auto"]["label"] == row["search"]["label"] == "fcc"
    assert row["auto"]["trusted"]
    assert round(row["auto"]["turned_by"]) == 33
    assert not row["as-given"]["trusted"]
    assert row["as-given"]["turned_by"] == 0


def test_folders_are_searched_and_other_files_skipped(tmp_path: Path, run: Run) -> None:
    deep = tmp_path / "a" / "b"
    deep.mkdir(parents=True)
    (deep / "w.xyz").write_text((STRUCTURES / "W.xyz").read_text())
    (deep / ".hidden.xyz").write_text("3\n")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "config.cif").write_text("x")
    for name in ("notes.txt", "README.md", "run.log", "job.out", "data.json", "blob", "plot.png"):
        (tmp_path / name).write_text("nothing to classify\n")
    code, rows, err = classified(run, tmp_path)
    assert (code, [row["label"] for row in rows]) == (0, ["bcc"])
    assert err == "1 structure classified, 7 other files skipped\n"
    code, rows, err = classified(run, tmp_path / "notes.txt")  # named, so not skipped
    assert (code, rows[0]["file"]) == (1, str(tmp_path / "notes.txt"))
    assert err.endswith("0 structures classified, 1 file could not be read\n")


def test_a_folder_without_structures_is_a_failure(tmp_path: Path, run: Run) -> None:
    code, out, err = run("classify", tmp_path)
    assert (code, out) == (1, "")
    assert err.startswith(f"no structures found in {tmp_path}")


@pytest.mark.parametrize(
    ("choice", "frames"), [([], [0, 1, 2]), (["--frame", "1"], [1]), (["--frame", "-1"], [2])]
)
def test_frames_of_a_trajectory(choice: list[str], frames: list[int], run: Run) -> None:
    code, rows, _ = classified(run, STRUCTURES / "Al_growing.xyz", *choice)
    assert code == 0
    assert [row["frame"] for row in rows] == frames
    for row in rows:
        assert row["bond_length"] == pytest.approx((4 + 0.1 * row["frame"]) / 2**0.5)


@pytest.mark.parametrize("frame", [3, -4])
def test_a_frame_that_is_not_there(frame: int, run: Run) -> None:
    code, _, err = classified(run, STRUCTURES / "Al_growing.xyz", "--frame", frame)
    assert code == 1
    assert f"frame {frame} was asked for, but the file holds 3" in err


def test_two_processes_answer_as_one(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, run: Run
) -> None:
    words = STRUCTURES, tmp_path / "nowhere.cif", STRUCTURES / "W.xyz"
    alone = classified(run, *words)
    monkeypatch.setattr(classify, "TASK", 2)
    monkeypatch.setattr(classify, "LARGE_BYTES", 500)  # trajectories are dealt out by frames
    assert classified(run, *words, "--jobs", 2) == alone


def test_target_atoms_sets_the_size_of_the_cluster(run: Run) -> None:
    _, rows, _ = classified(run, STRUCTURES / "W.xyz", "--target-atoms", 54)
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
