"""The large view for a class before a projector."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import digits
from tests.browser.accessibility import assert_accessible
from tests.browser.hands import Mouse, expect_last_answer
from tests.browser.inside import SUMMARY
from tests.browser.test_display import TYPE_PX

SIZES = [(1024, 768), (1280, 720), (1920, 1080)]
SCROLLS = "document.scrollingElement.scrollHeight > innerHeight"
ENLARGE, LEAVE = "Large view", "Leave the large view"


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_pad_answer_and_inside_fill_each_projector_without_scrolling(
    page: Page, theme: str
) -> None:
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.goto("/?projector")
    Mouse(page).draw(digits.THREE)
    expect_last_answer(page)
    for shown in (["#pad", "#digit", "#activations", "#seen"], ["#inside", "#diagram"]):
        for width, height in SIZES:
            page.set_viewport_size({"width": width, "height": height})
            for selector in (*shown, "#pad", "#activations"):
                expect(page.locator(selector)).to_be_in_viewport(ratio=0.99)
            assert not page.evaluate(SCROLLS)
            assert page.locator(".pad-frame").evaluate("pad => pad.clientWidth") > height / 4
            expect(page.locator(".help, .about, .examples")).to_have_count(3)
            expect(page.locator(":is(.help, .about, .examples):visible")).to_have_count(0)
        assert_accessible(page)
        page.locator(SUMMARY).click()


def test_a_number_and_its_digits_fill_each_projector_without_scrolling(page: Page) -> None:
    page.goto("/?read=number&projector")
    Mouse(page).draw(digits.NUMBER_2073)
    expect(page.locator("#digits input")).to_have_count(4)
    expect_last_answer(page)
    for width, height in SIZES:
        page.set_viewport_size({"width": width, "height": height})
        expect(page.locator("#digits")).to_be_in_viewport(ratio=0.99)
        assert not page.evaluate(SCROLLS)


def test_a_button_begins_and_ends_it_escape_ends_it_and_a_reload_keeps_it(page: Page) -> None:
    page.goto("/?model=mlp")
    usual_px = page.evaluate(TYPE_PX)
    page.get_by_role("button", name=ENLARGE, exact=True).focus()
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile(r"\?model=mlp&projector=$"))
    assert page.evaluate(TYPE_PX) > 1.2 * usual_px
    page.reload()
    expect(page.get_by_role("button", name=ENLARGE, exact=True)).to_have_count(0)
    page.get_by_role("button", name=LEAVE).click()
    expect(page).to_have_url(re.compile(r"\?model=mlp$"))
    assert page.evaluate(TYPE_PX) == usual_px
    page.goto("/?projector")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name=ENLARGE, exact=True)).to_be_visible()
