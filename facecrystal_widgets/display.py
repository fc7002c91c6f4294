"""Results as a line of text, as HTML in a notebook, as plain data and as a table.

The HTML has no script and no style sheet. Its colours are those of the page around it, or
transparent greys, so that it can be read on light and on dark pages.
"""

import struct
import zlib
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass
from html import escape
from reprlib import Repr
from textwrap import fill
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from pandas import DataFrame

INFERNO = "000004 1f0c48 550f6d 88226a ba3655 e35933 f98c0a f9c932 fcffa4"
"""Anchors of matplotlib's colours of this name, red, green and blue in hexadecimal."""
RED_BLUE = "053061 4393c3 d1e5f0 f7f7f7 fddbc7 d6604d 67001f"
"""Anchors of ColorBrewer's colours, blue for negative values."""
DECADES = 3
"""Of the logarithmic scale on which fingerprints are shown."""
WIDTH = 88
"""Characters in a line of a ``repr``."""
MOST_ITEMS = 8
"""Items of a tuple or mapping that a ``repr`` shows."""
MOST_ROWS = 30
"""Rows of a table that a notebook shows."""

SHORT = Repr()
SHORT.maxstring = SHORT.maxother = 60


class Result:
    """Base of the frozen dataclasses that are results."""

    def __repr__(self) -> str:
        text = brief(self, nested=False)
        indent = {"subsequent_indent": "    ", "break_long_words": False}
        return fill(text, WIDTH, break_on_hyphens=False, **indent)  # type: ignore[arg-type]

    def to_dict(self) -> dict[str, Any]:
        """The fields as plain data that JSON can hold.

        Arrays and tuples are lists; numbers that are infinite or not a number are None.
        """
        return {
            field.name: plain(getattr(self, field.name))
            for field in fields(self)  # type: ignore[arg-type]
        }


def brief(value: object, nested: bool = True) -> str:
    """A value in a few words: arrays by type and shape, results by the fields that differ from
    their defaults, `nested` ones by name alone."""
    if isinstance(value, np.ndarray):
        kind = value.dtype.name if value.dtype.names is None else "records"
        return f"{kind}[{'×'.join(map(str, value.shape))}]"
    if isinstance(value, bool | np.bool_):
        return str(bool(value))
    if isinstance(value, float | np.floating):
        return f"{float(value):.4g}"
    if isinstance(value, Mapping | tuple | list):
        return _brief_items(value)
    if not is_dataclass(value):
        return SHORT.repr(value)
    name = type(value).__name__
    if nested:
        return f"{name}(…)"
    shown = [
        f"{field.name}={brief(getattr(value, field.name))}"
        for field in fields(value)
        if field.default is MISSING or getattr(value, field.name) is not field.default
    ]
    return f"{name}({', '.join(shown)})"


def _brief_items(items: Mapping[Any, Any] | tuple[Any, ...] | list[Any]) -> str:
    values = list(items.values()) if isinstance(items, Mapping) else list(items)
    if len(values) > MOST_ITEMS or any(isinstance(v, tuple | np.ndarray) for v in values):
        return f"<{len(values)} items>"
    if isinstance(items, Mapping):
        return f"{{{', '.join(f'{key!r}: {brief(item)}' for key, item in items.items())}}}"
    return f"({', '.join(map(brief, values))}{',' if len(values) == 1 else ''})"


def plain(value: Any) -> Any:
    """A value as JSON can hold it."""
    if isinstance(value, np.ndarray | np.generic):
        value = value.tolist()
    if isinstance(value, float):
        return value if np.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    if hasattr(value, "to_dict"):
        return value.to_dict()
    if hasattr(value, "todict"):  # ase.Atoms
        return plain(value.todict())
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    return value


def data_frame(rows: Sequence[Mapping[str, object]]) -> "DataFrame":
    """Rows as a ``pandas.DataFrame``; pandas is no dependency of this package."""
    try:
        from pandas import DataFrame
    except ImportError as error:
        raise ImportError(
            "to_pandas: needs pandas, which is not installed; run 'pip install pandas'"
        ) from error
    return DataFrame([dict(row) for row in rows])


