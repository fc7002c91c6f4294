"""The report of an evaluation: what it says, and that it stands alone."""

import csv
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from jinja2 import ChoiceLoader, DictLoader, PackageLoader
from PIL import Image

from facecrystal_widgets.compute.workers import HERE
from facecrystal_widgets.crystals.classes import LABELS
from facecrystal_widgets.datasets.defects import DEFECTS
from facecrystal_widgets.evaluation import scores as analysis
from facecrystal_widgets.evaluation.defective_set import Evaluation, evaluate
from facecrystal_widgets.evaluation.peers import (
    CNA,
    NO_TIME,
    ONE_SPECIES,
    PTM,
    SETTINGS,
    SPGLIB,
    Peers,
)
from facecrystal_widgets.evaluation.sizes import SIZES
from facecrystal_widgets.reports import document
from facecrystal_widgets.reports.defective_set import report
from facecrystal_widgets.reports.defective_set.comparison import network_correct
from facecrystal_widgets.reports.defective_set.report import build_report
from facecrystal_widgets.reports.defective_set.tables import by_defect
from facecrystal_widgets.reports.document import Report, ReportTable, markdown, write_report

GROUPS = 4


def with_misses(found: Evaluation, *places: int) -> Evaluation:
    """The same evaluation, but the network took these for the next class."""
    rows = found.rows.copy()
    rows["probabilities"][list(places)] = rows["probabilities"][list(places)][:, [3, 0, 1, 2]]
    return Evaluation(rows, found.groups, found.about)


def some_sizes(found: Evaluation) -> np.ndarray:
    """As of the size invariance, of one pair."""
    return np.stack([found.rows[found.rows["parent"] == 1]] * len(SIZES))[None]


def some_peers(*methods: str) -> Peers:
    """As of a comparison of the four groups: PTM is right, the others are not."""
    answers = {m: np.full((len(SETTINGS[m]), GROUPS, 14), -1) for m in methods}
    if PTM in answers:
        answers[PTM][2] = np.arange(GROUPS)[:, None]
    shares = {m: np.full((len(SETTINGS[m]), GROUPS, 14), 0.25) for m in (PTM, CNA) if m in methods}
    return Peers(np.arange(GROUPS), np.arange(GROUPS), answers, shares)


@pytest.fixture(scope="module")
def small() -> Evaluation:
    return evaluate(GROUPS, seed=0, workers=HERE)


class Page(HTMLParser):
    """What a page loads, links to and says."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.sources: list[str] = []
        self.anchors: set[str] = set()
        self.links: list[str] = []
        self.words = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        assert tag not in ("script", "link", "iframe")
        self.sources += [found[name] for name in ("src", "srcset") if name in found]
        if tag == "a":
            self.links.append(found["href"])
        if "id" in found:
            self.anchors.add(found["id"])
        if tag == "img":
            assert found["alt"]

    def handle_data(self, data: str) -> None:
        self.words += data


@pytest.fixture(scope="module")
def written(small: Evaluation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A report with two misses and all other methods."""
    folder = tmp_path_factory.mktemp("report")
    found = with_misses(small, 3, 20)
    peers = some_peers(SPGLIB, ONE_SPECIES, PTM, CNA)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(report, "LEAST_CERTAIN", 1)
        content = build_report(found, some_sizes(found), peers, "facecrystal evaluate <now>")
        assert write_report(content, folder) == (folder / "report.html", folder / "report.md")
    return folder


