"""Notebook 5, what the network sees: fields of view, templates, and tests of response maps.

A position of a layer depends on a window of the image that grows with every convolution, and twice
as fast after each pooling. A response map goes from a filter back to that window, and never meets
the dense layer. It is faithful if setting the pixels that it ranks highest to zero hurts the
verdict sooner than setting others to zero.

- `field_of_view`: a convolution adds 6 steps to the field, a pooling adds one and doubles the step.
  Usual mistakes: 7 pixels a convolution, no pooling, a pooling that adds nothing.
- `similarity`: the cosine of two maps. Usual mistakes: not divided by both lengths; the
  correlation, which subtracts the means.
- `without_brightest`: a copy of the image without the pixels ranked highest. Usual mistakes: the
  lowest ranks, the brightest pixels, the others, the image itself changed.
"""

import numpy as np
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure

from ..attention.faithfulness import BRIGHTNESS, PAPER, RANDOM, shipped_faithfulness
from ..attention.response import attentive_response
from ..attention.templates import class_templates, image_template, template_similarity
from ..convnet.architecture import KERNEL
from ..convnet.decomposition import MAP_LAYERS, receptive_field
from ..convnet.layers import CONV_LAYERS, Network, pretrained_network
from ..diffraction.fingerprint import Fingerprint, fingerprint
from .answers import compare, number, result
from .checking import Hint
from .drawing import WIDTH, draw_image, new_figure
from .structures import example_crystal

COMPARED = {
    PAPER: "#0072B2",
    BRIGHTNESS: "#E69F00",
    "gradient × image": "#009E73",
    RANDOM: "0.5",
}
"""Orders of pixels that are drawn, with their colours."""


def field_of_view(answer: object) -> str:
    """The student's ``field_of_view(layers)``, pixels, against that of the package."""
    for last, name in enumerate(MAP_LAYERS, 1):
        layers = [layer[:4] for layer in MAP_LAYERS[:last]]
        convolutions = layers.count("conv")
        value = number(result(answer, layers))
        mistakes = {
            "Two neighbouring positions share most of what they see: a second layer adds "
            f"{KERNEL - 1} pixels to the first one's {KERNEL}, not {KERNEL} again.": (
                convolutions * KERNEL
            ),
            "That would be right without pooling. After a pooling, one step in the layer is two "
            "pixels of the image, after two poolings it is four.": (
                1 + convolutions * (KERNEL - 1) if "pool" in layers else np.nan
            ),
            "A pooling looks at two neighbouring positions: it adds one step, of the length that "
            "a step has *below* it, and doubles the step for what follows.": (
                value if layers[-1] == "pool" else np.nan
            ),
        }
        compare(
            value,
            receptive_field(name),
            f"Up to {name}, of {layers}, your function gives {value:g}.",
            mistakes,
            "Keep two numbers as you go up: the field (begin with 1) and the step (begin with 1). "
            f"A convolution of width {KERNEL} adds {KERNEL - 1} steps to the field.",
        )
    return (
        f"All {len(MAP_LAYERS)} layers: conv2 sees {receptive_field('conv2')} pixels, "
        f"conv3 already {receptive_field('conv3')}, conv6 {receptive_field('conv6')}, more than "
        "the image has."
    )


def similarity(answer: object) -> str:
    """The student's ``similarity(one, other)``, the cosine between two maps."""
    total = image_template(fingerprint(example_crystal("bcc"))).total
    templates, right = class_templates(), template_similarity(total)
    values = {label: number(result(answer, total, templates[label])) for label in templates}
    doubled = number(result(answer, 2 * total, templates["bcc"]))
    if any(abs(value) > 1.001 for value in (*values.values(), doubled)):
        raise Hint(
            f"You get {values['bcc']:.4g} for bcc iron and the bcc template. A cosine lies from −1 "
            "to 1: divide the sum of products by the lengths of *both* maps."
        )
    correlations = [
        np.corrcoef(total.ravel(), templates[label].ravel())[0, 1] for label in (*templates, "bcc")
    ]
    compare(
        [*values.values(), doubled],
        [*right.values(), right["bcc"]],
        f"You get {values['bcc']:.4f} for bcc iron and the bcc template; expected is "
        f"{right['bcc']:.4f}.",
        {
            "This is the correlation: it subtracts the mean of each map first. The cosine does "
            "not, since a black pixel is a 0 that means something.": [correlations]
        },
        "cos = Σ a·b / (|a| |b|), with |a| = sqrt(Σ a²) over all pixels.",
        atol=1e-4,
    )
    return (
        "And it does not depend on how bright a map is. bcc iron, by similarity to the templates: "
        + ", ".join(f"{label} {value:.2f}" for label, value in values.items())
        + "."
    )


