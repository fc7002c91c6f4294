"""The lesson: predictions, checks, and the exercises of notebooks 1 and 2."""

import re
from collections.abc import Callable
from typing import Any

import ipywidgets as ipw
import numpy as np
import pytest
from matplotlib.figure import Figure

import facecrystal_widgets as fc
from facecrystal_widgets.diffraction.form_factors import form_factor_values
from facecrystal_widgets.lesson import (
    Hint,
    Prediction,
    beside,
    check,
    face_of_crystals,
    fingerprint,
)
from facecrystal_widgets.lesson import checking as core
from facecrystal_widgets.lesson.optics import OpticsPanel
from facecrystal_widgets.widgets import FingerprintPanel

Shown = list[dict[str, str]]


@pytest.fixture
def shown(monkeypatch: pytest.MonkeyPatch) -> Shown:
    """What `check` has displayed."""
    found: Shown = []
    monkeypatch.setattr(core, "display", lambda data, raw: found.append(data))
    return found


def hint(checker: Callable[[Any], str], answer: object) -> str:
    """The hint that a wrong answer gets."""
    with pytest.raises(Hint) as caught:
        checker(answer)
    return str(caught.value)


# --- check --------------------------------------------------------------------------------------


def is_three(answer: Any) -> str:
    if answer + 1 != 4:
        raise Hint("One more than it is `4`.")
    return "Three is **right**."


@pytest.mark.parametrize(
    ("answer", "word", "inside"),
    [
        (3, "Right.", "Three is <b>right</b>."),
        (4, "Not yet.", "One more than it is <code>4</code>."),
        ("<b>", "Not yet.", "<code>str</code>"),
        (None, "Your turn.", "in place of the dots"),
        (..., "Your turn.", "in place of the dots"),
        (" ", "Your turn.", "in place of the dots"),
        (np.array([]), "Your turn.", "in place of the dots"),
        ([], "Your turn.", "in place of the dots"),
        ((1, ...), "Your turn.", "in place of the dots"),
        ({"fcc": ...}, "Your turn.", "in place of the dots"),
    ],
)
def test_check_says_so(shown: Shown, answer: object, word: str, inside: str) -> None:
    assert check(is_three, answer) is None
    (box,) = shown
    assert word in box["text/html"]
    assert inside in box["text/html"]
    assert box["text/plain"].startswith(word)


def test_right_and_wrong_differ_in_colour_and_in_words(shown: Shown) -> None:
    check(is_three, 3)
    check(is_three, 4)
    assert core.RIGHT in shown[0]["text/html"]
    assert core.WRONG in shown[1]["text/html"]


# --- predictions --------------------------------------------------------------------------------


def test_nothing_is_revealed_before_the_student_commits() -> None:
    calls: list[int] = []
    prediction = Prediction("?", ["a", "b"], lambda: calls.append(1), answer=1)
    assert prediction.button.disabled
    prediction.options.value = 1
    assert not prediction.button.disabled
    assert (calls, prediction.committed) == ([], None)
    prediction.button.click()
    assert (calls, prediction.committed) == ([1], 1)
    assert prediction.options.disabled
    assert prediction.button.disabled
    assert "Right" in prediction.word.value
    prediction.commit(0)
    assert (calls, prediction.committed, prediction.options.value) == ([1], 1, 1)
    prediction.close()


def test_it_says_that_it_computes() -> None:
    words: list[str] = []
    prediction = Prediction("?", ["a"], lambda: words.append(prediction.word.value))
    prediction.commit(0)
    assert words == ["computing …"]
    assert prediction.word.value == "You said: a"


def test_a_wrong_prediction_is_told_what_is_right() -> None:
    prediction = Prediction("?", ["a < b", "c"], lambda: None, answer=0)
    prediction.commit(1)
    assert "Not so." in prediction.word.value
    assert "a &lt; b" in prediction.word.value


def test_texts_widgets_and_figures_are_revealed() -> None:
    from plotly.graph_objects import Figure as PlotlyFigure
    from plotly.graph_objects import FigureWidget

    label, figure = ipw.Label("x"), Figure()
    parts = ["$x$", label, figure, PlotlyFigure()]
    prediction = Prediction("?", ["a"], lambda: parts)
    prediction.commit(0)
    text, widget, picture, plot = prediction.revealed.children
    assert text.outputs[0]["data"]["text/markdown"] == "$x$"
    assert widget is label
    assert bytes(picture.value).startswith(b"\x89PNG")
    assert isinstance(plot, FigureWidget)


