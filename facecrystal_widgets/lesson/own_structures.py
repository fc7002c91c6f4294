"""Notebook 7, your own structures: a batch of files, verdicts to believe, and compounds.

A batch must survive one bad file. The published method takes the axes for granted and knows
elements only, so what a verdict is worth shows in its notes, not in its probability. In a compound
with two species on shifted lattices the waves add up where h, k, l are even and cancel where they
are odd.

- `survey`: file name to label, None for a file that can't be read. Usual mistakes: the error is not
  caught, the bad file left out, whole paths as keys, verdicts as values.
- `trusted`: ``not verdict.notes``. Usual mistakes: a threshold on the probability, always False.
- `odd_over_even`: |f₁ - f₂| / (f₁ + f₂). Usual mistakes: a negative modulus, the intensities,
  upside down, no opposite phase.
"""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import ase.io
import numpy as np
from matplotlib.figure import Figure

from ..classification.classify import classify
from ..classification.verdict import Verdict
from ..crystals.checks import StructureError
from ..crystals.classes import LABELS
from ..crystals.cluster import build_cluster
from ..crystals.prototypes import prototype
from ..defects import DefectRecipe
from ..diffraction.fingerprint import fingerprint
from ..reading.structures import read_structure
from .answers import DOTS, compare, number, result, yes_or_no
from .checking import Hint
from .drawing import draw_curves, new_figure
from .structures import example_cluster, example_crystal, turned


