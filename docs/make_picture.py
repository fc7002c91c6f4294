"""Makes docs/explorer.png from the real dashboard: python docs/make_picture.py"""

import os
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "tests"))

from playwright.sync_api import sync_playwright  # noqa: E402
from serving import BROWSER_FLAGS, free_port, server  # noqa: E402


def main() -> None:
    port = free_port()
    address = f"http://localhost:{port}/"
    command = [sys.executable, "-m", "facecrystal_widgets", "dashboard"]
    command += ["--no-browser", "--port", str(port)]
    browser_path = os.environ.get("FACECRYSTAL_BROWSER", "/usr/bin/chromium")
    with (
        tempfile.TemporaryDirectory() as folder,
        server(command, address, Path(folder, "log.txt")),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=browser_path, args=BROWSER_FLAGS)
        page = browser.new_page(viewport={"width": 1280, "height": 800})
        page.goto(address)
        page.wait_for_selector(".fcw-probabilities .bars", timeout=90_000)
        page.locator(".fcw-vacancies .noUi-handle").focus()
        for _ in range(6):
            page.keyboard.press("PageUp")
        page.wait_for_timeout(3000)
        page.screenshot(path=ROOT / "docs" / "explorer.png")
        browser.close()


if __name__ == "__main__":
    main()
