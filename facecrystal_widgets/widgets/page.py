"""A page: the panels that every page has, others by area, and the header above them."""

from typing import Any

import ipywidgets as ipw

from ..session.session import Session
from .defects import DefectPanel
from .fingerprint import FingerprintPanel
from .header import Header
from .panel import Panel, StatusLine
from .structure import StructurePanel
from .verdict import VerdictPanel
from .viewer import ViewerPanel


class Page(Panel):
    """Panels of one session under a title line; the style sheet lays them out by area."""

    name = "explorer"
    """Which page it is; also a CSS class, with ``fcw-`` before it."""

    def __init__(self, session: Session | None = None) -> None:
        super().__init__(session)
        self.remove_class("fcw-panel")
        self.add_class("fcw-sheet").add_class(f"fcw-{self.name}")
        # Panels are refreshed in the order in which they are created: results come first.
        self.verdict = VerdictPanel(self.session)
        self.fingerprint = FingerprintPanel(self.session)
        self.viewer = ViewerPanel(self.session)
        self.structure = StructurePanel(self.session)
        self.defects = DefectPanel(self.session)

    def compose(self, *, under_header: ipw.Widget | None = None, **areas: ipw.Widget) -> None:
        """Lay out the page; `areas` are this page's panels, by the name of their area."""
        self.header = Header(self.session, page=self.name)
        self.status = StatusLine(self.session)
        head = [self.header] if under_header is None else [self.header, under_header]
        areas = {
            "head": ipw.VBox(head),
            "left": ipw.VBox([self.structure, self.defects]),
            "verdict": self.verdict,
            "view": self.viewer,
            "image": self.fingerprint,
            **areas,
            "status": self.status,
        }
        page = [widget.add_class(f"fcw-area-{area}") for area, widget in areas.items()]
        self.children = (ipw.VBox(page).add_class("fcw-page"),)

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        return ipw.VBox._repr_mimebundle_(self, **kwargs)  # the header brings the style sheet
