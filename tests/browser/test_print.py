"""What is printed: the writing, the answer and the pixels on one page, the inside on others."""

import re
from base64 import b64decode
from io import BytesIO

from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser import digits
from tests.browser.hands import Mouse, expect_last_answer
from tests.browser.inside import SUMMARY

PAGE = re.compile(rb"/Type\s*/Page\b")
CONTROLS = ".button, select, .help, .about, .inside-views input"
WHITE = "rgb(255, 255, 255)"
GROUND = "getComputedStyle(document.body).backgroundColor"


def n_pages(page: Page) -> int:
    """Return the number of pages of a PDF that Chromium prints."""
    return len(PAGE.findall(page.pdf(prefer_css_page_size=True)))


def test_one_sheet_shows_the_writing_the_answer_and_all_pixels_as_numbers(page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto("/?projector")
    Mouse(page).draw(digits.THREE)
    expect(page.locator("#digit")).to_have_text("3")
    expect_last_answer(page)
    assert n_pages(page) == 1
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(GROUND) == WHITE
    expect(page.locator("#pad, #message, #digit, .model-card:visible, #print-date")).to_have_count(
        5
    )
    for shown in ("#pad", "#message", "#digit", ".model-card >> visible=true", "#print-date"):
        expect(page.locator(shown)).to_be_visible()
    expect(page.locator("#print-date")).to_contain_text(re.compile(r"20\d\d"))
    expect(page.locator("#activations .activation:visible")).to_have_count(10)
    expect(page.locator(CONTROLS).locator("visible=true")).to_have_count(0)
    seen = b64decode((page.locator("#seen").get_attribute("src") or "").split(",")[1])
    levels = Image.open(BytesIO(seen)).convert("L").tobytes()
    numbers = page.locator("#printed-pixels td[style]").all_inner_texts()
    assert bytes(map(int, numbers)) == levels


def test_a_number_is_printed_on_one_sheet_too(page: Page) -> None:
    page.goto("/?read=number")
    Mouse(page).draw(digits.NUMBER_2073)
    expect(page.locator("#digits input")).to_have_count(4)
    expect_last_answer(page)
    assert n_pages(page) == 1


def test_what_is_open_of_the_inside_begins_on_a_page_of_its_own(page: Page) -> None:
    page.goto("/?inside=network")
    Mouse(page).draw(digits.THREE)
    expect(page.locator("#neuron")).to_be_visible()
    expect_last_answer(page)
    assert n_pages(page) == 2
    page.locator(SUMMARY).click()
    assert n_pages(page) == 1
