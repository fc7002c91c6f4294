"""Transition and melting: Figure 4 of the paper, drawn structure by structure."""

import tempfile
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import Any

import anywidget
import ipywidgets as ipw
import numpy as np
import traitlets

from ..compute.job import JobOutcome
from ..crystals.classes import LABELS, TRANSITIONS
from ..crystals.elements import ELEMENTS
from ..evaluation.curve_plan import CurvePath, CurvePlan, curve_paths
from ..evaluation.curves import (
    MELTING_STRUCTURES,
    RMS,
    TRANSITION_STRUCTURES,
    Curve,
    average,
    save_table,
)
from ..session.session import Session
from ..session.sources import FileSource, PrototypeSource, Source
from ..widgets.job_panel import outcome_text, spare_cores
from ..widgets.numbers import network_name
from ..widgets.panel import heading, hint, side_by_side
from ..widgets.view import CLASS_STYLES, bundle, float32_bytes
from .loading import LoadingPanel

KINDS = {
    **{f"{start} → {end}, by removal": ("transition", start) for start, end in TRANSITIONS.items()},
    **{f"melting of {label}": ("melting", label) for label in LABELS},
}
PAPER_STRUCTURES = {"transition": TRANSITION_STRUCTURES, "melting": MELTING_STRUCTURES}
"""Number of structures in the paper, by kind of curve."""
HINTS = {
    "transition": "Figure 4a of the paper. Each structure loses the atoms in another order.",
    "melting": (
        "Figure 4b of the paper. σ is the standard deviation of the displacement along each of x, "
        f"y and z; the rms displacement over the bond length is √3 = {RMS:.2f} times as large."
    ),
}


class CurvesView(anywidget.AnyWidget):
    """The curves on the page."""

    _esm = bundle("curves.js")
    _css = bundle("curves.css")
    classes: Any = traitlets.List(CLASS_STYLES).tag(sync=True)
    curve: Any = traitlets.Dict().tag(sync=True)
    """Fields of `Curve`, and `rms`; empty until the first structure is there."""
    paths = traitlets.Bytes(b"").tag(sync=True)
    """Probabilities, float32 (structures, points, 4)."""
    species: Any = traitlets.List().tag(sync=True)
    """Chemical symbol of each structure."""
    shown: Any = traitlets.List().tag(sync=True)
    """Labels of the classes that are drawn."""
    chosen: Any = traitlets.List().tag(sync=True)
    """Number of the structure and of the point that the session holds, or empty."""
    csv = traitlets.Unicode("").tag(sync=True)
    filename = traitlets.Unicode("").tag(sync=True)
    caption = traitlets.Unicode("").tag(sync=True)


