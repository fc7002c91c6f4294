"""Evaluation of the network on defective structures (Results, "The model performance")."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from ..convnet.classifier import Classifier, classify
from ..datasets.structures import Defect, defective_structure
from ..defects import DefectRecipe
from ..diffraction.fingerprint import Fingerprint, fingerprint


@dataclass(frozen=True)
class Prediction:
    """One defective structure and what the network said of it.

    Attributes
    ----------
    index : number of the structure in the defective set of this seed.
    label : class of the pristine structure it was made from.
    species : element of that structure.
    recipe : the defects.
    bond_length : Angstrom, of the defective structure.
    predicted, probability : the network's answer.
    """

    index: int
    label: str
    species: str
    recipe: DefectRecipe
    bond_length: float
    predicted: str
    probability: float

    @property
    def correct(self) -> bool:
        return self.predicted == self.label

    @property
    def defect(self) -> Defect:
        return Defect.of(self.recipe)

    def __str__(self) -> str:
        return (
            f"structure {self.index}: {self.label} {self.species} with {self.defect}, bond "
            f"length {self.bond_length:.2f} Å, taken for {self.predicted} ({self.probability:.3f})"
        )


def _defective_row(index: int, seed: int) -> tuple[Fingerprint, str, str, DefectRecipe]:
    atoms, label, species, recipe = defective_structure(index, seed)
    return fingerprint(atoms), label, species, recipe


def evaluate_defective(
    number: int = 1000,
    seed: int = 0,
    classifier: Classifier | None = None,
    n_jobs: int = -1,
    progress: Callable[[Iterable[Any]], Iterable[Any]] = iter,
) -> list[Prediction]:
    """Classify `number` defective structures, drawn as in the paper; one :class:`Prediction` each.

    Parameters
    ----------
    seed : of the draw; the same seed gives the same structures, however many processes work.
    progress : wraps the iterator of results, e.g. ``tqdm`` with its total set.
    """
    from joblib import Parallel, delayed

    tasks = (delayed(_defective_row)(index, seed) for index in range(number))
    rows = Parallel(n_jobs=n_jobs, return_as="generator")(tasks)
    predictions = []
    for index, (image, label, species, recipe) in enumerate(progress(rows)):
        verdict = classify(image, classifier=classifier)
        predictions.append(
            Prediction(
                index=index,
                label=label,
                species=species,
                recipe=recipe,
                bond_length=image.bond_length,
                predicted=verdict.label,
                probability=verdict.probability,
            )
        )
    return predictions
