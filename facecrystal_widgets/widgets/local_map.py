"""The local map: a sphere slid through a large structure, drawn place by place."""

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import ipywidgets as ipw
import numpy as np
import traitlets
from ase import Atoms

from ..compute.job import JobOutcome
from ..compute.workers import Workers
from ..crystals.neighbours import bond_length
from ..defects import DefectRecipe
from ..mapping.local_map import LocalMap
from ..mapping.places import PLACE
from ..mapping.survey import PLACES, SPHERE, Survey, stream_places
from ..orientation.evidence import THRESHOLD
from ..orientation.inverse_pole_figure import ipf_colours, key_image
from ..reading.examples import EXAMPLES, example
from ..session.session import Session
from .job_panel import JobPanel, spare_cores
from .panel import heading, hint, side_by_side
from .scene import tilt
from .view import CLASS_STYLES, SeenView, bundle, float32_bytes

LARGE = 300
"""Atoms from which a structure is worth a map."""
MAX_PLACES = 100_000
"""Places whose atoms are assigned before the map is started."""
KEY_WIDTH = 240
TURN = "drag to turn"
EXPLAINED = (
    "A sphere is slid through the structure, with the defects of the sliders; at each place the "
    "cube axes are found and the network classifies it. Click an atom to look at its sphere alone."
)
SMALL = "This structure is hardly larger than one sphere. Upload a large one, or take an example:"


class LocalView(SeenView):
    """The atoms on the page, coloured by the result at their nearest place."""

    _esm = bundle("local_map.js")
    _css = bundle("local_map.css")
    classes: Any = traitlets.List(CLASS_STYLES).tag(sync=True)
    trusted_from = traitlets.Float(THRESHOLD).tag(sync=True)
    # the structure; `version` counts, once all of it is there
    positions = traitlets.Bytes(b"").tag(sync=True)
    """float32 (n_atoms, 3), Angstrom, from the middle of the structure."""
    nearest = traitlets.Bytes(b"").tag(sync=True)
    """int32 (n_atoms,): the place p whose result each atom has; -1-p for those that belong to no
    grain of a complete map."""
    bond = traitlets.Float(1.0).tag(sync=True)
    extents: Any = traitlets.List([[0, 0]] * 3).tag(sync=True)
    cell: Any = traitlets.List().tag(sync=True)
    """A corner and three edges of the periodic cell, or empty."""
    rotation: Any = traitlets.List().tag(sync=True)
    version = traitlets.Int(0).tag(sync=True)
    # the places worked on so far
    labels = traitlets.Bytes(b"").tag(sync=True)
    trust = traitlets.Bytes(b"").tag(sync=True)
    colours = traitlets.Bytes(b"").tag(sync=True)
    """uint8 (places, 3, 3): inverse pole figure colours along x, y and z."""
    grains = traitlets.Bytes(b"").tag(sync=True)
    """int16 (places,), -1 for none; empty until the map is complete."""
    reasons: Any = traitlets.List().tag(sync=True)
    places_version = traitlets.Int(0).tag(sync=True)
    shares: Any = traitlets.List().tag(sync=True)
    found: Any = traitlets.List().tag(sync=True)
    """Of each grain its class, its share of the atoms, and its colours along x, y and z."""
    # the view
    colour = traitlets.Enum(("class", "trust", "orientation", "grain"), "class").tag(sync=True)
    direction = traitlets.Int(2, min=0, max=2).tag(sync=True)
    axis = traitlets.Int(-1, min=-1, max=2).tag(sync=True)
    middle = traitlets.Float(0.5, min=0, max=1).tag(sync=True)
    thickness = traitlets.Float(0.25, min=0, max=1).tag(sync=True)
    threshold = traitlets.Float(0.0, min=0, max=1).tag(sync=True)
    chosen = traitlets.Int(-1).tag(sync=True)
    hint = traitlets.Unicode("").tag(sync=True)
    key = traitlets.Bytes(b"").tag(sync=True)
    key_width = traitlets.Int(KEY_WIDTH).tag(sync=True)


