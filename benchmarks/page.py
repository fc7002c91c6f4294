"""Latency of the page, as ratios to a bare slider-to-label page served by the same Voila."""

import json
import os
import statistics
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from serving import BROWSER_FLAGS, free_port, server  # noqa: E402

ECHO = """import ipywidgets as w
slider, label = w.FloatSlider(min=0, max=100, step=1), w.Label("0")
slider.add_class("echo"), label.add_class("echoed")
slider.observe(lambda change: setattr(label, "value", str(change["new"])), "value")
w.VBox([slider, label])"""
DASHBOARD = "import facecrystal_widgets as fc\nfc.Explorer()"

# In the page: when each part changed last, and how long after the last key.
PROBE = """
window.seen = {};
const stamp = (name) => { window.seen[name] = performance.now(); };
for (const kind of [WebGLRenderingContext, WebGL2RenderingContext]) {
  for (const method of ["drawElements", "drawArrays"]) {
    const original = kind.prototype[method];
    kind.prototype[method] = function (...a) { stamp("spheres"); return original.apply(this, a); };
  }
}
const put = CanvasRenderingContext2D.prototype.putImageData;
CanvasRenderingContext2D.prototype.putImageData = function (...a) {
  if (this.canvas.closest(".fcw-fingerprint")) stamp("image");
  return put.apply(this, a);
};
window.press = (selector, key) => {
  const handle = document.querySelector(selector + " .noUi-handle");
  handle.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true }));
};
window.listen = (selector, name) => new MutationObserver(() => stamp(name)).observe(
  document.querySelector(selector), { childList: true, subtree: true, characterData: true });
window.measure = async (selector, key, names, limit) => {
  const start = performance.now();
  window.press(selector, key);
  while (performance.now() - start < limit) {
    await new Promise((done) => setTimeout(done, 1));
    if (names.every((name) => window.seen[name] > start)) break;
  }
  await new Promise((done) => setTimeout(done, 30));
  return Object.fromEntries(names.map((n) =>
    [n, window.seen[n] > start ? window.seen[n] - start : null]));
};
"""


def notebook(path: Path, code: str) -> None:
    cell = {"cell_type": "code", "execution_count": None, "id": "a", "metadata": {}, "outputs": []}
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    content = {"cells": [{**cell, "source": code}], "metadata": {"kernelspec": kernel}}
    path.write_text(json.dumps({**content, "nbformat": 4, "nbformat_minor": 5}))


def open_page(browser: Any, address: str, slider: str, changed: str) -> tuple[Any, float]:
    """The page, and the milliseconds from the request until its slider has an effect."""
    import time

    page = browser.new_context(viewport={"width": 1280, "height": 800}).new_page()
    page.add_init_script(PROBE)
    page.set_default_timeout(120_000)
    start = time.perf_counter()
    page.goto(address)
    page.wait_for_selector(f"{slider} .noUi-handle")
    before = page.inner_text(changed)
    page.evaluate(f"press('{slider}', 'ArrowRight')")
    page.wait_for_function(
        "([s, t]) => document.querySelector(s).innerText !== t", arg=[changed, before]
    )
    return page, 1000 * (time.perf_counter() - start)


def latencies(page: Any, slider: str, names: list[str], events: int = 60) -> dict[str, list[float]]:
    """Milliseconds from a slider event to the change of each part."""
    times: dict[str, list[float]] = {name: [] for name in names}
    for i in range(events):
        key = "ArrowRight" if i < events // 2 else "ArrowLeft"
        seen = page.evaluate("([s, k, n]) => measure(s, k, n, 1500)", [slider, key, names])
        for name, value in seen.items():
            if value is not None:
                times[name].append(value)
    return times


