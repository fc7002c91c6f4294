"""The figures of the evaluation in any orientation, drawn with matplotlib."""

from typing import Any

import numpy as np

from ...crystals.classes import CLASSES, LABELS
from ...evaluation.robustness.grain_interiors import MISSING, NO_OVITO
from ...evaluation.robustness.scores import TRUST, confusion, methods, right, trusted
from ...evaluation.robustness.tasks import RobustnessEvaluation
from ...evaluation.robustness.trials import KINDS, PRISTINE, RATIOS, SIZES
from ...orientation.evidence import THRESHOLD
from ...orientation.trust import FEWEST
from ...specimens.single_crystals import BAIN
from ...specimens.specimen import NONE

COLOURS = tuple(known.colour for known in CLASSES)
GREY, ALARM = "#8c959f", "#D55E00"
MARKERS = tuple(known.marker for known in CLASSES)
NOTHING = "none of these"


def _figure(width: float, height: float, **panels: Any) -> tuple[Any, Any]:
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.subplots(**panels)


def matrix(rows: np.ndarray) -> Any:
    """Confusion matrix: true classes and none down; trusted answers and none of these across."""
    figure, panel = _figure(5.2, 3.9)
    table = confusion(rows)
    shares = table / np.maximum(table.sum(axis=1, keepdims=True), 1)
    panel.imshow(shares, cmap="Blues", vmin=0, vmax=1)
    for (i, j), count in np.ndenumerate(table):
        colour = "white" if shares[i, j] > 0.5 else "#1f2328"
        panel.text(j, i, f"{count:,}", ha="center", va="center", color=colour, fontsize=9)
    panel.set_xticks(range(5), (*LABELS, NOTHING))
    panel.set_yticks(range(5), (*LABELS, "outside"))
    panel.set_xlabel("trusted answer")
    panel.set_ylabel("truth")
    panel.tick_params(length=0)
    panel.spines[:].set_visible(False)
    return figure


def trust_by_kind(rows: np.ndarray) -> Any:
    """Trust of every structure, class by class and kind by kind."""
    kinds = [*LABELS, *KINDS]
    figure, panel = _figure(7.6, 4.6)
    rng = np.random.default_rng(0)
    own = rows[np.isin(rows["part"], ("turned", "outside"))]
    for height, kind in enumerate(kinds):
        trust = own["trust"][own["kind"] == kind]
        colour = COLOURS[LABELS.index(kind)] if kind in LABELS else GREY
        places = height + rng.uniform(-0.3, 0.3, len(trust))
        panel.plot(trust, places, ".", color=colour, markersize=2, alpha=0.5, rasterized=True)
    panel.axvline(THRESHOLD, color=ALARM, linewidth=1)
    panel.text(THRESHOLD + 0.005, -1.0, f"trusted from {THRESHOLD} on", color=ALARM, fontsize=8)
    panel.set_yticks(range(len(kinds)), kinds)
    panel.set_ylim(len(kinds) - 0.4, -1.5)
    panel.set_xlim(-0.01, 1.01)
    panel.set_xlabel("trust")
    panel.grid(axis="x")
    return figure


def curves(rows: np.ndarray, calibration: np.ndarray) -> Any:
    """Receiver operating characteristics: outsiders accepted against members rejected."""
    figure, panels = _figure(8.6, 3.8, ncols=2, sharey=True)
    inside, outside = rows["part"] == "turned", rows["part"] == "outside"
    styles = ("-", "-", "--", "-", "--", "-", "-")
    colours = (*(ALARM, GREY, GREY), *("#CC79A7", "#CC79A7"), "#0072B2", "#56B4E9")
    found = methods(rows, calibration).items()
    for (name, score), style, colour in zip(found, styles, colours, strict=True):
        for panel, among in zip(panels, (outside, outside & (rows["kind"] == "hcp")), strict=True):
            members, others = np.sort(score[inside]), np.sort(score[among])
            thresholds = np.unique(np.concatenate([members, others]))
            rejected = np.searchsorted(members, thresholds) / len(members)
            accepted = 1 - np.searchsorted(others, thresholds) / len(others)
            panel.plot(
                np.maximum(rejected, 1e-4),
                accepted,
                style,
                color=colour,
                linewidth=2.4 if name == TRUST else 1.2,
                label=name,
            )
    for panel, title in zip(panels, ("all outside the classes", "hcp alone"), strict=True):
        panel.set_xscale("log")
        panel.set_xlim(1e-4, 1)
        panel.axvline(0.01, color=GREY, linewidth=0.8, linestyle=":")
        panel.set_xlabel("members rejected")
        panel.set_title(title, fontsize=10)
        panel.grid(axis="y")
    panels[0].set_ylabel("outsiders accepted")
    figure.legend(*panels[0].get_legend_handles_labels(), ncols=3, loc="outside upper center")
    return figure


