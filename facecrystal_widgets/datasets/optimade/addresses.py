"""Addresses and words that come from strangers, made fit to be used and shown."""

from urllib.parse import SplitResult, urlsplit

MAX_TEXT = 200
"""Characters of a server's own words that are passed on."""


def split_address(url: str) -> SplitResult:
    """The parts of an http(s) address; a ValueError if it is none."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or not url.isprintable():
        raise ValueError(f"expected an address with http:// or https://, received {clean(url)!r}")
    if parts.username is not None or parts.password is not None:
        raise ValueError(f"expected an address without user name, received one of {host_of(url)}")
    _ = parts.port  # a ValueError if it is none
    return parts


def host_of(url: str) -> str:
    """The host in an address.

    >>> host_of("https://aflow.org/API/optimade/")
    'aflow.org'
    """
    return urlsplit(url).hostname or url


def place_of(url: str) -> str:
    """The host in an address, with the port unless it is the usual one.

    >>> place_of("http://localhost:8080/v1"), place_of("https://aflow.org:443/")
    ('localhost:8080', 'aflow.org')
    """
    parts = urlsplit(url)
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    return host_of(url) if parts.port in (None, usual) else f"{parts.hostname}:{parts.port}"


def clean(text: object) -> str:
    """One short line without control characters.

    >>> clean("not found\\n\\x1b[31m")
    'not found [31m'
    """
    line = " ".join(str(text)[: 10 * MAX_TEXT].split())
    return "".join(c for c in line if c.isprintable())[:MAX_TEXT]
