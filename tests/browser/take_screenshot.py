"""Take the README's picture of the page: python -m tests.browser.take_screenshot PATH.png"""

import sys
from pathlib import Path

from playwright.sync_api import ViewportSize, expect, sync_playwright

from tests.browser import digits
from tests.browser.chromium import LAUNCH
from tests.browser.hands import Mouse, expect_last_answer
from tests.browser.server import running_app

VIEWPORT: ViewportSize = {"width": 1200, "height": 750}


def take_screenshot(path: Path) -> None:
    """Draw a digit on the page and save what is to be seen, at twice the screen's usual density."""
    with running_app() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**LAUNCH)
        page = browser.new_page(viewport=VIEWPORT, device_scale_factor=2, base_url=url)
        page.goto("/")
        Mouse(page).draw(digits.THREE)
        expect(page.locator("#digit")).to_have_text("3")
        expect_last_answer(page)
        page.screenshot(path=path, animations="disabled")
        browser.close()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    take_screenshot(Path(sys.argv[1]))
