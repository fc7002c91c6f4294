"""Structures from a database: what comes, what is left out, and how a bad server is borne."""

import csv
import errno
import gzip
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from email.utils import formatdate
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import numpy as np
import pytest
from ase import Atoms
from optimade_server import (
    SPACE_GROUP,
    Database,
    Reply,
    breaks_off,
    drips,
    elements,
    entry,
    fails,
    hangs,
    optimade_server,
    redirects,
    sends,
)

from facecrystal_widgets.cli import main
from facecrystal_widgets.crystals.prototypes import prototype
from facecrystal_widgets.datasets.optimade import download
from facecrystal_widgets.datasets.optimade.download import FetchError, RequestLimits
from facecrystal_widgets.datasets.optimade.fetch import AFLOW, fetch_structures
from facecrystal_widgets.datasets.optimade.provenance import FetchedStructure, SkippedEntry
from facecrystal_widgets.datasets.optimade.query import database_address
from facecrystal_widgets.reading.structures import read_structure

FOUR = (("fcc", "Al"), ("diamond", "Si"), ("bcc", "Fe"), ("sc", "Po"))
SEVEN = (*FOUR, ("fcc", "Cu"), ("bcc", "W"), ("diamond", "Ge"))
PROGRAM = (sys.executable, "-m", "facecrystal_widgets")
QUICK: dict[str, Any] = {"pause": 0, "timeout": 20}


@pytest.fixture
def serve() -> Iterator[Callable[..., Database]]:
    """Serves databases until the test is over."""
    from contextlib import ExitStack

    with ExitStack() as stack:
        yield lambda *args, **given: stack.enter_context(optimade_server(Database(*args, **given)))


