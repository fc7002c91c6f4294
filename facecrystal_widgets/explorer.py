"""The Explorer: all panels of one session on one page. Composition and layout, no logic."""

from typing import Any

from .session.session import Session
from .widgets import (
    AttentionPanel,
    DefectPanel,
    FingerprintPanel,
    LayersPanel,
    LocalPanel,
    ProbabilityPanel,
    StructurePanel,
    SymmetryPanel,
    Tour,
    VerdictPanel,
    ViewerPanel,
)
from .widgets.page import Page, area


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
        self.walk = LayersPanel(shared)
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
