"""Other measures of uncertainty: entropy, dropout, distances in the last hidden layer."""

import numpy as np

from ...convnet.architecture import DROPOUT
from ...convnet.layers import pretrained_network

PASSES = 50
"""Of Monte-Carlo dropout."""


def dropout_spread(dense: np.ndarray) -> tuple[float, float]:
    """Monte-Carlo dropout: entropy of the mean of `PASSES` predictions, and mutual information.

    The dropout of Table 1 stands between the last hidden layer and the softmax, so that only the
    product with the softmax's weights has to be made anew in each pass.

    Parameters
    ----------
    dense : (128,) activations of the last hidden layer.
    """
    network = pretrained_network()
    kept = np.random.default_rng(0).random((PASSES, len(dense))) >= DROPOUT
    scores = (kept * dense / (1 - DROPOUT)) @ network.kernels["softmax"] + network.biases["softmax"]
    chances = np.exp(scores - scores.max(axis=1, keepdims=True))
    chances /= chances.sum(axis=1, keepdims=True)
    whole = float(entropy(chances.mean(axis=0)))
    return whole, whole - float(entropy(chances).mean())


def entropy(chances: np.ndarray) -> np.ndarray:
    """Of probabilities (..., n), in nats, (...)."""
    return np.asarray(-(chances * np.log(np.maximum(chances, 1e-12))).sum(axis=-1))


RIDGE = 1e-3
"""Of the mean variance, added to all: some units of the last hidden layer are never active."""
BLOCK = 512


def mahalanobis(rows: np.ndarray, members: np.ndarray) -> np.ndarray:
    """Distance (n,) from the nearest class mean, by the covariance that the classes share."""
    dense, labels = members["dense"].astype(float), members["label"]
    means = {label: dense[labels == label].mean(axis=0) for label in np.unique(labels)}
    within = dense - np.array([means[label] for label in labels])
    covariance = within.T @ within / len(within)
    covariance += RIDGE * np.trace(covariance) / len(covariance) * np.eye(len(covariance))
    inverse = np.linalg.inv(covariance)
    away = rows["dense"].astype(float)[:, None] - np.array(list(means.values()))
    return np.asarray(np.sqrt(np.einsum("nci,ij,ncj->nc", away, inverse, away).min(axis=1)))


def nearest(rows: np.ndarray, members: np.ndarray) -> np.ndarray:
    """Euclidean distance (n,) from the nearest member."""
    known = members["dense"].astype(float)
    squares = (known**2).sum(axis=1)
    found = []
    for start in range(0, len(rows), BLOCK):
        own = rows["dense"][start : start + BLOCK].astype(float)
        apart = (own**2).sum(axis=1)[:, None] - 2 * own @ known.T + squares
        found.append(np.sqrt(np.maximum(apart.min(axis=1), 0)))
    return np.concatenate(found)
