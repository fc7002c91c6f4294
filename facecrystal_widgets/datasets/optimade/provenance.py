"""Source and licence of a fetched structure."""

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from ase import Atoms

from .addresses import clean
from .cache import Document
from .entries import SPACE_GROUP, is_finite
from .query import Database


@dataclass(frozen=True)
class Provenance:
    """Where a structure comes from.

    Attributes
    ----------
    provider : name of the database's provider, as it gives it.
    database : address of the database.
    identifier : of the entry, unique in the database.
    immutable_id : the identifier that never changes, or None.
    url : of the entry.
    page_url : what was asked.
    retrieved : when the answer came, UTC, ISO 8601.
    sha256 : of the answer.
    api_version : of OPTIMADE, spoken by the server.
    licence : SPDX identifiers, or the address of the terms; None if the server gives none.
    last_modified : of the entry, as given, or None.
    space_group : number as given, or None. It does not decide on the class.
    fields : further fields of the provider's own (their names start with ``_``), as given.
    """

    provider: str
    database: str
    identifier: str
    immutable_id: str | None
    url: str
    page_url: str
    retrieved: str
    sha256: str
    api_version: str
    licence: str | None
    last_modified: str | None
    space_group: int | None
    fields: dict[str, str | int | float | bool] = field(default_factory=dict)


@dataclass(frozen=True, eq=False)
class FetchedStructure:
    """A structure from a database.

    Attributes
    ----------
    atoms : periodic along all axes, as given.
    identifier : of the entry, unique in the database.
    label : its class, one of `LABELS`, as spglib finds it.
    provenance : where it comes from.
    """

    atoms: Atoms
    identifier: str
    label: str
    provenance: Provenance


@dataclass(frozen=True)
class SkippedEntry:
    """An entry that was left out: a `reason` the same for all of its kind, and the details."""

    identifier: str
    url: str
    reason: str
    detail: str


def provenance_of_entry(
    name: str, given: dict[str, Any], database: Database, document: Document
) -> Provenance:
    def text(key: str) -> str | None:
        return clean(given[key]) if isinstance(given.get(key), str) else None

    number = given.get(SPACE_GROUP)
    own = {clean(key): value for key, value in given.items() if key.startswith("_")}
    return Provenance(
        provider=database.provider,
        database=database.address,
        identifier=name,
        immutable_id=text("immutable_id"),
        url=entry_url(database, name),
        page_url=document.url,
        retrieved=document.retrieved,
        sha256=document.sha256,
        api_version=database.api_version,
        licence=database.licence,
        last_modified=text("last_modified"),
        space_group=number if isinstance(number, int) else None,
        fields={
            key: clean(value) if isinstance(value, str) else value
            for key, value in own.items()
            if isinstance(value, str | bool) or is_finite(value)
        },
    )


def entry_url(database: Database, name: str) -> str:
    return f"{database.address}/structures/{quote(name, safe='')}"
