"""The digit's way through the network, ten frames: `python -m tests.browser.film_strip FILE`."""

import argparse
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from tests.browser.chromium import LAUNCH
from tests.browser.hands import expect_last_answer
from tests.browser.screen import TWO_FRAMES
from tests.serving import serving

FRAMES = 10
FILM_MS = 2500
PATIENCE_MS = 60_000  # of the clock, in which the page loads the network
_COLUMNS, _GAP_PX = 5, 6


def frames(page: Page) -> list[Image.Image]:
    """Open the stage of the answer that is shown, and return its frames by a clock of their own."""
    page.clock.install(time=0)
    page.get_by_role("button", name="See how it decided").click()
    page.clock.pause_at(PATIENCE_MS)
    while page.locator("#decision[open] [data-part=play][aria-pressed=true]").count() == 0:
        page.clock.run_for(1)
    pictures = []
    for _ in range(FRAMES):
        picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
        pictures.append(picture.reduce(2))
        page.clock.run_for(FILM_MS // (FRAMES - 1))
    return pictures


def strip(pictures: list[Image.Image], columns: int = _COLUMNS) -> Image.Image:
    width, height = pictures[0].size
    rows = -(-len(pictures) // columns)
    made = Image.new("RGB", (columns * (width + _GAP_PX), rows * (height + _GAP_PX)), "black")
    for place, picture in enumerate(pictures):
        made.paste(
            picture, (place % columns * (width + _GAP_PX), place // columns * (height + _GAP_PX))
        )
    return made


def film(browser: Browser, address: str, width: int, height: int) -> Image.Image:
    with browser.new_context(viewport={"width": width, "height": height}) as context:
        page = context.new_page()
        page.goto(address)
        expect_last_answer(page)
        page.evaluate(TWO_FRAMES)
        return strip(frames(page))


def main() -> None:
    """Write the strip."""
    parser = argparse.ArgumentParser(prog="python -m tests.browser.film_strip", description=__doc__)
    parser.add_argument("file", type=Path, help="where the picture is written")
    parser.add_argument(
        "--query", default="example=neat", help="of the address: what is read, and by which network"
    )
    parser.add_argument("--size", default="1280x800", help="of each frame in pixels")
    asked = parser.parse_args()
    width, height = (int(side) for side in asked.size.split("x"))
    with serving() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**LAUNCH)
        film(browser, f"http://{server.address}/?{asked.query}", width, height).save(asked.file)
        browser.close()


if __name__ == "__main__":
    main()
