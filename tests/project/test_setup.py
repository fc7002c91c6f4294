"""The project as a stranger meets it: its files agree, and the README's commands work."""

import contextlib
import functools
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from playwright.sync_api import Browser, expect
from repository import PROJECT, PYTHONS, files
from serving import ROOT, free_port

import facecrystal_widgets

# --- dependencies -------------------------------------------------------------------------------


def specifiers(requirements: list[str]) -> dict[str, SpecifierSet]:
    parsed = map(Requirement, requirements)
    return {canonicalize_name(wanted.name): wanted.specifier for wanted in parsed}


def direct_dependencies() -> dict[str, SpecifierSet]:
    return specifiers(PROJECT["dependencies"] + PROJECT["optional-dependencies"]["train"])


def pins() -> list[Requirement]:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    return [Requirement(line) for line in lines if line and not line.startswith("#")]


@pytest.mark.parametrize("path", [p for p in files() if p.name == "environment.yml"], ids=str)
def test_the_conda_environment_says_what_pyproject_says(path: Path) -> None:
    environment = yaml.safe_load((ROOT / path).read_text("utf-8"))
    assert (environment["name"], environment["channels"]) == ("facecrystal", ["conda-forge"])
    *conda, last = environment["dependencies"]
    # conda resolves a relative path from the folder of the file, and so the package itself
    assert last["pip"].pop() == "-e " + os.path.relpath(".", path.parent)
    python = next(entry for entry in conda if entry.startswith("python="))
    assert SpecifierSet(PROJECT["requires-python"]).contains(python.removeprefix("python="))
    assert "pip" in conda
    others = [entry for entry in conda if entry not in (python, "pip")]
    assert specifiers(others + last["pip"]) == direct_dependencies()


def test_every_pin_lies_within_the_range_of_pyproject() -> None:
    wanted = direct_dependencies() | specifiers(PROJECT["optional-dependencies"]["test"])
    del wanted[canonicalize_name(PROJECT["name"])]  # the extra "test" asks for the extra "train"
    pinned = [(canonicalize_name(pin.name), pin.specifier) for pin in pins()]
    assert wanted.keys() <= {name for name, _ in pinned}
    assert all(re.fullmatch(r"==[\w.]+", str(number)) for _, number in pinned)
    versions = [(name, str(number).removeprefix("==")) for name, number in pinned]
    outside = [pin for pin in versions if pin[0] in wanted and pin[1] not in wanted[pin[0]]]
    assert outside == []


def holds(pin: Requirement, python: str) -> bool:
    return pin.marker is None or pin.marker.evaluate({"python_version": python})


@pytest.mark.parametrize("python", PYTHONS)
def test_every_python_has_one_version_of_each_package(python: str) -> None:
    """The packages of run.py on the Python at hand, and on those that need other versions."""
    wanted = [pin for pin in pins() if holds(pin, python)]
    names = [canonicalize_name(pin.name) for pin in wanted]
    assert len(set(names)) == len(names)
    assert set(names) == {canonicalize_name(pin.name) for pin in pins()}


# --- texts --------------------------------------------------------------------------------------


def readme_commands() -> list[str]:
    """The lines of the README's code blocks that start run.py."""
    text = (ROOT / "README.md").read_text("utf-8")
    blocks = re.findall(r"^```\w*\n(.*?)^```", text, flags=re.MULTILINE | re.DOTALL)
    lines = [line.strip() for block in blocks for line in block.splitlines()]
    return [line for line in lines if line.startswith("python3 run.py")]


def test_the_readme_names_the_two_commands() -> None:
    assert readme_commands() == ["python3 run.py dashboard", "python3 run.py test"]


def test_the_changelog_ends_at_this_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text("utf-8")
    headings = re.findall(r"^## \[(.+?)\]", text, flags=re.MULTILINE)
    versions = [heading for heading in headings if heading != "Unreleased"]
    assert versions[0] == facecrystal_widgets.__version__


@functools.cache
def private_words() -> re.Pattern[bytes]:
    """What means something on this machine alone: its folders and its package registries."""
    folders = {str(ROOT), str(ROOT.parent), str(Path.home())} - {"/", tempfile.gettempdir()}
    if sys.prefix != sys.base_prefix:
        folders.add(sys.prefix)
    settings = [value for name, value in os.environ.items() if re.match("PIP_|UV_|NPM_", name)]
    questions = [[sys.executable, "-m", "pip", "config", "list"]]
    if npm := shutil.which("npm"):
        questions.append([npm, "config", "get", "registry"])
    for question in questions:
        settings.append(subprocess.run(question, capture_output=True, text=True).stdout)
    addresses = re.findall(r"https?://[^\s'\"]+", "\n".join(settings))
    hosts = {urlsplit(address).hostname or address for address in addresses}
    words = [rf"(?<![\w.~}}-]){re.escape(folder)}(?![\w-])" for folder in folders]
    words += [re.escape(host) for host in hosts]
    return re.compile("|".join(words).encode())


@pytest.mark.parametrize("path", files(), ids=str)
def test_no_file_names_a_folder_or_a_registry_of_this_machine(path: Path) -> None:
    assert private_words().findall((ROOT / path).read_bytes()) == []


# --- run.py and what is installed ---------------------------------------------------------------


