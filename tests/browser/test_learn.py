"""The learning page: its knobs, their place in the address, and what it looks like."""

from typing import Literal

import pytest
from playwright.sync_api import Page, expect

from tests.browser.accessibility import assert_accessible


def test_the_knobs_are_in_the_address_and_nonsense_there_is_said(page: Page) -> None:
    page.goto("/learn?hidden=1000&rate=x&wrong=50&hide=seed,layers")
    expect(page.locator("#refused-knobs")).to_contain_text("(hidden, rate)")
    expect(page.locator("[data-knob=hidden] output")).to_have_text("100")
    expect(page.locator("[data-knob=rate] output")).to_have_text("3")
    expect(page.locator("[data-knob=wrong] output")).to_have_text("50 %")
    expect(page.locator("#knob-seed")).to_be_hidden()
    page.locator("#knob-hidden").press("ArrowLeft")
    page.locator("#knob-start").select_option("zero")
    query = "hidden=99&wrong=50&hide=seed%2Clayers&start=zero"
    expect(page).to_have_url(f"/learn?{query}")
    page.locator("#link > summary").click()
    page.get_by_label("learning rate", exact=True).check()
    link = page.get_by_label("Address").input_value()
    assert link.endswith("/learn?hidden=99&wrong=50&start=zero&hide=rate,seed")
    page.get_by_role("link", name="Deutsch").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Beim Lernen zusehen")
    expect(page.locator("[data-knob=hidden] output")).to_have_text("99")
    page.goto(link)
    expect(page.locator("#knob-rate")).to_be_hidden()
    expect(page.locator("#knob-start")).to_have_value("zero")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_axe_finds_nothing_and_nothing_is_wider_than_a_phone(
    page: Page, theme: Literal["light", "dark"]
) -> None:
    page.emulate_media(color_scheme=theme)
    page.set_viewport_size({"width": 320, "height": 700})
    page.goto("/learn")
    for summary in page.locator("summary:visible").all():
        summary.click()
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    assert_accessible(page)
