"""The guided tour, and what a page says when its kernel is gone, in headless Chromium."""

import re
from collections.abc import Callable
from typing import Any

import psutil
import pytest
from pages import press, wait_ready, wait_text

pytestmark = pytest.mark.browser

CARD = ".fcw-tour-card:popover-open"
DONE = ".fcw-tour-outcome:not([hidden])"


def card(page: Any) -> str:
    return str(page.inner_text(CARD))


BOXES = """([card, target]) => {
  const box = (selector) => {
    const { left, top, right, bottom } = document.querySelector(selector).getBoundingClientRect();
    return [left, top, right, bottom].map(Math.round);
  };
  return [box(card), box(target), [0, 0, innerWidth, innerHeight]];
}"""


def assert_beside(page: Any, target: str) -> None:
    """The card comes to lie in the window, beside the outlined control, which is seen whole."""
    page.wait_for_selector(f"{target}.fcw-tour-target")
    right = 0
    for _ in range(300):  # a busy machine takes long to scroll
        page.wait_for_timeout(200)
        boxes = page.evaluate(BOXES, [CARD, target])
        right = right + 1 if lie_apart(*boxes) else 0
        if right == 8:  # and stays there
            return
    raise AssertionError(f"card, {target} and window are at (left, top, right, bottom) {boxes}")


def lie_apart(card: list[int], control: list[int], window: list[int]) -> bool:
    whole = all(
        box[i] >= window[i] and box[i + 2] <= window[i + 2]
        for box in (card, control)
        for i in (0, 1)
    )
    return whole and any(
        one[i + 2] <= other[i] for one, other in [(card, control), (control, card)] for i in (0, 1)
    )


@pytest.mark.parametrize("width", [400, 1280, 1920])
def test_the_tour_from_the_first_step_to_the_last(
    dashboard: str, open_page: Callable[..., Any], width: int
) -> None:
    page = open_page(dashboard, width=width)
    wait_ready(page)
    page.click(".fcw-tour-accept")
    assert not page.is_visible(".fcw-tour-invitation")
    assert_beside(page, ".fcw-structure")
    assert "Skip this step" in card(page)
    press(page, "fcw-vacancies", "PageUp", 1)
    wait_text(page, ".fcw-legend", "vacant 6")
    assert not page.is_visible(DONE), "another control does not count"

    page.click("[data-element=Cu]")
    wait_text(page, DONE, "You chose Cu, body-centred cubic")
    page.click(".fcw-tour-next")
    assert_beside(page, ".fcw-vacancies")
    press(page, "fcw-vacancies", "PageUp", 8)
    wait_text(page, ".fcw-legend", "vacant 58")
    assert not page.is_visible(DONE), "45 % is not half"
    press(page, "fcw-vacancies", "PageUp")
    wait_text(page, DONE, "64 of 128 atoms are left, and the network still says bcc")
    assert_beside(page, ".fcw-vacancies")
    page.click(".fcw-tour-next")
    assert_beside(page, ".fcw-displacement")
    press(page, "fcw-displacement", "End")
    wait_text(page, DONE, "At σ = 0.60 Å")
    page.click(".fcw-tour-next")
    assert_beside(page, ".fcw-symmetry")
    press(page, "fcw-symprec", "PageUp", 3)
    wait_text(page, DONE, "spglib finds P1")
    page.click(".fcw-tour-next")
    assert_beside(page, ".fcw-att-layer")
    page.click(".fcw-att-layer button >> nth=0")
    wait_text(page, DONE, "You chose conv1")
    page.click(".fcw-tour-next:text-is('Finish')")
    page.wait_for_selector(CARD, state="detached")
    page.wait_for_selector(".fcw-tour-target", state="detached")  # a frame later than the card
    assert page.inner_text(".fcw-command-tour").startswith("Take")


LOSE = """() => {
  const scroll = Element.prototype.scrollIntoView;
  Element.prototype.scrollIntoView = function (options) {
    if (options.behavior !== "smooth") scroll.call(this, options);
  };
}"""
GO_ON_AND_SCROLL = """() => new Promise((done) => {
  document.querySelector(".fcw-tour-next").click();
  const frame = (number) => {
    if (number === 10) document.dispatchEvent(new WheelEvent("wheel"));
    if (number === 90) done();
    else requestAnimationFrame(() => frame(number + 1));
  };
  frame(0);
})"""


def test_a_smooth_scroll_that_the_browser_loses_is_made_up_for(
    dashboard: str, open_page: Callable[..., Any]
) -> None:
    page = open_page(dashboard, width=400)
    wait_ready(page)
    page.evaluate(LOSE)
    page.click(".fcw-tour-accept")
    assert_beside(page, ".fcw-structure")
    page.click(".fcw-tour-next")
    assert_beside(page, ".fcw-vacancies")
    page.click(".fcw-tour-next")
    assert_beside(page, ".fcw-displacement")
    page.evaluate(GO_ON_AND_SCROLL)
    page.wait_for_selector(".fcw-symmetry.fcw-tour-target")
    boxes = page.evaluate(BOXES, [CARD, ".fcw-symmetry"])
    assert not lie_apart(*boxes), "who scrolls is not pulled back"


