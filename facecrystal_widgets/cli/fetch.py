"""Fetch real cubic elements from AFLOW or another database.

Asks a database with an OPTIMADE interface for elements, keeps those in which
spglib finds one of the four classes, and writes a folder with one file of
extended XYZ for each, and the source of each as provenance.json and .csv.

The answers of the database are kept, so that the same command goes on where
it was interrupted. Other databases: https://providers.optimade.org

examples:
  facecrystal dataset fetch
  facecrystal dataset fetch --elements Al Fe Si -o work/three
  facecrystal dataset fetch --provider https://optimade.materialsproject.org
  facecrystal classify work/structures
"""

import argparse
import csv
import json
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .. import __version__
from .options import CommandError, Parser

if TYPE_CHECKING:
    from ..datasets.optimade.provenance import FetchedStructure, SkippedEntry

RECORD, TABLE = "provenance.json", "provenance.csv"


def add_arguments(parser: Parser) -> None:
    add, number = parser.add_argument, parser.add_number
    add("--provider", default=None, metavar="URL", help="address of the database (that of AFLOW)")
    add("--elements", nargs="+", default=[], metavar="SYMBOL", help="only these (all)")
    add("--filter", default="", metavar="TEXT", help="must hold too, in OPTIMADE's language")
    add("-o", "--output", type=Path, metavar="FOLDER", help="where to write (work/structures)")
    add("--force", action="store_true", default=False, help="overwrite an older result")
    add("--cache", type=Path, default=Path("work/optimade-cache"), help="folder (%(default)s)")
    add("--refresh", action="store_true", default=False, help="ask again for what is kept")
    number("--page-size", 1, default=100, help="entries (%(default)s)")
    number("--max-pages", 1, default=100, help="where to stop (%(default)s)")
    number("--max-megabytes", 1, default=200, help="%(default)s in all")
    number("--pause", 0, default=1, metavar="S", help="between requests (%(default)s s)")
    number("--timeout", 1, default=30, metavar="S", help="of silence (%(default)s s)")
    add("--allow-host", action="append", default=[], metavar="HOST", help="that pages may lead to")


def run(arguments: argparse.Namespace) -> int:
    """Fetch, write, and print what came and what was left out.

    The folder appears when all is there, so that no other program sees half of it.
    """
    from tqdm import tqdm

    from ..datasets.optimade.fetch import AFLOW

    target: Path = arguments.output or Path("work/structures")
    _check_target(target, arguments.force)
    target.parent.mkdir(parents=True, exist_ok=True)  # before the work, not after it
    skipped: list[SkippedEntry] = []
    remarks: list[str] = []

    def notify(text: str) -> None:
        remarks.append(text)
        tqdm.write(text, file=sys.stderr)

    # hidden, so that 'classify' passes by what a killed run leaves behind
    with tempfile.TemporaryDirectory(prefix=f".{target.name}.", dir=target.parent) as hidden:
        folder = Path(hidden, "structures")
        rows = _fetch(arguments, folder, skipped, notify)
        if not rows:
            raise CommandError(f"no structure in the four classes{_reasons(skipped)}")
        origin = {
            "made_by": f"facecrystal_widgets {__version__}, facecrystal dataset fetch",
            "provider": arguments.provider or AFLOW,
            "elements": arguments.elements,
            "filter": arguments.filter,
            "remarks": remarks,
        }
        _write_record(folder, origin, rows, skipped)
        if target.exists():
            shutil.rmtree(target)  # checked before: it holds nothing but an older result
        folder.rename(target)
    _print_summary(target, rows, skipped)
    return 0


def _fetch(
    arguments: argparse.Namespace,
    folder: Path,
    skipped: "list[SkippedEntry]",
    notify: Callable[[str], None],
) -> list[dict[str, Any]]:
    """Write the structures as they come; one row of the record for each."""
    from tqdm import tqdm

    from ..datasets.optimade.download import FetchError, RequestLimits
    from ..datasets.optimade.fetch import AFLOW, fetch_structures

    limits = RequestLimits(
        pause=arguments.pause,
        timeout=arguments.timeout,
        max_bytes=arguments.max_megabytes * 1_000_000,
        hosts=tuple(host.lower() for host in arguments.allow_host),
    )
    try:
        structures = fetch_structures(
            arguments.provider or AFLOW,
            arguments.elements,
            condition=arguments.filter,
            page_size=arguments.page_size,
            max_pages=arguments.max_pages,
            limits=limits,
            cache=arguments.cache,
            refresh=arguments.refresh,
            on_skip=skipped.append,
            notify=notify,
        )
        return _write_structures(tqdm(structures, unit=" structures", disable=None), folder)
    except FetchError as error:
        advice = "" if arguments.provider else " (another database: --provider)"
        if any(arguments.cache.glob("*.json")):
            advice += f"; the answers so far are kept in {arguments.cache} for the next attempt"
        raise CommandError(f"{error}{advice}") from error
    except ValueError as error:  # of an argument
        raise CommandError(str(error), code=2) from error


