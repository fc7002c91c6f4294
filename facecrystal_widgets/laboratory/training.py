"""Training: a network of one's own, watched while it learns, and then used in the Explorer."""

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
from ..widgets.panel import heading, side_by_side
from ..widgets.view import bundle, float32_bytes

PRESETS = {
    "the paper's": CONVOLUTIONS,
    "half as many": tuple(n // 2 for n in CONVOLUTIONS),
    "twice as many": tuple(2 * n for n in CONVOLUTIONS),
}
OWN = "of your own"
DAY = 86_400
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
    """In all."""
    epochs = traitlets.Int(1).tag(sync=True)


class TrainingPanel(JobPanel):
    """Choose data and network, train it in a process of its own, and use it.

    Parameters
    ----------
    folder : where trained networks are kept, each in a folder that is named after its settings;
        by default in the user's cache.
    """

    hook = "fcw-training"

    def __init__(self, session: Session | None = None, folder: Path | None = None) -> None:
        super().__init__(session, stop="Stop")
        self.folder = folder or networks_folder()
        paper, wide = TrainingPlan(), {"width": "auto"}
        self.size = ipw.IntText(paper.size, description="structures", layout=wide)
        self.epochs = ipw.IntText(paper.epochs, description="epochs", layout=wide)
        self.rate = ipw.FloatText(paper.learning_rate, description="learning rate", layout=wide)
        self.preset = ipw.Dropdown(options=[*PRESETS, OWN], description="filters", layout=wide)
        self.filters = ipw.Text(_text(paper.filters), description="conv1 … conv6", layout=wide)
        self.seed = ipw.IntText(paper.seed, description="seed", layout=wide)
        for control in ("size", "epochs", "rate", "preset", "filters", "seed"):
            getattr(self, control).add_class(f"fcw-{control}")
        self.hint = ipw.HTML()
        self.hint.add_class("fcw-hint")
        self.view = TrainingView()
        self.verdict = ipw.HTML()
        self.verdict.add_class("fcw-trained")
        self.use = ipw.Button(description="Use this network in the Explorer", disabled=True)
        self.back = ipw.Button(description="Back to the shipped network", disabled=True)
        self.in_use = ipw.HTML()
        for widget, hook in (
            (self.use, "fcw-use"),
            (self.back, "fcw-back"),
            (self.in_use, "fcw-in-use"),
        ):
            widget.add_class(hook)
        self.trained: Path | None = None
        """Folder of the latest network, or of the one that was in use from the start."""
        self._plan = paper
        self._draft: Path | None = None
        self._losses: list[float] = []
        self._accuracies: list[float] = []
        self._result: TrainedNetwork | None = None
        self.children = (
            heading("training"),
            side_by_side(
                *(self.size, self.epochs, self.rate, self.preset, self.filters, self.seed),
                name="fcw-settings",
            ),
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
        for control in (self.size, self.epochs, self.rate, self.filters, self.seed):
            control.observe(self._explain, "value")
        self.use.on_click(lambda _: self.session.choose_model(str(self.trained)))
        self.back.on_click(lambda _: self.session.choose_model(""))

    # --- settings ---------------------------------------------------------------------------

    def plan(self) -> TrainingPlan:
        """What the controls ask for; a ValueError says what is wrong with it."""
        return TrainingPlan(
            self.size.value, self.epochs.value, self.rate.value, self._filters(), self.seed.value
        )

    def _filters(self) -> tuple[int, ...]:
        words = re.split(r"[\s,;·]+", self.filters.value.strip())
        if not all(re.fullmatch(r"\d{1,6}", word) for word in words):
            raise ValueError(
                f"filters: expected six whole numbers, such as {_text(CONVOLUTIONS)}, received "
                f"{self.filters.value!r}"
            )
        return tuple(map(int, words))

    def _take_preset(self, change: Any) -> None:
        if change.new in PRESETS:
            self.filters.value = _text(PRESETS[change.new])

    def _explain(self, _: Any = None) -> None:
        self.preset.value = next(
            (n for n, f in PRESETS.items() if self.filters.value == _text(f)), OWN
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
        words = step.words
        if step.words == "training":
            self.view.batches = step.total
            each = step.total // self._plan.epochs
            epoch, batch = divmod(step.done - 1, each)
            words = (
                f"training, epoch {epoch + 1} of {self._plan.epochs}, batch {batch + 1} of {each}"
            )
        elif step.total:
            words = f"{step.words}, {step.done / step.total:.0%}"
        self.progress(step.done, step.total, words, step.words)

    def end(self, ending: JobOutcome) -> str:
        assert self._draft is not None
        draft, self._draft = self._draft, None
        if ending.kind != "finished" or self._result is None:
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
            f"<tr><th scope='row'>{words}</th><td>{value:.2%}</td><td>of {number:,}</td></tr>"
            for words, value, number in rows
        )
        remarks = "".join(f"<p>{escape(remark)}</p>" for remark in trained.remarks)
        self.verdict.value = (
            f"<table><caption>accuracy</caption>{table}</table><div>{remarks}"
            f"<p class='fcw-limits'>Kept in {escape(str(self.trained))}</p></div>"
        )

    # --- the network in use -----------------------------------------------------------------

    def _show_model(self, model: str) -> None:
        if model and self.trained is None:  # trained before this page was loaded
            self.trained = Path(model)
        self.back.disabled = not model
        self.use.disabled = self.trained is None or model == str(self.trained)
        name = f"the network {Path(model).name}" if model else "the shipped network"
        self.in_use.value = f"in use: <b title='{escape(model)}'>{escape(name)}</b>"

    def close(self) -> None:
        super().close()
        if self._draft is not None:
            shutil.rmtree(self._draft, ignore_errors=True)


def _tidy(folder: Path) -> None:
    """Remove the drafts of kernels that were killed."""
    for draft in folder.glob(".draft-*"):
        if time.time() - draft.stat().st_mtime > DAY:
            shutil.rmtree(draft, ignore_errors=True)


def _text(filters: tuple[int, ...]) -> str:
    return " ".join(map(str, filters))
