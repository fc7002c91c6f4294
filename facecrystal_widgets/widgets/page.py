"""A page: panels by area, and the header above them."""

from typing import Any

import ipywidgets as ipw

from ..session.session import Session
from .header import Header
from .panel import Panel, StatusLine


class Page(Panel):
    """Panels of one session under a title line; its style sheet lays them out by area."""

    name = "explorer"
    """Which page it is; also a CSS class, with ``fcw-`` before it."""

    def __init__(self, session: Session | None = None) -> None:
        super().__init__(session)
        self.remove_class("fcw-panel")
        self.add_class("fcw-sheet")
        self.add_class(f"fcw-{self.name}")

    def compose(
        self, left: tuple[Panel, ...], *areas: ipw.Widget, under_header: tuple[ipw.Widget, ...] = ()
    ) -> None:
        """Put the panels in their places."""
        self.header = Header(self.session, page=self.name)
        self.status = StatusLine(self.session)
        page = ipw.VBox(
            [
                area("head", ipw.VBox([self.header, *under_header])),
                area("left", ipw.VBox(left)),
                *areas,
                area("status", self.status),
            ]
        )
        page.add_class("fcw-page")
        self.children = (page,)

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        return ipw.VBox._repr_mimebundle_(self, **kwargs)  # the header brings the style sheet


def area(name: str, widget: ipw.Widget) -> ipw.Widget:
    """A widget with its place in the layout."""
    widget.add_class(f"fcw-area-{name}")
    return widget