def burst(page: Any) -> float:
    """Milliseconds from the last of 40 quick events until the final state is on the page."""
    return float(
        page.evaluate(
            """async () => {
              for (let i = 0; i < 40; i++) {
                press(".fcw-vacancies", "ArrowRight");
                await new Promise((done) => setTimeout(done, 10));
              }
              const start = performance.now();
              const legend = document.querySelector(".fcw-legend");
              const done = () => legend.innerText.includes("vacant 51");
              while (!done()) await new Promise((next) => setTimeout(next, 1));
              return performance.now() - start;
            }"""
        )
    )


def p95(values: list[float]) -> float:
    return sorted(values)[int(0.95 * len(values))]


def measure_page(repeats: int = 3) -> dict[str, Any]:
    """All figures of the page, milliseconds."""
    from playwright.sync_api import sync_playwright

    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        notebook(folder / "echo.ipynb", ECHO)
        notebook(folder / "dashboard.ipynb", DASHBOARD)
        port = free_port()
        command = [sys.executable, "-m", "voila", str(folder), "--no-browser", f"--port={port}"]
        command += ["--Voila.log_level=INFO"]
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("FACECRYSTAL_BROWSER", "/usr/bin/chromium"),
            args=BROWSER_FLAGS,
        )
        with server(command, f"http://localhost:{port}/", folder / "log.txt"):
            address = f"http://localhost:{port}/voila/render/"
            opened: dict[str, list[float]] = {"echo": [], "dashboard": []}
            for _ in range(repeats):
                for page_name, slider, changed in (
                    ("echo", ".echo", ".echoed"),
                    ("dashboard", ".fcw-vacancies", ".fcw-legend"),
                ):
                    page, taken = open_page(browser, f"{address}{page_name}.ipynb", slider, changed)
                    opened[page_name].append(taken)
                    if len(opened[page_name]) < repeats:
                        page.wait_for_timeout(3000)
                        page.context.close()
                        continue
                    if page_name == "echo":
                        page.evaluate("listen('.echoed', 'label')")
                        figures["echo"] = latencies(page, ".echo", ["label"])["label"]
                    else:
                        page.wait_for_selector(".fcw-probabilities .bars")
                        page.wait_for_timeout(2000)
                        # to a displacement at which the verdict changes with every step
                        for _ in range(30):
                            page.evaluate("press('.fcw-displacement', 'ArrowRight')")
                        page.wait_for_timeout(1500)
                        page.evaluate("listen('.fcw-verdict', 'verdict')")
                        names = ["verdict", "image", "spheres"]
                        figures.update(latencies(page, ".fcw-displacement", names))
                        page.click(".fcw-command-reset")
                        page.wait_for_timeout(1500)
                        figures["burst"] = burst(page)
                    page.context.close()
            figures["opened"] = opened
        browser.close()
    return figures


def rows() -> list[tuple[str, str, str]]:
    """Rows of the table: measurement, value, ratio."""
    f = measure_page()
    echo, slow_echo = statistics.median(f["echo"]), p95(f["echo"])
    table = [("echo page: slider → label", f"{echo:.0f} ms (95 %: {slow_echo:.0f})", "1")]
    for name, words in (
        ("verdict", "slider → new verdict"),
        ("image", "slider → new diffraction image"),
        ("spheres", "slider → 3D view drawn"),
    ):
        middle, slow = statistics.median(f[name]), p95(f[name])
        table.append(
            (
                words,
                f"{middle:.0f} ms (95 %: {slow:.0f})",
                f"{middle / echo:.1f} × echo (95 %: {slow / slow_echo:.1f} ×)",
            )
        )
    table.append(("40 quick events → final state after the last", f"{f['burst']:.0f} ms", ""))
    first, ours = (statistics.median(f["opened"][n]) for n in ("echo", "dashboard"))
    table.append(("echo page: request → usable slider", f"{first / 1000:.1f} s", "1"))
    table.append(
        (
            "dashboard: request → usable slider",
            f"{ours / 1000:.1f} s",
            f"{ours / first:.1f} × echo",
        )
    )
    return table


if __name__ == "__main__":
    for line in rows():
        print(" | ".join(line))
