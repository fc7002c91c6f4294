"""What a person sees and does, in headless Chromium: Voila and JupyterLab."""

import re
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from conftest import finish
from pages import pixels, press, verdict, wait_data, wait_ready, wait_text
from serving import ROOT, free_port, server

pytestmark = pytest.mark.browser

CIF = (ROOT / "tests" / "structures" / "Cu.cif").read_bytes


@pytest.fixture(scope="module")
def shared_page(dashboard: str, make_page: Callable[..., Any]) -> Iterator[Any]:
    """One page for all tests that a reset separates: opening one takes ten seconds."""
    opened = make_page(dashboard)
    wait_ready(opened)
    yield opened
    opened.context.close()


@pytest.fixture
def page(shared_page: Any, problems: list[str], request: pytest.FixtureRequest) -> Iterator[Any]:
    shared_page.click(".fcw-command-reset")
    wait_text(shared_page, ".fcw-legend", "Fe 128")
    wait_text(shared_page, ".fcw-status", "ready")
    shared_page.wait_for_timeout(300)
    yield shared_page
    finish([shared_page], problems, request)


def test_everything_is_drawn(page: Any) -> None:
    assert re.fullmatch(r"bcc \(Im-3m\) 1\.000", verdict(page))
    assert page.inner_text(".fcw-status") == "ready"
    assert pixels(page, ".fcw-fingerprint .fcw-canvas").std() > 5
    assert page.locator(".fcw-probabilities .bars .point").count() == 4
    assert page.locator(".fcw-probabilities .main-svg").first.bounding_box()["width"] < 460
    assert "Im-3m" in page.inner_text(".fcw-symmetry")
    assert "always answers" in page.inner_text(".fcw-verdict-panel")
    assert page.locator(".jupyter-widgets-error, .jupyter-widgets.jp-mod-error").count() == 0
    hooks = ("explorer", "structure", "defects", "viewer", "fingerprint", "probabilities")
    for hook in (*hooks, "attention", "local", "walk"):
        assert page.locator(f".fcw-{hook}").count() == 1, hook


def test_half_of_the_atoms_can_go(page: Any) -> None:
    image, spheres = pixels(page, ".fcw-fingerprint .fcw-canvas"), pixels(page, ".fcw-stage canvas")
    press(page, "fcw-vacancies", "PageUp", 10)
    wait_text(page, ".fcw-legend", "vacant 64")
    wait_text(page, ".fcw-symmetry", "P1")
    assert verdict(page).startswith("bcc (Im-3m) 1.00")
    assert np.abs(pixels(page, ".fcw-fingerprint .fcw-canvas") - image).mean() > 3
    page.wait_for_timeout(300)
    assert np.abs(pixels(page, ".fcw-stage canvas") - spheres).mean() > 3


def test_each_defect_does_what_it_says(page: Any) -> None:
    press(page, "fcw-removal", "End")
    wait_text(page, ".fcw-verdict", "sc (Pm-3m)")
    page.click(".fcw-command-reset")
    wait_text(page, ".fcw-verdict", "bcc")
    press(page, "fcw-substitution", "PageUp", 5)
    wait_text(page, ".fcw-legend", "Cr 32")
    assert "2 species" in page.inner_text(".fcw-notes")
    page.click(".fcw-command-reset")
    wait_text(page, ".fcw-legend", "Fe 128")
    before = pixels(page, ".fcw-stage canvas")
    press(page, "fcw-displacement", "ArrowRight", 15)
    wait_text(page, ".fcw-defects", "Lindemann parameter 0.10")
    page.wait_for_timeout(300)
    assert np.abs(pixels(page, ".fcw-stage canvas") - before).mean() > 1


def test_a_number_can_be_typed(page: Any) -> None:
    readout = page.locator(".fcw-vacancies .widget-readout")
    readout.click()
    page.keyboard.press("Control+A")
    page.keyboard.type("25")
    page.keyboard.press("Enter")
    wait_text(page, ".fcw-legend", "vacant 32")


def test_periodic_table_and_prototype(page: Any) -> None:
    page.click("[data-element=Cu]")
    wait_text(page, ".fcw-legend", "Cu 128")
    page.select_option(".fcw-prototype select", label="face-centred cubic")
    wait_text(page, ".fcw-verdict", "fcc (Fm-3m) 1.000")
    assert page.locator(".fcw-removal [disabled]").count() > 0
    page.select_option(".fcw-prototype select", label="rock salt")
    wait_text(page, ".fcw-notes", "2 species")
    for command, expected in (("undo", "Cu 144"), ("undo", "Cu 128"), ("redo", "Cu 144")):
        page.wait_for_timeout(400)  # the state comes to rest before it is remembered
        page.click(f".fcw-command-{command}")
        wait_text(page, ".fcw-legend", expected)
    assert page.locator("[data-element=Cu].fcw-chosen").count() == 1