def table(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / "tables" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_the_page_stands_alone(written: Path) -> None:
    page = Page((written / "report.html").read_text("utf-8"))
    assert len(page.sources) == 2 * len(list((written / "figures").glob("*.svg")))
    assert all(source.startswith("data:image/svg+xml;base64,") for source in page.sources)
    light, dark = page.sources[1::2], page.sources[::2]
    assert not set(light) & set(dark)
    assert {link.removeprefix("#") for link in page.links} == page.anchors
    assert "<now>" in page.words  # quoted, not taken for a tag
    assert "first 4 of the 6,345 groups" in page.words


def test_the_figures_are_there_as_png_and_svg(written: Path) -> None:
    names = {path.stem for path in (written / "figures").iterdir()}
    assert {"confusion", "reliability", "peers", "sizes", "species", "bond_lengths"} <= names
    assert len([name for name in names if name.startswith("structure_")]) == 3
    for name in names:
        with Image.open(written / "figures" / f"{name}.png") as image:
            colours = np.asarray(image.convert("L"))
        assert colours.std() > 5
        assert (written / "figures" / f"{name}.svg").read_text("utf-8").startswith("<?xml")


def test_the_markdown_shows_what_lies_beside_it(written: Path) -> None:
    text = (written / "report.md").read_text("utf-8")
    shown = re.findall(r"!\[.+?\]\((.+?)\)", text)
    assert sorted(shown) == sorted(
        f"figures/{path.name}" for path in (written / "figures").glob("*.png")
    )
    for name in re.findall(r"`(tables/\w+\.csv)`", text):
        assert (written / name).is_file()
    rows = [line for line in text.splitlines() if line.startswith("| vacancies |")]
    assert len(rows) == 5
    assert sum(line.startswith("| vacancies | 10% | 4 | ") for line in rows) == 1
    assert all(line.count("|") == 8 for line in rows)
    assert "\n\n\n" not in text


def test_tables_hold_the_numbers(small: Evaluation, written: Path) -> None:
    found = with_misses(small, 3, 20)
    summary = table(written, "by_defect")
    assert [row["defect"] for row in summary[-14:-1]] == [defect.kind for defect in DEFECTS]
    assert sum(int(row["misclassified"]) for row in summary[:-1]) == 2
    assert summary[-1]["defect"] == "all defective"
    assert int(summary[-1]["structures"]) == 13 * GROUPS
    assert float(summary[-1]["accuracy"]) == pytest.approx(analysis.score(found.defective).accuracy)
    missed = table(written, "misclassified")
    assert len(missed) == 2
    assert all(row["class"] != row["answer"] for row in missed)
    assert sum(float(missed[0][f"p({label})"]) for label in LABELS) == pytest.approx(1, abs=1e-5)
    beside = table(written, "peers_by_defect")[-1]
    assert float(beside["PTM, RMSD ≤ 0.15"]) == 1
    assert float(beside["spglib, 1e-05 Å"]) == 0
    assert float(beside["network"]) == pytest.approx(analysis.score(found.defective).accuracy)


def test_the_network_is_judged_on_the_sample_of_the_others(small: Evaluation) -> None:
    found = with_misses(small, 0)
    missed = small.rows[0]
    right = network_correct(found, some_peers(SPGLIB))
    assert right[missed["parent"], missed["defect"] + 1] == 0
    trained = np.setdiff1d(np.arange(GROUPS), small.pristine["parent"])
    assert np.isnan(right[trained, 0]).all()
    assert np.nansum(right) == len(small.rows) - 1


def section(content: Report, title: str) -> str:
    """The Markdown of a section."""
    (text,) = re.findall(rf"(?ms)^## {title}$(.+?)(?=^## |\Z)", markdown(content))
    return str(text).strip()


@pytest.mark.parametrize(
    ("peers", "said"),
    [
        (None, "Not asked for"),
        (some_peers(SPGLIB, ONE_SPECIES), "since OVITO is not installed"),
    ],
)
def test_what_is_missing_is_said(small: Evaluation, peers: Peers | None, said: str) -> None:
    content = build_report(small, some_sizes(small), peers, "facecrystal evaluate")
    assert said in section(content, "Beside other methods")
    assert section(content, "Misclassified structures") == "None."


def test_searches_that_were_given_up_are_counted(small: Evaluation) -> None:
    peers = some_peers(SPGLIB)
    peers.answers[SPGLIB][3, 0, 5:8] = NO_TIME
    content = build_report(small, some_sizes(small), peers, "facecrystal evaluate")
    assert "Of 504 searches of spglib, 3 took more than 20 s" in section(
        content, "Beside other methods"
    )


def test_many_misses_are_all_listed_but_not_all_drawn(
    small: Evaluation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "DRAWN", 2)
    found = with_misses(small, *range(7))
    content = build_report(found, some_sizes(found), None, "facecrystal evaluate")
    text = section(content, "Misclassified structures")
    assert text.count("![") == 2
    assert len(content.tables["misclassified"].rows) == 7
    assert "The first 2 are drawn" in text.splitlines()[0]


def test_the_whole_set_is_called_that(small: Evaluation) -> None:
    found = Evaluation(small.rows, 6345, small.about)
    content = build_report(found, some_sizes(found), None, "facecrystal evaluate")
    assert "This is the defective set of the paper" in markdown(content)


def test_a_set_without_pristine_rows(small: Evaluation) -> None:
    found = Evaluation(small.defective, GROUPS, small.about)
    assert by_defect(found).rows[0][0] == "vacancies"
    content = build_report(found, some_sizes(small), None, "facecrystal evaluate")
    assert "None of them is among these groups" in section(content, "By class")


def test_cells_are_shown_by_the_format_of_their_column(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    columns = {"what": "", "number": ",d", "share": ".1%"}
    rows: list[tuple[Any, ...]] = [("a <b>", 1234, 0.5), ("c", None, None)]
    content = ReportTable("A `table`, a < b", columns, rows)
    assert content.cells == [["a <b>", "1,234", "50.0%"], ["c", "–", "–"]]
    template = DictLoader({"one.md.j2": '# {{ title }}\n\n{{ tiles }}\n\n{{ table("one") }}'})
    monkeypatch.setattr(
        document, "PackageLoader", lambda package: ChoiceLoader([template, PackageLoader(package)])
    )
    report = Report("one.md.j2", {"title": "T & U"}, (("1", "<one>"),), {"one": content}, {})
    html, page = (path.read_text("utf-8") for path in write_report(report, tmp_path))
    assert "<td>a &lt;b&gt;</td>" in html
    assert "<code>table</code>, a &lt; b" in html
    assert "<span>&lt;one&gt;</span>" in html
    assert "<title>T &amp; U</title>" in html
    assert "| a <b> | 1,234 | 50.0% |" in page
    assert table(tmp_path, "one")[0] == {"what": "a <b>", "number": "1234", "share": "0.5"}
