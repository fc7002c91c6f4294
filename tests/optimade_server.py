"""A small database on localhost that speaks OPTIMADE v1, well or badly as a test wants.

It answers ``/v1/info``, ``/v1/info/structures`` and ``/v1/structures`` with ``filter``,
``page_limit``, ``page_offset``, ``response_fields`` and ``links.next``, as JSON:API documents.
"""

import json
import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, quote, urlencode, urlsplit

from ase import Atoms

from facecrystal_widgets.crystals.prototypes import prototype

Entry = dict[str, Any]
Reply = Callable[["Handler"], None]
SPACE_GROUP = "space_group_it_number"


def entry(name: str, atoms: Atoms, **changes: Any) -> Entry:
    """The entry of an ordered crystal; `changes` replace attributes, None leaves one out."""
    symbols = atoms.get_chemical_symbols()
    given = {
        "elements": sorted(set(symbols)),
        "nelements": len(set(symbols)),
        "lattice_vectors": atoms.cell.tolist(),
        "cartesian_site_positions": atoms.positions.tolist(),
        "species_at_sites": symbols,
        "species": [
            {"name": s, "chemical_symbols": [s], "concentration": [1.0]} for s in set(symbols)
        ],
        "dimension_types": [1, 1, 1],
        "structure_features": [],
        "immutable_id": f"{name}@1",
        "last_modified": "2020-01-01T00:00:00Z",
    } | changes
    kept = {key: value for key, value in given.items() if value is not None}
    return {"id": name, "type": "structures", "attributes": kept}


def elements(*pairs: tuple[str, str], **changes: Any) -> list[Entry]:
    """Entries of prototypes, such as ``("fcc", "Al")``."""
    return [
        entry(f"tst:{i}", prototype(label, symbol), **changes)
        for i, (label, symbol) in enumerate(pairs)
    ]


@dataclass
class Database:
    """What the server has, and how it behaves.

    Attributes
    ----------
    entries : of its list.
    largest_page : entries on a page at the most; more are refused with 403.
    info : attributes of ``/info`` besides the usual, or instead of them.
    meta : of every document, besides the usual.
    properties : that ``/info/structures`` lists; None for an error there.
    filters_space_groups : whether it understands them in a filter, or answers 400.
    faults : replies to the next requests for a list, one each, before the true ones.
    link : makes the link to the next page of the address of the true one (which is None on the
        last page).
    asked : addresses of all requests for a list, in order.
    agents : what the clients called themselves.
    """

    entries: list[Entry]
    largest_page: int = 100
    info: dict[str, Any] = field(default_factory=dict)
    meta: dict[str, Any] = field(default_factory=dict)
    properties: tuple[str, ...] | None = ("elements", "lattice_vectors")
    filters_space_groups: bool = True
    faults: list[Reply] = field(default_factory=list)
    link: Callable[[str | None], Any] = lambda address: address
    asked: list[str] = field(default_factory=list)
    agents: set[str] = field(default_factory=set)
    address: str = ""
    closing: threading.Event = field(default_factory=threading.Event)

    @property
    def home(self) -> str:
        """The unversioned base URL."""
        return f"{self.address}/optimade"


class FilterError(Exception):
    """A filter that this database does not understand."""


def holds(condition: str, given: Entry, database: Database) -> bool:
    """Whether the attributes meet a filter: what this project asks, and ``nsites<=N``."""
    if match := re.fullmatch(r"nelements=(\d+)", condition):
        return bool(given["nelements"] == int(match[1]))
    if match := re.fullmatch(r'elements HAS ANY ("\w+"(?:,"\w+")*)', condition):
        return bool(set(given["elements"]) & set(re.findall(r"\w+", match[1])))
    if match := re.fullmatch(r"\(nsites<=(\d+)\)", condition):
        return len(given["species_at_sites"]) <= int(match[1])
    if re.fullmatch(rf"\({SPACE_GROUP}=\d+( OR {SPACE_GROUP}=\d+)*\)", condition):
        if not database.filters_space_groups:
            raise FilterError(f"filtering by {SPACE_GROUP} is not implemented")
        return given.get(SPACE_GROUP) in [*map(int, re.findall(r"\d+", condition))]
    raise FilterError(f"cannot understand {condition!r}")


def wanted(given: Entry, names: list[str]) -> Entry:
    """The attributes asked for, and the provider's own."""
    return {key: value for key, value in given.items() if key in names or key.startswith("_")}


