"""The Explorer: all panels of one session on one page. Composition and layout, no logic."""

from typing import Any

import ipywidgets as ipw

from .session import Session
from .widgets import (
    AttentionPanel,
    DefectPanel,
    FingerprintPanel,
    Header,
    LocalPanel,
    ProbabilityPanel,
    StatusLine,
    StructurePanel,
    SymmetryPanel,
    Tour,
    VerdictPanel,
    ViewerPanel,
    WalkPanel,
)
from .widgets.base import Panel


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


class Explorer(Page):
    """Pick a structure, damage it, and watch the image, the verdict, and where the network looks.

    Parameters
    ----------
    session : the state to show; by default a new one. Its inputs can be set from code, and the
        page follows: ``explorer.session.recipe = fc.DefectRecipe(vacancies=0.5)``.
    """

    def __init__(self, session: Session | None = None) -> None:
        super().__init__(session)
        shared = self.session
        # Views are refreshed in the order in which they are made: what people look at comes first.
        self.verdict = VerdictPanel(shared)
        self.fingerprint = FingerprintPanel(shared)
        self.viewer = ViewerPanel(shared)
        self.probabilities = ProbabilityPanel(shared, late=True)
        self.symmetry = SymmetryPanel(shared)
        self.structure = StructurePanel(shared)
        self.defects = DefectPanel(shared)
        self.attention = AttentionPanel(shared)
        self.walk = WalkPanel(shared)
        self.local = LocalPanel(shared)
        self.tour = Tour(shared)
        self.compose(
            (self.structure, self.defects),
            area("verdict", self.verdict),
            area("view", self.viewer),
            area("image", self.fingerprint),
            area("bars", self.probabilities),
            area("symmetry", self.symmetry),
            area("attention", self.attention),
            area("local", self.local),
            area("walk", self.walk),
            under_header=(self.tour,),
        )
        self.header.observe(self._alive, "alive")

    def _alive(self, _: Any) -> None:
        self.probabilities.build_soon()
        self.tour.ready = True


def area(name: str, widget: ipw.Widget) -> ipw.Widget:
    """A widget with its place in the layout."""
    widget.add_class(f"fcw-area-{name}")
    return widget
