"""The notebooks: stored clean, well formed, and run from top to bottom."""

import ast
import re
import time
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import nbformat
import pytest
from nbclient import NotebookClient
from serving import ROOT

from facecrystal_widgets.convnet.layers import CONV_LAYERS
from facecrystal_widgets.crystals.classes import LABELS

FOLDER = ROOT / "notebooks"
NOTEBOOKS = sorted(FOLDER.glob("*.ipynb"))
LESSONS = [path for path in NOTEBOOKS if path.name[0].isdigit()]
NAMES = (
    *("01-face-of-crystals", "02-diffraction-fingerprint", "03-defects", "04-train-your-own"),
    *("05-what-the-network-sees", "06-order-and-disorder", "07-your-own-structures"),
    "08-any-orientation",
)
MAX_SECONDS = 600
"""For a cell; a machine may be busy with other things."""


def parameter(path: Path) -> Any:
    """A notebook as a parameter; one of them trains a network."""
    marks = [pytest.mark.training] if path.stem == "04-train-your-own" else []
    return pytest.param(path, id=path.stem, marks=marks)


every = pytest.mark.parametrize("path", [*map(parameter, NOTEBOOKS)])
every_lesson = pytest.mark.parametrize("path", [*map(parameter, LESSONS)])


def read(path: Path) -> nbformat.NotebookNode:
    notebook: nbformat.NotebookNode = nbformat.read(path, as_version=4)
    return notebook


def texts(path: Path, kind: str) -> Iterator[str]:
    return (cell.source for cell in read(path).cells if cell.cell_type == kind)


def test_the_lesson_is_complete() -> None:
    assert [path.stem for path in LESSONS] == list(NAMES)


@every
def test_it_is_stored_clean_and_opens_without_a_question(path: Path) -> None:
    notebook = read(path)
    nbformat.validate(notebook)
    assert (notebook.nbformat, notebook.nbformat_minor) == (4, 5)
    assert notebook.metadata.kernelspec.name == "python3"
    assert notebook.metadata.kernelspec.display_name == "Python 3 (ipykernel)"
    for cell in notebook.cells:
        assert re.fullmatch("[a-z][a-z0-9-]*", cell.id), "an id that says what the cell is"
        folded = (
            cell.cell_type == "code"
            and "Prediction(" in cell.source
            and "import" not in cell.source
        )
        assert cell.metadata == ({"jupyter": {"source_hidden": True}} if folded else {})
        if cell.cell_type == "code":
            assert (cell.outputs, cell.execution_count) == ([], None)


@every_lesson
def test_it_has_all_that_a_lesson_needs(path: Path) -> None:
    words = "\n\n".join(texts(path, "markdown"))
    number = int(path.name[:2])
    assert words.startswith(f"# {number} · ")
    assert "**Afterwards you can**\n\n- " in words, "learning goals"
    assert re.search(r"^\*\d+ minutes", words, re.MULTILINE), "the time it takes"
    assert "<details>" in words
    assert words.count("<details>") == words.count("</details>")
    references = words.partition("\n## References\n")[2]
    assert "Nat. Commun. **9**, 2775 (2018)" in references
    code = "\n".join(texts(path, "code"))
    assert len(re.findall(r"^(?:\w+ = )?(?:Prediction|check)\(", code, re.MULTILINE)) >= 3


@every_lesson
def test_answers_are_left_to_the_student(path: Path) -> None:
    for source in texts(path, "code"):
        if not any(line.startswith("check(") for line in source.splitlines()):
            continue
        lines = [line for line in source.splitlines() if not line.startswith(("%", "!"))]
        nodes = ast.walk(ast.parse("\n".join(lines)))
        dots = [node for node in nodes if isinstance(node, ast.Constant) and node.value is ...]
        assert dots, f"no dots to replace in:\n{source}"


@every_lesson
def test_the_teaching_guide_tells_the_same_time(path: Path) -> None:
    (minutes,) = re.findall(r"^\*(\d+) minutes", "\n".join(texts(path, "markdown")), re.MULTILINE)
    guide = (ROOT / "docs" / "teaching.md").read_text("utf-8")
    assert re.search(
        rf"\({re.escape(f'../notebooks/{path.name}')}\) \|.*\| {minutes} min \|", guide
    )


@every
def test_links_lead_somewhere(path: Path) -> None:
    for text in texts(path, "markdown"):
        for target in re.findall(r"\]\(([^)\s]+)\)", text):
            assert not target.startswith("/")
            if "://" not in target:
                assert (path.parent / unquote(target.partition("#")[0])).exists(), target


@every_lesson
def test_the_other_notebooks_are_a_link_away(path: Path) -> None:
    links = re.findall(r"\]\(([\w-]+)\.ipynb", "\n".join(texts(path, "markdown")))
    assert set(links) & set(NAMES) - {path.stem}


@every_lesson
def test_classes_and_layers_are_spelt_as_in_the_code(path: Path) -> None:
    words = "\n".join((*texts(path, "markdown"), *texts(path, "code")))
    for found in re.findall(r"\bconv[\s_-]?\d\b", words, re.IGNORECASE):
        assert found in CONV_LAYERS
    for found in re.findall(r"\b(?:fcc|bcc|sc)\b", words, re.IGNORECASE):
        assert found in LABELS


def without_caption(cells: list[nbformat.NotebookNode]) -> Iterator[str]:
    """Ids of cells that show a figure or a panel, while the text below does not say what it is."""
    for cell, below in pairwise([*cells, nbformat.v4.new_markdown_cell()]):
        seen = [data for out in cell.get("outputs", []) if (data := out.get("data", {}))]
        figures = [
            data
            for data in seen
            if data.keys() & {"image/png", "application/vnd.jupyter.widget-view+json"}
            and data["text/plain"]  # nglview shows an empty thing of its own when it is imported
        ]
        question = "Prediction(" in cell.source + below.source
        if figures and not question and not below.source.startswith("*"):
            yield cell.id


@every
def test_it_runs_from_top_to_bottom(path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    notebook = read(path)
    start = time.monotonic()
    NotebookClient(
        notebook,
        timeout=MAX_SECONDS,
        kernel_name="python3",
        resources={"metadata": {"path": str(path.parent)}},
    ).execute()
    with capsys.disabled():
        print(f" {path.name}: {time.monotonic() - start:.0f} s")
    if path in LESSONS:
        assert list(without_caption(notebook.cells)) == []
    streams = [out for cell in notebook.cells for out in cell.get("outputs", []) if "name" in out]
    assert [out.text for out in streams if out.name == "stderr"] == []
