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
    ways = [
        None if isinstance(one, Fingerprint) else align(one, orientation, target_atoms)
        for one in structures
    ]
    images = [
        fingerprint(way.atoms) if way else one for one, way in zip(structures, ways, strict=True)
    ]
    if not images:
        return Verdicts()
    for image in images:
        check_images(np.asarray(image.image)[None])
    found = (classifier or pretrained()).probabilities(np.stack([f.image for f in images]))
    return Verdicts(_verdict(*parts) for parts in zip(images, ways, found, strict=True))


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
