"""The Explorer: all panels of one session on one page. Composition and layout, no logic."""

from typing import Any

import ipywidgets as ipw

from .session import Session
from .widgets import (
    AttentionPanel,
    DefectPanel,
    FingerprintPanel,
    Header,
    ProbabilityPanel,
    StatusLine,
    StructurePanel,
    SymmetryPanel,
    VerdictPanel,
    ViewerPanel,
    WalkPanel,
)
from .widgets.base import Panel


class Explorer(Panel):
    """Pick a structure, damage it, and watch the image and the verdict.

    Parameters
    ----------
    session : the state to show; by default a new one. Its inputs can be set from code, and the
        page follows: ``explorer.session.recipe = fc.DefectRecipe(vacancies=0.5)``.
    """

    def __init__(self, session: Session | None = None) -> None:
        super().__init__(session)
        self.remove_class("fcw-panel")
        self.add_class("fcw-explorer")
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
        self.header = Header(shared)
        self.status = StatusLine(shared)
        page = ipw.VBox(
            [
                _area("head", self.header),
                _area("left", ipw.VBox([self.structure, self.defects])),
                _area("verdict", self.verdict),
                _area("view", self.viewer),
                _area("image", self.fingerprint),
                _area("bars", self.probabilities),
                _area("symmetry", self.symmetry),
                _area("attention", self.attention),
                _area("walk", self.walk),
                _area("status", self.status),
            ]
        )
        page.add_class("fcw-page")
        self.children = (page,)
        self.header.observe(self._alive, "alive")

    def _alive(self, _: Any) -> None:
        self.probabilities.build_soon()

    def _repr_mimebundle_(self, **kwargs: Any) -> Any:
        return ipw.VBox._repr_mimebundle_(self, **kwargs)  # the header brings the style sheet


def _area(name: str, widget: ipw.Widget) -> ipw.Widget:
    widget.add_class(f"fcw-area-{name}")
    return widget
