"""Predictions as rows of a table, and the structure behind each row."""

import csv
import gzip
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from ase import Atoms

from ..convnet.reference import NetworkRef
from ..crystals.classes import LABELS
from ..datasets.defects import DEFECTS, Defect
from ..defects import DefectRecipe
from ..diffraction.fingerprint import fingerprint
from ..files import write_whole

PRISTINE = -1
"""Stands for "no defect" where the number of a defect is expected."""
PREDICTION = np.dtype(
    [
        ("parent", "<i4"),  # number of the pristine structure in its set
        ("defect", "i1"),  # index into DEFECTS, or PRISTINE
        ("label", "i1"),  # index into LABELS: the class of the pristine structure
        ("species", "<U2"),  # its element
        ("others", "<U2", (2,)),  # what substitutes it, or empty
        ("recipe_seed", "<i8"),
        ("atoms", "<i4"),  # that scattered
        ("bond_length", "<f8"),  # Angstrom, of the structure that scattered
        ("probabilities", "<f4", (len(LABELS),)),  # what the network says
    ]
)
"""One structure and what the network said of it."""
COLUMNS = (
    *("parent", "species", "class", "defect", "strength", "substituted_by", "recipe_seed"),
    *("atoms", "bond_length", *(f"p_{label}" for label in LABELS), "predicted", "correct"),
)
"""Of the file of predictions."""


def defect_of(row: Any) -> Defect | None:
    """The defect of a row, or None for a pristine structure."""
    return None if row["defect"] == PRISTINE else DEFECTS[row["defect"]]


def recipe_of(row: Any) -> DefectRecipe:
    """The recipe that made the structure of a row from its pristine cluster."""
    defect = defect_of(row)
    if defect is None:
        return DefectRecipe()
    first, second = row["others"].tolist()
    return defect.recipe((first, second), int(row["recipe_seed"]))


def classified_rows(
    structures: Sequence[tuple[Atoms, DefectRecipe | None]],
    parent: int,
    label: str,
    species: str,
    network: NetworkRef,
) -> np.ndarray:
    """Fingerprints and predictions of structures of one parent, with the recipes that made them."""
    rows = np.zeros(len(structures), PREDICTION)
    rows["parent"], rows["label"], rows["species"] = parent, LABELS.index(label), species
    images = [fingerprint(atoms) for atoms, _ in structures]
    for row, image, (_, recipe) in zip(rows, images, structures, strict=True):
        row["defect"] = PRISTINE if recipe is None else DEFECTS.index(Defect.of(recipe))
        if recipe is not None:
            row["others"][: len(recipe.species)] = recipe.species
            row["recipe_seed"] = recipe.seed
        row["atoms"], row["bond_length"] = image.n_atoms, image.bond_length
    pixels = np.stack([image.image for image in images])
    rows["probabilities"] = network.load().probabilities(pixels)
    return rows


def write_predictions(rows: np.ndarray, path: Path) -> None:
    """All rows as compressed CSV; probabilities keep every digit, the same rows the same bytes."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    answers = rows["probabilities"].argmax(axis=1)
    for row, answer in zip(rows, answers, strict=True):
        recipe, defect = recipe_of(row), defect_of(row)
        table.writerow(
            (
                *(row["parent"], row["species"], LABELS[row["label"]]),
                *((defect.kind, defect.strength) if defect else ("pristine", "")),
                *("+".join(recipe.species), row["recipe_seed"]),
                *(row["atoms"], row["bond_length"], *row["probabilities"]),
                *(LABELS[answer], int(answer == row["label"])),
            )
        )
    write_whole(path, gzip.compress(text.getvalue().encode(), mtime=0))


@dataclass(frozen=True)
class EvaluatedStructure:
    """One structure of a map, and what the network says of it.

    Attributes
    ----------
    label, predicted : class of the pristine crystal, and the network's answer.
    probability : of the answer.
    right : probability that the class of the pristine crystal got.
    species : element of the pristine crystal.
    defect : None for a pristine structure.
    parent : number of the pristine crystal in its set.
    recipe : makes the structure from the cluster of its parent.
    bond_length : Angstrom, of the structure that scattered.
    """

    label: str
    predicted: str
    probability: float
    right: float
    species: str
    defect: Defect | None
    parent: int
    recipe: DefectRecipe
    bond_length: float

    @classmethod
    def of(cls, row: Any) -> "EvaluatedStructure":
        """The point of a row of :data:`.evaluation.PREDICTION`."""
        answer = int(row["probabilities"].argmax())
        return cls(
            label=LABELS[row["label"]],
            predicted=LABELS[answer],
            probability=float(row["probabilities"][answer]),
            right=float(row["probabilities"][row["label"]]),
            species=str(row["species"]),
            defect=defect_of(row),
            parent=int(row["parent"]),
            recipe=recipe_of(row),
            bond_length=float(row["bond_length"]),
        )

    @property
    def correct(self) -> bool:
        """Whether the answer is the class of the pristine crystal."""
        return self.predicted == self.label
