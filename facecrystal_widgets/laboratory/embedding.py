"""The map: structures as points, the nearer to one another the more alike they are."""

from typing import Any

import numpy as np
import traitlets

from ..compute.job import JobOutcome
from ..evaluation.embedding import (
    FEATURES,
    GROUP,
    METHODS,
    PER_CLASS,
    Embedding,
    embedding_steps,
)
from ..evaluation.scores import correct, right_probability
from ..session.session import Session
from ..widgets.numbers import network_name, percent
from ..widgets.panel import heading, side_by_side
from ..widgets.view import bundle, float32_bytes
from .structure_list import StructureListPanel, StructureListView, list_row

LISTED = 24
"""Points that are listed one by one."""
CHOICES: dict[str, dict[str, tuple[str, str]]] = {
    "features": {
        "fingerprint": ("fingerprint", "the 4,096 pixels of the diffraction image"),
        "layer": ("last hidden layer", "the 128 units that the network decides by"),
    },
    "method": {
        "PCA": ("PCA", "the two directions in which the points differ most"),
        "t-SNE": ("t-SNE", "neighbours stay neighbours"),
    },
    "colour": {
        "class": ("class", "of the pristine crystal"),
        "defect": ("defect", "the stronger, the fuller the colour"),
        "answer": ("right or wrong", "what the network says"),
    },
}
"""What can be chosen: trait, value, and its name and explanation."""


class EmbeddingView(StructureListView):
    """The map on the page."""

    _esm = bundle("embedding.js")
    _css = bundle("embedding.css")
    choices: Any = traitlets.Dict(CHOICES).tag(sync=True)
    features = traitlets.Enum(FEATURES, FEATURES[1]).tag(sync=True)
    method = traitlets.Enum(METHODS, METHODS[0]).tag(sync=True)
    colour = traitlets.Enum(tuple(CHOICES["colour"]), "class").tag(sync=True)
    missed = traitlets.Bool(False).tag(sync=True)
    """Show the misclassified points only."""

    points: Any = traitlets.List().tag(sync=True)
    """Each as :func:`.structure_list.list_row`."""
    places = traitlets.Bytes(b"").tag(sync=True)
    """float32 (n, 2), of the chosen map; empty while there is none."""
    axes: Any = traitlets.List(["", ""]).tag(sync=True)
    note = traitlets.Unicode("").tag(sync=True)
    """How to read the map."""
    listed: Any = traitlets.List().tag(sync=True)
    """Numbers of the misclassified points; where there are none, of the least certain ones."""
    verdict = traitlets.Unicode("").tag(sync=True)
    """How many are misclassified."""
    caption = traitlets.Unicode("").tag(sync=True)


