"""The classifier at run time: the exported network in LiteRT, without TensorFlow."""

import json
import threading
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Any, overload

import numpy as np
from ase import Atoms

from ..classes import CLASSES, LABELS
from ..diffraction.fingerprint import Fingerprint, fingerprint
from ..orientation.align import Aligned, align
from ..orientation.search import Orientation
from ..orientation.trust import Trust, assess
from ..structures import prototype_label
from .quiet import standard_error_closed

PRETRAINED = Path(__file__).parent / "pretrained"
BATCH = 256
MAX_PIXEL = 10.0
"""A fingerprint ends at 1; some noise upon it is welcome, counts or grey values are a mistake."""
FEW_ATOMS = 32
"""The paper checked clusters from this size on."""
LIMITS = (
    "The network knows four classes, expects the cube axes along x, y, z, and always answers: a "
    "high probability does not mean that the structure is one of the four."
)
"""What a person must know to read a verdict."""

NO_ATOMS = Trust(False, 0.0, "cannot tell: an image alone, without the atoms that made it")


@dataclass(frozen=True, eq=False)
class Verdict:
    """What the network says of one structure.

    Attributes
    ----------
    label : the most probable class: ``fcc``, ``diamond``, ``bcc`` or ``sc``.
    space_group, symbol : number and Hermann-Mauguin symbol of that class.
    probabilities : label to probability, in the fixed order; they add up to 1.
    fingerprint : the image that was classified.
    notes : why this verdict may mean less than it seems, in words; often empty.
    orientation : how the cube axes lie, where they were sought, or None.
    turned : whether the structure was turned onto them before.
    """

    label: str
    space_group: int
    symbol: str
    probabilities: Mapping[str, float]
    fingerprint: Fingerprint
    notes: tuple[str, ...]
    orientation: Orientation | None = None
    turned: bool = False

    @property
    def probability(self) -> float:
        """Probability of the label."""
        return self.probabilities[self.label]

    @property
    def trusted(self) -> bool:
        """Whether the structure is of one of the four classes at all, and this is it."""
        return self.assessment.trusted

    @property
    def trust(self) -> float:
        """From 0 to 1; `trusted` from 0.8 on."""
        return self.assessment.trust

    @property
    def reason(self) -> str:
        """Why the verdict is or is not to be trusted, in words."""
        return self.assessment.reason

    @cached_property
    def assessment(self) -> Trust:
        """`trusted`, `trust` and `reason`, worked out when one of them is first asked for."""
        image = self.fingerprint
        if image.positions is None or image.numbers is None:
            return NO_ATOMS
        return assess(
            image.positions,
            image.numbers,
            self.label,
            self.probability,
            self.orientation,
            self.turned,
        )

    def __str__(self) -> str:
        return f"{self.label} ({self.symbol}) {self.probability:.3f}"


class Classifier:
    """A network exported for LiteRT. Safe to call from several threads.

    Parameters
    ----------
    folder : holds ``model.tflite`` and ``model.json``, as :func:`.training.export_model` wrote
        them; by default the shipped network.
    threads : of the calculation.
    """

    def __init__(self, folder: str | Path = PRETRAINED, threads: int = 2) -> None:
        from ai_edge_litert.interpreter import Interpreter

        content, self.card = read_model(Path(folder), "model.tflite")
        with standard_error_closed():
            self._interpreter = Interpreter(model_content=content, num_threads=threads)
            self._interpreter.allocate_tensors()
        self._lock = threading.Lock()
        self._prepared = 0

    def probabilities(self, images: np.ndarray) -> np.ndarray:
        """Class probabilities, (n, 4) float32 in the order of `LABELS`, of images (n, 64, 64)."""
        images = check_images(images)
        parts = [
            self._run(images[start : start + BATCH, :, :, None])
            for start in range(0, len(images), BATCH)
        ]
        return np.concatenate(parts) if parts else np.zeros((0, len(LABELS)), np.float32)

    def _run(self, batch: np.ndarray) -> np.ndarray:
        with self._lock:
            interpreter = self._interpreter
            source = interpreter.get_input_details()[0]["index"]
            if self._prepared != len(batch):
                interpreter.resize_tensor_input(source, batch.shape)
                interpreter.allocate_tensors()
                self._prepared = len(batch)
            interpreter.set_tensor(source, batch)
            interpreter.invoke()
            result: np.ndarray = interpreter.get_tensor(
                interpreter.get_output_details()[0]["index"]
            )
            return result


