"""A sphere slid through a large structure: what crystal is where, and how it is turned."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from ase import Atoms

from ..compute.workers import EVERY_CORE, Workers
from ..crystals.classes import CLASSES, LABELS
from ..crystals.spheres import Spheres
from ..display import Result, bars, data_frame, heading, notes, plain, table
from ..orientation.evidence import THRESHOLD
from .assignment import ASKED, CORE, best_places, in_crystal
from .grains import NEIGHBOURS, Grain, connect
from .survey import PLACES, SPHERE, Survey, stream_places

if TYPE_CHECKING:
    from pandas import DataFrame


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
        """Of the four classes, (n, 4), in the order of `LABELS`; 0 where nothing can be told."""
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
        """Why a place is trusted or not, in words."""
        return [str(reason) for reason in self.rows["reason"]]

    @cached_property
    def _spoken(self) -> tuple[np.ndarray, np.ndarray]:
        atoms = self.survey.atoms
        asked = self.survey.neighbours(atoms.positions, ASKED, len(self.rows))
        chosen, scores = best_places(Spheres(atoms, CORE), asked, self.rows)
        inside = in_crystal(chosen, scores, self.grains)
        return np.where(inside, chosen, asked[:, 0]), inside

    @property
    def speaker(self) -> np.ndarray:
        """Number of the place that speaks for each atom, (n_atoms,): of those near it the one
        whose crystal it belongs to, or the nearest one where it belongs to none."""
        return self._spoken[0]

    @property
    def crystalline(self) -> np.ndarray:
        """Whether an atom belongs to a grain, (n_atoms,) bool."""
        return self._spoken[1]

    @property
    def atom_grains(self) -> np.ndarray:
        """Number of the grain of each atom, or -1, (n_atoms,)."""
        return np.where(self.crystalline, self.grains[self.speaker], -1)

    @property
    def atom_classes(self) -> np.ndarray:
        """Index into `LABELS` of the class of each atom's grain, or -1, (n_atoms,)."""
        return np.where(self.crystalline, self.labels[self.speaker], -1)

    @cached_property
    def grains(self) -> np.ndarray:
        """Number of the grain of each place, the largest first, or -1, (n,)."""
        count = min(NEIGHBOURS + 1, len(self.rows))
        found = self.survey.neighbours(self.places, count, len(self.rows))
        return connect(found, self.labels, self.rotations, self.trust, self.scores, THRESHOLD)

    @cached_property
    def found_grains(self) -> tuple[Grain, ...]:
        """The grains, the one with most places first."""
        made = []
        of_atoms = self.atom_grains
        for number in range(self.grains.max(initial=-1) + 1):
            members = np.flatnonzero(self.grains == number)
            best = members[self.trust[members].argmax()]
            atoms = int((of_atoms == number).sum())
            made.append(
                Grain(
                    label=LABELS[self.labels[best]],
                    places=len(members),
                    atoms=atoms,
                    share=atoms / len(of_atoms),
                    trust=float(self.trust[members].mean()),
                    rotation=self.rotations[best],
                )
            )
        return tuple(made)

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
        colours = {known.label: known.colour for known in CLASSES}
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
        return heading("Local map", line) + bars(self.shares, colours) + listed


def local_map(
    atoms: Atoms,
    places: int = PLACES,
    sphere_atoms: int = SPHERE,
    *,
    model: Path | None = None,
    workers: Workers = EVERY_CORE,
    progress: Callable[[Iterable[Any]], Iterable[Any]] = iter,
) -> LocalMap:
    """Class, orientation and trust of the sphere about each of many places in a structure.

    Places are spread evenly. At each the nearest atoms, periodic images included, are turned onto
    the cube axes that are found, and classified as :func:`~facecrystal_widgets.classify` does.
    The result depends on the structure, the numbers and the network alone.

    Parameters
    ----------
    atoms : the structure; it is not changed.
    places : about how many, 1 to 100,000; never more than atoms.
    sphere_atoms : atoms in a sphere, 16 to 1,024.
    model : folder of an exported network; by default the shipped one.
    workers : by default a process on each core.
    progress : wraps the iterator over the portions of places.

    Raises
    ------
    StructureError
        where the structure cannot be used, in words. What cannot be judged at single
        places stands in their ``reasons``.

    >>> from facecrystal_widgets import prototype
    >>> from facecrystal_widgets.compute.stream import HERE
    >>> found = local_map(prototype("bcc", "Fe").repeat(4), places=8, workers=HERE)
    >>> len(found.rows), found.shares["bcc"], len(found.found_grains)
    (8, 1.0, 1)
    """
    survey = Survey.of(atoms, places, sphere_atoms)
    return LocalMap(survey, np.concatenate(list(progress(stream_places(survey, model, workers)))))
