"""Notebook 1, the whole story: what its exercises need, draw and check."""

from collections.abc import Callable, Mapping

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
from .answers import number
from .checking import Hint
from .drawing import draw_images

TOLERANCE = 0.1
"""Å; generous for spglib."""
SURE = 0.9
NEIGHBOURS = 5
STRUCTURES = 8
"""Crystals behind the revealed curve; enough to see where it falls."""


# --- space groups -----------------------------------------------------------------------------


def space_groups(answer: object) -> str:
    """Class to number of its space group, as spglib finds it."""
    if not isinstance(answer, Mapping):
        raise Hint(f"Expected a dictionary such as {{'sc': 221, …}}, received {answer!r}.")
    missing = [label for label in LABELS if label not in answer]
    if missing:
        raise Hint(f"No entry for {', '.join(missing)}: the keys are {', '.join(LABELS)}.")
    for label in LABELS:
        found = answer[label]
        question = f"fc.find_symmetry(fc.prototype({label!r}, {BY_LABEL[label].example!r}))"
        if isinstance(found, SymmetryVerdict):
            raise Hint(f"That is all that spglib says of `{label}`; its number is `….number`.")
        if isinstance(found, str):
            raise Hint(
                f"`{label}`: {found!r} is a text. Expected the number, without quotes, such as 221."
            )
        if found != find_symmetry(prototype(label, BY_LABEL[label].example)).number:
            raise Hint(f"`{label}` is not {found!r}: ask `{question}`.")
    return (
        "Four lattices, four space groups, and these numbers are all that we ask the network for."
    )


def iron() -> Atoms:
    """A cluster of bcc iron, perfect."""
    return build_cluster(prototype("bcc", "Fe"))


# --- defects ------------------------------------------------------------------------------------


def reveal_vacancies() -> list[object]:
    """Half of bcc iron's atoms are removed: the images, and how high the strongest spot stands."""
    cluster = iron()
    images, words = {}, []
    for vacancies in (0.0, 0.3, 0.5):
        broken = DefectRecipe(vacancies=vacancies, seed=1).apply(cluster)
        image = fingerprint(broken)
        images[f"{100 * vacancies:.0f} % vacancies"] = image.image
        words.append(
            f"| {100 * vacancies:.0f} % | {len(broken)} | {np.median(image.image):.4f} "
            f"| {classify(image)} | {_symbol(broken)} |"
        )
    table = "\n".join(
        [
            "| vacancies | atoms | median of D | network | spglib, 0.1 Å |",
            "|:-:|:-:|:-:|:-:|:-:|",
            *words,
        ]
    )
    return [
        "The spots stay where they are: every atom that is left still stands on the lattice, and "
        "all of them agree on the directions in which waves add up. What the missing ones leave is "
        f"a faint random grain between the spots (the median grows).\n\n{table}",
        draw_images(images, 3),
    ]


def _symbol(atoms: Atoms) -> str:
    return find_symmetry(atoms, TOLERANCE).symbol or "no answer"


def breaking_recipe(recipe: object) -> str:
    """A recipe for bcc iron that spglib gives up at, and the network does not."""
    if not isinstance(recipe, DefectRecipe):
        raise Hint("Expected a recipe, such as `fc.DefectRecipe(vacancies=0.2, seed=1)`.")
    try:
        broken = recipe.apply(iron())
    except ValueError as error:  # a species that is there already, too few atoms left
        raise Hint(f"This can't be done to iron: {error}.") from error
    symmetry, verdict = find_symmetry(broken, TOLERANCE), classify(broken)
    found = f"spglib (tolerance {TOLERANCE} Å) says {symmetry.symbol}, the network {verdict}"
    if symmetry.label == "bcc":
        raise Hint(f"spglib still recognises it: {found}. Remove, displace or replace some atoms.")
    if verdict.label != "bcc" or verdict.probability < SURE:
        raise Hint(f"Too much harm, the network isn't sure of bcc any more: {found}.")
    return f"{found}, with {len(broken)} atoms left."


# --- an unknown image -----------------------------------------------------------------------------


def unknown() -> tuple[Atoms, str]:
    """A damaged crystal, and its class."""
    label = "diamond"
    recipe = DefectRecipe(vacancies=0.3, displacement=0.05, seed=4)
    return recipe.apply(build_cluster(prototype(label, "Ge"))), label


def draw_unknown() -> Figure:
    """Its image beside those of the four perfect crystals."""
    images = {"which one?": fingerprint(unknown()[0]).image}
    for label in LABELS:
        images[label] = fingerprint(prototype(label, BY_LABEL[label].example)).image
    return draw_images(images, 5)


def reveal_unknown() -> str:
    """What the network says of it."""
    atoms, label = unknown()
    verdict = classify(atoms)
    values = ", ".join(f"{name} {value:.4f}" for name, value in verdict.probabilities.items())
    return (
        f"The crystal is {label}, with 30 % of its atoms missing and the others displaced. The "
        f"network says **{verdict}** ({values}). Look for the spots nearest to the direct beam: "
        "only diamond has any so close, since its cell is the largest for a given bond length."
    )


# --- sets of structures ---------------------------------------------------------------------------


def confusion_matrix(labels: list[str], verdicts: list[Verdict]) -> np.ndarray:
    """Numbers of structures, (4, 4): true classes down, the network's answers across.

    >>> confusion_matrix([], []).sum()
    np.int64(0)
    """
    table = np.zeros((len(LABELS), len(LABELS)), int)
    for label, verdict in zip(labels, verdicts, strict=True):
        table[LABELS.index(label), LABELS.index(verdict.label)] += 1
    return table


