"""The verdict in words."""

from html import escape

import ipywidgets as ipw

from ..classes import CLASSES
from ..convnet.classifier import LIMITS, Verdict
from ..session import Session
from .base import Panel

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
        self.children = (self.line, self.notes)
        self.watch(self._show, "verdict", "model")

    def _show(self, verdict: Verdict, model: str) -> None:
        style = f"--fcw-class:{COLOURS[verdict.label]}"
        answer = escape(str(verdict))
        self.line.value = f'<span class="fcw-big" style="{style}">{answer}</span>'
        words = [f"Not the shipped network: {model}"] * bool(model) + list(verdict.notes)
        notes = "".join(f'<p class="fcw-note">{escape(note)}</p>' for note in words)
        self.notes.value = f'{notes}<p class="fcw-limits">{LIMITS}</p>'
