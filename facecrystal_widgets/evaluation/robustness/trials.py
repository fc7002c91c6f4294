"""Structures in any orientation, and what the whole method says of each.

Everything is drawn from a seed and a stage: what is set on the `CALIBRATION` stage is judged on the
`TEST` stage, whose draws are others. A worker makes the structures of one task, has them classified
and hands back a few numbers each.
"""

from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
from ase import Atoms

from ...classification.classify import classify
from ...convnet.layers import pretrained_network
from ...convnet.runtime import Classifier
from ...crystals.checks import MAX_ATOMS
from ...crystals.classes import LABELS
from ...crystals.cluster import build_cluster
from ...crystals.elements import COMPOUNDS
from ...crystals.lattices import IDEAL_C_OVER_A
from ...crystals.prototypes import prototype
from ...datasets.defects import DEFECTS, Defect
from ...datasets.structures import SPECIES
from ...orientation.rotations import misorientation
from ...orientation.sample import sample_of
from ...orientation.trust import FEWEST, assess
from ...specimens.disorder import dimers, gas, packing
from ...specimens.dynamics import glass, liquid
from ...specimens.emt import METALS
from ...specimens.single_crystals import BAIN, bain, crystal
from ...specimens.specimen import NONE, OWN_AXES, Specimen, specimen
from .uncertainty import dropout_spread

TEST, CALIBRATION = 0, 1
PRISTINE = -1
"""In place of the number of a defect."""
WHOLE_DEFECTS = tuple(range(PRISTINE, len(DEFECTS)))
SAME_SPECIES = tuple(range(PRISTINE, 8))
"""Pristine, vacancies and displacements: substitution at random would make a common lattice of an
ordered compound."""
SITES = 128
PAIRS = tuple((symbol, label) for symbol in SPECIES for label in LABELS)
KINDS = (
    *("hcp", "dhcp", "hexagonal", "bct", "beta-tin", "graphite"),
    *("rocksalt", "cesiumchloride", "zincblende"),
    *("liquid", "glass", "packing", "gas", "dimers"),
)
"""Outside the four classes. A list of its own: another kind changes all figures of the evaluation,
and so the model card."""
MOLTEN = ("liquid", "glass")
OUTSIDE_SITES = (108, 128, 250, 500)
BETWEEN = (1.1, 1.3)
"""c/a of what counts as outside along the Bain path; all of it is shown as a curve."""
SIZES = (8, 10, 12, 14, 16, 20, 24, 32, 48, 64, 128, 512, 4096, 32_768, 100_000)
"""Numbers of atoms that are left."""
SIZE_KINDS = (*LABELS, "hcp", "bct", "zincblende", "packing")
RATIOS = np.round(np.linspace(1, BAIN, 43), 4)
LARGE = 1000
"""From here on there are fewer draws: cutting takes longer, and all are looked at alike."""
VACANT = DEFECTS.index(Defect("vacancies", 0.3))
SOME_DEFECTS = (PRISTINE, VACANT, DEFECTS.index(Defect("displacement", 0.10)))

TRIAL = np.dtype(
    [
        ("part", "<U8"),  # turned, given, outside, sizes, bain
        ("kind", "<U16"),  # class, or lattice or state outside
        ("label", "i1"),  # index into LABELS, or NONE
        ("species", "<U6"),
        ("draw", "<i4"),
        ("shape", "<U6"),
        ("defect", "i1"),  # index into DEFECTS, or PRISTINE
        ("c_over_a", "<f4"),  # of bct
        ("atoms", "<i4"),
        ("bond_length", "<f4"),  # Angstrom, of what scattered
        ("probabilities", "<f4", (len(LABELS),)),
        ("trust", "<f4"),
        ("turned", "?"),
        ("off", "<f4"),  # degrees from the true cube axes
        ("reason", "<U120"),
        ("given", "i1"),  # what the same atoms got as given, where that was asked
        ("dropout", "<f4", (2,)),  # entropy of the mean, and mutual information
        ("dense", "<f4", (128,)),  # last hidden layer
    ]
)
"""One structure and what was said of it."""


