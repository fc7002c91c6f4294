"""Class and orientation from place to place in a large structure."""

from collections.abc import Callable, Generator, Iterable
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from ase import Atoms

from ..compute.checkpoint import compute_in_parts, npz_codec, split
from ..compute.versions import versions
from ..compute.workers import EVERY_CORE, Workers
from ..convnet.reference import NetworkRef
from ..crystals.classes import COLOURS, LABELS
from ..crystals.spheres import Spheres
from ..display import Result, bars, data_frame, heading, notes, plain, table
from ..orientation.evidence import THRESHOLD
from .assignment import CORE_ATOMS, NEAR_PLACES, best_places, in_crystal
from .grains import NEIGHBOUR_PLACES, Grain, connect
from .places import PLACE
from .survey import PLACES, SPHERE, Survey, stream_places

if TYPE_CHECKING:
    from pandas import DataFrame

MANIFEST = "map.json"
PART = 8
"""Portions of places in one part: what an interruption can cost."""


@dataclass(frozen=True, eq=False, repr=False)
class LocalMap(Result):
    """Class, orientation and trust from place to place.

    Attributes
    ----------
    survey : the structure and its places.
    rows : one row of :data:`~.places.PLACE` for each place that has been worked on, the first ones
        of the survey.
    """

    survey: Survey
    rows: np.ndarray

    @property
    def centres(self) -> np.ndarray:
        """Index of the atom at each place, (n,)."""
        return self.survey.centres[: len(self.rows)]

    @property
    def places(self) -> np.ndarray:
        """Where the places are, (n, 3), Angstrom."""
        return np.asarray(self.survey.atoms.positions[self.centres])

    @property
    def probabilities(self) -> np.ndarray:
        """Of the four classes, (n, 4), in the order of `LABELS`; 0 where they are unknown."""
        return np.asarray(self.rows["probabilities"])

    @property
    def labels(self) -> np.ndarray:
        """Index into `LABELS` of the most probable class, (n,)."""
        return np.asarray(self.probabilities.argmax(axis=1))

    @property
    def rotations(self) -> np.ndarray:
        """Turn the cube axes at a place onto x, y, z: ``positions @ rotation.T``, (n, 3, 3)."""
        return np.asarray(self.rows["rotation"])

    @property
    def scores(self) -> np.ndarray:
        """Σ|F|² of the lattice that fits best over that of the perfect crystal, (n,)."""
        return np.asarray(self.rows["score"])

    @property
    def trust(self) -> np.ndarray:
        """From 0 to 1; a place is trusted from 0.8 on, (n,)."""
        return np.asarray(self.rows["trust"])

    @property
    def trusted(self) -> np.ndarray:
        """(n,) bool."""
        return self.trust >= THRESHOLD

    @property
    def reasons(self) -> list[str]:
        """Why a place is trusted or not."""
        return [str(reason) for reason in self.rows["reason"]]

    @cached_property
    def _assignment(self) -> tuple[np.ndarray, np.ndarray]:
        atoms = self.survey.atoms
        near = self.survey.neighbours(atoms.positions, NEAR_PLACES, len(self.rows))
        chosen, scores = best_places(Spheres(atoms, CORE_ATOMS), near, self.rows)
        inside = in_crystal(chosen, scores, self.grains)
        return np.where(inside, chosen, near[:, 0]), inside

    @property
    def place_of_atom(self) -> np.ndarray:
        """Number of the place that each atom is assigned to, (n_atoms,).

        Of the places near it the one whose crystal it belongs to, or the nearest one where it
        belongs to none.
        """
        return self._assignment[0]

    @property
    def crystalline(self) -> np.ndarray:
        """Whether an atom belongs to a grain, (n_atoms,) bool."""
        return self._assignment[1]

    @property
    def atom_grains(self) -> np.ndarray:
        """Number of the grain of each atom, or -1, (n_atoms,)."""
        return np.where(self.crystalline, self.grains[self.place_of_atom], -1)

    @property
    def atom_classes(self) -> np.ndarray:
        """Index into `LABELS` of the class of each atom's grain, or -1, (n_atoms,)."""
        return np.where(self.crystalline, self.labels[self.place_of_atom], -1)

    @cached_property
    def grains(self) -> np.ndarray:
        """Number of the grain of each place, the largest first, or -1, (n,)."""
        count = min(NEIGHBOUR_PLACES + 1, len(self.rows))
        near = self.survey.neighbours(self.places, count, len(self.rows))
        return connect(near, self.labels, self.rotations, self.trust, self.scores, THRESHOLD)

    @cached_property
    def found_grains(self) -> tuple[Grain, ...]:
        """The grains, the one with most places first."""
        grains = []
        of_atoms = self.atom_grains
        for number in range(self.grains.max(initial=-1) + 1):
            members = np.flatnonzero(self.grains == number)
            best = members[self.trust[members].argmax()]
            atoms = int((of_atoms == number).sum())
            grains.append(
                Grain(
                    label=LABELS[self.labels[best]],
                    places=len(members),
                    atoms=atoms,
                    share=atoms / len(of_atoms),
                    trust=float(self.trust[members].mean()),
                    rotation=self.rotations[best],
                )
            )
        return tuple(grains)

    @cached_property
    def shares(self) -> dict[str, float]:
        """Share of the atoms in grains of each class, by label, and of ``"none"``."""
        counts = np.bincount(self.atom_classes + 1, minlength=len(LABELS) + 1)
        shares = (counts / counts.sum()).tolist()
        return dict(zip((*LABELS, "none"), (*shares[1:], shares[0]), strict=True))

    def place_rows(self) -> list[dict[str, object]]:
        """A row for each place: atom, position, class of its grain or ``"none"``, probabilities,
        trust, score and number of the grain or -1."""
        return [
            {
                "atom": int(self.centres[i]),
                **dict(zip("xyz", self.places[i].tolist(), strict=True)),
                "class": LABELS[self.labels[i]] if self.grains[i] >= 0 else "none",
                "answer": LABELS[self.labels[i]],
                **{
                    f"p_{label}": float(value)
                    for label, value in zip(LABELS, row["probabilities"], strict=True)
                },
                "trust": float(row["trust"]),
                "bragg_score": float(row["score"]),
                "grain": int(self.grains[i]),
                "reason": str(row["reason"]),
            }
            for i, row in enumerate(self.rows)
        ]

    def to_dict(self) -> dict[str, Any]:
        """Shares, grains and places (see :meth:`place_rows`) as plain data that JSON can hold."""
        return plain(
            {"shares": self.shares, "grains": self.found_grains, "places": self.place_rows()}
        )

    def to_pandas(self) -> "DataFrame":
        """A ``pandas.DataFrame`` with a row for each place; needs pandas."""
        return data_frame(self.place_rows())

    def _repr_html_(self) -> str:
        line = (
            f"{len(self.rows):,} places in {len(self.survey.atoms):,} atoms; shares of the atoms:"
        )
        grains = [
            {
                "grain": number,
                "class": grain.label,
                "share": f"{100 * grain.share:.1f} %",
                "atoms": f"{grain.atoms:,}",
                "places": grain.places,
                "trust": f"{grain.trust:.2f}",
            }
            for number, grain in enumerate(self.found_grains)
        ]
        listed = table(grains) if grains else notes(["no grains"])
        return heading("Local map", line) + bars(self.shares, COLOURS) + listed


