"""Tables on the screen, and what ``facecrystal classify`` writes: a table, JSON lines or CSV."""

import csv
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from textwrap import wrap
from typing import TYPE_CHECKING, Any, TextIO

from ..crystals.classes import LABELS

if TYPE_CHECKING:
    from ..classification.verdict import Verdict
    from ..reading.folders import Structure
    from ..reports.document import ReportTable

Row = dict[str, Any]

LONGEST_FORMULA = 24
NOTE_WIDTH = 88
"""Characters in a line of the notes under the table."""
COLUMNS: dict[str, Callable[["Structure", "Verdict"], Any]] = {
    "file": lambda structure, verdict: structure.file,
    "frame": lambda structure, verdict: structure.frame,
    "formula": lambda structure, verdict: _formula(structure),
    "atoms": lambda structure, verdict: len(structure.atoms),
    "label": lambda structure, verdict: verdict.label,
    "space_group": lambda structure, verdict: verdict.space_group,
    "symbol": lambda structure, verdict: verdict.symbol,
    "probabilities": lambda structure, verdict: dict(verdict.probabilities),
    "trusted": lambda structure, verdict: verdict.trusted,
    "trust": lambda structure, verdict: verdict.trust,
    "reason": lambda structure, verdict: verdict.reason,
    "turned_by": lambda structure, verdict: _turned_by(verdict),
    "bond_length": lambda structure, verdict: verdict.fingerprint.bond_length,
    "preparation": lambda structure, verdict: verdict.fingerprint.preparation.note,
    "notes": lambda structure, verdict: list(verdict.notes),
}
"""What is written of a classified structure, in this order."""
CSV_DECIMALS = {"trust": 4, "turned_by": 2, "bond_length": 6}
TABLE: dict[str, Callable[[Row], str]] = {
    "file": lambda row: row["file"],
    "frame": lambda row: str(row["frame"]),
    "formula": lambda row: _shortened(row["formula"]),
    "atoms": lambda row: str(row["atoms"]),
    "class": lambda row: row["label"],
    "space group": lambda row: f"{row['symbol']} ({row['space_group']})",
    "probability": lambda row: f"{row['probabilities'][row['label']]:.3f}",
    "trust": lambda row: f"{row['trust']:.2f}",
}
"""Titles and texts of the table for people, which takes a part of `COLUMNS`; notes follow."""
FLUSH_RIGHT = ("frame", "atoms", "probability", "trust")


def classified_row(structure: "Structure", verdict: "Verdict") -> Row:
    """A classified structure without its atoms and image, as all writers take it."""
    return {name: value(structure, verdict) for name, value in COLUMNS.items()}


def _formula(structure: "Structure") -> str:
    return str(structure.atoms.get_chemical_formula("metal", empirical=True))


def _turned_by(verdict: "Verdict") -> float:
    return verdict.orientation.angle if verdict.turned and verdict.orientation else 0.0


def _shortened(formula: str) -> str:
    too_long = len(formula) > LONGEST_FORMULA
    return formula[: LONGEST_FORMULA - 1] + "…" if too_long else formula


class Writer:
    """Takes rows one by one, and has written them after `flush`."""

    def __init__(self, out: TextIO) -> None:
        self.out = out

    def add(self, row: Row) -> None:
        raise NotImplementedError

    def add_failed(self, file: str, message: str) -> None:
        self.add({"file": file, "error": message})

    def flush(self) -> None:
        self.out.flush()

    def close(self) -> None:
        self.flush()


class JsonLines(Writer):
    """One object a line; a structure that failed has ``file`` and ``error`` alone."""

    def add(self, row: Row) -> None:
        print(json.dumps(row), file=self.out)


class Csv(Writer):
    """Comma-separated with a header; several notes stand in one field, separated by a space."""

    def __init__(self, out: TextIO) -> None:
        super().__init__(out)
        names = [*COLUMNS, "error"]
        place = names.index("probabilities")
        names[place : place + 1] = [f"p_{label}" for label in LABELS]
        self.csv = csv.DictWriter(out, names, extrasaction="ignore", lineterminator="\n")
        self.csv.writeheader()

    def add(self, row: Row) -> None:
        probabilities = row.get("probabilities", {})
        texts = {f"p_{label}": f"{p:.6f}" for label, p in probabilities.items()}
        for name, value in row.items():
            if name in CSV_DECIMALS:
                texts[name] = f"{value:.{CSV_DECIMALS[name]}f}"
            elif isinstance(value, bool):
                texts[name] = str(int(value))
            elif isinstance(value, list):
                texts[name] = " ".join(value)
        self.csv.writerow({**row, **texts})


class ResultTable(Writer):
    """Aligned columns for people; notes are numbered and explained below the table.

    Columns are as wide as the rows of the first batch need, and only widen after it.
    """

    def __init__(self, out: TextIO) -> None:
        super().__init__(out)
        self.titles = [*TABLE, "note"]
        self.waiting = [self.titles]
        self.widths = [0] * len(self.titles)
        self.notes: dict[str, int] = {}

    def add(self, row: Row) -> None:
        doubts = [] if row["trusted"] else [f"Not trusted: {row['reason']}."]
        notes = [*doubts, *row["notes"]]
        marks = [str(self.notes.setdefault(note, len(self.notes) + 1)) for note in notes]
        self.waiting.append([*(text(row) for text in TABLE.values()), ",".join(marks)])

    def add_failed(self, file: str, message: str) -> None:
        """Nothing: the message stands on standard error already."""

    def flush(self) -> None:
        if self.waiting in ([], [self.titles]):
            return  # nothing new, and no header over an empty table
        columns = zip(self.widths, *self.waiting, strict=True)
        self.widths = [max(width, *map(len, texts)) for width, *texts in columns]
        flush_right = [title in FLUSH_RIGHT for title in self.titles]
        for line in _aligned(self.waiting, self.widths, flush_right):
            print(line, file=self.out)
        self.waiting = []
        super().flush()

    def close(self) -> None:
        self.flush()
        if self.notes:
            print(file=self.out)
        for note, number in self.notes.items():
            lines = wrap(note, NOTE_WIDTH, initial_indent=f"{number}: ", subsequent_indent="   ")
            print("\n".join(lines), file=self.out)
        super().flush()


def print_table(table: "ReportTable") -> None:
    """A table of a report on the screen, numbers flush right."""
    rows = [list(table.columns), *table.cells]
    widths = [max(map(len, texts)) for texts in zip(*rows, strict=True)]
    print(*_aligned(rows, widths, list(map(bool, table.columns.values()))), sep="\n")


def _aligned(
    rows: Iterable[Sequence[str]], widths: Sequence[int], flush_right: Sequence[bool]
) -> Iterator[str]:
    """The rows as lines with columns of these widths."""
    for row in rows:
        texts = zip(row, widths, flush_right, strict=True)
        yield "  ".join(f"{t:{'>' if right else '<'}{width}}" for t, width, right in texts).rstrip()