@pytest.fixture
def waits(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """How long the downloads would have waited each time; they do not."""
    found: list[float] = []
    clock = SimpleNamespace(sleep=found.append, monotonic=time.monotonic, time=time.time)
    monkeypatch.setattr(download, "time", clock)
    return found


SHORT: dict[Reply, float] = {hangs: 0.5, drips: 0.2}
"""Time-outs for servers that keep one waiting."""


class Fetched:
    """All that one call gave and said."""

    def __init__(self, database: Database, wanted: Any = (), **options: Any) -> None:
        self.skipped: list[SkippedEntry] = []
        self.said: list[str] = []
        limits = RequestLimits(**(QUICK | options.pop("limits", {})))
        self.structures: list[FetchedStructure] = list(
            fetch_structures(
                database.home,
                wanted,
                limits=limits,
                on_skip=self.skipped.append,
                notify=self.said.append,
                **options,
            )
        )

    @property
    def names(self) -> list[str]:
        return [structure.identifier for structure in self.structures]

    @property
    def reasons(self) -> list[str]:
        return [entry.reason for entry in self.skipped]


def asked_filters(database: Database) -> list[str]:
    return [parse_qs(urlsplit(path).query)["filter"][0] for path in database.asked]


# what comes


def test_four_classes_with_all_that_is_known_of_them(serve: Any) -> None:
    database = serve(
        elements(*FOUR, _tst_method="DFT", _tst_tags=["not", "scalar"], _tst_gap=float("nan")),
        info={"available_licenses": ["CC-BY-4.0"], "license": "https://terms.example/"},
    )
    found = Fetched(database)
    assert [s.label for s in found.structures] == [label for label, _ in FOUR]
    assert (found.skipped, found.said) == ([], [])
    for structure, (label, symbol) in zip(found.structures, FOUR, strict=True):
        original = prototype(label, symbol)
        assert np.array_equal(structure.atoms.positions, original.positions)
        assert np.array_equal(structure.atoms.cell, original.cell)
        assert structure.atoms.pbc.all()
        assert str(structure.atoms.symbols) == str(original.symbols)
    made = found.structures[2].provenance
    assert made.provider == "Test crystals"
    assert made.database == f"{database.home}/v1"
    assert made.url == f"{database.home}/v1/structures/tst%3A2"
    assert (made.identifier, made.immutable_id) == ("tst:2", "tst:2@1")
    assert made.last_modified == "2020-01-01T00:00:00Z"
    assert made.page_url == database.address + database.asked[0]
    assert abs(time.time() - np.datetime64(made.retrieved[:19]).astype(float)) < 60
    assert (made.api_version, made.licence, made.space_group) == ("1.1.0", "CC-BY-4.0", None)
    assert made.fields == {"_tst_method": "DFT"}
    assert len(made.sha256) == 64
    assert all(agent.startswith("facecrystal_widgets/") for agent in database.agents)


def test_the_licence_may_be_a_link_or_for_single_entries(serve: Any) -> None:
    linked = serve(elements(*FOUR), info={"license": {"href": "https://terms.example/"}})
    assert Fetched(linked).structures[0].provenance.licence == "https://terms.example/"
    single = serve(
        elements(*FOUR),
        info={"available_licenses": [], "available_licenses_for_entries": ["CC0-1.0"]},
    )
    assert Fetched(single).structures[0].provenance.licence == "CC0-1.0"


@pytest.mark.parametrize(
    "link",
    [
        lambda address: address,
        lambda address: address and {"href": address, "meta": {}},
        lambda address: address and "structures?" + urlsplit(address).query,
        lambda address: address and address.replace("http:", "HTTP:") + "#here",
    ],
    ids=["text", "object", "relative", "odd"],
)
def test_all_pages_in_order(serve: Any, link: Any) -> None:
    database = serve(elements(*SEVEN), link=link)
    assert Fetched(database, page_size=3).names == [f"tst:{i}" for i in range(7)]
    assert len(database.asked) == 3


def test_only_the_elements_asked_for(serve: Any) -> None:
    database = serve(elements(*SEVEN))
    assert Fetched(database, ["Cu", "W"]).names == ["tst:4", "tst:5"]
    assert Fetched(database, "Ge").names == ["tst:6"]
    assert Fetched(database, condition="nsites<=1").names == ["tst:3"]
    assert asked_filters(database) == [
        'nelements=1 AND elements HAS ANY "Cu","W"',
        'nelements=1 AND elements HAS ANY "Ge"',
        "nelements=1 AND (nsites<=1)",
    ]


def test_a_server_that_ignores_the_filter_is_filtered_here(serve: Any) -> None:
    rock_salt = Atoms("NaCl", [[0, 0, 0], [2, 2, 2]], cell=[4, 4, 4])
    salt = entry("salt", rock_salt, nelements=1)  # both say that they fit
    copper = entry("copper", prototype("fcc", "Cu"), elements=["Al"])
    found = Fetched(serve([salt, copper, *elements(("fcc", "Al"))]), ["Al", "Na"])
    assert found.names == ["tst:0"]
    assert [(e.identifier, e.reason, e.detail) for e in found.skipped] == [
        ("salt", "another composition than asked for", "Cl, Na"),
        ("copper", "another composition than asked for", "Cu"),
    ]


# space groups


def with_groups(*numbers: int | None) -> list[dict[str, Any]]:
    entries = elements(*FOUR)
    for one, number in zip(entries, numbers, strict=True):
        one["attributes"][SPACE_GROUP] = number
    return entries


def test_the_server_filters_by_space_group_where_it_can(serve: Any) -> None:
    database = serve(with_groups(225, 227, 166, 221), properties=(SPACE_GROUP,))
    found = Fetched(database)
    assert found.names == ["tst:0", "tst:1", "tst:3"]
    assert [s.provenance.space_group for s in found.structures] == [225, 227, 221]
    assert f"({SPACE_GROUP}=225 OR {SPACE_GROUP}=227 OR" in asked_filters(database)[0]
    assert found.said == []


def test_a_server_that_cannot_is_asked_without(serve: Any) -> None:
    refusing = serve(elements(*FOUR), properties=(SPACE_GROUP,), filters_space_groups=False)
    found = Fetched(refusing)
    assert len(found.structures) == 4
    assert "is not implemented" in found.said[0]
    empty = serve(with_groups(None, None, None, None), properties=(SPACE_GROUP,))
    found = Fetched(empty)
    assert len(found.structures) == 4
    assert "found none" in found.said[0]
    silent = serve(elements(*FOUR), properties=None)
    found = Fetched(silent)
    assert len(found.structures) == 4
    assert "no properties" in found.said[0]


def test_other_lattices_are_left_out_by_spglib_whatever_the_server_says(serve: Any) -> None:
    hexagonal = Atoms(
        "Mg2",
        scaled_positions=[[1 / 3, 2 / 3, 0.25], [2 / 3, 1 / 3, 0.75]],
        cell=[3.2, 3.2, 5.2, 90, 90, 120],
    )
    many = prototype("bcc", "W") * (2, 2, 2)
    many.positions[0] += 0.3
    a15 = Atoms(
        "W8",
        scaled_positions=[
            [0, 0, 0],
            [0.5, 0.5, 0.5],
            [0.25, 0, 0.5],
            [0.75, 0, 0.5],
            [0.5, 0.25, 0],
            [0.5, 0.75, 0],
            [0, 0.5, 0.25],
            [0, 0.5, 0.75],
        ],
        cell=[5.05] * 3,
    )
    clathrate = Atoms(
        "Po8",
        scaled_positions=[[x, y, z] for x in (0.2, 0.8) for y in (0.2, 0.8) for z in (0.2, 0.8)],
        cell=[6.5] * 3,
    )
    given = {"space_group_it_number": 225}
    entries = [
        entry(n, a, **given)
        for n, a in (("hcp", hexagonal), ("bent", many), ("a15", a15), ("cage", clathrate))
    ]
    found = Fetched(serve(entries, properties=(SPACE_GROUP,)))
    assert found.names == []
    assert [(e.identifier, e.reason, e.detail) for e in found.skipped] == [
        ("hcp", "another space group than the four", "P6_3/mmc"),
        ("bent", "another space group than the four", "R3m"),
        ("a15", "another space group than the four", "Pm-3n"),
        (
            "cage",
            "one of the four space groups, but not fcc, diamond, bcc or sc",
            "Pm-3m, 8 atoms in the conventional cell",
        ),
    ]


# entries that give no crystal

HOLES = {"chemical_symbols": ["Fe", "vacancy"], "concentration": [0.9, 0.1]}
ALLOY = {"chemical_symbols": ["Fe", "Cr"], "concentration": [0.7, 0.3]}
IRON = {"name": "Fe", "chemical_symbols": ["Fe"], "concentration": [1.0]}
VACANT = "disordered: sites that are partly vacant"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"lattice_vectors": None}, "no lattice vectors"),
        ({"lattice_vectors": [[None] * 3] * 3}, "lattice vectors that are not three finite"),
        ({"lattice_vectors": [[1, 0, 0], [0, 1, 0]]}, "numbers of vectors"),
        ({"lattice_vectors": [[1, 0, 0]] * 3}, "a structure that cannot be used"),
        ({"cartesian_site_positions": None}, "no positions"),
        ({"cartesian_site_positions": [[0, 0, 0], None]}, "positions that are not three finite"),
        ({"cartesian_site_positions": [[0, 0, 0], [0, 0, "1"]]}, "positions that are not three"),
        ({"cartesian_site_positions": [[0, 0, 0], [0, 0, 10**400]]}, "positions that are not"),
        ({"cartesian_site_positions": [[0, 0, 0], [0, 0, float("nan")]]}, "positions that are not"),
        ({"cartesian_site_positions": [[0, 0, 0]]}, "numbers of vectors"),
        ({"cartesian_site_positions": [[0, 0, 0]] * 2}, "a structure that cannot be used"),
        ({"species_at_sites": None}, "no species"),
        ({"species_at_sites": ["Fe", 7]}, "a site whose species is not defined"),
        ({"species": [IRON | {"name": "iron"}]}, "a site whose species is not defined"),
        ({"species": []}, "no species"),
        ({"species": [{"name": "Fe"}]}, "a species without symbols"),
        ({"species": [IRON | {"concentration": ["1"]}]}, "a species without symbols"),
        ({"species": [IRON | {"chemical_symbols": ["Fe", "Cr"]}]}, "a species without symbols"),
        ({"species": [IRON | ALLOY]}, "disordered: sites shared by several species"),
        ({"species": [IRON | HOLES]}, VACANT),
        ({"species": [IRON | {"concentration": [0.8]}]}, VACANT),
        ({"species": [IRON | {"chemical_symbols": ["vacancy"]}]}, VACANT),
        ({"species": [IRON | {"chemical_symbols": ["X"]}]}, "an unknown element"),
        ({"species": [IRON | {"chemical_symbols": [{}]}]}, "an unknown element"),
        ({"species": [IRON | {"attached": ["H"], "nattached": [1]}]}, "atoms attached to a site"),
        ({"dimension_types": [1, 1, 0]}, "not periodic in three dimensions"),
        ({"structure_features": ["implicit_atoms"]}, "atoms that are not listed"),
        ({"structure_features": ["assemblies"]}, "disordered: assemblies"),
    ],
)
def test_what_gives_no_crystal_is_left_out_with_the_reason(
    serve: Any, changes: dict[str, Any], reason: str
) -> None:
    found = Fetched(serve([entry("bad", prototype("bcc", "Fe"), **changes), *elements(*FOUR)]))
    assert len(found.structures) == 4
    assert [e.identifier for e in found.skipped] == ["bad"]
    assert found.reasons[0].startswith(reason)


