"""Reasons why a verdict may mean less than it says."""

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
"""What a person must know to read a verdict."""


def _turning(found: Orientation) -> str:
    """How a structure was turned, for its notes."""
    part = f", from the {found.n_atoms} atoms at the centre" if found.sampled else ""
    return f"turned by {found.angle:.0f}° onto the cube axes that were found{part}."


def caveats(image: Fingerprint, way: Aligned | None = None) -> tuple[str, ...]:
    """Why a verdict may mean less than it seems, from how the cluster was made and of what."""
    made, species = image.preparation, image.species
    notes = list(made.remarks)
    if len(species) > 1:
        notes.append(
            f"{len(species)} species ({', '.join(species)}) lie outside the training set, which "
            "holds elements: at best this is the class of the common lattice."
        )
    turned = _turning(way.orientation) if way and way.turned and way.orientation else ""
    if way and way.axes_confirmed:
        pass  # the axes are what they ought to be
    elif made.kind == "as-given":
        taken = "axes taken as given; the answer holds only if the cube axes lie along x, y, z."
        notes.append(f"Not periodic: {turned or taken}")
    elif made.kind == "as-is":
        why = f"spglib finds {made.symbol}, not cubic" if made.symbol else made.note.split(",")[0]
        taken = "axes used as they stand; the answer holds only if they are the cube axes."
        notes.append(f"No conventional standard cell ({why}): {turned or taken}")
    elif turned:
        notes.append(f"Not along its own cell: {turned}")
    elif prototype_label(made) is None:
        notes.append(
            f"Its own cell ({made.symbol}, {len(made.cell_numbers)} atoms) is none of the four "
            "classes: the answer is the most similar of them."
        )
    if 0 < image.n_atoms < FEW_ATOMS:
        notes.append(
            f"Only {image.n_atoms} atoms: the network was trained on clusters of about 128 and "
            f"checked from {FEW_ATOMS} on."
        )
    return tuple(notes)
