"""The inputs of a session as plain data for JSON, and back."""

import base64
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from ..arguments import check_number
from ..crystals.checks import MAX_LENGTH
from ..defects import DefectRecipe
from ..diffraction.detector import Detector
from .history import Inputs
from .sources import FileSource, Place, PrototypeSource, Source

INPUTS = (
    *("source", "target_atoms", "orientation", "place"),
    *("recipe", "detector", "gamma", "form_factor", "symprec"),
    *("layer", "start", "unpooling", "model"),
)
"""Names of all inputs."""
PLAIN = tuple(name for name in INPUTS if name not in ("source", "place", "recipe", "detector"))
"""Names of the inputs that are numbers or text."""


def to_dict(inputs: Inputs) -> dict[str, Any]:
    """All inputs as plain data; the bytes of a file in base 64."""
    source = asdict(inputs["source"])
    if "content" in source:
        source["content"] = base64.b64encode(source["content"]).decode()
    return {
        **inputs,
        "source": source,
        "recipe": inputs["recipe"].to_dict(),
        "detector": asdict(inputs["detector"]),
    }


def from_dict(state: Mapping[str, Any]) -> Inputs:
    """The inputs that :func:`to_dict` wrote; those that are numbers or text may be missing."""
    return {
        "source": _source(dict(state["source"])),
        "recipe": DefectRecipe.from_dict(state["recipe"]),
        "detector": Detector(**state["detector"]),
        "place": _place(state.get("place")),
        **{name: state[name] for name in PLAIN if name in state},
    }


def _source(fields: dict[str, Any]) -> Source:
    if "content" in fields:
        return FileSource(**fields | {"content": base64.b64decode(fields["content"])})
    return PrototypeSource(**fields)


def _place(value: Any) -> Place | None:
    if value is None:
        return None
    x, y, z = (check_number("place", part, -MAX_LENGTH, MAX_LENGTH, "Å") for part in value)
    return x, y, z
