"""Figures that several notebooks draw."""

import numpy as np
import pytest

import facecrystal_widgets as fc
from facecrystal_widgets.lesson.drawing import draw_images


@pytest.mark.parametrize(("number", "columns", "panels"), [(8, 4, 8), (5, 3, 6), (2, 4, 2)])
def test_images_fill_rows(number: int, columns: int, panels: int) -> None:
    figure = draw_images({f"{i}": np.ones((64, 64)) for i in range(number)}, columns)
    assert len(figure.axes) == panels
    assert [panel.get_title() for panel in figure.axes if panel.images] == [
        *map(str, range(number))
    ]


def test_a_fingerprint_is_drawn_as_on_the_page_its_first_row_at_the_bottom() -> None:
    image = fc.fingerprint(fc.prototype("bcc", "Fe"))
    (drawn,) = draw_images({"iron": image}).axes[0].images
    np.testing.assert_array_equal(drawn.get_array(), image.image)
    assert drawn.origin == "lower"
