"""The documents of an OPTIMADE server (specification v1, "Responses" and "API Endpoints").

The checks raise FetchError for a document that is not what was asked for.
"""

import re
from typing import Any

from .addresses import clean
from .download import FetchError, error_details


def check_info(content: dict[str, Any]) -> None:
    """``/info``: a database, no index of some, of a version that is understood."""
    about = dictionary(content.get("data")).get("attributes")
    if not isinstance(about, dict):
        raise FetchError(
            f"the address is not one of an OPTIMADE database: its /info says nothing of it"
            f"{error_details(content)}"
        )
    if about.get("is_index") is True:
        raise FetchError(
            "the address is one of an index of databases, not of a database; its /links list them"
        )
    version = api_version(content)
    if not re.match(r"1(\.|$)", version):
        raise FetchError(f"the server speaks OPTIMADE {version or '?'}; version 1 is needed")


def api_version(content: dict[str, Any]) -> str:
    """The version of OPTIMADE that the server speaks, from its ``/info``."""
    given = content["data"]["attributes"].get("api_version")
    given = given or dictionary(content.get("meta")).get("api_version")
    return clean(given).removeprefix("v") if isinstance(given, str) else ""


def check_properties(content: dict[str, Any]) -> None:
    """``/info/structures``: which properties the entries have."""
    if not isinstance(dictionary(content.get("data")).get("properties"), dict):
        raise FetchError(f"its /info/structures lists none{error_details(content)}")


def check_list(content: dict[str, Any]) -> None:
    """``/structures``: a page of entries."""
    if not isinstance(content.get("data"), list):
        raise FetchError(
            f"the server sent no list of entries where one was asked for{error_details(content)}"
        )


def next_link(content: dict[str, Any]) -> str | None:
    """The link to the next page, or None on the last one."""
    return link(dictionary(content.get("links")).get("next"))


def link(value: object) -> str | None:
    """The address in a JSON:API link: a string, or an object with ``href``."""
    address = value.get("href") if isinstance(value, dict) else value
    return address if isinstance(address, str) and address else None


def dictionary(value: object) -> dict[str, Any]:
    """`value`, or an empty one in the place of anything else."""
    return value if isinstance(value, dict) else {}
