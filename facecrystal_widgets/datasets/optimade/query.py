"""The filter sent to an OPTIMADE database, and the address of the database."""

import re
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from ...crystals.classes import CLASSES
from .addresses import split_address
from .entries import FIELDS, SPACE_GROUP


@dataclass(frozen=True)
class Database:
    """What a server says of itself."""

    address: str
    provider: str
    api_version: str
    licence: str | None
    knows_space_groups: bool


@dataclass(frozen=True)
class Query:
    """What is asked of it."""

    elements: tuple[str, ...]
    condition: str
    page_size: int
    max_pages: int

    def url(self, database: Database, by_space_group: bool) -> str:
        """The address of the first page."""
        parts = ["nelements=1"]
        if self.elements:
            names = ",".join(f'"{element}"' for element in self.elements)
            parts.append(f"elements HAS ANY {names}")
        if by_space_group:
            groups = " OR ".join(f"{SPACE_GROUP}={known.space_group}" for known in CLASSES)
            parts.append(f"({groups})")
        if self.condition:
            parts.append(f"({self.condition})")
        wanted = (*FIELDS, SPACE_GROUP) if database.knows_space_groups else FIELDS
        query = {
            "filter": " AND ".join(parts),
            "response_fields": ",".join(wanted),
            "page_limit": self.page_size,
        }
        return f"{database.address}/structures?{urlencode(query, quote_via=quote)}"


def database_address(provider: str) -> str:
    """The versioned base URL of a database, e.g. ``https://aflow.org/API/optimade/v1``."""
    try:
        parts = split_address(provider)
    except ValueError as error:
        raise ValueError(f"provider: {error}") from error
    path = parts.path.rstrip("/").removesuffix("/structures")
    if not re.search(r"/v\d+(\.\d+)*$", path):
        path += "/v1"
    return parts._replace(path=path, query="", fragment="").geturl()
