"""Evaluation: confusion matrix, accuracy by defect, and other methods on the same structures."""

from collections.abc import Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import ipywidgets as ipw
import numpy as np
import traitlets

from ..compute.job import JobOutcome
from ..convnet.reference import NetworkRef
from ..crystals.classes import LABELS
from ..datasets.defects import DEFECTS
from ..evaluation.results import SECONDS, Group, Results, combined, evaluation_steps, read_results
from ..evaluation.scores import answers, by_defect, confusion, right_probability, score
from ..session.session import Session
from ..widgets.job_panel import outcome_text
from ..widgets.numbers import network_name, percent
from ..widgets.panel import heading, side_by_side
from ..widgets.view import bundle
from .structure_list import StructureListPanel, StructureListView, list_row

PER_CLASS = 5
LISTED = 200
"""Structures in an opened list, the least certain first."""
NAMES = ("pristine", *(str(defect).replace("%", " %") for defect in DEFECTS))


class EvaluationView(StructureListView):
    """The tables on the page. It asks for a list by ``{"do": "open", "what": [...]}``."""

    _esm = bundle("evaluation.js")
    _css = bundle("evaluation.css")
    run = traitlets.Int(0).tag(sync=True)
    """Counts evaluations: the row numbers of each mean other structures."""
    summary = traitlets.Unicode("").tag(sync=True)
    matrix: Any = traitlets.List().tag(sync=True)
    """Numbers of structures, true classes down, answers across; empty until there are some."""
    table: Any = traitlets.List().tag(sync=True)
    """By defect: number, name, structures, misses, mean confidence, accuracy of other methods."""
    peers: Any = traitlets.List().tag(sync=True)
    """Names of the other methods, with their settings."""
    note = traitlets.Unicode("").tag(sync=True)
    """How the other methods were run, or why they were not."""
    caption = traitlets.Unicode("").tag(sync=True)

    opened: Any = traitlets.List().tag(sync=True)
    """The list that is open: ``["cell", class, answer]``, ``["defect", number]`` or ``[]``."""
    listed: Any = traitlets.List().tag(sync=True)
    """Its structures, each as :func:`.structure_list.list_row`."""
    heading = traitlets.Unicode("").tag(sync=True)


@dataclass(frozen=True)
class _Run:
    """Settings of an evaluation as it was started."""

    crystals: int
    seed: int
    beside: bool
    model: str
    sha256: str


class EvaluationPanel(StructureListPanel):
    """A small evaluation that grows while it is watched, or a finished one from a folder."""

    hook = "fcw-evaluation"
    view: EvaluationView

    def __init__(self, session: Session | None = None) -> None:
        super().__init__(session, view=EvaluationView(), per_class=PER_CLASS)
        self.beside = ipw.Checkbox(True, description="spglib and PTM, too", indent=False)
        self.folder = ipw.Text(
            placeholder="folder of a finished 'facecrystal evaluate'",
            description="or open",
            layout={"width": "auto"},
        ).add_class("fcw-folder")
        self.open = ipw.Button(description="Open")
        self.beside.add_class("fcw-beside")
        self.open.add_class("fcw-open-folder")
        self.results: Results | None = None
        self._groups: list[Group] = []
        self.children = (
            heading("evaluation"),
            side_by_side(self.per_class, self.seed, self.beside, name="fcw-settings"),
            self.hint,
            self.run_row,
            side_by_side(self.folder, self.open, name="fcw-folder-row"),
            self.view,
        )
        self._explain()
        self.per_class.observe(self._explain, "value")
        self.open.on_click(self._on_open)

    def _explain(self, *_: Any) -> None:
        number = 4 * self.per_class.value
        self.hint.value = (
            f"{number} random crystals of the pristine set, as many of each class, each with all "
            f"thirteen defects: {number * len(DEFECTS):,} structures."
        )

    # --- the job, or a folder ---------------------------------------------------------------

    def begin(self) -> None:
        model = self.network_folder()
        per_class, seed, beside = self.per_class.value, self.seed.value, self.beside.value
        self._run = _Run(
            4 * per_class, seed, beside, self.session.model, NetworkRef.at(model).sha256
        )
        self.launch(evaluation_steps, per_class, seed, model, beside)
        self.open.disabled = True
        self._groups = []

    def take(self, results: list[Group]) -> None:
        first, run = not self._groups, self._run
        self._groups += results
        done = len(self._groups)
        self._show(
            combined(self._groups, run.seed, run.sha256),
            _peer_note(run.beside, done),
            f"{done:,} crystals, seed {run.seed}; answers of {network_name(run.model)}",
            new=first,
        )
        self.progress(done, run.crystals, f"{done:,} of {run.crystals:,} crystals")

    def end(self, outcome: JobOutcome) -> str:
        self.open.disabled = False
        done = len(self._groups)
        kept = "the tables are of these" if done else ""
        return outcome_text(outcome, f"{done:,} crystals", kept)

    def _on_open(self, _: Any) -> None:
        name = self.folder.value.strip()
        if not name:
            self.say("Type the folder of a finished 'facecrystal evaluate'.", problem=True)
            return
        self.open_folder(Path(name).expanduser())

    def open_folder(self, folder: Path) -> None:
        """Show a finished ``facecrystal evaluate`` from its folder."""
        try:
            results = read_results(folder)
        except ValueError as error:
            self.say(str(error), problem=True)
            return
        shipped = results.sha256 == NetworkRef.at(None).sha256
        network = "the shipped network" if shipped else f"another network ({results.sha256[:12]}…)"
        crystals = len(np.unique(results.rows["parent"]))
        self._show(
            results,
            _peer_note_of_folder(results),
            f"{folder}: {crystals:,} crystals, seed {results.seed}; answers of {network}",
            new=True,
        )
        self.say(f"{len(results.rows):,} structures, opened")

    # --- tables and lists -------------------------------------------------------------------

    def _show(self, results: Results, note: str, caption: str, new: bool) -> None:
        self.results = results
        with self.view.hold_sync():
            if new:
                self.show_rows(results.rows, results.seed)
                self.view.run += 1
                self.view.opened = []
            self.rows = results.rows
            self.view.summary = _summary(results.rows)
            self.view.matrix = confusion(results.rows).tolist()
            self.view.table = _table(results)
            self.view.peers = list(results.peers)
            self.view.note, self.view.caption = note, caption
            self._list()

    def receive(self, message: dict[str, Any], buffers: Sequence[memoryview] = ()) -> None:
        """Open a list, or do what a row asks for."""
        if message.get("do") == "open":
            self.open_list(message.get("what", []))
        else:
            super().receive(message, buffers)

    def open_list(self, what: list[Any]) -> None:
        """List the structures of ``["cell", class, answer]`` or ``["defect", number]``, or none."""
        with self.view.hold_sync():
            self.view.opened = what
            self._list()

    def _list(self) -> None:
        opened, rows = self.view.opened, self.rows
        if not opened:
            self.view.listed, self.view.heading = [], ""
            return
        if opened[0] == "cell":
            _, label, answer = opened
            chosen = np.flatnonzero((rows["label"] == label) & (answers(rows) == answer))
            name = f"{LABELS[label]} taken for {LABELS[answer]}"
        else:
            chosen = np.flatnonzero(rows["defect"] == opened[1])
            name = NAMES[opened[1] + 1]
        order = chosen[np.argsort(right_probability(rows[chosen]), kind="stable")][:LISTED]
        self.view.listed = [list_row(rows[i], i) for i in order.tolist()]
        self.view.heading = f"{name}: {_selection(len(chosen))}"