def test_traces_and_names_of_species_do_not_matter(serve: Any) -> None:
    kind = {"name": "site 1", "chemical_symbols": ["Fe", "Cr"], "concentration": [1.0, 0.0]}
    one = entry("pure", prototype("bcc", "Fe"), species=[kind], species_at_sites=["site 1"] * 2)
    one["attributes"]["dimension_types"] = None
    assert Fetched(serve([one])).names == ["pure"]


@pytest.mark.parametrize(
    "nonsense",
    [
        None,
        7,
        "tst:0",
        {},
        {"id": ""},
        {"id": "a\nb"},
        {"id": "x" * 300},
        {"id": "a"},
        {"id": "a", "type": "structures"},
        {"id": "a", "type": "references", "attributes": {}},
    ],
    ids=str,
)
def test_nonsense_among_the_entries_is_passed_by(serve: Any, nonsense: Any, waits: Any) -> None:
    good = elements(("fcc", "Al"))
    body = json.dumps({"data": [nonsense, *good, *good], "meta": None, "links": []}).encode()
    found = Fetched(serve([], faults=[sends(body)]))
    assert found.names == ["tst:0"]
    assert len(found.skipped) == 2
    assert found.reasons[1] == "sent more than once"


# servers that fail for a while


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_passing_error_is_waited_out(serve: Any, waits: list[float], status: int) -> None:
    found = Fetched(serve(elements(*FOUR), faults=[fails(status)] * 3))
    assert len(found.structures) == 4
    growing = [wait for wait in waits if wait]
    assert [round(np.log2(wait)) for wait in growing] == [0, 1, 2]
    assert len(found.said) == 3
    assert all(f"answered {status}" in text for text in found.said)


