"""spglib's space group at an adjustable tolerance, beside the network's."""

from html import escape
from math import isclose

import ipywidgets as ipw

from ..crystals.symmetry import SymmetryVerdict
from ..session.session import Session
from ..session.stages import MAX_SYMMETRY_ATOMS
from .panel import Panel, heading


class SymmetryPanel(Panel):
    """The space group of the periodic supercell by spglib, and the tolerance."""

    hook = "fcw-symmetry"

    def __init__(self, session: Session | None = None) -> None:
        super().__init__(session)
        self.text = ipw.HTML()
        self.tolerance = ipw.FloatLogSlider(
            value=self.session.symprec,
            min=-5,
            max=-0.5,
            step=0.25,
            readout_format=".1e",
            description="tolerance (Å)",
        ).add_class("fcw-symprec")
        limits = ipw.HTML(
            "<p class='fcw-limits'>spglib looks for the operations that map the periodic structure "
            "onto itself, within a tolerance that you choose. One vacancy is enough to lose most "
            "of them; no tolerance brings them back.</p>"
        )
        self.children = (heading("spglib, with a threshold"), self.text, self.tolerance, limits)
        self.watch(self._show, "symmetry")
        self.watch(self._show_tolerance, "symprec")
        self.tolerance.observe(self._set, "value")

    def _set(self, change: dict) -> None:
        # the page returns 10 to the power of the logarithm, which is off by a last digit
        if not isclose(change["new"], self.session.symprec, rel_tol=1e-6):
            self.session.symprec = change["new"]

    def _show_tolerance(self, symprec: float) -> None:
        self.tolerance.value = symprec

    def _show(self, verdict: SymmetryVerdict | None) -> None:
        if verdict is None:
            text = f"it is asked about periodic cells of up to {MAX_SYMMETRY_ATOMS:,} atoms"
            symbol, kind = "no answer", "none"
        elif verdict.number is None:
            text, symbol, kind = "finds no space group at this tolerance", "no answer", "none"
        else:
            label = f"{verdict.label}, " if verdict.label else ""
            text = f"{label}space group {verdict.number}"
            symbol, kind = str(verdict.symbol), "found" if verdict.label else "lost"
        self.text.value = (
            f'<span class="fcw-symbol fcw-symbol-{kind}">{escape(symbol)}</span> '
            f'<span class="fcw-words">{escape(text)}</span>'
        )
