"""What browser tests do on a page, and what they wait for."""

import io
from typing import Any

import numpy as np
from PIL import Image

ALL_DRAWN = ".fcw-probabilities .js-plotly-plot .bars"


def pixels(page: Any, selector: str) -> np.ndarray:
    """What is painted there, (height, width, 3)."""
    picture = Image.open(io.BytesIO(page.locator(selector).first.screenshot()))
    return np.asarray(picture.convert("RGB"), float)


def wait_ready(page: Any) -> None:
    """The verdict, the spheres and the bars are there."""
    page.wait_for_selector(".fcw-verdict .fcw-big")
    page.wait_for_selector(ALL_DRAWN)
    page.wait_for_function("document.querySelector('.fcw-legend')?.innerText.includes('Fe')")
    for _ in range(100):
        if pixels(page, ".fcw-stage canvas").std() > 5:
            return
        page.wait_for_timeout(200)
    raise AssertionError("the 3D view stays blank")


def press(page: Any, hook: str, key: str, times: int = 1) -> None:
    page.locator(f".{hook} .noUi-handle").focus()
    for _ in range(times):
        page.keyboard.press(key)


def wait_text(page: Any, selector: str, text: str) -> None:
    page.wait_for_function(
        "([s, t]) => document.querySelector(s)?.innerText.includes(t)", arg=[selector, text]
    )


def verdict(page: Any) -> str:
    return str(page.inner_text(".fcw-verdict"))


def wait_data(page: Any, selector: str, name: str, least: int) -> None:
    page.wait_for_function(
        "([s, n, l]) => Number(document.querySelector(s)?.dataset[n] ?? -1) >= l",
        arg=[selector, name, least],
    )
