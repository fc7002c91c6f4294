"""The figures of the evaluation's report, drawn with matplotlib, which is imported only here."""

from typing import Any

import numpy as np
from ase import Atoms
from ase.data.colors import jmol_colors

from ...crystals.classes import CLASSES, LABELS
from ...datasets.defects import DEFECTS
from ...datasets.structures import SPECIES
from ...diffraction.fingerprint import Fingerprint
from ...evaluation import scores as analysis
from ...evaluation.peers import CNA, ONE_SPECIES, PTM, SETTINGS, SPGLIB, Peers
from ...evaluation.predictions import PRISTINE
from ...evaluation.sizes import SIZES
from ..style import GREY

KINDS = {
    "vacancies": "vacancies (%)",
    "displacement": "displacement σ (Å)",
    "binary": "binary substitution (%)",
    "ternary": "ternary substitution (%)",
}
COLOURS = tuple(known.colour for known in CLASSES)
MARKERS = tuple(known.marker for known in CLASSES)
NOTABLE = 0.95
"""Elements with a lower probability somewhere are named."""
PEER_STYLES = {
    PTM: ("#D55E00", "o"),
    CNA: ("#56B4E9", "s"),
    SPGLIB: (GREY, "v"),
    ONE_SPECIES: (GREY, "^"),
}


def _figure(width: float, height: float) -> Any:
    from matplotlib.figure import Figure

    return Figure(figsize=(width, height), layout="constrained")


def _strengths(kind: str) -> tuple[list[int], list[float]]:
    """Indices into `DEFECTS` of one kind, and their strengths as shown on an axis."""
    numbers = [i for i, defect in enumerate(DEFECTS) if defect.kind == kind]
    factor = 1 if kind == "displacement" else 100
    return numbers, [factor * DEFECTS[i].strength for i in numbers]


def _kinds(height: float, label: str) -> tuple[Any, list[Any]]:
    """A panel for every kind of defect, as wide as it has strengths."""
    figure = _figure(8.6, height)
    widths = [len(_strengths(kind)[0]) + 1 for kind in KINDS]
    panels = figure.subplots(1, len(KINDS), sharey=True, width_ratios=widths)
    for panel, (kind, title) in zip(panels, KINDS.items(), strict=True):
        panel.set_xlabel(title)
        panel.set_xticks(_strengths(kind)[1])
        panel.margins(x=0.12)
        panel.grid(axis="y")
    panels[0].set_ylabel(label)
    return figure, list(panels)


def confidence_by_defect(rows: np.ndarray) -> Any:
    """Mean probability of the right class (lines) and its lowest hundredth (dots)."""
    figure, panels = _kinds(2.9, "probability of the right class")
    chances = analysis.right_probability(rows)
    for panel, kind in zip(panels, KINDS, strict=True):
        numbers, x = _strengths(kind)
        for number, (label, colour) in enumerate(zip(LABELS, COLOURS, strict=True)):
            own = [chances[(rows["defect"] == i) & (rows["label"] == number)] for i in numbers]
            mean = [part.mean() if len(part) else np.nan for part in own]
            low = [np.quantile(part, 0.01) if len(part) else np.nan for part in own]
            panel.plot(x, mean, marker=MARKERS[number], color=colour, markersize=4, label=label)
            panel.plot(x, low, ":", color=colour, linewidth=1.2)
    panels[-1].plot([], [], ":", color=GREY, label="lowest 1 %")
    panels[-1].legend(loc="lower right", fontsize=8)
    return figure


def confusion(tables: dict[str, np.ndarray]) -> Any:
    """Confusion matrices side by side: true classes down, answers across."""
    figure = _figure(3.6 * len(tables), 3.3)
    panels = figure.subplots(1, len(tables), squeeze=False)[0]
    for panel, (title, table) in zip(panels, tables.items(), strict=True):
        shares = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
        panel.imshow(shares, cmap="Blues", vmin=0, vmax=1)
        for (i, j), count in np.ndenumerate(table):
            colour = "white" if shares[i, j] > 0.5 else "#1f2328"
            panel.text(j, i, f"{count:,}", ha="center", va="center", color=colour, fontsize=8)
        panel.set_xticks(range(len(LABELS)), LABELS)
        panel.set_yticks(range(len(LABELS)), LABELS)
        panel.set_xlabel("answer")
        panel.set_title(title, fontsize=10)
        panel.tick_params(length=0)
        panel.spines[:].set_visible(False)
    panels[0].set_ylabel("class of the crystal")
    return figure


