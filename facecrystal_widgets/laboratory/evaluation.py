"""Evaluation: confusion matrix, accuracy by defect, and other methods on the same structures."""

from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import ipywidgets as ipw
import numpy as np
import traitlets

from ..arguments import MAX_SEED
from ..compute.job import JobOutcome
from ..convnet.reference import NetworkRef
from ..crystals.classes import LABELS
from ..datasets.defects import DEFECTS
from ..evaluation.embedding import MAX_PER_CLASS
from ..evaluation.results import SECONDS, Group, Results, combined, evaluation_steps, read_results
from ..evaluation.scores import answers, by_defect, confusion, right_probability, score
from ..session.session import Session
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
    """Counts evaluations: row numbers of another one mean other structures."""
    summary = traitlets.Unicode("").tag(sync=True)
    matrix: Any = traitlets.List().tag(sync=True)
    """Numbers of structures, true classes down, answers across; empty until there are some."""
    table: Any = traitlets.List().tag(sync=True)
    """By defect: its number, name, structures, misses, mean confidence, other methods' accuracy."""
    peers: Any = traitlets.List().tag(sync=True)
    """Names of the other methods, with their settings."""
    note = traitlets.Unicode("").tag(sync=True)
    """How the other methods were asked, or why they were not."""
    caption = traitlets.Unicode("").tag(sync=True)

    opened: Any = traitlets.List().tag(sync=True)
    """The list that is open: ``["cell", class, answer]``, ``["defect", number]`` or nothing."""
    listed: Any = traitlets.List().tag(sync=True)
    """What :func:`.points.list_row` says of its structures."""
    heading = traitlets.Unicode("").tag(sync=True)


class EvaluationPanel(StructureListPanel):
    """A small evaluation that grows while it is watched, or one that is finished."""

    hook = "fcw-evaluation"
    view: EvaluationView

    def __init__(self, session: Session | None = None) -> None:
        super().__init__(session, view=EvaluationView(), stop="Cancel")
        wide = {"width": "auto"}
        self.per_class = ipw.BoundedIntText(
            PER_CLASS, min=1, max=MAX_PER_CLASS, description="crystals per class", layout=wide
        )
        self.seed = ipw.BoundedIntText(0, min=0, max=MAX_SEED, description="seed", layout=wide)
        self.beside = ipw.Checkbox(True, description="spglib and PTM, too", indent=False)
        self.folder = ipw.Text(
            placeholder="folder of a finished 'facecrystal evaluate'",
            description="or open",
            layout=wide,
        )
        self.open = ipw.Button(description="Open")
        for widget, hook in (
            *((self.per_class, "fcw-number"), (self.seed, "fcw-seed"), (self.beside, "fcw-beside")),
            *((self.folder, "fcw-folder"), (self.open, "fcw-open-folder")),
        ):
            widget.add_class(hook)
        self.hint = ipw.HTML()
        self.hint.add_class("fcw-hint")
        self.results: Results | None = None
        self._groups: list[Group] = []
        self._planned = 0
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
        self.view.on_msg(self._on_open_list)

    def _explain(self, *_: Any) -> None:
        number = 4 * self.per_class.value
        self.hint.value = (
            f"{number} random crystals of the pristine set, as many of each class, each with all "
            f"thirteen defects: {number * len(DEFECTS):,} structures."
        )

    # --- the job, or a folder ---------------------------------------------------------------

    def begin(self) -> None:
        model = Path(self.session.model) if self.session.model else None
        self._sha256 = NetworkRef.at(model).sha256
        self._started = self.seed.value, self.session.model
        self._planned = 4 * self.per_class.value
        self._beside = self.beside.value
        self.launch(evaluation_steps, self.per_class.value, self.seed.value, model, self._beside)
        self.open.disabled = True
        self._groups = []

    def take(self, results: list[Group]) -> None:
        first = not self._groups
        self._groups += results
        seed, model = self._started
        done = len(self._groups)
        network = f"the network in {model}" if model else "the shipped network"
        self._show(
            combined(self._groups, seed, self._sha256),
            _how_asked(self._beside, done),
            f"{done:,} crystals, seed {seed}; answers of {network}",
            new=first,
        )
        self.progress(done, self._planned, f"{done:,} of {self._planned:,} crystals")

    def end(self, ending: JobOutcome) -> str:
        self.open.disabled = False
        done = len(self._groups)
        if ending.kind == "cancelled":
            return f"cancelled after {done:,} crystals" + (": the tables are theirs" * bool(done))
        return f"{done:,} crystals, done"

    def _on_open(self, _: Any) -> None:
        name = self.folder.value.strip()
        if not name:
            self.say("Type the folder of a finished 'facecrystal evaluate'.", problem=True)
            return
        self.open_folder(Path(name).expanduser())

    def open_folder(self, folder: Path) -> None:
        """Show the evaluation that ``facecrystal evaluate`` left in a folder."""
        try:
            found = read_results(folder)
        except ValueError as error:
            self.say(str(error), problem=True)
            return
        shipped = found.sha256 == NetworkRef.at(None).sha256
        network = "the shipped network" if shipped else f"another network ({found.sha256[:12]}…)"
        self._show(
            found,
            _how_asked_there(found),
            f"{folder}: {len(np.unique(found.rows['parent'])):,} crystals, seed {found.seed}; "
            f"answers of {network}",
            new=True,
        )
        self.say(f"{len(found.rows):,} structures, opened")

    # --- what is shown ----------------------------------------------------------------------

    def _show(self, found: Results, note: str, caption: str, new: bool) -> None:
        self.results = found
        with self.view.hold_sync():
            if new:
                self.show_rows(found.rows, found.seed)
                self.view.run += 1
                self.view.opened = []
            self.rows = found.rows
            self.view.summary = _summary(found.rows)
            self.view.matrix = confusion(found.rows).tolist()
            self.view.table = _table(found)
            self.view.peers = list(found.peers)
            self.view.note, self.view.caption = note, caption
            self._list()

    def _on_open_list(self, _: Any, message: dict[str, Any], __: Any) -> None:
        if message.get("do") == "open":
            self.open_list(message.get("what", []))

    def open_list(self, what: list[Any]) -> None:
        """List the structures of ``["cell", class, answer]`` or ``["defect", number]``, or none."""
        with self.view.hold_sync():
            self.view.opened = what
            self._list()

    def _list(self) -> None:
        what, rows = self.view.opened, self.rows
        if not what:
            self.view.listed, self.view.heading = [], ""
            return
        if what[0] == "cell":
            _, label, answer = what
            mask = (rows["label"] == label) & (answers(rows) == answer)
            name = f"{LABELS[label]} taken for {LABELS[answer]}"
        else:
            mask = rows["defect"] == what[1]
            name = NAMES[what[1] + 1]
        found = np.flatnonzero(mask)
        order = found[np.argsort(right_probability(rows[found]), kind="stable")][:LISTED]
        self.view.listed = [list_row(rows[i], i) for i in order.tolist()]
        which = (
            f"the {LISTED} least certain of {len(found):,}"
            if len(found) > LISTED
            else (
                f"{len(found):,} structures, the least certain first"
                if len(found) != 1
                else "1 structure"
            )
        )
        self.view.heading = f"{name}: {which}"


