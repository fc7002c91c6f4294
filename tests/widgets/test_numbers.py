"""Numbers as text."""

import pytest

from facecrystal_widgets.widgets.numbers import miller_indices, network_name, percent


@pytest.mark.parametrize(
    ("part", "digits", "text"),
    [
        (0, 0, "0 %"),
        (1, 2, "100 %"),
        (1e-9, 0, "< 1 %"),
        (0.005, 0, "0 %"),
        (0.006, 0, "1 %"),
        (0.9951, 0, "> 99 %"),
        (0.99999, 2, "> 99.99 %"),
        (0.9615, 2, "96.15 %"),
        (1e-6, 2, "< 0.01 %"),
    ],
)
def test_rounding_hides_neither_little_nor_nearly_all(part: float, digits: int, text: str) -> None:
    assert percent(part, digits) == text


def test_miller_indices_have_bars_over_every_digit() -> None:
    assert miller_indices((1, 1, 0)) == "110"
    assert miller_indices((-1, 2, 0)) == "1\u030520"
    assert miller_indices((-12, 0, 4)) == "1\u03052\u0305 0 4"


def test_networks_are_named_by_their_folder() -> None:
    assert network_name("") == "the shipped network"
    assert network_name("/some/where/mine") == "the network mine"
