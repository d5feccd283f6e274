"""The class sheet as it is printed: whole pages, and what a photograph of them is read by."""

import io
import re
from itertools import product

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, Page

from app.config import MAX_ADDRESS_LENGTH
from nn.reading.class_sheet.flatten import flatten
from nn.reading.class_sheet.layout import pages_of
from nn.reading.class_sheet.markers import find_page
from tests.browser.accessibility import assert_accessible
from tests.serving import serving

LONGEST = ("de", "fr", "es")  # their texts have the least room between the corner squares


def test_the_printed_pages_are_of_a4_and_have_the_boxes_of_the_layout(page: Page) -> None:
    page.goto("/sheet?pupils=31")
    assert_accessible(page)
    pdf = page.pdf(prefer_css_page_size=True)
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 3
    assert len(re.findall(rb"/MediaBox \[0 0 59[45][.\d]* 84[12][.\d]*\]", pdf)) == 3
    page.emulate_media(media="print")
    for place, printed in enumerate(pages_of(31)):
        picture = page.locator(".sheet-page").nth(place).screenshot()
        grey = np.asarray(Image.open(io.BytesIO(picture)).convert("L"))
        found = find_page(grey)
        assert found.page == printed
        flat = flatten(grey, found)
        assert flat.offsets_mm.any()  # the boxes were found
        assert abs(flat.offsets_mm).max() < 0.2


def test_texts_do_not_reach_the_boxes_in_any_language(browser: Browser, base_url: str) -> None:
    longest = f"https://{'a' * (MAX_ADDRESS_LENGTH - len('https://'))}"
    with serving(INKLING_PUBLIC_ADDRESS=longest) as public:
        for url, lang in product((base_url, f"http://{public.address}"), LONGEST):
            page = browser.new_page(viewport={"width": 360, "height": 740})
            page.goto(f"{url}/sheet?lang={lang}")
            sheet, head, foot = (
                page.locator(each).bounding_box()
                for each in (".sheet-page", ".sheet-head", ".sheet-foot")
            )
            assert sheet and head and foot
            millimetre = sheet["width"] / 210
            assert head["y"] + head["height"] < sheet["y"] + 29 * millimetre, lang
            assert foot["y"] > sheet["y"] + 266 * millimetre, lang
            overflow = "document.documentElement.scrollWidth > innerWidth"
            assert not page.evaluate(overflow)
            page.close()


def test_the_print_button_prints_and_the_form_shows_another_class(page: Page) -> None:
    page.add_init_script("window.print = () => document.body.dataset.printed = true")
    page.goto("/sheet?lang=fr")
    page.get_by_role("button", name="Imprimer").click()
    assert page.evaluate("document.body.dataset.printed") == "true"
    page.get_by_label("Nombre d’élèves").fill("20")
    page.get_by_role("button", name="Afficher les pages").click()
    page.wait_for_url("**/sheet?lang=fr&pupils=20")
    assert page.locator(".sheet-page").count() == 2
