"""Real structures: cubic elements from AFLOW or any database that speaks OPTIMADE (optimade.org).

The paper took its structures from AFLOWLIB (Methods, "Dataset"). The database is asked for elements
only, and for the four space groups where it knows space groups; whether an entry is fcc, diamond,
bcc or sc is decided here, by spglib, as for any other structure.
"""

import logging
import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

from ase.data import atomic_numbers

from ...arguments import check_whole_number
from .addresses import clean, host_of
from .cache import Document, DocumentCache
from .documents import (
    api_version,
    check_info,
    check_list,
    check_properties,
    dictionary,
    link,
    next_link,
)
from .download import Downloader, FetchError, LimitReached, Notify, RequestLimits
from .entries import SPACE_GROUP, EntryError, attributes, crystal_class, entry_atoms, identifier
from .provenance import FetchedStructure, SkippedEntry, entry_url, provenance_of_entry
from .query import Database, Query, database_address

AFLOW = "https://aflow.org/API/optimade/"
"""As listed at https://providers.optimade.org, where the addresses of the others stand too."""
MAX_WARNINGS = 3

log = logging.getLogger(__name__)


def fetch_structures(
    provider: str = AFLOW,
    elements: Sequence[str] = (),
    *,
    condition: str = "",
    page_size: int = 100,
    max_pages: int = 100,
    limits: RequestLimits | None = None,
    cache: str | os.PathLike[str] | None = None,
    refresh: bool = False,
    on_skip: Callable[[SkippedEntry], None] | None = None,
    notify: Notify = log.info,
) -> Iterator[FetchedStructure]:
    """Elements in one of the four classes from an OPTIMADE database, one by one as they come.

    Parameters
    ----------
    provider : address of the database, with or without its version.
    elements : chemical symbols; empty for all.
    condition : an OPTIMADE filter that must hold besides, e.g. ``'nsites<=8'``.
    page_size : entries asked for at a time; databases allow different numbers.
    max_pages : where to stop, however many there are.
    limits : pauses, time limits, and how much may be read; the defaults if None.
    cache : folder for the answers, one file each. Work that was interrupted goes on from there,
        and finished work is repeated without a network. None for no cache.
    refresh : ask again for what the cache holds.
    on_skip : is called with every entry that is left out.
    notify : receives a sentence on everything that does not go smoothly, and on why the work ends
        before the database does.

    Raises
    ------
    ValueError
        for an argument that makes no sense, at once.
    FetchError
        when the server cannot be reached, gives up, or sends nonsense; what it has sent is in the
        cache.

    Examples
    --------
    Aluminium and iron, as a list (needs a network)::

        from facecrystal_widgets.datasets.optimade.fetch import fetch_structures

        found = list(fetch_structures(elements=["Al", "Fe"], cache="work/optimade-cache"))
        print(found[0].label, found[0].provenance.url)
    """
    elements = (elements,) if isinstance(elements, str) else tuple(elements)
    for element in elements:
        if atomic_numbers.get(element, 0) == 0:
            raise ValueError(f"elements: expected chemical symbols, received {element!r}")
    address = database_address(provider)
    query = Query(
        elements,
        condition,
        check_whole_number("page_size", page_size, 1, 10_000),
        check_whole_number("max_pages", max_pages, 1, 1_000_000),
    )
    kept = None if cache is None else DocumentCache(Path(cache))
    downloader = Downloader(address, limits or RequestLimits(), kept, refresh, notify)
    return _structures(downloader, query, on_skip or (lambda entry: None))