def test_the_wait_that_a_server_asks_for(serve: Any, waits: list[float]) -> None:
    date = formatdate(time.time() + 50, usegmt=True)
    faults = [fails(429, Retry_After=wish) for wish in ("17", date, "?")]
    assert len(Fetched(serve(elements(*FOUR), faults=faults)).structures) == 4
    seconds, until, own = [wait for wait in waits if wait]
    assert seconds == 17
    assert 40 < until < 51
    assert 3 <= own <= 5  # the third wait of our own


@pytest.mark.parametrize("seconds", [3_600, 604_800])
def test_a_server_that_asks_for_too_much_patience(
    serve: Any, waits: list[float], seconds: int
) -> None:
    database = serve(elements(*FOUR), faults=[fails(429, Retry_After=str(seconds))])
    with pytest.raises(FetchError, match=f"asks to be left alone for {seconds:,} s"):
        Fetched(database)
    assert len(database.asked) == 1


@pytest.mark.parametrize("wish", ["9" * 5_000, "Mon, 01 Jan 99999 00:00:00 GMT", "", "-1"])
def test_a_wait_that_cannot_be_read_is_replaced_by_ours(
    serve: Any, waits: list[float], wish: str
) -> None:
    assert len(Fetched(serve(elements(*FOUR), faults=[fails(429, Retry_After=wish)])).names) == 4
    (wait,) = [wait for wait in waits if wait]
    assert 1 <= wait < 1.5


def test_no_wait_is_shorter_than_the_pause(serve: Any, waits: list[float]) -> None:
    faults = [fails(503), fails(503, Retry_After="2")]
    found = Fetched(serve(elements(*FOUR), faults=faults), limits={"pause": 6})
    assert [text.partition("; ")[2] for text in found.said] == ["trying again in 6.0 s"] * 2
    assert waits == [6] * 4


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (hangs, "was silent for 0.5 s"),
        (breaks_off, "broke off"),
        (drips, "sends too slowly"),
        (sends(b'{"data": [{"id"'), "no valid JSON"),
        (sends(b"\xff\xfe"), "no valid JSON"),
        (sends(b"[" * 100_000), "no valid JSON"),
        (sends(b"garbage", Content_Encoding="gzip"), "broke off"),
    ],
)
def test_what_breaks_once_is_asked_again(
    serve: Any, waits: list[float], fault: Reply, words: str
) -> None:
    database = serve(elements(*FOUR), faults=[fault])
    found = Fetched(database, limits={"timeout": SHORT.get(fault, 20)})
    assert len(found.structures) == 4
    assert len(database.asked) == len(found.said) + 1
    assert words in found.said[0]