def shuffled_dense(seed: int = 0) -> Network:
    """The shipped network with the weights of its dense layer in random order."""
    network = pretrained_network()
    weights = network.kernels["dense"]
    mixed = np.random.default_rng(seed).permutation(weights.ravel()).reshape(weights.shape)
    return Network({**network.kernels, "dense": mixed}, network.biases)


def draw_shuffled(image: Fingerprint) -> Figure:
    """The conv6 map and the verdict before and after the dense weights were shuffled."""
    figure, panels = new_figure(8, 2.9, 1, 3)
    draw_image(panels[0], "the image", image.image, PowerNorm(0.5, 0, 1))
    networks = {"trained": pretrained_network(), "dense layer shuffled": shuffled_dense()}
    for panel, (name, network) in zip(panels[1:], networks.items(), strict=True):
        response = attentive_response(image, CONV_LAYERS[-1], None, network=network)
        title = f"{name}:\n“{response.label}”, {response.probability:.2f}"
        draw_image(panel, title, np.maximum(response.total, 0))
    return figure


def without_brightest(answer: object) -> str:
    """The student's ``without(image, ranking, fraction)``: the top pixels of a map set to zero."""
    image = fingerprint(example_crystal("fcc")).image
    ranking = np.random.default_rng(5).permutation(image.size).reshape(image.shape).astype(float)
    before = image.copy()
    for fraction in (0.0, 0.1, 0.5):
        removed = round(fraction * image.size)
        left = np.asarray(result(answer, image, ranking, fraction), float)
        if not np.array_equal(image, before):
            raise Hint("Your function changes the image it was given. Work on `image.copy()`.")
        if left.shape != image.shape:
            raise Hint(f"Expected an image of shape {image.shape}, received {left.shape}.")
        right = np.where(ranking >= image.size - removed, 0, image)
        brightest = image >= np.sort(image.ravel())[-max(removed, 1)]
        compare(
            left,
            right,
            f"For the fraction {fraction} of {image.size} pixels, {removed} should be set to zero.",
            {
                "Yours are those with the *lowest* ranking: turn the order round.": [
                    np.where(ranking < removed, 0, image)
                ],
                "You kept them and removed all others: that is insertion.": [image - right],
                "Yours are the brightest of the image. Use `ranking` to choose.": [
                    np.where(brightest, 0, image)
                ],
            },
            f"Yours differs from that in {(~np.isclose(left, right)).sum()} pixels. "
            "`np.argsort(-ranking.ravel())` gives the pixels in the order in which they go.",
        )
    return "The pixels with the highest ranking go first, and the image itself is untouched."


def draw_faithfulness() -> Figure:
    """Deletion and insertion curves that were measured for the shipped network."""
    measured = shipped_faithfulness()
    figure, panels = new_figure(WIDTH, 3.4, 1, 2, sharey=True)
    for panel, kind, better in zip(
        panels, ("deletion", "insertion"), ("lower", "higher"), strict=True
    ):
        for name, colour in COMPARED.items():
            values = getattr(measured.orders[name], kind)
            panel.plot(measured.fractions, values, color=colour, label=name)
        panel.set(title=f"{kind}: {better} is more faithful", xlabel="fraction of the pixels")
        panel.set(xlim=(0, 0.3), ylim=(0, 1.03))
    panels[0].set_ylabel("mean class probability")
    panels[1].legend(loc="lower right", fontsize=9)
    return figure
