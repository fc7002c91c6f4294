"""The house: no room, file or function too large to be read in one sitting."""

import ast
from collections import Counter
from pathlib import Path

import pytest
from serving import ROOT

PACKAGE = ROOT / "facecrystal_widgets"
FILES = sorted(PACKAGE.rglob("*.py"))
MAX_FILE, MAX_FUNCTION, MAX_ROOM = 350, 60, 0.15
"""Lines of a file and of a function; share of the lines of the package in one room."""


def lines(path: Path) -> int:
    return len(path.read_text("utf-8").splitlines())


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0]


def test_no_room_holds_more_than_its_share() -> None:
    sizes = Counter[str]()
    for path in FILES:
        sizes[room(path)] += lines(path)
    assert len(sizes) > 20, "rooms were found"
    assert {name: size for name, size in sizes.items() if size > MAX_ROOM * sizes.total()} == {}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_file_is_read_in_one_sitting(path: Path) -> None:
    assert lines(path) <= MAX_FILE
    functions = {
        node.name: (node.end_lineno or 0) - node.lineno + 1
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert {name: size for name, size in functions.items() if size > MAX_FUNCTION} == {}


def test_every_folder_says_what_it_holds() -> None:
    folders = {path.parent for path in FILES}
    assert [
        f for f in folders if not ast.get_docstring(ast.parse((f / "__init__.py").read_text()))
    ] == []