@pytest.mark.parametrize("fault", [fails(500), hangs, breaks_off, sends(b"{")])
def test_what_stays_broken_is_given_up(serve: Any, waits: list[float], fault: Reply) -> None:
    database = serve(elements(*FOUR), faults=[fault] * 9)
    with pytest.raises(FetchError, match="also at attempt 3 of 3"):
        Fetched(database, limits={"tries": 3, "timeout": SHORT.get(fault, 20)})
    assert len(database.asked) == 3


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (sends(b"<!DOCTYPE html><p>Maintenance", "text/html"), "web page"),
        (sends(b"[]"), "a JSON list, no object"),
        (sends(b'{"data": {"id": 1}}'), "no list of entries"),
        (sends(b'{"meta": {}}'), "no list of entries"),
        (sends(b'{"errors": [{"detail": "too\\nbusy"}, 7]}'), r"no list of entries.*\(too busy\)"),
        (fails(404), "404 Not Found"),
        (fails(553), "553"),
    ],
)
def test_nonsense_ends_the_work_at_once(serve: Any, fault: Reply, words: str) -> None:
    database = serve(elements(*FOUR), faults=[fault])
    with pytest.raises(FetchError, match=words):
        Fetched(database)
    assert len(database.asked) == 1


def test_a_page_size_that_is_refused(serve: Any) -> None:
    with pytest.raises(FetchError, match=r"403 Forbidden \(page_limit: 10 is the largest\)"):
        Fetched(serve(elements(*FOUR), largest_page=10))


def test_pauses_between_requests(serve: Any, waits: list[float]) -> None:
    Fetched(serve(elements(*SEVEN)), page_size=3, limits={"pause": 1.5})
    assert waits == [1.5] * 4  # not before the first of five
    waits.clear()
    Fetched(serve(elements(*SEVEN), meta={"request_delay": 4}), page_size=3)
    assert waits == [0, 0, 4, 4]
    waits.clear()
    Fetched(serve(elements(*SEVEN), meta={"request_delay": 1e9}), page_size=4)
    assert waits == [0, 0, RequestLimits().longest_wait]


def test_warnings_of_the_server_are_passed_on_once(serve: Any) -> None:
    warnings = [{"type": "warning", "detail": "be\x1b[2J careful"}, "nonsense"]
    found = Fetched(serve(elements(*SEVEN), meta={"warnings": warnings}), page_size=3)
    assert found.said == ["the server warns: be[2J careful"]


# servers that would have us go on for ever, or elsewhere


def test_links_that_go_in_circles(serve: Any) -> None:
    database = serve(elements(*FOUR))
    database.link = lambda address: database.address + database.asked[0]
    found = Fetched(database)
    assert len(found.structures) == 4
    assert found.reasons == ["sent more than once"] * 4
    assert found.said == ["stopped: the server links to further pages that hold nothing new"]


def test_links_that_never_end(serve: Any) -> None:
    fresh = iter(range(10**6))

    def page(handler: Any) -> None:
        number = next(fresh)
        one = elements(("fcc", "Al"))[0] | {"id": f"no {number}"}
        link = f"{handler.database.home}/v1/structures?page={number}"
        handler.send_document({"data": [one], "links": {"next": link}})

    database = serve([], faults=[page] * 100)
    found = Fetched(database, max_pages=6)
    assert len(found.structures) == len(database.asked) == 6
    assert found.said == ["stopped after 6 pages, the limit set; the server has more"]


def test_more_without_a_link_is_said(serve: Any) -> None:
    found = Fetched(serve(elements(*SEVEN), link=lambda address: None), page_size=3)
    assert len(found.structures) == 3
    assert found.said == ["the server says that it has more, but gives no link to it"]


def test_a_link_to_another_host_is_not_followed_unasked(serve: Any) -> None:
    other = serve(elements(*SEVEN))
    database = serve(elements(*SEVEN))
    database.link = lambda address: address and address.replace(database.address, other.address)
    place = urlsplit(other.address).netloc
    with pytest.raises(FetchError, match=f"another host, {place}; .* --allow-host {place}"):
        Fetched(database, page_size=4)
    assert other.asked == []
    found = Fetched(database, page_size=4, limits={"hosts": (place,)})
    assert len(found.structures) == 7
    assert found.said == [f"going on at {place}"]
    assert len(other.asked) == 1


