"""What a forge reads: workflows, hooks, and the links to the repository."""

import re
import runpy
from typing import Any

import pytest
import yaml
from packaging.specifiers import SpecifierSet
from repository import PROJECT, PYTHONS, files
from serving import ROOT

WORKFLOWS = sorted(path for path in files() if path.parent.name == "workflows")
LINKS = runpy.run_path(str(ROOT / "docs" / "set_links.py"))
FORK = "https://github.com/someone/other-crystals"


def workflow(name: str) -> dict[Any, Any]:
    text = (ROOT / ".github" / "workflows" / name).read_text("utf-8")
    content: dict[Any, Any] = yaml.safe_load(text)
    content["on"] = content.pop(True)  # YAML 1.1 reads the key "on" as a truth value
    return content


def steps(name: str) -> list[dict[str, Any]]:
    return [step for job in workflow(name)["jobs"].values() for step in job.get("steps", [])]


every_workflow = pytest.mark.parametrize("name", [path.name for path in WORKFLOWS])


# --- workflows ------------------------------------------------------------------------------------


def test_the_tests_run_on_the_pythons_and_systems_of_pyproject() -> None:
    matrix = workflow("tests.yml")["jobs"]["tests"]["strategy"]["matrix"]
    assert matrix["python"] == PYTHONS
    assert SpecifierSet(PROJECT["requires-python"]) == SpecifierSet(f">={PYTHONS[0]}")
    systems = {system.partition("-")[0] for system in matrix["system"]}
    named = {"MacOS": "macos", "Microsoft": "windows", "POSIX": "ubuntu"}
    listed = re.findall(r"Operating System :: (\w+)", "\n".join(PROJECT["classifiers"]))
    assert systems == {named[name] for name in listed}


def test_only_pythons_without_tensorflow_leave_training_out() -> None:
    matrix = workflow("tests.yml")["jobs"]["tests"]["strategy"]["matrix"]
    (train,) = (r for r in PROJECT["optional-dependencies"]["test"] if "[train]" in r)
    first = re.findall(r"python_version < '(.+)'", train)
    assert [entry["python"] for entry in matrix["include"]] == first == PYTHONS[-1:]
    assert [entry["select"] for entry in matrix["include"]] == ["not training"]


@every_workflow
def test_python_is_one_that_is_tested(name: str) -> None:
    setups = [step for step in steps(name) if "/setup-python@" in step.get("uses", "")]
    asked = [step["with"]["python-version"] for step in setups]
    assert set(asked) <= {*PYTHONS, "${{ matrix.python }}"}
    docs = yaml.safe_load((ROOT / ".readthedocs.yaml").read_text("utf-8"))
    assert docs["build"]["tools"]["python"] in PYTHONS


@every_workflow
def test_actions_are_named_by_their_major_version(name: str) -> None:
    used = [step["uses"] for step in steps(name) if "uses" in step]
    assert [use for use in used if not re.fullmatch(r"[\w/-]+@(v|release/v)\d+", use)] == []


@every_workflow
def test_a_workflow_may_only_read(name: str) -> None:
    content = workflow(name)
    assert content["permissions"] == {"contents": "read"}
    jobs = content["jobs"].items()
    granted = {job: settings["permissions"] for job, settings in jobs if "permissions" in settings}
    trusted = {"publish": {"id-token": "write"}}  # which PyPI recognizes
    assert granted == (trusted if name == "release.yml" else {})
    assert "secrets." not in str(content)


def test_a_tag_publishes_what_was_built() -> None:
    release = workflow("release.yml")
    assert release["on"] == {"push": {"tags": ["v*"]}}
    publish = release["jobs"]["publish"]
    assert (publish["needs"], publish["environment"]) == ("build", "pypi")
    assert release["jobs"]["build"]["uses"] == "./.github/workflows/build.yml"
    kept = [step["with"]["name"] for step in steps("build.yml") if "upload-artifact" in str(step)]
    assert publish["steps"][0]["with"]["name"] in kept
    guard = publish["steps"][1]["run"]
    assert f"{PROJECT['name']}-${{GITHUB_REF_NAME#v}}.tar.gz" in guard


# --- hooks ----------------------------------------------------------------------------------------


def test_the_hooks_have_the_versions_of_the_tests() -> None:
    hooks = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text("utf-8"))["repos"]
    (ruff,) = (repo["rev"] for repo in hooks if repo["repo"].endswith("/ruff-pre-commit"))
    assert f"\nruff=={ruff.removeprefix('v')}\n" in (ROOT / "constraints.txt").read_text("utf-8")
    (biome,) = re.findall(r"'@biomejs/biome@(.+?)'", str(hooks))
    packages = [(ROOT / path).read_text("utf-8") for path in files() if path.name == "package.json"]
    pinned = [re.findall(r'"@biomejs/biome": "(.+)"', package) for package in packages]
    assert [versions for versions in pinned if versions != [biome]] == []


# --- links ----------------------------------------------------------------------------------------


def test_the_links_are_those_of_pyproject_and_this_version() -> None:
    texts = LINKS["texts"](LINKS["source_address"](), LINKS["package_version"]())
    assert [path for path, text in texts.items() if text != path.read_text("utf-8")] == []


def test_a_fork_changes_one_line() -> None:
    source = LINKS["source_address"]()
    texts = LINKS["texts"](FORK, "9.8.7")
    named = source.removeprefix(LINKS["HOST"])
    left = []
    for path in files():
        text = texts.get(ROOT / path) or (ROOT / path).read_text("utf-8", errors="replace")
        left += [(str(path), line) for line in text.splitlines() if named in line]
    assert left == [("pyproject.toml", line) for _, line in left if line.startswith("urls.Source")]
    assert len(left) == 1
    readme = texts[ROOT / "README.md"]
    assert len(re.findall(r"mybinder\.org/v2/gh/someone/other-crystals/v9\.8\.7\?", readme)) == 2
    assert f"git clone {FORK} && cd other-crystals\n" in texts[ROOT / "CONTRIBUTING.md"]
    assert yaml.safe_load(texts[ROOT / "CITATION.cff"])["repository-code"] == FORK
    assert yaml.safe_load(texts[ROOT / "CITATION.cff"])["version"] == "9.8.7"


def test_every_heading_of_the_changelog_is_a_link() -> None:
    text = "## [Unreleased]\n\n## [0.2.0] - 2027-01-02\n\n## [0.1.0]\n"
    assert LINKS["changelog_links"](text, FORK) == (
        f"[Unreleased]: {FORK}/compare/v0.2.0...HEAD\n"
        f"[0.2.0]: {FORK}/compare/v0.1.0...v0.2.0\n"
        f"[0.1.0]: {FORK}/releases/tag/v0.1.0\n"
    )


@pytest.mark.parametrize("address", ["https://elsewhere.org/a/b", f"{FORK}/tree/main", ""])
def test_another_address_is_refused(address: str) -> None:
    with pytest.raises(SystemExit, match=r"urls\.Source: expected https://github\.com/OWNER/NAME"):
        LINKS["check_address"](address)
