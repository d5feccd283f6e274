"""The class sheet as it is printed: whole pages, and what a photograph of them is read by."""

import io
import re
from collections.abc import Iterator

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from app.config import MAX_ADDRESS_LENGTH
from nn.reading.class_sheet.flatten import flatten
from nn.reading.class_sheet.layout import pages_of
from nn.reading.class_sheet.markers import find_sheet_page
from tests.browser.screen import assert_accessible, assert_not_wider, places
from tests.serving import Server, serving

# Their texts have the least room between the corner squares.
LONGEST = ("de", "fr", "es")


@pytest.fixture(scope="module")
def longest_server() -> Iterator[Server]:
    """Serve with the longest address that a sheet may have to show."""
    longest = f"https://{'a' * (MAX_ADDRESS_LENGTH - len('https://'))}"
    with serving(INKLING_PUBLIC_ADDRESS=longest) as server:
        yield server


def test_the_printed_pages_are_of_a4_and_have_the_boxes_of_the_layout(page: Page) -> None:
    page.goto("/sheet?pupils=31")
    assert_accessible(page)
    pdf = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 3
    assert len(re.findall(rb"/MediaBox \[0 0 59[45][.\d]* 84[12][.\d]*\]", pdf)) == 3
    page.emulate_media(media="print")
    for position, printed in enumerate(pages_of(31)):
        picture = page.locator(".sheet-page").nth(position).screenshot()
        grey = np.asarray(Image.open(io.BytesIO(picture)).convert("L"))
        found = find_sheet_page(grey)
        assert found.page == printed
        flat = flatten(grey, found)
        assert flat.offsets_mm.any()  # the boxes were found
        assert abs(flat.offsets_mm).max() < 0.2


@pytest.mark.parametrize("language", LONGEST)
def test_no_text_reaches_a_box_on_paper(page: Page, longest_server: Server, language: str) -> None:
    page.add_init_script("window.print = () => document.body.dataset.printed = true")
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(f"http://{longest_server.address}/sheet?lang={language}")
    sheet, head, foot = places(page.locator(".sheet-page, .sheet-head, .sheet-foot"))
    millimetre = sheet["width"] / 210
    assert head["y"] + head["height"] < sheet["y"] + 29 * millimetre
    assert foot["y"] > sheet["y"] + 266 * millimetre
    assert_not_wider(page)
    page.locator("#print").click()
    assert page.evaluate("document.body.dataset.printed") == "true"
    page.locator("#pupils").fill("20")
    page.locator("#pupils").press("Enter")
    page.wait_for_url(f"**/sheet?lang={language}&pupils=20")
    expect(page.locator(".sheet-page")).to_have_count(2)