def reliability(found: analysis.Reliability) -> Any:
    """Fraction of right answers against probability, and how many answers there are of each."""
    figure = _figure(4.6, 4.0)
    above, below = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    middle, width = (found.edges[1:] + found.edges[:-1]) / 2, np.diff(found.edges)
    ends = [found.edges[0], 1]
    above.plot(ends, ends, "--", color=GREY, linewidth=1, label="perfectly calibrated")
    above.bar(middle, found.accuracy, 0.9 * width, color=COLOURS[0], alpha=0.3)
    above.plot(found.confidence, found.accuracy, "o", color=COLOURS[0], label="the network")
    above.set_ylabel("fraction right")
    above.set_ylim(0, 1.04)
    above.legend(loc="lower right")
    below.bar(middle, found.counts, 0.9 * width, color=COLOURS[0], log=True)
    below.set_ylabel("answers")
    below.set_xlabel("probability of the answer")
    below.set_ylim(bottom=0.5)
    return figure


def bond_lengths(rows: np.ndarray) -> Any:
    """Histogram of the bond lengths by class, and where the short ones begin."""
    figure = _figure(6.4, 2.8)
    panel = figure.subplots()
    edges = np.arange(0, rows["bond_length"].max() + 0.1, 0.1)
    own = [rows["bond_length"][rows["label"] == i] for i in range(len(LABELS))]
    panel.hist(own, edges, stacked=True, color=COLOURS, label=LABELS)
    panel.axvline(analysis.SHORT_BOND, color="#D55E00", linewidth=1.2)
    panel.text(
        analysis.SHORT_BOND - 0.04,
        0.98 * panel.get_ylim()[1],
        f"{analysis.SHORT_BOND} Å",
        ha="right",
        va="top",
        color="#D55E00",
    )
    panel.set_xlim(max(0.0, rows["bond_length"].min() - 0.5))
    panel.set_xlabel("mean nearest-neighbour distance (Å)")
    panel.set_ylabel("structures")
    panel.legend()
    return figure


def species(rows: np.ndarray) -> Any:
    """Probability of the right class by element: mean, and range down to the lowest."""
    figure = _figure(8.6, 2.6)
    panel = figure.subplots()
    scores = analysis.by_species(rows)
    chances = analysis.right_probability(rows)
    for symbol, found in scores.items():
        x = SPECIES.index(symbol) + 1
        mean = chances[rows["species"] == symbol].mean()
        colour = "#D55E00" if found.misses else COLOURS[0]
        panel.plot([x, x], [found.lowest, mean], color=colour, linewidth=1, alpha=0.5)
        panel.plot(x, mean, "o", color=colour, markersize=3)
        if found.misses or found.lowest < NOTABLE:
            panel.text(x, found.lowest - 0.02, symbol, ha="center", va="top", fontsize=8)
    panel.set_xlim(0, len(SPECIES) + 1)
    panel.set_ylim(bottom=max(-0.08, panel.get_ylim()[0] - 0.06))
    panel.set_xlabel("atomic number")
    panel.set_ylabel("probability of\nthe right class")
    panel.grid(axis="y")
    return figure


def sizes(rows: np.ndarray) -> Any:
    """Mean probability of the right class against size: pristine, and each kind of defect."""
    figure = _figure(6.4, 2.8)
    panel = figure.subplots()
    chances = np.take_along_axis(
        rows["probabilities"], rows["label"][..., None].astype(int), axis=-1
    )[..., 0]
    groups = {"pristine": [PRISTINE], **{kind: _strengths(kind)[0] for kind in KINDS}}
    for (name, numbers), marker in zip(groups.items(), "*so^v", strict=True):
        own = np.where(np.isin(rows["defect"], numbers), chances, np.nan)
        panel.plot(SIZES, np.nanmean(own, axis=(0, 2)), marker=marker, markersize=5, label=name)
    lowest = chances.min(axis=(0, 2))
    panel.plot(SIZES, lowest, ":", color=GREY, label="lowest of all")
    panel.set_xscale("log", base=2)
    panel.set_xticks(SIZES, [f"{size:,}" for size in SIZES])
    panel.set_xlabel("target number of atoms")
    panel.set_ylabel("probability of the right class")
    panel.grid(axis="y")
    panel.legend(ncols=2, loc="lower right")
    return figure


