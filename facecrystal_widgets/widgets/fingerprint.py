"""The diffraction image: canvas, axes, colour bar, hover, difference from the pristine image."""

from typing import Any

import anywidget
import numpy as np
import traitlets

from ..diffraction.fingerprint import Fingerprint
from ..diffraction.reflections import Reflection
from ..session.session import Session
from .panel import Panel, heading
from .view import bundle, float32_bytes


class FingerprintView(anywidget.AnyWidget):
    """A fingerprint on the page. Pixels travel as binary; the browser colours them."""

    _esm = bundle("fingerprint.js")
    image = traitlets.Bytes(b"").tag(sync=True)
    pristine = traitlets.Bytes(b"").tag(sync=True)
    geometry = traitlets.Dict().tag(sync=True)
    reflections: Any = traitlets.List().tag(sync=True)
    scale = traitlets.Enum(("linear", "log"), "log").tag(sync=True)
    difference = traitlets.Bool(False).tag(sync=True)


class FingerprintPanel(Panel):
    """The diffraction fingerprint of the defective structure."""

    hook = "fcw-fingerprint"

    def __init__(self, session: Session | None = None) -> None:
        super().__init__(session)
        self.view = FingerprintView()
        self.children = (heading("diffraction fingerprint"), self.view)
        self.watch(self._show, "fingerprint")
        self.watch(self._show_pristine, "pristine")
        self.watch(self._show_reflections, "reflections")

    def _show(self, fingerprint: Fingerprint) -> None:
        detector = fingerprint.detector
        with self.view.hold_sync():
            self.view.geometry = {
                "pixels": detector.pixels,
                "wavelength": detector.wavelength,
                "distance": detector.distance,
                "pixel_size": detector.pixel_size,
                "bond_length": fingerprint.bond_length,
            }
            self.view.image = float32_bytes(fingerprint.image)

    def _show_pristine(self, fingerprint: Fingerprint) -> None:
        self.view.pristine = float32_bytes(fingerprint.image)

    def _show_reflections(self, reflections: tuple[Reflection, ...]) -> None:
        self.view.reflections = [_plain(reflection) for reflection in reflections]


def _plain(reflection: Reflection) -> dict[str, Any]:
    finite = np.isfinite(reflection.d_spacing)
    return {
        "hkl": reflection.hkl,
        "row": round(reflection.row, 2),
        "column": round(reflection.column, 2),
        "d": round(reflection.d_spacing, 4) if finite else None,
    }
