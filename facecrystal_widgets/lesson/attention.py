"""Notebook 5, what the network sees: what its exercises draw and check."""

import numpy as np
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure

from ..attention.faithfulness import BRIGHTNESS, PAPER, RANDOM, shipped_faithfulness
from ..attention.response import attentive_response
from ..attention.templates import class_templates, image_template, template_similarity
from ..convnet.architecture import KERNEL
from ..convnet.decomposition import MAP_LAYERS, receptive_field
from ..convnet.layers import CONV_LAYERS, Network, pretrained_network
from ..crystals.prototypes import prototype
from ..diffraction.fingerprint import Fingerprint, fingerprint
from .answers import number, result
from .checking import Hint

COMPARED = {
    PAPER: "#0072B2",
    BRIGHTNESS: "#E69F00",
    "gradient × image": "#009E73",
    RANDOM: "0.5",
}
"""Orders of pixels that are drawn, with their colours."""


# --- the field of view --------------------------------------------------------------------------


def field_of_view(answer: object) -> str:
    """The student's ``field_of_view(layers)``, against the arithmetic of the package."""
    for last in range(1, len(MAP_LAYERS) + 1):
        names = MAP_LAYERS[:last]
        way = [name[:4] for name in names]
        found, right = number(result(answer, way)), receptive_field(names[-1])
        if found == right:
            continue
        told = f"Up to {names[-1]}, of {way}, your function gives {found:g}."
        convolutions = sum(name == "conv" for name in way)
        if found == convolutions * KERNEL:
            raise Hint(
                f"{told} Two neighbouring positions share most of what they see: a second layer "
                f"adds {KERNEL - 1} pixels to the first one's {KERNEL}, not {KERNEL} again."
            )
        if found == 1 + convolutions * (KERNEL - 1) and "pool" in way:
            raise Hint(
                f"{told} That would be right without pooling. After a pooling, one step in the "
                "layer is two pixels of the image, after two poolings it is four."
            )
        if way[-1] == "pool":
            raise Hint(
                f"{told} A pooling looks at two neighbouring positions: it adds one step, of the "
                "length that a step has *below* it, and doubles the step for what follows."
            )
        raise Hint(
            f"{told} Keep two numbers as you walk up: the field (begin with 1) and the step (begin "
            f"with 1). A convolution of width {KERNEL} adds {KERNEL - 1} steps to the field."
        )
    return (
        f"All {len(MAP_LAYERS)} layers: conv2 sees {receptive_field('conv2')} pixels, "
        f"conv3 already {receptive_field('conv3')}, conv6 {receptive_field('conv6')}, more than "
        "the image has."
    )


# --- templates ----------------------------------------------------------------------------------


def similarity(answer: object) -> str:
    """The student's ``similarity(one, other)``, the cosine between two maps."""
    image = fingerprint(prototype("bcc", "Fe"))
    total = image_template(image).total
    templates = class_templates()
    right = template_similarity(total)
    found = {label: number(result(answer, total, templates[label])) for label in templates}
    if np.allclose(list(found.values()), list(right.values()), atol=1e-4):
        doubled = number(result(answer, 2 * total, templates["bcc"]))
        if np.isclose(doubled, found["bcc"]):
            return (
                "And it does not depend on how bright a map is. bcc iron, by likeness to "
                "the templates: " + ", ".join(f"{k} {v:.2f}" for k, v in found.items()) + "."
            )
    if any(abs(value) > 1.001 for value in found.values()):
        raise Hint(
            f"You get {found['bcc']:.4g} for bcc iron and the bcc template. A cosine lies from −1 "
            "to 1: divide the sum of products by the lengths of *both* maps."
        )
    centred = np.corrcoef(total.ravel(), templates["bcc"].ravel())[0, 1]
    if np.isclose(found["bcc"], centred, atol=1e-4):
        raise Hint(
            "This is the correlation: it subtracts the mean of each map first. The cosine does "
            "not, since a black pixel is a 0 that means something."
        )
    raise Hint(
        f"You get {found['bcc']:.4f} for bcc iron and the bcc template; expected is "
        f"{right['bcc']:.4f}. cos = Σ a·b / (|a| |b|), with |a| = sqrt(Σ a²) over all pixels."
    )