def test_files(page: Any) -> None:
    def upload(name: str, content: bytes) -> None:
        page.set_input_files(
            ".fcw-open input", {"name": name, "mimeType": "text/plain", "buffer": content}
        )

    upload("broken.cif", b"data_x\n_cell_length_a 3\n")
    wait_text(page, ".fcw-status", "broken.cif")
    assert verdict(page).startswith("bcc"), "the last good state stays"
    upload("<img src=x onerror=alert(1)>.cif", CIF())
    wait_text(page, ".fcw-verdict", "fcc (Fm-3m)")
    wait_text(page, ".fcw-structure", "<img src=x")
    assert page.locator(".fcw-structure img").count() == 0
    assert page.inner_text(".fcw-status") == "ready"
    upload("huge.xyz", b"0" * 9_500_000)
    wait_text(page, ".fcw-status", "too large")
    press(page, "fcw-vacancies", "PageUp", 2)
    wait_text(page, ".fcw-status", "ready")


def test_all_atoms_removed_keeps_the_last_good_state(page: Any) -> None:
    press(page, "fcw-vacancies", "End")
    wait_text(page, ".fcw-status", "lower the vacancies")
    assert verdict(page).startswith("bcc")
    press(page, "fcw-vacancies", "PageDown", 6)
    wait_text(page, ".fcw-status", "ready")


def test_image_tells_what_lies_under_the_cursor(page: Any) -> None:
    box = page.locator(".fcw-fingerprint .fcw-frame").bounding_box()
    page.wait_for_timeout(500)
    # the 200 spot of bcc lies 21.7 pixels to the right of the centre
    x = box["x"] + box["width"] * (32 + 21.7) / 64
    page.mouse.move(x, box["y"] + box["height"] / 2)
    wait_text(page, ".fcw-readout", "200")
    assert "d = 1.4" in page.inner_text(".fcw-readout")
    before = pixels(page, ".fcw-fingerprint .fcw-canvas")
    page.mouse.move(0, 0)
    page.click(".fcw-fingerprint .fcw-toggle >> nth=0")
    assert np.abs(pixels(page, ".fcw-fingerprint .fcw-canvas") - before).mean() > 3
    page.click(".fcw-fingerprint .fcw-toggle >> nth=1")
    page.wait_for_timeout(200)
    white = pixels(page, ".fcw-fingerprint .fcw-canvas")
    assert white.min() > 200, "pristine minus pristine is zero everywhere: white"
    page.click(".fcw-fingerprint .fcw-toggle >> nth=1")
    page.click(".fcw-fingerprint .fcw-toggle >> nth=0")


def test_a_burst_of_events_leaves_no_backlog(page: Any) -> None:
    handle = page.locator(".fcw-vacancies .noUi-handle")
    handle.focus()
    for _ in range(40):
        page.keyboard.press("ArrowRight", delay=0)
    wait_text(page, ".fcw-legend", "vacant 51")
    assert page.inner_text(".fcw-vacancies .widget-readout") == "40"


def test_same_as_python(page: Any) -> None:
    press(page, "fcw-vacancies", "PageUp", 3)
    wait_text(page, ".fcw-legend", "vacant 19")
    page.click(".fcw-command-code")
    wait_text(page, ".fcw-code", "vacancies=0.15")
    code = page.inner_text(".fcw-code")
    printed: list[str] = []
    exec(code, {"print": lambda verdict: printed.append(str(verdict))})
    assert printed == [verdict(page)]
    page.click(".fcw-command-code")


def scroll_to(page: Any, selector: str) -> None:
    page.locator(selector).first.evaluate("element => element.scrollIntoView()")


def test_where_the_network_looks_follows_the_sliders(page: Any) -> None:
    scroll_to(page, ".fcw-attention")
    wait_text(page, ".fcw-att-say", "Most like the bcc template (1.00")
    assert "conv6 looks at the direct beam" in page.inner_text(".fcw-att-say")
    before = pixels(page, ".fcw-att-main .fcw-att-frame")
    assert before.std() > 10
    for strip in ("maps", "templates"):
        assert page.locator(f".fcw-att-{strip} canvas").count() == 4
        assert pixels(page, f".fcw-att-{strip} canvas").std() > 10
    press(page, "fcw-vacancies", "PageUp", 10)  # the sliders are still in sight
    wait_text(page, ".fcw-att-say", "bcc template (0.9")
    assert np.abs(pixels(page, ".fcw-att-main .fcw-att-frame") - before).mean() > 3
    assert verdict(page).startswith("bcc")


