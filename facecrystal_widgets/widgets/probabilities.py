"""Class probabilities as bars (plotly).

The figure is built late: importing plotly's widget takes seconds and its page module has 4.8 MB,
and the sliders should not wait for that.
"""

import asyncio
import threading
from typing import Any

import anywidget
import ipywidgets as ipw

from ..classification.verdict import Verdict
from ..crystals.classes import CLASSES
from ..session.session import Session
from .panel import Panel, heading
from .plotly_figure import figure_widget
from .view import bundle

GRID_COLOUR = "rgba(128, 128, 128, 0.35)"


class Fitter(anywidget.AnyWidget):
    """Makes the figure fill its box: plotly measures itself before it is on the page, and follows
    the window alone afterwards."""

    _esm = bundle("fitter.js")


class ProbabilityPanel(Panel):
    """Four bars in fixed order and colours.

    Parameters
    ----------
    late : wait for :meth:`build_soon` before the figure is built; else it is built at once.
    """

    hook = "fcw-probabilities"

    def __init__(self, session: Session | None = None, *, late: bool = False) -> None:
        super().__init__(session)
        self.figure: Any = None
        self._closed = False
        waiting = ipw.HTML("<span class='fcw-words'>drawing the bars …</span>")
        self.frame = ipw.VBox([waiting]).add_class("fcw-bars")
        self.children = (heading("class probabilities"), self.frame, Fitter())
        if not late:
            self.build()

    def build_soon(self) -> None:
        """Import plotly in a thread, then build the figure in the running event loop."""
        try:
            loop = asyncio.get_running_loop()
        except RuntimeError:  # no loop
            self.build()
            return

        def work() -> None:
            figure_widget()
            loop.call_soon_threadsafe(self.build)

        threading.Thread(target=work, name="import plotly", daemon=True).start()

    def build(self) -> None:
        """Build the figure and show it."""
        if self.figure is not None or self._closed:
            return
        names = [f"{c.label} <i>{c.symbol}</i> " for c in CLASSES]
        self.figure = figure_widget()(
            data=[
                {
                    "type": "bar",
                    "orientation": "h",
                    "y": names,
                    "x": [0.0] * len(CLASSES),
                    "marker": {"color": [c.colour for c in CLASSES], "line": {"width": 0}},
                    "texttemplate": "%{x:.3f}",
                    "textposition": "outside",
                    "cliponaxis": False,
                    "hovertemplate": "%{y}: %{x:.6f}<extra></extra>",
                }
            ],
            layout={
                "xaxis": {
                    "range": [0, 1.15],
                    "tickvals": [0, 0.5, 1],
                    "fixedrange": True,
                    "gridcolor": GRID_COLOUR,
                    "zerolinecolor": GRID_COLOUR,
                },
                "yaxis": {"autorange": "reversed", "fixedrange": True},
                "margin": {"l": 104, "r": 8, "t": 2, "b": 22},
                "height": 168,
                "bargap": 0.3,
                "paper_bgcolor": "rgba(0,0,0,0)",
                "plot_bgcolor": "rgba(0,0,0,0)",
                "font": {"size": 13, "color": "#7a7f87"},
                "showlegend": False,
            },
            displayModeBar=False,
            responsive=True,
        )
        self.frame.children = (self.figure,)
        self.watch(self._show, "verdict")

    def _show(self, verdict: Verdict) -> None:
        with self.figure.batch_update():
            self.figure.data[0].x = tuple(verdict.probabilities.values())

    def close(self) -> None:
        self._closed = True
        super().close()
