"""The Laboratory: experiments on many structures, beside an Explorer of one of them."""

from ..session.session import Session
from ..widgets import (
    DefectPanel,
    FingerprintPanel,
    StructurePanel,
    VerdictPanel,
    ViewerPanel,
)
from ..widgets.page import Page, area
from .curves import CurvesPanel
from .embedding import EmbeddingPanel
from .evaluation import EvaluationPanel
from .training import TrainingPanel


class Laboratory(Page):
    """Order and disorder, training, evaluation, and a map of fingerprints.

    What is clicked on in a panel is loaded into the session, and shown by the structure, the image
    and the verdict at the top.

    Parameters
    ----------
    session : the state to show; by default a new one.
    """

    name = "laboratory"

    def __init__(self, session: Session | None = None) -> None:
        super().__init__(session)
        shared = self.session
        # Views are refreshed in the order in which they are made: what people look at comes first.
        self.verdict = VerdictPanel(shared)
        self.fingerprint = FingerprintPanel(shared)
        self.viewer = ViewerPanel(shared)
        self.structure = StructurePanel(shared)
        self.defects = DefectPanel(shared)
        self.transition = CurvesPanel(shared)
        self.training = TrainingPanel(shared)
        self.evaluation = EvaluationPanel(shared)
        self.map = EmbeddingPanel(shared)
        self.compose(
            (self.structure, self.defects),
            area("verdict", self.verdict),
            area("view", self.viewer),
            area("image", self.fingerprint),
            area("transition", self.transition),
            area("evaluation", self.evaluation),
            area("map", self.map),
            area("training", self.training),
        )
