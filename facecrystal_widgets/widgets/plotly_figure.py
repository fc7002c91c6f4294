"""Plotly's figure as a widget. Importing it takes seconds: that waits for the first figure."""

from functools import cache
from typing import Any


@cache
def figure_widget() -> Any:
    """The class; called with data and layout or a plotly figure, and plotly's configuration."""
    from plotly.graph_objects import FigureWidget

    class WholeFigure(FigureWidget):
        """Reaches the page with its data and layout in one message. Plotly's opens empty and sends
        them afterwards, and a busy browser then keeps the empty figure."""

        def __init__(self, data: Any, layout: Any = None, **config: Any) -> None:
            self._whole = False
            super().__init__(data, layout)
            self._config = config
            self._whole = True
            self.open()

        def open(self) -> None:
            if self._whole:
                super().open()

    return WholeFigure