@cache
def _network() -> Classifier:
    """The shipped network, one thread to a worker."""
    return Classifier(threads=1)


def class_trials(index: int, seed: int, stage: int = TEST) -> np.ndarray:
    """Rows of one species in one class, pristine and with each of the paper's defects.

    Three times 14: the cluster of the paper as it stands (part ``given``), the same turned at
    random, and a sphere turned at random (part ``turned``).
    """
    species, label = PAIRS[index]
    rng = np.random.default_rng([seed, stage, 11, index])
    unit = prototype(label, species)
    unit.set_cell(unit.cell * (1 + rng.uniform(-0.1, 0.1)) ** (1 / 3), scale_atoms=True)
    whole = specimen(f"{label}-{species}", "", unit, label, OWN_AXES)
    block = specimen(whole.name, "", build_cluster(unit, SITES), label, OWN_AXES)
    rows = []
    for defect in WHOLE_DEFECTS:
        turn, own, other = rng.integers(2**31, size=3).tolist()
        sphere = _broken(whole.cut(SITES, "sphere", turn), defect, other)
        for made, part, shape in (
            (_broken(block, defect, own), "given", "block"),
            (_broken(block, defect, own).turned(turn), "turned", "block"),
            (sphere, "turned", "sphere"),
        ):
            about: dict[str, Any] = {
                "species": species,
                "draw": index,
                "shape": shape,
                "defect": defect,
            }
            rows.append(judged(made, part=part, kind=label, **about))
    return np.array(rows, TRIAL)


def outside_trials(kind: str, draw: int, seed: int, stage: int = TEST) -> np.ndarray:
    """Rows of pieces of one kind of `KINDS`: pristine, vacancies, displacements, turned at random.

    A melt, which takes seconds to make, gives three pieces, everything else one.
    """
    number = KINDS.index(kind)
    rng = np.random.default_rng([seed, stage, 12, number, draw])
    whole, species, ratio = endless(kind, draw, rng)
    rows = []
    for piece in range(3 if kind in MOLTEN else 1):
        shape = ("sphere", "block")[(draw + piece) % 2]
        sites = int(rng.choice(OUTSIDE_SITES))
        for defect in SAME_SPECIES:
            first, second = rng.integers(2**31, size=2).tolist()
            made = _broken(whole.cut(sites, shape, first), defect, second)
            about: dict[str, Any] = {"species": species, "draw": draw, "shape": shape}
            about |= {"defect": defect, "c_over_a": ratio}
            rows.append(judged(made, part="outside", kind=kind, **about))
    return np.array(rows, TRIAL)


def small_and_large(kind: str, draw: int, seed: int, stage: int = TEST) -> np.ndarray:
    """Rows of one kind in all `SIZES`, the large ones in every eighth draw: the least that decides.

    Pristine, with 30 % vacancies and with displacements of 0.10 Å in turn. Here nothing is refused
    for want of atoms.
    """
    rng = np.random.default_rng([seed, stage, 13, SIZE_KINDS.index(kind), draw])
    if kind in LABELS:
        species = str(rng.choice(SPECIES))
        whole, ratio = crystal(kind, species), np.nan
    else:
        whole, species, ratio = endless(kind, draw, rng)
    rows = []
    for size in SIZES:
        if size > LARGE and draw % 8:
            continue
        shape = ("sphere", "block")[draw % 2]
        first, second = rng.integers(2**31, size=2).tolist()
        defect = SOME_DEFECTS[draw % len(SOME_DEFECTS)]
        missing = DEFECTS[defect].strength if defect == VACANT else 0.0
        sites = min(round(size / (1 - missing)), MAX_ATOMS)
        made = _broken(whole.cut(sites, shape, first), defect, second)
        about = {"species": species, "draw": draw, "shape": shape, "c_over_a": ratio}
        rows.append(judged(made, part="sizes", kind=kind, defect=defect, fewest=2, **about))
    return np.array(rows, TRIAL)