def test_reflections_are_ringed_and_layers_chosen(page: Any) -> None:
    scroll_to(page, ".fcw-attention")
    wait_text(page, ".fcw-att-say", "conv6 looks at")
    row = page.locator(".fcw-att tbody tr", has_text="110")
    assert "2.03" in row.inner_text()  # Angstrom: 2.87 / sqrt(2)
    row.hover()
    assert page.locator(".fcw-att-main .fcw-att-frame >> nth=0 >> .fcw-ring").count() == 2
    page.locator(".fcw-att-say").hover()
    assert page.locator(".fcw-att-main .fcw-ring").count() == 0
    page.click(".fcw-att-layer button >> nth=3")
    wait_text(page, ".fcw-att-say", "conv4 looks at")
    opaque = pixels(page, ".fcw-att-main .fcw-att-frame")
    page.locator(".fcw-att-opacity input").focus()
    page.keyboard.press("Home")
    page.wait_for_timeout(200)
    assert np.abs(pixels(page, ".fcw-att-main .fcw-att-frame") - opaque).mean() > 1
    page.keyboard.press("End")
    page.click(".fcw-att-show button >> nth=1")
    wait_text(page, ".fcw-att-say", "The evidence is")
    page.click(".fcw-att-show button >> nth=0")
    wait_text(page, ".fcw-att-say", "conv4 looks at")
    page.wait_for_timeout(400)
    page.click(".fcw-command-undo")  # at the top of the page
    scroll_to(page, ".fcw-attention")
    wait_text(page, ".fcw-att-say", "conv6 looks at")


def test_maps_out_of_sight_are_not_computed(page: Any) -> None:
    scroll_to(page, ".fcw-explorer")
    page.wait_for_timeout(600)
    before = page.inner_text(".fcw-att-say")
    press(page, "fcw-vacancies", "PageUp", 8)
    wait_text(page, ".fcw-legend", "vacant 51")
    page.wait_for_timeout(1500)
    assert page.inner_text(".fcw-att-say") == before
    scroll_to(page, ".fcw-attention")
    page.wait_for_function(
        "t => document.querySelector('.fcw-att-say').innerText !== t", arg=before
    )


def test_the_walk_ends_at_the_verdict(page: Any) -> None:
    scroll_to(page, ".fcw-walk")
    page.click("[data-layer=conv2]")
    wait_text(page, ".fcw-walk-open h4", "conv2, filter")
    assert page.locator(".fcw-walk-cell").count() == 16
    assert pixels(page, ".fcw-walk-grid").std() > 10
    page.locator(".fcw-walk-cell").nth(7).click()
    wait_text(page, ".fcw-walk-open h4", "conv2, filter 7")
    lines = page.locator(".fcw-walk-open .fcw-walk-sum b").all_inner_texts()
    weighted, bias, before, after = (float(text.replace("−", "-")) for text in lines)
    assert weighted + bias == pytest.approx(before, abs=1e-6)
    assert after == max(before, 0)
    page.click("[data-layer=softmax]")
    wait_text(page, ".fcw-walk-about", "The exponentials of the scores")
    rows = page.locator(".fcw-walk-softmax tbody tr").all_inner_texts()
    assert float(rows[2].split()[-1]) == pytest.approx(1, abs=1e-3)
    assert rows[2].startswith("bcc")


