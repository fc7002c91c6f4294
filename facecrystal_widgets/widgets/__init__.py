"""Panels: views of a session. The only place that imports ipywidgets, nglview and plotly.

Every panel takes a :class:`~facecrystal_widgets.Session`, or makes one, and works alone in a cell:
``DefectPanel(session)``. Panels read and write the session and never one another.
"""

from .attention import AttentionPanel
from .base import StatusLine
from .defects import DefectPanel
from .evaluation import EvaluationPanel
from .fingerprint import FingerprintPanel
from .header import Header
from .local import LocalPanel
from .map import MapPanel
from .probabilities import ProbabilityPanel
from .structure import StructurePanel
from .symmetry import SymmetryPanel
from .tour import Tour
from .training import TrainingPanel
from .transition import TransitionPanel
from .verdict import VerdictPanel
from .viewer import ViewerPanel
from .walk import WalkPanel

__all__ = [
    "AttentionPanel",
    "DefectPanel",
    "EvaluationPanel",
    "FingerprintPanel",
    "Header",
    "LocalPanel",
    "MapPanel",
    "ProbabilityPanel",
    "StatusLine",
    "StructurePanel",
    "SymmetryPanel",
    "Tour",
    "TrainingPanel",
    "TransitionPanel",
    "VerdictPanel",
    "ViewerPanel",
    "WalkPanel",
]
