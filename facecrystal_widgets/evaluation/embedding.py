"""Maps of structures in two dimensions: which ones are alike for the network, and which are not.

Every structure is a point in many dimensions, either its fingerprint (4,096 pixels) or what the
last hidden layer makes of it (128 units). PCA shows the two directions in which the points differ
most; t-SNE keeps neighbours together and says nothing of large distances. UMAP does what t-SNE does
here, and would bring numba and LLVM along, which nothing else needs.

The sample is stratified: so many pristine structures of each class, each with all thirteen defects.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
from ase import Atoms

from ..arguments import check_whole_number
from ..compute.stream import stream
from ..compute.workers import EVERY_CORE, HERE, Workers
from ..convnet.layers import load_network
from ..convnet.reference import NetworkRef
from ..convnet.weights import PRETRAINED
from ..datasets.defects import DEFECTS
from ..datasets.structures import SIZE, defective_group, pristine_structure, sample_parents
from ..defects import DefectRecipe
from ..diffraction.fingerprint import fingerprint
from .predictions import EvaluatedStructure, classified_rows

FEATURES = ("fingerprint", "layer")
"""What the distance of two structures is measured in: pixels, or the last hidden layer."""
METHODS = ("PCA", "t-SNE")
PER_CLASS, MAX_PER_CLASS = 10, 50
GROUP = 1 + len(DEFECTS)
"""Structures of one parent: the pristine one and one for each defect."""
COMPONENTS = 50
"""Principal components that t-SNE starts from; the others hold noise and cost time."""
PERPLEXITY = 30
"""How many neighbours, about, t-SNE keeps together."""


@dataclass(frozen=True, eq=False)
class EmbeddingSample:
    """Structures with what is needed to map them.

    Attributes
    ----------
    rows : (n,) of :data:`.evaluation.ROW`.
    images : (n, 64, 64) float32, fingerprints.
    activations : (n, 128) float32, of the last hidden layer after ReLU.
    seed : of the structures.
    """

    rows: np.ndarray
    images: np.ndarray
    activations: np.ndarray
    seed: int

    def vectors(self, features: str) -> np.ndarray:
        """(n, 4096) pixels or (n, 128) activations."""
        if features not in FEATURES:
            raise ValueError(
                f"features: expected one of {', '.join(FEATURES)}, received {features!r}"
            )
        pixels = self.images.reshape(len(self.images), -1)
        return pixels if features == "fingerprint" else self.activations


@dataclass(frozen=True, eq=False)
class Embedding:
    """A map.

    Attributes
    ----------
    features, method : of `FEATURES` and `METHODS`.
    rows : (n,) of :data:`.evaluation.ROW`, the structures.
    coordinates : (n, 2) float64; only distances mean anything, and in t-SNE only short ones.
    explained : fractions of the variance that the two axes of PCA hold; None for t-SNE.
    seed : of the structures and of the map.
    """

    features: str
    method: str
    rows: np.ndarray
    coordinates: np.ndarray
    explained: tuple[float, float] | None
    seed: int

    def point(self, index: int) -> EvaluatedStructure:
        """What lies at a place of the map."""
        return EvaluatedStructure.of(self.rows[index])


def sample_structures(
    per_class: int = PER_CLASS,
    seed: int = 0,
    model: Path | None = None,
    workers: Workers = EVERY_CORE,
    progress: Callable[[Iterable[Any]], Iterable[Any]] = iter,
) -> EmbeddingSample:
    """Fingerprints and activations of a stratified sample of the pristine and defective sets.

    Parameters
    ----------
    per_class : pristine structures of each class, 1 to 50; 10 make 560 structures in all. Three
        quarters of them are species and classes that the shipped network was trained on, without
        any defect.
    seed : of the sets and of the draw.
    model : folder of an exported network; by default the shipped one.
    progress : wraps the iterator over the ``4 * per_class`` parents.
    """
    return _joined(list(progress(_groups(per_class, seed, model, workers))))


def _groups(
    per_class: int, seed: int, model: Path | None, workers: Workers
) -> Iterator[EmbeddingSample]:
    per_class = check_whole_number("per_class", per_class, 1, MAX_PER_CLASS)
    network = NetworkRef.at(model)
    parents = sample_parents(per_class, SIZE, seed).tolist()
    yield from stream(sample_group, ((parent, seed, network) for parent in parents), workers)


def sample_group(index: int, seed: int, network: NetworkRef) -> EmbeddingSample:
    """Pristine structure number `index` and its thirteen defective ones."""
    from threadpoolctl import threadpool_limits

    members, label, species = defective_group(index, seed)
    structures: list[tuple[Atoms, DefectRecipe | None]] = [
        (pristine_structure(index, seed)[0], None),
        *members,
    ]
    layers = _layers(network.folder or PRETRAINED)
    with threadpool_limits(1):  # matrices this small are slowed down by more: 4 times on two cores
        images = np.stack([fingerprint(atoms).image for atoms, _ in structures])
        return EmbeddingSample(
            rows=classified_rows(structures, index, label, species, network),
            images=images,
            activations=np.stack([layers.activations(image)["dense"] for image in images]),
            seed=seed,
        )


_layers = cache(load_network)


def _joined(samples: list[EmbeddingSample]) -> EmbeddingSample:
    return EmbeddingSample(
        rows=np.concatenate([sample.rows for sample in samples]),
        images=np.concatenate([sample.images for sample in samples]),
        activations=np.concatenate([sample.activations for sample in samples]),
        seed=samples[0].seed,
    )


def embed(sample: EmbeddingSample, features: str = "fingerprint", method: str = "PCA") -> Embedding:
    """A map of the sample; the same sample gives the same map.

    Both methods start from the principal components, which are found by a randomised method with
    the seed of the sample. t-SNE starts from the first two of them.
    """
    from sklearn.decomposition import PCA
    from sklearn.manifold import TSNE
    from threadpoolctl import threadpool_limits

    if method not in METHODS:
        raise ValueError(f"method: expected one of {', '.join(METHODS)}, received {method!r}")
    vectors = sample.vectors(features).astype(float)
    n = len(vectors)
    components = min(COMPONENTS, n, vectors.shape[1])
    # with two threads or more, the order of the sums, and so the map, would depend on the machine
    with threadpool_limits(1):
        pca = PCA(components, svd_solver="randomized", random_state=sample.seed)
        coordinates = pca.fit_transform(vectors)
        explained = None
        if method == "PCA":
            first, second = pca.explained_variance_ratio_[:2].tolist()
            explained = (first, second)
        else:
            perplexity = min(PERPLEXITY, (n - 1) / 3)
            tsne = TSNE(perplexity=perplexity, init="pca", random_state=sample.seed)
            coordinates = tsne.fit_transform(coordinates)
    return Embedding(
        features, method, sample.rows, coordinates[:, :2].astype(float), explained, sample.seed
    )


def embedding_steps(
    per_class: int, seed: int, model: Path | None
) -> Iterator[np.ndarray | Embedding]:
    """The work in steps, for a process that reports: the rows of each parent as they are there,
    then the four maps of all. Images stay in the process."""
    samples = []
    for group in _groups(per_class, seed, model, HERE):
        samples.append(group)
        yield group.rows
    whole = _joined(samples)
    for method in METHODS:
        for features in FEATURES:
            yield embed(whole, features, method)
