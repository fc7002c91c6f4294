"""Notebook 7, your own structures: what its exercises need, draw and check."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

import ase.io
import numpy as np
from ase import Atoms
from matplotlib.colors import PowerNorm
from matplotlib.figure import Figure

from ..classification.classify import classify
from ..classification.verdict import Verdict
from ..crystals.checks import StructureError
from ..crystals.classes import CLASSES, LABELS
from ..crystals.cluster import build_cluster
from ..crystals.prototypes import prototype
from ..defects import DefectRecipe
from ..diffraction.fingerprint import Fingerprint, fingerprint
from ..reading.structures import read_structure
from .answers import DOTS, number, result, yes_or_no
from .checking import Hint

# --- files --------------------------------------------------------------------------------------


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
        found = _survey(answer, Path(folder))
    if not isinstance(found, Mapping):
        raise Hint(f"Expected a dictionary, received a {type(found).__name__}.")
    if ... in found.values():
        raise Hint(DOTS)
    if {Path(name).name for name in found} == set(right) != set(found):
        raise Hint("The keys should be the bare names of the files: `path.name`.")
    missing = sorted(set(right) - set(found))
    if missing:
        raise Hint(
            f"Nothing is said of {', '.join(missing)}. Every file of the folder gets an entry; the "
            "value is None for those that can't be read."
        )
    for name, label in right.items():
        if isinstance(found[name], Verdict):
            raise Hint("The values should be labels such as 'fcc': `fc.classify(atoms).label`.")
        if found[name] != label:
            raise Hint(f"For {name} your function gives {found[name]!r}, expected is {label!r}.")
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


# --- what to believe ----------------------------------------------------------------------------


def trusted(answer: object) -> str:
    """The student's ``trusted(verdict)``: which answers of the published method to believe."""
    iron = build_cluster(prototype("bcc", "Fe"))
    copper = build_cluster(prototype("fcc", "Cu"))
    good = {
        "copper": prototype("fcc", "Cu"),
        "iron with 40 % vacancies": DefectRecipe(vacancies=0.4, seed=1).apply(iron),
    }
    doubtful = {
        "hcp magnesium": prototype("hcp", "Mg"),
        "rock salt": prototype("rocksalt", "NaCl"),
        "copper turned by 45°": turned(copper, 45),
    }
    for name, atoms in {**good, **doubtful}.items():
        verdict = classify(fingerprint(atoms))
        if yes_or_no(result(answer, verdict)) == (name in good):
            continue
        if name in good:
            raise Hint(f"Yours does not trust {name}: {verdict}, with no note at all.")
        raise Hint(
            f"Yours trusts {name}: “{verdict}”. The probability can't tell; it is high for things "
            f"that are none of the four classes. The verdict has a note: “{verdict.notes[0]}”"
        )
    return (
        "What lies outside the training set shows in how the image came about, or in the "
        "physics of the structure. The probability alone tells none of this."
    )


def turned(atoms: Atoms, degrees: float, axis: str = "z") -> Atoms:
    """The bare atoms, turned about an axis: what a file with Cartesian positions may hold."""
    bare = Atoms(numbers=atoms.numbers, positions=atoms.positions)
    bare.rotate(degrees, axis)
    return bare


# --- compounds ----------------------------------------------------------------------------------


def odd_over_even(answer: object) -> str:
    """The student's ``odd_over_even(f1, f2)``: |F(111)| / |F(200)| of rock salt."""
    atoms = prototype("rocksalt", "NaCl")
    first = atoms.numbers == atoms.numbers[0]
    for f1, f2 in ((11.0, 17.0), (17.0, 11.0), (3.0, 53.0), (18.0, 18.0)):
        f = np.where(first, f1, f2)
        phases = 2j * np.pi * atoms.get_scaled_positions() @ np.array([[1, 1, 1], [2, 0, 0]]).T
        odd, even = np.abs(f @ np.exp(phases))
        found, right = number(result(answer, f1, f2)), odd / even
        if np.isclose(found, right, atol=1e-9):
            continue
        told = f"For f₁ = {f1:g} and f₂ = {f2:g} your function gives {found:.4f}."
        if np.isclose(found, -right):
            raise Hint(f"{told} Only the sign: a modulus is not negative. Use `abs`.")
        if np.isclose(found, right**2):
            raise Hint(f"{told} That is the ratio of the intensities. Asked for: amplitudes.")
        if right and np.isclose(found, 1 / right):
            raise Hint(f"{told} Upside down: the weak, odd reflections go above.")
        if np.isclose(found, 1):
            raise Hint(
                f"{told} For odd h, k, l the two species scatter *against* each other: one of the "
                "two amplitudes has a minus sign."
            )
        raise Hint(
            f"{told} The sum over the eight atoms gives {right:.4f}. For odd h, k, l each Cl has "
            "the phase factor −1, for even ones +1; there are four of each species."
        )
    return (
        "|f₁ − f₂| / (f₁ + f₂): with equal form factors the odd reflections vanish, and what is "
        "left is simple cubic, of half the edge."
    )


# --- figures ------------------------------------------------------------------------------------


def draw_images(images: Sequence[Fingerprint], titles: Sequence[str]) -> Figure:
    """Fingerprints side by side."""
    figure = Figure(figsize=(2.0 * len(images), 2.45), layout="constrained")
    panels = np.ravel(figure.subplots(1, len(images)))
    for panel, image, title in zip(panels, images, titles, strict=True):
        panel.imshow(image.image, "inferno", PowerNorm(0.5, 0, 1), origin="lower")
        panel.set_title(title, fontsize=9)
        panel.set_axis_off()
    return figure


def draw_turning(angles: np.ndarray, probabilities: Mapping[str, np.ndarray]) -> Figure:
    """All four probabilities of turned crystals against the angle.

    Parameters
    ----------
    angles : (n,), degrees.
    probabilities : true label to (n, 4), in the order of `LABELS`.
    """
    figure = Figure(figsize=(8.4, 4.6), layout="constrained")
    panels = figure.subplots(2, 2, sharex=True, sharey=True)
    for panel, (true, curves) in zip(panels.ravel(), probabilities.items(), strict=True):
        for known, curve in zip(CLASSES, curves.T, strict=True):
            width = 2.5 if known.label == true else 1.2
            panel.plot(angles, curve, color=known.colour, linewidth=width, label=known.label)
        panel.set_title(f"{true}, turned", fontsize=10)
        panel.set_ylim(-0.03, 1.03)
    figure.legend(*panels[0, 0].get_legend_handles_labels(), loc="outside upper center", ncols=4)
    figure.supxlabel("angle about z (degrees)", fontsize=10)
    figure.supylabel("probability", fontsize=10)
    return figure


def draw_contrast(contrast: Mapping[str, float], verdicts: Mapping[str, Verdict]) -> Figure:
    """Probabilities of compounds against |f₁ − f₂| / (f₁ + f₂) at forward scattering."""
    order = sorted(contrast, key=contrast.__getitem__)
    figure = Figure(figsize=(7.6, 3.1), layout="constrained")
    panel = figure.subplots()
    for known in CLASSES:
        heights = [verdicts[name].probabilities[known.label] for name in order]
        panel.plot([contrast[name] for name in order], heights, "o-", color=known.colour)
    for name in order:
        panel.annotate(name, (contrast[name], 1.06), ha="center", fontsize=8, rotation=45)
    panel.set_ylim(-0.03, 1.25)
    panel.set_xlabel("contrast |f₁ − f₂| / (f₁ + f₂), with f = Z")
    panel.set_ylabel("probability")
    panel.legend(LABELS, fontsize=9, loc="center left")
    return figure