def test_a_polycrystal_is_mapped_and_looked_into(page: Any) -> None:
    path = ROOT / "facecrystal_widgets" / "reading" / "shipped" / "four-grains.xyz"
    content = path.read_bytes()
    page.set_input_files(
        ".fcw-open input", {"name": "grains.xyz", "mimeType": "text/plain", "buffer": content}
    )
    wait_text(page, ".fcw-verdict", "fcc (Fm-3m)")
    wait_text(page, ".fcw-notes", "turned by")
    wait_text(page, ".fcw-trust", "trusted 1.00")
    wait_text(page, ".fcw-structure", "nearest to")
    nearest = re.search(r"nearest to \(.*\)", page.inner_text(".fcw-structure"))
    assert nearest is not None
    middle = nearest[0]
    scroll_to(page, ".fcw-local")
    page.fill(".fcw-places input", "40")
    page.press(".fcw-places input", "Tab")
    page.click(".fcw-local .fcw-start")
    wait_text(page, ".fcw-local .fcw-job-words", "places, 4 grains")
    view = page.locator(".fcw-local-view")
    drawn = pixels(page, ".fcw-loc-canvas")
    assert drawn.std() > 15
    everything = int(view.get_attribute("data-shown"))
    label = page.locator(".fcw-loc-canvas").get_attribute("aria-label")
    assert label == f"local map: {everything} of {everything} atoms shown"

    def shown_after(selector: str) -> int:
        page.click(selector)
        page.wait_for_timeout(400)
        return int(view.get_attribute("data-shown"))

    assert shown_after(".fcw-loc-group [data-value=orientation]") == everything
    assert page.locator(".fcw-loc-key").is_visible()
    assert np.abs(pixels(page, ".fcw-loc-canvas") - drawn).mean() > 1
    one = shown_after(".fcw-loc-grain >> nth=0")
    assert 0 < one < everything / 2
    assert shown_after(".fcw-loc-grain >> nth=0") == everything
    assert 0 < shown_after("[aria-label=slice] [data-value='2']") < everything / 2
    page.locator(".fcw-threshold input").fill("0.99")
    page.wait_for_timeout(400)
    few = int(view.get_attribute("data-shown"))
    page.locator(".fcw-threshold input").fill("0")
    assert few < shown_after("[aria-label=slice] [data-value='-1']")
    page.hover(".fcw-loc-canvas")
    wait_text(page, ".fcw-loc-words", "trust")
    page.click(".fcw-loc-canvas")
    page.wait_for_function(
        "before => !document.querySelector('.fcw-structure').innerText.includes(before)", arg=middle
    )
    wait_text(page, ".fcw-status", "ready")


@pytest.mark.parametrize("width", [400, 800, 1280, 1920])
def test_no_sideways_scrolling(dashboard: str, open_page: Callable[..., Any], width: int) -> None:
    page = open_page(dashboard, width=width)
    wait_ready(page)
    inner = page.evaluate("document.querySelector('.fcw-explorer').scrollWidth")
    assert inner <= width
    image = page.locator(".fcw-fingerprint .fcw-frame").bounding_box()
    assert image["width"] > 240
    assert image["width"] == pytest.approx(image["height"], abs=1)


def test_dark_theme(page: Any) -> None:
    light = pixels(page, ".fcw-defects").mean()
    page.click(".fcw-command-theme")
    page.wait_for_timeout(500)
    assert light > 200
    assert pixels(page, ".fcw-defects").mean() < 80
    assert np.median(pixels(page, ".fcw-stage canvas")) < 80
    page.click(".fcw-command-theme")


@pytest.fixture(scope="module")
def laboratory_page(dashboard: str, make_page: Callable[..., Any]) -> Iterator[Any]:
    opened = make_page(f"{dashboard}laboratory", height=1000)
    opened.wait_for_selector(".fcw-verdict .fcw-big")
    opened.wait_for_selector(".fcw-training")
    yield opened
    opened.context.close()


@pytest.fixture
def laboratory(
    laboratory_page: Any, problems: list[str], request: pytest.FixtureRequest
) -> Iterator[Any]:
    laboratory_page.click(".fcw-command-reset")
    wait_text(laboratory_page, ".fcw-legend", "Fe 128")
    yield laboratory_page
    finish([laboratory_page], problems, request)


def test_explorer_and_laboratory_lead_to_one_another(
    dashboard: str, open_page: Callable[..., Any]
) -> None:
    page = open_page(dashboard)
    page.wait_for_selector(".fcw-verdict .fcw-big")
    page.wait_for_selector(".fcw-vacancies .noUi-handle")
    press(page, "fcw-vacancies", "PageUp", 4)
    page.wait_for_function("location.hash.startsWith('#state=')")
    page.click(".fcw-page-link")
    page.wait_for_selector(".fcw-transition")
    wait_text(page, ".fcw-legend", "vacant 26")  # the state came along
    page.reload()
    page.wait_for_selector(".fcw-transition")
    wait_text(page, ".fcw-legend", "vacant 26")
    page.click(".fcw-page-link")
    page.wait_for_selector(".fcw-attention")
    wait_text(page, ".fcw-legend", "vacant 26")


