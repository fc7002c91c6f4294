"""Scattered intensity per atom at any scattering vector."""

import numpy as np

BLOCK = 1 << 17
"""Phases held at a time."""


def intensity(
    positions: np.ndarray, vectors: np.ndarray, weights: np.ndarray | None = None
) -> np.ndarray:
    """|F(q)|² with F = Σ w exp(-i q·r).

    Parameters
    ----------
    positions : (n_atoms, 3), bond lengths.
    vectors : q, (..., 3), reciprocal bond lengths.
    weights : w of each atom, (n_atoms,); by default 1/n_atoms, which makes 1 the largest value.

    Returns
    -------
    (...) float32.
    """
    q = np.asarray(vectors, np.float32).reshape(-1, 3)
    atoms = np.asarray(positions, np.float32).T
    number = atoms.shape[1]
    share = np.full(number, 1 / number) if weights is None else weights
    share = np.asarray(share, np.float32)
    result = np.empty(len(q), np.float32)
    step = max(1, BLOCK // number)
    for start in range(0, len(q), step):
        phase = q[start : start + step] @ atoms
        real, imaginary = np.cos(phase) @ share, np.sin(phase) @ share
        result[start : start + step] = real**2 + imaginary**2
    return result.reshape(np.shape(vectors)[:-1])
