"""From structures or fingerprints to verdicts."""

from collections.abc import Iterable, Sequence
from types import MappingProxyType
from typing import Any, overload

import numpy as np
from ase import Atoms

from ..convnet.runtime import Classifier, check_images, pretrained
from ..crystals.classes import CLASSES, LABELS
from ..diffraction.fingerprint import Fingerprint, fingerprint
from ..orientation.align import Aligned, align
from .caveats import caveats
from .verdict import Verdict, Verdicts


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
) -> Verdicts: ...


def classify(
    structures: Atoms | Fingerprint | Sequence[Atoms | Fingerprint],
    *,
    classifier: Classifier | None = None,
    orientation: str = "auto",
    target_atoms: int = 128,
) -> Verdict | Verdicts:
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
    A :class:`Verdict`, or for a sequence a list of them, :class:`Verdicts`.

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
    images: list[Fingerprint] = []
    alignments: list[Aligned | None] = []
    for structure in structures:
        aligned = None
        if not isinstance(structure, Fingerprint):
            aligned = align(structure, orientation, target_atoms)
            structure = fingerprint(aligned.atoms)
        check_images(np.asarray(structure.image)[None])
        images.append(structure)
        alignments.append(aligned)
    if not images:
        return Verdicts()
    classifier = classifier or pretrained()
    rows = classifier.probabilities(np.stack([image.image for image in images]))
    return Verdicts(
        _verdict(image, aligned, _labels(classifier), row)
        for image, aligned, row in zip(images, alignments, rows, strict=True)
    )


def classify_aligned(image: Fingerprint, aligned: Aligned, classifier: Classifier) -> Verdict:
    """:func:`classify` for the image of a structure that is already aligned."""
    row = classifier.probabilities(check_images(image.image[None]))[0]
    return _verdict(image, aligned, _labels(classifier), row)


def _labels(classifier: Classifier) -> tuple[str, ...]:
    """Classes of its probabilities; a stand-in that only gives probabilities has all of them."""
    return getattr(classifier, "labels", LABELS)


def _verdict(
    image: Fingerprint, aligned: Aligned | None, labels: tuple[str, ...], row: np.ndarray
) -> Verdict:
    best = next(known for known in CLASSES if known.label == labels[int(row.argmax())])
    return Verdict(
        label=best.label,
        space_group=best.space_group,
        symbol=best.symbol,
        probabilities=MappingProxyType(dict(zip(labels, map(float, row), strict=True))),
        fingerprint=image,
        notes=caveats(image, aligned),
        orientation=aligned.orientation if aligned else None,
        turned=aligned.turned if aligned else False,
    )
