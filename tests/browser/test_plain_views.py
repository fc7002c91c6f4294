"""The page's views without Jupyter: plain values in, pictures and wishes out, in headless Chromium.

Another engine than the kernel can feed them, as long as it hands over an object with `get`, `set`,
`save_changes`, `on`, `off` and `send`.
"""

import base64
from collections.abc import Iterator
from typing import Any

import anywidget
import ipywidgets as ipw
import pytest
from playwright.sync_api import Browser, Page

import facecrystal_widgets as fc

pytestmark = pytest.mark.browser

Payloads = dict[str, dict[str, Any]]

RENDER = """async ({ module, style, values }) => {
  const bytes = (text) => new DataView(Uint8Array.from(atob(text), (c) => c.charCodeAt(0)).buffer);
  const known = Object.entries(values).map(([key, value]) =>
    [key, value?.bytes === undefined ? value : bytes(value.bytes)]);
  const state = Object.fromEntries(known);
  const listeners = {};
  const each = (events, act) =>
    events.split(" ").forEach((event) => act(listeners[event] ??= new Set()));
  window.model = {
    sent: [],
    get: (key) => state[key],
    set: (key, value) => {
      state[key] = value;
      listeners[`change:${key}`]?.forEach((listener) => listener());
    },
    save_changes: () => {},
    on: (events, listener) => each(events, (all) => all.add(listener)),
    off: (events, listener) => each(events, (all) => all.delete(listener)),
    send: (message) => model.sent.push(message),
    listening: () => Object.values(listeners).reduce((sum, all) => sum + all.size, 0),
  };
  const sheet = document.createElement("style");
  sheet.textContent = style;
  document.head.append(sheet);
  const el = document.createElement("div");
  el.id = "view";
  document.body.replaceChildren(el);
  const url = URL.createObjectURL(new Blob([module], { type: "text/javascript" }));
  const { default: view } = await import(url);
  window.release = view.render({ model, el });
  await new Promise((drawn) => setTimeout(drawn, 200));
}"""


def views(widget: ipw.Widget) -> Iterator[anywidget.AnyWidget]:
    """All views of ours that a page holds, also those that are not shown of a small structure."""
    if isinstance(widget, anywidget.AnyWidget) and type(widget).__module__.startswith(fc.__name__):
        yield widget
    for child in (*getattr(widget, "children", ()), getattr(widget, "view", None)):
        if child is not None:
            yield from views(child)


def plain(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return {"bytes": base64.b64encode(value).decode()}
    return value


def payload(view: anywidget.AnyWidget) -> dict[str, Any]:
    """All that a view is given, as JSON."""
    state = {name: plain(value) for name, value in view.get_state().items() if name[0] != "_"}
    for name in ("layout", "tabbable", "tooltip"):
        del state[name]
    return {"module": view._esm, "style": getattr(view, "_css", ""), "values": state}


@pytest.fixture(scope="module")
def payloads() -> Payloads:
    """Of each view of both pages, by the name of its class."""
    given: Payloads = {}
    for page in (fc.Explorer(), fc.Laboratory()):
        for view in views(page):
            if "visible" in view.traits():
                view.visible = True
        page.session.settle()
        given |= {type(view).__name__: payload(view) for view in views(page)}
        page.close()
    return given


@pytest.fixture
def blank(browser: Browser) -> Iterator[Page]:
    """A page of nothing, on which no view may raise an error."""
    errors: list[str] = []
    page = browser.new_page()
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.set_content("<!doctype html><body></body>")
    yield page
    page.close()
    assert errors == []


def test_every_view_renders_from_plain_values_and_goes_without_a_trace(
    payloads: Payloads, blank: Page
) -> None:
    assert len(payloads) >= 12
    for name, given in payloads.items():
        blank.evaluate(RENDER, given)
        assert blank.evaluate("model.listening()") > 0 or name in {"Fitter", "Style"}, name
        blank.evaluate("release()")
        assert blank.evaluate("model.listening()") == 0, name


def render(page: Page, payloads: Payloads, wanted: str) -> None:
    (given,) = [given for given in payloads.values() if wanted in given["values"]]
    page.evaluate(RENDER, given)


def test_an_image_is_drawn_and_read_pixel_by_pixel(payloads: Payloads, blank: Page) -> None:
    render(blank, payloads, "reflections")
    picture = "document.querySelector('#view .fcw-canvas')"
    assert blank.evaluate(f"[{picture}.width, {picture}.height]") == [64, 64]
    shades = blank.evaluate(
        f"new Set({picture}.getContext('2d').getImageData(0, 0, 64, 64).data).size"
    )
    assert shades > 20
    blank.focus("#view .fcw-frame")
    blank.keyboard.press("ArrowUp")
    assert "Å⁻¹" in blank.inner_text("#view .fcw-readout")
    assert "nearest: 000 (direct beam)" in blank.inner_text("#view .fcw-readout")


def test_what_is_chosen_is_written_to_the_model(payloads: Payloads, blank: Page) -> None:
    render(blank, payloads, "max_upload")
    blank.click("#view [data-element=Cu]")
    assert blank.evaluate("model.get('value')") == "Cu"
    assert blank.get_attribute("#view [data-element=Cu]", "aria-checked") == "true"
    assert blank.get_attribute("#view [data-element=Fe]", "aria-checked") == "false"


def test_commands_are_sent(payloads: Payloads, blank: Page) -> None:
    render(blank, payloads, "can_undo")
    blank.evaluate("model.set('can_undo', true)")
    blank.click("#view .fcw-command-undo")
    assert blank.evaluate("model.sent") == [{"do": "alive", "state": ""}, {"do": "undo"}]
