"""How a report is written: as a self-contained HTML page, as Markdown, as figures and as tables."""

import base64
import csv
import io
import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..files import write_whole
from .style import THEMES, save, theme


@dataclass(frozen=True)
class Column:
    """A column of a table: its title, and how its values are shown ("" for words)."""

    title: str
    form: str = ""

    @property
    def number(self) -> bool:
        """Whether it is set flush right."""
        return bool(self.form)

    def show(self, value: Any) -> str:
        """A value as text, a dash in place of None."""
        return "–" if value is None else format(value, self.form)


@dataclass(frozen=True)
class ReportTable:
    """A table; `folded` ones open on a click, and `total` says that the last row adds up."""

    name: str
    caption: str
    columns: tuple[Column, ...]
    rows: list[tuple[Any, ...]]
    folded: bool = False
    total: bool = False

    @property
    def cells(self) -> list[list[tuple[Column, str]]]:
        """What is shown, row by row."""
        return [
            [(column, column.show(v)) for column, v in zip(self.columns, row, strict=True)]
            for row in self.rows
        ]


@dataclass(frozen=True)
class Picture:
    """A figure, drawn once for each theme."""

    name: str
    caption: str
    draw: Callable[[], Any]


@dataclass(frozen=True)
class Section:
    """A part of the report; the pictures of a `gallery` stand side by side."""

    title: str
    text: tuple[str, ...] = ()
    pictures: tuple[Picture, ...] = ()
    tables: tuple[ReportTable, ...] = ()
    gallery: bool = False


@dataclass(frozen=True)
class Report:
    """A whole report. `tiles` are the few numbers that say most, each with what it means."""

    title: str
    text: tuple[str, ...]
    tiles: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]


def write_report(report: Report, folder: Path) -> tuple[Path, Path]:
    """Write ``report.html``, ``report.md``, ``figures/`` and ``tables/`` to `folder`.

    Returns
    -------
    The paths of the two pages.
    """
    from jinja2 import Environment, PackageLoader
    from markupsafe import Markup, escape

    def code(text: str) -> Markup:
        return Markup(re.sub("`(.+?)`", r"<code>\1</code>", str(escape(text))))

    for name in ("figures", "tables"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    for section in report.sections:
        for table in section.tables:
            _write_table(table, folder / "tables" / f"{table.name}.csv")
    pictures = [picture for section in report.sections for picture in section.pictures]
    drawn = {picture.name: _draw(picture, folder / "figures") for picture in pictures}
    written = []
    for name, is_html in (("report.html", True), ("report.md", False)):
        environment = Environment(
            loader=PackageLoader("facecrystal_widgets.reports"),
            autoescape=is_html,
            trim_blocks=not is_html,
        )
        environment.filters["code"] = code
        text = environment.get_template(f"{name}.j2").render(report=report, drawn=drawn)
        written.append(folder / name)
        write_whole(written[-1], text.encode())
    return written[0], written[1]


def _draw(picture: Picture, folder: Path) -> dict[str, str]:
    """Write a figure, and give it as data links, one for each theme."""
    links = {}
    for name in reversed(THEMES):  # the light one comes last, and is what stays in the folder
        with theme(name):
            _, svg = save(picture.draw(), folder, picture.name)
        links[name] = "data:image/svg+xml;base64," + base64.b64encode(svg.read_bytes()).decode()
    return links


def _write_table(table: ReportTable, path: Path) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(column.title for column in table.columns)
    writer.writerows(table.rows)
    write_whole(path, text.getvalue().encode())


PERCENT, FINE, CHANCE, LENGTH, WHOLE = ".1%", ".3%", ".4f", ".2f", ",d"
