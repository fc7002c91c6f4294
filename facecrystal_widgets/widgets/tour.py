"""A guided tour of the Explorer: five steps, each done when the session has changed as it asks."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import anywidget
import numpy as np
import traitlets

from ..session.session import Session
from .defects import MAX_DISPLACEMENT
from .view import bundle

VACANCIES = 0.5
"""Fraction of the sites to be vacated."""
FALTERING_BELOW = 0.9
"""Probability of a class."""
MELTING = 0.1
"""Lindemann parameter near which most crystals melt."""

Before = Mapping[str, Any]
"""The inputs as the step began, and ``label``, the verdict then."""


@dataclass(frozen=True)
class TourStep:
    """Text of the card, the control it points at, and how to tell that the step was done."""

    title: str
    text: str
    target: str
    """CSS selector of the control."""
    reads: tuple[str, ...]
    """Inputs and stages that `outcome` looks at."""
    outcome: Callable[[Session, Before], str]
    """Text once the step was done; empty until then."""
    below: bool = False
    """What changes stands below the control, which the card must not cover."""


def _chosen(session: Session, before: Before) -> str:
    if session.source == before["source"]:
        return ""
    return f"You chose {session.source.title}. The network says {session.get('verdict')}."


def _removed(session: Session, before: Before) -> str:
    vacancies = session.recipe.vacancies
    if vacancies < VACANCIES or vacancies == before["recipe"].vacancies:
        return ""
    left, verdict = len(session.get("broken")), session.get("verdict")
    count = f"{left} of {len(session.get('cluster'))} atoms are left, and the network"
    if verdict.label != before["label"]:
        return f"{count} now says {verdict}: too few to show the lattice."
    return (
        f"{count} still says {verdict}. The spots stay where the lattice puts them; the missing "
        "atoms leave only a faint speckle between them."
    )


def _shaken(session: Session, before: Before) -> str:
    recipe, cluster, verdict = session.recipe, session.get("cluster"), session.get("verdict")
    sigma = recipe.sigma(cluster)
    if sigma <= before["recipe"].sigma(cluster):
        return ""
    lindemann = np.sqrt(3) * sigma / session.get("pristine").bond_length
    amount = f"At σ = {sigma:.2f} Å, a Lindemann parameter of {lindemann:.2f},"
    probability = verdict.probabilities[before["label"]]
    if probability < FALTERING_BELOW:
        melted = f" Most crystals melt near {MELTING}." if lindemann > MELTING else ""
        answer = f"the probability of {before['label']} is {probability:.2f}.{melted}"
    elif sigma >= MAX_DISPLACEMENT:
        answer = (
            f"it still says {verdict}. It answers with one of four classes whatever it is shown: a "
            "high probability alone proves nothing."
        )
    else:
        return ""
    return f"{amount} {answer} Before you go on, drag it back to about 0.1 Å."


def _asked(session: Session, before: Before) -> str:
    if session.symprec == before["symprec"]:
        return ""
    symmetry = session.get("symmetry")
    if symmetry is None:
        answer = "is not asked about this structure"
    elif symmetry.number is None:
        answer = "finds no space group"
    else:
        answer = f"finds {symmetry.symbol}, space group {symmetry.number}"
    return (
        f"At a tolerance of {session.symprec:.2g} Å spglib {answer}; the network, which has no "
        f"tolerance to choose, says {session.get('verdict')}."
    )


def _looked(session: Session, before: Before) -> str:
    if session.layer == before["layer"]:
        return ""
    return (
        f"You chose {session.layer}. The first layers respond to single spots, the last ones to "
        "their arrangement, which is what tells the classes apart. That was the tour: ↶ takes "
        "back what you did, step by step."
    )


STEPS = (
    TourStep(
        "Choose a crystal",
        "Click another element, or choose another prototype below the table. Of about 128 of its "
        "atoms the page computes a diffraction image; from this image alone the network names the "
        "crystal class.",
        ".fcw-structure",
        ("source", "verdict"),
        _chosen,
    ),
    TourStep(
        "Remove half of the atoms",
        "Guess first: will the network still know the class? Then drag the vacancies to 50 % or "
        "more, and watch the image and the verdict while you drag.",
        ".fcw-vacancies",
        ("recipe", "verdict"),
        _removed,
    ),
    TourStep(
        "Shake them until it falters",
        "Now move the atoms off their sites: drag the displacement up until the probability of the "
        "class falls below 0.9. How far do you get?",
        ".fcw-displacement",
        ("recipe", "verdict"),
        _shaken,
    ),
    TourStep(
        "Ask spglib the same",
        "spglib looks for operations that map the atoms onto one another within a tolerance. Move "
        "the tolerance from end to end: does any value bring back the space group of the perfect "
        "crystal?",
        ".fcw-symmetry",
        ("symprec", "symmetry", "verdict"),
        _asked,
    ),
    TourStep(
        "See what the network sees",
        "The maps show which parts of the image the filters of a layer respond to. Choose conv1, "
        "look, then go up layer by layer: what do they respond to?",
        ".fcw-att-layer",
        ("layer",),
        _looked,
        below=True,
    ),
)


class Tour(anywidget.AnyWidget):
    """A card beside the control of the open step. While no step is open, nothing is watched.

    The page opens and closes steps, and keeps the current one in the browser's storage; the kernel
    notices when a step was done.
    """

    _esm = bundle("tour.js")
    _css = bundle("tour.css")
    steps: Any = traitlets.List(
        [{"title": s.title, "text": s.text, "target": s.target, "below": s.below} for s in STEPS]
    ).tag(sync=True)
    step = traitlets.Int(-1, min=-1, max=len(STEPS) - 1).tag(sync=True)
    """The step that is open; -1: none."""
    outcome = traitlets.Unicode("").tag(sync=True)
    """Text now that the step was done; empty until then."""
    ready = traitlets.Bool(False).tag(sync=True)
    """True once the page is drawn and its state restored."""

    def __init__(self, session: Session, **traits: Any) -> None:
        super().__init__(**traits)
        self.session = session
        self._before: Before = {}
        self._watches = [session.watch(self._check, *step.reads, active=False) for step in STEPS]
        self.add_class("fcw-tour")
        self.observe(self._open, "step")

    def _open(self, change: Any) -> None:
        if change.new >= 0:
            self._before = {**self.session.inputs(), "label": self.session.get("verdict").label}
        for i, watch in enumerate(self._watches):
            self.session.activate(watch, i == change.new)

    def _check(self, *_: Any) -> None:
        if outcome := STEPS[self.step].outcome(self.session, self._before):
            self.outcome = outcome

    def close(self) -> None:
        for watch in self._watches:
            self.session.unwatch(watch)
        super().close()
