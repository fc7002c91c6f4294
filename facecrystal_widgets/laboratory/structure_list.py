"""Panels that show structures of the sets one by one: picture, words, a way into the session."""

from typing import Any

import numpy as np
import traitlets

from ..crystals.classes import CLASSES
from ..crystals.cluster import build_cluster
from ..datasets.defects import DEFECTS
from ..datasets.structures import pristine_file, pristine_structure
from ..defects import DefectRecipe
from ..diffraction.detector import Detector
from ..diffraction.fingerprint import fingerprint
from ..diffraction.form_factors import FORM_FACTORS
from ..evaluation.predictions import PREDICTION, EvaluatedStructure, recipe_of
from ..session.session import Session
from ..session.sources import FileSource
from ..widgets.job_panel import JobPanel
from ..widgets.scene import host_colour, laboratory_positions, tilt
from ..widgets.view import SeenView, float32_bytes

ATOMS = 128
"""The sets have clusters of this size."""


class StructureListView(SeenView):
    """A view that lists rows; its page module makes a ``StructureCard``.

    The page asks for what belongs to one row: ``{"do": "picture" or "load", "row": number}``.
    """

    classes: Any = traitlets.List(
        [{"label": c.label, "symbol": c.symbol, "colour": c.colour} for c in CLASSES]
    ).tag(sync=True)
    defects: Any = traitlets.List(
        [{"name": "pristine", "kind": "pristine", "part": 1.0}]
        + [
            {
                "name": str(defect).replace("%", " %"),
                "kind": defect.kind,
                "part": defect.strength / max(d.strength for d in DEFECTS if d.kind == defect.kind),
            }
            for defect in DEFECTS
        ]
    ).tag(sync=True)
    """Pristine and the thirteen defects: name, kind, and strength relative to the strongest."""
    chosen = traitlets.Int(-1).tag(sync=True)
    """The row that the session holds, or -1."""


class StructureListPanel(JobPanel):
    """A panel with rows of `PREDICTION`; a base class.

    Attributes
    ----------
    rows : what is shown.
    rows_seed : of the structures behind the rows.
    """

    view: StructureListView

    def __init__(
        self, session: Session | None = None, *, view: StructureListView, stop: str
    ) -> None:
        super().__init__(session, stop=stop)
        self.view = view
        self.rows: np.ndarray = np.zeros(0, PREDICTION)
        self.rows_seed = 0
        self._loaded: tuple[FileSource, DefectRecipe] | None = None
        self.watch(self._notice_change, "source", "recipe")
        self.view.on_msg(self._on_message)

    def show_rows(self, rows: np.ndarray, seed: int) -> None:
        """Take other rows; what was loaded from the last ones is not marked any more."""
        self.rows, self.rows_seed = rows, seed
        self._loaded, self.view.chosen = None, -1

    def _on_message(self, _: Any, message: dict[str, Any], __: Any) -> None:
        number = message.get("row")
        if not isinstance(number, int) or not 0 <= number < len(self.rows):
            return
        if message.get("do") == "picture":
            words, *buffers = self.picture(number)
            self.view.send(words, buffers)
        elif message.get("do") == "load":
            self.load(number)

    def picture(self, number: int) -> tuple[dict[str, Any], bytes, bytes, bytes]:
        """A row's structure and diffraction image, made again from its recipe.

        Returns
        -------
        Words: the number and what the drawing needs; image, float32 (64, 64); positions, float32
        (n, 3), turned as they are first seen in the viewer; index into the colours, uint8 (n,).
        """
        row = self.rows[number]
        cluster = build_cluster(pristine_structure(int(row["parent"]), self.rows_seed)[0], ATOMS)
        broken = recipe_of(row).apply(cluster)
        image = fingerprint(broken)
        positions = laboratory_positions(
            broken.positions - cluster.positions.mean(axis=0), DETECTOR
        )
        kinds, index = np.unique(broken.numbers, return_inverse=True)
        words = {
            "picture": number,
            "colours": [host_colour(kind) for kind in kinds.tolist()],
            "species": list(dict.fromkeys(broken.get_chemical_symbols())),
            "atoms": len(broken),
            "bond": image.bond_length,
        }
        tilted = positions @ tilt().T
        return (
            words,
            float32_bytes(image.image),
            float32_bytes(tilted),
            index.astype(np.uint8).tobytes(),
        )

    def load(self, number: int) -> None:
        """Put a row's structure into the session, as it was computed: the pristine crystal as a
        file, the recipe of the row, and the size and optics of the sets. One step to undo."""
        row, session = self.rows[number], self.session
        source = FileSource(*pristine_file(int(row["parent"]), self.rows_seed))
        recipe = recipe_of(row)
        with session.hold():
            session.set(
                target_atoms=ATOMS, detector=DETECTOR, gamma=1.5, form_factor=FORM_FACTORS[0]
            )
            if session.choose(source):
                session.recipe = recipe
                self._loaded = source, recipe
                self.view.chosen = number
        if self._loaded and not np.isclose(
            session.get("fingerprint").bond_length, row["bond_length"], rtol=1e-6
        ):
            session.refuse(
                f"{source.title}: this is not quite the structure that was evaluated; the "
                "evaluation was made by another version, make it again"
            )

    def _notice_change(self, *now: Any) -> None:
        if self._loaded is not None and now != self._loaded:
            self._loaded, self.view.chosen = None, -1


DETECTOR = Detector()


def list_row(row: Any, number: int) -> list[Any]:
    """A row in words and numbers for the page, in the order in which ``points.js`` reads them."""
    point = EvaluatedStructure.of(row)
    return [
        number,
        point.species,
        int(row["label"]),
        int(row["probabilities"].argmax()),
        round(point.probability, 6),
        round(point.right, 6),
        int(row["defect"]) + 1,
        round(point.bond_length, 3),
    ]
