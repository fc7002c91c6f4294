"""Molecular dynamics of metals: thermal snapshots, melts, glasses, a crystal growing in its melt.

Effective medium theory (:mod:`.emt`) with Langevin dynamics, and a box that
relaxes to zero pressure after Berendsen et al., J. Chem. Phys. 81, 3684 (1984). A few picoseconds,
so that a specimen takes seconds. For the classes and elements outside the theory: the displacements
of the Debye model, independent for each atom.
"""

import numpy as np
from ase import Atoms, units
from ase.constraints import FixAtoms
from ase.data import atomic_masses
from ase.md.langevin import Langevin
from scipy.integrate import quad
from scipy.spatial import cKDTree

from ..arguments import check_number
from ..crystals.elements import atomic_number
from ..crystals.periodic import into_box
from ..crystals.prototypes import prototype
from ..defects import DefectRecipe
from ..orientation.intensity import intensity
from ..orientation.stars import STARS
from .emt import MetalEMT
from .specimen import NO_CRYSTAL, NONE, OWN_AXES, Specimen, specimen

MELTING = {"Al": 933, "Cu": 1358, "Ag": 1235, "Au": 1337, "Ni": 1728, "Pd": 1828, "Pt": 2041}
"""Measured melting temperatures, K."""
DEBYE = {
    "C": 2230, "Na": 158, "Al": 428, "Si": 645, "Cr": 630, "Fe": 470, "Cu": 343, "Ge": 374,
    "Mo": 450, "Ag": 225, "W": 400, "Au": 165, "Pb": 105,
}  # fmt: skip
"""Debye temperatures, K (Kittel, "Introduction to Solid State Physics")."""
BULK_MODULUS = 0.6
"""eV/Å³, about 100 GPa: sets how fast the box relaxes, not the pressure it relaxes to."""
MOLTEN = 0.01
"""Mean |F|²/N² of the reflections of the crystal below which it is gone; chance gives 0.002."""
STILL = 0.12
"""An atom belongs to the crystal while its mean position moves by less than this times the bond."""


def debye_displacement(element: str, temperature: float) -> float:
    """Standard deviation of one component of the thermal displacement, Debye model, Angstrom.

    Parameters
    ----------
    element : a key of `DEBYE`.
    temperature : K, 0 to 10,000; at 0 the zero-point motion is left.

    >>> round(debye_displacement("Cu", 300), 3)
    0.078
    """
    if element not in DEBYE:
        raise ValueError(f"element: expected one of {', '.join(DEBYE)}, received {element!r}")
    temperature = check_number("temperature", temperature, 0, 10_000, "K")
    theta = DEBYE[element]
    mass = atomic_masses[atomic_number(element)] * units._amu
    share = temperature / theta
    thermal = 0.0
    if share:
        thermal = share**2 * quad(lambda x: x / np.expm1(x) if x else 1.0, 0, 1 / share)[0]
    mean_square = 3 * units._hbar**2 / (mass * units._k * theta) * (thermal + 0.25)
    return float(1e10 * np.sqrt(mean_square))


def vibrating(label: str, element: str, temperature: float, cells: int, seed: int = 0) -> Specimen:
    """A crystal of a class, its atoms displaced independently as in the Debye model.

    Parameters
    ----------
    label : one of the four classes.
    element : a key of `DEBYE`.
    temperature : K.
    cells : along each edge.
    seed : of the displacements.
    """
    sigma = debye_displacement(element, temperature)
    ideal = prototype(label, element).repeat(cells)
    atoms = DefectRecipe(displacement=sigma, seed=seed).apply(ideal)
    description = (
        f"{element}, {label}, {temperature:g} K, displacements of the Debye model, periodic"
    )
    return specimen(
        f"vibrating-{label}-{element}-{temperature:g}K", description, atoms, label, OWN_AXES
    )


def thermal(metal: str, temperature: float, seed: int = 0) -> Specimen:
    """A snapshot of an fcc metal of 500 atoms, molecular dynamics of 1.5 ps.

    Parameters
    ----------
    metal : Al, Cu, Ag, Au, Ni, Pd or Pt.
    temperature : K, up to 0.7 of the measured melting temperature: it stays a crystal.
    seed : of the random forces.
    """
    atoms = _start(metal, (5, 5, 5))
    limit = 0.7 * MELTING[metal]
    temperature = check_number("temperature", temperature, 1, limit, "K")
    _run(atoms, temperature, 300, np.random.default_rng([seed, 7]))
    description = f"{metal}, fcc, {temperature:g} K, molecular dynamics, periodic"
    return specimen(f"thermal-fcc-{metal}-{temperature:g}K", description, atoms, "fcc", OWN_AXES)


def liquid(metal: str, seed: int = 0) -> Specimen:
    """A melt of 500 atoms at the measured melting temperature, above that of the potential."""
    atoms = _melt(metal, np.random.default_rng([seed, 8]))
    description = f"{metal}, liquid, {MELTING[metal]} K, molecular dynamics, periodic"
    return specimen(f"liquid-{metal}", description, atoms, None, NO_CRYSTAL)