class LocalPanel(JobPanel):
    """Class, orientation and trust from place to place; a click looks at an atom's sphere.

    Attributes
    ----------
    found : the latest map, complete or cancelled; or None.
    """

    hook = "fcw-local"

    def __init__(self, session: Session | None = None) -> None:
        super().__init__(session, stop="Cancel")
        wide = {"width": "auto"}
        self.places = ipw.IntText(PLACES // 2, description="places", layout=wide)
        self.places.add_class("fcw-places")
        self.sphere = ipw.IntText(SPHERE, description="atoms in each", layout=wide)
        self.sphere.add_class("fcw-sphere-atoms")
        self.hint = hint()
        self.examples = side_by_side(*map(self._example, EXAMPLES), name="fcw-examples")
        self.view = LocalView(
            rotation=tilt().tolist(), key=key_image(KEY_WIDTH).tobytes(), hint=TURN
        )
        self.found: LocalMap | None = None
        self._survey: Survey | None = None
        self._rows: list[np.ndarray] = []
        self._mapped: tuple[Any, DefectRecipe] | None = None
        self.stage = ipw.VBox()
        """The rest of the panel, while the structure is large."""
        self.settings = side_by_side(self.places, self.sphere, name="fcw-settings")
        self.children = (heading("local map"), self.hint, self.examples, self.stage)
        self._arrange(False)
        # even while the view is not seen: of a small structure there is none
        self.watch(self._show_structure, "structure", at_rest=True)
        self.watch(self._notice_change, "source", "recipe", "place")
        self.listen(self.view)

    def _example(self, name: str) -> ipw.Button:
        button = ipw.Button(description=name)
        filename = EXAMPLES[name]
        button.on_click(lambda _: self.session.upload(filename, example(filename)))
        return button

    # --- the structure ----------------------------------------------------------------------

    def _show_structure(self, structure: Atoms) -> None:
        """Show another structure, which has no map yet."""
        self.cancel()
        large = len(structure) >= LARGE
        self._arrange(large)
        self.say("")
        self.found, self._survey, self._rows, self._mapped = None, None, [], None
        if large:
            places = max(1, min(self.places.value, MAX_PLACES))
            self._show_atoms(Survey.of(structure, places, SPHERE))

    def _arrange(self, large: bool) -> None:
        self.hint.value = EXPLAINED if large else SMALL
        self.stage.children = (self.settings, self.run_row, self.view) if large else ()

    def _show_atoms(self, survey: Survey) -> None:
        atoms, view = survey.atoms, self.view
        middle = (atoms.positions.min(axis=0) + atoms.positions.max(axis=0)) / 2
        points = atoms.positions - middle
        cell = [] if not atoms.pbc.all() else [(-middle).tolist(), *np.asarray(atoms.cell).tolist()]
        with view.hold_sync():
            view.positions = float32_bytes(points)
            view.nearest = survey.nearest.astype("<i4").tobytes()
            view.bond = bond_length(atoms)
            view.extents = np.stack([points.min(axis=0), points.max(axis=0)], axis=1).tolist()
            view.cell = cell
            view.chosen = -1
            self._show_places(np.zeros(0, PLACE))
            view.grains, view.shares, view.found = b"", [], []
            view.version += 1

    def _show_places(self, rows: np.ndarray) -> None:
        view = self.view
        view.labels = rows["probabilities"].argmax(axis=1).astype(np.int8).tobytes()
        view.trust = float32_bytes(rows["trust"])
        view.colours = _axis_colours(rows["rotation"]).tobytes()
        view.reasons = rows["reason"].tolist()
        view.places_version += 1

    # --- the job ----------------------------------------------------------------------------

    def begin(self) -> None:
        structure, recipe = self.session.get("structure"), self.session.recipe
        if recipe != DefectRecipe():
            structure = recipe.apply(structure)
        survey = Survey.of(structure, self.places.value, self.sphere.value)
        self.launch(stream_places, survey, self.network_folder(), Workers(spare_cores()))
        self._survey, self._rows, self.found = survey, [], None
        self._mapped = self.session.source, recipe
        self._show_atoms(survey)

    def take(self, results: list[np.ndarray]) -> None:
        assert self._survey is not None
        self._rows += results
        rows = np.concatenate(self._rows)
        with self.view.hold_sync():
            self._show_places(rows)
        total = len(self._survey.centres)
        self.progress(len(rows), total, f"{len(rows):,} of {total:,} places")

    def end(self, outcome: JobOutcome) -> str:
        if not self._rows or self._survey is None:
            return ""
        found = self.found = LocalMap(self._survey, np.concatenate(self._rows))
        nearest = np.where(found.crystalline, found.place_of_atom, -1 - found.place_of_atom)
        with self.view.hold_sync():
            self.view.nearest = nearest.astype("<i4").tobytes()
            self.view.grains = found.grains.astype("<i2").tobytes()
            self.view.shares = [[label, share] for label, share in found.shares.items() if share]
            self.view.found = [
                [grain.label, grain.share, _axis_colours(grain.rotation).tolist()]
                for grain in found.found_grains
            ]
            self.view.places_version += 1
        number = len(found.found_grains)
        count = f"{len(found.rows):,} places, {number} {'grain' if number == 1 else 'grains'}"
        return f"cancelled; {count} so far" if outcome.kind == "cancelled" else count

    # --- the page ---------------------------------------------------------------------------

    def receive(self, message: dict[str, Any], buffers: Sequence[memoryview] = ()) -> None:
        """Look at an atom that was clicked, or send a file of the map."""
        if message.get("do") == "place":
            self.look_at(int(message["atom"]))
        elif message.get("do") == "save" and self.found is not None:
            name, content = self.file(str(message.get("what")))
            self.view.send({"save": name}, [content])

    def look_at(self, atom: int) -> None:
        """Look at the sphere about an atom of the structure in the other panels."""
        positions = self.session.get("structure").positions
        shown = positions if self._survey is None else self._survey.atoms.positions
        if 0 <= atom < len(shown):
            x, y, z = shown[atom].tolist()
            self.session.place = (x, y, z)
            self.view.chosen = atom

    def file(self, what: str) -> tuple[str, bytes]:
        """A file of the map as ``facecrystal map`` writes it: name and content."""
        from ..mapping.files import write_atoms, write_grains, write_places

        assert self.found is not None
        writers = {"atoms": write_atoms, "places": write_places, "grains": write_grains}
        name = "atoms.xyz" if what == "atoms" else f"{what}.csv"
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder, name)
            writers[what](self.found, path)
            return name, path.read_bytes()

    def _notice_change(self, source: Any, recipe: DefectRecipe, place: Any) -> None:
        if place is None:
            self.view.chosen = -1
        if self._mapped and self._mapped[0] == source and not self.running:
            stale = self._mapped[1] != recipe
            self.view.hint = "the sliders moved since this map was computed" if stale else TURN

    def close(self) -> None:
        self._arrange(True)  # what is not shown is closed, too
        super().close()


def _axis_colours(rotations: np.ndarray) -> np.ndarray:
    """Inverse pole figure colours along x, y and z of rotations (..., 3, 3): uint8 (..., 3, 3)."""
    return np.stack([ipf_colours(rotations, axis) for axis in np.eye(3)], axis=-2)
