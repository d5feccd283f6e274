"""Take the README's picture of the page: ``python -m benchmarks.make.screenshot PATH.png``."""

import sys
from pathlib import Path

from playwright.sync_api import ViewportSize, expect, sync_playwright

from tests.browser import digits
from tests.browser.chromium import LAUNCH
from tests.browser.hands import Mouse, expect_last_answer
from tests.serving import serving

VIEWPORT: ViewportSize = {"width": 1200, "height": 750}


def take_screenshot(path: Path) -> None:
    """Write a number on the page and save it, at twice the usual density of screens."""
    with serving() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**LAUNCH)
        url = f"http://{server.address}"
        page = browser.new_page(viewport=VIEWPORT, device_scale_factor=2, base_url=url)
        page.goto("/?pad=wide")
        Mouse(page).draw(digits.NUMBER_2073)
        expect(page.locator("#digit")).to_have_text("2073")
        expect_last_answer(page)
        page.screenshot(path=path, animations="disabled")
        browser.close()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    take_screenshot(Path(sys.argv[1]))