@pytest.mark.parametrize(
    "address",
    [
        "file:///etc/passwd",
        "ftp://a.org/x",
        "https://me:secret@a.org/",
        "http://[::1",
        "http://a:b/",
    ],
)
def test_a_link_to_no_web_page_is_refused(serve: Any, address: str) -> None:
    database = serve(elements(*SEVEN), link=lambda true: true and address)
    with pytest.raises(FetchError, match="links to no usable address"):
        Fetched(database, page_size=4)


def test_redirects(serve: Any) -> None:
    other = serve(elements(*FOUR))
    database = serve(elements(*FOUR))
    database.faults += [redirects("structures?filter=nelements=1&page_limit=5&response_fields=x")]
    assert Fetched(database).reasons == ["no species"] * 4
    database.faults += [redirects(f"{other.home}/v1/structures")]
    with pytest.raises(FetchError, match="another host"):
        Fetched(database)
    database.faults += [redirects("structures")] * 9
    with pytest.raises(FetchError, match="redirects again and again"):
        Fetched(database)
    assert other.asked == []


def test_no_more_is_read_than_allowed(serve: Any) -> None:
    def long(handler: Any) -> None:
        handler.send_bytes(b" " * 2_000_000)

    database = serve(elements(*SEVEN), faults=[lambda handler: handler.send_page(), long])
    found = Fetched(database, page_size=3, limits={"max_bytes": 1_000_000})
    assert len(found.structures) == 3
    assert found.said == ["stopped at 1 MB in all, the limit set"]


def test_a_packed_flood_is_not_unpacked(serve: Any) -> None:
    flood = gzip.compress(b" " * 50_000_000)
    assert len(flood) < 100_000
    database = serve([], faults=[sends(flood, Content_Encoding="gzip")])
    found = Fetched(database, limits={"max_bytes": 1_000_000})
    assert found.structures == []
    assert found.said == ["stopped at 1 MB in all, the limit set"]


def test_packed_answers_are_unpacked(serve: Any) -> None:
    body = gzip.compress(json.dumps({"data": elements(*FOUR)}).encode())
    assert len(Fetched(serve([], faults=[sends(body, Content_Encoding="gzip")])).structures) == 4


# addresses and arguments


