"""JSON documents from a web server: with pauses, limits, retries and a cache on disk.

Nothing here knows of crystals. A server may be slow, overloaded, broken or hostile: what it does
becomes a sentence, what is likely to pass is tried again, and only whole documents that the caller
has checked are kept.
"""

import json
import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from hashlib import sha256
from http import HTTPStatus
from types import TracebackType
from typing import Any
from urllib.parse import urljoin

import requests
from urllib3.exceptions import HTTPError
from urllib3.exceptions import TimeoutError as SilenceError

from ... import __version__
from .addresses import clean, host_of, place_of, split_address
from .cache import DamagedError, Document, DocumentCache

PASSING = {408, 425, 429, 500, 502, 503, 504}
"""Status codes that are likely to be gone when one comes back later."""
MAX_REDIRECTS = 5
CHUNK = 65_536

log = logging.getLogger(__name__)
Say = Callable[[str], None]
"""Takes a sentence for the person who waits."""


class FetchError(Exception):
    """What went wrong, in one sentence; `status` is the HTTP status if the server answered."""

    def __init__(self, message: str, status: int | None = None) -> None:
        super().__init__(message)
        self.status = status


class LimitReached(FetchError):
    """As much was read as may be."""


class _PassingFault(Exception):
    """A fault that may be gone at the next attempt, in `wait` seconds if the server says so."""

    def __init__(self, message: str, status: int | None = None, wait: float | None = None) -> None:
        super().__init__(message)
        self.status, self.wait = status, wait


@dataclass(frozen=True)
class Manners:
    """How a server is treated, and how much is taken from it.

    Attributes
    ----------
    pause : seconds between requests; more if the server asks for more.
    timeout : seconds of silence after which an attempt is given up; a whole answer may take
        ten times as long.
    tries : attempts for each document. The wait between them doubles from one second on.
    longest_wait : seconds; a server that asks for more patience than this ends the work.
    max_bytes : of all that is read, unpacked.
    hosts : besides that of the first address, the hosts that may be asked, e.g. when the link to
        the next page leads there; with the port, unless it is the usual one: ``"a.org:8080"``.
    """

    pause: float = 1.0
    timeout: float = 30.0
    tries: int = 5
    longest_wait: float = 120.0
    max_bytes: int = 200_000_000
    hosts: tuple[str, ...] = ()


