"""Notebook 1, the whole story: space groups, damage, a confusion matrix, and what lies between.

A test of symmetry fails at the first missing atom, while a diffraction image collects what all
atoms agree upon. A network reads it: here it is used, tested, and watched between two classes.

- `space_groups`: fcc 225, diamond 227, bcc 229, sc 221. Usual mistakes: the symbol, the whole
  verdict of spglib, an absent class.
- `breaking_recipe`: nearly any damage. Usual mistakes: none at all, so much that the network gives
  up, too, or a substitution by the element that is there already.
- `accuracy`: the diagonal over the sum. Usual mistakes: percent, the wrong answers, not divided.
"""

from collections.abc import Mapping

import numpy as np
from ase import Atoms
from matplotlib.figure import Figure

from ..attention.landmarks import Landmark, landmarks
from ..attention.response import attentive_response
from ..classification.classify import classify
from ..classification.verdict import Verdict
from ..compute.workers import HERE
from ..crystals.classes import BY_LABEL, CLASSES, LABELS
from ..crystals.cluster import build_cluster
from ..crystals.prototypes import prototype
from ..crystals.symmetry import SymmetryVerdict, find_symmetry
from ..defects import DefectRecipe
from ..diffraction.fingerprint import fingerprint
from ..evaluation.curves import transition_curve
from ..evaluation.embedding import embed, sample_structures
from ..reports.paper import figure_4a
from .answers import Checker, number
from .checking import Hint
from .drawing import draw_images, new_figure
from .prediction import markdown_table
from .structures import example_cluster, example_crystal

TOLERANCE = 0.1
"""Å; generous for spglib."""
SURE = 0.9
"""Probability from which on the network counts as sure."""
NEIGHBOURS = 5
"""Nearest neighbours of a structure in the last hidden layer."""
STRUCTURES = 8
"""Crystals behind the revealed curve; enough to see where it falls."""


def space_groups(answer: object) -> str:
    """The student's numbers of the space groups, by class, against spglib's."""
    if not isinstance(answer, Mapping):
        raise Hint(f"Expected a dictionary such as {{'sc': 221, …}}, received {answer!r}.")
    missing = [label for label in LABELS if label not in answer]
    if missing:
        raise Hint(f"No entry for {', '.join(missing)}: the keys are {', '.join(LABELS)}.")
    for label in LABELS:
        group = answer[label]
        if isinstance(group, SymmetryVerdict):
            raise Hint(f"That is all that spglib says of `{label}`; its number is `….number`.")
        if isinstance(group, str):
            raise Hint(
                f"`{label}`: {group!r} is a text. Expected the number, without quotes, such as 221."
            )
        if group != find_symmetry(example_crystal(label)).number:
            question = f"fc.find_symmetry(fc.prototype({label!r}, {BY_LABEL[label].example!r}))"
            raise Hint(f"`{label}` is not {group!r}: ask `{question}`.")
    return (
        "Four lattices, four space groups, and these numbers are all that we ask the network for."
    )


def reveal_vacancies() -> list[object]:
    """Images of bcc iron with fewer and fewer atoms, and what both methods say of them."""
    images, rows = {}, []
    for vacancies in (0.0, 0.3, 0.5):
        broken = DefectRecipe(vacancies=vacancies, seed=1).apply(example_cluster("bcc"))
        image = fingerprint(broken)
        images[f"{100 * vacancies:.0f} % vacancies"] = image
        symbol = find_symmetry(broken, TOLERANCE).symbol or "no answer"
        background = f"{np.median(image.image):.4f}"
        rows.append((f"{100 * vacancies:.0f} %", len(broken), background, classify(image), symbol))
    table = markdown_table(
        ["vacancies", "atoms", "median of D", "network", f"spglib, {TOLERANCE} Å"], rows
    )
    return [
        "The spots stay where they are: every atom that is left still stands on the lattice, and "
        "all of them agree on the directions in which waves add up. The missing ones leave a faint "
        f"random grain between the spots (the median grows).\n\n{table}",
        draw_images(images),
    ]


def breaking_recipe(recipe: object) -> str:
    """A recipe for bcc iron at which spglib gives up, and the network does not."""
    if not isinstance(recipe, DefectRecipe):
        raise Hint("Expected a recipe, such as `fc.DefectRecipe(vacancies=0.2, seed=1)`.")
    try:
        broken = recipe.apply(example_cluster("bcc"))
    except ValueError as error:  # a species that is there already, too few atoms left
        raise Hint(f"This can't be done to iron: {error}.") from error
    symmetry, verdict = find_symmetry(broken, TOLERANCE), classify(broken)
    both = f"spglib (tolerance {TOLERANCE} Å) says {symmetry.symbol}, the network {verdict}"
    if symmetry.label == "bcc":
        raise Hint(f"spglib still recognises it: {both}. Remove, displace or replace some atoms.")
    if verdict.label != "bcc" or verdict.probability < SURE:
        raise Hint(f"Too much damage, the network isn't sure of bcc any more: {both}.")
    return f"{both}, with {len(broken)} atoms left."


def unknown() -> tuple[Atoms, str]:
    """A damaged crystal, and its class."""
    label = "diamond"
    recipe = DefectRecipe(vacancies=0.3, displacement=0.05, seed=4)
    return recipe.apply(build_cluster(prototype(label, "Ge"))), label


def draw_unknown() -> Figure:
    """The image of the unknown crystal beside those of the four perfect ones."""
    perfect = {label: fingerprint(example_crystal(label)) for label in LABELS}
    return draw_images({"which one?": fingerprint(unknown()[0]), **perfect}, 5)