@pytest.mark.parametrize(
    ("given", "address"),
    [
        (AFLOW, "https://aflow.org/API/optimade/v1"),
        ("https://a.org", "https://a.org/v1"),
        ("http://a.org:81/optimade/v1/", "http://a.org:81/optimade/v1"),
        ("https://a.org/v1.1/structures?filter=x", "https://a.org/v1.1"),
        ("https://a.org/v2x", "https://a.org/v2x/v1"),
    ],
)
def test_the_address_of_a_database(given: str, address: str) -> None:
    assert database_address(given) == address


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"provider": "aflow"}, "provider: expected an address with http://"),
        ({"provider": "file:///a"}, "provider: expected an address with http://"),
        ({"provider": "https://me@a.org"}, "provider: expected an address without user name"),
        ({"elements": ["Al", "Xx"]}, "elements: expected chemical symbols, received 'Xx'"),
        ({"elements": "X"}, "elements: expected chemical symbols"),
        ({"page_size": 0}, "page_size: expected a whole number"),
        ({"max_pages": 0}, "max_pages: expected a whole number"),
    ],
)
def test_arguments_without_sense_are_refused_at_once(arguments: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        fetch_structures(**arguments)


@pytest.mark.parametrize(
    ("info", "words"),
    [
        ({"is_index": True}, "an index of databases"),
        ({"api_version": "0.10.1"}, r"speaks OPTIMADE 0\.10\.1; version 1 is needed"),
        ({"api_version": 1}, "version 1 is needed"),
    ],
)
def test_what_is_no_database_is_refused(serve: Any, info: Any, words: str) -> None:
    database = serve(elements(*FOUR), info=info)
    with pytest.raises(FetchError, match=words):
        Fetched(database)
    assert database.asked == []


def test_without_a_network_it_ends_at_once(waits: list[float]) -> None:
    with optimade_server(Database([])) as database:
        pass
    with pytest.raises(FetchError, match=r"127\.0\.0\.1 cannot be reached \(Connection refused\)"):
        Fetched(database)
    with pytest.raises(FetchError, match=r"nowhere\.invalid cannot be reached .* is there a net"):
        list(fetch_structures("https://nowhere.invalid/optimade"))
    assert waits == []


# the cache


def test_what_was_read_is_not_asked_for_again(serve: Any, tmp_path: Path) -> None:
    database = serve(elements(*SEVEN))
    first = Fetched(database, page_size=3, cache=tmp_path)
    assert len(list(tmp_path.iterdir())) == 5
    database.entries = []
    again = Fetched(database, page_size=3, cache=tmp_path)
    assert len(database.asked) == 3
    assert [s.provenance for s in again.structures] == [s.provenance for s in first.structures]
    assert again.said == [f"answers kept since {first.structures[0].provenance.retrieved} are used"]
    fresh = Fetched(database, page_size=3, cache=tmp_path, refresh=True)
    assert fresh.structures == []
    assert Fetched(database, page_size=3, cache=tmp_path).structures == []


def test_the_cache_works_without_the_server(tmp_path: Path) -> None:
    with optimade_server(Database(elements(*SEVEN))) as database:
        Fetched(database, cache=tmp_path)
    assert len(Fetched(database, cache=tmp_path).structures) == 7


@pytest.mark.parametrize("damage", [b"", b"{}", b"[]", b"\xff", None])
def test_a_damaged_file_is_asked_for_again(serve: Any, tmp_path: Path, damage: Any) -> None:
    database = serve(elements(*SEVEN))
    Fetched(database, page_size=3, cache=tmp_path)
    for path in tmp_path.iterdir():
        content = path.read_bytes()
        path.write_bytes(content.replace(b"Al", b"Cu") if damage is None else damage)
    found = Fetched(database, page_size=3, cache=tmp_path)
    assert [str(s.atoms.symbols[0]) for s in found.structures] == [symbol for _, symbol in SEVEN]
    assert any("is damaged" in text for text in found.said)


def test_nonsense_is_not_kept(serve: Any, tmp_path: Path) -> None:
    database = serve(elements(*FOUR), faults=[sends(b'{"data": "nothing"}')])
    with pytest.raises(FetchError):
        Fetched(database, cache=tmp_path)
    assert len(Fetched(database, cache=tmp_path).structures) == 4


def test_interrupted_work_goes_on_where_it_stopped(serve: Any, tmp_path: Path) -> None:
    database = serve(elements(*SEVEN))
    found = fetch_structures(
        database.home, page_size=2, limits=RequestLimits(**QUICK), cache=tmp_path
    )
    assert [next(found).identifier for _ in range(3)] == ["tst:0", "tst:1", "tst:2"]
    found.close()  # type: ignore[attr-defined]
    assert len(database.asked) == 2
    assert len(Fetched(database, page_size=2, cache=tmp_path).structures) == 7
    assert len(database.asked) == 4


# the command


def command(database: Database, tmp_path: Path, *words: object) -> list[str]:
    given = ["--provider", database.home, "--cache", tmp_path / "cache", "--pause", 0, *words]
    return ["dataset", "fetch", *map(str, given), "-o", str(tmp_path / "out")]


def test_a_folder_that_classify_takes(
    serve: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    partial = entry("bad", prototype("bcc", "Fe"), lattice_vectors=None)
    database = serve([*elements(*SEVEN), partial], info={"available_licenses": ["CC0-1.0"]})
    assert main(command(database, tmp_path, "--page-size", 3)) == 0
    out, err = capsys.readouterr()
    folder = tmp_path / "out"
    assert "7 structures from Test crystals" in out
    assert "1  no lattice vectors" in out
    assert "licence: CC0-1.0" in out
    assert f"next: facecrystal classify {folder}" in out
    assert sorted(p.name for p in tmp_path.iterdir()) == ["cache", "out"]

    assert main(["classify", "--json", str(folder)]) == 0
    out, err = capsys.readouterr()
    rows = [json.loads(line) for line in out.splitlines()]
    assert len(rows) == 7
    assert err.startswith("7 structures classified")
    assert all(Path(row["file"]).parent.name == row["label"] for row in rows)

    record = json.loads((folder / "provenance.json").read_text())
    assert {(folder / row["file"]).exists() for row in record["structures"]} == {True}
    assert record["left_out"][0]["reason"] == "no lattice vectors"
    with (folder / "provenance.csv").open(newline="") as file:
        table = list(csv.DictReader(file))
    assert len(table) == 8
    assert table[0]["file"] == record["structures"][0]["file"] == "fcc/Al_tst_0.xyz"
    assert table[0]["sha256"] == record["structures"][0]["sha256"]
    assert table[-1]["left_out_because"] == "no lattice vectors"
    atoms = read_structure(folder / "bcc/W_tst_5.xyz")
    assert np.allclose(atoms.cell, prototype("bcc", "W").cell, atol=1e-8)
    import ase.io

    assert ase.io.read(folder / "bcc/W_tst_5.xyz").info["identifier"] == "tst:5"


def test_names_of_files_cannot_lead_out_of_the_folder(serve: Any, tmp_path: Path) -> None:
    names = ["../../up", "/etc/passwd", "a/b", "a_b", "A_B", "con", "..", "=1+1", 'q"u=o te', "ü"]
    entries = [
        one | {"id": name} for one, name in zip(elements(*[("fcc", "Al")] * 10), names, strict=True)
    ]
    assert main(command(serve(entries), tmp_path)) == 0
    assert sorted(p.name for p in tmp_path.iterdir()) == ["cache", "out"]
    files = list((tmp_path / "out" / "fcc").iterdir())
    assert len({path.name.lower() for path in files}) == 10
    assert all(path.name.startswith("Al_") for path in files)
    record = json.loads((tmp_path / "out/provenance.json").read_text())
    assert [row["identifier"] for row in record["structures"]] == names
    for row in record["structures"]:
        assert len(read_structure(tmp_path / "out" / row["file"])) == 4


def test_an_older_result_is_replaced_on_request_only(
    serve: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database = serve(elements(*SEVEN))
    assert main(command(database, tmp_path)) == 0
    assert main(command(database, tmp_path)) == 2
    assert "exists; --force" in capsys.readouterr().err
    assert main(command(database, tmp_path, "--force", "--elements", "Si", "Ge")) == 0
    assert len(list((tmp_path / "out").rglob("*.xyz"))) == 2
    own = tmp_path / "out" / "fcc"
    own.mkdir()
    (own / "mine.txt").write_text("thesis")
    assert main(command(database, tmp_path, "--force")) == 2
    assert "also holds fcc/mine.txt" in capsys.readouterr().err
    (tmp_path / "out" / "provenance.json").unlink()
    assert main(command(database, tmp_path, "--force")) == 2
    assert "no older result" in capsys.readouterr().err
    assert (own / "mine.txt").read_text() == "thesis"


def test_a_failure_leaves_nothing_but_the_cache(
    serve: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    database = serve(elements(*SEVEN))
    database.link = lambda true: true and "http://elsewhere.invalid/"
    assert main(command(database, tmp_path, "--page-size", 3)) == 1
    out, err = capsys.readouterr()
    assert out == ""
    assert err.count("\n") == 1
    assert "another host, elsewhere.invalid" in err
    assert f"kept in {tmp_path / 'cache'}" in err
    assert [p.name for p in tmp_path.iterdir()] == ["cache"]


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (["--provider", "nowhere"], 2, "provider: expected an address"),
        (["--elements", "Xx"], 2, "elements: expected chemical symbols"),
        (["--page-size", "99999"], 2, "page_size: expected a whole number"),
        (["--provider", "http://nowhere.invalid"], 1, "is there a network"),
        (["--elements", "Cu"], 1, "no structure in the four classes; left out: 1 × no lattice"),
    ],
)
def test_problems_in_one_line(
    serve: Any,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    code: int,
    message: str,
) -> None:
    database = serve([entry("bad", prototype("fcc", "Cu"), lattice_vectors=None)])
    assert main(command(database, tmp_path, *words)) == code
    err = capsys.readouterr().err
    assert message in err
    assert err.count("\n") == 1
    assert not (tmp_path / "out").exists()


def test_a_full_disk(
    serve: Any,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(file: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    assert main(command(serve(elements(*FOUR)), tmp_path)) == 1
    assert ".json: the disk is full; " in capsys.readouterr().err.splitlines()[-1]
    assert list((tmp_path / "cache").iterdir()) == []
    assert not (tmp_path / "out").exists()


def test_a_killed_run_goes_on_where_it_was(serve: Any, tmp_path: Path) -> None:
    database = serve(elements(*SEVEN))
    words = command(database, tmp_path, "--page-size", 2)
    asked = database.asked

    def third(handler: Any) -> None:
        hangs(handler) if len(asked) == 3 else handler.send_page()

    database.faults = [third] * 3
    with subprocess.Popen([*PROGRAM, *words], stderr=subprocess.PIPE) as process:
        end = time.monotonic() + 60
        while len(asked) < 3 and time.monotonic() < end:
            time.sleep(0.05)
        os.kill(process.pid, signal.SIGKILL)
    assert len(asked) == 3
    assert not (tmp_path / "out").exists()
    assert main(words) == 0
    assert len(list((tmp_path / "out").rglob("*.xyz"))) == 7
    assert len(asked) == 5  # pages 3 and 4 only
