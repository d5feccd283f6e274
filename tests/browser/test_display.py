"""The page on other displays: zoomed, in a dark room, in forced colours, on a phone."""

import re
from collections.abc import Callable
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser import digits
from tests.browser.hands import Hand, expect_last_answer
from tests.browser.test_drawing import KEEP_BODIES, LAST_BODY

TOUCH_PX = 44
ZOOMS = (1, 1.1, 1.25, 1.5, 2, 3, 4)
TYPE_PX = "parseFloat(getComputedStyle(document.body).fontSize)"
STYLE = "(element, name) => getComputedStyle(element)[name]"


def style(page: Page, selector: str) -> Callable[[str], str]:
    """Return a function that returns a computed property of an element."""
    element = page.locator(selector).first
    return lambda name: str(element.evaluate(STYLE, name))


@pytest.mark.parametrize("width", [1280, 1920, 2560])
def test_type_grows_with_each_step_of_the_zoom(drawing_page: Page, width: int) -> None:
    sizes_px = []
    for zoom in ZOOMS:  # of which a page sees that the window has fewer, larger pixels
        drawing_page.set_viewport_size({"width": round(width / zoom), "height": 720})
        sizes_px.append(zoom * drawing_page.evaluate(TYPE_PX))
    assert sizes_px == sorted(set(sizes_px))
    assert sizes_px[-1] >= 3 * sizes_px[0]


def test_in_the_dark_theme_the_paper_is_dimmed_and_what_is_sent_is_dark_on_white(
    drawing_page: Page, mouse: Hand
) -> None:
    drawing_page.emulate_media(color_scheme="dark")
    drawing_page.evaluate(KEEP_BODIES)
    mouse.draw(digits.THREE)
    expect_last_answer(drawing_page)
    _, sent_bytes = drawing_page.evaluate(LAST_BODY)
    sent = Image.open(BytesIO(bytes(sent_bytes))).convert("L")
    assert sent.getextrema() == (17, 255)
    assert sent.getpixel((0, 0)) == 255
    shown = Image.open(BytesIO(drawing_page.locator("#pad").screenshot())).convert("L")
    assert shown.getpixel((shown.width // 2, 12)) in range(200, 230)


def test_in_forced_colours_the_pad_the_bars_and_what_is_chosen_stand_out(page: Page) -> None:
    page.emulate_media(forced_colors="active")
    page.goto("/?inside=network")
    ground = style(page, "body")("backgroundColor")
    assert style(page, "#pad-frame")("outlineStyle") == "solid"
    assert style(page, "#activations .bar")("borderTopStyle") == "solid"
    assert style(page, "#activations rect")("fill") != ground
    chosen, other = (
        style(page, f"[name=inside-view]{state} + span") for state in (":checked", ":not(:checked)")
    )
    assert chosen("backgroundColor") != other("backgroundColor")


def test_on_a_phone_the_help_for_the_keyboard_is_read_aloud_and_not_shown(
    browser: Browser, base_url: str
) -> None:
    with browser.new_context(base_url=base_url, has_touch=True, is_mobile=True) as context:
        page = context.new_page()
        page.goto("/")
        help_text = page.locator("#pad-help")
        expect(help_text).to_be_hidden()
        expect(page.locator("#pad")).to_have_accessible_description(re.compile("arrow keys"))
        page.keyboard.press("Tab")
        while not page.locator("#pad").evaluate("pad => pad === document.activeElement"):
            page.keyboard.press("Tab")
        expect(help_text).to_be_visible()


@pytest.mark.parametrize("language", ["en", "de", "fr", "es"])
def test_on_tablets_and_the_smallest_phone_pad_and_answer_are_in_sight_under_one_row(
    page: Page, language: str
) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"/?lang={language}&example=messy")
    expect(page.locator("#answer")).to_have_attribute("data-certain", "false")
    for width, height in [(640, 800), (720, 800), (768, 800), (850, 800), (320, 480)]:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") == width
        masthead = page.locator(".masthead").bounding_box()
        assert masthead is not None
        assert masthead["height"] < 2 * TOUCH_PX, (width, masthead)
        for shown in ("#pad-frame", "#message", "#digit"):
            expect(page.locator(shown)).to_be_in_viewport(ratio=1)