class EmbeddingPanel(StructureListPanel):
    """PCA and t-SNE of fingerprints or of the last hidden layer; a click loads a structure."""

    hook = "fcw-map"
    view: EmbeddingView

    def __init__(self, session: Session | None = None) -> None:
        super().__init__(session, view=EmbeddingView(), per_class=PER_CLASS)
        self.maps: dict[tuple[str, str], Embedding] = {}
        self._network = ""
        self._done = self._total = 0
        self._coming: set[tuple[str, str]] = set()
        self.children = (
            heading("map of structures"),
            side_by_side(self.per_class, self.seed, name="fcw-settings"),
            self.hint,
            self.run_row,
            self.view,
        )
        self._explain()
        self.per_class.observe(self._explain, "value")
        self.view.observe(self._show_map, ("features", "method"))

    def _explain(self, *_: Any) -> None:
        number = self.per_class.value
        self.hint.value = (
            f"4 classes × {number} crystals of the pristine set, each without a defect and with "
            f"all thirteen: {4 * number * GROUP:,} structures."
        )

    # --- the job ----------------------------------------------------------------------------

    def begin(self) -> None:
        self._network, self._done = self.session.model, 0
        self._coming = {(features, method) for features in FEATURES for method in METHODS}
        self._total = 4 * self.per_class.value
        self.launch(embedding_steps, self.per_class.value, self.seed.value, self.network_folder())

    def take(self, results: list[Any]) -> None:
        for result in results:
            if isinstance(result, Embedding):
                self._take_map(result)
            else:
                self._done += 1
        if self._done < self._total:
            text = f"{self._done * GROUP:,} of {self._total * GROUP:,} structures"
            self.progress(self._done, self._total, text, "structures")
        else:
            self.progress(4 - len(self._coming), 4, "drawing the maps", "maps")

    def _take_map(self, embedding: Embedding) -> None:
        """The first map of a run replaces all earlier ones."""
        if len(self._coming) == len(FEATURES) * len(METHODS):
            self.maps = {}
            self.show_points(embedding.rows, embedding.seed)
        key = embedding.features, embedding.method
        self._coming.discard(key)
        self.maps[key] = embedding
        self._show_map()

    def end(self, outcome: JobOutcome) -> str:
        self._coming = set()
        self._show_map()
        if outcome.kind == "finished":
            return f"{len(self.rows):,} structures, done"
        if self._done < self._total or not self.maps:
            return "cancelled: the map is as it was before" if self.maps else "cancelled"
        return "cancelled: some maps are missing" if len(self.maps) < 4 else "cancelled"

    def show_points(self, rows: np.ndarray, seed: int) -> None:
        """Show other structures, and list the misclassified or least certain ones."""
        wrong = np.flatnonzero(~correct(rows))
        listed = (
            wrong[np.argsort(rows["bond_length"][wrong], kind="stable")]
            if wrong.size
            else np.argsort(right_probability(rows), kind="stable")[:LISTED]
        )
        with self.view.hold_sync():
            self.show_rows(rows, seed)
            self.view.points = [list_row(row, i) for i, row in enumerate(rows)]
            self.view.listed = listed.tolist()
            self.view.verdict = _miss_summary(wrong.size, len(rows), listed.size)
            network = network_name(self._network)
            self.view.caption = f"{len(rows):,} structures, seed {seed}; answers of {network}"

    def _show_map(self, *_: Any) -> None:
        key = self.view.features, self.view.method
        embedding = self.maps.get(key)
        with self.view.hold_sync():
            if embedding is None:
                self.view.places = b""
                self.view.note = _missing(key[1], bool(self.maps), key in self._coming)
                return
            self.view.axes = _axes(embedding)
            self.view.note = _how_to_read(embedding)
            self.view.places = float32_bytes(embedding.coordinates)


def _missing(method: str, others: bool, coming: bool) -> str:
    if coming and others:
        return f"The {method} map is being computed …"
    if others:
        return f"The {method} map was not computed, since the work was cancelled; start it again."
    return ""


def _miss_summary(wrong: int, number: int, listed: int) -> str:
    if wrong:
        return (
            f"{wrong:,} of {number:,} structures {'is' if wrong == 1 else 'are'} misclassified; "
            "those with the shortest bonds come first."
        )
    return (
        f"None of the {number:,} structures is misclassified. The {listed} that the network is "
        "least sure of are shown instead, the least certain first."
    )


def _axes(embedding: Embedding) -> list[str]:
    if embedding.explained is None:
        return ["t-SNE 1", "t-SNE 2"]
    return [
        f"principal component {i} ({percent(part)} of the variance)"
        for i, part in enumerate(embedding.explained, start=1)
    ]


def _how_to_read(embedding: Embedding) -> str:
    features = CHOICES["features"][embedding.features][1]
    if embedding.explained is None:
        return (
            f"t-SNE of {features}: structures that are alike lie together; how far apart groups "
            "lie, and how large they are, means nothing."
        )
    return (
        f"PCA of {features}: the plane holds {percent(sum(embedding.explained))} of the variance; "
        "what lies together here may differ in other directions."
    )
