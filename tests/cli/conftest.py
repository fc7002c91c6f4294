"""The program as the tests of its commands run it."""

from collections.abc import Callable
from typing import TypeAlias

import pytest

from facecrystal_widgets.cli import main

Run: TypeAlias = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs one command; exit code, standard output and standard error."""

    def run_command(*words: object) -> tuple[int, str, str]:
        try:
            code = main([str(word) for word in words])
        except SystemExit as error:
            code = int(error.code or 0)
        return code, *capsys.readouterr()

    return run_command


@pytest.fixture
def short_report(monkeypatch: pytest.MonkeyPatch) -> None:
    """Clusters of one size, and one structure where the report shows six."""
    report = "reports.defective_set"
    for module in ("evaluation.sizes", f"{report}.drawings", f"{report}.tables"):
        monkeypatch.setattr(f"facecrystal_widgets.{module}.SIZES", (32,))
    monkeypatch.setattr("facecrystal_widgets.reports.defective_set.report.LEAST_CERTAIN", 1)
