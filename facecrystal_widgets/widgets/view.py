"""Style sheet, page modules and binary data of the views."""

from pathlib import Path

import anywidget
import numpy as np
import traitlets

from ..crystals.classes import CLASSES

CLASS_STYLES = [{"label": c.label, "symbol": c.symbol, "colour": c.colour} for c in CLASSES]
"""What the page shows of each class."""


def bundle(name: str) -> str:
    """The text of a file in ``static``, which ``js/build.js`` writes.

    Given a path, anywidget would watch the file, and keep every widget of the class alive for that.
    """
    return (Path(__file__).parent / "static" / name).read_text("utf-8")


def float32_bytes(*arrays: np.ndarray) -> bytes:
    """Arrays as float32, one after the other, for the page."""
    return b"".join(np.ascontiguousarray(array, "<f4").tobytes() for array in arrays)


class Style(anywidget.AnyWidget):
    """The style sheet and the theme, as a widget that shows nothing."""

    _esm = bundle("style.js")
    _css = bundle("style.css")


class SeenView(anywidget.AnyWidget):
    """A view that knows whether anybody can see it; its page module calls ``reportVisible``."""

    visible = traitlets.Bool(False).tag(sync=True)
