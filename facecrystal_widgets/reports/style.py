"""Colours, themes and files of figures."""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from ..files import write_whole

COLOURS, DIFFERENCES = "inferno", "RdBu_r"
DPI = 200


def save(figure: Any, folder: Path, name: str, dpi: int = DPI) -> tuple[Path, Path]:
    """Write a figure as PNG (`dpi` dots an inch) and as SVG with searchable text."""
    from matplotlib import rc_context

    def write(path: Path, **options: Any) -> Path:
        content = io.BytesIO()
        figure.savefig(content, **options)
        write_whole(path, content.getvalue())
        return path

    # without date and with fixed names inside, the same figure is the same file
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": "facecrystal"}):
        return (
            write(folder / f"{name}.png", format="png", dpi=dpi),
            write(folder / f"{name}.svg", format="svg", metadata={"Date": None}),
        )


GREY = "#8c959f"
THEMES = {"light": ("#1f2328", "#8c959f", "white"), "dark": ("#e6edf3", "#7d8590", "none")}
"""Colours of text, of lines and of the page."""


@contextmanager
def theme(name: str) -> Iterator[None]:
    """Draw and save for a ``light`` or a ``dark`` page."""
    from matplotlib import rc_context

    text, line, page = THEMES[name]
    settings = {
        **dict.fromkeys(("text.color", "axes.labelcolor", "xtick.labelcolor"), text),
        **dict.fromkeys(("ytick.labelcolor", "axes.titlecolor"), text),
        **dict.fromkeys(("axes.edgecolor", "xtick.color", "ytick.color", "grid.color"), line),
        **dict.fromkeys(("axes.spines.top", "axes.spines.right"), False),
        **dict.fromkeys(("axes.facecolor", "figure.facecolor"), page),
        "legend.frameon": False,
        "font.size": 9,
        "grid.alpha": 0.3,
    }
    with rc_context(settings):
        yield
