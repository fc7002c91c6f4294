"""JSON documents from a web server, with pauses, limits, retries and a cache on disk.

Nothing here depends on crystals. A server may be slow, overloaded, broken or hostile: each fault
gives a sentence, those that are likely to pass are tried again, and only whole documents that the
caller has checked are kept.
"""

import json
import logging
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from http import HTTPStatus
from http.client import responses as PHRASES
from typing import Any
from urllib.parse import urljoin

import requests
from urllib3.exceptions import HTTPError, InvalidHeader
from urllib3.exceptions import TimeoutError as SilenceError
from urllib3.util import Retry

from ... import __version__
from .addresses import clean, host_of, place_of, split_address
from .cache import DamagedError, Document, DocumentCache

PASSING = {408, 425, 429, 500, 502, 503, 504}
"""Status codes of errors that are likely to pass."""
MAX_REDIRECTS = 5
CHUNK = 65_536

log = logging.getLogger(__name__)
Notify = Callable[[str], None]
"""Receives a sentence for the person who waits."""


class FetchError(Exception):
    """What went wrong, in one sentence.

    `status` is the HTTP status if the server answered, `wait` the seconds it asks to be left alone.
    """

    def __init__(self, message: str, status: int | None = None, wait: float | None = None) -> None:
        super().__init__(message)
        self.status, self.wait = status, wait


class LimitReached(FetchError):
    """As much was read as may be."""


class _PassingFault(FetchError):
    """A fault that may be gone at the next attempt."""


