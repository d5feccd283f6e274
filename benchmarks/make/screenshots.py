"""Take the README's pictures of the page: ``python -m benchmarks.make.screenshots FOLDER``."""

import sys
from io import BytesIO
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, ViewportSize, expect, sync_playwright

from tests.browser import digits
from tests.browser.chromium import LAUNCH
from tests.browser.clock import stop_clock
from tests.browser.hands import Mouse, expect_last_answer
from tests.browser.screen import TWO_FRAMES
from tests.serving import serving

SIZE: ViewportSize = {"width": 1280, "height": 800}
N_COLOURS = 64
N_FRAMES, N_COLUMNS, GAP_PX = 10, 5, 6
FILM_MS = 2500


def number(page: Page) -> Image.Image:
    """Write a number on the page and return its picture."""
    page.goto("/?pad=wide")
    Mouse(page).draw(digits.NUMBER_2073)
    expect(page.locator("#digit")).to_have_text("2073")
    expect_last_answer(page)
    picture = Image.open(BytesIO(page.screenshot(animations="disabled")))
    return picture.convert("RGB").quantize(N_COLOURS)


def decision(page: Page) -> Image.Image:
    """Return ten frames of a digit's way through the network, in two rows."""
    page.goto("/?example=neat")
    expect_last_answer(page)
    page.evaluate(TWO_FRAMES)
    pictures = frames(page)
    width, height = pictures[0].width + GAP_PX, pictures[0].height + GAP_PX
    film = Image.new("RGB", (N_COLUMNS * width, N_FRAMES // N_COLUMNS * height))
    for place, picture in enumerate(pictures):
        film.paste(picture, (place % N_COLUMNS * width, place // N_COLUMNS * height))
    return film


def frames(page: Page) -> list[Image.Image]:
    """Open the stage of the answer that is shown, and return its frames by a clock of their own."""
    stop_clock(page)
    page.get_by_role("button", name="See how it decided").click()
    while page.locator("#decision[open] [data-part=play]:text('Pause')").count() == 0:
        page.clock.run_for(1)
    pictures = []
    for _ in range(N_FRAMES):
        picture = Image.open(BytesIO(page.screenshot())).convert("RGB")
        pictures.append(picture.reduce(2))
        page.clock.run_for(FILM_MS // (N_FRAMES - 1))
    return pictures


def main(folder: Path) -> None:
    """Write the pictures."""
    with serving() as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**LAUNCH)
        url = f"http://{server.address}"
        page = browser.new_page(viewport=SIZE, base_url=url)
        number(page).save(folder / "screenshot.png", optimize=True)
        decision(page).save(folder / "film_decision.webp")
        browser.close()


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    main(Path(sys.argv[1]))
