"""Servers and a browser for the tests of what a person sees."""

import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from serving import BROWSER_FLAGS, ROOT, free_port, server

SCREENSHOTS = ROOT / "test-screenshots"
NOT_OURS = re.compile(
    # Voila's page asks for Font Awesome and MathJax from the network, and the federated modules of
    # its JupyterLab 4.2 and of today's extensions complain about one another's versions.
    r"cdn\.|ERR_NAME_NOT_RESOLVED|ERR_INTERNET_DISCONNECTED|ERR_CONNECTION_REFUSED|Federation"
    r"|shared (singleton )?module|shared scope|RUNTIME-0|jupyter-notebook/lab-extension"
    r"|GPU stall due to ReadPixels|WebGL|Canvas2D|favicon"
)


@pytest.fixture(scope="session")
def dashboard(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of `facecrystal dashboard`, served for the whole test run."""
    port = free_port()
    command = [sys.executable, "-m", "facecrystal_widgets", "dashboard"]
    command += ["--no-browser", "--port", str(port)]
    log = tmp_path_factory.mktemp("dashboard") / "log.txt"
    with server(command, f"http://localhost:{port}/", log):
        yield f"http://localhost:{port}/"


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Headless Chromium."""
    from playwright.sync_api import sync_playwright

    path = os.environ.get("FACECRYSTAL_BROWSER", "/usr/bin/chromium")
    assert Path(path).exists(), f"no browser at {path}; 'python3 run.py test' installs one"
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=path, args=BROWSER_FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def problems() -> list[str]:
    """Errors of ours in the console of any page, collected until a test looks at them."""
    return []


@pytest.fixture(scope="session")
def make_page(browser: Any, problems: list[str]) -> Callable[..., Any]:
    """Opens a page whose errors are collected."""

    def listen(message: Any) -> None:
        told = f"{message.text} ({message.location.get('url')})"
        if message.type == "error" and not NOT_OURS.search(told):
            problems.append(told)

    def make(address: str, width: int = 1280, height: int = 800) -> Any:
        page = browser.new_context(viewport={"width": width, "height": height}).new_page()
        page.set_default_timeout(90_000)
        page.on("console", listen)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.goto(address)
        return page

    return make


@pytest.fixture
def open_page(
    make_page: Callable[..., Any], problems: list[str], request: pytest.FixtureRequest
) -> Iterator[Callable[..., Any]]:
    """Opens pages for one test; see :func:`finish`."""
    pages: list[Any] = []

    def opener(*arguments: Any, **options: Any) -> Any:
        pages.append(make_page(*arguments, **options))
        return pages[-1]

    yield opener
    finish(pages, problems, request)
    for page in pages:
        page.context.close()


def finish(pages: list[Any], problems: list[str], request: pytest.FixtureRequest) -> None:
    """Keep screenshots, and fail on an error of ours in the console."""
    SCREENSHOTS.mkdir(exist_ok=True)
    for i, page in enumerate(pages):
        page.screenshot(path=SCREENSHOTS / f"{request.node.name}-{i}.png")
    found = problems.copy()
    problems.clear()
    assert not found, "errors in the console:\n" + "\n".join(found)
