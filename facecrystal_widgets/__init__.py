"""The face of crystals, live: crystal symmetry from diffraction fingerprints and a ConvNet.

The package follows Ziletti, Kumar, Scheffler and Ghiringhelli, "Insightful classification of
crystal structures using deep learning". Data flow one way::

    structure -> cluster -> defective cluster -> fingerprint -> probabilities -> verdict

>>> import facecrystal_widgets as fc
>>> cluster = fc.build_cluster(fc.prototype("bcc", "Fe"))
>>> broken = fc.DefectRecipe(vacancies=0.5, seed=7).apply(cluster)
>>> fc.classify(broken).label
'bcc'

Every public name is imported when it is first used, so ``import facecrystal_widgets`` is cheap.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"

_HOMES = {
    "CLASSES": "classes",
    "CrystalClass": "classes",
    "LABELS": "classes",
    "PROTOTYPES": "prototypes",
    "prototype": "prototypes",
    "StructureError": "structures",
    "bond_length": "structures",
    "build_cluster": "structures",
    "preparation": "structures",
    "read_frames": "reading",
    "read_structure": "reading",
    "DefectRecipe": "defects",
    "Detector": "diffraction.detector",
    "diffraction_intensity": "diffraction.amplitude",
    "Fingerprint": "diffraction.fingerprint",
    "fingerprint": "diffraction.fingerprint",
    "reflections": "diffraction.reflections",
    "Classifier": "convnet.classifier",
    "Verdict": "convnet.classifier",
    "classify": "convnet.classifier",
    "Orientation": "orientation.search",
    "find_orientation": "orientation.search",
    "Aligned": "orientation.align",
    "align": "orientation.align",
    "LocalMap": "local.local_map",
    "local_map": "local.local_map",
    "cut_sphere": "local.spheres",
    "AttentiveResponse": "attention.response",
    "attentive_response": "attention.response",
    "class_response": "attention.response",
    "load_network": "attention.network",
    "Landmark": "attention.landmarks",
    "landmarks": "attention.landmarks",
    "class_templates": "attention.templates",
    "template_similarity": "attention.templates",
    "find_symmetry": "symmetry",
    "Session": "session",
    "Explorer": "explorer",
    "Laboratory": "laboratory",
}

__all__ = ["__version__", *_HOMES]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted(__all__)