def _write_structures(
    structures: "Iterable[FetchedStructure]", folder: Path
) -> list[dict[str, Any]]:
    from hashlib import sha256

    import ase.io

    rows: list[dict[str, Any]] = []
    taken: set[str] = set()
    for structure in structures:
        name = f"{structure.label}/{_file_name(structure)}"
        if name.lower() in taken:  # the same after odd characters went, or but for capitals
            digest = sha256(structure.identifier.encode()).hexdigest()
            name = f"{name.removesuffix('.xyz')}_{digest[:12]}.xyz"
        taken.add(name.lower())
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        row = {"file": name, "label": structure.label, **asdict(structure.provenance)}
        atoms = structure.atoms.copy()
        for key in ("provider", "identifier", "url", "retrieved", "licence"):
            if row[key]:
                atoms.info[key] = row[key]
        ase.io.write(path, atoms, format="extxyz")
        rows.append(row)
    return rows


def _file_name(structure: "FetchedStructure") -> str:
    """The element and the identifier, without what a file system may refuse."""
    safe = re.sub(r"[^A-Za-z0-9.-]+", "_", structure.identifier)[:80].strip("._")
    return f"{structure.atoms.symbols[0]}_{safe}.xyz"


def _write_record(
    folder: Path, origin: dict[str, Any], rows: list[dict[str, Any]], skipped: "list[SkippedEntry]"
) -> None:
    content = {**origin, "structures": rows, "left_out": [asdict(entry) for entry in skipped]}
    (folder / RECORD).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    with (folder / TABLE).open("w", newline="", encoding="utf-8") as file:
        columns = [*rows[0], "left_out_because", "detail"]
        table = csv.DictWriter(file, columns, lineterminator="\n")
        table.writeheader()
        for row in rows:
            table.writerow({**row, "fields": json.dumps(row["fields"]) if row["fields"] else ""})
        for entry in skipped:
            where = {"identifier": entry.identifier, "url": entry.url}
            table.writerow({**where, "left_out_because": entry.reason, "detail": entry.detail})


def _check_target(target: Path, force: bool) -> None:
    """Refuse to touch what is not an older result, and that too without --force."""
    if not target.exists():
        return
    if not force:
        raise CommandError(f"{target} exists; --force overwrites it, -o takes another", code=2)
    try:
        content = json.loads((target / RECORD).read_text("utf-8"))
        written = {RECORD, TABLE, *(row["file"] for row in content["structures"])}
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise CommandError(f"{target} is no older result of this command; use -o", 2) from error
    present = {p.relative_to(target).as_posix() for p in target.rglob("*") if not p.is_dir()}
    if others := sorted(present - written):
        message = f"{target} also holds {others[0]}, which this command did not write; use -o"
        raise CommandError(message, 2)


def _counts(skipped: "list[SkippedEntry]") -> list[tuple[str, int]]:
    return Counter(entry.reason for entry in skipped).most_common()


def _reasons(skipped: "list[SkippedEntry]") -> str:
    listed = ", ".join(f"{number} × {reason}" for reason, number in _counts(skipped))
    return f"; left out: {listed}" if listed else ""


def _print_summary(target: Path, rows: list[dict[str, Any]], skipped: "list[SkippedEntry]") -> None:
    from ..crystals.classes import CLASSES

    print(f"{target}: {len(rows):,} structures from {rows[0]['provider']}")
    labels = Counter(row["label"] for row in rows)
    for known in CLASSES:
        print(f"  {known.label:<8}{known.symbol:<7}{labels[known.label]:>6}")
    if skipped:
        print(f"left out: {len(skipped):,}")
        for reason, number in _counts(skipped):
            print(f"  {number:>6}  {reason}")
    print(f"licence: {rows[0]['licence'] or 'not given by the server; ask its maintainers'}")
    print(f"next: facecrystal classify {target}")
