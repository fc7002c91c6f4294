"""The table of stages: from a structure to the verdict, as in Figure 1, and what explains it."""

from collections.abc import Mapping
from operator import attrgetter, methodcaller

from ase import Atoms

from ..attention.landmarks import landmarks
from ..attention.response import (
    STARTS,
    UNPOOLINGS,
    AttentiveResponse,
    attentive_response,
    class_response,
)
from ..attention.templates import image_template
from ..classification.classify import classify_aligned
from ..convnet.layers import CONV_LAYERS, Network, load_network, pretrained_network
from ..convnet.runtime import Classifier, pretrained
from ..crystals.cluster import build_cluster
from ..crystals.spheres import cut_sphere
from ..crystals.symmetry import SymmetryVerdict, find_symmetry
from ..diffraction.fingerprint import Fingerprint, fingerprint
from ..diffraction.reflections import reflections
from ..orientation.align import align
from .graph import Stage
from .sources import Place

CUT_ABOVE_ATOMS = 1024
"""A larger structure is represented by a sphere cut out of it."""
MAX_SYMMETRY_ATOMS = 150
"""Above this, spglib can block the page for long when displacements are near its tolerance: 23 s
for 216 atoms."""


def _given(structure: Atoms, target_atoms: int, place: Place | None) -> Atoms:
    """The cluster with the axes of the structure; of a large one, the sphere around a place."""
    if place is None and len(structure) <= CUT_ABOVE_ATOMS:
        return build_cluster(structure, target_atoms)
    return cut_sphere(structure, target_atoms, place)


def _symmetry(broken: Atoms, symprec: float) -> SymmetryVerdict | None:
    """spglib's verdict; None where the structure has no cell, or too many atoms."""
    if broken.cell.rank < 3 or len(broken) > MAX_SYMMETRY_ATOMS:
        return None
    return find_symmetry(broken, symprec)


def _attention(
    image: Fingerprint,
    network: Network,
    layer: str,
    start: str,
    unpooling: str,
    template: AttentiveResponse,
) -> AttentiveResponse:
    """The response of all filters of a layer; the image's template is one such response."""
    if (layer, start, unpooling) == (CONV_LAYERS[-1], STARTS[0], UNPOOLINGS[0]):
        return template
    return attentive_response(image, layer, None, start=start, unpooling=unpooling, network=network)


_OPTICS = ("detector", "gamma", "form_factor")
_SEEN = ("fingerprint", "network")

STAGES: Mapping[str, Stage] = {
    # structure → cluster → defective cluster → fingerprint → verdict
    "structure": Stage(("source",), methodcaller("load")),
    "given": Stage(("structure", "target_atoms", "place"), _given),
    "aligned": Stage(("given", "orientation"), align),
    "cluster": Stage(("aligned",), attrgetter("atoms")),
    "broken": Stage(("cluster", "recipe"), lambda cluster, recipe: recipe.apply(cluster)),
    "fingerprint": Stage(("broken", *_OPTICS), fingerprint),
    "pristine": Stage(("cluster", *_OPTICS), fingerprint),
    "classifier": Stage(("model",), lambda model: Classifier(model) if model else pretrained()),
    "verdict": Stage(("fingerprint", "aligned", "classifier"), classify_aligned),
    # beside the verdict: trust, the spots of the crystal's cell, spglib's answer
    "trust": Stage(("verdict",), attrgetter("assessment"), slow=True),
    "reflections": Stage(("fingerprint",), reflections, slow=True),
    "symmetry": Stage(("broken", "symprec"), _symmetry, slow=True),
    # inside the network: what each layer gives, and which pixels it responds to
    "network": Stage(
        ("model",), lambda model: load_network(model) if model else pretrained_network(), slow=True
    ),
    "activations": Stage(_SEEN, lambda image, network: network.activations(image.image), slow=True),
    "image_template": Stage(_SEEN, image_template, slow=True),
    "attention": Stage(
        (*_SEEN, "layer", "start", "unpooling", "image_template"), _attention, slow=True
    ),
    "class_response": Stage(_SEEN, class_response, slow=True),
    "landmarks": Stage(
        ("attention", "fingerprint", "reflections"),
        lambda response, image, spots: landmarks(response.total, image, spots),
        slow=True,
    ),
}
