"""The documentation site: built strictly, without the network, and true."""

import os
import re
import shlex
import shutil
import subprocess
import sys
import tomllib
from html.parser import HTMLParser
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from serving import ROOT
from sphinx.util.inventory import InventoryFile

import facecrystal_widgets
from facecrystal_widgets.cli import build_parser

DOCS = ROOT / "docs"
SOURCE = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["urls"]["Source"]
OTHER_PROGRAMS = r"$|(python3?|pip|dask|conda|venv/bin/(pip|facecrystal)) "
WITH_EXAMPLES = [ROOT / "README.md", *sorted(DOCS.rglob("*.md"))]


class Page(HTMLParser):
    """What a page links to, what it fetches by itself, and the places in it."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self.links: set[str] = set()
        self.fetched: set[str] = set()
        self.places: set[str] = set()
        self.feed(path.read_text("utf-8"))

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        values = {name: value or "" for name, value in attributes}
        self.places |= {values[name] for name in ("id", "name") if name in values}
        if tag in ("a", "area") and "href" in values:
            self.links.add(values["href"])
        elif tag == "link" and values.get("rel") not in ("next", "prev", "index", "search"):
            self.fetched.add(values.get("href", ""))
        self.fetched |= {values[name] for name in ("src", "srcset", "poster") if name in values}


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q", "-E"]
    command += ["-d", f"{folder}/doctrees", str(DOCS), f"{folder}/html"]
    nobody = {"http_proxy": "http://127.0.0.1:9", "https_proxy": "http://127.0.0.1:9"}
    answer = subprocess.run(command, env=os.environ | nobody, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
    return folder / "html"


@pytest.fixture(scope="module")
def pages(site: Path) -> dict[Path, Page]:
    return {path.resolve(): Page(path) for path in site.rglob("*.html")}


def test_every_public_name_is_in_the_reference(site: Path) -> None:
    described = InventoryFile.loads((site / "objects.inv").read_bytes(), uri="")
    names = {
        name for kind, items in described.data.items() if kind.startswith("py:") for name in items
    }
    package: Any = facecrystal_widgets  # its stub declares the public names alone
    public = {f"facecrystal_widgets.{name}" for name in package._HOMES}
    assert public - names == set()


def test_every_page_can_be_reached(site: Path, pages: dict[Path, Page]) -> None:
    start = (site / "index.html").resolve()
    seen, todo = {start}, [start]
    while todo:
        here = todo.pop()
        targets = (urlsplit(link).path for link in pages[here].links if "//" not in link)
        new = {
            (here.parent / unquote(target)).resolve() for target in targets
        } & pages.keys() - seen
        seen |= new
        todo += new
    assert {path.name for path in pages.keys() - seen} <= {"search.html", "genindex.html"}


def test_every_link_within_the_site_leads_somewhere(pages: dict[Path, Page]) -> None:
    broken = []
    for path, page in pages.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme:
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            found = target.exists() and (
                target not in pages or not parts.fragment or parts.fragment in pages[target].places
            )
            if not found:
                broken.append(f"{path.name}: {link}")
    assert broken == []


def test_no_page_fetches_from_elsewhere(site: Path, pages: dict[Path, Page]) -> None:
    fetched = {link for page in pages.values() for link in page.fetched}
    for sheet in site.rglob("*.css"):
        fetched |= set(re.findall(r"(?:url\(|@import )['\"]?([^'\")]+)", sheet.read_text("utf-8")))
    assert fetched, "not even its own style sheet?"
    assert {link for link in fetched if re.match(r"(https?:)?//", link)} == set()


def test_the_notebooks_are_listed(site: Path) -> None:
    text = (site / "tutorial.html").read_text("utf-8")
    numbered = sorted(path.name for path in (ROOT / "notebooks").glob("[0-9]*.ipynb"))
    opened = re.findall(r"urlpath=lab/tree/notebooks/([^\"]+)\">Open", text)
    assert opened == numbered
    assert numbered


def test_the_citation_file_is_of_this_version() -> None:
    citation = yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))
    assert citation["version"] == facecrystal_widgets.__version__
    assert citation["repository-code"] == SOURCE
    paper = citation["preferred-citation"]
    readme = (ROOT / "README.md").read_text("utf-8")
    assert f"https://doi.org/{paper['doi']}" in readme
    assert paper["title"] in " ".join(readme.split())


def blocks(path: Path, language: str) -> list[str]:
    """Code blocks of a page that can run as they stand."""
    return re.findall(rf"^```{language}\n(.*?)^```", path.read_text("utf-8"), re.M | re.S)


@pytest.mark.parametrize(
    "path", [p for p in WITH_EXAMPLES if blocks(p, "python")], ids=lambda p: p.stem
)
def test_the_examples_run(path: Path, tmp_path: Path) -> None:
    """The Python of a page, in order, in a folder with a file ``my.cif``."""
    shutil.copy(ROOT / "tests" / "structures" / "Cu.cif", tmp_path / "my.cif")
    code = "\n".join(blocks(path, "python"))
    command = [sys.executable, "-W", "ignore", "-c", code]
    answer = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert answer.returncode == 0, answer.stderr
    promised = re.findall(r"(?m)^print\(.*\)\s+# (.+)", code)
    assert [line for line in promised if line not in answer.stdout] == []


@pytest.mark.parametrize(
    "path", [p for p in WITH_EXAMPLES if blocks(p, "sh")], ids=lambda p: p.stem
)
def test_the_shell_commands_exist(path: Path) -> None:
    lines = [line for block in blocks(path, "sh") for line in block.splitlines()]
    lines = [re.sub(r"\s+#.*|[|>&].*", "", line) for line in lines]
    for line in lines:
        if line.startswith("facecrystal "):
            build_parser().parse_args(shlex.split(line)[1:])  # exits if the command is wrong
        else:
            assert re.match(OTHER_PROGRAMS, line), line
