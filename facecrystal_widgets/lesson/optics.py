"""The detector of a session, to be played with."""

from dataclasses import replace
from typing import Any

import ipywidgets as ipw

from ..diffraction.detector import Detector
from ..session.session import Session
from ..widgets.panel import Panel, heading

PAPER = Detector()


class OpticsPanel(Panel):
    """Wavelength, zone angle and exponent of the fingerprint that a session shows.

    The detector moves away as the wavelength shrinks, so that each reflection stays where it is on
    the image as far as the Ewald sphere lets it.
    """

    hook = "fcw-bench"

    def __init__(self, session: Session | None = None) -> None:
        super().__init__(session)
        self.wavelength = ipw.FloatLogSlider(
            PAPER.wavelength, min=-2.301, max=0, step=0.1, readout_format=".3f"
        )
        self.zone = ipw.FloatSlider(PAPER.zone_angle, min=0, max=90, step=1, readout_format=".0f")
        self.gamma = ipw.FloatSlider(1.5, min=0.5, max=3, step=0.1, readout_format=".1f")
        self.about = ipw.HTML()
        self.about.add_class("fcw-hint")
        for slider, words, hook in (
            (self.wavelength, "wavelength λ (Å)", "fcw-wavelength"),
            (self.zone, "turn about x (°)", "fcw-zone"),
            (self.gamma, "exponent γ", "fcw-gamma"),
        ):
            slider.description, slider.layout.width = words, "auto"
            slider.add_class("fcw-slider")
            slider.add_class(hook)
            slider.observe(self._set, "value")
        self.children = (
            heading("beam and detector"),
            self.wavelength,
            self.zone,
            self.gamma,
            self.about,
        )
        self.watch(self._show, "detector", "gamma")

    def _set(self, _: dict[str, Any]) -> None:
        wavelength = self.wavelength.value
        self.session.gamma = self.gamma.value
        self.session.detector = replace(
            PAPER,
            wavelength=wavelength,
            distance=PAPER.distance * PAPER.wavelength / wavelength,
            zone_angle=self.zone.value,
        )

    def _show(self, detector: Detector, gamma: float) -> None:
        self.about.value = (
            f"detector at {1000 * detector.distance:.3g} mm · radius of the Ewald sphere 2π/λ = "
            f"{6.2832 / detector.wavelength:.0f} Å⁻¹ · largest q on the image "
            f"{detector.reach:.1f} Å⁻¹"
        )
