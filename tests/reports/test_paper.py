"""The figures of the paper: what stands in them, and the command that draws them."""

import csv
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

import facecrystal_widgets as fc
from facecrystal_widgets.cli import main
from facecrystal_widgets.convnet.layers import CONV_LAYERS
from facecrystal_widgets.crystals.classes import CLASSES, LABELS
from facecrystal_widgets.evaluation.curves import (
    Curve,
    average,
    melting_path,
    removal_path,
    save_table,
)
from facecrystal_widgets.reports.paper import figure_2, figure_4a, figure_4b
from facecrystal_widgets.reports.style import save


def curve(kind: str, label: str = "bcc") -> Curve:
    """An invented curve over three structures."""
    recipes = removal_path(0) if kind == "transition" else melting_path(0)
    paths = np.random.default_rng(1).dirichlet(np.ones(4), (3, len(recipes)))
    return average([*paths], recipes, kind, label, 0)


def run(capsys: pytest.CaptureFixture[str], *words: object) -> tuple[int, str, str]:
    """Exit code, standard output and standard error of ``facecrystal figures``."""
    code = main(["figures", *map(str, words)])
    return code, *capsys.readouterr()


# --- what is drawn ------------------------------------------------------------------------------


def test_figure_2_shows_fingerprints_and_differences() -> None:
    figure = figure_2(seed=3)
    shown = {
        panel.get_title("left") or panel.get_title(): np.asarray(panel.get_images()[0].get_array())
        for panel in figure.axes
        if panel.get_images()
    }
    bcc = fc.fingerprint(fc.prototype("bcc", "Fe")).image
    np.testing.assert_array_equal(shown["Fe, bcc (Im-3m)"], bcc)
    copper = fc.build_cluster(fc.prototype("fcc", "Cu"))
    pristine = fc.fingerprint(copper).image
    broken = fc.fingerprint(fc.DefectRecipe(vacancies=0.5, seed=3).apply(copper)).image
    moved = fc.fingerprint(fc.DefectRecipe(displacement=0.15, seed=3).apply(copper)).image
    np.testing.assert_array_equal(shown["72 atoms"], broken)
    np.testing.assert_array_equal(shown["g"], broken - pristine)
    np.testing.assert_array_equal(shown["h"], moved - pristine)
    letters = [panel.get_title("left") for panel in figure.axes if panel.get_title("left")]
    assert sorted(letters) == list("cdefgh")
    balls = [len(c.get_offsets()) for panel in figure.axes for c in panel.collections]
    assert [n for n in balls if n > 1] == [144, 72, 144]


def lines(panel: Any) -> dict[str, Any]:
    return {line.get_label(): line for line in panel.get_lines()}


def test_figure_4a_shows_means_and_bands_of_the_two_classes() -> None:
    bcc, diamond = curve("transition"), curve("transition", "diamond")
    figure = figure_4a(bcc, diamond)
    assert [panel.get_xlabel() for panel in figure.axes] == [bcc.x_label, diamond.x_label]
    for panel, known, labels in zip(
        figure.axes, (bcc, diamond), (["bcc", "sc"], ["diamond", "fcc"]), strict=True
    ):
        drawn = lines(panel)
        assert list(drawn) == [f"p({label})" for label in labels]
        for label, band in zip(labels, panel.collections, strict=True):
            line, colour = drawn[f"p({label})"], CLASSES[LABELS.index(label)].colour
            np.testing.assert_array_equal(line.get_xdata(), known.x)
            np.testing.assert_array_equal(line.get_ydata(), known.mean[label])
            assert line.get_color() == colour
            height = np.ptp([p[1] for p in band.get_paths()[0].vertices if p[0] == 50])
            assert height == pytest.approx(2 * known.std[label][5])
        markers = {line.get_marker() for line in drawn.values()}
        assert len(markers) == 2  # not by colour alone


