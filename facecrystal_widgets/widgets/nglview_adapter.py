"""Everything that the 3D view needs of nglview's private parts.

The version in pyproject.toml is bounded to the releases whose private parts were checked;
``tests/widgets/test_nglview_adapter.py`` fails when they change.
"""

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.metadata import PackageNotFoundError, distribution
from types import ModuleType, SimpleNamespace
from typing import Any

import ipywidgets as ipw
import numpy as np


@contextmanager
def _pkg_resources() -> Iterator[None]:
    """A stand-in for the ``pkg_resources`` of setuptools, from which nglview 3 reads its version.

    nglview does not declare setuptools, and setuptools 82 no longer has the module. The stand-in is
    used even where there is a real one, whose import is slow and deprecated. Mended upstream after
    nglview 3.1.4: https://github.com/nglviewer/nglview/pull/1136
    """
    if "pkg_resources" in sys.modules:
        yield
        return
    module = ModuleType("pkg_resources")
    vars(module).update(get_distribution=distribution, DistributionNotFound=PackageNotFoundError)
    sys.modules["pkg_resources"] = module
    try:
        yield
    finally:
        del sys.modules["pkg_resources"]


with _pkg_resources():
    from nglview import NGLWidget


class NGLScene(NGLWidget):
    """nglview's widget as an empty stage, which scripts fill.

    nglview starts a thread that polls a queue for ever, to delay its calls until a structure is
    loaded (https://github.com/nglviewer/nglview/pull/574). Nothing is queued here: there is no
    thread, and nothing is kept to be sent again.
    """

    def __init__(self) -> None:
        super().__init__(layout=ipw.Layout(width="100%", height="100%"))
        button = self._ibtn_fullscreen  # its icon comes from a font that Voila fetches
        button.icon, button.description, button.tooltip = "", "⛶", "full screen"

    def _initialize_threads(self) -> None:
        self.on_msg(self._handle_nglview_custom_msg)
        self._remote_call_thread = SimpleNamespace(q=[])

    def on_loaded(self, change: dict[str, Any]) -> None:
        """Nothing: nglview sleeps here, then sends what it had queued."""

    @property
    def coordinates(self) -> dict[int, np.ndarray]:
        """The latest coordinates of each component, (n, 3), Angstrom."""
        return self._coordinates_dict

    def run_script(self, code: str) -> None:
        """Run JavaScript in the page's view, as its ``this``; lost where there is no view yet."""
        self.send(
            {
                "type": "call_method",
                "target": "Widget",
                "methodName": "executeCode",
                "args": [code],
                "kwargs": {},
            }
        )
