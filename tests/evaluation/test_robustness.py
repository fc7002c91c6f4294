"""The evaluation in any orientation: its structures, its statistics, its report."""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from ase import Atoms

import facecrystal_widgets as fc
from facecrystal_widgets.cli import main
from facecrystal_widgets.compute.workers import HERE
from facecrystal_widgets.convnet.layers import pretrained_network
from facecrystal_widgets.convnet.weights import PRETRAINED
from facecrystal_widgets.crystals.classes import BY_LABEL, LABELS
from facecrystal_widgets.datasets.structures import SPECIES
from facecrystal_widgets.evaluation.robustness import grain_interiors as interiors
from facecrystal_widgets.evaluation.robustness import tasks as evaluation
from facecrystal_widgets.evaluation.robustness import trials, uncertainty
from facecrystal_widgets.evaluation.robustness.scores import (
    auroc,
    confusion,
    right,
    separations,
    trusted,
)
from facecrystal_widgets.evaluation.robustness.tasks import (
    RobustnessEvaluation,
    evaluate_robustness,
)
from facecrystal_widgets.evaluation.robustness.trials import CALIBRATION, PAIRS, PRISTINE, TEST
from facecrystal_widgets.evaluation.robustness.uncertainty import mahalanobis, nearest
from facecrystal_widgets.orientation.rotations import misorientation
from facecrystal_widgets.reports.document import write_report
from facecrystal_widgets.reports.robustness.report import build_report
from facecrystal_widgets.reports.robustness.tables import by_defect, by_kind, methods
from facecrystal_widgets.specimens.disorder import dimers
from facecrystal_widgets.specimens.grains import polycrystal
from facecrystal_widgets.specimens.specimen import NONE

IRON, SILICON = PAIRS.index(("Fe", "bcc")), PAIRS.index(("Si", "diamond"))
RNG = np.random.default_rng(0)


@pytest.fixture(scope="module")
def small() -> RobustnessEvaluation:
    """Two pairs, two kinds outside, one size draw, one Bain draw, one polycrystal."""
    stages: list[np.ndarray] = [
        np.concatenate(
            [
                *(trials.class_trials(index, 3, stage) for index in (IRON, SILICON)),
                *(trials.outside_trials(kind, 1, 3, stage) for kind in ("hcp", "gas")),
            ]
        )
        for stage in (TEST, CALIBRATION)
    ]
    more = [trials.small_and_large("bcc", 1, 3), trials.small_and_large("bct", 1, 3)]
    more += [trials.small_and_large("packing", 1, 3), trials.bain_path(0, 3)]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(interiors, "PLACES", 60)
        places = interiors.grain_rows("fcc", 1, 3)
    about = {"seed": 3, "model_sha256": "0" * 64, "versions": {"python": "3"}}
    return RobustnessEvaluation(np.concatenate([stages[0], *more]), stages[1], places, 2, about)


# --- the structures -----------------------------------------------------------------------------


