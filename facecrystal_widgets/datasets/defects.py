"""The thirteen defects of the paper's test set."""

from dataclasses import dataclass

from ..defects import DefectRecipe


@dataclass(frozen=True)
class Defect:
    """One of the paper's thirteen defects.

    Attributes
    ----------
    kind : ``vacancies``, ``displacement``, ``binary`` or ``ternary``.
    strength : fraction of the atoms, or standard deviation per component in Angstrom.
    """

    kind: str
    strength: float

    def recipe(self, others: tuple[str, str], seed: int) -> DefectRecipe:
        """The recipe; a substitution takes one or both of the `others`."""
        if self.kind == "vacancies":
            return DefectRecipe(vacancies=self.strength, seed=seed)
        if self.kind == "displacement":
            return DefectRecipe(displacement=self.strength, seed=seed)
        species = others[:1] if self.kind == "binary" else others
        return DefectRecipe(substitution=self.strength, species=species, seed=seed)

    @classmethod
    def of(cls, recipe: DefectRecipe) -> "Defect":
        """The defect that a recipe of the sets has."""
        if recipe.vacancies:
            return cls("vacancies", recipe.vacancies)
        if recipe.displacement:
            return cls("displacement", recipe.displacement)
        return cls("binary" if len(recipe.species) == 1 else "ternary", recipe.substitution)

    def __str__(self) -> str:
        amount = f"{self.strength:.2f} Å" if self.kind == "displacement" else f"{self.strength:.0%}"
        return f"{self.kind} {amount}"


DEFECTS = (
    *(Defect("vacancies", x) for x in (0.1, 0.2, 0.3, 0.4, 0.5)),
    *(Defect("displacement", x) for x in (0.05, 0.10, 0.15)),
    *(Defect("binary", x) for x in (0.25, 0.5)),
    *(Defect("ternary", x) for x in (0.25, 0.5, 0.75)),
)
