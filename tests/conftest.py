"""Servers and a browser for the tests of what a person sees."""

import os
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from serving import ROOT, free_port, server

SCREENSHOTS = ROOT / "test-screenshots"
BROWSER_FLAGS = [
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
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


@pytest.fixture
def open_page(browser: Any, request: pytest.FixtureRequest) -> Iterator[Callable[..., Any]]:
    """Opens pages; fails the test on an error of ours in the console, and keeps a screenshot."""
    pages: list[Any] = []
    problems: list[str] = []

    def listen(message: Any) -> None:
        if message.type == "error" and not NOT_OURS.search(message.text + str(message.location)):
            problems.append(message.text)

    def opener(address: str, width: int = 1280, height: int = 800, **options: Any) -> Any:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        page = context.new_page()
        page.set_default_timeout(120_000)
        page.on("console", listen)
        page.on("pageerror", lambda error: problems.append(str(error)))
        pages.append(page)
        page.goto(address)
        return page

    yield opener
    SCREENSHOTS.mkdir(exist_ok=True)
    for i, page in enumerate(pages):
        page.screenshot(path=SCREENSHOTS / f"{request.node.name}-{i}.png")
        page.context.close()
    assert not problems, "errors in the console:\n" + "\n".join(problems)
