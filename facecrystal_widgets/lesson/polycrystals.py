"""Notebook 8: polycrystals, missing atoms and angles between grains."""

from collections.abc import Callable, Iterable, Sequence
from functools import cache

import numpy as np
from matplotlib.figure import Figure

from ..classification.classify import classify
from ..classification.verdict import Verdict
from ..defects import DefectRecipe
from ..orientation.evidence import THRESHOLD
from ..orientation.rotations import angle_of, cubic_group
from ..orientation.rotations import misorientation as smallest_angle
from ..reading.examples import example
from ..reading.structures import read_structure
from ..specimens.grains import polycrystal
from ..specimens.specimen import Specimen, random_rotations
from .answers import number, result
from .checking import Hint
from .drawing import INSIDE
from .structures import about_z

MISSING = (0.0, 0.3, 0.5, 0.7, 0.8, 0.85, 0.9, 0.95)
DRAWS = 4
"""Particles for each fraction of missing atoms."""
PROBE = DefectRecipe(vacancies=0.2, displacement=0.1)
"""What an atom probe leaves: a fifth of the atoms is missing, the others are a little off."""


@cache
def thinned_particles() -> dict[float, list[Verdict]]:
    """Verdicts on the shipped nanoparticle of bcc iron, by the fraction of atoms removed."""
    particle = read_structure(example("nanoparticle.xyz"), "nanoparticle.xyz")
    return {
        missing: classify(
            [DefectRecipe(vacancies=missing, seed=seed).apply(particle) for seed in range(DRAWS)]
        )
        for missing in MISSING
    }


def reveal_missing() -> list[object]:
    """Right answers and trust while atoms vanish from a nanoparticle."""
    thinned = thinned_particles()
    right = [np.mean([v.label == "bcc" for v in group]) for group in thinned.values()]
    trust = [np.mean([v.trust for v in group]) for group in thinned.values()]
    figure = Figure((7.0, 2.9), layout="constrained")
    panel = figure.subplots()
    percent = [100 * missing for missing in thinned]
    panel.plot(percent, right, "o-", color=INSIDE, label="share of right answers")
    panel.plot(percent, trust, "ks--", label="trust, mean")
    panel.axhline(THRESHOLD, color="grey", linewidth=0.8)
    panel.set(xlabel="missing atoms (%)", ylim=(-0.05, 1.05))
    panel.legend(loc="lower left")
    every = [verdict for group in thinned.values() for verdict in group]
    wrong = [verdict for verdict in every if verdict.label != "bcc"]
    held = max(missing for missing, group in thinned.items() if all(v.trusted for v in group))
    return [
        f"Up to **{100 * held:.0f} %** every answer is bcc, and trusted. Of all "
        f"{len(every)} answers {len(wrong)} are wrong, and "
        f"**{sum(v.trusted for v in wrong)}** of these are trusted. "
        "Atoms that are left still scatter in phase, whether their neighbours are there or not; "
        "what grows is the light between the spots, about 1/N of their height. Methods that look "
        "at each atom's nearest neighbours can't forgive as much.",
        figure,
    ]


@cache
def four_grains() -> Specimen:
    """Aluminium of four grains, as an atom probe would give it back."""
    return polycrystal("fcc", "Al", 4, 6000, 1).broken(PROBE)


def reveal_whole() -> str:
    """The block of four grains, taken for one structure."""
    atoms = four_grains().atoms
    given, found = classify(atoms, orientation="as-given"), classify(atoms)
    return (
        f"The published method says **{given}**; its image is a sum of four patterns, and none of "
        f"them is seen along [011]. (“{given.reason}”) With the axes sought the answer is "
        f"**{found}**; but see what was looked at: “{found.notes[0]}” One sphere of one grain: "
        "true of it, and silent about the rest."
    )


def misorientation(answer: object) -> str:
    """The student's ``misorientation(one, other, cube)``: the smallest angle, in degrees."""
    turns = random_rotations(np.random.default_rng(3), 3)
    trials = [
        (np.eye(3), about_z(30)),
        (np.eye(3), about_z(80)),
        *((turns[i], turns[(i + 1) % 3]) for i in range(3)),
    ]
    for one, other in trials:
        right = float(smallest_angle(one, other))
        found = number(result(answer, one, other, cubic_group()))
        if np.isclose(found, right, atol=0.01):
            continue
        told = f"Where the smallest angle is {right:.1f}° your function gives {found:.3g}."
        if np.isclose(found, np.deg2rad(right), atol=1e-3):
            raise Hint(f"{told} That is in radians: `np.rad2deg`.")
        between = one.T @ other
        if np.isclose(found, angle_of(np.trace(between)), atol=0.01):
            raise Hint(
                f"{told} That would be right if the axes of the cube had names. A cube looks the "
                "same after each of the 24 rotations in `cube`: take the smallest angle of all."
            )
        traces = np.trace(between @ cubic_group(), axis1=1, axis2=2)
        if np.isclose(found, angle_of(traces.min()), atol=0.01):
            raise Hint(f"{told} That is the largest of the 24 angles; asked for is the smallest.")
        raise Hint(
            f"{told} What takes one into the other is `one.T @ other`, times one of the 24 "
            "matrices; the angle of a rotation R follows from its trace, tr R = 1 + 2 cos θ."
        )
    return "No two cubes are farther apart than 62.8°: that is how symmetric a cube is."


def axes_of(rotations: Iterable[np.ndarray]) -> list[np.ndarray]:
    """The cube axes as columns (3, 3) of rotations that turn them onto x, y, z."""
    return [rotation.T for rotation in rotations]


def table_of_angles(
    angle: Callable[[np.ndarray, np.ndarray], float],
    found: Sequence[np.ndarray],
    true: Sequence[np.ndarray],
) -> str:
    """Each found grain beside the true one that is nearest to it, as lines of text.

    Parameters
    ----------
    angle : of two sets of cube axes (3, 3), in degrees.
    found, true : cube axes as columns.
    """
    lines = ["grain found   nearest true grain   angle between them"]
    for i, one in enumerate(found):
        angles = [angle(one, other) for other in true]
        nearest = int(np.argmin(angles))
        lines.append(f"{i:11}   {nearest:18}   {angles[nearest]:10.1f}°")
    return "\n".join(lines)
