"""The Explorer: all panels of one session on one page. Composition and layout, no logic."""

from typing import Any

from .session.session import Session
from .widgets import (
    AttentionPanel,
    LayersPanel,
    LocalPanel,
    ProbabilityPanel,
    SymmetryPanel,
    Tour,
)
from .widgets.page import Page


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
        self.probabilities = ProbabilityPanel(shared, late=True)
        self.symmetry = SymmetryPanel(shared)
        self.attention = AttentionPanel(shared)
        self.walk = LayersPanel(shared)
        self.local = LocalPanel(shared)
        self.tour = Tour(shared)
        self.compose(
            under_header=self.tour,
            bars=self.probabilities,
            symmetry=self.symmetry,
            attention=self.attention,
            local=self.local,
            walk=self.walk,
        )
        self.header.observe(self._on_alive, "alive")

    def _on_alive(self, _: Any) -> None:
        self.probabilities.build_soon()
        self.tour.ready = True
