"""Notes on how far a verdict holds, from how the cluster was prepared."""

from ..crystals.preparation import prototype_label
from ..diffraction.fingerprint import Fingerprint
from ..orientation.align import Aligned
from ..orientation.search import Orientation

FEW_ATOMS = 32
"""The paper checked clusters from this size on."""
LIMITS = (
    "The network knows four classes, expects the cube axes along x, y, z, and always answers: a "
    "high probability does not mean that the structure is one of the four."
)
"""Limits that every verdict has."""


def _turning(orientation: Orientation) -> str:
    """How a structure was turned, for its notes."""
    part = f", from the {orientation.n_atoms} atoms at the centre" if orientation.sampled else ""
    return f"turned by {orientation.angle:.0f}° onto the cube axes that were found{part}."


def caveats(image: Fingerprint, aligned: Aligned | None = None) -> tuple[str, ...]:
    """Notes on a verdict, from the preparation of the cluster, its species and its size."""
    record, species = image.preparation, image.species
    notes = list(record.remarks)
    if len(species) > 1:
        notes.append(
            f"{len(species)} species ({', '.join(species)}) lie outside the training set, which "
            "holds elements: at best this is the class of the common lattice."
        )
    turned = ""
    if aligned and aligned.turned and aligned.orientation:
        turned = _turning(aligned.orientation)
    if aligned and aligned.axes_confirmed:
        pass  # the axes lie along x, y, z
    elif record.kind == "as-given":
        taken = "axes taken as given; the answer holds only if the cube axes lie along x, y, z."
        notes.append(f"Not periodic: {turned or taken}")
    elif record.kind == "as-is":
        why = (
            f"spglib finds {record.symbol}, not cubic"
            if record.symbol
            else record.note.split(",")[0]
        )
        taken = "axes used as they stand; the answer holds only if they are the cube axes."
        notes.append(f"No conventional standard cell ({why}): {turned or taken}")
    elif turned:
        notes.append(f"Not along its own cell: {turned}")
    elif prototype_label(record) is None:
        notes.append(
            f"Its own cell ({record.symbol}, {len(record.cell_numbers)} atoms) is none of the four "
            "classes: the answer is the most similar of them."
        )
    if 0 < image.n_atoms < FEW_ATOMS:
        notes.append(
            f"Only {image.n_atoms} atoms: the network was trained on clusters of about 128 and "
            f"checked from {FEW_ATOMS} on."
        )
    return tuple(notes)
