"""Binder: what it would build, and what its server then shows. There is no Docker here."""

import json
import os
import re
import subprocess
import sys
import time
import tomllib
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import psutil
import pytest
import yaml
from packaging.requirements import Requirement
from packaging.version import Version
from pages import pixels
from serving import ROOT, free_port, server

import facecrystal_widgets

BINDER = ROOT / "binder"
TOKEN = "binder-test"
GIB = 2**30


def requirements(path: Path) -> list[Any]:
    *packages, last = yaml.safe_load(path.read_text("utf-8"))["dependencies"]
    return [*packages, *last["pip"][:-1]]  # without the package itself, whose path is relative


def badges() -> dict[str, str]:
    """Repository and tag, and what the address opens, of the README's badges."""
    text = (ROOT / "README.md").read_text("utf-8")
    found = re.findall(r"https://mybinder\.org/v2/gh/[^)\s]+", text)
    return {
        parse_qs(urlsplit(address).query)["urlpath"][0]: urlsplit(address).path for address in found
    }


def test_both_environments_are_the_same() -> None:
    assert requirements(BINDER / "environment.yml") == requirements(ROOT / "environment.yml")


def test_the_badges_lead_to_this_version() -> None:
    opened = badges()
    assert "voila/render/notebooks/dashboard.ipynb" in opened
    assert any(path.startswith("lab/tree/notebooks/") for path in opened)
    assert all((ROOT / path.split("/", 2)[2]).exists() for path in opened)
    (place,) = set(opened.values())
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    repository = urlsplit(project["urls"]["Source"]).path
    assert place == f"/v2/gh{repository}/v{facecrystal_widgets.__version__}"


@pytest.fixture(scope="module")
def recipe() -> str:
    """The Dockerfile that repo2docker makes of this repository."""
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug"]
    command += ["--user-id", "1000", "--user-name", "jovyan", str(ROOT)]
    environment = os.environ | {"PYTHONWARNINGS": "ignore"}
    answer = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    return answer.stdout + answer.stderr


def test_the_build_recipe(recipe: str) -> None:
    assert "environment.py-3.12" in re.sub("-2e", ".", re.sub("-2d", "-", recipe))
    assert 'env update -p ${NB_PYTHON_PREFIX} --file "binder/environment.yml"' in recipe
    # The package is installed from the repository, which must be there by then.
    assert recipe.index("COPY --chown=1000:1000 src/ ${REPO_DIR}") < recipe.index("env update")
    assert recipe.index("env update") < recipe.index("RUN ./binder/postBuild")
    assert os.access(BINDER / "postBuild", os.X_OK)


def test_what_the_image_holds_before_is_replaced_where_it_fails() -> None:
    """repo2docker's base stays where our ranges admit it. With the ipykernel 7.0.1 of its base,
    Voila's pages stop at "drawing the bars …": what is called later never comes."""
    spec = find_spec("repo2docker")
    assert spec is not None
    assert spec.submodule_search_locations is not None
    (package,) = spec.submodule_search_locations
    base = Path(package) / "buildpacks" / "conda" / "environment.py-3.12-linux-64.lock"
    lock = base.read_text("utf-8")
    (held,) = re.findall(r"/ipykernel-([\d.]+)-", lock)
    (ours,) = (r for r in map(str, requirements(BINDER / "environment.yml")) if "ipykernel" in r)
    assert Version(held).release[:2] != (7, 0) or not Requirement(ours).specifier.contains(held)


