"""Panels that show structures of the sets one by one: picture, text, and a click that loads one."""

from collections.abc import Sequence
from typing import Any

import ipywidgets as ipw
import numpy as np
import traitlets

from ..arguments import MAX_SEED
from ..crystals.cluster import build_cluster
from ..datasets.defects import DEFECTS
from ..datasets.structures import pristine_file, pristine_structure
from ..diffraction.fingerprint import fingerprint
from ..evaluation.embedding import MAX_PER_CLASS
from ..evaluation.predictions import PREDICTION, EvaluatedStructure, recipe_of
from ..session.session import Session
from ..session.sources import FileSource
from ..widgets.panel import hint
from ..widgets.scene import host_colour, laboratory_positions, tilt
from ..widgets.view import CLASS_STYLES, SeenView, float32_bytes
from .loading import ATOMS, DETECTOR, LoadingPanel


def _defect_styles() -> list[dict[str, Any]]:
    strongest = {d.kind: max(e.strength for e in DEFECTS if e.kind == d.kind) for d in DEFECTS}
    styles: list[dict[str, Any]] = [{"name": "pristine", "kind": "pristine", "part": 1.0}]
    for defect in DEFECTS:
        name = str(defect).replace("%", " %")
        part = defect.strength / strongest[defect.kind]
        styles.append({"name": name, "kind": defect.kind, "part": part})
    return styles


class StructureListView(SeenView):
    """A view that lists rows; its page module makes a ``StructureCard``.

    The page asks for what belongs to one row: ``{"do": "picture" or "load", "row": number}``.
    """

    classes: Any = traitlets.List(CLASS_STYLES).tag(sync=True)
    defects: Any = traitlets.List(_defect_styles()).tag(sync=True)
    """Pristine and the thirteen defects: name, kind, and strength relative to the strongest."""
    chosen = traitlets.Int(-1).tag(sync=True)
    """The row that the session holds, or -1."""


class StructureListPanel(LoadingPanel):
    """A panel with rows of `PREDICTION`; a base class.

    Parameters
    ----------
    per_class : crystals per class, at first.

    Attributes
    ----------
    per_class, seed : controls.
    rows : what is shown.
    rows_seed : of the structures behind the rows.
    """

    view: StructureListView

    def __init__(self, session: Session | None, *, view: StructureListView, per_class: int) -> None:
        super().__init__(session, stop="Cancel")
        self.view = view
        wide = {"width": "auto"}
        self.per_class = ipw.BoundedIntText(
            per_class, min=1, max=MAX_PER_CLASS, description="crystals per class", layout=wide
        ).add_class("fcw-number")
        self.seed = ipw.BoundedIntText(0, min=0, max=MAX_SEED, description="seed", layout=wide)
        self.seed.add_class("fcw-seed")
        self.hint = hint()
        self.rows: np.ndarray = np.zeros(0, PREDICTION)
        self.rows_seed = 0
        self.listen(view)

    def show_rows(self, rows: np.ndarray, seed: int) -> None:
        """Take other rows; a structure loaded from the previous ones is no longer marked."""
        self.rows, self.rows_seed = rows, seed
        self.unmark()

    def receive(self, message: dict[str, Any], buffers: Sequence[memoryview] = ()) -> None:
        """Send the picture of a row, or load it."""
        number = message.get("row")
        if not isinstance(number, int) or not 0 <= number < len(self.rows):
            return
        if message.get("do") == "picture":
            description, *pictures = self.picture(number)
            self.view.send(description, pictures)
        elif message.get("do") == "load":
            self.load(number)

    def picture(self, number: int) -> tuple[dict[str, Any], bytes, bytes, bytes]:
        """A row's structure and diffraction image, computed again from its recipe.

        Returns
        -------
        What the drawing needs besides the arrays; image, float32 (64, 64); positions, float32
        (n, 3), turned as they are first seen in the viewer; index into the colours, uint8 (n,).
        """
        row = self.rows[number]
        cluster = build_cluster(pristine_structure(int(row["parent"]), self.rows_seed)[0], ATOMS)
        broken = recipe_of(row).apply(cluster)
        image = fingerprint(broken)
        centred = broken.positions - cluster.positions.mean(axis=0)
        positions = laboratory_positions(centred, DETECTOR) @ tilt().T
        species, index = np.unique(broken.numbers, return_inverse=True)
        description = {
            "picture": number,
            "colours": [host_colour(z) for z in species.tolist()],
            "species": list(dict.fromkeys(broken.get_chemical_symbols())),
            "atoms": len(broken),
            "bond": image.bond_length,
        }
        return (
            description,
            float32_bytes(image.image),
            float32_bytes(positions),
            index.astype(np.uint8).tobytes(),
        )

    def load(self, number: int) -> None:
        """Load a row's structure: the pristine crystal as a file, and the recipe."""
        row = self.rows[number]
        source = FileSource(*pristine_file(int(row["parent"]), self.rows_seed))
        if not self.load_structure(source, recipe_of(row), number):
            return
        computed = self.session.get("fingerprint").bond_length
        if not np.isclose(computed, row["bond_length"], rtol=1e-6):
            self.session.refuse(
                f"{source.title}: this is not quite the structure that was evaluated; the "
                "evaluation was made by another version, make it again"
            )


def list_row(row: Any, number: int) -> list[Any]:
    """A row of `PREDICTION` for the page, in the order in which ``points.js`` reads it."""
    structure = EvaluatedStructure.of(row)
    return [
        number,
        structure.species,
        int(row["label"]),
        int(row["probabilities"].argmax()),
        round(structure.probability, 6),
        round(structure.right, 6),
        int(row["defect"]) + 1,
        round(structure.bond_length, 3),
    ]