def draw_confusion(tables: Mapping[str, np.ndarray]) -> Figure:
    """Confusion matrices side by side."""
    figure = Figure((4.2 * len(tables), 3.6), layout="constrained")
    panels = figure.subplots(1, len(tables), squeeze=False)[0]
    for panel, (title, table) in zip(panels, tables.items(), strict=True):
        panel.imshow(table / table.sum(axis=1, keepdims=True), "Blues", vmin=0, vmax=1)
        for (i, j), count in np.ndenumerate(table):
            colour = "white" if count > 0.5 * table[i].sum() else "black"
            panel.text(j, i, str(count), ha="center", va="center", color=colour)
        panel.set(title=title, xlabel="the network says", ylabel="class of the crystal")
        panel.set_xticks(range(len(LABELS)), LABELS)
        panel.set_yticks(range(len(LABELS)), LABELS)
    return figure


def accuracy(table: np.ndarray) -> Callable[[object], str]:
    """Checks the accuracy that was computed from a confusion matrix."""
    right = np.trace(table) / table.sum()

    def checker(answer: object) -> str:
        found = number(answer)
        if np.isclose(found, right, atol=5e-4):
            wrong = int(table.sum() - np.trace(table))
            return f"{wrong} of {table.sum()} structures lie off the diagonal."
        if np.isclose(found, right, atol=6e-3):
            raise Hint("Nearly; give it without rounding.")
        if np.isclose(found, 100 * right, atol=0.05):
            raise Hint("That is in percent; give a fraction between 0 and 1.")
        if np.isclose(found, 1 - right, atol=5e-4):
            raise Hint("That is the fraction of wrong answers.")
        if np.isclose(found, np.trace(table)):
            raise Hint("Those are the right answers; divide by the number of all structures.")
        raise Hint(
            "The right answers lie on the diagonal (`np.trace`), and all structures are the sum of "
            "the table (`.sum()`)."
        )

    return checker


# --- attention, transition, map -------------------------------------------------------------------


def reveal_attention() -> list[object]:
    """Where the network looks in an image of bcc iron with vacancies, at the last convolution."""
    image = fingerprint(DefectRecipe(vacancies=0.3, seed=1).apply(iron()))
    response = attentive_response(image, "conv6", top=None)
    total = np.maximum(response.total, 0)
    found = landmarks(response.total, image)
    rows = [
        f"| {_named(mark)} | {100 * mark.share:.0f} % | {100 * mark.area:.0f} % |" for mark in found
    ]
    share, area = sum(mark.share for mark in found), sum(mark.area for mark in found)
    head = ["| reflections | d (Å) | share of the map | share of the pixels |", "|:-:|:-:|:-:|:-:|"]
    return [
        f"Mostly on the spots: {100 * share:.0f} % of the map lies on the reflections, which take "
        f"up {100 * area:.0f} % of the pixels; the rest is spread thinly around and between them. "
        "The network was never told what a reflection is.\n\n" + "\n".join([*head, *rows]),
        draw_images({"D(q)": image.image, "response map": total / total.max()}, 2),
    ]


def _named(mark: Landmark) -> str:
    if not any(mark.hkl):
        return "direct beam | –"
    return f"{''.join(map(str, mark.hkl))} | {mark.d_spacing:.2f}"


def reveal_transition() -> list[object]:
    """Figure 4a from a few crystals, and where the curves cross."""
    curve = transition_curve("bcc", STRUCTURES, workers=HERE)
    removed = np.array(curve.x)
    gap = np.array(curve.mean["bcc"]) - np.array(curve.mean["sc"])
    below = int(np.argmax(gap < 0))
    part = gap[below - 1] / (gap[below - 1] - gap[below])
    crossing = removed[below - 1] + part * (removed[below] - removed[below - 1])
    return [
        f"The two probabilities cross where {crossing:.0f} % of the body centres are gone "
        f"({STRUCTURES} crystals). With a fraction x removed, the spots that bcc forbids have an "
        "amplitude proportional to x, the others to 2 − x: halfway, the new spots have only a "
        "third of the amplitude, and the image is still that of bcc with vacancies.",
        figure_4a(curve),
    ]


def reveal_map() -> list[object]:
    """PCA of the last hidden layer, and how often near neighbours share their class."""
    sample = sample_structures(per_class=2, seed=0, workers=HERE)
    found = embed(sample, "layer", "PCA")
    vectors, labels = sample.activations, sample.rows["label"]
    distances = np.linalg.norm(vectors[:, None] - vectors, axis=-1)
    np.fill_diagonal(distances, np.inf)
    nearest = np.argsort(distances, axis=1)[:, :NEIGHBOURS]
    same = float((labels[nearest] == labels[:, None]).mean())
    figure = Figure((6.4, 4), layout="constrained")
    panel = figure.subplots()
    for place, known in enumerate(CLASSES):
        own = found.coordinates[labels == place]
        panel.scatter(own[:, 0], own[:, 1], s=18, color=known.colour, label=known.label, alpha=0.7)
    panel.set(xlabel="principal component 1", ylabel="principal component 2")
    panel.legend()
    return [
        f"Of the {NEIGHBOURS} nearest neighbours of each of these {len(labels)} structures, "
        f"perfect and damaged, {100 * same:.1f} % are of the same class. Damage moves a structure "
        "a little; it does not carry it to the others.",
        figure,
    ]
