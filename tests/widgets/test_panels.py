"""What all panels share: each works alone, on a session of its own, with the style sheet."""

import pytest
from IPython.core.formatters import DisplayFormatter

from facecrystal_widgets import widgets
from facecrystal_widgets.laboratory.curves import CurvesPanel
from facecrystal_widgets.laboratory.embedding import EmbeddingPanel
from facecrystal_widgets.laboratory.evaluation import EvaluationPanel
from facecrystal_widgets.laboratory.training import TrainingPanel
from facecrystal_widgets.widgets.view import Style

PANELS = [
    widgets.AttentionPanel,
    widgets.DefectPanel,
    widgets.FingerprintPanel,
    widgets.LayersPanel,
    widgets.LocalPanel,
    widgets.ProbabilityPanel,
    widgets.StructurePanel,
    widgets.SymmetryPanel,
    widgets.VerdictPanel,
    widgets.ViewerPanel,
    CurvesPanel,
    EmbeddingPanel,
    EvaluationPanel,
    TrainingPanel,
]


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
