"""A report: a Jinja template of Markdown, filled with numbers, tables and figures.

The template is rendered twice: as ``report.md``, which shows the figures and tables that lie
beside it, and as ``report.html``, which holds everything in one file.
"""

import base64
import csv
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import mistune
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape
from markupsafe import Markup
from mistune import HTMLRenderer

from ..files import write_whole
from .style import THEMES, save, theme


@dataclass(frozen=True)
class ReportTable:
    """A table.

    Attributes
    ----------
    caption : in Markdown.
    columns : title of each column, and the format of its values; ``""`` for text.
    rows : values, or None for a dash.
    folded : the table opens on a click.
    total : the last row is the sum of the others.
    """

    caption: str
    columns: Mapping[str, str]
    rows: list[tuple[Any, ...]]
    folded: bool = False
    total: bool = False

    @property
    def cells(self) -> list[list[str]]:
        """The values as text, row by row."""
        return [
            ["–" if value is None else format(value, form) for value, form in pairs]
            for pairs in (zip(row, self.columns.values(), strict=True) for row in self.rows)
        ]


@dataclass(frozen=True)
class Report:
    """What a report holds.

    Attributes
    ----------
    template : name of the Markdown template in ``reports/templates``.
    values : what the template writes into its sentences; ``values["title"]`` is the title.
    tiles : the few numbers that say most, each with what it means.
    tables, figures : by name; the figures as functions that draw them.
    galleries : figures that stand side by side: their names and captions.
    """

    template: str
    values: Mapping[str, Any]
    tiles: tuple[tuple[str, str], ...]
    tables: Mapping[str, ReportTable]
    figures: Mapping[str, Callable[[], Any]]
    galleries: Mapping[str, list[tuple[str, str]]] = field(default_factory=dict)


def write_report(report: Report, folder: Path) -> tuple[Path, Path]:
    """Write ``report.html``, ``report.md``, ``figures/`` and ``tables/`` to `folder`.

    Returns
    -------
    The paths of the two pages.
    """
    for name in ("figures", "tables"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for name, table in report.tables.items():
        _write_table(table, folder / "tables" / f"{name}.csv")
    links = {name: _draw(name, draw, folder / "figures") for name, draw in report.figures.items()}
    pages = {"report.html": _html(report, links), "report.md": markdown(report)}
    for name, text in pages.items():
        write_whole(folder / name, text.encode())
    return folder / "report.html", folder / "report.md"


def _draw(name: str, draw: Callable[[], Any], folder: Path) -> dict[str, str]:
    """Write a figure, and return it as data links, one for each theme."""
    links = {}
    for colours in reversed(THEMES):  # the light one comes last, and is what stays in the folder
        with theme(colours):
            _, svg = save(draw(), folder, name)
        encoded = base64.b64encode(svg.read_bytes()).decode()
        links[colours] = f"data:image/svg+xml;base64,{encoded}"
    return links


def _write_table(table: ReportTable, path: Path) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerows([tuple(table.columns), *table.rows])
    write_whole(path, text.getvalue().encode())


class _Page(HTMLRenderer):
    """HTML with an anchor at every section."""

    def __init__(self) -> None:
        super().__init__(escape=True)
        self.sections: list[str] = []

    def heading(self, text: str, level: int, **_: Any) -> str:
        if level == 1:
            return f"<h1>{text}</h1>\n"
        self.sections.append(text)
        return f'<h2 id="section-{len(self.sections)}">{text}</h2>\n'


def _inline(text: str) -> Markup:
    """One paragraph of Markdown as HTML, without its ``<p>``."""
    html = str(mistune.markdown(text, escape=True)).strip()
    return Markup(html.removeprefix("<p>").removesuffix("</p>"))


def _fill(report: Report, environment: Environment, macros: str, wrap: Callable[[str], str]) -> str:
    """The Markdown of a report, with tiles, figures and tables as the macros write them."""
    blocks = environment.get_template(macros).module

    def block(name: str, *arguments: Any) -> str:
        return wrap(str(getattr(blocks, name)(*arguments)).strip())

    text = environment.get_template(report.template).render(
        report.values,
        tiles=block("tiles", report.tiles),
        figure=lambda name, caption: block("figure", name, caption),
        table=lambda name: block("table", name, report.tables[name]),
        gallery=lambda name: block("gallery", report.galleries[name]),
    )
    paragraphs = (paragraph.strip() for paragraph in text.split("\n\n"))
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph) + "\n"


def _environment(**values: Any) -> Environment:
    environment = Environment(
        loader=PackageLoader("facecrystal_widgets.reports"),
        autoescape=select_autoescape(["html.j2"], default=False),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters |= {"form": format, "inline": _inline}
    environment.globals |= values
    return environment


def markdown(report: Report) -> str:
    """The text of ``report.md``."""
    return _fill(report, _environment(), "blocks.md.j2", str)


def _html(report: Report, links: Mapping[str, Mapping[str, str]]) -> str:
    """The page in one file. HTML made by macros passes the Markdown parser as numbered tokens."""
    environment = _environment(links=links)
    blocks: list[str] = []

    def token(html: str) -> str:
        blocks.append(html)
        return f"block-{len(blocks) - 1}-of-the-report"

    text = _fill(report, environment, "blocks.html.j2", token)
    page = _Page()
    body = str(mistune.create_markdown(renderer=page)(text))
    for number, html in enumerate(blocks):
        body = body.replace(f"<p>block-{number}-of-the-report</p>", html)
    return environment.get_template("page.html.j2").render(
        title=report.values["title"], body=Markup(body), sections=page.sections
    )
