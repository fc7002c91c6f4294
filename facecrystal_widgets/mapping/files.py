"""Local maps as files: extended XYZ with columns for every atom, and CSV."""

import csv
import io
from pathlib import Path

import numpy as np
from ase import Atoms
from scipy.spatial.transform import Rotation

from ..crystals.classes import LABELS
from ..files import write_whole
from ..orientation.inverse_pole_figure import BEAM, ipf_colours
from .local_map import LocalMap


def annotated(found: LocalMap) -> Atoms:
    """The structure with what the place that speaks for each atom says.

    Arrays: ``crystal_class`` (``"none"`` outside all grains), ``answer`` (the network's all the
    same), ``p_fcc`` … ``p_sc``, ``trust``, ``grain`` (-1: none), ``place``, ``orientation``
    (unit quaternion x, y, z, w that turns crystal directions into those of the laboratory) and
    ``Color`` (red, green, blue from 0 to 1: the inverse pole figure colour of z; grey: no grain).
    """
    source, speaker = found.survey.atoms, found.speaker
    atoms = Atoms(source.numbers, source.positions, cell=source.cell, pbc=source.pbc)
    answers = np.array(LABELS)[found.labels[speaker]]
    outside = ~found.crystalline
    colours = ipf_colours(found.rotations, BEAM)[speaker] / 255
    colours[outside] = 0.6
    turned = Rotation.from_matrix(np.swapaxes(found.rotations, 1, 2)).as_quat()
    columns = {
        "crystal_class": np.where(outside, "none", answers),
        "answer": answers,
        **{f"p_{label}": found.probabilities[speaker, i] for i, label in enumerate(LABELS)},
        "trust": found.trust[speaker],
        "grain": found.atom_grains,
        "place": speaker,
        "orientation": turned[speaker],
        "Color": colours,
    }
    for name, values in columns.items():
        values = values.astype(float) if values.dtype == np.float32 else values
        atoms.set_array(name, values)
    return atoms


def write_atoms(found: LocalMap, path: Path) -> None:
    """:func:`annotated` as extended XYZ, which OVITO and ASE open."""
    import ase.io

    text = io.StringIO()
    ase.io.write(text, annotated(found), format="extxyz")
    write_whole(path, text.getvalue().encode())


def write_places(found: LocalMap, path: Path) -> None:
    """A row for each place, CSV."""
    header = (
        *("place", "atom", "x", "y", "z", "class", "answer"),
        *(f"p_{label}" for label in LABELS),
        *("trust", "bragg_score", "grain", "quaternion_x", "quaternion_y", "quaternion_z"),
        *("quaternion_w", "reason"),
    )
    quaternions = Rotation.from_matrix(np.swapaxes(found.rotations, 1, 2)).as_quat()
    rows = []
    for i, row in enumerate(found.rows):
        answer = LABELS[found.labels[i]]
        rows.append(
            (
                *(i, found.centres[i], *(f"{x:.4f}" for x in found.places[i])),
                *(answer if found.grains[i] >= 0 else "none", answer),
                *(f"{p:.6f}" for p in row["probabilities"]),
                *(f"{row['trust']:.4f}", f"{row['score']:.4f}", found.grains[i]),
                *(f"{x:.6f}" for x in quaternions[i]),
                row["reason"],
            )
        )
    _write_csv(path, header, rows)


def write_grains(found: LocalMap, path: Path) -> None:
    """A row for each grain, CSV."""
    header = (
        *("grain", "class", "places", "atoms", "share", "mean_trust"),
        *("quaternion_x", "quaternion_y", "quaternion_z", "quaternion_w"),
    )
    rows = [
        (
            *(number, grain.label, grain.places, grain.atoms),
            *(f"{grain.share:.4f}", f"{grain.trust:.4f}"),
            *(f"{x:.6f}" for x in Rotation.from_matrix(grain.rotation.T).as_quat()),
        )
        for number, grain in enumerate(found.found_grains)
    ]
    _write_csv(path, header, rows)


def _write_csv(path: Path, header: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(header)
    table.writerows(rows)
    write_whole(path, text.getvalue().encode())