class CurvesPanel(LoadingPanel):
    """The class probabilities from one lattice to another, or from order to disorder.

    Each dot is one structure at one point; a click on it loads that structure into the session.

    Attributes
    ----------
    plan : of the curve on the page.
    curve : mean and spread over the structures so far.
    paths : the probabilities of each structure.
    """

    hook = "fcw-transition"

    def __init__(self, session: Session | None = None) -> None:
        super().__init__(session, stop="Cancel")
        wide = {"width": "auto"}
        self.kind = ipw.Dropdown(options=KINDS, description="path", layout=wide)
        self.element = ipw.Dropdown(
            options=[("all 83 species", ""), *((s, s) for s in ELEMENTS)],
            description="element",
            layout=wide,
        )
        self.number = ipw.IntText(TRANSITION_STRUCTURES, description="structures", layout=wide)
        self.seed = ipw.IntText(0, description="seed", layout=wide)
        for control in ("kind", "element", "number", "seed"):
            getattr(self, control).add_class(f"fcw-{control}")
        self.hint = hint()
        self.view = CurvesView(shown=list(LABELS))
        self.plan: CurvePlan | None = None
        self.curve: Curve | None = None
        self.paths: list[CurvePath] = []
        self._network = ""
        self.children = (
            heading("transition and melting"),
            side_by_side(self.kind, self.element, self.number, self.seed, name="fcw-settings"),
            self.hint,
            self.run_row,
            self.view,
        )
        self._explain(None)
        self.kind.observe(self._explain, "value")
        self.element.observe(self._explain, "value")
        self.listen(self.view)

    def _explain(self, change: Any) -> None:
        kind, label = self.kind.value
        if change is not None and self.number.value in PAPER_STRUCTURES.values():
            self.number.value = PAPER_STRUCTURES[kind]
        element = self.element.value
        structures = (
            f"One crystal, {label} {element}, with other random draws each time."
            if element
            else "One structure of the pristine set after the other, from H to Bi, each with "
            "another draw."
        )
        self.hint.value = f"{HINTS[kind]} {structures}"

    # --- the job ----------------------------------------------------------------------------

    def begin(self) -> None:
        kind, label = self.kind.value
        plan = CurvePlan(kind, label, self.element.value, self.number.value, self.seed.value)
        self._network = self.session.model
        self.launch(curve_paths, plan, self._network, spare_cores())
        if not plan.element:  # so that the first click need not wait for ASE's reader
            Thread(target=import_module, args=("ase.io.vasp",), daemon=True).start()
        self.plan, self.curve, self.paths = plan, None, []
        shown = [label, TRANSITIONS[label]] if kind == "transition" else list(LABELS)
        with self.view.hold_sync():
            self.view.curve, self.view.paths, self.view.species = {}, b"", []
            self.view.csv, self.view.caption, self.view.shown = "", "", shown
            self.unmark()

    def take(self, results: list[CurvePath]) -> None:
        assert self.plan is not None
        plan = self.plan
        self.paths += results
        paths = [path.probabilities for path in self.paths]
        self.curve = average(paths, plan.recipes(0), plan.kind, plan.label, plan.seed)
        done = len(paths)
        with self.view.hold_sync():
            self.view.curve = {
                "kind": plan.kind,
                "x": self.curve.x,
                "x_label": self.curve.x_label,
                "mean": dict(self.curve.mean),
                "std": dict(self.curve.std),
                "rms": RMS if plan.kind == "melting" else 0,
            }
            self.view.paths = float32_bytes(np.stack(paths))
            self.view.species = [path.species for path in self.paths]
            self.view.caption = self._caption()
        self.progress(done, plan.number, f"{done:,} of {plan.number:,} structures")

    def end(self, outcome: JobOutcome) -> str:
        done = len(self.paths)
        if self.curve is not None:
            self.view.filename = f"figure-4-{self.curve.kind}-{self.curve.label}-{done}"
            self.view.csv = _csv(self.curve)
        kept = "the curve is their mean" if done else ""
        return outcome_text(outcome, f"{done:,} structures", kept)

    def _caption(self) -> str:
        assert self.plan is not None
        species = self.plan.element or "all species"
        return (
            f"{self.plan.label}, {species}, {len(self.paths):,} structures, seed {self.plan.seed}; "
            f"mean ± 1 σ of the answers of {network_name(self._network)}"
        )

    # --- a point in the session -------------------------------------------------------------

    def receive(self, message: dict[str, Any], buffers: Sequence[memoryview] = ()) -> None:
        """Load the point that was clicked."""
        if message.get("do") == "choose":
            self.choose(int(message["structure"]), int(message["point"]))

    def choose(self, number: int, point: int) -> None:
        """Load structure `number` at a point of its path into the session, as it was computed."""
        assert self.plan is not None
        path, label = self.paths[number], self.plan.label
        source: Source
        if path.file:
            source = FileSource(f"{path.species}-{label}-{number + 1}.POSCAR", path.file)
        else:
            source = PrototypeSource(label, path.species)
        self.load_structure(source, self.plan.recipes(number)[point], [number, point])


def _csv(curve: Curve) -> str:
    """The table that ``facecrystal figures`` writes."""
    with tempfile.TemporaryDirectory() as folder:
        return save_table([curve], Path(folder), "curve").read_text("utf-8")
