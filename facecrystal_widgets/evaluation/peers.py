"""What people use today, on the very structures that the network is tested on.

spglib finds the space group of a whole structure at a given tolerance; polyhedral template matching
(PTM), adaptive common neighbour analysis (a-CNA) and "identify diamond structure", all of OVITO,
find the lattice around each atom. All get the periodic supercell with the same defects; the network
sees the bare cluster.

From atoms to a structure: a structure has the class that most of its atoms have. Atoms that were
given none of the four classes abstain, so that one recognised atom in a hundred is enough; a
structure without any, or with a tie, gets no answer. a-CNA knows fcc and bcc, and diamond with the
help of the other; it has no type for sc. These rules, the RMSD cutoff that suits the sample best,
and templates for no other lattice than the four all favour the peers.
"""

import faulthandler
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from ase import Atoms

from ..arguments import check_whole_number
from ..compute.stream import stream
from ..compute.workers import EVERY_CORE, Workers
from ..crystals.classes import CLASSES, LABELS
from ..crystals.cluster import build_cluster
from ..crystals.symmetry import find_symmetry
from ..datasets.structures import defective_group, pair, pristine_structure, sample_parents

TOLERANCES = (1e-5, 1e-3, 0.01, 0.03, 0.1, 0.2, 0.3, 0.5, 1.0)
"""Distance tolerances of spglib, Angstrom."""
CUTOFFS = (0.05, 0.10, 0.15, 0.20, 0.30, np.inf)
"""RMSD cutoffs of PTM, in units of the bond length; the last one is none."""
SECONDS = 20
"""What one question to spglib may take; around its tolerance it can search for minutes."""
NO_ANSWER, NO_TIME = -1, -2
"""In place of a class: the method found none of the four, or did not end in `SECONDS`."""
SPGLIB, ONE_SPECIES, PTM, CNA = "spglib", "spglib, species ignored", "PTM", "a-CNA"
OVITO_METHODS = (PTM, CNA)
SETTINGS: dict[str, tuple[str, ...]] = {
    SPGLIB: tuple(f"{tolerance:g} Å" for tolerance in TOLERANCES),
    ONE_SPECIES: tuple(f"{tolerance:g} Å" for tolerance in TOLERANCES),
    PTM: tuple(f"RMSD ≤ {c:.2f}" if c < np.inf else "no RMSD cutoff" for c in CUTOFFS),
    CNA: ("with identify diamond",),
}
"""The settings of each method that are tried."""
PER_CLASS = 10


@dataclass(frozen=True, eq=False)
class Peers:
    """What the peers say of a sample: the pristine structure and thirteen defects of some parents.

    Attributes
    ----------
    parents : (n,) numbers of the pristine structures, as many of each class.
    labels : (n,) their classes, indices into `LABELS`.
    answers : method to (settings, n, 14) indices into `LABELS`, or `NO_ANSWER`, or `NO_TIME`; the
        first of the fourteen is the pristine structure, the others come in the order of `DEFECTS`.
    shares : method of OVITO to (settings, n, 14), fraction of the atoms found in the right class.
    """

    parents: np.ndarray
    labels: np.ndarray
    answers: dict[str, np.ndarray]
    shares: dict[str, np.ndarray]

    def correct(self, method: str) -> np.ndarray:
        """Whether each answer is the class of the pristine crystal, (settings, n, 14)."""
        return self.answers[method] == self.labels[:, None]

    def best(self, method: str) -> int:
        """The setting with the most right answers on the whole sample."""
        return int(self.correct(method).mean(axis=(1, 2)).argmax())


def compare_peers(
    groups: int,
    seed: int = 0,
    per_class: int = PER_CLASS,
    workers: Workers = EVERY_CORE,
    progress: Callable[[Iterable[Any]], Iterable[Any]] = iter,
) -> Peers:
    """Ask the peers about a stratified sample of the first `groups` groups of the defective set.

    Parameters
    ----------
    seed : of the defective set and of the sample.
    per_class : pristine structures of each class; 10 make 40 × 14 structures.
    progress : wraps the iterator over the pristine structures.

    Without OVITO where the work is done, the result holds spglib alone.
    """
    per_class = check_whole_number("per_class", per_class, 1, 1000)
    parents = sample_parents(per_class, groups, seed)
    labels = np.array([LABELS.index(pair(index, seed)[1]) for index in parents.tolist()])
    tasks = ((index, seed) for index in parents.tolist())
    found = list(progress(stream(_ask_all, tasks, workers)))
    methods = [method for method in SETTINGS if all(method in answers for answers, _ in found)]
    return Peers(
        parents,
        labels,
        {m: np.stack([answers[m] for answers, _ in found], axis=1) for m in methods},
        {
            m: np.stack([shares[m] for _, shares in found], axis=1)
            for m in methods
            if m in OVITO_METHODS
        },
    )


