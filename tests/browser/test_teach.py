"""The teacher's page in the browser and on paper."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from app.languages import NAMES
from tests.browser.accessibility import assert_accessible

PAGE = re.compile(rb"/Type\s*/Page\b")
SCROLLS = "document.scrollingElement.scrollWidth > innerWidth"


@pytest.mark.parametrize("language", NAMES)
def test_it_prints_as_four_pages_in_each_language_and_fits_a_phone(
    language: str, page: Page
) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto(f"/teach?lang={language}")
    assert not page.evaluate(SCROLLS)
    for paper in ("A4", "Letter"):
        assert len(PAGE.findall(page.pdf(format=paper))) == 4


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_it_is_accessible(theme: str, page: Page) -> None:
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    page.goto("/teach")
    assert_accessible(page)


def test_a_section_is_printed_alone_and_afterwards_all_again(page: Page) -> None:
    page.add_init_script("window.print = () => (window.hasPrinted = true)")
    page.goto("/teach")
    page.locator("#worksheet").get_by_role("button").click()
    assert page.evaluate("hasPrinted")
    assert len(PAGE.findall(page.pdf())) == 1
    expect(page.locator(".not-printed")).to_have_count(0)
    assert len(PAGE.findall(page.pdf())) == 4


def test_without_scripts_all_is_there_but_the_buttons(browser: Browser, base_url: str) -> None:
    with browser.new_context(base_url=base_url, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/teach")
        expect(page.get_by_role("heading", level=2)).to_have_count(4)
        expect(page.locator("main button:visible")).to_have_count(0)
