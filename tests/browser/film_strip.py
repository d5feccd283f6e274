"""Ten frames of a digit's way through the network: `python -m tests.browser.film_strip FILE`.

With `--of stroke` they are of a digit that is drawn, with the bars that follow the pen.
"""

import argparse
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.chromium import LAUNCH
from tests.browser.digits import THREE
from tests.browser.hands import Mouse, expect_last_answer, places_on_pad
from tests.browser.screen import TWO_FRAMES
from tests.browser.test_live import STILL_CLOCK, draw_until_live
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
    while page.locator("#decision[open] [data-part=play]:text('Pause')").count() == 0:
        page.clock.run_for(1)
    pictures = []
    for _ in range(FRAMES):
        picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
        pictures.append(picture.reduce(2))
        page.clock.run_for(FILM_MS // (FRAMES - 1))
    return pictures


def stroke_frames(page: Page) -> list[Image.Image]:
    """Draw a 3 in ten parts on the page of an address, and return a frame after each part."""
    draw_until_live(page)
    page.mouse.up()
    page.locator("#clear").click()
    (stroke,) = THREE
    Mouse(page).press(stroke[:1])
    pictures = []
    for part in range(FRAMES):
        seen = page.locator("#seen").get_attribute("src")
        for place in places_on_pad(page, stroke[part * 5 : part * 5 + 5]):
            page.mouse.move(*place)
        expect(page.locator("#seen")).not_to_have_attribute("src", seen or "")
        page.evaluate(TWO_FRAMES)
        picture = Image.open(BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
        pictures.append(picture.reduce(2))
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


def film(browser: Browser, address: str, of: str, width: int, height: int) -> Image.Image:
    with browser.new_context(viewport={"width": width, "height": height}) as context:
        page = context.new_page()
        if of == "stroke":
            page.add_init_script(STILL_CLOCK)
            page.goto(address)
            return strip(stroke_frames(page))
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
    parser.add_argument("--of", choices=("answer", "stroke"), default="answer")
    parser.add_argument("--size", default="1280x800", help="of each frame in pixels")
    asked = parser.parse_args()
    width, height = (int(side) for side in asked.size.split("x"))
    query = "" if asked.of == "stroke" else asked.query
    with serving() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**LAUNCH)
        address = f"http://{server.address}/?{query}"
        film(browser, address, asked.of, width, height).save(asked.file)
        browser.close()


if __name__ == "__main__":
    main()