def survey(answer: object) -> str:
    """The student's ``survey(folder)``: file name to label, None where a file can't be read."""
    crystals = {
        "aluminium.cif": prototype("fcc", "Al"),
        "POSCAR": prototype("diamond", "Ge"),
        "tungsten.xyz": build_cluster(prototype("bcc", "W")),
    }
    with TemporaryDirectory() as folder:
        for name, atoms in crystals.items():
            ase.io.write(Path(folder, name), atoms)
        whole = Path(folder, "aluminium.cif").read_text()
        Path(folder, "half.cif").write_text(whole[: len(whole) // 2])
        right = {path.name: _label(path) for path in Path(folder).iterdir()}
        labels = _survey(answer, Path(folder))
    if not isinstance(labels, Mapping):
        raise Hint(f"Expected a dictionary, received a {type(labels).__name__}.")
    if ... in labels.values():
        raise Hint(DOTS)
    if {Path(name).name for name in labels} == set(right) != set(labels):
        raise Hint("The keys should be the bare names of the files: `path.name`.")
    missing = sorted(set(right) - set(labels))
    if missing:
        raise Hint(
            f"There is no entry for {', '.join(missing)}. Every file of the folder gets one; the "
            "value is None for those that can't be read."
        )
    for name, label in right.items():
        if isinstance(labels[name], Verdict):
            raise Hint("The values should be labels such as 'fcc': `fc.classify(atoms).label`.")
        if labels[name] != label:
            raise Hint(f"For {name} your function gives {labels[name]!r}, expected is {label!r}.")
    return "One bad file no longer ends the whole batch, and it does not vanish silently either."


def _label(path: Path) -> str | None:
    try:
        return classify(read_structure(path)).label
    except StructureError:
        return None


def _survey(answer: object, folder: Path) -> object:
    try:
        return result(answer, folder)
    except Hint as hint:
        if isinstance(hint.__cause__, StructureError):
            raise Hint(
                f"One bad file ends your whole batch: “{hint.__cause__}” Catch it: "
                "`try: … except fc.StructureError: …`."
            ) from hint
        raise


def trusted(answer: object) -> str:
    """The student's ``trusted(verdict)``: which answers of the published method to believe."""
    iron = example_cluster("bcc")
    good = {
        "copper": example_crystal("fcc"),
        "iron with 40 % vacancies": DefectRecipe(vacancies=0.4, seed=1).apply(iron),
    }
    doubtful = {
        "hcp magnesium": prototype("hcp", "Mg"),
        "rock salt": prototype("rocksalt", "NaCl"),
        "copper turned by 45°": turned(example_cluster("fcc"), 45),
    }
    for name, atoms in {**good, **doubtful}.items():
        verdict = classify(fingerprint(atoms))
        if yes_or_no(result(answer, verdict)) == (name in good):
            continue
        if name in good:
            raise Hint(f"Yours does not trust {name}: {verdict}, with no note at all.")
        raise Hint(
            f"Yours trusts {name}: “{verdict}”. The probability can't tell; it is high for "
            "structures that are none of the four classes. The verdict has a note: "
            f"“{verdict.notes[0]}”"
        )
    return (
        "What lies outside the training set shows in how the image came about, or in the "
        "physics of the structure. The probability alone tells none of this."
    )


def odd_over_even(answer: object) -> str:
    """The student's ``odd_over_even(f1, f2)``: |F(111)| / |F(200)| of rock salt."""
    atoms = prototype("rocksalt", "NaCl")
    first = atoms.numbers == atoms.numbers[0]
    for f1, f2 in ((11.0, 17.0), (17.0, 11.0), (3.0, 53.0), (18.0, 18.0)):
        f = np.where(first, f1, f2)
        phases = 2j * np.pi * atoms.get_scaled_positions() @ np.array([[1, 1, 1], [2, 0, 0]]).T
        odd, even = np.abs(f @ np.exp(phases))
        value, right = number(result(answer, f1, f2)), odd / even
        compare(
            value,
            right,
            f"For f₁ = {f1:g} and f₂ = {f2:g} your function gives {value:.4f}.",
            {
                "Only the sign: a modulus is not negative. Use `abs`.": -right,
                "That is the ratio of the intensities. Asked for: amplitudes.": right**2,
                "Upside down: the weak, odd reflections go above.": even / odd if odd else np.nan,
                "For odd h, k, l the two species scatter *against* each other: one of the two "
                "amplitudes has a minus sign.": 1.0,
            },
            f"The sum over the eight atoms gives {right:.4f}. For odd h, k, l each Cl has the "
            "phase factor −1, for even ones +1; there are four of each species.",
        )
    return (
        "|f₁ − f₂| / (f₁ + f₂): with equal form factors the odd reflections vanish, and what is "
        "left is simple cubic, of half the edge."
    )


def draw_turning(angles: np.ndarray, probabilities: Mapping[str, np.ndarray]) -> Figure:
    """All four probabilities of turned crystals against the angle.

    Parameters
    ----------
    angles : (n,), degrees.
    probabilities : true label to (n, 4), in the order of `LABELS`.
    """
    figure, panels = new_figure(8.4, 4.6, 2, 2, sharex=True, sharey=True)
    for panel, (true, curves) in zip(panels.flat, probabilities.items(), strict=True):
        draw_curves(panel, angles, curves, linewidth=1.2)
        panel.lines[LABELS.index(true)].set_linewidth(2.5)
        panel.set(title=f"{true}, rotated", ylim=(-0.03, 1.03))
    figure.legend(*panels[0, 0].get_legend_handles_labels(), loc="outside upper center", ncols=4)
    figure.supxlabel("angle about z (degrees)", fontsize=10)
    figure.supylabel("probability", fontsize=10)
    return figure


def draw_contrast(contrast: Mapping[str, float], verdicts: Mapping[str, Verdict]) -> Figure:
    """Probabilities of compounds against |f₁ − f₂| / (f₁ + f₂) at forward scattering."""
    order = sorted(contrast, key=contrast.__getitem__)
    heights = np.array([[*verdicts[name].probabilities.values()] for name in order])
    figure, panel = new_figure(7.6, 3.1)
    draw_curves(panel, [contrast[name] for name in order], heights, marker="o")
    for name in order:
        panel.annotate(name, (contrast[name], 1.06), ha="center", fontsize=8, rotation=45)
    panel.set(
        xlabel="contrast |f₁ − f₂| / (f₁ + f₂), with f = Z",
        ylabel="probability",
        ylim=(-0.03, 1.25),
    )
    panel.legend(fontsize=9, loc="center left")
    return figure