def read_model(folder: Path, name: str) -> tuple[bytes, dict[str, Any]]:
    """A file of a trained network, checked against the SHA-256 in ``model.json``, and that card."""
    content = (folder / name).read_bytes()
    path = folder / "model.json"
    text = path.read_text(encoding="utf-8")
    try:
        card = json.loads(text)
        labels, expected = card["labels"], str(card["sha256"][name])
    except (ValueError, LookupError, TypeError) as error:
        raise ValueError(f"{path}: not the card of a trained network; train again") from error
    if labels != list(LABELS):
        raise ValueError(f"{path}: expected the labels {list(LABELS)}, received {labels}")
    if sha256(content).hexdigest() != expected:
        raise ValueError(
            f"{folder / name}: its SHA-256 is not the one in model.json ({expected[:12]}…); the "
            "file is damaged, reinstall it or train again"
        )
    return content, card


def check_images(images: np.ndarray) -> np.ndarray:
    """Images as float32 (n, 64, 64), or a ValueError that says what is wrong with them."""
    try:
        with np.errstate(over="ignore"):  # what float32 cannot hold is refused below
            images = np.asarray(images, np.float32)
    except (TypeError, ValueError) as error:
        raise ValueError(f"image: expected an array of numbers ({error})") from error
    if images.ndim != 3 or images.shape[1:] != (64, 64):
        raise ValueError(
            f"image: the network was trained on 64×64 pixels, received {images.shape[1:]}; use a "
            "Detector with pixels=64"
        )
    if not np.isfinite(images).all():
        raise ValueError("image: expected finite pixels, received nan or infinity")
    if np.abs(images).max(initial=0) > MAX_PIXEL:
        raise ValueError(
            f"image: expected pixels from 0 to 1, received up to {np.abs(images).max():g}; divide "
            "by the brightest"
        )
    return images


@cache
def pretrained() -> Classifier:
    """The shipped network, loaded once."""
    return Classifier()


@overload
def classify(
    structures: Atoms | Fingerprint,
    *,
    classifier: Classifier | None = ...,
    orientation: str = ...,
    target_atoms: int = ...,
) -> Verdict: ...
@overload
def classify(
    structures: Sequence[Atoms | Fingerprint],
    *,
    classifier: Classifier | None = ...,
    orientation: str = ...,
    target_atoms: int = ...,
) -> list[Verdict]: ...
def classify(
    structures: Atoms | Fingerprint | Sequence[Atoms | Fingerprint],
    *,
    classifier: Classifier | None = None,
    orientation: str = "auto",
    target_atoms: int = 128,
) -> Verdict | list[Verdict]:
    """Crystal class of a structure or of many.

    Parameters
    ----------
    structures : ``ase.Atoms`` (periodic ones are made into a cluster first, see
        :func:`~facecrystal_widgets.fingerprint`), a :class:`Fingerprint`, or a sequence of them,
        which is classified in batches.
    classifier : by default the shipped network.
    orientation : ``"as-given"`` takes the cube axes to lie along x, y, z, as the paper does;
        ``"search"`` finds them and turns the structure first; ``"auto"`` does so where they are not
        known and the structure shows that they lie otherwise. A fingerprint is taken as given.
    target_atoms : size of the clusters that are made from periodic structures.

    Returns
    -------
    A :class:`Verdict`, or a list of them for a sequence.

    >>> from facecrystal_widgets import build_cluster, prototype
    >>> print(classify(prototype("diamond", "Si")))
    diamond (Fd-3m) 1.000
    >>> turned = build_cluster(prototype("bcc", "Fe"))
    >>> turned.rotate(20, (1, 2, 3))
    >>> verdict = classify(turned)
    >>> verdict.label, verdict.trusted, round(verdict.orientation.angle)
    ('bcc', True, 20)
    """
    if isinstance(structures, Atoms | Fingerprint):
        options: dict[str, Any] = {"orientation": orientation, "target_atoms": target_atoms}
        return classify([structures], classifier=classifier, **options)[0]
    if isinstance(structures, str | bytes) or not isinstance(structures, Iterable):
        raise TypeError(
            "structures: expected an ase.Atoms, a Fingerprint or a sequence of them, received "
            f"{type(structures).__name__}; files are read with read_structure"
        )
    structures = list(structures)
    ways = [
        None if isinstance(one, Fingerprint) else align(one, orientation, target_atoms)
        for one in structures
    ]
    images = [
        fingerprint(way.atoms) if way else one for one, way in zip(structures, ways, strict=True)
    ]
    if not images:
        return []
    for image in images:
        check_images(np.asarray(image.image)[None])
    found = (classifier or pretrained()).probabilities(np.stack([f.image for f in images]))
    return [_verdict(*parts) for parts in zip(images, ways, found, strict=True)]


