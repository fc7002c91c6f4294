"""Order and disorder (Results, Figure 4): class probabilities along a path of ever more defects.

Figure 4a turns one lattice into another by removing a sublattice atom by atom, bcc into sc or
diamond into fcc. Figure 4b melts a crystal by displacing its atoms farther and farther. Each is
averaged over many structures of the pristine set.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from ase import Atoms

from ..arguments import check_number, check_whole_number
from ..classification.classify import classify
from ..compute.stream import stream
from ..compute.workers import EVERY_CORE, Workers
from ..convnet.runtime import Classifier
from ..crystals.classes import BY_LABEL, LABELS, TRANSITIONS
from ..crystals.cluster import build_cluster
from ..datasets.structures import SIZE, SPECIES, pristine_structure
from ..defects import DefectRecipe
from ..files import write_whole

TRANSITION_STRUCTURES, MELTING_STRUCTURES = 125, 421
"""How many structures the curves of Figure 4a and 4b are averaged over."""
AVAILABLE = SIZE // (len(SPECIES) * len(LABELS)) * len(SPECIES)
"""Structures of each class in the pristine set, but for those of its last, incomplete round."""
RMS = float(np.sqrt(3))
"""Root mean square displacement over the standard deviation of one component, in 3 dimensions."""
MELTING_AXIS = "Lindemann parameter: σ per component / bond length"


@dataclass(frozen=True)
class CurveStructure:
    """A structure to average over.

    Attributes
    ----------
    index : its number in the pristine set.
    seed : of that set.
    """

    index: int
    seed: int

    @property
    def recipe_seed(self) -> int:
        """Of the defects that this structure gets."""
        return int(np.random.default_rng([self.seed, 7, self.index]).integers(2**31))

    def cluster(self) -> Atoms:
        """Its cluster, pristine."""
        return build_cluster(pristine_structure(self.index, self.seed)[0])


@dataclass(frozen=True)
class Curve:
    """Class probabilities along a path, averaged over structures.

    Attributes
    ----------
    kind : ``"transition"`` (Figure 4a) or ``"melting"`` (Figure 4b).
    label : class of the structures at the start of the path.
    number : how many structures.
    seed : of the draws.
    x : percentage removed, or standard deviation of the displacement of each Cartesian component
        over the bond length.
    x_label : what `x` is, in words.
    mean, std : label to mean probability and to its standard deviation over the structures
        (that of the structures at hand, not an estimate for others), as long as `x`.
    """

    kind: str
    label: str
    number: int
    seed: int
    x: tuple[float, ...]
    x_label: str
    mean: Mapping[str, tuple[float, ...]]
    std: Mapping[str, tuple[float, ...]]


def removal_path(seed: int, steps: int = 11) -> tuple[DefectRecipe, ...]:
    """Recipes that remove none to all of a sublattice, in even steps (Figure 4a).

    >>> [recipe.removal for recipe in removal_path(seed=0, steps=3)]
    [0.0, 0.5, 1.0]
    """
    return tuple(DefectRecipe(removal=fraction, seed=seed) for fraction in _even(1.0, steps))


def melting_path(seed: int, steps: int = 9, top: float = 0.4) -> tuple[DefectRecipe, ...]:
    """Recipes that displace atoms from not at all to `top`, in even steps (Figure 4b).

    The paper's text defines the Lindemann parameter by the root mean square displacement, as does
    `DefectRecipe.lindemann`. The axis of its figure, and `top`, is the standard deviation of each
    Cartesian component over the bond length, smaller by the square root of 3: read in this way,
    p(bcc) begins to fall where it does in the figure.

    >>> [round(recipe.lindemann, 3) for recipe in melting_path(seed=0, steps=3)]
    [0.0, 0.346, 0.693]
    """
    top = check_number("top", top, 0, 5)
    return tuple(DefectRecipe(lindemann=RMS * x, seed=seed) for x in _even(top, steps))


def _even(top: float, steps: int) -> list[float]:
    """From 0 to `top`, without the last binary digits: 0.3, not 0.30000000000000004."""
    steps = check_whole_number("steps", steps, 2, 1001)
    return np.linspace(0, top, steps).round(12).tolist()


def path_probabilities(
    cluster: Atoms, recipes: Sequence[DefectRecipe], classifier: Classifier | None = None
) -> np.ndarray:
    """What the network says of one structure along a path.

    Parameters
    ----------
    cluster : of :func:`~facecrystal_widgets.build_cluster`.
    recipes : of :func:`removal_path` or :func:`melting_path`.
    classifier : by default the shipped network.

    Returns
    -------
    (len(recipes), 4) float64, in the order of `LABELS`.

    >>> from facecrystal_widgets import prototype
    >>> path_probabilities(build_cluster(prototype("bcc", "Fe")), removal_path(0)).round(2)[[0, -1]]
    array([[0., 0., 1., 0.],
           [0., 0., 0., 1.]])
    """
    broken = [recipe.apply(cluster) for recipe in recipes]
    verdicts = classify(broken, classifier=classifier, orientation="as-given")
    return np.array([list(verdict.probabilities.values()) for verdict in verdicts])


def curve_structures(label: str, number: int, seed: int) -> list[CurveStructure]:
    """The first `number` structures of a class in the pristine set of this seed.

    The set deals out its pairs of species and class in turn, so these run through all 83 species,
    from H to Bi, before any comes again in another volume, cell and setting.
    """
    if label not in LABELS:
        raise ValueError(f"label: expected one of {', '.join(LABELS)}, received {label!r}")
    number = check_whole_number("number", number, 1, AVAILABLE)
    first, step = LABELS.index(label), len(LABELS)
    return [CurveStructure(first + i * step, seed) for i in range(number)]


def average(
    paths: Sequence[np.ndarray], recipes: Sequence[DefectRecipe], kind: str, label: str, seed: int
) -> Curve:
    """The curve of the structures at hand, be they all or only the first of them.

    Parameters
    ----------
    paths : of :func:`path_probabilities`, one for each structure.
    recipes : those of any one structure; they say where on the axis the points lie.
    kind, label, seed : as in :class:`Curve`.
    """
    if not len(paths):
        raise ValueError("paths: expected those of at least one structure, received none")
    if kind == "transition":
        x = [round(100 * recipe.removal, 9) for recipe in recipes]
        x_label = f"{BY_LABEL[label].sublattice} removed (%)"
    else:
        x = [round(recipe.lindemann / RMS, 12) for recipe in recipes]
        x_label = MELTING_AXIS
    found = np.stack(paths)
    mean, std = found.mean(axis=0).T.tolist(), found.std(axis=0).T.tolist()
    return Curve(
        kind=kind,
        label=label,
        number=len(found),
        seed=seed,
        x=tuple(x),
        x_label=x_label,
        mean=dict(zip(LABELS, map(tuple, mean), strict=True)),
        std=dict(zip(LABELS, map(tuple, std), strict=True)),
    )


def transition_curve(
    label: str = "bcc",
    number: int = TRANSITION_STRUCTURES,
    seed: int = 0,
    steps: int = 11,
    workers: Workers = EVERY_CORE,
    progress: Callable[[Iterable[Any]], Iterable[Any]] = iter,
) -> Curve:
    """Figure 4a: from bcc to sc, or from diamond to fcc.

    Parameters
    ----------
    label : ``"bcc"`` or ``"diamond"``.
    number : how many structures to average over.
    seed : of the pristine set and of the order of removal, which differs by structure; the same
        seed gives the same curve, wherever it is computed.
    progress : wraps the iterator over the structures, e.g. ``tqdm`` with its total set.
    """
    if label not in TRANSITIONS:
        raise ValueError(f"label: expected one of {', '.join(TRANSITIONS)}, received {label!r}")
    chosen = curve_structures(label, number, seed)
    tasks = ((sample, removal_path(sample.recipe_seed, steps)) for sample in chosen)
    paths = list(progress(stream(_walk, tasks, workers)))
    return average(paths, removal_path(seed, steps), "transition", label, seed)


def melting_curve(
    label: str = "bcc",
    number: int = MELTING_STRUCTURES,
    seed: int = 0,
    steps: int = 9,
    top: float = 0.4,
    workers: Workers = EVERY_CORE,
    progress: Callable[[Iterable[Any]], Iterable[Any]] = iter,
) -> Curve:
    """Figure 4b: from a crystal to an amorphous structure.

    Parameters
    ----------
    label : any of the four classes.
    steps, top : of :func:`melting_path`.
    number, seed, progress : as in :func:`transition_curve`.
    """
    chosen = curve_structures(label, number, seed)
    tasks = ((sample, melting_path(sample.recipe_seed, steps, top)) for sample in chosen)
    paths = list(progress(stream(_walk, tasks, workers)))
    return average(paths, melting_path(seed, steps, top), "melting", label, seed)


def _walk(sample: CurveStructure, recipes: Sequence[DefectRecipe]) -> np.ndarray:
    return path_probabilities(sample.cluster(), recipes)


def save_table(curves: Iterable[Curve], folder: Path, name: str) -> Path:
    """Write curves as CSV, one row for every point."""
    text = io.StringIO(newline="")
    table = csv.writer(text, lineterminator="\n")
    columns = [f"{what}_{label}" for label in LABELS for what in ("mean", "std")]
    table.writerow(["kind", "start", "structures", "seed", "axis", "x", *columns])
    for curve in curves:
        for i, x in enumerate(curve.x):
            values = [
                f"{part[label][i]:.6f}" for label in LABELS for part in (curve.mean, curve.std)
            ]
            about = (curve.kind, curve.label, curve.number, curve.seed, curve.x_label)
            table.writerow([*about, f"{x:g}", *values])
    path = folder / f"{name}.csv"
    write_whole(path, text.getvalue().encode())
    return path
