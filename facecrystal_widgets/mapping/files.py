"""Local maps as files: extended XYZ with columns for every atom, and CSV."""

import csv
import io
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
from ase import Atoms
from scipy.spatial.transform import Rotation

from ..crystals.classes import LABELS
from ..files import write_whole
from ..orientation.inverse_pole_figure import BEAM, ipf_colours
from .local_map import LocalMap


def annotated(local: LocalMap) -> Atoms:
    """The structure with the results of the place of each atom.

    Arrays: ``crystal_class`` (``"none"`` outside all grains), ``answer`` (the network's, in any
    case), ``p_fcc`` … ``p_sc``, ``trust``, ``grain`` (-1: none), ``place``, ``orientation`` (unit
    quaternion x, y, z, w that turns crystal directions into those of the laboratory) and ``Color``
    (red, green, blue from 0 to 1: the inverse pole figure colour of z; grey: no grain).
    """
    source, place = local.survey.atoms, local.place_of_atom
    atoms = Atoms(source.numbers, source.positions, cell=source.cell, pbc=source.pbc)
    answers = np.array(LABELS)[local.labels[place]]
    outside = ~local.crystalline
    colours = ipf_colours(local.rotations, BEAM)[place] / 255
    colours[outside] = 0.6
    turned = Rotation.from_matrix(np.swapaxes(local.rotations, 1, 2)).as_quat()
    columns = {
        "crystal_class": np.where(outside, "none", answers),
        "answer": answers,
        **{f"p_{label}": local.probabilities[place, i] for i, label in enumerate(LABELS)},
        "trust": local.trust[place],
        "grain": local.atom_grains,
        "place": place,
        "orientation": turned[place],
        "Color": colours,
    }
    for name, values in columns.items():
        values = values.astype(float) if values.dtype == np.float32 else values
        atoms.set_array(name, values)
    return atoms


def write_atoms(local: LocalMap, path: Path) -> None:
    """:func:`annotated` as extended XYZ, which OVITO and ASE open."""
    import ase.io

    text = io.StringIO()
    ase.io.write(text, annotated(local), format="extxyz")
    write_whole(path, text.getvalue().encode())


QUATERNION = ("quaternion_x", "quaternion_y", "quaternion_z", "quaternion_w")
"""Columns of the rotation from crystal directions into those of the laboratory."""


def write_places(local: LocalMap, path: Path) -> None:
    """A row for each place, CSV."""
    columns = ["place", "atom", "x", "y", "z", "class", "answer"]
    columns += [f"p_{label}" for label in LABELS]
    columns += ["trust", "bragg_score", "grain", *QUATERNION, "reason"]
    quaternions = Rotation.from_matrix(np.swapaxes(local.rotations, 1, 2)).as_quat()
    rows = []
    for i, row in enumerate(local.rows):
        answer = LABELS[local.labels[i]]
        cells = [i, local.centres[i], *_fixed(local.places[i], 4)]
        cells += [answer if local.grains[i] >= 0 else "none", answer]
        cells += _fixed(row["probabilities"], 6)
        cells += [f"{row['trust']:.4f}", f"{row['score']:.4f}", local.grains[i]]
        rows.append([*cells, *_fixed(quaternions[i], 6), row["reason"]])
    _write_csv(path, columns, rows)


def write_grains(local: LocalMap, path: Path) -> None:
    """A row for each grain, CSV."""
    columns = ["grain", "class", "places", "atoms", "share", "mean_trust", *QUATERNION]
    rows = []
    for number, grain in enumerate(local.found_grains):
        quaternion = Rotation.from_matrix(grain.rotation.T).as_quat()
        cells = [number, grain.label, grain.places, grain.atoms]
        rows.append([*cells, *_fixed([grain.share, grain.trust], 4), *_fixed(quaternion, 6)])
    _write_csv(path, columns, rows)


def _fixed(values: Iterable[float], digits: int) -> list[str]:
    """Numbers with so many digits after the point."""
    return [f"{value:.{digits}f}" for value in values]


def _write_csv(path: Path, columns: list[str], rows: list[list[Any]]) -> None:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(columns)
    table.writerows(rows)
    write_whole(path, text.getvalue().encode())
