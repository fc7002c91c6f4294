"""What stands in the report of an evaluation."""

import numpy as np

from ...datasets.structures import SIZE
from ...evaluation import scores as analysis
from ...evaluation.defective_set import Evaluation
from ...evaluation.peers import Peers
from ..document import Report, Section
from .accuracy import (
    bond_length_section,
    calibration_section,
    class_section,
    defect_section,
    species_section,
)
from .comparison import peers_section, sizes_section
from .misses import least_certain_section, missed_section
from .summary import tiles


def build_report(
    evaluation: Evaluation, sizes: np.ndarray, peers: Peers | None, command: str
) -> Report:
    """The report of an evaluation.

    Parameters
    ----------
    sizes : of :func:`.sizes.size_invariance`.
    peers : of :func:`.peers.compare_peers`, or None if nobody asked for them.
    command : that makes this report again.
    """
    rows = evaluation.defective
    total = analysis.score(rows)
    scale = (
        "the defective set of the paper"
        if evaluation.groups == SIZE
        else f"the first {evaluation.groups:,} of the {SIZE:,} groups of the defective set"
    )
    versions = ", ".join(f"{k} {v}" for k, v in evaluation.about["versions"].items())
    return Report(
        title=f"The network on {total.structures:,} defective crystals",
        text=(
            f"This is {scale}: pristine crystals of up to 83 elements in four classes, each with "
            "thirteen defects. A structure is right if it gets the class of its pristine crystal. "
            "The paper reports 100 % for its own set of 82,485.",
            f"Made by `{command}`; seed {evaluation.about['seed']}; SHA-256 of the network "
            f"`{evaluation.about['model_sha256'][:16]}`; {versions}.",
        ),
        tiles=tiles(evaluation),
        sections=(
            defect_section(evaluation),
            class_section(evaluation),
            calibration_section(rows),
            missed_section(evaluation),
            least_certain_section(evaluation),
            bond_length_section(rows),
            species_section(rows),
            sizes_section(sizes),
            peers_section(evaluation, peers),
            _files(),
        ),
    )


def _files() -> Section:
    return Section(
        "Files",
        (
            "`predictions.csv.gz` holds one row for every structure, with all digits of the "
            "probabilities; `tables/` the tables of this page as CSV; `figures/` its figures as "
            "PNG and SVG. The structures themselves follow from the seed: "
            "`facecrystal_widgets.datasets.structures.defective_group(parent, seed)`.",
        ),
    )