def _summary(rows: np.ndarray) -> str:
    found = score(rows)
    wrong = "none" if not found.misses else f"{found.misses:,}"
    return (
        f"{found.structures - found.misses:,} of {found.structures:,} structures in the right "
        f"class ({_percent(found.accuracy)}), {wrong} misclassified. Mean confidence "
        f"{_probability(found.confidence, 4)}; the lowest probability of a right class is "
        f"{_probability(found.lowest, 3)}."
    )


def _percent(part: float) -> str:
    """Not 100.00 % while anything is wrong."""
    return "100 %" if part == 1 else f"{min(100 * part, 99.99):.2f} %"


def _probability(value: float, digits: int) -> str:
    """Not 1.000 while it is less."""
    most = 1 - 10**-digits
    return f"above {most}" if value > most + 0.5 * 10**-digits else f"{value:.{digits}f}"


def _table(found: Results) -> list[dict[str, Any]]:
    table = []
    for defect, own in by_defect(found.rows).items():
        number = -1 if defect is None else DEFECTS.index(defect)
        table.append(
            {
                "defect": number,
                "name": NAMES[number + 1],
                "structures": own.structures,
                "misses": own.misses,
                "accuracy": own.accuracy,
                "percent": _percent(own.accuracy),
                "confidence": own.confidence,
                "peers": [_part(found.peers, name, number + 1) for name in found.peers],
            }
        )
    return table


def _part(peers: Mapping[str, np.ndarray], name: str, place: int) -> float | None:
    value = float(peers[name][place])
    return None if np.isnan(value) else round(value, 4)


def _how_asked(beside: bool, number: int) -> str:
    if not beside:
        return "Other methods were not asked."
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


def _how_asked_there(found: Results) -> str:
    if not found.peers:
        return "No comparison with other methods is in this folder."
    missing = (
        ""
        if any(name.startswith("PTM") for name in found.peers)
        else " OVITO was not installed where it was made, so PTM is missing."
    )
    return (
        f"Other methods were asked about a sample of {found.compared} crystals with the same "
        f"defects, each at the setting that is best for it there.{missing}"
    )