def test_a_reveal_that_fails_says_so_and_raises() -> None:
    def broken() -> str:
        raise ValueError("no such file")

    prediction = Prediction("?", ["a"], broken)
    with pytest.raises(ValueError, match="no such file"):
        prediction.commit(0)
    assert "no such file" in prediction.word.value
    with pytest.raises(TypeError, match="received int"):
        Prediction("?", ["a"], lambda: 3).commit(0)
    with pytest.raises(ValueError, match="index below 1"):
        Prediction("?", ["a"], lambda: None, answer=1)


def test_panels_beside_one_another_share_a_status_line() -> None:
    session = fc.Session(strict=True)
    box = beside(OpticsPanel(session), FingerprintPanel(session))
    assert box.children[-1].value.count("ready") == 2  # the class and the word


def test_the_bench_sets_the_detector() -> None:
    session = fc.Session(strict=True)
    bench = OpticsPanel(session)
    before = session.get("fingerprint").image
    bench.wavelength.value = 0.1
    bench.zone.value = 0
    bench.gamma.value = 2.0
    detector = session.detector
    assert (detector.wavelength, detector.zone_angle, session.gamma) == (0.1, 0, 2.0)
    assert detector.distance == pytest.approx(0.05)
    assert session.get("fingerprint").image.shape == before.shape
    assert "50 mm" in bench.about.value
    bench.close()


# --- notebook 1 ---------------------------------------------------------------------------------

GROUPS = {"fcc": 225, "diamond": 227, "bcc": 229, "sc": 221}


def test_space_groups() -> None:
    assert "four space groups" in face_of_crystals.space_groups(GROUPS)
    assert "`bcc`" in hint(face_of_crystals.space_groups, GROUPS | {"bcc": 225})
    assert "No entry for sc" in hint(
        face_of_crystals.space_groups, {k: GROUPS[k] for k in list(GROUPS)[:3]}
    )
    assert "dictionary" in hint(face_of_crystals.space_groups, [225])
    assert "without quotes" in hint(face_of_crystals.space_groups, GROUPS | {"sc": "221"})
    whole = fc.find_symmetry(fc.prototype("fcc", "Cu"))
    assert ".number" in hint(face_of_crystals.space_groups, GROUPS | {"fcc": whole})


def test_harm() -> None:
    assert "P1" in face_of_crystals.breaking_recipe(fc.DefectRecipe(vacancies=0.3, seed=1))
    assert "still recognises" in hint(face_of_crystals.breaking_recipe, fc.DefectRecipe())
    assert "Too much" in hint(face_of_crystals.breaking_recipe, fc.DefectRecipe(displacement=1.5))
    assert "Expected a recipe" in hint(face_of_crystals.breaking_recipe, 0.3)
    same = fc.DefectRecipe(substitution=0.25, species=("Fe",))
    assert "another element" in hint(face_of_crystals.breaking_recipe, same)


def test_accuracy() -> None:
    table = np.array([[3, 0, 0, 0], [1, 2, 0, 0], [0, 0, 3, 0], [0, 0, 0, 1]])
    checker = face_of_crystals.accuracy(table)
    assert checker(0.9).startswith("1 of 10")
    assert "percent" in hint(checker, 90)
    assert "wrong answers" in hint(checker, 0.1)
    assert "rounding" in hint(checker, 0.905)
    assert "divide" in hint(checker, 9)
    assert "diagonal" in hint(checker, 0.5)
    assert "str" in hint(checker, "nine")


def test_the_confusion_matrix_counts_answers() -> None:
    iron = fc.classify(fc.fingerprint(fc.prototype("bcc", "Fe")))
    table = face_of_crystals.confusion_matrix(["bcc", "sc"], [iron, iron])
    assert table.tolist() == [[0] * 4, [0] * 4, [0, 0, 1, 0], [0, 0, 1, 0]]
    assert isinstance(face_of_crystals.draw_confusion({"a": table + 1}), Figure)


def test_what_notebook_1_reveals_is_so() -> None:
    words, *_ = face_of_crystals.reveal_vacancies()
    assert [line.count("bcc") for line in str(words).splitlines()[-3:]] == [1, 1, 1]
    medians = [float(line.split("|")[3]) for line in str(words).splitlines()[-3:]]
    assert medians == sorted(medians)
    assert "diamond (Fd-3m)" in face_of_crystals.reveal_unknown()
    assert face_of_crystals.unknown()[1] == "diamond"
    words, _ = face_of_crystals.reveal_attention()
    on_spots, area = map(int, re.findall(r"(\d+) % of the (?:map|pixels)", str(words))[:2])
    assert on_spots > max(50, 3 * area)


@pytest.mark.slow
def test_the_curve_crosses_where_the_prediction_says() -> None:
    words, figure = face_of_crystals.reveal_transition()
    (crossing,) = re.findall(r"where (\d+) % of", str(words))
    assert 70 < int(crossing) < 90
    assert isinstance(figure, Figure)