def glass(metal: str, seed: int = 0) -> Specimen:
    """A melt of 500 atoms, quenched to 100 K in a picosecond."""
    rng = np.random.default_rng([seed, 9])
    atoms = _melt(metal, rng)
    _run(atoms, 100, 300, rng)
    description = f"{metal}, glass, quenched from the melt to 100 K, molecular dynamics, periodic"
    return specimen(f"glass-{metal}", description, atoms, None, NO_CRYSTAL)


def growing(metal: str, seed: int = 0, steps: int = 400) -> Specimen:
    """A crystal that grows in its melt: 768 atoms, two interfaces across z, [001] along z.

    One half of a crystal is melted while the other is held; then all atoms move at 0.6 times the
    measured melting temperature, at which the melt is undercooled and crystallises. What is crystal
    is known from the motion: there the places, averaged over 50 steps, are still the same 250
    steps later (the mean shift of an atom and its twelve neighbours is below `STILL` bonds).

    Parameters
    ----------
    metal : Al, Cu, Ag, Au, Ni, Pd or Pt.
    seed : of the random forces.
    steps : of growth before the motion is looked at; 5 fs each for copper.
    """
    rng = np.random.default_rng([seed, 10])
    atoms = _start(metal, (4, 4, 12))
    temperature = 0.6 * MELTING[metal]
    _run(atoms, temperature, 100, rng)
    middle = atoms.cell[2, 2] / 2
    upper = atoms.positions[:, 2] > middle
    atoms.positions[upper, 2] += 0.07 * (atoms.positions[upper, 2] - middle)
    atoms.set_cell(atoms.cell.lengths() * [1, 1, 1.035])
    atoms.set_constraint(FixAtoms(mask=~upper))
    _run(atoms, 3 * MELTING[metal], 200, rng, relax=())
    atoms.set_constraint()
    _run(atoms, temperature, steps, rng, relax=(2,))
    before = _mean_places(atoms, temperature, rng)
    _run(atoms, temperature, 200, rng, relax=())
    shift = np.linalg.norm(_mean_places(atoms, temperature, rng) - before, axis=1)

    edges = atoms.cell.lengths()
    places = into_box(atoms.positions, edges)
    near = cKDTree(places, boxsize=edges).query(places, k=13)[1]
    bond = prototype("fcc", metal).cell[0, 0] / np.sqrt(2)
    crystal = shift[near].mean(axis=1) < STILL * bond
    description = (
        f"{metal}, fcc growing along z in its melt, {temperature:.0f} K, molecular dynamics"
    )
    grown = specimen(f"growing-{metal}", f"{description}, periodic", atoms, "fcc", OWN_AXES)
    grown.labels[~crystal] = NONE
    grown.grains[~crystal] = NONE
    for here in (crystal, ~crystal):
        grown.depths[here] = cKDTree(places[~here], boxsize=edges).query(places[here])[0]
    return grown


def _start(metal: str, cells: tuple[int, int, int]) -> Atoms:
    calculator = MetalEMT(metal)
    atoms = prototype("fcc", metal).repeat(cells)
    atoms.calc = calculator
    return atoms


def _melt(metal: str, rng: np.random.Generator) -> Atoms:
    """Heated until nothing is left of the crystal it was, which would seed the next one."""
    cells = 5
    atoms = _start(metal, (cells,) * 3)
    order = 1.0
    while order > MOLTEN:
        _run(atoms, 3 * MELTING[metal], 200, rng, relax=())
        waves = 2 * np.pi * cells / atoms.cell[0, 0] * STARS["fcc"].hkl
        order = float(intensity(atoms.positions, waves).mean())
    _run(atoms, MELTING[metal], 300, rng)
    return atoms


def _run(
    atoms: Atoms,
    temperature: float,
    steps: int,
    rng: np.random.Generator,
    relax: tuple[int, ...] = (0, 1, 2),
) -> None:
    """Langevin dynamics; every ten steps the edges `relax` give way to the pressure, together."""
    mass = float(atoms.get_masses()[0])
    timestep = 5 * units.fs * np.sqrt(mass / 63.5)
    dynamics = Langevin(
        atoms, timestep, temperature_K=temperature, friction=0.02 / units.fs, fixcm=False, rng=rng
    )
    for _ in range(steps // 10):
        dynamics.run(10)
        if relax:
            stress = atoms.get_stress(include_ideal_gas=True)[list(relax)].mean()
            strain = np.clip(-0.1 * stress / BULK_MODULUS, -0.01, 0.01)
            factors = np.ones(3)
            factors[list(relax)] += strain
            atoms.set_cell(atoms.cell.lengths() * factors, scale_atoms=True)


def _mean_places(atoms: Atoms, temperature: float, rng: np.random.Generator) -> np.ndarray:
    """Positions averaged over 50 steps, relative to the centre of mass, Angstrom, (n_atoms, 3)."""
    total = np.zeros((len(atoms), 3))
    for _ in range(5):
        _run(atoms, temperature, 10, rng, relax=())
        total += atoms.positions - atoms.positions.mean(axis=0)
    return total / 5
