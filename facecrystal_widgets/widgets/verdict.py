"""The verdict, and how far to trust it."""

from html import escape

import ipywidgets as ipw

from ..classification.caveats import LIMITS
from ..classification.verdict import Verdict
from ..crystals.classes import COLOURS
from ..orientation.evidence import THRESHOLD
from ..orientation.trust import Trust
from ..session.session import Session
from .panel import Panel


class VerdictPanel(Panel):
    """Class, space group and probability, trust, and caveats."""

    def __init__(self, session: Session | None = None) -> None:
        super().__init__(session)
        self.add_class("fcw-verdict-panel")
        self.line = ipw.HTML().add_class("fcw-verdict")
        self.notes = ipw.HTML().add_class("fcw-notes")
        self.trust = ipw.HTML().add_class("fcw-trust")
        self.children = (self.line, self.trust, self.notes)
        self.watch(self._show, "verdict", "model")
        self.watch(self._show_trust, "trust")

    def _show_trust(self, trust: Trust) -> None:
        kind, answer = ("yes", "trusted") if trust.trusted else ("no", "not trusted")
        self.trust.value = (
            f'<span class="fcw-trust-{kind}" title="from 0 to 1; trusted from {THRESHOLD} on">'
            f"{answer} {trust.trust:.2f}</span> <span>{escape(trust.reason)}</span>"
        )

    def _show(self, verdict: Verdict, model: str) -> None:
        style = f"--fcw-class:{COLOURS[verdict.label]}"
        answer = escape(str(verdict))
        self.line.value = f'<span class="fcw-big" style="{style}">{answer}</span>'
        notes = [f"Not the shipped network: {model}"] if model else []
        notes += verdict.notes
        lines = "".join(f'<p class="fcw-note">{escape(note)}</p>' for note in notes)
        self.notes.value = f'{lines}<p class="fcw-limits">{LIMITS}</p>'