def local_map(
    atoms: Atoms,
    places: int = PLACES,
    sphere_atoms: int = SPHERE,
    *,
    model: Path | None = None,
    folder: Path | None = None,
    workers: Workers = EVERY_CORE,
    progress: Callable[[Iterable[Any]], Iterable[Any]] = iter,
) -> LocalMap:
    """Class, orientation and trust of the sphere at each of many places in a structure.

    Places are spread evenly. At each place the nearest atoms, periodic images included, are turned
    onto the cube axes of the lattice that fits best, and classified as by
    :func:`~facecrystal_widgets.classify`. The result depends on the structure, the numbers and the
    network alone.

    Parameters
    ----------
    atoms : the structure; it is not changed.
    places : wanted number of places, 1 to 100,000; the map has somewhat fewer, and never more than
        atoms.
    sphere_atoms : atoms in a sphere, 16 to 1,024.
    model : folder of an exported network; by default the shipped one.
    folder : where finished parts are stored, and read by the next run; by default nothing is.
    workers : by default a process on each core.
    progress : wraps the iterator over the portions of places.

    Raises
    ------
    StructureError
        where the structure cannot be used. What cannot be determined at single places stands in
        their ``reasons``.
    CheckpointError
        where `folder` holds another map, or another process works there.

    >>> from facecrystal_widgets import prototype
    >>> from facecrystal_widgets.compute.workers import HERE
    >>> iron = local_map(prototype("bcc", "Fe").repeat(4), places=8, workers=HERE)
    >>> len(iron.rows), iron.shares["bcc"], len(iron.found_grains)
    (8, 1.0, 1)
    """
    survey = Survey.of(atoms, places, sphere_atoms)
    return map_survey(survey, model, folder, workers, progress)


def map_survey(
    survey: Survey,
    model: Path | None = None,
    folder: Path | None = None,
    workers: Workers = EVERY_CORE,
    progress: Callable[[Iterable[Any]], Iterable[Any]] = iter,
) -> LocalMap:
    """The same of places that have been chosen already; `progress` counts ``survey.portions``."""

    def work(portions: Iterable[int]) -> Generator[np.ndarray]:
        return stream_places(survey, model, workers, set(portions))

    rows = compute_in_parts(
        split(range(len(survey.portions)), PART),
        work,
        npz_codec(PLACE),
        folder and folder / MANIFEST,
        _settings(survey, NetworkRef.at(model)),
        progress,
    )
    return LocalMap(survey, np.concatenate(rows))


def _settings(survey: Survey, network: NetworkRef) -> dict[str, Any]:
    """What a map depends on."""
    atoms = survey.atoms
    return {
        "structure": _sha256(atoms.positions, atoms.numbers, np.asarray(atoms.cell), atoms.pbc),
        "places": _sha256(survey.centres),
        "sphere_atoms": survey.sphere_atoms,
        "model_sha256": network.sha256,
        "versions": versions(),
    }


def _sha256(*arrays: np.ndarray) -> str:
    return sha256(b"".join(np.ascontiguousarray(array).tobytes() for array in arrays)).hexdigest()