@pytest.fixture(scope="module")
def configuration(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The environment of the server, in which postBuild has run."""
    here = str(Path(sys.executable).parent)
    environment = os.environ | {
        "PATH": here + os.pathsep + os.environ["PATH"],
        "JUPYTER_CONFIG_DIR": str(tmp_path_factory.mktemp("configuration")),
        "http_proxy": "http://127.0.0.1:9",  # where nobody answers
        "https_proxy": "http://127.0.0.1:9",
    }
    subprocess.run(["binder/postBuild"], cwd=ROOT, env=environment, check=True)
    return environment


def test_post_build_stops_at_the_first_error(configuration: dict[str, str], tmp_path: Path) -> None:
    """Elsewhere than at the top of the repository, there is nothing to copy."""
    answer = subprocess.run(
        [BINDER / "postBuild"], cwd=tmp_path, env=configuration, capture_output=True, text=True
    )
    assert answer.returncode != 0
    assert "binder/jupyter" in answer.stderr
    assert "Listing" not in answer.stdout


@pytest.fixture(scope="module")
def address(
    configuration: dict[str, str], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    """The command that repo2docker's image runs, at the top of the repository."""
    port = free_port()
    command = ["env", *(f"{name}={configuration[name]}" for name in ("PATH", "JUPYTER_CONFIG_DIR"))]
    command += [sys.executable, "-m", "jupyter", "notebook", "--no-browser", "--allow-root"]
    command += [f"--port={port}", "--ServerApp.port_retries=0", f"--ServerApp.root_dir={ROOT}"]
    command += [f"--IdentityProvider.token={TOKEN}"]
    log = tmp_path_factory.mktemp("binder") / "log.txt"
    with server(command, "is running at:", log):
        yield f"http://localhost:{port}/"


def ask(address: str, path: str) -> Any:
    request = urllib.request.Request(address + path, headers={"Authorization": f"token {TOKEN}"})
    end = time.monotonic() + 20
    while True:
        try:
            with urllib.request.urlopen(request) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            # Jupyter lists kernels that are just being born or ended, and stumbles over them
            if error.code != 500 or time.monotonic() > end:
                raise
            time.sleep(0.2)


def wait_until(happened: Callable[[], Any], otherwise: str) -> None:
    end = time.monotonic() + 60
    while not happened():
        assert time.monotonic() < end, otherwise
        time.sleep(0.2)


def family(address: str) -> list[psutil.Process]:
    """The server and its kernels."""
    port = urlsplit(address).port
    (process,) = (
        process
        for process in psutil.Process().children(recursive=True)
        if any(c.laddr.port == port and c.status == "LISTEN" for c in process.net_connections())
    )
    return [process, *process.children(recursive=True)]


@pytest.mark.slow
@pytest.mark.browser
def test_the_dashboard_fits_into_binder(address: str, open_page: Callable[..., Any]) -> None:
    (path,) = (path for path in badges() if path.startswith("voila/"))
    start = time.monotonic()
    page = open_page(f"{address}{path}?token={TOKEN}")
    page.set_default_timeout(180_000)
    page.wait_for_selector(".fcw-verdict .fcw-big")
    seconds = time.monotonic() - start
    page.wait_for_selector(".fcw-probabilities .js-plotly-plot .bars")
    page.locator(".fcw-vacancies .noUi-handle").focus()
    page.keyboard.press("PageUp")
    page.wait_for_function("document.querySelector('.fcw-legend').innerText.includes('vacant 6')")
    assert page.inner_text(".fcw-verdict").startswith("bcc (Im-3m)")

    served = family(address)
    used = [process.memory_info().rss for process in served]
    kernels = [process for process in served if "ipykernel_launcher" in " ".join(process.cmdline())]
    libraries = "".join(m.path for process in kernels for m in process.memory_maps())
    print(f"{seconds:.1f} s to the verdict; server and kernel: {sum(used) / 2**20:.0f} MiB")
    assert len(kernels) == 1
    assert "tensorflow" not in libraries
    assert sum(used) < GIB

    page.goto("about:blank")  # a page that is left frees its memory
    wait_until(lambda: not ask(address, "api/kernels"), "the kernel lives on")


@pytest.mark.slow
@pytest.mark.browser
def test_the_notebooks_open_in_jupyterlab(address: str, open_page: Callable[..., Any]) -> None:
    (path,) = (path for path in badges() if path.startswith("lab/"))
    page = open_page(f"{address}{path}?token={TOKEN}")
    page.set_default_timeout(180_000)
    page.wait_for_selector(".jp-NotebookPanel .jp-Cell")
    page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status=idle]")
    wait_until(lambda: ask(address, "api/kernels"), "no kernel starts")
    assert [kernel["name"] for kernel in ask(address, "api/kernels")] == ["python3"]
    assert page.locator(".jp-Dialog").count() == 0, "a question before the first look"

    # All of it is run while most cells are out of sight; then the panels are looked at.
    page.click("#jp-MainMenu >> text='Run'")
    page.click(".lm-Menu-itemLabel >> text='Run All Cells'")
    page.wait_for_timeout(20_000)
    for top in range(0, 20_000, 300):
        page.evaluate(f"document.querySelector('.jp-WindowedPanel-outer').scrollTop = {top}")
        page.wait_for_timeout(200)
        if page.is_visible(".fcw-viewer .fcw-stage canvas"):
            break
    stage = ".fcw-viewer .fcw-stage canvas"
    wait_until(lambda: (pixels(page, stage).std(axis=2) > 20).mean() > 0.05, "a dot, no crystal")
    assert sum(process.memory_info().rss for process in family(address)) < GIB
