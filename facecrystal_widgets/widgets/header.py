"""The title line: undo, redo, reset, theme, and the same as Python."""

from typing import Any

import anywidget
import traitlets

from ..session import Session
from .base import asset


class Header(anywidget.AnyWidget):
    """Title and commands that concern the whole session. It carries the style sheet."""

    _esm = asset("theme.js") + asset("header.js")
    _css = asset("style.css")
    can_undo = traitlets.Bool(False).tag(sync=True)
    can_redo = traitlets.Bool(False).tag(sync=True)
    code = traitlets.Unicode("").tag(sync=True)
    theme = traitlets.Enum(("auto", "light", "dark"), "auto").tag(sync=True)
    alive = traitlets.Bool(False)
    """True once a page has drawn the header: the rest of the page is there, too."""

    def __init__(self, session: Session, **traits: Any) -> None:
        super().__init__(**traits)
        self.session = session
        self._watch = session.watch(self._show, *Session.INPUTS)
        self.on_msg(self._do)
        self.add_class("fcw-header")

    def _show(self, *_: Any) -> None:
        with self.hold_sync():
            self.can_undo = self.session.can_undo
            self.can_redo = self.session.can_redo
            if self.code:  # it stands open
                self.code = self.session.to_python()

    def _do(self, _: Any, message: dict[str, Any], __: Any) -> None:
        command = message.get("do")
        if command == "alive":
            self.alive = True
        elif command == "code":
            self.code = self.session.to_python()
        elif command == "hide":
            self.code = ""
        elif command in ("undo", "redo", "reset"):
            getattr(self.session, command)()
            self._show()

    def close(self) -> None:
        self.session.unwatch(self._watch)
        super().close()