def test_members_are_what_they_say(small: RobustnessEvaluation) -> None:
    turned, given = small.part("turned"), small.part("given")
    assert len(turned) == 2 * len(given) == 2 * 2 * 14
    assert set(turned["shape"]) == {"block", "sphere"}
    assert right(turned).all()
    assert trusted(turned).all()
    assert (turned["off"] < 1).all()
    assert turned["turned"].mean() > 0.9  # by chance a rotation is nearly none
    assert not given["turned"].any()
    assert (given["given"] == given["label"]).all()
    half = turned[(turned["defect"] == 4) & (turned["shape"] == "sphere")]
    assert (half["atoms"] == trials.SITES // 2).all()
    assert (turned["atoms"][turned["defect"] == PRISTINE] >= 125).all()


def test_outsiders_are_outside(small: RobustnessEvaluation) -> None:
    outside = small.part("outside")
    assert len(outside) == 2 * 9
    assert (outside["label"] == NONE).all()
    assert np.isnan(outside["off"]).all()
    assert not trusted(outside).any()


@pytest.mark.parametrize("kind", [k for k in trials.KINDS if k not in trials.MOLTEN])
def test_every_kind_can_be_made(kind: str) -> None:
    made, species, ratio = trials.endless(kind, 1, np.random.default_rng(4))
    assert made.atoms.pbc.all()
    assert (made.labels == NONE).all()
    assert set(made.atoms.get_chemical_symbols()) <= set(SPECIES)
    assert species
    assert np.isnan(ratio) == (kind != "bct")


def test_calibration_and_test_share_no_draw() -> None:
    first, again, other = (
        trials.outside_trials("dimers", 0, 5, stage) for stage in (TEST, TEST, CALIBRATION)
    )
    assert first.tobytes() == again.tobytes()  # nan is nan, too
    assert not np.intersect1d(first["bond_length"], other["bond_length"]).size


def test_sizes_are_those_asked_for(small: RobustnessEvaluation) -> None:
    sizes = small.part("sizes")
    own = sizes[sizes["kind"] == "bcc"]
    wanted = [size for size in trials.SIZES if size <= trials.LARGE]
    np.testing.assert_allclose(own["atoms"], wanted, atol=1)
    assert (own["trust"][own["atoms"] < 16] > 0).any()  # nothing is refused for want of atoms


def test_the_bain_path_is_trusted_at_its_ends_alone(small: RobustnessEvaluation) -> None:
    rows = small.part("bain")
    ends = np.isclose(rows["c_over_a"], 1) | (rows["c_over_a"] > 1.41)
    assert trusted(rows[ends]).all()
    middle = np.abs(rows["c_over_a"] - 1.18) < 0.03
    assert not trusted(rows[middle]).any()


def test_places_lie_in_grains_and_ovito_says_what_it_sees(small: RobustnessEvaluation) -> None:
    places = small.places
    assert len(places) > 5
    assert (places["answer"] == places["label"]).all()
    assert (places["off"] < 3).all()
    seen = places["ptm"] == places["label"]
    assert 0.2 < seen.mean() < 0.95  # a tenth of the atoms is missing
    assert np.median(places["ptm_off"][seen]) < 6


def test_template_matching_gives_the_axes_of_a_perfect_crystal() -> None:
    for label in LABELS:
        made = polycrystal(label, BY_LABEL[label].specimen, 2, 4000, 1)
        types, rotations = interiors.template_matching(made.atoms)
        inner = made.depths > 6
        assert (types[inner] == LABELS.index(label)).all()
        off = misorientation(rotations[inner], made.rotations[made.grains[inner]])
        assert off.max() < 0.1


def test_without_ovito_its_columns_stay_empty(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [*sys.modules]:
        if name.split(".")[0] == "ovito":
            monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "ovito", None)
    monkeypatch.setattr(interiors, "PLACES", 20)
    places = interiors.grain_rows("sc", 0, 1)
    assert (places["ptm"] == interiors.NO_OVITO).all()
    assert (places["answer"] == places["label"]).all()


# --- statistics ---------------------------------------------------------------------------------


def test_auroc_counts_pairs() -> None:
    inside, outside = RNG.integers(0, 9, 60), RNG.integers(0, 7, 40)
    pairs = inside[:, None] - outside
    assert auroc(inside, outside) == pytest.approx(((pairs > 0) + 0.5 * (pairs == 0)).mean())
    assert auroc(np.ones(3), np.ones(2)) == 0.5


def test_an_untrusted_answer_is_none_of_these() -> None:
    rows = np.zeros(4, trials.TRIAL)
    rows["label"] = [0, 0, NONE, NONE]
    rows["probabilities"] = np.eye(4)[[0, 2, 3, 3]]
    rows["trust"] = [1, 1, 0.9, 0.1]
    expected = np.zeros((5, 5))
    expected[0, 0] = expected[0, 2] = expected[4, 3] = expected[4, 4] = 1
    np.testing.assert_array_equal(confusion(rows), expected)


def test_distances_in_the_last_hidden_layer() -> None:
    members, rows = np.zeros(60, trials.TRIAL), np.zeros(5, trials.TRIAL)
    members["dense"], rows["dense"] = RNG.random((60, 128)), RNG.random((5, 128))
    members["label"] = np.arange(60) % 4
    apart = np.linalg.norm(rows["dense"][:, None].astype(float) - members["dense"], axis=2)
    np.testing.assert_allclose(nearest(rows, members), apart.min(axis=1), rtol=1e-5)
    np.testing.assert_allclose(nearest(members, members), 0, atol=1e-5)
    centres = np.array([members["dense"][members["label"] == k].mean(axis=0) for k in range(4)])
    rows["dense"][:4] = centres
    found = mahalanobis(rows, members)
    np.testing.assert_allclose(found[:4], 0, atol=1e-4)
    assert found[4] > 1
    # in units of the standard deviation within the classes: 128 of them on average
    wide = np.zeros(4000, trials.TRIAL)
    wide["dense"] = RNG.normal(scale=3, size=(4000, 128))
    assert (mahalanobis(wide, wide) ** 2).mean() == pytest.approx(128, rel=0.01)


@pytest.mark.slow
@pytest.mark.training
def test_dropout_is_that_of_keras() -> None:
    import keras

    network = keras.saving.load_model(PRETRAINED / "model.keras", compile=False)
    keras.utils.set_random_seed(1)
    clouds = [dimers("Cu", 120, seed).atoms for seed in range(6)]
    images = np.stack([fc.fingerprint(Atoms("Cu120", cloud.positions)).image for cloud in clouds])
    passes = np.array([network(images[..., None], training=True).numpy() for _ in range(300)])
    dense = [pretrained_network().activations(image)["dense"] for image in images]
    means = uncertainty.entropy(passes.mean(axis=0))
    mutual = means - uncertainty.entropy(passes).mean(axis=0)
    ours = np.array([uncertainty.dropout_spread(one) for one in dense])
    assert means.max() > 0.5  # these images are doubtful
    np.testing.assert_allclose(ours[:, 0], means, atol=0.12)
    np.testing.assert_allclose(ours[:, 1], mutual, atol=0.1)


def test_trust_tells_better_than_probability(small: RobustnessEvaluation) -> None:
    found = separations(small.rows, small.calibration)
    assert found["trust"].auroc > 0.99
    assert found["trust"].auroc >= found["largest probability"].auroc
    for one in found.values():
        assert one.rejected < 0.3
        assert 0 <= one.hcp <= 1


# --- the whole ----------------------------------------------------------------------------------


def test_all_pairs_and_kinds_are_among_the_tasks() -> None:
    wanted = evaluation.tasks(evaluation.PAIRS, 0)
    pairs = [arguments[0] for name, arguments in wanted["rows"] if name == "class_trials"]
    assert sorted(pairs) == list(range(83 * 4))
    kinds = {arguments[0] for name, arguments in wanted["rows"] if name == "outside_trials"}
    assert kinds == set(trials.KINDS)
    assert {arguments[-1] for _, arguments in wanted["calibration"]} == {CALIBRATION}
    assert {arguments[-1] for _, arguments in wanted["rows"] + wanted["places"]} == {TEST}
    assert evaluation.number_of_tasks() == sum(map(len, wanted.values()))
    assert evaluation.perform(("bain_path", (0, 3, TEST))).dtype == trials.TRIAL
    names = {name for array in wanted.values() for name, _ in array}
    assert names - {*vars(trials)} == {"grain_rows"}
    assert hasattr(interiors, "grain_rows")


def test_what_was_finished_is_taken_up_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = []

    def perform(task: evaluation.Task) -> np.ndarray:
        done.append(task)
        rows = np.zeros(1, interiors.INTERIOR if task[0] == "places" else trials.TRIAL)
        rows["label"] = task[1][0]
        return rows

    def tasks(pairs: int, seed: int) -> dict[str, list[evaluation.Task]]:
        numbers = {"rows": range(11), "calibration": range(3), "places": range(6)}
        return {name: [(name, (i,)) for i in own] for name, own in numbers.items()}

    monkeypatch.setattr(evaluation, "perform", perform)
    monkeypatch.setattr(evaluation, "tasks", tasks)
    first = evaluate_robustness(2, 0, tmp_path, HERE)
    assert first.rows["label"].tolist() == list(range(11))
    assert first.places["label"].tolist() == list(range(6))
    assert len(done) == 20

    def again(**changes: Any) -> tuple[RobustnessEvaluation, int]:
        done.clear()
        options: dict[str, Any] = {"pairs": 2, "folder": tmp_path, "workers": HERE}
        return evaluate_robustness(**options | changes), len(done)

    found, number = again()
    np.testing.assert_array_equal(found.rows, first.rows)
    np.testing.assert_array_equal(found.places, first.places)
    assert number == 0
    stored = sorted(tmp_path.glob("parts/*.npz"))
    stored[1].write_bytes(stored[1].read_bytes()[:50])
    assert again()[1] == evaluation.CHUNK
    assert again(seed=1)[1] == 20
    assert again(folder=None)[1] == 20


def test_the_report_says_what_was_found(small: RobustnessEvaluation, tmp_path: Path) -> None:
    page, text = write_report(build_report(small, "facecrystal evaluate robustness"), tmp_path)
    names = {"turned", "confusion", "trust", "curves", "bain", "sizes", "grains"}
    assert {path.stem for path in tmp_path.glob("figures/*.png")} == names
    content = text.read_text(encoding="utf-8")
    assert "- **100.00%** right of 56 turned at random" in content
    assert "`facecrystal evaluate robustness`; seed 3" in content
    assert "PTM gets the periodic structure" in content
    assert "nan" not in content.lower().replace("nanop", "")
    assert page.stat().st_size > 100_000
    lines = {row[0]: row for row in by_defect(small).rows}
    assert lines["all"][1:3] == (56, 0)
    assert lines["vacancies 50%"][1] == 4
    assert methods(small).rows[0][0] == "trust"
    assert {row[0]: row[1:3] for row in by_kind(small).rows if row[1]} == {
        "hcp": (9, 0),
        "gas": (9, 0),
    }


def test_wrong_words_on_the_command_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", "--model", str(tmp_path), "robustness"]) == 2
    assert "only the shipped network" in capsys.readouterr().err
    assert main(["evaluate", "--number", "5000", "robustness"]) == 2
    assert "expected 2 to 332 pairs" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        main(["evaluate", "robustness", "--help"])
    assert "beside OVITO" in capsys.readouterr().out
