"""The table of classes: what follows from a row is right, and no facts of a class lie elsewhere."""

import ast
from pathlib import Path

import numpy as np
import pytest
from ase.data import reference_states

import facecrystal_widgets as fc
from facecrystal_widgets.crystals.classes import (
    BY_LABEL,
    CLASSES,
    LABELS,
    TRANSITIONS,
    class_of_space_group,
)
from facecrystal_widgets.crystals.elements import atomic_number
from facecrystal_widgets.specimens.dynamics import DEBYE

PACKAGE = Path(fc.__file__).parent
KEYED_BY_LABEL = {"specimens/grains.py"}
"""The orientation relation of fcc and bcc (Nishiyama-Wassermann) is a fact of the pair."""


@pytest.mark.parametrize("known", CLASSES, ids=LABELS)
def test_the_positions_of_a_row_have_the_space_group_of_the_row(known: fc.CrystalClass) -> None:
    symmetry = fc.find_symmetry(fc.prototype(known.label, "Cu"))
    assert (symmetry.number, symmetry.symbol) == (known.space_group, known.symbol)
    assert symmetry.label == known.label
    assert class_of_space_group(known.space_group) is BY_LABEL[known.label] is known


@pytest.mark.parametrize("known", CLASSES, ids=LABELS)
def test_the_example_of_a_row_crystallises_in_the_class(known: fc.CrystalClass) -> None:
    assert reference_states[atomic_number(known.example)]["symmetry"] == known.label
    assert known.specimen in DEBYE


def test_other_space_groups_are_of_no_class() -> None:
    assert class_of_space_group(194) is None
    assert class_of_space_group(None) is None


def test_the_order_of_labels_and_transitions_is_fixed() -> None:
    assert LABELS == ("fcc", "diamond", "bcc", "sc")
    assert list(TRANSITIONS.items()) == [("bcc", "sc"), ("diamond", "fcc")]


@pytest.mark.parametrize(("label", "left"), TRANSITIONS.items())
def test_the_sublattice_of_a_row_leaves_the_class_of_the_row(label: str, left: str) -> None:
    cluster = fc.build_cluster(fc.prototype(label, "Cu"))
    marked = cluster.arrays["sublattice"] == 1
    assert marked.mean() == 0.5
    rest = cluster[~marked]
    rest.pbc = True
    assert fc.find_symmetry(rest).label == left
    assert BY_LABEL[label].sublattice
    for other in set(LABELS) - set(TRANSITIONS):
        assert "sublattice" not in fc.build_cluster(fc.prototype(other, "Cu")).arrays


def test_colours_and_markers_tell_the_classes_apart() -> None:
    assert len({known.colour for known in CLASSES}) == len(CLASSES)
    assert len({known.marker for known in CLASSES}) == len(CLASSES)


def test_ordered_species_show_at_the_superlattice_reflections_alone() -> None:
    """The reflections of the superlattice are extinct in the class itself."""
    for known in CLASSES:
        blocks = [np.add(known.positions, shift) for shift in np.ndindex(2, 2, 2)]
        sites = np.concatenate(blocks)
        for family in known.superlattice:
            assert abs(np.exp(2j * np.pi * sites @ family).mean()) < 1e-12, (known.label, family)


def test_no_other_place_keeps_a_table_by_class() -> None:
    """A dictionary or a row of four with the labels as keys belongs into the table of classes."""
    tables = []
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Dict):
                keys = {key.value for key in node.keys if isinstance(key, ast.Constant)}
                if len(keys & set(LABELS)) > 1:
                    tables.append(path.relative_to(PACKAGE).as_posix())
    assert set(tables) == KEYED_BY_LABEL
