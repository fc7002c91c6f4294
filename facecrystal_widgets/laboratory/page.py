"""The Laboratory: experiments on many structures, beside an Explorer of one of them."""

from ..session.session import Session
from ..widgets.page import Page
from .curves import CurvesPanel
from .embedding import EmbeddingPanel
from .evaluation import EvaluationPanel
from .training import TrainingPanel


class Laboratory(Page):
    """Order and disorder, training, evaluation, and a map of fingerprints.

    A click on a structure in one of the panels loads it into the session, and the structure, the
    image and the verdict at the top show it.

    Parameters
    ----------
    session : the state to show; by default a new one.
    """

    name = "laboratory"

    def __init__(self, session: Session | None = None) -> None:
        super().__init__(session)
        self.transition = CurvesPanel(self.session)
        self.training = TrainingPanel(self.session)
        self.evaluation = EvaluationPanel(self.session)
        self.map = EmbeddingPanel(self.session)
        self.compose(
            transition=self.transition,
            evaluation=self.evaluation,
            map=self.map,
            training=self.training,
        )