def test_figure_4b_shows_all_classes_and_both_definitions(tmp_path: Path) -> None:
    known = curve("melting")
    figure = figure_4b(known)
    (panel,) = figure.axes
    drawn = lines(panel)
    assert list(drawn) == [f"p({label})" for label in LABELS]
    for label in LABELS:
        np.testing.assert_array_equal(drawn[f"p({label})"].get_ydata(), known.mean[label])
    svg = save(figure, tmp_path, "b")[1].read_text("utf-8")
    assert "σ per component / bond length" in svg
    assert "rms displacement / bond length" in svg
    (above,) = panel.child_axes
    assert above.get_xlim() == pytest.approx((0, 0.4 * 3**0.5))


def test_tables_hold_what_is_drawn(tmp_path: Path) -> None:
    curves = [curve("transition"), curve("transition", "diamond")]
    path = save_table(curves, tmp_path, "table")
    with path.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == 22
    assert [row["start"] for row in rows] == ["bcc"] * 11 + ["diamond"] * 11
    assert [float(row["x"]) for row in rows[:11]] == list(curves[0].x)
    assert {(row["structures"], row["seed"], row["kind"]) for row in rows} == {
        ("3", "0", "transition")
    }
    for label in LABELS:
        found = [float(row[f"std_{label}"]) for row in rows[11:]]
        assert found == pytest.approx(curves[1].std[label], abs=1e-6)


def test_the_same_figure_is_the_same_file(tmp_path: Path) -> None:
    kept = []
    for name in ("one", "other"):
        kept.append([p.read_bytes() for p in save(figure_4b(curve("melting")), tmp_path, name, 50)])
    assert kept[0] == kept[1]
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "one.png",
        "one.svg",
        "other.png",
        "other.svg",
    ]


# --- facecrystal figures ------------------------------------------------------------------------


def test_figure_5_is_drawn(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = tmp_path / "new" / "figures"
    code, out, err = run(capsys, "5a", "5b", "--class", "bcc", "-o", folder)
    assert (code, err) == (0, "")
    names = ["figure-5a-bcc.png", "figure-5a-bcc.svg", "figure-5b.png", "figure-5b.svg"]
    assert [Path(line) for line in out.splitlines()] == [folder / name for name in names]
    for name, panels in (("figure-5a-bcc", 24), ("figure-5b", 4)):
        with Image.open(folder / f"{name}.png") as picture:
            assert np.asarray(picture.convert("L"), float).std() > 30
        assert (folder / f"{name}.svg").read_text("utf-8").count("<image ") == panels
    text = (folder / "figure-5a-bcc.svg").read_text("utf-8")
    assert "Cu, bcc (Im-3m)" in text
    assert all(f">{layer}<" in text for layer in CONV_LAYERS)
    assert all(label in (folder / "figure-5b.svg").read_text("utf-8") for label in LABELS)


def test_all_figures_are_drawn_when_none_is_named(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("-o", tmp_path, "--samples", 2, "--jobs", 1, "--dpi", 50)
    code, out, err = run(capsys, *words)
    assert (code, err) == (0, "")
    written = [Path(line) for line in out.splitlines()]
    assert set(written) == set(tmp_path.iterdir())
    names = {path.stem for path in written if path.suffix == ".png"}
    assert names == {"figure-2", "figure-4a", "figure-4b", "figure-5a-fcc", "figure-5b"}
    assert {path.stem for path in written if path.suffix == ".csv"} == {"figure-4a", "figure-4b"}
    with Image.open(tmp_path / "figure-2.png") as picture:
        assert picture.width == 390


def test_an_unknown_element(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "5a", "--element", "Xx", "-o", tmp_path)
    assert (code, out) == (1, "")
    assert err.startswith("facecrystal figures: ")
    assert "Xx" in err


def test_more_samples_than_there_are(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "4b", "--samples", 2000, "-o", tmp_path)
    assert (code, out) == (1, "")
    assert err == (
        "facecrystal figures: number: expected a whole number from 1 to 1,577, received 2000\n"
    )


def test_a_cluster_that_does_not_answer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, err = run(capsys, "4b", "--cluster", "nonsense://here", "-o", tmp_path)
    assert (code, out) == (1, "")
    assert err.startswith("facecrystal figures: no Dask scheduler answers at nonsense://here")
