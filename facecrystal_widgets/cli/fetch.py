"""``facecrystal dataset fetch``: real structures into a folder that ``classify`` takes.

The folder appears when all is there: one file of extended XYZ for each structure, in a folder of
its class, and a record of where everything comes from, as JSON and as a table.
"""

import argparse
import csv
import json
import re
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, fields
from hashlib import sha256
from pathlib import Path
from typing import Any

from tqdm import tqdm

from .. import __version__
from ..crystals.classes import CLASSES
from ..datasets.optimade.download import FetchError, Notify, RequestLimits
from ..datasets.optimade.fetch import AFLOW, fetch_structures
from ..datasets.optimade.provenance import FetchedStructure, Provenance, SkippedEntry
from . import CommandError

RECORD, TABLE = "provenance.json", "provenance.csv"
COLUMNS = ("file", "label", *(f.name for f in fields(Provenance)), "left_out_because", "detail")


def run(arguments: argparse.Namespace) -> int:
    """Fetch, write, and say what came and what was left out."""
    target: Path = arguments.output
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
        about = {
            "made_by": f"facecrystal_widgets {__version__}, facecrystal dataset fetch",
            "provider": arguments.provider or AFLOW,
            "elements": arguments.elements,
            "filter": arguments.filter,
            "remarks": remarks,
        }
        _write_record(folder, about, rows, skipped)
        if target.exists():
            shutil.rmtree(target)  # checked before: it holds nothing but an older result
        folder.rename(target)
    _print_summary(target, rows, skipped)
    return 0


def _fetch(
    arguments: argparse.Namespace, folder: Path, skipped: list[SkippedEntry], notify: Notify
) -> list[dict[str, Any]]:
    """Write the structures as they come; one row of the record for each."""
    limits = RequestLimits(
        pause=arguments.pause,
        timeout=arguments.timeout,
        max_bytes=arguments.max_megabytes * 1_000_000,
        hosts=tuple(host.lower() for host in arguments.allow_host),
    )
    try:
        found = fetch_structures(
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
        return _write_structures(tqdm(found, unit=" structures", disable=None), folder)
    except FetchError as error:
        way_out = "" if arguments.provider else " (another database: --provider)"
        if any(arguments.cache.glob("*.json")):
            way_out += f"; the answers so far are kept in {arguments.cache} for the next attempt"
        raise CommandError(f"{error}{way_out}") from error
    except ValueError as error:
        raise CommandError(str(error), code=2) from error


def _write_structures(found: Iterable[FetchedStructure], folder: Path) -> list[dict[str, Any]]:
    import ase.io

    rows: list[dict[str, Any]] = []
    taken: set[str] = set()
    for structure in found:
        name = f"{structure.label}/{_file_name(structure)}"
        if name.lower() in taken:  # the same after odd characters went, or but for capitals
            digest = sha256(structure.identifier.encode()).hexdigest()
            name = f"{name.removesuffix('.xyz')}_{digest[:12]}.xyz"
        taken.add(name.lower())
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        made = structure.provenance
        atoms = structure.atoms.copy()
        for key in ("provider", "identifier", "url", "retrieved", "licence"):
            if getattr(made, key):
                atoms.info[key] = getattr(made, key)
        ase.io.write(path, atoms, format="extxyz")
        rows.append({"file": name, "label": structure.label, **asdict(made)})
    return rows


def _file_name(structure: FetchedStructure) -> str:
    """The element and the identifier, without what a file system may take amiss."""
    safe = re.sub(r"[^A-Za-z0-9.-]+", "_", structure.identifier)[:80].strip("._")
    return f"{structure.atoms.symbols[0]}_{safe}.xyz"


def _write_record(
    folder: Path, about: dict[str, Any], rows: list[dict[str, Any]], skipped: list[SkippedEntry]
) -> None:
    content = {**about, "structures": rows, "left_out": [asdict(entry) for entry in skipped]}
    (folder / RECORD).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    with (folder / TABLE).open("w", newline="", encoding="utf-8") as file:
        table = csv.DictWriter(file, COLUMNS, lineterminator="\n")
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
        ours = {RECORD, TABLE, *(row["file"] for row in content["structures"])}
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise CommandError(f"{target} is no older result of this command; use -o", 2) from error
    found = {p.relative_to(target).as_posix() for p in target.rglob("*") if not p.is_dir()}
    if others := sorted(found - ours):
        raise CommandError(f"{target} also holds {others[0]}, which is not ours; use -o", code=2)


def _counted(skipped: list[SkippedEntry]) -> list[tuple[str, int]]:
    return Counter(entry.reason for entry in skipped).most_common()


def _reasons(skipped: list[SkippedEntry]) -> str:
    words = ", ".join(f"{number} × {reason}" for reason, number in _counted(skipped))
    return f"; left out: {words}" if words else ""


def _print_summary(target: Path, rows: list[dict[str, Any]], skipped: list[SkippedEntry]) -> None:
    print(f"{target}: {len(rows):,} structures from {rows[0]['provider']}")
    labels = Counter(row["label"] for row in rows)
    for known in CLASSES:
        print(f"  {known.label:<8}{known.symbol:<7}{labels[known.label]:>6}")
    if skipped:
        print(f"left out: {len(skipped):,}")
        for reason, number in _counted(skipped):
            print(f"  {number:>6}  {reason}")
    print(f"licence: {rows[0]['licence'] or 'not given by the server; ask its people'}")
    print(f"next: facecrystal classify {target}")
