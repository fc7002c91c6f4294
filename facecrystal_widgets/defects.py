"""Defects of the paper (Methods, "Dataset"; Figures 2 and 4), as a recipe."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from reprlib import repr as short_repr
from typing import Any

import numpy as np
from ase import Atoms

from .arguments import check_number, check_whole_number
from .crystals.checks import StructureError, check_structure
from .crystals.classes import TRANSITIONS
from .crystals.elements import atomic_number
from .crystals.neighbours import nearest_neighbour_distances
from .display import heading


@dataclass(frozen=True)
class DefectRecipe:
    """Defects of a cluster, as amounts and a seed. Frozen, comparable and JSON-able.

    The defects are applied in the order of the fields below. Numbers of atoms are fractions
    rounded to the nearest whole number (halves upwards). Draws are nested: with the same seed,
    30 % vacancies contain the 20 % ones, more displacement moves each atom farther along the same
    direction, and each kind of defect draws from a random stream of its own, so that a change of
    one leaves the others where they were.

    Attributes
    ----------
    vacancies : fraction of all atoms removed at random, 0 to 1.
    displacement : standard deviation of the Gaussian displacement of each Cartesian component,
        Angstrom, 0 to 100.
    lindemann : the same as a Lindemann parameter, rms displacement over bond length, where rms =
        sqrt(3) times the standard deviation per component; 0 to 10. Give this or `displacement`.
    substitution : fraction of the remaining atoms replaced by `species` (in equal shares), 0 to 1.
    species : one or two chemical symbols.
    removal : fraction of the body centres of bcc (Figure 4a: bcc to sc), or of the second fcc
        sublattice of diamond (diamond to fcc), that is removed, 0 to 1. It counts all sites of the
        sublattice, those already vacant included.
    seed : of the random draws, a whole number from 0 to 2**64 - 1.

    >>> recipe = DefectRecipe(vacancies=0.25, species=("Cr",), substitution=0.5, seed=3)
    >>> DefectRecipe.from_dict(recipe.to_dict()) == recipe
    True
    """

    vacancies: float = 0.0
    displacement: float = 0.0
    lindemann: float = 0.0
    substitution: float = 0.0
    species: tuple[str, ...] = ()
    removal: float = 0.0
    seed: int = 0

    def __post_init__(self) -> None:
        checked: dict[str, Any] = {
            name: check_number(name, getattr(self, name), 0, 1, "a fraction")
            for name in ("vacancies", "substitution", "removal")
        }
        checked["displacement"] = check_number("displacement", self.displacement, 0, 100, "Å")
        checked["lindemann"] = check_number("lindemann", self.lindemann, 0, 10)
        checked["species"] = _check_species(self.species)
        checked["seed"] = check_whole_number("seed", self.seed, 0, 2**64 - 1)
        for name, value in checked.items():
            object.__setattr__(self, name, value)
        if self.displacement and self.lindemann:
            raise ValueError(
                "displacement, lindemann: they are two measures of the same; give one, received "
                f"{self.displacement!r} and {self.lindemann!r}"
            )
        if self.substitution and not self.species:
            raise ValueError(
                "species: substitution needs one or two chemical symbols, such as ('Cr',)"
            )

    def to_dict(self) -> dict[str, Any]:
        """A plain dictionary that JSON can hold."""
        return asdict(self) | {"species": list(self.species)}

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> "DefectRecipe":
        """The recipe that :meth:`to_dict` wrote; unknown keys are errors."""
        if not isinstance(data, Mapping):
            raise ValueError(f"recipe: expected a dictionary, received {short_repr(data)}")
        known = {field.name for field in fields(cls)}
        unknown = [short_repr(key) for key in data if key not in known]
        if unknown:
            raise ValueError(f"recipe: unknown entries {', '.join(sorted(unknown))}")
        return cls(**data)

    def _repr_html_(self) -> str:
        species = " and ".join(self.species)
        replaced = f"{100 * self.substitution:.4g} % of the rest replaced by {species}"
        parts = {
            f"{100 * self.vacancies:.4g} % of the atoms removed at random": self.vacancies,
            f"displacements of {self.displacement:.4g} Å per component": self.displacement,
            f"displacements of Lindemann parameter {self.lindemann:.4g}": self.lindemann,
            replaced: self.substitution,
            f"{100 * self.removal:.4g} % of a sublattice removed": self.removal,
        }
        present = [text for text, value in parts.items() if value]
        line = f"{'; '.join(present)}; seed {self.seed}" if present else "none: the cluster stays"
        return heading("Defects:", line)

    def sigma(self, cluster: Atoms) -> float:
        """Standard deviation per component (Angstrom) that the recipe gives `cluster`."""
        if not self.lindemann:
            return float(self.displacement)
        bond = nearest_neighbour_distances(cluster.positions).mean()
        return float(self.lindemann * bond / np.sqrt(3))

    def apply(self, cluster: Atoms) -> Atoms:
        """A new, defective cluster; `cluster` is not changed.

        Parameters
        ----------
        cluster : of :func:`~facecrystal_widgets.build_cluster`, or any ``ase.Atoms``; defects act
            on the atoms that are there, after replication.

        Returns
        -------
        ``ase.Atoms`` with the array ``"site"``: for every atom left, its index in `cluster`.

        Raises
        ------
        ValueError
            if `removal` is asked of a structure without a marked sublattice, or a substituting
            species is already in the cluster.
        StructureError
            if fewer than two atoms would be left.
        """
        check_structure(cluster)
        n = len(cluster)
        keep = np.ones(n, bool)
        keep[self._order(0, n)[: _count(self.vacancies, n)]] = False

        broken = cluster.copy()
        sigma = self.sigma(cluster)
        if sigma:
            broken.positions += sigma * self._generator(1).standard_normal((n, 3))
        if self.substitution:
            self._substitute(broken, keep)
        if self.removal:
            sites = self._sublattice_sites(cluster)
            keep[sites[self._order(3, len(sites))[: _count(self.removal, len(sites))]]] = False

        left = int(keep.sum())
        if left < 2:
            raise StructureError(
                f"the recipe leaves {left} of {n} atoms, and a fingerprint needs at least two; "
                "lower the vacancies or the removal"
            )
        if "site" in broken.arrays:
            del broken.arrays["site"]
        broken.new_array("site", np.arange(n))
        return broken[keep]

    def _substitute(self, broken: Atoms, keep: np.ndarray) -> None:
        """Other species on a fraction of the atoms that `keep` (n_atoms,) leaves."""
        present = set(self.species) & set(broken.get_chemical_symbols())
        if present:
            raise ValueError(
                f"species: {', '.join(sorted(present))} is already in the structure; substitute by "
                "another element"
            )
        order = self._order(2, len(broken))
        sites = order[keep[order]]
        sites = sites[: _count(self.substitution, len(sites))]
        for i, symbol in enumerate(self.species):
            broken.numbers[sites[i :: len(self.species)]] = atomic_number(symbol)

    @staticmethod
    def _sublattice_sites(cluster: Atoms) -> np.ndarray:
        """Indices of the atoms that `removal` counts."""
        sites = np.flatnonzero(cluster.arrays.get("sublattice", np.zeros(len(cluster))) == 1)
        if not sites.size:
            raise ValueError(
                f"removal: only a {' or '.join(TRANSITIONS)} crystal has the sublattice it "
                "removes; set it to 0 for this structure"
            )
        return sites

    def _generator(self, stream: int) -> np.random.Generator:
        return np.random.Generator(np.random.PCG64([int(self.seed), stream]))

    def _order(self, stream: int, n: int) -> np.ndarray:
        return self._generator(stream).permutation(n)


def _check_species(species: object) -> tuple[str, ...]:
    if not isinstance(species, tuple | list) or len(species) > 2:
        raise ValueError(
            f"species: expected a tuple of at most two symbols, received {short_repr(species)}"
        )
    for symbol in species:
        atomic_number(symbol, "species")
    if len(set(species)) != len(species):
        raise ValueError(f"species: expected two different symbols, received {species!r}")
    return tuple(species)


def _count(fraction: float, n: int) -> int:
    """The number nearest to a fraction of n, halves upwards.

    0.29 of 50 is 14.5 although 0.29 * 50 is a little less in binary.
    """
    return int(np.floor(round(fraction * n, 9) + 0.5))
