"""The structures of the datasets: cubic elements as they come out of files (Methods, "Dataset").

The paper took 6,345 structures of 83 elements in four space groups from AFLOWLIB. This set has the
same size and make-up, but is made from prototypes, so that anyone can build it without a network:
83 elements (H to Bi) times four classes, about 19 variants each. A variant differs in volume (up to
10 % either way), cell (primitive, conventional, supercell), orientation, origin and order of the
atoms, numerical noise, and file format; it goes through a real file, and only those in which spglib
still finds the class are kept, as in the paper.
"""

import io
import warnings

import numpy as np
from ase import Atoms

from ..crystals.classes import LABELS
from ..crystals.cluster import build_cluster
from ..crystals.elements import ELEMENTS
from ..crystals.preparation import preparation, prototype_label
from ..crystals.prototypes import prototype
from ..defects import DefectRecipe
from ..reading.structures import read_structure
from .defects import DEFECTS

SPECIES = ELEMENTS[:83]
"""H to Bi, as many species as in the paper."""
SIZE = 6345


def pristine_structure(index: int, seed: int) -> tuple[Atoms, str]:
    """Structure number `index` of the pristine set, as read from its file, and its class."""
    atoms, label, _ = _recognised(index, seed)
    return atoms, label


def _recognised(index: int, seed: int) -> tuple[Atoms, str, Atoms]:
    """The same, and its cluster."""
    symbol, label = pair(index, seed)
    for attempt in range(100):
        rng = np.random.default_rng([seed, 3, index, attempt])
        atoms = _through_file(_variant(symbol, label, rng), rng)
        cluster = build_cluster(atoms)
        if prototype_label(preparation(cluster)) == label:
            return atoms, label, cluster
    raise RuntimeError(f"no variant of {label} {symbol} was recognised in 100 attempts")


def pair(index: int, seed: int) -> tuple[str, str]:
    """Species and class of structure number `index`: all pairs in turn."""
    pairs = [(symbol, label) for symbol in SPECIES for label in LABELS]
    rounds, place = divmod(index, len(pairs))
    if rounds >= SIZE // len(pairs):  # the last, incomplete round is dealt in random order
        place = int(np.random.default_rng([seed, 2]).permutation(len(pairs))[place])
    return pairs[place]


def _variant(symbol: str, label: str, rng: np.random.Generator) -> Atoms:
    from ase.build import make_supercell
    from spglib import standardize_cell

    atoms = prototype(label, symbol)
    kind = rng.choice(["primitive", "conventional", "supercell"])
    if kind == "primitive":
        cell = (np.asarray(atoms.cell), atoms.get_scaled_positions(), atoms.numbers)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # spglib announces its next errors
            lattice, positions, numbers = standardize_cell(cell, to_primitive=True)
        atoms = Atoms(numbers=numbers, scaled_positions=positions, cell=lattice, pbc=True)
    elif kind == "supercell":
        atoms = make_supercell(atoms, np.diag(rng.integers(1, 4, size=3)))
    strain = (1 + rng.uniform(-0.1, 0.1)) ** (1 / 3)
    atoms.set_cell(np.asarray(atoms.cell) * strain, scale_atoms=True)
    rotation, upper = np.linalg.qr(rng.standard_normal((3, 3)))
    rotation *= np.sign(np.diag(upper))
    if np.linalg.det(rotation) < 0:
        rotation[:, 0] *= -1
    atoms.set_cell(np.asarray(atoms.cell) @ rotation.T, scale_atoms=True)
    atoms.positions += rng.uniform(0, 5, size=3)
    atoms.positions += 10 ** rng.uniform(-6, -2.5) * rng.standard_normal((len(atoms), 3))
    atoms.wrap()
    return atoms[rng.permutation(len(atoms))]


def _through_file(atoms: Atoms, rng: np.random.Generator) -> Atoms:
    import ase.io

    name, fmt = (("s.cif", "cif"), ("POSCAR", "vasp"), ("s.extxyz", "extxyz"))[rng.integers(3)]
    file = io.BytesIO() if fmt == "cif" else io.StringIO()
    ase.io.write(file, atoms, format=fmt)
    content = file.getvalue()
    return read_structure(content if isinstance(content, bytes) else content.encode(), name)


def defective_structure(index: int, seed: int) -> tuple[Atoms, str, str, DefectRecipe]:
    """Defective structure number `index` of a random draw.

    A random pristine structure and one of the thirteen defects. Species that substitute are
    drawn from those of the set.

    Returns
    -------
    The broken cluster, its class, the species of the pristine crystal, and the recipe.
    """
    rng = _defect_rng(index, seed)
    atoms, label = pristine_structure(int(rng.integers(SIZE)), seed)
    host = atoms[0].symbol
    others, own = _other_species(host, rng), int(rng.integers(2**31))
    recipe = DEFECTS[rng.integers(len(DEFECTS))].recipe(others, own)
    return recipe.apply(build_cluster(atoms)), label, host, recipe


def defective_label(index: int, seed: int) -> str:
    """Class of :func:`defective_structure` number `index`, without making it."""
    return pair(int(_defect_rng(index, seed).integers(SIZE)), seed)[1]


def defective_group(index: int, seed: int) -> tuple[list[tuple[Atoms, DefectRecipe]], str, str]:
    """Pristine structure number `index` with each of the thirteen defects in turn.

    The defective set of the paper is made of these groups, 6,345 times 13.

    Returns
    -------
    The broken clusters with their recipes, in the order of `DEFECTS`; the class; the species of the
    pristine crystal.
    """
    atoms, label, cluster = _recognised(index, seed)
    host = atoms[0].symbol
    rng = np.random.default_rng([seed, 6, index])
    members = []
    for defect in DEFECTS:
        recipe = defect.recipe(_other_species(host, rng), int(rng.integers(2**31)))
        members.append((recipe.apply(cluster), recipe))
    return members, label, host


def _other_species(host: str, rng: np.random.Generator) -> tuple[str, str]:
    first, second = rng.permutation([s for s in SPECIES if s != host])[:2].tolist()
    return first, second


def _defect_rng(index: int, seed: int) -> np.random.Generator:
    return np.random.default_rng([seed, 4, index])


def sample_parents(per_class: int, groups: int, seed: int) -> np.ndarray:
    """Numbers of up to `per_class` pristine structures of each class, drawn from the first ones."""
    rng = np.random.default_rng([seed, 9])
    labels = np.array([LABELS.index(pair(index, seed)[1]) for index in range(groups)])
    chosen = [
        rng.permutation(np.flatnonzero(labels == number))[:per_class]
        for number in range(len(LABELS))
    ]
    return np.sort(np.concatenate(chosen))


def pristine_file(index: int, seed: int) -> tuple[str, bytes]:
    """Pristine structure number `index` as a file: its name, and its content as extended XYZ.

    Numbers keep all digits, so that what is read back has the same atoms in the same places and
    order: a recipe then takes the same atoms away.
    """
    atoms, label = pristine_structure(index, seed)
    lattice = " ".join(map(repr, atoms.cell.array.ravel().tolist()))
    lines = [f"{len(atoms)}", f'Lattice="{lattice}" Properties=species:S:1:pos:R:3 pbc="T T T"']
    for symbol, place in zip(atoms.symbols, atoms.positions.tolist(), strict=True):
        lines.append(" ".join((symbol, *map(repr, place))))
    return f"{atoms[0].symbol}-{label}-{index}.extxyz", ("\n".join(lines) + "\n").encode()