def classify_aligned(image: Fingerprint, way: Aligned, classifier: Classifier) -> Verdict:
    """:func:`classify` for the image of a structure that has been aligned before."""
    return _verdict(image, way, classifier.probabilities(check_images(image.image[None]))[0])


def _verdict(image: Fingerprint, way: Aligned | None, row: np.ndarray) -> Verdict:
    best = CLASSES[int(row.argmax())]
    return Verdict(
        label=best.label,
        space_group=best.space_group,
        symbol=best.symbol,
        probabilities=MappingProxyType(dict(zip(LABELS, map(float, row), strict=True))),
        fingerprint=image,
        notes=caveats(image, way),
        orientation=way.orientation if way else None,
        turned=way.turned if way else False,
    )


def _turning(found: Orientation) -> str:
    """How a structure was turned, for its notes."""
    part = f", from the {found.n_atoms} atoms at the centre" if found.sampled else ""
    return f"turned by {found.angle:.0f}° onto the cube axes that were found{part}."


def caveats(image: Fingerprint, way: Aligned | None = None) -> tuple[str, ...]:
    """Why a verdict may mean less than it seems, from how the cluster was made and of what."""
    made, species = image.preparation, image.species
    notes = list(made.remarks)
    if len(species) > 1:
        notes.append(
            f"{len(species)} species ({', '.join(species)}) lie outside the training set, which "
            "holds elements: at best this is the class of the common lattice."
        )
    turned = _turning(way.orientation) if way and way.turned and way.orientation else ""
    if way and way.seen:
        pass  # the axes are what they ought to be
    elif made.kind == "as-given":
        taken = "axes taken as given; the answer holds only if the cube axes lie along x, y, z."
        notes.append(f"Not periodic: {turned or taken}")
    elif made.kind == "as-is":
        why = f"spglib finds {made.symbol}, not cubic" if made.symbol else made.note.split(",")[0]
        taken = "axes used as they stand; the answer holds only if they are the cube axes."
        notes.append(f"No conventional standard cell ({why}): {turned or taken}")
    elif turned:
        notes.append(f"Not along its own cell: {turned}")
    elif prototype_label(made) is None:
        notes.append(
            f"Its own cell ({made.symbol}, {len(made.cell_numbers)} atoms) is none of the four "
            "classes: the answer is the most similar of them."
        )
    if 0 < image.n_atoms < FEW_ATOMS:
        notes.append(
            f"Only {image.n_atoms} atoms: the network was trained on clusters of about 128 and "
            f"checked from {FEW_ATOMS} on."
        )
    return tuple(notes)
