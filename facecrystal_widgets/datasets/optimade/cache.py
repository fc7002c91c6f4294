"""Documents kept on disk, one file each, so that interrupted work goes on where it stopped."""

import json
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from ...files import write_whole


class DamagedError(Exception):
    """A file of the cache that does not hold what was kept in it."""


@dataclass(frozen=True)
class Document:
    """A JSON object from the web.

    Attributes
    ----------
    url : where it was asked for.
    content : the object.
    size, sha256 : of its bytes as they came, unpacked.
    retrieved : when it came from the server, UTC, ISO 8601.
    cached : whether it was read from the cache this time.
    """

    url: str
    content: dict[str, Any]
    size: int
    sha256: str
    retrieved: str
    cached: bool


class DocumentCache:
    """A folder of documents, each in a file named by the hash of its address."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def load(self, url: str) -> Document | None:
        """The document of that address as it was kept, or None; DamagedError if it has changed."""
        path = self.place(url)
        if not path.exists():
            return None
        try:
            kept = json.loads(path.read_bytes())
            body, retrieved = kept["body"].encode(), str(kept["retrieved"])
            digest = sha256(body).hexdigest()
            if (kept["url"], kept["sha256"]) != (url, digest):
                raise ValueError("its content is not what was kept")
            return Document(url, json.loads(body), len(body), digest, retrieved, cached=True)
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
            raise DamagedError(f"{path} is damaged ({error})") from error

    def keep(self, document: Document, body: bytes) -> None:
        """Write the document, whole or not at all; `body` are its bytes as they came."""
        self.folder.mkdir(parents=True, exist_ok=True)
        kept = {"url": document.url, "retrieved": document.retrieved, "sha256": document.sha256}
        text = json.dumps({**kept, "body": body.decode()})
        write_whole(self.place(document.url), text.encode())

    def place(self, url: str) -> Path:
        """The file for that address."""
        return self.folder / f"{sha256(url.encode()).hexdigest()}.json"