def bain(rows: np.ndarray) -> Any:
    """Trust and probabilities against c/a, from bcc to fcc: mean and range."""
    figure, panel = _figure(6.4, 3.2)
    own = [rows[np.isclose(rows["c_over_a"], ratio)] for ratio in RATIOS]
    for number, (label, colour) in enumerate(zip(LABELS, COLOURS, strict=True)):
        mean = [part["probabilities"][:, number].mean() for part in own]
        panel.plot(RATIOS, mean, color=colour, linewidth=1.4, label=f"p({label})")
    panel.fill_between(
        RATIOS,
        [part["trust"].min() for part in own],
        [part["trust"].max() for part in own],
        color=ALARM,
        alpha=0.25,
        linewidth=0,
    )
    panel.plot(RATIOS, [p["trust"].mean() for p in own], color=ALARM, linewidth=2.4, label="trust")
    panel.axhline(THRESHOLD, color=ALARM, linewidth=0.8, linestyle=":")
    panel.set_xticks([1, 1.1, 1.2, 1.3, 1.4, BAIN], ["1\nbcc", 1.1, 1.2, 1.3, "", "√2\nfcc"])
    panel.set_xlabel("c/a")
    panel.grid(axis="y")
    panel.legend(ncols=2)
    return figure


def sizes(rows: np.ndarray) -> Any:
    """Share that is right, trusted, and outside but trusted, against the number of atoms."""
    figure, panel = _figure(6.8, 3.2)
    inside = rows["label"] != NONE
    bct = rows["kind"] == "bct"
    lines = (
        ("members, class right", inside, right(rows), COLOURS[0], "o-"),
        ("members, trusted", inside, trusted(rows), COLOURS[2], "s-"),
        ("tetragonal, 1.1 < c/a < 1.3, trusted", bct, trusted(rows), ALARM, "D--"),
        ("others outside, trusted", ~inside & ~bct, trusted(rows), GREY, "^--"),
    )
    present = [size for size in SIZES if near(rows, size).any()]
    for name, among, what, colour, style in lines:
        shares = [what[among & near(rows, size)].mean() for size in present]
        panel.plot(present, shares, style, color=colour, markersize=4, label=name)
    panel.axvline(FEWEST, color=GREY, linewidth=0.8, linestyle=":")
    panel.text(FEWEST * 1.04, 0.46, f"{FEWEST}", color=GREY, fontsize=8)
    panel.set_xscale("log")
    panel.set_xlabel("atoms")
    panel.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    panel.grid(axis="y")
    panel.legend(loc="center right")
    return figure


def near(rows: np.ndarray, size: int) -> np.ndarray:
    """Rows of about `size` atoms: rounding of vacancies, and the largest structure there can be."""
    among = np.argmin(np.abs(np.log(rows["atoms"][:, None] / np.array(SIZES))), axis=1)
    return np.asarray(np.array(SIZES)[among] == size)


def grains(places: np.ndarray) -> Any:
    """Share of the places that are right in class and within three degrees, against vacancies."""
    figure, panel = _figure(5.6, 3.2)
    theirs = bool((places["ptm"] != NO_OVITO).all())
    for number, (label, colour) in enumerate(zip(LABELS, COLOURS, strict=True)):
        mine = places[places["label"] == number]
        present = [share for share in MISSING if np.isclose(mine["missing"], share).any()]
        own = [mine[np.isclose(mine["missing"], share)] for share in present]
        lines = {"-": [ours(part).mean() for part in own]}
        if theirs:
            lines[":"] = [(part["ptm"] == part["label"]).mean() for part in own]
        for style, shares in lines.items():
            panel.plot(
                100 * np.array(present), shares, style, color=colour, marker=MARKERS[number],
                markersize=4, label=label if style == "-" else None,
            )  # fmt: skip
    if theirs:
        panel.plot([], [], ":", color=GREY, label="OVITO, PTM")
    panel.set_xlabel("atoms missing (%)")
    panel.set_ylabel("places in the right class")
    panel.set_ylim(-0.04, 1.06)
    panel.yaxis.set_major_formatter(lambda value, _: f"{value:.0%}")
    panel.grid(axis="y")
    panel.legend(ncols=2, loc="lower left")
    return figure


def ours(places: np.ndarray) -> np.ndarray:
    """Right in class and within three degrees of the grain, (n,) bool."""
    return np.asarray((places["answer"] == places["label"]) & (places["off"] < 3))


def shares_by_defect(found: RobustnessEvaluation) -> Any:
    """Share of right answers and of trusted verdicts by defect, blocks and spheres together."""
    from ...datasets.defects import DEFECTS

    rows = found.part("turned")
    figure, panel = _figure(7.6, 3.2)
    numbers = range(PRISTINE, len(DEFECTS))
    names = ["pristine", *map(str, DEFECTS)]
    for what, colour, style, name in (
        (right(rows), COLOURS[0], "o-", "class right"),
        (trusted(rows), ALARM, "s--", "trusted"),
    ):
        own = [what[rows["defect"] == number].mean() for number in numbers]
        panel.plot(names, own, style, color=colour, markersize=4, label=name)
    panel.yaxis.set_major_formatter(lambda value, _: f"{value:.2%}")
    panel.tick_params(axis="x", rotation=40)
    for label in panel.get_xticklabels():
        label.set_horizontalalignment("right")
    panel.grid(axis="y")
    panel.legend(loc="lower left")
    return figure
