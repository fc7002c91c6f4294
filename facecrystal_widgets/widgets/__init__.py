"""Panels: views of a session. The only place that imports ipywidgets, nglview and plotly.

Every panel takes a :class:`~facecrystal_widgets.Session`, or makes one, and works alone in a cell:
``DefectPanel(session)``. Panels read and write the session and never one another.
"""

from .base import StatusLine
from .defects import DefectPanel
from .fingerprint import FingerprintPanel
from .header import Header
from .probabilities import ProbabilityPanel
from .structure import StructurePanel
from .symmetry import SymmetryPanel
from .verdict import VerdictPanel
from .viewer import ViewerPanel

__all__ = [
    "DefectPanel",
    "FingerprintPanel",
    "Header",
    "ProbabilityPanel",
    "StatusLine",
    "StructurePanel",
    "SymmetryPanel",
    "VerdictPanel",
    "ViewerPanel",
]
