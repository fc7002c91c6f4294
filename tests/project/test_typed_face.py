"""The public names as type checkers see them: typed, and no others."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from serving import ROOT

CLIENT = ROOT / "tests" / "project" / "typed_client.py"
# a client's own: our own configuration skips ase, so that its types would be Any
MYPY = """
[mypy]
strict = true
[mypy-facecrystal_widgets.*]
ignore_errors = true
[mypy-plotly.*,scipy.*,matplotlib.*,sklearn.*,h5py.*,keras.*,tensorflow.*,spglib.*,traitlets.*]
follow_imports = skip
"""
CHECKERS = {
    "mypy": ["mypy", "--no-error-summary", "--config-file=mypy.ini", "--cache-dir=cache"],
    "pyright": ["basedpyright", "--level", "error", "--pythonpath", sys.executable],
}


@pytest.mark.parametrize("checker", CHECKERS)
def test_a_client_is_typed_and_a_wrong_name_refused(checker: str, tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.py"
    (tmp_path / "mypy.ini").write_text(MYPY)
    wrong.write_text("import facecrystal_widgets as fc\n\nfc.nothing_at_all\n")
    program, *options = CHECKERS[checker]
    command: list[str | Path] = [Path(sys.executable).with_name(program), *options, CLIENT, wrong]
    surroundings = os.environ | {"MYPYPATH": str(ROOT), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, cwd=tmp_path, env=surroundings, capture_output=True, text=True)
    errors = [line for line in done.stdout.splitlines() if "error:" in line]
    assert len(errors) == 1, done.stdout + done.stderr
    assert "wrong.py:3" in errors[0]
    assert "nothing_at_all" in errors[0]


def test_the_public_face_is_clean_for_pyright() -> None:
    program = Path(sys.executable).with_name("basedpyright")
    # files and mode: pyproject.toml
    command: list[str | Path] = [program, "--pythonpath", sys.executable]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
