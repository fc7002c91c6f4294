"""Transition and melting: Figure 4 of the paper, growing structure by structure."""

import tempfile
from importlib import import_module
from pathlib import Path
from threading import Thread
from typing import Any

import anywidget
import ipywidgets as ipw
import numpy as np
import traitlets

from ..compute.job import JobOutcome
from ..crystals.classes import CLASSES, LABELS, TRANSITIONS
from ..crystals.elements import ELEMENTS
from ..defects import DefectRecipe
from ..diffraction.detector import Detector
from ..diffraction.form_factors import FORM_FACTORS
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
from ..widgets.job_panel import JobPanel
from ..widgets.panel import heading, side_by_side
from ..widgets.view import bundle, float32_bytes

KINDS = {
    **{f"{start} → {end}, by removal": ("transition", start) for start, end in TRANSITIONS.items()},
    **{f"melting of {label}": ("melting", label) for label in LABELS},
}
DEFAULTS = {"transition": TRANSITION_STRUCTURES, "melting": MELTING_STRUCTURES}
"""How many structures the paper took."""
HINTS = {
    "transition": "Figure 4a of the paper. Each structure loses the atoms in an order of its own.",
    "melting": (
        "Figure 4b of the paper. σ is the standard deviation of the displacement along each of x, "
        f"y and z; the rms displacement over the bond length is √3 = {RMS:.2f} times as large."
    ),
}


class CurvesView(anywidget.AnyWidget):
    """The curves on the page."""

    _esm = bundle("curves.js")
    _css = bundle("curves.css")
    classes: Any = traitlets.List().tag(sync=True)
    curve: Any = traitlets.Dict().tag(sync=True)
    """Fields of `Curve`, and `rms`; empty until the first structure has come."""
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


class CurvesPanel(JobPanel):
    """The class probabilities on the way from one lattice to another, or from order to disorder.

    Each dot is one structure at one point; a click on it loads that structure into the session.
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
        self.hint = ipw.HTML()
        self.hint.add_class("fcw-hint")
        self.view = CurvesView(
            classes=[{"label": c.label, "symbol": c.symbol, "colour": c.colour} for c in CLASSES],
            shown=list(LABELS),
        )
        self.study: CurvePlan | None = None
        """What the curve on the page shows."""
        self.curve: Curve | None = None
        self.walked: list[CurvePath] = []
        self._network = ""
        self._loaded: tuple[Source, DefectRecipe] | None = None
        self.children = (
            heading("transition and melting"),
            side_by_side(self.kind, self.element, self.number, self.seed, name="fcw-settings"),
            self.hint,
            self.run_row,
            self.view,
        )
        self._explain(None)
        self.watch(self._notice_change, "source", "recipe")
        self.kind.observe(self._explain, "value")
        self.element.observe(self._explain, "value")
        self.view.on_msg(self._on_message)

    def _explain(self, change: Any) -> None:
        kind, label = self.kind.value
        if change is not None and self.number.value in DEFAULTS.values():
            self.number.value = DEFAULTS[kind]
        element = self.element.value
        which = (
            f" One crystal, {label} {element}, with other random draws each time."
            if element
            else " One structure of the pristine set after the other, from H to Bi, each with a "
            "draw of its own."
        )
        self.hint.value = HINTS[kind] + which

    # --- the job ----------------------------------------------------------------------------

    def begin(self) -> None:
        from joblib import cpu_count

        kind, label = self.kind.value
        study = CurvePlan(kind, label, self.element.value, self.number.value, self.seed.value)
        self._network = self.session.model
        # one core is left for the page
        self.launch(curve_paths, study, self._network, max(1, cpu_count() - 1))
        if not study.element:  # so that the first click need not wait for ASE's reader
            Thread(target=import_module, args=("ase.io.vasp",), daemon=True).start()
        self.study, self.curve, self.walked, self._loaded = study, None, [], None
        ends = [label, TRANSITIONS[label]] if kind == "transition" else list(LABELS)
        with self.view.hold_sync():
            self.view.curve, self.view.paths, self.view.species = {}, b"", []
            self.view.chosen, self.view.csv, self.view.caption = [], "", ""
            self.view.shown = ends

    def take(self, results: list[CurvePath]) -> None:
        assert self.study is not None
        study = self.study
        self.walked += results
        paths = [walked.probabilities for walked in self.walked]
        self.curve = average(paths, study.recipes(0), study.kind, study.label, study.seed)
        done = len(paths)
        with self.view.hold_sync():
            self.view.curve = {
                "kind": study.kind,
                "x": self.curve.x,
                "x_label": self.curve.x_label,
                "mean": dict(self.curve.mean),
                "std": dict(self.curve.std),
                "rms": RMS if study.kind == "melting" else 0,
            }
            self.view.paths = float32_bytes(np.stack(paths))
            self.view.species = [walked.species for walked in self.walked]
            self.view.caption = self._caption()
        self.progress(done, study.number, f"{done:,} of {study.number:,} structures")

    def end(self, ending: JobOutcome) -> str:
        done = len(self.walked)
        if self.curve is not None:
            self.view.filename = f"figure-4-{self.curve.kind}-{self.curve.label}-{done}"
            self.view.csv = _csv(self.curve)
        if ending.kind == "cancelled":
            return f"cancelled after {done:,} structures" + (": the curve is theirs" * bool(done))
        return f"{done:,} structures, done"

    def _caption(self) -> str:
        assert self.study is not None
        own = self._network and f"the network {Path(self._network).name}"
        what = self.study.element or "all species"
        return (
            f"{self.study.label}, {what}, {len(self.walked):,} structures, seed {self.study.seed}; "
            f"mean ± 1 σ of what {own or 'the shipped network'} says"
        )

    # --- a point in the session -------------------------------------------------------------

    def _on_message(self, _: Any, message: dict[str, Any], __: Any) -> None:
        if message.get("do") == "choose":
            self.choose(int(message["structure"]), int(message["point"]))

    def choose(self, number: int, point: int) -> None:
        """Load structure `number` at a point of its path into the session, as it was computed."""
        assert self.study is not None
        walked, recipe = self.walked[number], self.study.recipes(number)[point]
        source: Source
        if walked.file:
            name = f"{walked.species}-{self.study.label}-{number + 1}.POSCAR"
            source = FileSource(name, walked.file)
        else:
            source = PrototypeSource(self.study.label, walked.species)
        session = self.session
        with session.hold():
            session.set(
                target_atoms=128, detector=Detector(), gamma=1.5, form_factor=FORM_FACTORS[0]
            )
            if session.choose(source):
                session.recipe = recipe
                self._loaded = source, recipe
                self.view.chosen = [number, point]

    def _notice_change(self, *now: Any) -> None:
        if self._loaded is not None and now != self._loaded:
            self._loaded, self.view.chosen = None, []


def _csv(curve: Curve) -> str:
    """The table that ``facecrystal figures`` writes."""
    with tempfile.TemporaryDirectory() as folder:
        return save_table([curve], Path(folder), "curve").read_text("utf-8")
