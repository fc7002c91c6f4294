"""Panels that load structures into the session as they were computed."""

from typing import Any

from ..defects import DefectRecipe
from ..diffraction.detector import Detector
from ..diffraction.form_factors import FORM_FACTORS
from ..session.session import Session
from ..session.sources import Source
from ..widgets.job_panel import JobPanel

ATOMS = 128
"""Size of the clusters behind sets and curves."""
DETECTOR = Detector()


class LoadingPanel(JobPanel):
    """A panel whose view has `chosen`, the structure that the session holds; a base class."""

    view: Any

    def __init__(self, session: Session | None = None, *, stop: str) -> None:
        super().__init__(session, stop=stop)
        self._loaded: tuple[Source, DefectRecipe] | None = None
        self.watch(self._notice_change, "source", "recipe")

    def load_structure(self, source: Source, recipe: DefectRecipe, chosen: Any) -> bool:
        """Put a structure into the session, with the size and optics of the sets.

        This is one step to undo. Returns False if the session refused the source.
        """
        session = self.session
        with session.hold():
            session.set(
                target_atoms=ATOMS, detector=DETECTOR, gamma=1.5, form_factor=FORM_FACTORS[0]
            )
            if session.choose(source):
                session.recipe = recipe
                self._loaded = source, recipe
                self.view.chosen = chosen
                return True
        return False

    def unmark(self) -> None:
        """Mark no structure as the one in the session."""
        self._loaded, self.view.chosen = None, self.view.trait_defaults("chosen")

    def _notice_change(self, *now: Any) -> None:
        if self._loaded is not None and now != self._loaded:
            self.unmark()
