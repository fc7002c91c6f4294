"""Notebook 8: missing atoms, several grains, and the misorientation between them.

Atoms that are left still scatter in phase, so four fifths of a crystal may be missing. A
polycrystal has no single orientation; a sphere within a grain has. Two grains differ by the
smallest of the 24 angles that turn one cube into the other.

- `misorientation`: arccos((max tr - 1) / 2) over the 24 products ``one.T @ other @ cube``, degrees.
  Usual mistakes: radians, the cube's rotations left out, the largest angle.
"""

from collections.abc import Callable, Sequence
from functools import cache

import numpy as np

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
from .answers import compare, number, result
from .drawing import INSIDE, new_figure
from .structures import about_z

MISSING = (0.0, 0.3, 0.5, 0.7, 0.8, 0.85, 0.9, 0.95)
"""Fractions of atoms that are removed."""
DRAWS = 4
"""Particles for each fraction of missing atoms."""
PROBE = DefectRecipe(vacancies=0.2, displacement=0.1)
"""Losses of an atom probe: a fifth of the atoms is missing, the others are a little off."""


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
    figure, panel = new_figure(7.0, 2.9)
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
    """The block of four grains, classified as one structure."""
    atoms = four_grains().atoms
    published, searched = classify(atoms, orientation="as-given"), classify(atoms)
    return (
        f"The published method says **{published}**; its image is a sum of four patterns, and none "
        f"of them is seen along [011]. (“{published.reason}”) With the axes sought the answer is "
        f"**{searched}**; but see what was looked at: “{searched.notes[0]}” That is one sphere of "
        "one grain: the answer is true of this sphere, and says nothing of the rest."
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
        value = number(result(answer, one, other, cubic_group()))
        angles = angle_of(np.trace(one.T @ other @ cubic_group(), axis1=1, axis2=2))
        named = angle_of(np.trace(one.T @ other))
        compare(
            value,
            right,
            f"Where the smallest angle is {right:.1f}° your function gives {value:.3g}.",
            {
                "That is in radians: `np.rad2deg`.": np.deg2rad(right),
                "That would be right if the axes of the cube had names. A cube looks the same "
                "after each of the 24 rotations in `cube`: take the smallest angle of all.": named,
                "That is the largest of the 24 angles; asked for is the smallest.": angles.max(),
            },
            "What takes one into the other is `one.T @ other`, times one of the 24 matrices; the "
            "angle of a rotation R follows from its trace, tr R = 1 + 2 cos θ.",
            atol=0.01,
        )
    return "No two cubes are farther apart than 62.8°: that is how symmetric a cube is."


def table_of_angles(
    angle: Callable[[np.ndarray, np.ndarray], float],
    measured: Sequence[np.ndarray],
    true: Sequence[np.ndarray],
) -> str:
    """Each grain of a map beside the true one that is nearest to it, as lines of text.

    Parameters
    ----------
    angle : of two sets of cube axes (3, 3), in degrees.
    measured, true : cube axes as columns.
    """
    lines = ["grain found   nearest true grain   angle between them"]
    for i, one in enumerate(measured):
        angles = [angle(one, other) for other in true]
        nearest = int(np.argmin(angles))
        lines.append(f"{i:11}   {nearest:18}   {angles[nearest]:10.1f}°")
    return "\n".join(lines)
