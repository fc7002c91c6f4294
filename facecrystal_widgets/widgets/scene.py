"""Geometry of the 3D view: components, colours, orientation."""

import numpy as np
from ase import Atoms
from ase.data import chemical_symbols
from ase.data.colors import jmol_colors

from ..defects import DefectRecipe
from ..diffraction.detector import Detector

SUBSTITUTES = ("#0072B2", "#F0E442", "#CC79A7", "#009E73")
"""Colours to choose from for substituting species, whatever they are (Okabe-Ito)."""
GHOST = "#8A8F98"
TILT = (-16.0, 22.0)
"""Degrees about x and y by which the first view is turned away from the beam."""


def laboratory_positions(positions: np.ndarray, detector: Detector) -> np.ndarray:
    """Positions (n, 3) turned as the fingerprint turns them: beam along z, x to the right."""
    return np.asarray(positions @ detector.rotation.T)


def component_coordinates(
    broken: Atoms,
    cluster: Atoms,
    recipe: DefectRecipe,
    sites: list[np.ndarray],
    species: list[int | None],
) -> tuple[dict[int, np.ndarray], dict[int, bool]]:
    """Where the spheres of each component go, and which components have none.

    The absent atoms of a component lie exactly upon a present one.

    Parameters
    ----------
    sites : for each component, the sites of the cluster that it has spheres for; component 0 is the
        ghost lattice, which stays, and the last two are the substituting species.
    species : for each component, the atomic number of its host species, or None.

    Returns
    -------
    Component to coordinates (n_sites, 3), Angstrom, and component to "holds no atom".
    """
    occupied = broken.arrays.get("site", np.arange(len(broken)))
    where = np.zeros((len(cluster), 3))
    numbers = np.zeros(len(cluster), int)
    where[occupied], numbers[occupied] = broken.positions, broken.numbers
    symbols = [*recipe.species, None, None][:2]
    substitutes = [chemical_symbols.index(s) if s else -1 for s in symbols]
    wanted = [*species[:-2], *(-1 if z in species else z for z in substitutes)]
    coordinates, empty = {}, {}
    for index in range(1, len(sites)):
        present = numbers[sites[index]] == wanted[index]
        empty[index] = not present.any()
        if present.any():
            moved = where[sites[index]]
            moved[~present] = moved[present.argmax()]
            coordinates[index] = moved
    return coordinates, empty


def host_colour(number: int) -> str:
    """Colour of an element as in Jmol, a little darker where it would vanish on white."""
    rgb = np.array(jmol_colors[number])
    if rgb.min() > 0.8:
        rgb = rgb * 0.8
    return "#" + "".join(f"{round(255 * part):02x}" for part in rgb)


def substitute_colours(hosts: list[str]) -> list[str]:
    """The two of `SUBSTITUTES` that are most easily told from the colours of the hosts."""

    def distance(colour: str) -> float:
        return min(float(np.linalg.norm(_rgb(colour) - _rgb(host))) for host in hosts)

    return sorted(SUBSTITUTES, key=distance, reverse=True)[:2]


def _rgb(colour: str) -> np.ndarray:
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)])


def first_view() -> np.ndarray:
    """Rotation (3, 3) of the first view: against the beam, slightly from the side.

    NGL's camera looks along +z with x to the left; half a turn about y makes it look against the
    beam with x to the right and y upwards, as the diffraction image is drawn.
    """
    return _rotation(TILT[0], TILT[1] + 180)


def tilt() -> np.ndarray:
    """Rotation (3, 3) by `TILT`: x to the right, y upwards, z towards the eye."""
    return _rotation(*TILT)


def _rotation(degrees_x: float, degrees_y: float) -> np.ndarray:
    x, y = np.deg2rad((degrees_x, degrees_y))
    about_x = np.array([[1, 0, 0], [0, np.cos(x), -np.sin(x)], [0, np.sin(x), np.cos(x)]])
    about_y = np.array([[np.cos(y), 0, np.sin(y)], [0, 1, 0], [-np.sin(y), 0, np.cos(y)]])
    return np.asarray(about_x @ about_y)