def bain_path(draw: int, seed: int, stage: int = TEST) -> np.ndarray:
    """Rows along the Bain path at all `RATIOS`: pristine and with 30 % vacancies."""
    rng = np.random.default_rng([seed, stage, 14, draw])
    rows = []
    for ratio in RATIOS.tolist():
        for defect in (PRISTINE, VACANT):
            first, second = rng.integers(2**31, size=2).tolist()
            made = _broken(bain("Fe", ratio).cut(SITES, "sphere", first), defect, second)
            about = {"species": "Fe", "draw": draw, "shape": "sphere", "c_over_a": ratio}
            rows.append(judged(made, part="bain", kind="bct", defect=defect, **about))
    return np.array(rows, TRIAL)


def endless(kind: str, draw: int, rng: np.random.Generator) -> tuple[Specimen, str, float]:
    """An endless specimen outside the classes, what it is made of, and c/a where that is drawn."""
    ratio = np.nan
    if kind in MOLTEN:
        species = METALS[draw % len(METALS)]
        made = (liquid if kind == "liquid" else glass)(species, int(rng.integers(2**31)))
    elif kind in ("packing", "gas", "dimers"):
        species = str(rng.choice(SPECIES))
        make = {"packing": packing, "gas": gas, "dimers": dimers}[kind]
        made = make(species, 1000, int(rng.integers(2**31)))
    elif kind in ("rocksalt", "cesiumchloride", "zincblende"):
        species = str(rng.choice([name for of, name in COMPOUNDS if of == kind]))
        made = crystal(kind, species)
    else:
        species = "C" if kind == "graphite" else str(rng.choice(SPECIES))
        if kind == "bct":
            ratio = rng.uniform(*BETWEEN)
        made = bain(species, ratio) if kind == "bct" else crystal(kind, species)
        if kind in ("hcp", "dhcp") and draw % 2:  # beryllium to cadmium
            atoms = made.atoms.copy()
            stretch = rng.uniform(1.57, 1.89) / IDEAL_C_OVER_A
            atoms.set_cell(np.asarray(atoms.cell) * [[1], [1], [stretch]], scale_atoms=True)
            made = replace(made, atoms=atoms)
    return made, species, float(ratio)


def _broken(made: Specimen, defect: int, seed: int) -> Specimen:
    if defect == PRISTINE:
        return made
    rng = np.random.default_rng([seed, 15])
    present = set(made.atoms.get_chemical_symbols())
    first, second = rng.permutation([s for s in SPECIES if s not in present])[:2].tolist()
    return made.broken(DEFECTS[defect].recipe((first, second), seed))


def judged(made: Specimen, part: str, fewest: int = FEWEST, **about: Any) -> np.ndarray:
    """The row of one specimen: classified with ``orientation="auto"``."""
    row = np.zeros((), TRIAL)
    atoms = Atoms(made.atoms.numbers, positions=made.atoms.positions)
    verdict = classify(atoms, classifier=_network())
    image = verdict.fingerprint
    for name, value in about.items():
        row[name] = value
    row["part"], row["label"], row["atoms"] = part, made.labels[0], len(atoms)
    row["bond_length"], row["turned"] = image.bond_length, verdict.turned
    row["probabilities"] = list(verdict.probabilities.values())
    found = verdict.assessment
    if fewest != FEWEST:
        found = assess(
            sample_of(image.positions),
            image.numbers,
            verdict.label,
            verdict.probability,
            verdict.orientation,
            verdict.turned,
            fewest=fewest,
        )
    row["trust"], row["reason"] = found.trust, found.reason
    turn = verdict.orientation.rotation.T if verdict.turned else np.eye(3)
    row["off"] = misorientation(turn, made.rotations[0]) if made.labels[0] != NONE else np.nan
    row["given"] = NONE
    if part == "given":
        given = classify(atoms, classifier=_network(), orientation="as-given")
        row["given"] = LABELS.index(given.label)
    layers = pretrained_network().activations(image.image)
    row["dense"], row["dropout"] = layers["dense"], dropout_spread(layers["dense"])
    return row