def _ask_all(index: int, seed: int) -> tuple[dict[str, np.ndarray], dict[str, np.ndarray]]:
    """Answers and shares, (settings, 14), about one group."""
    members, label, _ = defective_group(index, seed)
    structures = [build_cluster(pristine_structure(index, seed)[0])]
    structures += [atoms for atoms, _ in members]
    plain = [_one_species(atoms) for atoms in structures]
    mixed = [i for i, atoms in enumerate(structures) if len(set(atoms.numbers)) > 1]
    answers = {SPGLIB: np.array(ask_spglib(structures, TOLERANCES)).T}
    answers[ONE_SPECIES] = answers[SPGLIB].copy()
    answers[ONE_SPECIES][:, mixed] = np.array(ask_spglib([plain[i] for i in mixed], TOLERANCES)).T
    try:
        counts = [count_types(atoms) for atoms in structures]
    except ImportError:
        return answers, {}
    shares = {}
    for method in OVITO_METHODS:
        found = np.stack([count[method] for count in counts], axis=1)  # (settings, 14, 4)
        answers[method] = vote(found)
        shares[method] = found[..., LABELS.index(label)] / [len(atoms) for atoms in structures]
    return answers, shares


def _one_species(atoms: Atoms) -> Atoms:
    plain = atoms.copy()
    plain.numbers[:] = 1
    return plain


def vote(counts: np.ndarray) -> np.ndarray:
    """The class with the most atoms, or `NO_ANSWER` where there is none or a tie.

    Parameters
    ----------
    counts : (..., 4) atoms found in each class.

    >>> vote(np.array([[9, 1, 0, 0], [0, 0, 0, 0], [2, 0, 2, 0]])).tolist()
    [0, -1, -1]
    """
    most = counts.max(axis=-1, keepdims=True)
    unique = (counts == most).sum(axis=-1) == 1
    return np.where(unique, counts.argmax(axis=-1), NO_ANSWER)


def count_types(atoms: Atoms) -> dict[str, np.ndarray]:
    """Atoms that PTM and a-CNA find in each class, (settings, 4), in a periodic supercell.

    Raises
    ------
    ImportError
        without OVITO.
    """
    from ovito import modifiers
    from ovito.io.ase import ase_to_ovito

    template = modifiers.PolyhedralTemplateMatchingModifier
    neighbours, diamond = (
        modifiers.CommonNeighborAnalysisModifier,
        modifiers.IdentifyDiamondModifier,
    )
    periodic = atoms.copy()
    periodic.pbc = True

    def analysed(modifier: Any) -> Any:
        data = ase_to_ovito(periodic)
        data.apply(modifier)
        return data.particles

    kinds = template.Type
    wanted = [int(getattr(kinds, known.ovito)) for known in CLASSES]
    matching = template(rmsd_cutoff=0, output_rmsd=True)  # 0: none, it is applied below
    for structure in matching.structures:
        structure.enabled = structure.id in wanted
    particles = analysed(matching)
    types, rmsd = np.array(particles["Structure Type"]), np.array(particles["RMSD"])
    matched = [[((types == t) & (rmsd <= c)).sum() for t in wanted] for c in CUTOFFS]

    close = analysed(neighbours(mode=neighbours.Mode.AdaptiveCutoff))["Structure Type"]
    tetrahedral = analysed(diamond())["Structure Type"]
    cubic = [
        int(t)
        for t in (
            diamond.Type.CUBIC_DIAMOND,
            diamond.Type.CUBIC_DIAMOND_FIRST_NEIGHBOR,
            diamond.Type.CUBIC_DIAMOND_SECOND_NEIGHBOR,
        )
    ]
    signature = [
        (np.array(close) == int(neighbours.Type.FCC)).sum(),
        np.isin(tetrahedral, cubic).sum(),
        (np.array(close) == int(neighbours.Type.BCC)).sum(),
        0,
    ]
    return {PTM: np.array(matched), CNA: np.array([signature])}


def ask_spglib(
    structures: Sequence[Atoms], tolerances: Sequence[float], seconds: float = SECONDS
) -> list[list[int]]:
    """Classes that spglib finds, for every structure at every tolerance.

    Nothing can interrupt spglib, so a process of its own is asked, which ends itself when a
    question takes more than `seconds`; another one is then asked the rest.

    Returns
    -------
    For each structure, an index into `LABELS`, `NO_ANSWER` or `NO_TIME` at each tolerance.
    """
    questions = [(atoms, tolerance) for atoms in structures for tolerance in tolerances]
    found: list[int] = []
    while len(found) < len(questions):
        done = subprocess.run(
            [sys.executable, "-c", f"from {__name__} import _answer; _answer()"],
            input=pickle.dumps((seconds, questions[len(found) :])),
            capture_output=True,
            check=False,
        )
        found += map(int, done.stdout.split())
        if b"Timeout (" in done.stderr:  # the watchdog's last words
            found.append(NO_TIME)
        elif done.returncode:
            raise RuntimeError(f"the process that asks spglib failed: {done.stderr.decode()}")
    n = len(tolerances)
    return [found[i : i + n] for i in range(0, len(found), n)]


def _answer() -> None:
    """Read questions from standard input, write one answer a line."""
    seconds, questions = pickle.load(sys.stdin.buffer)
    for atoms, tolerance in questions:
        # spglib holds the interpreter: only this watchdog, a thread of C, still runs beside it
        faulthandler.dump_traceback_later(seconds, exit=True)
        label = find_symmetry(atoms, tolerance).label
        faulthandler.cancel_dump_traceback_later()
        print(NO_ANSWER if label is None else LABELS.index(label), flush=True)
