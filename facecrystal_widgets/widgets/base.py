"""What all panels share: the style sheet, the session they view, and tidy closing."""

from collections.abc import Callable
from html import escape
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets as ipw
import numpy as np
import traitlets

from ..session import Session, Watch


def bundle(name: str) -> str:
    """The text of a file in ``static``, which ``js/build.js`` writes.

    Given a path, anywidget would watch the file, and keep every widget of the class alive for that.
    """
    return (Path(__file__).parent / "static" / name).read_text("utf-8")


def binary(*arrays: np.ndarray) -> bytes:
    """Arrays as float32, one after the other, for the page."""
    return b"".join(np.ascontiguousarray(array, "<f4").tobytes() for array in arrays)


class Style(anywidget.AnyWidget):
    """The style sheet and the theme, as a widget that shows nothing."""

    _esm = bundle("style.js")
    _css = bundle("style.css")


class SeenView(anywidget.AnyWidget):
    """A view that knows whether anybody can see it; its page module calls ``reportVisible``."""

    visible = traitlets.Bool(False).tag(sync=True)


class StatusLine(ipw.HTML):
    """``ready``, ``working …``, or the problem in words."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.add_class("fcw-status")
        self.session = session
        self._show()
        session.observe(self._show, "status")

    def _show(self, *_: object) -> None:
        kind = "ready" if self.session.status == "ready" else "problem"
        self.value = f'<span class="fcw-status-{kind}">{escape(self.session.status)}</span>'

    def close(self) -> None:
        if self.comm is not None:  # closing twice does no harm
            self.session.unobserve(self._show, "status")
        super().close()


class Panel(ipw.VBox):
    """A view of a session. Displayed alone it brings the style sheet and a status line along."""

    children: Any
    hook = ""
    """CSS class by which tests and teachers find the panel."""

    def __init__(self, session: Session | None = None, **layout: Any) -> None:
        super().__init__(**layout)
        self._owns_session = session is None
        self.session = session or Session()
        self._watches: list[Watch] = []
        for name in ("fcw", "fcw-panel", self.hook):
            if name:
                self.add_class(name)

    def watch(
        self, callback: Callable[..., None], *names: str, view: SeenView | None = None
    ) -> None:
        """See :meth:`Session.watch`; ends with the panel. It rests while `view` cannot be seen."""
        watch = self.session.watch(callback, *names, active=view is None or view.visible)
        self._watches.append(watch)
        if view is not None:
            view.observe(lambda change: self.session.activate(watch, change["new"]), "visible")

    def close(self) -> None:
        """Stop watching and take the widgets off the page."""
        for watch in self._watches:
            self.session.unwatch(watch)
        self._watches.clear()
        _close_children(self)
        if self._owns_session:
            self.session.close()
        super().close()

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        if not any(isinstance(child, Style) for child in self.children):
            self.children = (Style(), *self.children, StatusLine(self.session))
        return super()._repr_mimebundle_(**kwargs)


def _close_children(box: ipw.Widget) -> None:
    for child in getattr(box, "children", ()):
        if not isinstance(child, Panel):
            _close_children(child)
        child.close()


def row(*children: ipw.Widget, name: str = "fcw-row") -> ipw.HBox:
    """Widgets side by side."""
    box = ipw.HBox(children)
    box.add_class(name)
    return box


def title(text: str) -> ipw.HTML:
    """The heading of a panel."""
    return ipw.HTML(f"<h3 class='fcw-title'>{text}</h3>")