def test_a_transition_grows_and_its_points_can_be_loaded(laboratory: Any) -> None:
    page = laboratory
    scroll_to(page, ".fcw-transition")
    page.fill(".fcw-transition .fcw-number input", "400")
    page.keyboard.press("Tab")
    page.click(".fcw-transition .fcw-start")
    wait_data(page, ".fcw-curves", "structures", 2)
    press(page, "fcw-vacancies", "PageUp", 2)  # the sliders stay live meanwhile
    wait_text(page, ".fcw-legend", "vacant 13")
    page.click(".fcw-transition .fcw-stop")
    wait_text(page, ".fcw-transition .fcw-job-words", "cancelled after")
    assert pixels(page, ".fcw-curves-frame").std() > 5
    box = page.locator(".fcw-curves-frame").bounding_box()
    page.mouse.click(box["x"] + 0.97 * box["width"], box["y"] + 0.1 * box["height"])
    page.wait_for_function("document.querySelector('.fcw-curves').dataset.chosen")
    wait_text(page, ".fcw-verdict", "sc (Pm-3m)")  # without its body centres


def test_an_evaluation_opens_the_structures_behind_its_cells(laboratory: Any) -> None:
    page = laboratory
    scroll_to(page, ".fcw-evaluation")
    page.fill(".fcw-evaluation .fcw-number input", "1")
    page.keyboard.press("Tab")
    page.uncheck(".fcw-evaluation input[type=checkbox]")
    page.click(".fcw-evaluation .fcw-start")
    wait_text(page, ".fcw-evaluation .fcw-job-words", "done")
    page.click("[data-cell='0-0']")
    page.wait_for_selector(".fcw-eval-item")
    page.click(".fcw-eval-item >> nth=1")
    wait_text(page, ".fcw-verdict", "fcc (Fm-3m)")


def test_a_point_of_the_map_can_be_loaded(laboratory: Any) -> None:
    page = laboratory
    scroll_to(page, ".fcw-map")
    page.fill(".fcw-map .fcw-number input", "1")
    page.keyboard.press("Tab")
    page.click(".fcw-map .fcw-start")
    wait_data(page, ".fcw-mapview", "points", 56)
    assert pixels(page, ".fcw-map-frame").std() > 3
    page.focus(".fcw-map-frame")
    page.keyboard.press("ArrowRight")
    page.wait_for_selector(".fcw-map .fcw-pt-card[data-row]")
    page.keyboard.press("Enter")
    wait_data(page, ".fcw-mapview", "chosen", 0)
    wait_text(page, ".fcw-status", "ready")


@pytest.mark.training
def test_a_training_can_be_stopped(laboratory: Any) -> None:
    page = laboratory
    scroll_to(page, ".fcw-training")
    page.click(".fcw-training .fcw-start")
    page.wait_for_function("!document.querySelector('.fcw-training .fcw-stop').disabled")
    page.wait_for_timeout(1500)
    page.click(".fcw-training .fcw-stop")
    wait_text(page, ".fcw-training .fcw-job-words", "stopped")
    assert "the shipped network" in page.inner_text(".fcw-training .fcw-in-use")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a JupyterLab at a copy of the notebooks."""
    folder = tmp_path_factory.mktemp("lab")
    for notebook in (ROOT / "notebooks").glob("*.ipynb"):
        shutil.copy(notebook, folder)
    port = free_port()
    options = [f"--ServerApp.root_dir={folder}", "--IdentityProvider.token=", "--allow-root"]
    options += ["--no-browser", f"--port={port}", "--ServerApp.port_retries=0"]
    options += [f"--LabApp.app_settings_dir={folder}", f"--LabApp.user_settings_dir={folder}"]
    options += [f"--LabApp.workspaces_dir={folder}", "--LabApp.news_url=None"]
    command = [sys.executable, "-m", "jupyterlab", *options]
    with server(command, f"http://localhost:{port}/lab", Path(folder) / "log.txt"):
        yield f"http://localhost:{port}/lab"


def test_jupyterlab(lab: str, open_page: Callable[..., Any]) -> None:
    page = open_page(f"{lab}/tree/dashboard.ipynb")
    page.wait_for_selector(".jp-NotebookPanel .jp-CodeCell")
    page.wait_for_function("document.body.innerText.includes('| Idle')")  # the kernel is there
    page.click("[data-command='notebook:run-cell-and-select-next']")
    wait_ready(page)
    assert verdict(page) == "bcc (Im-3m) 1.000"
    press(page, "fcw-vacancies", "PageUp", 10)
    wait_text(page, ".fcw-legend", "vacant 64")
    assert verdict(page).startswith("bcc")
    scroll_to(page, ".fcw-attention")
    wait_text(page, ".fcw-att-say", "conv6 looks at")
    assert pixels(page, ".fcw-att-main .fcw-att-frame").std() > 10
    scroll_to(page, ".fcw-walk")
    page.click("[data-layer=pool2]")
    wait_text(page, ".fcw-walk-open h4", "pool2, filter")
