"""The inputs of a session as a Python script that uses the public functions."""

import hashlib
from dataclasses import asdict
from typing import Any

from ..attention.response import STARTS, UNPOOLINGS
from ..defects import DefectRecipe
from ..diffraction.detector import Detector
from ..diffraction.form_factors import FORM_FACTORS
from .history import Inputs
from .sources import FileSource, Place, Source
from .stages import CUT_ABOVE_ATOMS


def to_python(inputs: Inputs, atoms: int, turned: bool) -> str:
    """A script that gives the verdict and response maps of these inputs.

    Parameters
    ----------
    inputs : all of them.
    atoms : how many the structure holds.
    turned : whether its cube axes were turned onto x, y, z.
    """
    cluster = _cluster(inputs["target_atoms"], inputs["place"], atoms)
    alignment = ["cluster = fc.align(cluster).atoms"] if turned else []
    recipe = _differences(inputs["recipe"], DefectRecipe())
    model = inputs["model"]
    classifier = f", classifier=fc.Classifier({model!r})" if model else ""
    lines = [
        "import facecrystal_widgets as fc",
        "",
        *_structure(inputs["source"]),
        f"cluster = {cluster}",
        *alignment,
        f"broken = fc.DefectRecipe({recipe}).apply(cluster)",
        f"image = fc.fingerprint({', '.join(['broken', *_optics(inputs)])})",
        f"verdict = fc.classify(image{classifier})",
        "print(verdict)",
        f"maps = fc.attentive_response({', '.join(['image', *_response(inputs)])})",
        "",
    ]
    return "\n".join(lines)


def _structure(source: Source) -> list[str]:
    """The lines that make ``atoms``."""
    if isinstance(source, FileSource):
        digest = hashlib.sha256(source.content).hexdigest()[:12]
        frame = f", frame={source.frame}" if source.frame else ""
        return [
            f"# the uploaded file, SHA-256 {digest}…",
            f"atoms = fc.read_structure({source.filename!r}{frame})",
        ]
    constant = source.lattice_constant
    option = "" if constant is None else f", lattice_constant={constant!r}"
    return [f'atoms = fc.prototype("{source.name}", "{source.element}"{option})']


def _cluster(target_atoms: int, place: Place | None, atoms: int) -> str:
    if place is not None:
        return f"fc.cut_sphere(atoms, {target_atoms}, place={place!r})"
    if atoms > CUT_ABOVE_ATOMS:
        return f"fc.cut_sphere(atoms, {target_atoms})"
    return f"fc.build_cluster(atoms, target_atoms={target_atoms})"


def _optics(inputs: Inputs) -> list[str]:
    """The options of the fingerprint that are not the defaults."""
    options = []
    if inputs["detector"] != Detector():
        options.append(f"detector=fc.Detector({_differences(inputs['detector'], Detector())})")
    if inputs["gamma"] != 1.5:
        options.append(f"gamma={inputs['gamma']!r}")
    if inputs["form_factor"] != FORM_FACTORS[0]:
        options.append(f"form_factor={inputs['form_factor']!r}")
    return options


def _response(inputs: Inputs) -> list[str]:
    """The options of the response maps."""
    options = [f'layer="{inputs["layer"]}"', "top=None"]
    if inputs["start"] != STARTS[0]:
        options.append(f'start="{inputs["start"]}"')
    if inputs["unpooling"] != UNPOOLINGS[0]:
        options.append(f'unpooling="{inputs["unpooling"]}"')
    if inputs["model"]:
        options.append(f"network=fc.load_network({inputs['model']!r})")
    return options


def _differences(value: Any, default: Any) -> str:
    """The fields of a dataclass that differ from the default, as keyword arguments."""
    pairs = [(name, getattr(value, name)) for name in asdict(value)]
    return ", ".join(f"{n}={v!r}" for n, v in pairs if v != getattr(default, n))
