"""Crystals with boundaries: polycrystals, bicrystals and nanoparticles.

Every grain is the part of a turned lattice that lies within planes: the faces of its Voronoi cell,
of a half block or of a particle.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import permutations, product

import numpy as np
from ase import Atoms
from scipy.spatial import ConvexHull, HalfspaceIntersection

from ..arguments import check_whole_number
from ..crystals.classes import LABELS
from ..crystals.lattices import PROTOTYPES
from ..crystals.periodic import images_within, into_box, keep_apart
from ..crystals.prototypes import default_lattice_constant, prototype
from .specimen import Specimen, random_rotations

TOO_NEAR = 0.7
"""Atoms of two grains that are nearer than this times the bond length: one of them goes."""
EDGE = 1e-6
"""Angstrom: an atom this far outside a face still lies on it."""
FACETS: dict[str, dict[tuple[int, int, int], float]] = {
    "cube": {(1, 0, 0): 1.0},
    "octahedron": {(1, 1, 1): 1.0},
    "dodecahedron": {(1, 1, 0): 1.0},
    "wulff": {(1, 1, 1): 1.95, (1, 0, 0): 2.17, (1, 1, 0): 2.24},
}
"""Distance of the faces from the centre, up to a common factor. Wulff: the surface energies of
copper in J/m² (Vitos et al., Surf. Sci. 411, 186 (1998)), for every lattice."""
NISHIYAMA_WASSERMANN = {
    "fcc": ((1, -1, 0), (1, 1, -2), (1, 1, 1)),
    "bcc": ((0, 0, 1), (1, -1, 0), (1, 1, 0)),
}
"""Directions along x, y and z of the laboratory: (111) of fcc meets (110) of bcc."""


@dataclass(frozen=True)
class Planes:
    """A convex region about the origin: points r with ``normals @ r <= distances``.

    Attributes
    ----------
    normals : unit vectors, (n, 3).
    distances : Angstrom, positive, (n,).
    """

    normals: np.ndarray
    distances: np.ndarray

    def corners(self) -> np.ndarray:
        """Angstrom, (n_corners, 3)."""
        halfspaces = np.column_stack([self.normals, -self.distances])
        corners: np.ndarray = HalfspaceIntersection(halfspaces, np.zeros(3)).intersections
        return corners

    def depth(self, points: np.ndarray) -> np.ndarray:
        """Distance of points (n, 3) to the nearest plane, negative outside, (n,), Angstrom."""
        depth: np.ndarray = (self.distances - points @ self.normals.T).min(axis=1)
        return depth


def _grain(
    label: str, element: str, rotation: np.ndarray, planes: Planes, place: np.ndarray
) -> Atoms:
    """The lattice within `planes`; `place` (crystal axes, Angstrom) comes to the origin."""
    unit = prototype(label, element)
    points, index = images_within(unit, place, np.linalg.norm(planes.corners(), axis=1).max() + 1)
    points = points @ rotation.T
    depth = planes.depth(points)
    inside = depth >= -EDGE
    grain = Atoms(numbers=unit.numbers[index[inside]], positions=points[inside])
    grain.set_array("true_label", np.full(len(grain), LABELS.index(label)))
    grain.set_array("true_depth", depth[inside])
    return grain


def _joined(grains: Sequence[Atoms], bond: float, edge: float | None = None) -> Atoms:
    """The grains together, without the atoms that come too near to those of another grain.

    Of two such atoms the one nearer to the boundary goes. `edge` is that of a periodic cube.
    """
    atoms = Atoms()
    for number, grain in enumerate(grains):
        grain.set_array("true_grain", np.full(len(grain), number))
        atoms += grain
    if edge is not None:
        atoms.set_cell(edge * np.eye(3))
        atoms.pbc = True
        atoms.positions = into_box(atoms.positions, edge)
    order = np.argsort(-atoms.arrays["true_depth"], kind="stable")
    stays = keep_apart(atoms.positions[order], TOO_NEAR * bond, edge)
    return atoms[np.sort(order[stays])]


def polycrystal(
    label: str, element: str, grains: int = 8, atoms: int = 8000, seed: int = 0
) -> Specimen:
    """A periodic cube of Voronoi grains of one class, each in a random orientation.

    Parameters
    ----------
    label : one of the four classes.
    element : chemical symbol.
    grains : number of them, 2 to 100. Their centres are drawn uniformly, but not nearer to one
        another than half the edge of a cube of a grain's mean volume.
    atoms : about how many; at the boundaries some are missing.
    seed : of centres and orientations.
    """
    grains = check_whole_number("grains", grains, 2, 100)
    rng = np.random.default_rng([seed, 2])
    unit = prototype(label, element)
    edge = float((atoms * unit.cell.volume / len(unit)) ** (1 / 3))
    candidates = edge * rng.random((20 * grains, 3))
    centres = candidates[keep_apart(candidates, 0.5 * edge / grains ** (1 / 3), edge)][:grains]
    rotations = random_rotations(rng, grains)
    shifts = edge * np.array(list(product((-1, 0, 1), repeat=3)))
    others = (centres + shifts[:, None]).reshape(-1, 3)
    parts = []
    for centre, rotation in zip(centres, rotations, strict=True):
        offsets = others - centre
        lengths = np.linalg.norm(offsets, axis=1)
        offsets, lengths = offsets[lengths > 0], lengths[lengths > 0]
        cell = Planes(offsets / lengths[:, None], lengths / 2)
        place = rng.random(3) @ np.asarray(unit.cell)
        part = _grain(label, element, rotation, cell, place)
        part.positions += centre
        parts.append(part)
    joined = _joined(parts, _bond(label, element), edge)
    description = f"{element}, {label}, Voronoi polycrystal of {grains} grains, periodic"
    return Specimen(f"polycrystal-{label}-{element}", description, joined, rotations)


def twin(element: str, atoms: int = 1500) -> Specimen:
    """An fcc Σ3 {111} twin: two halves of a block, mirror images that share a layer at z = 0."""
    first = _axes(*NISHIYAMA_WASSERMANN["fcc"])
    second = np.diag([-1.0, -1.0, 1.0]) @ first  # half a turn about [111]
    joined = _bicrystal(("fcc", "fcc"), element, (first, second), (0.0, 0.0), atoms)
    description = f"{element}, fcc, Σ3 {{111}} twin: half a turn about z, the common [111]"
    return Specimen(f"twin-fcc-{element}", description, joined, np.stack([first, second]))


def interface(element: str, atoms: int = 1500) -> Specimen:
    """An fcc block below z = 0 and a bcc block above, in the Nishiyama-Wassermann relation.

    (111) of fcc meets (110) of bcc, [1-10] of fcc lies along [001] of bcc; both have the volume
    per atom of the element.
    """
    labels = ("fcc", "bcc")
    axes = tuple(_axes(*NISHIYAMA_WASSERMANN[label]) for label in labels)
    spacings = (3**-0.5, 2**-0.5)
    shifts = [
        0.5 * sign * spacing * default_lattice_constant(label, element)
        for sign, spacing, label in zip((-1, 1), spacings, labels, strict=True)
    ]
    joined = _bicrystal(labels, element, axes, shifts, atoms)
    description = f"{element}, fcc below and bcc above an interface (111) ∥ (110) at z = 0"
    return Specimen(f"interface-{element}", description, joined, np.stack(axes))


def _bicrystal(
    labels: Sequence[str],
    element: str,
    rotations: Sequence[np.ndarray],
    shifts: Sequence[float],
    atoms: int,
) -> Atoms:
    """Two halves of a cube, below and above z = 0, with an atom of each at its shift along z."""
    unit = prototype(labels[0], element)
    half = 0.5 * float((atoms * unit.cell.volume / len(unit)) ** (1 / 3))
    normals = np.vstack([np.eye(3), -np.eye(3)])
    planes = Planes(normals, half * np.tile([1, 1, 0.5], 2))
    parts = []
    for label, rotation, shift, sign in zip(labels, rotations, shifts, (-1, 1), strict=True):
        centre = np.array([0, 0, sign * half / 2])
        place = (centre - [0, 0, shift]) @ rotation
        part = _grain(label, element, rotation, planes, place)
        part.positions += centre
        parts.append(part)
    return _joined(parts, _bond(labels[0], element))


def nanoparticle(label: str, element: str, shape: str, atoms: int = 500, seed: int = 0) -> Specimen:
    """A facetted particle, in a random orientation.

    Parameters
    ----------
    label : one of the four classes.
    element : chemical symbol.
    shape : a key of `FACETS`: cube, octahedron, dodecahedron (rhombic) or wulff. Spheres and
        blocks without facets: :meth:`.Specimen.cut`.
    atoms : about how many.
    seed : of the orientation, and of the point of the lattice that is the centre.
    """
    if shape not in FACETS:
        raise ValueError(f"shape: expected one of {', '.join(FACETS)}, received {shape!r}")
    rng = np.random.default_rng([seed, 3])
    rotation = random_rotations(rng, 1)[0]
    unit = prototype(label, element)
    faces = [
        (np.array(direction) / np.linalg.norm(direction), distance)
        for of, distance in FACETS[shape].items()
        for direction in family(of)
    ]
    normals = np.array([normal for normal, _ in faces]) @ rotation.T
    distances = np.array([distance for _, distance in faces])
    volume = ConvexHull(Planes(normals, distances).corners()).volume
    scale = (atoms * unit.cell.volume / len(unit) / volume) ** (1 / 3)
    place = rng.random(3) @ np.asarray(unit.cell)
    planes = Planes(normals, scale * distances)
    joined = _joined([_grain(label, element, rotation, planes, place)], _bond(label, element))
    description = f"{element}, {label}, nanoparticle ({shape}), turned at random"
    return Specimen(f"particle-{shape}-{label}-{element}", description, joined, rotation[None])


def family(direction: tuple[int, int, int]) -> list[tuple[int, ...]]:
    """All directions that cubic symmetry makes equal to this one."""
    signed = {
        tuple(sign * part for sign, part in zip(signs, order, strict=True))
        for order in permutations(direction)
        for signs in product((1, -1), repeat=3)
    }
    return sorted(signed)


def _axes(*directions: Sequence[int]) -> np.ndarray:
    """The rotation that brings three orthogonal directions of the crystal to x, y and z."""
    rows = np.array(directions, float)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def _bond(label: str, element: str) -> float:
    return PROTOTYPES[label].bond * default_lattice_constant(label, element)
