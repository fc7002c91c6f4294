"""The title line: undo, redo, reset, theme, and the same as Python."""

import json
from pathlib import Path
from typing import Any

import anywidget
import traitlets

from ..convnet.weights import networks_folder
from ..session.session import Session
from .view import bundle

MAX_STATE = 20_000
"""Characters; a larger state, one with a large file, does not fit into an address."""


class Header(anywidget.AnyWidget):
    """Title and commands that concern the whole session. It brings the style sheet."""

    _esm = bundle("header.js")
    _css = bundle("style.css")
    page = traitlets.Enum(("explorer", "laboratory"), "explorer").tag(sync=True)
    """Which page this is; the other is a link away."""
    state = traitlets.Unicode("").tag(sync=True)
    """The state at rest as JSON, which a page outside a notebook keeps in its address; empty for
    the first state."""
    kept = traitlets.Bool(True).tag(sync=True)
    """False if the state does not fit into an address."""
    can_undo = traitlets.Bool(False).tag(sync=True)
    can_redo = traitlets.Bool(False).tag(sync=True)
    code = traitlets.Unicode("").tag(sync=True)
    theme = traitlets.Enum(("auto", "light", "dark"), "auto").tag(sync=True)
    alive = traitlets.Bool(False)
    """True once a page has drawn the header, and with it all panels."""

    def __init__(self, session: Session, **traits: Any) -> None:
        super().__init__(**traits)
        self.session = session
        self._watches = [
            session.watch(self._show, *Session.INPUTS),
            session.watch(self._keep, *Session.INPUTS, at_rest=True),
        ]
        self.on_msg(lambda _, message, __: self.receive(message))
        self.add_class("fcw-header")

    def _show(self, *_: Any) -> None:
        with self.hold_sync():
            self.can_undo = self.session.can_undo
            self.can_redo = self.session.can_redo
            if self.code:  # it is open
                self.code = self.session.to_python()

    def _keep(self, *_: Any) -> None:
        content = self.session.to_dict()
        network = Path(self.session.model)
        if network.parent == networks_folder():
            content["network"] = network.name
        state = json.dumps(content, separators=(",", ":"))
        first = self.session.inputs() == Session().inputs()
        with self.hold_sync():
            self.kept = len(state) <= MAX_STATE
            self.state = "" if first or not self.kept else state

    def receive(self, message: dict[str, Any]) -> None:
        """Carry out a command of the page: ``{"do": command}``."""
        command = message.get("do")
        if command == "alive":
            if (state := message.get("state")) and self.session.restore(str(state)):
                self._take_network(json.loads(state).get("network"))
            self.alive = True
        elif command == "code":
            self.code = self.session.to_python()
        elif command == "hide":
            self.code = ""
        elif command in ("undo", "redo", "reset"):
            getattr(self.session, command)()
            self._show()

    def _take_network(self, name: Any) -> None:
        """A link may choose among the networks that were trained here, but no other folder."""
        if name is None:
            return
        kept = {folder.name: folder for folder in networks_folder().glob("[!.]*")}
        if isinstance(name, str) and name in kept:
            self.session.choose_model(str(kept[name]))
        else:
            self.session.refuse(
                f"The network {name!r:.100} of the link is not kept here; the shipped one is in use"
            )

    def close(self) -> None:
        for watch in self._watches:
            self.session.unwatch(watch)
        super().close()