def test_the_tour_can_be_skipped_left_and_resumed(
    dashboard: str, open_page: Callable[..., Any]
) -> None:
    page = open_page(dashboard)
    wait_ready(page)
    page.click(".fcw-tour-decline")
    assert not page.is_visible(".fcw-tour-invitation")
    page.click(".fcw-command-tour")
    page.click(".fcw-tour-next:text-is('Skip this step')")
    assert "Step 2 of 5" in card(page)
    press(page, "fcw-vacancies", "PageUp", 10)
    wait_text(page, DONE, "64 of 128")
    page.keyboard.press("Escape")
    page.wait_for_selector(CARD, state="detached")
    assert page.evaluate("document.activeElement.className").endswith("fcw-command-tour")
    page.wait_for_function("location.hash.startsWith('#state=')")

    page.reload()
    wait_ready(page)
    assert page.locator(CARD).count() == 0, "it was left, and does not start by itself"
    assert not page.is_visible(".fcw-tour-invitation")
    page.click(".fcw-command-tour:text('Resume')")
    assert "Step 2 of 5" in card(page)
    assert "64 of 128" in card(page), "the step was done before"
    page.click(".fcw-tour-next")
    page.reload()  # open this time
    wait_ready(page)
    page.wait_for_selector(CARD)
    assert "Step 3 of 5" in card(page)
    assert not page.is_visible(DONE), "what was restored is not what the reader did"
    page.click(".fcw-tour-back")
    assert "Step 2 of 5" in card(page)
    page.click(".fcw-tour-leave")
    page.wait_for_selector(CARD, state="detached")


def test_the_tour_by_keyboard(dashboard: str, open_page: Callable[..., Any]) -> None:
    page = open_page(dashboard)
    wait_ready(page)
    page.focus(".fcw-command-tour")
    page.keyboard.press("Enter")
    focused = "document.activeElement.className"
    assert "fcw-tour-card" in page.evaluate(focused)
    for hook in ("fcw-tour-leave", "fcw-tour-next"):
        page.keyboard.press("Tab")
        assert hook in page.evaluate(focused)
    page.keyboard.press("Enter")
    for hook in ("fcw-tour-leave", "fcw-tour-back", "fcw-tour-next", "noUi-handle"):
        page.keyboard.press("Tab")
        assert hook in page.evaluate(focused)
    for _ in range(10):
        page.keyboard.press("PageUp")  # it is the handle of the vacancies
    wait_text(page, DONE, "64 of 128")
    page.keyboard.press("Shift+Tab")
    assert "fcw-tour-next" in page.evaluate(focused)
    page.keyboard.press("Enter")
    assert "Step 3 of 5" in card(page)


def cull(page: Any, address: str, kernel: str) -> None:
    """End the kernel as a server does that finds it idle: the page is told nothing."""
    assert page.request.post(f"{address}voila/api/shutdown/{kernel}").status == 204


def kill(page: Any, address: str, kernel: str) -> None:
    """End the process."""
    for process in psutil.process_iter(["cmdline"]):
        if f"kernel-{kernel}" in " ".join(process.info["cmdline"] or []):
            process.kill()


@pytest.mark.parametrize("end", [cull, kill])
def test_a_page_says_that_its_kernel_is_gone_and_comes_back(
    dashboard: str,
    open_page: Callable[..., Any],
    problems: list[str],
    end: Callable[[Any, str, str], None],
) -> None:
    page = open_page("about:blank")
    sockets: list[str] = []
    page.on("websocket", lambda socket: sockets.append(socket.url))
    page.goto(dashboard)
    wait_ready(page)
    press(page, "fcw-vacancies", "PageUp", 6)
    wait_text(page, ".fcw-legend", "vacant 38")
    page.wait_for_function("location.hash.startsWith('#state=')")
    page.wait_for_timeout(4000)
    assert not page.is_visible(".fcw-gone")
    (kernel,) = {found[1] for url in sockets if (found := re.search("kernels/([^/]+)/", url))}
    end(page, dashboard, kernel)
    press(page, "fcw-vacancies", "PageUp")
    page.wait_for_selector(".fcw-gone", state="visible")
    assert "The kernel that computes this page has ended" in page.inner_text(".fcw-gone")
    assert "nothing of it is lost" in page.inner_text(".fcw-gone")
    page.screenshot(path=f"test-screenshots/gone-{end.__name__}.png")
    problems.clear()  # the browser and JupyterLab's parts say, too, that there is no kernel
    page.click(".fcw-gone button")
    wait_ready(page)
    wait_text(page, ".fcw-legend", "vacant 38")
    assert not page.is_visible(".fcw-gone")
    press(page, "fcw-vacancies", "PageUp")
    wait_text(page, ".fcw-legend", "vacant 45")
    problems[:] = [x for x in problems if kernel not in x]  # it is asked for once more