def shuffled_dense(seed: int = 0) -> Network:
    """The shipped network with the weights of its dense layer in random order."""
    network = pretrained_network()
    weights = network.kernels["dense"]
    mixed = np.random.default_rng(seed).permutation(weights.ravel()).reshape(weights.shape)
    return Network({**network.kernels, "dense": mixed}, network.biases)


def draw_shuffled(image: Fingerprint) -> Figure:
    """The conv6 map and the verdict before and after the dense weights were shuffled."""
    figure = Figure(figsize=(8, 2.9), layout="constrained")
    panels = figure.subplots(1, 3)
    panels[0].imshow(image.image, "inferno", PowerNorm(0.5, 0, 1), origin="lower")
    panels[0].set_title("the image", fontsize=10)
    networks = {"trained": pretrained_network(), "dense layer shuffled": shuffled_dense()}
    for panel, (name, network) in zip(panels[1:], networks.items(), strict=True):
        found = attentive_response(image, CONV_LAYERS[-1], None, network=network)
        panel.imshow(np.maximum(found.total, 0), "inferno", origin="lower")
        panel.set_title(f"{name}:\n“{found.label}”, {found.probability:.2f}", fontsize=10)
    for panel in panels:
        panel.set_xticks([])
        panel.set_yticks([])
    return figure


# --- faithfulness -------------------------------------------------------------------------------


def without_brightest(answer: object) -> str:
    """The student's ``without(image, ranking, fraction)``: the top pixels of a map set to zero."""
    image = fingerprint(prototype("fcc", "Cu")).image
    ranking = np.random.default_rng(5).permutation(image.size).reshape(image.shape).astype(float)
    before = image.copy()
    for fraction in (0.0, 0.1, 0.5):
        gone = round(fraction * image.size)
        found = np.asarray(result(answer, image, ranking, fraction), float)
        if not np.array_equal(image, before):
            raise Hint("Your function changes the image it was given. Work on `image.copy()`.")
        if found.shape != image.shape:
            raise Hint(f"Expected an image of shape {image.shape}, received {found.shape}.")
        right = np.where(ranking >= image.size - gone, 0, image)
        if np.allclose(found, right):
            continue
        told = f"For the fraction {fraction} of {image.size} pixels, {gone} should be set to zero."
        if np.allclose(found, np.where(ranking < gone, 0, image)):
            raise Hint(f"{told} Yours are those with the *lowest* ranking: turn the order round.")
        if np.allclose(found, image - right):
            raise Hint(f"{told} You kept them and removed all others: that is insertion.")
        if np.allclose(found, np.where(image >= np.sort(image.ravel())[-max(gone, 1)], 0, image)):
            raise Hint(f"{told} Yours are the brightest of the image. Use `ranking` to choose.")
        raise Hint(
            f"{told} Yours differs from that in {(~np.isclose(found, right)).sum()} pixels. "
            "`np.argsort(-ranking.ravel())` gives the pixels in the order in which they go."
        )
    return "The pixels with the highest ranking go first, and the image itself is untouched."


def draw_faithfulness() -> Figure:
    """Deletion and insertion curves that were measured for the shipped network."""
    measured = shipped_faithfulness()
    figure = Figure(figsize=(8.6, 3.4), layout="constrained")
    panels = figure.subplots(1, 2, sharey=True)
    for panel, kind in zip(panels, ("deletion", "insertion"), strict=True):
        for name, colour in COMPARED.items():
            values = getattr(measured.orders[name], kind)
            panel.plot(measured.fractions, values, color=colour, label=name)
        panel.set_title(f"{kind}: {'lower' if kind == 'deletion' else 'higher'} is more faithful")
        panel.set_xlabel("fraction of the pixels")
        panel.set_xlim(0, 0.3)
        panel.set_ylim(0, 1.03)
    panels[0].set_ylabel("mean class probability")
    panels[1].legend(loc="lower right", fontsize=9)
    return figure
