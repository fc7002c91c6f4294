"""Deletion and insertion curves: on networks and orders whose answer is known."""

import json
from dataclasses import asdict, replace
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

import facecrystal_widgets as fc
from facecrystal_widgets.attention.faithfulness import (
    BRIGHTNESS,
    PAPER,
    RANDOM,
    Area,
    shipped_faithfulness,
    summary,
)
from facecrystal_widgets.compute.workers import HERE, Workers
from facecrystal_widgets.convnet.weights import PRETRAINED
from facecrystal_widgets.evaluation.faithfulness import (
    EARLY,
    FRACTIONS,
    ORDERS,
    curves,
    measure_faithfulness,
    pixel_order,
    save_faithfulness,
)


class OnePixel:
    """A classifier that sees one pixel alone: bcc if it is lit, else sc."""

    def probabilities(self, images: np.ndarray) -> np.ndarray:
        lit = images[:, 20, 30] > 0
        return np.stack([0 * lit, 0 * lit, lit, ~lit], axis=1).astype(np.float32)


def lit_image() -> fc.Fingerprint:
    return fc.Fingerprint(np.ones((64, 64), np.float32))


def test_curves_turn_where_the_pixel_that_matters_goes_or_comes() -> None:
    for place in (0, 100, 4095):
        order = np.delete(np.arange(4096), 20 * 64 + 30)
        order = np.insert(order, place, 20 * 64 + 30)
        deletion, insertion = curves(lit_image(), order, OnePixel())  # type: ignore[arg-type]
        counts = np.round(FRACTIONS * 4096)
        np.testing.assert_array_equal(deletion, counts <= place)
        np.testing.assert_array_equal(insertion, counts > place)


def test_the_first_tenth_is_read_to_its_end() -> None:
    assert EARLY in FRACTIONS
    assert FRACTIONS[0] == 0
    assert FRACTIONS[-1] == 1


def test_curves_start_and_end_at_the_whole_and_the_black_image() -> None:
    image = fc.fingerprint(fc.prototype("fcc", "Cu"))
    order = pixel_order(image.image, np.random.default_rng(0))
    deletion, insertion = curves(image, order)
    assert deletion[0] == insertion[-1] == pytest.approx(fc.classify(image).probability, abs=1e-6)
    assert deletion[-1] == pytest.approx(insertion[0], abs=1e-6)


def test_an_order_must_hold_every_pixel_once() -> None:
    for order in (np.zeros(4096, int), np.arange(4095), np.arange(1, 4097)):
        with pytest.raises(ValueError, match="each number from 0 to 4095 once"):
            curves(lit_image(), order)


def test_pixels_are_ordered_and_ties_are_drawn() -> None:
    values = np.zeros((64, 64))
    values[3, 5], values[7, 7] = 2, 1
    first, second = (pixel_order(values, np.random.default_rng(seed)) for seed in (0, 1))
    assert first[:2].tolist() == second[:2].tolist() == [3 * 64 + 5, 7 * 64 + 7]
    assert (first != second).any()
    assert sorted(first.tolist()) == list(range(4096))


@pytest.mark.slow
def test_measuring_is_reproducible_and_paired_with_brightness() -> None:
    result = measure_faithfulness(2, seed=9, workers=HERE)
    assert result.network == shipped_faithfulness().network
    again = measure_faithfulness(2, seed=9, workers=Workers(2))
    assert list(result.orders) == list(ORDERS)
    for name, score in result.orders.items():
        assert score == again.orders[name]
        assert len(score.deletion) == len(score.insertion) == len(result.fractions)
        bright = result.orders[BRIGHTNESS]
        for part in ("early", "whole"):
            mine, other = (getattr(o, f"deletion_{part}") for o in (score, bright))
            assert mine.gain == pytest.approx(other.mean - mine.mean)
            mine, other = (getattr(o, f"insertion_{part}") for o in (score, bright))
            assert mine.gain == pytest.approx(mine.mean - other.mean)
        deletions = [deletion for deletion, _ in score.early_by_class.values()]
        assert np.mean(deletions) == pytest.approx(score.deletion_early.mean)
    assert result.orders[RANDOM].deletion_early.mean > result.orders[PAPER].deletion_early.mean


def test_what_is_shipped_was_measured_with_the_shipped_weights_on_enough_structures() -> None:
    shipped = shipped_faithfulness()
    assert shipped.network == sha256((PRETRAINED / "model.npz").read_bytes()).hexdigest()
    assert shipped.per_class >= 200
    assert set(shipped.orders) == set(ORDERS)
    assert f"{4 * shipped.per_class:,} defective structures" in summary()


def test_the_summary_says_when_a_map_is_no_better_than_brightness() -> None:
    shipped = shipped_faithfulness()
    paper = shipped.orders[PAPER]
    for gain, words in ((0.1, " more than"), (0.001, " no more than"), (-0.1, " less than")):
        score = replace(paper, deletion_early=Area(0.5, gain, 0.01))
        told = summary(replace(shipped, orders={**shipped.orders, PAPER: score}))
        assert f"matters{words} plain brightness does" in told
        assert "0.50 in the order of the conv6 map" in told
    best = replace(paper, deletion_early=Area(0.0, 0.1, 0.01))
    told = summary(replace(shipped, orders={**shipped.orders, PAPER: best}))
    assert told.endswith("it has the lowest mean of all orders that were tried.")


def test_it_can_be_written_and_read(tmp_path: Path) -> None:
    shipped = shipped_faithfulness()
    save_faithfulness(shipped, tmp_path / "f.json", "a command")
    content = json.loads((tmp_path / "f.json").read_text())
    assert content["command"] == "a command"
    assert content["orders"][PAPER]["deletion"] == list(shipped.orders[PAPER].deletion)
    assert content["orders"][PAPER]["deletion_early"] == asdict(
        shipped.orders[PAPER].deletion_early
    )
