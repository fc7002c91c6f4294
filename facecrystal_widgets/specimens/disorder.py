"""Structures without long-range order: dense random packings and gases of any element, periodic."""

import numpy as np
from ase import Atoms
from ase.data import covalent_radii
from scipy.optimize import minimize
from scipy.stats import qmc

from ..arguments import check_whole_number
from ..crystals.elements import atomic_number, volume_per_atom
from ..crystals.periodic import into_box, keep_apart, pairs_in_box
from .specimen import NO_CRYSTAL, Specimen, random_rotations, specimen

PACKING = 0.64
"""Share of the volume that spheres fill at random close packing."""
NEAREST = 0.8
"""Smallest distance in the gas over the bond that the element has, or would have, in fcc."""
THINNER = 12.0
"""Volume per atom of the gas over that of the condensed element."""


def packing(element: str, number: int = 500, seed: int = 0) -> Specimen:
    """A random close packing: a liquid-like structure of any element, by jammed soft spheres.

    Points drawn at random are relaxed until spheres that fill 64 % of the volume hardly overlap
    (energy: the sum of the squared overlaps), after O'Hern et al., Phys. Rev. E 68, 011306 (2003).

    Parameters
    ----------
    element : chemical symbol; its volume per atom is kept.
    number : of atoms, 50 to 20,000.
    seed : of the start.
    """
    number = check_whole_number("number", number, 50, 20_000)
    edge = float((number * volume_per_atom(element)) ** (1 / 3))
    diameter = (6 * PACKING * edge**3 / (np.pi * number)) ** (1 / 3)
    start = edge * np.random.default_rng([seed, 4]).random((number, 3))

    def overlap(flat: np.ndarray) -> tuple[float, np.ndarray]:
        positions = flat.reshape(-1, 3)
        first, second, bonds = pairs_in_box(positions, edge, diameter)
        lengths = np.linalg.norm(bonds, axis=1)
        depth = 1 - lengths / diameter
        push = (2 * depth / (diameter * lengths))[:, None] * bonds
        gradient = [
            np.bincount(first, column, number) - np.bincount(second, column, number)
            for column in push.T
        ]
        return float((depth**2).sum()), np.column_stack(gradient).ravel()

    relaxed = minimize(
        overlap, start.ravel(), jac=True, method="L-BFGS-B", options={"maxiter": 150}
    )
    atoms = _boxed([element] * number, relaxed.x.reshape(-1, 3), edge)
    description = f"{element}, random close packing of soft spheres, periodic"
    return specimen(f"packing-{element}", description, atoms, None, NO_CRYSTAL)


def gas(element: str, number: int = 500, seed: int = 0) -> Specimen:
    """An ideal gas, but that no two atoms come nearer than `NEAREST` of the bond of fcc.

    Parameters
    ----------
    element : chemical symbol; each atom has `THINNER` times its volume in the solid.
    number : of atoms, 50 to 20,000.
    seed : of the positions.
    """
    number = check_whole_number("number", number, 50, 20_000)
    volume = volume_per_atom(element)
    edge = float((THINNER * number * volume) ** (1 / 3))
    candidates = edge * np.random.default_rng([seed, 5]).random((4 * number, 3))
    stays = keep_apart(candidates, NEAREST * (2**0.5 * volume) ** (1 / 3), edge)
    atoms = _boxed([element] * number, candidates[stays][:number], edge)
    description = f"{element}, ideal gas with a minimum distance, periodic"
    return specimen(f"gas-{element}", description, atoms, None, NO_CRYSTAL)


def dimers(element: str, number: int = 500, seed: int = 0) -> Specimen:
    """A quasi-random gas of dimers: even places (a scrambled Halton sequence), any direction.

    Parameters
    ----------
    element : chemical symbol; the atoms of a dimer are two covalent radii apart, those of two
        dimers at least 1.2 times as far.
    number : of atoms, 50 to 20,000, rounded down to an even one.
    seed : of places and directions.
    """
    pairs = check_whole_number("number", number, 50, 20_000) // 2
    rng = np.random.default_rng([seed, 6])
    bond = float(2 * covalent_radii[atomic_number(element)])
    edge = 3.3 * bond * pairs ** (1 / 3)
    candidates = edge * qmc.Halton(3, seed=rng).random(16 * pairs)
    stays = keep_apart(candidates, 2.2 * bond, edge)
    centres = candidates[stays][:pairs]
    half = random_rotations(rng, pairs)[:, :, 2] * bond / 2
    atoms = _boxed([element] * 2 * pairs, np.concatenate([centres - half, centres + half]), edge)
    description = f"{element}, quasi-random gas of dimers {bond:.2f} Å long, periodic"
    return specimen(f"dimers-{element}", description, atoms, None, NO_CRYSTAL)


def _boxed(symbols: list[str], positions: np.ndarray, edge: float) -> Atoms:
    """In a periodic cube."""
    return Atoms(symbols, into_box(positions, edge), cell=[edge] * 3, pbc=True)
