"""Training: a network that is watched while it learns, and then used in the Explorer."""

import os
import re
import shutil
import tempfile
import time
from html import escape
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import anywidget
import ipywidgets as ipw
import numpy as np
import traitlets

from ..compute.job import JobOutcome
from ..convnet.architecture import CONVOLUTIONS
from ..convnet.weights import networks_folder
from ..session.session import Session
from ..training.plan import TrainingPlan
from ..training.run import BatchScores, Progress, TrainedNetwork, train
from ..widgets.job_panel import JobPanel
from ..widgets.numbers import network_name, percent
from ..widgets.panel import heading, hint, side_by_side
from ..widgets.view import bundle, float32_bytes

PRESETS = {
    "the paper's": CONVOLUTIONS,
    "half as many": tuple(n // 2 for n in CONVOLUTIONS),
    "twice as many": tuple(2 * n for n in CONVOLUTIONS),
}
CUSTOM = "of your own"
DRAFT_SECONDS = 86_400
"""Age of a draft that no running training can have."""
NEEDS_TENSORFLOW = (
    "Training needs TensorFlow, which is not installed here. Install it with: "
    "pip install 'facecrystal_widgets[train]'"
)


class TrainingView(anywidget.AnyWidget):
    """Loss and accuracy on the page."""

    _esm = bundle("training.js")
    _css = bundle("training.css")
    losses = traitlets.Bytes(b"").tag(sync=True)
    """Mean cross-entropy of each batch, float32."""
    accuracies = traitlets.Bytes(b"").tag(sync=True)
    batches = traitlets.Int(0).tag(sync=True)
    """Number of batches in all epochs."""
    epochs = traitlets.Int(1).tag(sync=True)


class TrainingPanel(JobPanel):
    """Choose data and network, train it in a separate process, and use it.

    Parameters
    ----------
    folder : where trained networks are kept, each in a folder that is named after its settings;
        by default in the user's cache.

    Attributes
    ----------
    trained : folder of the latest network, or of the one that was in use from the start; or None.
    """

    hook = "fcw-training"

    def __init__(self, session: Session | None = None, folder: Path | None = None) -> None:
        super().__init__(session, stop="Stop")
        self.folder = folder or networks_folder()
        paper, wide = TrainingPlan(), {"width": "auto"}
        self.size = ipw.IntText(paper.size, description="structures", layout=wide)
        self.epochs = ipw.IntText(paper.epochs, description="epochs", layout=wide)
        self.rate = ipw.FloatText(paper.learning_rate, description="learning rate", layout=wide)
        self.preset = ipw.Dropdown(options=[*PRESETS, CUSTOM], description="filters", layout=wide)
        self.filters = ipw.Text(_text(paper.filters), description="conv1 … conv6", layout=wide)
        self.seed = ipw.IntText(paper.seed, description="seed", layout=wide)
        settings = ("size", "epochs", "rate", "preset", "filters", "seed")
        controls = [getattr(self, name).add_class(f"fcw-{name}") for name in settings]
        self.hint = hint()
        self.view = TrainingView()
        self.verdict = ipw.HTML().add_class("fcw-trained")
        self.use = ipw.Button(description="Use this network in the Explorer", disabled=True)
        self.use.add_class("fcw-use")
        self.back = ipw.Button(description="Back to the shipped network", disabled=True)
        self.back.add_class("fcw-back")
        self.in_use = ipw.HTML().add_class("fcw-in-use")
        self.trained: Path | None = None
        self._plan = paper
        self._draft: Path | None = None
        self._losses: list[float] = []
        self._accuracies: list[float] = []
        self._result: TrainedNetwork | None = None
        self.children = (
            heading("training"),
            side_by_side(*controls, name="fcw-settings"),
            self.hint,
            self.run_row,
            self.view,
            self.verdict,
            side_by_side(self.use, self.back, self.in_use, name="fcw-network"),
        )
        if find_spec("tensorflow") is None:
            self.say(NEEDS_TENSORFLOW, problem=True)
        self._explain()
        self.watch(self._show_model, "model")
        self.preset.observe(self._take_preset, "value")
        for control in controls:
            if control is not self.preset:
                control.observe(self._explain, "value")
        self.use.on_click(lambda _: self.session.choose_model(str(self.trained)))
        self.back.on_click(lambda _: self.session.choose_model(""))

    # --- settings ---------------------------------------------------------------------------

    def plan(self) -> TrainingPlan:
        """The settings of the controls; raises ValueError if one of them is bad."""
        return TrainingPlan(
            self.size.value, self.epochs.value, self.rate.value, self._filters(), self.seed.value
        )

    def _filters(self) -> tuple[int, ...]:
        numbers = re.split(r"[\s,;·]+", self.filters.value.strip())
        if not all(re.fullmatch(r"\d{1,6}", number) for number in numbers):
            raise ValueError(
                f"filters: expected six whole numbers, such as {_text(CONVOLUTIONS)}, received "
                f"{self.filters.value!r}"
            )
        return tuple(map(int, numbers))

    def _take_preset(self, change: Any) -> None:
        if change.new in PRESETS:
            self.filters.value = _text(PRESETS[change.new])

    def _explain(self, _: Any = None) -> None:
        self.preset.value = next(
            (n for n, f in PRESETS.items() if self.filters.value == _text(f)), CUSTOM
        )
        try:
            plan = self.plan()
        except ValueError as error:
            self.hint.value = f'<span class="fcw-problem">{escape(str(error))}</span>'
            return
        times = f"{plan.work:.2g}"
        work = "as much work as" if times == "1" else f"{times} times the work of"
        self.hint.value = (
            f"{plan.parameters:,} weights and biases; {work} the "
            "paper's training, which takes a few minutes on two cores. A quarter of the pairs of "
            "species and class is held out for the test."
        )

    # --- the job ----------------------------------------------------------------------------

    def begin(self) -> None:
        if find_spec("tensorflow") is None:
            raise ValueError(NEEDS_TENSORFLOW)
        plan = self.plan()
        self.folder.mkdir(parents=True, exist_ok=True)
        _tidy(self.folder)
        self._draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=self.folder))
        self.launch(train, plan, self._draft)
        self._plan, self._result = plan, None
        self._losses, self._accuracies = [], []
        self.verdict.value = ""
        with self.view.hold_sync():
            self.view.losses = self.view.accuracies = b""
            self.view.batches, self.view.epochs = 0, plan.epochs

    def take(self, results: list[Progress | BatchScores | TrainedNetwork]) -> None:
        step: Progress | None = None
        for result in results:
            if isinstance(result, BatchScores):
                self._losses.append(result.loss)
                self._accuracies.append(result.accuracy)
            elif isinstance(result, Progress):
                step = result
            else:
                self._result = result
        if step is not None:
            self._show_step(step)
        with self.view.hold_sync():
            self.view.losses = float32_bytes(np.array(self._losses))
            self.view.accuracies = float32_bytes(np.array(self._accuracies))

    def _show_step(self, step: Progress) -> None:
        text = step.words
        if step.words == "training":
            self.view.batches = step.total
            each = step.total // self._plan.epochs
            epoch, batch = divmod(step.done - 1, each)
            text = (
                f"training, epoch {epoch + 1} of {self._plan.epochs}, batch {batch + 1} of {each}"
            )
        elif step.total:
            text = f"{step.words}, {percent(step.done / step.total)}"
        self.progress(step.done, step.total, text, step.words)

    def end(self, outcome: JobOutcome) -> str:
        assert self._draft is not None
        draft, self._draft = self._draft, None
        if outcome.kind != "finished" or self._result is None:
            shutil.rmtree(draft, ignore_errors=True)
            return "stopped; nothing was kept"
        kept = self.folder / self._plan.name
        shutil.rmtree(kept, ignore_errors=True)  # the same settings give the same network
        os.replace(draft, kept)
        self.trained = kept
        self.use.disabled = False
        self._show_result(self._result)
        self._show_model(self.session.model)
        return f"trained in {self._result.seconds:.0f} s"

    def _show_result(self, trained: TrainedNetwork) -> None:
        result = trained.result
        rows = [
            ("training part", result.train_accuracy, result.n_train),
            ("held-out pairs", result.test_accuracy, result.n_test),
            ("defective, another seed", trained.defective_accuracy, trained.n_defective),
            ("the same, shipped network", trained.shipped_accuracy, trained.n_defective),
        ]
        table = "".join(
            f"<tr><th scope='row'>{name}</th><td>{percent(part, 2)}</td><td>of {number:,}</td></tr>"
            for name, part, number in rows
        )
        remarks = "".join(f"<p>{escape(remark)}</p>" for remark in trained.remarks)
        self.verdict.value = (
            f"<table><caption>accuracy</caption>{table}</table><div>{remarks}"
            f"<p class='fcw-limits'>Kept in {escape(str(self.trained))}</p></div>"
        )

    # --- the network in use -----------------------------------------------------------------

    def _show_model(self, model: str) -> None:
        if model and self.trained is None:  # trained before this page was opened
            self.trained = Path(model)
        self.back.disabled = not model
        self.use.disabled = self.trained is None or model == str(self.trained)
        name = escape(network_name(model))
        self.in_use.value = f"in use: <b title='{escape(model)}'>{name}</b>"

    def close(self) -> None:
        super().close()
        if self._draft is not None:
            shutil.rmtree(self._draft, ignore_errors=True)


def _tidy(folder: Path) -> None:
    """Remove the drafts of kernels that were killed."""
    for draft in folder.glob(".draft-*"):
        if time.time() - draft.stat().st_mtime > DRAFT_SECONDS:
            shutil.rmtree(draft, ignore_errors=True)


def _text(filters: tuple[int, ...]) -> str:
    return " ".join(map(str, filters))
