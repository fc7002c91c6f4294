"""Panels of one structure: views of a session.

Every panel takes a :class:`~facecrystal_widgets.Session`, or makes one, and works alone in a cell:
``DefectPanel(session)``. Panels read and write the session and never one another.
"""

from .attention import AttentionPanel
from .defects import DefectPanel
from .fingerprint import FingerprintPanel
from .header import Header
from .layers import LayersPanel
from .local_map import LocalPanel
from .panel import StatusLine
from .probabilities import ProbabilityPanel
from .structure import StructurePanel
from .symmetry import SymmetryPanel
from .tour import Tour
from .verdict import VerdictPanel
from .viewer import ViewerPanel

__all__ = [
    "AttentionPanel",
    "DefectPanel",
    "FingerprintPanel",
    "Header",
    "LayersPanel",
    "LocalPanel",
    "ProbabilityPanel",
    "StatusLine",
    "StructurePanel",
    "SymmetryPanel",
    "Tour",
    "VerdictPanel",
    "ViewerPanel",
]
