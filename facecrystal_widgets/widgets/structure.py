"""The structure picker: periodic table, prototype, lattice constant, size, file."""

import re
from collections.abc import Sequence
from html import escape
from typing import Any

import anywidget
import ipywidgets as ipw
import traitlets
from ase.data import atomic_names

from ..crystals.elements import ELEMENTS
from ..crystals.lattices import PROTOTYPES
from ..crystals.preparation import preparation
from ..crystals.prototypes import default_lattice_constant
from ..orientation.align import Aligned
from ..session.session import AXES, Session
from ..session.sources import FileSource, PrototypeSource, Source
from .panel import Panel, heading, hint, side_by_side
from .view import bundle

MAX_UPLOAD = 9_000_000
"""Bytes; a larger message would break the connection to the kernel."""


class ElementPicker(anywidget.AnyWidget):
    """A periodic table to choose from, and a place to drop a file on."""

    _esm = bundle("picker.js")
    elements: Any = traitlets.List().tag(sync=True)
    value = traitlets.Unicode("").tag(sync=True)
    filename = traitlets.Unicode("").tag(sync=True)
    max_upload = traitlets.Int(MAX_UPLOAD).tag(sync=True)


class StructurePanel(Panel):
    """Choose a prototype and an element, or upload a file; choose the size of the cluster."""

    hook = "fcw-structure"

    def __init__(self, session: Session | None = None) -> None:
        super().__init__(session)
        self.picker = ElementPicker(
            elements=[
                {"symbol": symbol, "name": atomic_names[z]} for z, symbol in enumerate(ELEMENTS, 1)
            ]
        )
        self.prototype = ipw.Dropdown(
            options=[(lattice.title, name) for name, lattice in PROTOTYPES.items()],
            description="prototype",
        ).add_class("fcw-prototype")
        self.second = ipw.Dropdown(options=ELEMENTS, description="with")
        self.constant = ipw.BoundedFloatText(min=0.1, max=100, step=0.01, description="a (Å)")
        self.frame = ipw.BoundedIntText(min=-(10**9), max=10**9, description="frame")
        self.size = ipw.IntSlider(
            min=32, max=1024, description="atoms, about", continuous_update=False
        )
        self.size.add_class("fcw-size").add_class("fcw-slider")
        self.axes = ipw.Checkbox(description="find the cube axes", indent=False)
        self.axes.add_class("fcw-axes")
        self.axes.tooltip = (
            "Where they are not known they are sought, and the atoms turned onto them. Off: the "
            "axes are taken to lie along x, y, z, as in the paper."
        )
        self.preparation_hint = hint()
        self.children = (
            heading("structure"),
            self.picker,
            self.prototype,
            side_by_side(self.constant, self.second, self.frame, name="fcw-cell"),
            self.size,
            self.axes,
            self.preparation_hint,
        )
        self._lattice = "bcc"  # the latest one shown
        self.watch(self._show_source, "source")
        self.watch(self._show_cluster, "aligned", "target_atoms", "orientation")
        self.picker.observe(self._set_element, "value")
        self.listen(self.picker)
        self.prototype.observe(self._set_prototype, "value")
        self.second.observe(self._set_second, "value")
        self.constant.observe(self._set_constant, "value")
        self.frame.observe(self._set_frame, "value")
        self.size.observe(self._set_size, "value")
        self.axes.observe(self._set_axes, "value")

    # Each handler compares with the session, so a control that shows its state writes nothing.

    def _set_prototype(self, change: dict[str, Any]) -> None:
        source, name = self.session.source, change["new"]
        if name is None:  # a file is shown
            return
        if isinstance(source, FileSource):
            self._choose_prototype(name, "Fe", None)
        elif source.name != name:
            self._choose_prototype(name, *_symbols(source.element))

    def _set_element(self, change: dict[str, Any]) -> None:
        source, symbol = self.session.source, change["new"]
        if isinstance(source, FileSource) and symbol:
            self._choose_prototype(self._lattice, symbol, self.second.value)
        elif isinstance(source, PrototypeSource):
            first, second = _symbols(source.element)
            if first != symbol:
                self._choose_prototype(source.name, symbol, second)

    def _set_second(self, change: dict[str, Any]) -> None:
        source = self.session.source
        if isinstance(source, PrototypeSource) and PROTOTYPES[source.name].second:
            first, second = _symbols(source.element)
            if second != change["new"]:
                self._choose(PrototypeSource(source.name, f"{first}{change['new']}"))

    def _set_constant(self, change: dict[str, Any]) -> None:
        source = self.session.source
        if isinstance(source, PrototypeSource) and change["new"] != _constant(source):
            self._choose(PrototypeSource(source.name, source.element, change["new"]))

    def _set_frame(self, change: dict[str, Any]) -> None:
        source = self.session.source
        if isinstance(source, FileSource):
            self._choose(FileSource(source.filename, source.content, change["new"]))

    def _set_size(self, change: dict[str, Any]) -> None:
        self.session.target_atoms = change["new"]

    def _set_axes(self, change: dict[str, Any]) -> None:
        self.session.orientation = AXES[0] if change["new"] else AXES[1]

    def receive(self, message: dict[str, Any], buffers: Sequence[memoryview] = ()) -> None:
        """Take an uploaded file, or report why the page could not send it."""
        filename = str(message.get("filename", "file"))
        if message.get("too_large"):
            self.session.refuse(
                f"{filename}: {message['too_large'] / 1e6:.0f} MB are too large for the page (at "
                f"most {MAX_UPLOAD / 1e6:.0f} MB); classify it with 'facecrystal classify'"
            )
        elif message.get("unreadable"):
            self.session.refuse(f"{filename}: cannot be read; choose a single file")
        elif buffers:
            self._choose(FileSource(filename, bytes(buffers[0])))

    def _choose_prototype(self, name: str, first: str, second: str | None) -> None:
        self._choose(PrototypeSource(name, _compound(name, first, second)))

    def _choose(self, source: Source) -> None:
        if source != self.session.source and not self.session.choose(source):
            self._show_source(self.session.source)  # the controls show the source in use

    def _show_source(self, source: Source) -> None:
        file = source if isinstance(source, FileSource) else None
        self.picker.filename = file.filename if file else ""
        self.frame.layout.display = None if file else "none"
        self.constant.layout.display = "none" if file else None
        if isinstance(source, FileSource):
            self.picker.value = ""
            self.prototype.value = None
            self.frame.value = source.frame
            self.second.layout.display = "none"
            return
        first, second = _symbols(source.element)
        self.prototype.value = self._lattice = source.name
        self.picker.value = first
        self.second.layout.display = None if second else "none"
        if second:
            self.second.value = second
        self.constant.value = _constant(source)

    def _show_cluster(self, aligned: Aligned, target_atoms: int, orientation: str) -> None:
        self.size.value = target_atoms
        self.axes.value = orientation == AXES[0]
        source = self.session.source
        name = f"{escape(source.filename)}: " if isinstance(source, FileSource) else ""
        self.preparation_hint.value = f"{name}{escape(preparation(aligned.atoms).note)}"
        if aligned.turned and aligned.orientation:
            self.preparation_hint.value += f", turned by {aligned.orientation.angle:.0f}°"


def _symbols(formula: str) -> tuple[str, str | None]:
    """The first chemical symbol of a prototype's formula, and the second if there is one."""
    first, *others = re.findall("[A-Z][a-z]*", formula)
    return first, others[0] if others else None


def _compound(name: str, first: str, second: str | None) -> str:
    """The formula for a prototype: `first` alone, or with a second species that differs from it."""
    lattice = PROTOTYPES[name]
    if not lattice.second:
        return first
    for symbol in (second, *_symbols(lattice.example)[1:], "Cl", "Na"):
        if symbol and symbol != first:
            return f"{first}{symbol}"
    raise AssertionError("one of two different symbols differs from any third")


def _constant(source: PrototypeSource) -> float:
    given = source.lattice_constant
    return round(given or default_lattice_constant(source.name, source.element), 3)