def clean_environment(venv: Path, **more: str) -> dict[str, str]:
    """The environment of a person who has never heard of this project."""
    ours = ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "FACECRYSTAL_", "JUPYTER", "PYTEST")
    environment = {name: v for name, v in os.environ.items() if not name.startswith(ours)}
    path = environment["PATH"].split(os.pathsep)
    path = [folder for folder in path if not Path(folder).is_relative_to(sys.prefix)]
    return environment | {"PATH": os.pathsep.join(path), "FACECRYSTAL_VENV": str(venv)} | more


def run_py(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "run.py", *words]
    return subprocess.run(
        command, cwd=ROOT, env=os.environ | environment, capture_output=True, text=True
    )


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the working tree as git would clone it."""
    folder = tmp_path_factory.mktemp("clone")
    for path in files():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / path, folder / path)
    return folder


def test_run_py_teaches() -> None:
    answer = run_py("--help")
    assert answer.returncode == 0
    assert all(command in answer.stdout for command in readme_commands())
    wrong = run_py("dashbord")
    assert (wrong.returncode, wrong.stdout) == (2, "")
    assert "python3 run.py dashboard" in wrong.stderr


def test_run_py_leaves_a_strange_folder_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")
    answer = run_py("dashboard", FACECRYSTAL_VENV=str(tmp_path))
    assert answer.returncode == 1
    assert f"{tmp_path} was not made by run.py" in answer.stderr
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.txt"]


def test_the_tests_ask_for_a_browser_in_words(tmp_path: Path) -> None:
    answer = run_py("test", FACECRYSTAL_VENV=str(tmp_path), FACECRYSTAL_BROWSER="no-such-browser")
    assert answer.returncode == 1
    assert "FACECRYSTAL_BROWSER is no-such-browser" in answer.stderr


@pytest.mark.slow
def test_the_wheel_holds_all_that_a_user_needs(clone: Path, tmp_path: Path) -> None:
    pip = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps"]
    subprocess.run([*pip, "--wheel-dir", tmp_path, clone], check=True)
    (wheel,) = tmp_path.glob("*.whl")
    held = {name for name in zipfile.ZipFile(wheel).namelist() if ".dist-info/" not in name}
    present = [path.relative_to(clone).as_posix() for path in clone.rglob("*") if path.is_file()]
    wanted = {path for path in present if path.startswith("facecrystal_widgets/")}
    wanted |= {f"facecrystal_widgets/{path}" for path in present if path.startswith("notebooks/")}
    assert held == wanted
    assert {".ipynb", ".js", ".css", ".keras", ".tflite"} <= {Path(name).suffix for name in held}


@pytest.mark.slow
@pytest.mark.browser
def test_the_first_command_on_a_new_machine(clone: Path, tmp_path: Path, browser: Browser) -> None:
    venv = tmp_path / "venv"
    python = sys._base_executable  # type: ignore[attr-defined]
    command = [python, *readme_commands()[0].split()[1:]]
    environment = clean_environment(venv)

    # An earlier attempt was interrupted: it is repaired.
    venv.mkdir()
    (venv / "facecrystal.stamp").write_text("unfinished")
    (venv / "pyvenv.cfg").write_text("rubbish")

    log, port = tmp_path / "log", free_port()
    command += ["--no-browser", "--port", str(port)]
    try:
        with started(command, clone, environment, log) as dashboard:
            address = f"http://localhost:{port}/"
            wait_for_line(f"Dashboard: {address}", log, dashboard, seconds=600)
            assert "Installing facecrystal_widgets" in log.read_text()
            page = browser.new_page()
            page.goto(address, timeout=120_000)
            expect(page.locator(".fcw-verdict")).to_contain_text("bcc (Im-3m)", timeout=120_000)
            page.close()
            family = [dashboard, *dashboard.children(recursive=True)]
            dashboard.terminate()
            assert psutil.wait_procs(family, timeout=30)[1] == []  # none is left
        # The second time there is nothing to install.
        again = subprocess.run(
            [*command, "--help"],
            cwd=clone,
            env=environment,
            check=True,
            capture_output=True,
            text=True,
        )
        assert again.stdout.startswith("usage: facecrystal dashboard")
    finally:
        shutil.rmtree(venv)  # 800 MB, which pytest would keep for three more runs


@contextlib.contextmanager
def started(
    command: list[str], folder: Path, environment: dict[str, str], log: Path
) -> Iterator[psutil.Popen]:
    """A process that writes into the log, ended with all its children whatever happens."""
    with log.open("wb") as output:
        process = psutil.Popen(
            command, cwd=folder, env=environment, stdout=output, stderr=subprocess.STDOUT
        )
        try:
            yield process
        finally:
            family = []
            with contextlib.suppress(psutil.NoSuchProcess):
                family = [process, *process.children(recursive=True)]
            for member in family:
                with contextlib.suppress(psutil.NoSuchProcess):
                    member.kill()
            process.wait()


def wait_for_line(start: str, log: Path, process: psutil.Popen, seconds: float) -> None:
    end = time.monotonic() + seconds
    while not any(line.startswith(start) for line in log.read_text().splitlines()):
        assert process.poll() is None, f"ended without {start!r}:\n{log.read_text()}"
        assert time.monotonic() < end, f"no {start!r} in {seconds} s:\n{log.read_text()}"
        time.sleep(0.2)
