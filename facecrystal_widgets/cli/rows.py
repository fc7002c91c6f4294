"""How the results of ``facecrystal classify`` are written: as a table, JSON lines or CSV."""

import csv
import json
from textwrap import wrap
from typing import Any, Protocol, TextIO

from ..crystals.classes import LABELS

LONGEST_FORMULA = 24
WIDTH = 88
"""Characters in a line of the notes under the table."""


class Writer(Protocol):
    """Takes rows one by one and writes them at `flush`."""

    def __init__(self, out: TextIO) -> None: ...
    def add(self, row: dict[str, Any]) -> None: ...
    def add_failed(self, file: str, message: str) -> None: ...
    def flush(self) -> None: ...
    def close(self) -> None: ...


class JsonLines:
    """One object a line; a structure that failed has ``file`` and ``error`` alone."""

    def __init__(self, out: TextIO) -> None:
        self.out = out

    def add(self, row: dict[str, Any]) -> None:
        print(json.dumps(row), file=self.out)

    def add_failed(self, file: str, message: str) -> None:
        print(json.dumps({"file": file, "error": message}), file=self.out)

    def flush(self) -> None:
        self.out.flush()

    def close(self) -> None:
        self.flush()


class Csv:
    """Comma-separated with a header; several notes stand in one field, separated by a space."""

    COLUMNS = (
        *("file", "frame", "formula", "atoms", "label", "space_group", "symbol"),
        *(f"p_{label}" for label in LABELS),
        *(
            "trusted",
            "trust",
            "reason",
            "turned_by",
            "bond_length",
            "preparation",
            "notes",
            "error",
        ),
    )

    def __init__(self, out: TextIO) -> None:
        self.out = out
        self.csv = csv.DictWriter(out, self.COLUMNS, extrasaction="ignore", lineterminator="\n")
        self.csv.writeheader()

    def add(self, row: dict[str, Any]) -> None:
        chances = {f"p_{label}": f"{p:.6f}" for label, p in row["probabilities"].items()}
        numbers = {
            "trusted": int(row["trusted"]),
            "trust": f"{row['trust']:.4f}",
            "turned_by": f"{row['turned_by']:.2f}",
            "bond_length": f"{row['bond_length']:.6f}",
        }
        self.csv.writerow({**row, **chances, **numbers, "notes": " ".join(row["notes"])})

    def add_failed(self, file: str, message: str) -> None:
        self.csv.writerow({"file": file, "error": message})

    def flush(self) -> None:
        self.out.flush()

    def close(self) -> None:
        self.flush()


class ResultTable:
    """Aligned columns for people; notes are numbered and explained below the table.

    Columns are as wide as the rows of the first batch need, and only widen after it.
    """

    TITLES = (
        *("file", "frame", "formula", "atoms", "class", "space group", "probability"),
        *("trust", "note"),
    )
    RIGHT = ("frame", "atoms", "probability", "trust")

    def __init__(self, out: TextIO) -> None:
        self.out = out
        self.waiting: list[tuple[str, ...]] = [self.TITLES]
        self.widths = [0] * len(self.TITLES)
        self.notes: dict[str, int] = {}

    def add(self, row: dict[str, Any]) -> None:
        formula: str = row["formula"]
        if len(formula) > LONGEST_FORMULA:
            formula = formula[: LONGEST_FORMULA - 1] + "…"
        doubts = [] if row["trusted"] else [f"Not trusted: {row['reason']}."]
        notes = [*doubts, *row["notes"]]
        marks = [str(self.notes.setdefault(note, len(self.notes) + 1)) for note in notes]
        self.waiting.append(
            (
                row["file"],
                str(row["frame"]),
                formula,
                str(row["atoms"]),
                row["label"],
                f"{row['symbol']} ({row['space_group']})",
                f"{row['probabilities'][row['label']]:.3f}",
                f"{row['trust']:.2f}",
                ",".join(marks),
            )
        )

    def add_failed(self, file: str, message: str) -> None:
        """It stands on standard error already."""

    def flush(self) -> None:
        if self.waiting in ([], [self.TITLES]):
            return  # nothing new, and no header over an empty table
        columns = zip(self.widths, *self.waiting, strict=True)
        self.widths = [max(width, *map(len, cells)) for width, *cells in columns]
        for row in self.waiting:
            cells = [
                cell.rjust(width) if title in self.RIGHT else cell.ljust(width)
                for title, cell, width in zip(self.TITLES, row, self.widths, strict=True)
            ]
            print("  ".join(cells).rstrip(), file=self.out)
        self.waiting = []
        self.out.flush()

    def close(self) -> None:
        self.flush()
        if self.notes:
            print(file=self.out)
        for note, number in self.notes.items():
            lines = wrap(note, WIDTH, initial_indent=f"{number}: ", subsequent_indent="   ")
            print("\n".join(lines), file=self.out)
        self.out.flush()


WRITERS: dict[str, type[Writer]] = {"json": JsonLines, "csv": Csv, "table": ResultTable}