def _structures(
    downloader: Downloader, query: Query, on_skip: Callable[[SkippedEntry], None]
) -> Iterator[FetchedStructure]:
    """The structures of all pages, until the server has no more or brings nothing new."""
    seen: set[str] = set()
    with downloader:
        database = _introduction(downloader)
        for document in _pages(downloader, database, query):
            before = len(seen)
            for entry in document.content["data"]:
                name = ""
                try:
                    name = identifier(entry)
                    if name in seen:
                        raise EntryError("sent more than once")
                    seen.add(name)
                    atoms = entry_atoms(entry, query.elements)
                    label = crystal_class(atoms)
                except EntryError as error:
                    url = entry_url(database, name)
                    on_skip(SkippedEntry(name, url, error.reason, error.detail))
                    continue
                made = provenance_of_entry(name, attributes(entry), database, document)
                yield FetchedStructure(atoms, name, label, made)
            if len(seen) == before and next_link(document.content):
                downloader.notify(
                    "stopped: the server links to further pages that hold nothing new"
                )
                return


def _introduction(downloader: Downloader) -> Database:
    """What the server says of itself, and whether its entries have a space group."""
    home = downloader.home
    content = downloader.get(f"{home}/info", check_info).content
    about = content["data"]["attributes"]
    meta = dictionary(content.get("meta"))
    provider = dictionary(meta.get("provider")).get("name")
    licences = about.get("available_licenses_for_entries") or about.get("available_licenses")
    named = ", ".join(map(clean, licences)) if isinstance(licences, list) else ""
    try:
        listed = downloader.get(f"{home}/info/structures", check_properties).content["data"]
        knows_space_groups = SPACE_GROUP in listed["properties"]
    except FetchError as error:
        downloader.notify(f"the properties of its entries are not known: {error}")
        knows_space_groups = False
    return Database(
        address=home,
        provider=clean(provider) if isinstance(provider, str) else host_of(home),
        api_version=api_version(content),
        licence=named or clean(link(about.get("license")) or "") or None,
        knows_space_groups=knows_space_groups,
    )


def _pages(downloader: Downloader, database: Database, query: Query) -> Iterator[Document]:
    """The pages of the list, each after the one before was used."""
    warned: set[str] = set()
    number = 1
    try:
        document = _first_page(downloader, database, query)
        if document.cached:
            downloader.notify(f"answers kept since {document.retrieved} are used")
        while True:
            _listen(downloader, document.content, warned)
            yield document
            following = next_link(document.content)
            if following is None:
                break
            if number == query.max_pages:
                downloader.notify(
                    f"stopped after {number} pages, the limit set; the server has more"
                )
                return
            number += 1
            url = downloader.admitted(following, document.url)
            document = downloader.get(url, check_list)
    except LimitReached as error:
        downloader.notify(str(error))
        return
    if dictionary(document.content.get("meta")).get("more_data_available") is True:
        downloader.notify("the server says that it has more, but gives no link to it")


def _first_page(downloader: Downloader, database: Database, query: Query) -> Document:
    """The first page, filtered by space group if the server can."""
    if database.knows_space_groups:
        try:
            url = query.url(database, by_space_group=True)
            document = downloader.get(url, check_list)
            if document.content["data"]:
                return document
            reason = "it found none"
        except LimitReached:
            raise
        except FetchError as error:
            if error.status is None:
                raise
            reason = str(error)
        downloader.notify(f"not filtered by space group ({reason}); asking for all of them")
    return downloader.get(query.url(database, by_space_group=False), check_list)


def _listen(downloader: Downloader, content: dict[str, Any], warned: set[str]) -> None:
    """Heed the pause that a server asks for, and pass on its warnings, each once."""
    meta = dictionary(content.get("meta"))
    delay, limits = meta.get("request_delay"), downloader.limits
    if isinstance(delay, int | float) and delay > 0:
        downloader.pause = max(limits.pause, min(delay, limits.longest_wait))
    warnings = meta.get("warnings")
    for warning in warnings if isinstance(warnings, list) else []:
        words = clean(dictionary(warning).get("detail", ""))
        if words and words not in warned and len(warned) < MAX_WARNINGS:
            warned.add(words)
            downloader.notify(f"the server warns: {words}")