# --- pictures -----------------------------------------------------------------------------------


def png(values: np.ndarray, colours: str, low: float, high: float, zoom: int = 4) -> bytes:
    """A map of values as a PNG file, its first row at the bottom, as on a detector.

    Parameters
    ----------
    values : (rows, columns).
    colours : anchors of a scale, `INFERNO` or `RED_BLUE`.
    low, high : values at the ends of the scale.
    zoom : edge of a square for each value, pixels.
    """
    anchors = np.array([list(bytes.fromhex(anchor)) for anchor in colours.split()])
    place = np.linspace(0, len(anchors) - 1, 256)
    channels = [np.interp(place, np.arange(len(anchors)), channel) for channel in anchors.T]
    palette = np.rint(np.stack(channels, axis=1)).astype(np.uint8)
    levels = np.clip((values - low) / ((high - low) or 1.0), 0, 1) * 255
    pixels = np.rint(levels[::-1]).astype(np.uint8).repeat(zoom, axis=0).repeat(zoom, axis=1)
    height, width = pixels.shape
    lines = np.pad(pixels, ((0, 0), (1, 0)))  # each line begins with its filter: none
    header = struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)  # 8 bits, a palette
    chunks = (
        (b"IHDR", header),
        (b"PLTE", palette.tobytes()),
        (b"IDAT", zlib.compress(lines.tobytes(), 9)),
        (b"IEND", b""),
    )
    file = b"\x89PNG\r\n\x1a\n"
    for kind, content in chunks:
        checksum = zlib.crc32(kind + content)
        file += struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)
    return file


def picture(content: bytes, alternative: str, caption: str, width: int) -> str:
    """A PNG as HTML, with a text in its place for those who do not see it."""
    address = f"data:image/png;base64,{b64encode(content).decode()}"
    box = f"display:inline-block;vertical-align:top;margin:0 12px 8px 0;width:{width}px"
    return (
        f'<figure style="{box}"><img src="{address}" alt="{escape(alternative)}" width="{width}" '
        f'style="width:{width}px;height:auto"><figcaption style="font-size:12px;line-height:1.35">'
        f"{escape(caption)}</figcaption></figure>"
    )


# --- text ---------------------------------------------------------------------------------------


def heading(title: str, line: str = "") -> str:
    """A title in bold and what follows it."""
    return f'<div style="margin:0 0 6px"><b>{escape(title)}</b> {escape(line)}</div>'


def notes(lines: Sequence[str]) -> str:
    """Remarks, a paragraph each."""
    style = "margin:4px 0;max-width:46em;opacity:0.8"
    return "".join(f'<p style="{style}">{escape(line)}</p>' for line in lines)


def bars(shares: Mapping[str, float], colours: Mapping[str, str]) -> str:
    """Parts of a whole, 0 to 1: name, bar and number, a line each."""
    lines = []
    for name, share in shares.items():
        colour = colours.get(name, "#808080")
        bar = f"width:{100 * share:.1f}%;height:12px;background:{colour}"
        lines.append(
            f'<tr style="background:none"><td style="text-align:left">{escape(name)}</td>'
            '<td style="width:220px"><div style="background:rgba(128,128,128,0.25)">'
            f'<div style="{bar}"></div></div></td>'
            f'<td style="text-align:right">{share:.3f}</td></tr>'
        )
    return f'<table style="margin:0 0 6px">{"".join(lines)}</table>'


def table(rows: Sequence[Mapping[str, object]]) -> str:
    """Rows under the names of their columns; the first `MOST_ROWS` of them."""
    if not rows:
        return ""
    header = "".join(f'<th style="text-align:left">{escape(name)}</th>' for name in rows[0])
    lines = []
    for row in rows[:MOST_ROWS]:
        cells = (f'<td style="text-align:left">{escape(str(value))}</td>' for value in row.values())
        lines.append(f'<tr style="background:none">{"".join(cells)}</tr>')
    rest = len(rows) - MOST_ROWS
    more = notes([f"and {rest:,} more"]) if rest > 0 else ""
    return f'<table style="margin:0 0 6px"><tr>{header}</tr>{"".join(lines)}</table>{more}'
