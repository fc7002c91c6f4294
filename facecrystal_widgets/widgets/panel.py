"""What all panels share: the session they view, messages of the page, the style sheet, closing."""

from collections.abc import Callable, Sequence
from html import escape
from typing import Any

import ipywidgets as ipw

from ..session.session import Session
from ..session.watches import Watch
from .view import SeenView, Style


class StatusLine(ipw.HTML):
    """``ready``, ``working …``, or what went wrong."""

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
    """A view of a session. Displayed alone, it brings the style sheet and a status line."""

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
        self,
        callback: Callable[..., None],
        *names: str,
        view: SeenView | None = None,
        **options: bool,
    ) -> Watch:
        """See :meth:`Session.watch`; ends with the panel. It rests while `view` cannot be seen."""
        if view is not None:
            options["active"] = view.visible
        watch = self.session.watch(callback, *names, **options)
        self._watches.append(watch)
        if view is not None:
            view.observe(lambda change: self.session.activate(watch, change["new"]), "visible")
        return watch

    def listen(self, view: ipw.Widget) -> None:
        """Pass messages from a view's page module to :meth:`receive`."""
        view.on_msg(lambda _, message, buffers: self.receive(message, buffers))

    def receive(self, message: dict[str, Any], buffers: Sequence[memoryview] = ()) -> None:
        """Act on a message from the page."""
        raise NotImplementedError

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


def side_by_side(*children: ipw.Widget, name: str = "fcw-row") -> ipw.HBox:
    """Widgets side by side."""
    return ipw.HBox(children).add_class(name)


def heading(text: str) -> ipw.HTML:
    """The heading of a panel."""
    return ipw.HTML(f"<h3 class='fcw-title'>{text}</h3>")


def hint() -> ipw.HTML:
    """A line of explanation below a control, still empty."""
    return ipw.HTML().add_class("fcw-hint")