def reveal_unknown() -> str:
    """The verdict of the network on the unknown crystal."""
    atoms, label = unknown()
    verdict = classify(atoms)
    values = ", ".join(f"{name} {value:.4f}" for name, value in verdict.probabilities.items())
    return (
        f"The crystal is {label}, with 30 % of its atoms missing and the others displaced. The "
        f"network says **{verdict}** ({values}). Look for the spots nearest to the direct beam: "
        "only diamond has any so close, since its cell is the largest for a given bond length."
    )


def confusion_matrix(labels: list[str], verdicts: list[Verdict]) -> np.ndarray:
    """Numbers of structures, (4, 4): true classes down, the network's answers across."""
    from sklearn.metrics import confusion_matrix

    answers = [verdict.label for verdict in verdicts]
    return np.asarray(confusion_matrix(labels, answers, labels=LABELS))


def draw_confusion(tables: Mapping[str, np.ndarray]) -> Figure:
    """Confusion matrices side by side."""
    from sklearn.metrics import ConfusionMatrixDisplay

    figure, panels = new_figure(4.2 * len(tables), 3.6, 1, len(tables), squeeze=False)
    for panel, (title, table) in zip(panels[0], tables.items(), strict=True):
        ConfusionMatrixDisplay(table, display_labels=LABELS).plot(
            cmap="Blues", ax=panel, colorbar=False
        )
        panel.set(title=title, xlabel="the network says", ylabel="class of the crystal")
    return figure


def accuracy(table: np.ndarray) -> Checker:
    """The checker of an accuracy that was computed from a confusion matrix."""
    correct, total = int(np.trace(table)), int(table.sum())
    right = correct / total

    def checker(answer: object) -> str:
        value = number(answer)
        if np.isclose(value, right, atol=5e-4):
            return f"{total - correct} of {total} structures lie off the diagonal."
        for hint, wrong, tolerance in (
            ("Nearly; give it without rounding.", right, 6e-3),
            ("That is in percent; give a fraction between 0 and 1.", 100 * right, 0.05),
            ("That is the fraction of wrong answers.", 1 - right, 5e-4),
            ("Those are the right answers; divide by the number of all structures.", correct, 0),
        ):
            if np.isclose(value, wrong, atol=tolerance):
                raise Hint(hint)
        raise Hint(
            "The right answers lie on the diagonal (`np.trace`), and all structures are the sum of "
            "the table (`.sum()`)."
        )

    return checker


def reveal_attention() -> list[object]:
    """Where the network looks in an image of bcc iron with vacancies, at the last convolution."""
    image = fingerprint(DefectRecipe(vacancies=0.3, seed=1).apply(example_cluster("bcc")))
    response = attentive_response(image, "conv6", top=None)
    marks = landmarks(response.total, image)
    share, area = sum(mark.share for mark in marks), sum(mark.area for mark in marks)
    table = markdown_table(
        ["reflections", "d (Å)", "share of the map", "share of the pixels"],
        [
            (*_named(mark), f"{100 * mark.share:.0f} %", f"{100 * mark.area:.0f} %")
            for mark in marks
        ],
    )
    total = np.maximum(response.total, 0)
    return [
        f"Mostly on the spots: {100 * share:.0f} % of the map lies on the reflections, which take "
        f"up {100 * area:.0f} % of the pixels; the rest is spread thinly around and between them. "
        f"Nobody taught the network what a reflection is.\n\n{table}",
        draw_images({"D(q)": image, "response map": total / total.max()}),
    ]


def _named(mark: Landmark) -> tuple[str, str]:
    """The indices of a reflection and its d-spacing."""
    if not any(mark.hkl):
        return "direct beam", "–"
    return "".join(map(str, mark.hkl)), f"{mark.d_spacing:.2f}"


def reveal_transition() -> list[object]:
    """Figure 4a from a few crystals, and where the curves cross."""
    curve = transition_curve("bcc", STRUCTURES, workers=HERE)
    removed = np.array(curve.x)
    gap = np.array(curve.mean["bcc"]) - np.array(curve.mean["sc"])
    below = int(np.argmax(gap < 0))
    crossing = np.interp(0, gap[[below, below - 1]], removed[[below, below - 1]])
    return [
        f"The two probabilities cross where {crossing:.0f} % of the body centres are gone "
        f"({STRUCTURES} crystals). With a fraction x removed, the spots that bcc forbids have an "
        "amplitude proportional to x, the others to 2 − x: halfway, the new spots have only a "
        "third of the amplitude, and the image is still that of bcc with vacancies.",
        figure_4a(curve),
    ]


def reveal_map() -> list[object]:
    """PCA of the last hidden layer, and how often near neighbours share their class."""
    from sklearn.neighbors import NearestNeighbors

    sample = sample_structures(per_class=2, seed=0, workers=HERE)
    coordinates = embed(sample, "layer", "PCA").coordinates
    labels = sample.rows["label"]
    neighbours = NearestNeighbors(n_neighbors=NEIGHBOURS).fit(sample.activations)
    nearest = neighbours.kneighbors(return_distance=False)
    same = float((labels[nearest] == labels[:, None]).mean())
    figure, panel = new_figure(6.4, 4)
    for index, known in enumerate(CLASSES):
        x, y = coordinates[labels == index, :2].T
        panel.scatter(x, y, s=18, color=known.colour, label=known.label, alpha=0.7)
    panel.set(xlabel="principal component 1", ylabel="principal component 2")
    panel.legend()
    return [
        f"Of the {NEIGHBOURS} nearest neighbours of each of these {len(labels)} structures, "
        f"perfect and damaged, {100 * same:.1f} % are of the same class. Damage moves a structure "
        "a little; it does not carry it to the others.",
        figure,
    ]