def peers(found: Peers, network: np.ndarray) -> Any:
    """Accuracy by defect, every method at its best setting.

    Parameters
    ----------
    network : (n, 14) whether the network was right, on the same structures as `found`.
    """
    from matplotlib import rcParams

    figure, panels = _kinds(3.2, "structures in the right class")
    for panel, kind in zip(panels, KINDS, strict=True):
        numbers, x = _strengths(kind)
        columns = np.array(numbers) + 1  # the first is the pristine structure
        own = network.mean(axis=0)[columns]
        panel.plot(x, own, color=rcParams["text.color"], alpha=0.3, linewidth=7, label="network")
        for method in found.answers:
            colour, marker = PEER_STYLES[method]
            right = found.correct(method)[found.best(method)].mean(axis=0)
            # what may lie under another one is larger and open
            look = {"linestyle": "-", "markersize": 4}
            if method == ONE_SPECIES:
                look = {"linestyle": ":", "markersize": 9, "markerfacecolor": "none"}
            panel.plot(x, right[columns], marker=marker, color=colour, label=method, **look)
        panel.set_ylim(-0.04, 1.06)
    figure.legend(
        *panels[0].get_legend_handles_labels(), ncols=5, loc="outside upper center", fontsize=8
    )
    panels[0].yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    return figure


def settings(found: Peers) -> Any:
    """Accuracy on the whole sample against the setting of each method."""
    methods = [method for method in found.answers if len(SETTINGS[method]) > 1]
    figure = _figure(8.6, 2.8)
    panels = figure.subplots(1, len(methods), sharey=True)
    for panel, method in zip(panels, methods, strict=True):
        right = found.correct(method).mean(axis=(1, 2))
        colour, marker = PEER_STYLES[method]
        panel.plot(range(len(right)), right, marker=marker, color=colour)
        names = [name.removeprefix("RMSD ") for name in SETTINGS[method]]
        panel.set_xticks(range(len(right)), names, rotation=60, ha="right", fontsize=8)
        panel.set_title(method, fontsize=10)
        panel.set_ylim(0, 1.04)
        panel.grid(axis="y")
    panels[0].set_ylabel("structures in\nthe right class")
    panels[0].yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    return figure


def structure(atoms: Atoms, vacant: np.ndarray, image: Fingerprint) -> Any:
    """The atoms in space, coloured by element, with crosses at vacant sites; and the fingerprint.

    Parameters
    ----------
    vacant : (n, 3) positions of the sites without an atom, Angstrom.
    """
    from matplotlib.colors import PowerNorm

    figure = _figure(5.2, 2.6)
    space = figure.add_subplot(1, 2, 1, projection="3d")
    for number in sorted(set(atoms.numbers.tolist())):
        own = atoms.positions[atoms.numbers == number]
        space.scatter(
            *own.T,
            color=np.minimum(jmol_colors[number], 0.72),  # white atoms would not be seen
            edgecolors="#555555",
            linewidths=0.4,
            s=42,
            label=atoms[atoms.numbers == number][0].symbol,
        )
    if len(vacant):
        space.scatter(*vacant.T, s=8, marker="x", color="#999999", linewidths=0.5)
    space.set_box_aspect(np.ptp(np.vstack([atoms.positions, vacant]), axis=0) + 1e-9, zoom=1.1)
    space.view_init(elev=18, azim=-62)
    space.set_axis_off()
    space.legend(loc="lower left", fontsize=7, handletextpad=0, borderpad=0)
    plane = figure.add_subplot(1, 2, 2)
    plane.imshow(image.image, cmap="inferno", origin="lower", norm=PowerNorm(0.5, 0, 1))
    plane.set_xticks([])
    plane.set_yticks([])
    return figure