class Handler(BaseHTTPRequestHandler):
    """Answers one request."""

    protocol_version = "HTTP/1.1"

    def __init__(self, database: Database, *rest: Any) -> None:
        self.database = database
        super().__init__(*rest)

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        self.database.agents.add(self.headers["User-Agent"])
        replies = {
            "/optimade/v1/info": self.send_info,
            "/optimade/v1/info/structures": self.send_properties,
            "/optimade/v1/structures": self.send_list,
        }
        if parts.path in replies:
            replies[parts.path]()
        else:
            self.send_problem(404, f"no endpoint {parts.path}")

    def send_info(self) -> None:
        usual = {"api_version": "1.1.0", "available_endpoints": ["info", "structures"]}
        attributes = usual | self.database.info
        self.send_document({"data": {"type": "info", "id": "/", "attributes": attributes}})

    def send_properties(self) -> None:
        if self.database.properties is None:
            self.send_problem(404, "no properties")
            return
        properties = {name: {"description": "standard"} for name in self.database.properties}
        self.send_document({"data": {"description": "a structure", "properties": properties}})

    def send_list(self) -> None:
        self.database.asked.append(self.path)
        if self.database.faults:
            self.database.faults.pop(0)(self)
        else:
            self.send_page()

    def send_page(self) -> None:
        query = {key: values[0] for key, values in parse_qs(urlsplit(self.path).query).items()}
        size, start = int(query["page_limit"]), int(query.get("page_offset", 0))
        if size > self.database.largest_page:
            self.send_problem(403, f"page_limit: {self.database.largest_page} is the largest")
            return
        conditions = query["filter"].split(" AND ")
        try:
            found = [
                e
                for e in self.database.entries
                if all(holds(c, e["attributes"], self.database) for c in conditions)
            ]
        except FilterError as error:
            self.send_problem(400, str(error))
            return
        following = None
        if start + size < len(found):
            changed = urlencode(query | {"page_offset": start + size}, quote_via=quote)
            following = f"{self.database.home}/v1/structures?{changed}"
        data = [
            e | {"attributes": wanted(e["attributes"], query["response_fields"].split(","))}
            for e in found[start : start + size]
        ]
        self.send_document(
            {"data": data, "links": {"next": self.database.link(following)}},
            more_data_available=following is not None,
            data_returned=len(found),
        )

    def send_problem(self, status: int, detail: str) -> None:
        self.send_document({"errors": [{"status": str(status), "detail": detail}]}, status)

    def send_document(self, content: dict[str, Any], status: int = 200, **meta: Any) -> None:
        usual = {
            "api_version": "1.1.0",
            "query": {"representation": self.path},
            "provider": {"name": "Test crystals", "description": "on localhost", "prefix": "tst"},
            "more_data_available": False,
        }
        content = content | {"meta": usual | meta | self.database.meta}
        self.send_bytes(json.dumps(content).encode(), status)

    def send_bytes(
        self, body: bytes, status: int = 200, kind: str = "application/json", **headers: str
    ) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *rest: Any) -> None:
        """Nothing on standard error."""


@contextmanager
def optimade_server(database: Database) -> Iterator[Database]:
    """Serve `database` until the block ends."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, database))
    server.handle_error = lambda *rest: None  # type: ignore[method-assign] # clients go away
    database.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,))
    thread.start()
    try:
        yield database
    finally:
        database.closing.set()
        server.shutdown()
        thread.join()
        server.server_close()


# ways to misbehave


def fails(status: int, **headers: str) -> Reply:
    """Answers with an error, and headers such as ``Retry_After="2"``."""
    return lambda handler: handler.send_bytes(b"oops", status, "text/plain", **headers)


def sends(body: bytes, kind: str = "application/json", **headers: str) -> Reply:
    """Answers 200 with something else."""
    return lambda handler: handler.send_bytes(body, 200, kind, **headers)


def hangs(handler: Handler) -> None:
    """Says nothing until the server is closed."""
    handler.database.closing.wait(60)
    handler.close_connection = True


def breaks_off(handler: Handler) -> None:
    """Promises more than it sends, and closes."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    handler.wfile.write(b'{"data": [')
    handler.close_connection = True


def drips(handler: Handler) -> None:
    """Sends a byte now and then, for ever."""
    handler.send_response(200)
    handler.send_header("Content-Length", "100000")
    handler.end_headers()
    while not handler.database.closing.wait(0.02):
        handler.wfile.write(b" ")
        handler.wfile.flush()


def redirects(location: str) -> Reply:
    """Sends elsewhere."""
    return lambda handler: handler.send_bytes(b"", 302, Location=location)