class Downloader:
    """Fetches documents from one host, one at a time.

    Parameters
    ----------
    home : address whose host may be asked; the others must be listed in ``manners.hosts``.
    manners : see there.
    cache : where documents are kept, or None.
    refresh : whether to ask again for what the cache holds.
    say : is told of everything that does not go smoothly.
    """

    def __init__(
        self,
        home: str,
        manners: Manners,
        cache: DocumentCache | None = None,
        refresh: bool = False,
        say: Say = log.info,
    ) -> None:
        self.home, self.manners, self.cache, self.refresh = home, manners, cache, refresh
        self.say, self.pause = say, manners.pause
        self._left = manners.max_bytes
        self._reached = False
        self._known = {place_of(home)}
        self._session = requests.Session()
        self._session.auth = lambda request: request  # or requests sends what ~/.netrc holds
        self._session.headers["User-Agent"] = f"facecrystal_widgets/{__version__}"
        self._session.headers["Accept"] = "application/vnd.api+json, application/json"
        self._session.headers["Accept-Encoding"] = "gzip"

    def __enter__(self) -> "Downloader":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._session.close()

    def get(self, url: str, check: Callable[[dict[str, Any]], None]) -> Document:
        """The document at `url`, from the cache or the server.

        `check` raises FetchError for one that makes no sense, which then is not kept.
        """
        url = self.admitted(url)
        if (place := place_of(url)) not in self._known:
            self._known.add(place)
            self.say(f"going on at {place}")
        document = self._kept(url)
        if document is not None:
            self._take(document.size)
            check(document.content)
            return document
        body, content = self._download(url)
        check(content)
        now = datetime.now(UTC).isoformat(timespec="seconds")
        digest = sha256(body).hexdigest()
        document = Document(url, content, len(body), digest, now, cached=False)
        if self.cache is not None:
            self.cache.keep(document, body)
        return document

    def _kept(self, url: str) -> Document | None:
        if self.cache is None or self.refresh:
            return None
        try:
            return self.cache.load(url)
        except DamagedError as error:
            self.say(f"{error}; asking the server again")
            return None

    def admitted(self, url: str, origin: str | None = None) -> str:
        """`url` made absolute, if it may be asked for; else a FetchError.

        Servers behind a proxy often give links with ``http`` where they are asked with ``https``:
        such a link is followed with ``https``.
        """
        try:
            absolute = urljoin(origin or self.home, url)
            parts, home = split_address(absolute), split_address(self.home)
        except ValueError as error:
            raise FetchError(f"{host_of(self.home)} links to no usable address: {error}") from error
        place, own = place_of(absolute), place_of(self.home)
        if place == own:
            if (parts.scheme, home.scheme) == ("http", "https"):
                parts = parts._replace(scheme="https", netloc=home.netloc)
        elif place not in self.manners.hosts:
            raise FetchError(
                f"{own} links to another host, {place}; if you trust it, allow it with "
                f"--allow-host {place} (Manners.hosts)"
            )
        return parts._replace(fragment="").geturl()

    def _take(self, size: int) -> None:
        self._left -= size
        if self._left < 0:
            raise LimitReached(
                f"stopped at {self.manners.max_bytes / 1e6:,.0f} MB in all, the limit set"
            )

    def _download(self, url: str) -> tuple[bytes, dict[str, Any]]:
        """The bytes at `url` and the object they hold, in as many attempts as allowed."""
        if self._reached:
            time.sleep(self.pause)
        attempt = 1
        while True:
            try:
                body = self._attempt(url)
                return body, _parsed(body, host_of(url))
            except _PassingFault as fault:
                # jitter keeps many clients from coming back at the same moment; it decides nothing
                # about the result, so it has no seed
                growing = 2 ** (attempt - 1) * random.uniform(0.75, 1.25)
                wait = growing if fault.wait is None else max(fault.wait, self.pause)
                if fault.wait is not None and wait > self.manners.longest_wait:
                    raise FetchError(
                        f"{fault}, and asks to be left alone for {wait:,.0f} s; come back then",
                        fault.status,
                    ) from fault
                if attempt == self.manners.tries:
                    raise FetchError(
                        f"{fault}, also at attempt {attempt} of {attempt}", fault.status
                    ) from fault
                self.say(f"{fault}; trying again in {wait:.1f} s")
                time.sleep(wait)
                attempt += 1

    def _attempt(self, url: str) -> bytes:
        """The body at `url`, behind redirects that stay on the hosts allowed."""
        for _ in range(MAX_REDIRECTS + 1):
            host = host_of(url)
            try:
                with self._session.get(
                    url, stream=True, timeout=self.manners.timeout, allow_redirects=False
                ) as response:
                    self._reached = True
                    if not response.is_redirect:
                        return self._body(response, host)
                    url = self.admitted(response.headers["Location"], url)
            except (requests.RequestException, HTTPError) as error:
                if not self._reached:  # no network, or no such host: waiting changes nothing
                    raise FetchError(
                        f"{host} cannot be reached ({_cause(error)}); is there a network, and is "
                        "the address right?"
                    ) from error
                if isinstance(error, requests.Timeout | SilenceError):
                    words = f"was silent for {self.manners.timeout:g} s"
                else:
                    words = f"broke off ({_cause(error)})"
                raise _PassingFault(f"{host} {words}") from error
        raise FetchError(f"{host_of(url)} redirects again and again, the last time to {url}")

    def _body(self, response: requests.Response, host: str) -> bytes:
        """All of the body, unless it is an error, too much, or too slow."""
        end = time.monotonic() + 10 * self.manners.timeout
        body = bytearray()
        # what has come, however little: iter_content waits for a whole chunk, byte by byte
        while chunk := response.raw.read1(CHUNK, decode_content=True):
            body += chunk
            self._take(len(chunk))
            if time.monotonic() > end:
                raise _PassingFault(f"{host} sends too slowly")
        status = response.status_code
        if status in PASSING:
            raise _PassingFault(
                f"{host} answered {_status(status)}{_details(body)}",
                status,
                _retry_after(response.headers.get("Retry-After", "")),
            )
        if status != HTTPStatus.OK:
            asked = response.url.partition("?")[0]
            raise FetchError(f"{asked}: {_status(status)}{_details(body)}", status)
        return bytes(body)


def _parsed(body: bytes, host: str) -> dict[str, Any]:
    if body.lstrip()[:1] == b"<":
        raise FetchError(
            f"{host} sent a web page (HTML or XML) where JSON was expected; is the address right?"
        )
    try:
        content = json.loads(body.decode())
    except (ValueError, RecursionError) as error:
        raise _PassingFault(f"{host} sent no valid JSON ({clean(error)})") from error
    if not isinstance(content, dict):
        raise FetchError(f"{host} sent a JSON {type(content).__name__}, no object")
    return content


def error_details(content: dict[str, Any]) -> str:
    """What the ``errors`` of a JSON:API document say, in parentheses, or nothing."""
    errors = content.get("errors")
    found = [e for e in errors if isinstance(e, dict)] if isinstance(errors, list) else []
    words = "; ".join(clean(e.get("detail") or e.get("title") or "") for e in found[:3])
    return f" ({clean(words)})" if words.strip("; ") else ""


def _details(body: bytes | bytearray) -> str:
    try:
        content = json.loads(body)
    except (ValueError, RecursionError):
        return ""
    return error_details(content) if isinstance(content, dict) else ""


def _status(status: int) -> str:
    """``503 Service Unavailable``."""
    known = {member.value: member.phrase for member in HTTPStatus}
    return f"{status} {known.get(status, '')}".rstrip()


def _retry_after(value: str) -> float | None:
    """Seconds that the header asks to wait: it holds a number or a date."""
    if value.strip().isdecimal():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(0.0, moment.timestamp() - time.time())


def _cause(error: BaseException) -> str:
    """The words of the innermost error: the libraries above wrap them in their own names."""
    seen = error
    while (inner := seen.__cause__ or seen.__context__) is not None:
        seen = inner
    return clean(getattr(seen, "strerror", None) or seen) or type(seen).__name__
