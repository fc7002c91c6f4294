"""What all panels share: each works alone, on a session of its own, with the style sheet."""

import pytest
from IPython.core.formatters import DisplayFormatter

import facecrystal_widgets as fc
from facecrystal_widgets.widgets.view import Style

PANELS = [getattr(fc, name) for name in dir(fc) if name.endswith("Panel")]


@pytest.mark.parametrize("panel", PANELS)
def test_each_panel_works_alone(panel: type) -> None:
    alone = panel()
    assert alone.session.get("verdict").label == "bcc"
    for _ in range(2):
        bundle, _ = DisplayFormatter().format(alone)
        assert "application/vnd.jupyter.widget-view+json" in bundle
        assert sum(isinstance(child, Style) for child in alone.children) == 1
    alone.close()
    alone.close()
