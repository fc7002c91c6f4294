"""What stands in the report of the evaluation in any orientation."""

from functools import partial

from ...evaluation.robustness.scores import right, trusted
from ...evaluation.robustness.tasks import PAIRS, RobustnessEvaluation
from ..document import Picture, Report, Section
from . import drawings
from .limits import bain_section, grains_section, sizes_section
from .outside import methods_section, outside_section
from .summary import by_defect, listed, tiles


def build_report(found: RobustnessEvaluation, command: str) -> Report:
    """The report; `command` makes it again."""
    versions = ", ".join(f"{k} {v}" for k, v in found.about["versions"].items())
    scale = "All" if found.pairs == PAIRS else f"{found.pairs} of the"
    return Report(
        title="In any orientation, and none of these",
        text=(
            f"{scale} {PAIRS} pairs of species and class, pristine and with the paper's thirteen "
            "defects, turned at random; and structures outside the four classes. The shipped "
            "network, the shipped threshold.",
            f"Made by `{command}`; seed {found.about['seed']}; SHA-256 of the network "
            f"`{found.about['model_sha256'][:16]}`; {versions}.",
        ),
        tiles=tiles(found),
        sections=(
            _orientation(found),
            outside_section(found),
            methods_section(found),
            bain_section(found),
            sizes_section(found),
            grains_section(found),
        ),
    )


def _orientation(found: RobustnessEvaluation) -> Section:
    turned, given = found.part("turned"), found.part("given")
    was = given["given"] == given["label"]
    worse = int((was & ~right(given)).sum())
    missed, doubted = turned[~right(turned)], turned[right(turned) & ~trusted(turned)]
    return Section(
        "In any orientation",
        (
            "Blocks are the clusters of the paper, spheres are cut about a random place; each is "
            "turned at random, uniformly over all rotations. Volumes vary by 10 % either way.",
            f"The same {len(given):,} clusters as they stand: {was.mean():.2%} are right as given, "
            f'and {worse} of these are wrong with `orientation="auto"`, which turned '
            f"{int(given['turned'].sum())} of them.",
        ),
        (
            Picture(
                "turned",
                "Share of the structures with the right class, and share that is trusted.",
                partial(drawings.shares_by_defect, found),
            ),
        ),
        (
            by_defect(found),
            listed("missed", "Misclassified", missed),
            listed("doubted", "Right, but not trusted", doubted),
        ),
    )
