"""The verdict in words, and whether to believe it."""

from html import escape

import ipywidgets as ipw

from ..classification.caveats import LIMITS
from ..classification.verdict import Verdict
from ..crystals.classes import CLASSES
from ..orientation.evidence import THRESHOLD
from ..orientation.trust import Trust
from ..session.session import Session
from .panel import Panel

COLOURS = {c.label: c.colour for c in CLASSES}


class VerdictPanel(Panel):
    """Class, space group and probability, and what one must know to read them."""

    def __init__(self, session: Session | None = None) -> None:
        super().__init__(session)
        self.add_class("fcw-verdict-panel")
        self.line = ipw.HTML()
        self.line.add_class("fcw-verdict")
        self.notes = ipw.HTML()
        self.notes.add_class("fcw-notes")
        self.trust = ipw.HTML()
        self.trust.add_class("fcw-trust")
        self.children = (self.line, self.trust, self.notes)
        self.watch(self._show, "verdict", "model")
        self.watch(self._judge, "trust")

    def _judge(self, found: Trust) -> None:
        kind, word = ("yes", "trusted") if found.trusted else ("no", "not trusted")
        self.trust.value = (
            f'<span class="fcw-trust-{kind}" title="from 0 to 1; trusted from {THRESHOLD} on">'
            f"{word} {found.trust:.2f}</span> <span>{escape(found.reason)}</span>"
        )

    def _show(self, verdict: Verdict, model: str) -> None:
        style = f"--fcw-class:{COLOURS[verdict.label]}"
        answer = escape(str(verdict))
        self.line.value = f'<span class="fcw-big" style="{style}">{answer}</span>'
        words = [f"Not the shipped network: {model}"] * bool(model) + list(verdict.notes)
        notes = "".join(f'<p class="fcw-note">{escape(note)}</p>' for note in words)
        self.notes.value = f'{notes}<p class="fcw-limits">{LIMITS}</p>'