@dataclass(frozen=True)
class RequestLimits:
    """How gently a server is asked, and how much is taken from it.

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


@dataclass
class Downloader(AbstractContextManager["Downloader", None]):
    """Fetches documents from one host, one at a time.

    Parameters
    ----------
    home : address whose host may be asked; the others must be listed in ``limits.hosts``.
    limits : see there.
    cache : where documents are kept, or None.
    refresh : whether to ask again for what the cache holds.
    notify : receives a sentence on everything that does not go smoothly.
    """

    home: str
    limits: RequestLimits
    cache: DocumentCache | None = None
    refresh: bool = False
    notify: Notify = log.info

    def __post_init__(self) -> None:
        self.pause = self.limits.pause
        self._bytes_left = self.limits.max_bytes
        self._reached = False
        self._places = {place_of(self.home)}
        self._retry = Retry(
            self.limits.tries,
            status_forcelist=PASSING,
            backoff_factor=0.5,
            backoff_jitter=0.25,
            retry_after_max=10**9,  # urllib3 would cut a longer wish to six hours
        )
        self._session = requests.Session()
        self._session.auth = lambda request: request  # or requests sends what ~/.netrc holds
        self._session.headers["User-Agent"] = f"facecrystal_widgets/{__version__}"
        self._session.headers["Accept"] = "application/vnd.api+json, application/json"
        self._session.headers["Accept-Encoding"] = "gzip"

    def __exit__(self, *error: object) -> None:
        self._session.close()

    def get(self, url: str, check: Callable[[dict[str, Any]], None]) -> Document:
        """The document at `url`, from the cache or the server.

        `check` raises FetchError for one that makes no sense, which then is not kept.
        """
        url = self.admitted(url)
        if (place := place_of(url)) not in self._places:
            self._places.add(place)
            self.notify(f"going on at {place}")
        document = self._cached(url)
        if document is not None:
            self._count(document.size)
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

    def _cached(self, url: str) -> Document | None:
        if self.cache is None or self.refresh:
            return None
        try:
            return self.cache.load(url)
        except DamagedError as error:
            self.notify(f"{error}; asking the server again")
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
        place, home_place = place_of(absolute), place_of(self.home)
        if place == home_place:
            if (parts.scheme, home.scheme) == ("http", "https"):
                parts = parts._replace(scheme="https", netloc=home.netloc)
        elif place not in self.limits.hosts:
            raise FetchError(
                f"{home_place} links to another host, {place}; if you trust it, allow it with "
                f"--allow-host {place} (RequestLimits.hosts)"
            )
        return parts._replace(fragment="").geturl()

    def _count(self, size: int) -> None:
        self._bytes_left -= size
        if self._bytes_left < 0:
            limit = self.limits.max_bytes / 1e6
            raise LimitReached(f"stopped at {limit:,.0f} MB in all, the limit set")

    def _download(self, url: str) -> tuple[bytes, dict[str, Any]]:
        """The bytes at `url` and the object they hold, in as many attempts as allowed.

        `Retry` counts and times the attempts here rather than inside requests' HTTPAdapter, which
        sees status and headers only: a body that breaks off, drips or is no JSON is tried again,
        too, and every wait is announced.
        """
        if self._reached:
            time.sleep(self.pause)
        # Retry waits from its second entry on, so the first attempt is entered before it is made.
        retry = self._retry.increment("GET", url)
        while True:
            try:
                body = self._attempt(url)
                return body, _parsed(body, host_of(url))
            except _PassingFault as fault:
                wait, attempt = fault.wait, len(retry.history)
                if wait is not None and wait > self.limits.longest_wait:
                    end = f"and asks to be left alone for {wait:,.0f} s; come back then"
                elif not retry.total:
                    end = f"also at attempt {attempt} of {attempt}"
                else:
                    retry = retry.increment("GET", url, error=fault)
                    wait = max(retry.get_backoff_time() if wait is None else wait, self.pause)
                    self.notify(f"{fault}; trying again in {wait:.1f} s")
                    time.sleep(wait)
                    continue
                raise FetchError(f"{fault}, {end}", fault.status) from fault

    def _attempt(self, url: str) -> bytes:
        """The body at `url`, behind redirects that stay on the hosts allowed."""
        for _ in range(MAX_REDIRECTS + 1):
            host = host_of(url)
            try:
                with self._session.get(
                    url, stream=True, timeout=self.limits.timeout, allow_redirects=False
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
                    fault = f"was silent for {self.limits.timeout:g} s"
                else:
                    fault = f"broke off ({_cause(error)})"
                raise _PassingFault(f"{host} {fault}") from error
        raise FetchError(f"{host_of(url)} redirects again and again, the last time to {url}")

    def _body(self, response: requests.Response, host: str) -> bytes:
        """All of the body, unless it is an error, too much, or too slow."""
        end = time.monotonic() + 10 * self.limits.timeout
        body = bytearray()
        # what has come, however little: iter_content waits for a whole chunk, byte by byte
        while chunk := response.raw.read1(CHUNK, decode_content=True):
            body += chunk
            self._count(len(chunk))
            if time.monotonic() > end:
                raise _PassingFault(f"{host} sends too slowly")
        status = response.status_code
        if status == HTTPStatus.OK:
            return bytes(body)
        error = f"{status} {PHRASES.get(status, '')}".rstrip() + _details(body)
        if self._retry.is_retry("GET", status):
            raise _PassingFault(f"{host} answered {error}", status, self._retry_after(response))
        raise FetchError(f"{response.url.partition('?')[0]}: {error}", status)

    def _retry_after(self, response: requests.Response) -> float | None:
        """Seconds that the server asks to wait, if it does so in a form that can be read."""
        try:
            return self._retry.get_retry_after(response.raw)
        except (InvalidHeader, ValueError, OverflowError):
            return None


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


def error_details(content: object) -> str:
    """What the ``errors`` of a JSON:API document say, in parentheses, or nothing."""
    errors = content.get("errors") if isinstance(content, dict) else None
    listed = [e for e in errors if isinstance(e, dict)] if isinstance(errors, list) else []
    details = "; ".join(clean(e.get("detail") or e.get("title") or "") for e in listed[:3])
    return f" ({clean(details)})" if details.strip("; ") else ""


def _details(body: bytearray) -> str:
    try:
        return error_details(json.loads(body))
    except (ValueError, RecursionError):
        return ""


def _cause(error: BaseException) -> str:
    """The message of the innermost error: the libraries above wrap it in their names."""
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    return clean(getattr(error, "strerror", None) or error) or type(error).__name__