@pytest.mark.slow
def test_near_neighbours_on_the_map_share_their_class() -> None:
    words, figure = face_of_crystals.reveal_map()
    (same,) = re.findall(r"([\d.]+) % are of the same class", str(words))
    assert float(same) > 90
    assert isinstance(figure, Figure)


# --- notebook 2 ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def scattering() -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """q, positions and form factors as the notebook has them."""
    atoms = fc.build_cluster(fc.prototype("bcc", "Fe"))
    detector = fc.Detector()
    q = detector.scattering_vectors()
    positions = atoms.positions / fc.bond_length(atoms) @ detector.rotation.T
    return q, positions, form_factor_values(26, np.linalg.norm(q, axis=-1) / (4 * np.pi))


def test_the_wave(scattering: Any) -> None:
    q, r, f = scattering
    r = r + 0.1  # with its centre of inversion at the origin the sum would be real
    checker = fingerprint.WaveChecker(q, r, f)
    waves = np.exp(-1j * (q @ r.T))
    right = f * waves.sum(axis=-1)
    assert "128 waves" in checker(right)
    assert "sum" in hint(checker, waves)
    assert "modulus" in hint(checker, np.abs(right))
    assert "1j" in hint(checker, right.real)
    assert "sign" in hint(checker, right.conj())
    assert "form factor" in hint(checker, waves.sum(axis=-1))
    assert "shape" in hint(checker, 3)
    assert "differs" in hint(checker, 2 * right)


def test_the_pattern(scattering: Any) -> None:
    psi = fingerprint.amplitude(*scattering)
    omega = fc.Detector().solid_angle()
    checker = fingerprint.PatternChecker(psi, omega)
    right = fingerprint.pattern(psi, omega)
    assert "fingerprint" in checker(right)
    assert "maximum" in hint(checker, omega * np.abs(psi) ** 1.5)
    assert "γ = 2" in hint(checker, fingerprint.pattern(psi, omega, 2))
    assert "solid angle" in hint(checker, fingerprint.pattern(psi, np.ones_like(omega)))
    assert "real" in hint(checker, psi)
    assert "shape" in hint(checker, right[0])
    assert "eq. 2" in hint(checker, right**0.9)


def test_ten_lines_make_the_same_image_as_the_engine(scattering: Any) -> None:
    psi = fingerprint.amplitude(*scattering)
    image = fingerprint.pattern(psi, fc.Detector().solid_angle())
    engine = fc.fingerprint(fc.prototype("bcc", "Fe")).image
    assert np.abs(image - engine).max() < 1e-6


def test_the_radius_of_a_spot() -> None:
    d = 2 / 6**0.5
    theta = np.arcsin(0.05 / (2 * d))
    assert "pixels" in fingerprint.spot_radius(0.1 * np.tan(2 * theta) / 4e-4)
    assert "bond" in hint(fingerprint.spot_radius, 17.7)
    assert "√2" in hint(fingerprint.spot_radius, 10.8)
    assert "twice" in hint(fingerprint.spot_radius, 0.1 * np.tan(theta) / 4e-4)
    assert "edge of a pixel" in hint(fingerprint.spot_radius, 0.1 * np.tan(2 * theta))
    assert "Step by step" in hint(fingerprint.spot_radius, 30)
    assert "number" in hint(fingerprint.spot_radius, "far")


def test_what_notebook_2_reveals_is_so() -> None:
    along_001, along_011 = fingerprint.correlation(0), fingerprint.correlation(45)
    pair = fc.LABELS.index("bcc"), fc.LABELS.index("diamond")
    assert along_001[pair] == pytest.approx(np.triu(along_001, 1).max())
    assert along_001[pair] > 0.8
    assert along_011[pair] < 0.5
    assert fingerprint.peaks("H", 1.5)["200"] > 5 * fingerprint.peaks("H", 2)["200"]
    damaged = fc.DefectRecipe(vacancies=0.3, displacement=0.1, seed=1)
    differences = [
        value for _, value in fingerprint.friedel(damaged.apply(face_of_crystals.iron()))
    ]
    assert differences == sorted(differences, reverse=True)
    assert 0 < differences[0] < 0.05
    widths = [row.split("|")[3] for row in str(fingerprint.compare_sizes()[0]).splitlines()[-3:]]
    assert np.ptp(np.array(widths, float)) < 0.1 * float(widths[-1])


def test_figures_of_notebook_2_are_drawn() -> None:
    for parts in (
        fingerprint.compare_exponents(),
        fingerprint.compare_zones(),
        fingerprint.compare_friedel(face_of_crystals.iron()),
        [fingerprint.draw_ewald({"here": 0.05})],
    ):
        assert any(isinstance(part, Figure) for part in parts)
