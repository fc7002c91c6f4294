"""The program ``facecrystal``: help, wrong usage, expected errors, words of earlier versions."""

import subprocess
import sys
from collections.abc import Callable
from importlib import import_module
from itertools import chain
from pathlib import Path

import pytest

from facecrystal_widgets import __version__
from facecrystal_widgets.cli import COMMANDS, TOPICS, build_parser, main
from facecrystal_widgets.compute.workers import BatchError
from facecrystal_widgets.crystals.checks import StructureError

Run = Callable[..., tuple[int, str, str]]
SECOND_WORDS = [f"{command} {topic}" for command, topics in TOPICS.items() for topic in topics]


# help


@pytest.mark.parametrize("command", [*COMMANDS, *SECOND_WORDS])
def test_every_command_explains_itself(
    command: str, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    code, out, err = run(*command.split(), "--help")
    assert (code, err) == (0, "")
    assert f"  facecrystal {command}" in out[out.index("\nexamples:\n") :]
    assert max(map(len, out.splitlines())) <= 80


def test_the_program_explains_itself(run: Run) -> None:
    code, out, _ = run("--help")
    assert code == 0
    assert all(f"\n    {command} " in out or f"\n    {command}\n" in out for command in COMMANDS)
    assert run("--version")[1] == f"facecrystal {__version__}\n"


def test_summaries_are_the_first_lines_of_the_modules() -> None:
    for name, summary in [*COMMANDS.items(), *chain(*(t.items() for t in TOPICS.values()))]:
        module = import_module(f"facecrystal_widgets.cli.{name}")
        first = (module.__doc__ or "").splitlines()[0]
        assert first == f"{summary[0].upper()}{summary[1:]}."


def modules_after(line: str) -> set[str]:
    """What a fresh interpreter has imported when a command line has ended."""
    program = (
        "import sys; from facecrystal_widgets.cli import main\n"
        "try: main(sys.argv[1:])\n"
        "except SystemExit: pass\n"
        "print(*sys.modules, sep='\\n')"
    )
    command = [sys.executable, "-c", program, *line.split()]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines())


@pytest.mark.parametrize("line", ["--help", "--version", *(f"{name} --help" for name in COMMANDS)])
def test_help_imports_no_more_than_the_command_typed(line: str) -> None:
    modules = modules_after(line)
    assert not modules & {"numpy", "ase", "joblib", "tqdm", "voila", "jupyterlab", "webbrowser"} - (
        {"webbrowser"} if line in ("dashboard --help", "lab --help") else set()
    )
    command = line.split()[0]
    typed = {command, *TOPICS.get(command, {})}
    others = {*COMMANDS, *chain(*TOPICS.values())} - typed
    assert not modules & {f"facecrystal_widgets.cli.{name}" for name in others}


def test_the_whole_parser_knows_every_command() -> None:
    for command in [*COMMANDS, *SECOND_WORDS]:
        needed = {"classify": ["a.cif"], "map": ["a.xyz"], "attention": ["templates"]}
        words = [*command.split(), *needed.get(command, [])]
        assert callable(build_parser().parse_args(words).run)


# usage


@pytest.mark.parametrize(
    "line",
    [
        "",
        "colour",
        "--colour classify a.cif",
        "classify",
        "classify a.cif --json --csv",
        "classify a.cif --target-atoms 1",
        "classify a.cif --jobs 0",
        "dataset --size 3",
        "dataset elsewhere",
        "train --epochs none",
        "attention",
        "figures 5a --class hcp",
        "figures 3",
        "dashboard --port 99999",
    ],
)
def test_wrong_usage_ends_with_2(line: str, run: Run) -> None:
    code, out, err = run(*line.split())
    assert (code, out) == (2, "")
    assert err.startswith("usage: facecrystal")


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("dataset --seed 3 --jobs 2 -o x specimens", {"seed": 3, "jobs": 2, "output": Path("x")}),
        ("dataset --seed 3 specimens --seed 4", {"seed": 4, "jobs": -1, "output": None}),
        ("dataset -o x defective", {"size": 6345, "seed": 0, "output": Path("x")}),
        ("dataset -o x fetch", {"output": Path("x"), "pause": 1, "force": False, "provider": None}),
        ("evaluate --force --number 9 robustness", {"force": True, "number": 9, "seed": 0}),
        ("attention templates", {"cluster": None, "jobs": -1}),
    ],
)
def test_a_topic_keeps_what_stands_before_it(line: str, expected: dict[str, object]) -> None:
    arguments = vars(build_parser().parse_args(line.split()))
    assert {name: arguments[name] for name in expected} == expected


# errors


@pytest.mark.parametrize(
    ("error", "code", "message"),
    [
        (BatchError("the cluster was lost"), 1, "the cluster was lost"),
        (StructureError("no atoms; give at least one"), 1, "no atoms; give at least one"),
        (FileNotFoundError(2, "No such file", "a.cif"), 1, "a.cif: No such file"),
        (OSError("no space left"), 1, "no space left"),
        (KeyboardInterrupt(), 130, "stopped"),
    ],
)
def test_expected_errors_are_one_line(
    error: BaseException, code: int, message: str, monkeypatch: pytest.MonkeyPatch, run: Run
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr("facecrystal_widgets.reading.structures.read_structure", fail)
    assert run("map", "a.xyz") == (code, "", f"facecrystal map: {message}\n")


def test_errors_of_the_program_itself_keep_their_traceback(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise TypeError("a mistake of ours")

    monkeypatch.setattr("facecrystal_widgets.reading.structures.read_structure", fail)
    with pytest.raises(TypeError, match="a mistake of ours"):
        main(["map", "a.xyz"])


# words of earlier versions


def test_the_words_of_0_1_work_and_name_the_new_ones(tmp_path: Path, run: Run) -> None:
    words = ("--only", "disorder/gas-Fe", "--jobs", 1, "-o", tmp_path)
    code, out, err = run("dataset", "wild", *words)
    assert code == 0
    assert out.startswith(f"{tmp_path}: 1 specimens, ")
    assert err.startswith("facecrystal: 'dataset wild' is now called 'dataset specimens'; ")
    code, _, err = run("evaluate", "--model", tmp_path, "wild")
    assert code == 2
    note, problem = err.splitlines()
    assert "'evaluate robustness'" in note
    assert problem.startswith("facecrystal evaluate: --model: only the shipped network")
    code, _, err = run("evaluate", "--model", tmp_path, "robustness")
    assert (code, err.count("\n")) == (2, 1)