def _selection(number: int) -> str:
    if number > LISTED:
        return f"the {LISTED} least certain of {number:,}"
    return "1 structure" if number == 1 else f"{number:,} structures, the least certain first"


def _summary(rows: np.ndarray) -> str:
    scores = score(rows)
    wrong = f"{scores.misses:,}" if scores.misses else "none"
    return (
        f"{scores.structures - scores.misses:,} of {scores.structures:,} structures in the right "
        f"class ({percent(scores.accuracy, 2)}), {wrong} misclassified. Mean confidence "
        f"{_probability(scores.confidence, 4)}; the lowest probability of a right class is "
        f"{_probability(scores.lowest, 3)}."
    )


def _probability(value: float, digits: int) -> str:
    """A probability that is not rounded up to 1."""
    most = 1 - 10**-digits
    return f"above {most}" if value > most + 0.5 * 10**-digits else f"{value:.{digits}f}"


def _table(results: Results) -> list[dict[str, Any]]:
    table = []
    for defect, scores in by_defect(results.rows).items():
        number = -1 if defect is None else DEFECTS.index(defect)
        table.append(
            {
                "defect": number,
                "name": NAMES[number + 1],
                "structures": scores.structures,
                "misses": scores.misses,
                "accuracy": scores.accuracy,
                "percent": percent(scores.accuracy, 2),
                "confidence": scores.confidence,
                "peers": [_accuracy(parts[number + 1]) for parts in results.peers.values()],
            }
        )
    return table


def _accuracy(part: Any) -> float | None:
    return None if np.isnan(part) else round(float(part), 4)


def _peer_note(beside: bool, number: int) -> str:
    if not beside:
        return "Other methods were not run."
    missing = (
        ""
        if find_spec("ovito")
        else " There is no column of PTM, since OVITO is not installed; pip install "
        "'facecrystal_widgets[peers]' brings it."
    )
    return (
        f"spglib and PTM get the same {number} crystals with the same defects as periodic "
        "supercells, and stand at the setting that is best for them here; PTM's answer is the "
        f"class that most atoms have. spglib is given up after {SECONDS} s, which counts as wrong; "
        f"'facecrystal evaluate' tries more settings, and longer.{missing}"
    )


def _peer_note_of_folder(results: Results) -> str:
    if not results.peers:
        return "No comparison with other methods is in this folder."
    missing = (
        ""
        if any(name.startswith("PTM") for name in results.peers)
        else " OVITO was not installed for it, so PTM is missing."
    )
    return (
        f"Other methods were run on a sample of {results.compared} crystals with the same "
        f"defects, each at the setting that is best for it there.{missing}"
    )
