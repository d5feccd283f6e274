"""The page as a whole: widths, themes, accessibility, with and without scripts."""

import re
from pathlib import Path
from typing import Literal

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, Page, expect

from tests.browser import digits
from tests.browser.accessibility import assert_accessible
from tests.browser.answers import READ
from tests.browser.hands import Hand, Mouse, expect_last_answer
from tests.browser.inside import VIEWS, open_inside, show

BLANK = re.compile(r"^\s*$")
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
SHOWN = {  # what each view has when it is complete
    "network": "#neuron dd",
    "why": "#why dd",
    "picture": "#stages img",
    "layers": "#unit dd",
    "compare": "#networks .given:not(:empty)",
}


def test_axe_finds_nothing_with_any_answer_or_problem(
    drawing_page: Page, mouse: Hand, tmp_path: Path
) -> None:
    def assert_accessible_in_both_themes() -> None:
        for theme in THEMES:
            drawing_page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            assert_accessible(drawing_page)

    assert_accessible_in_both_themes()
    open_inside(drawing_page)
    mouse.draw(digits.THREE)
    expect(drawing_page.locator("#neuron")).to_be_visible()
    expect_last_answer(drawing_page)
    assert_accessible_in_both_themes()
    mouse.draw(digits.NO_DIGIT)
    expect(drawing_page.locator("#message")).to_contain_text("This does not look like a digit.")
    expect_last_answer(drawing_page)
    assert_accessible_in_both_themes()
    (tmp_path / "letter.png").write_text("Dear Ada,")
    drawing_page.locator("#upload").set_input_files(tmp_path / "letter.png")
    expect(drawing_page.get_by_role("alert")).not_to_have_text(BLANK)
    assert_accessible_in_both_themes()
    drawing_page.goto("/no-such-page")
    expect(drawing_page.get_by_role("heading", level=1)).not_to_have_text(BLANK)
    assert_accessible_in_both_themes()
    drawing_page.get_by_role("link", name="Back to drawing").click()
    expect(drawing_page.locator("#pad")).to_be_visible()


def test_nothing_is_wider_than_the_screen_in_any_view(page: Page) -> None:
    page.goto("/")
    page.locator("#examples > summary").click()
    Mouse(page).draw(digits.THREE)
    open_inside(page)
    expect(page.locator("#neuron")).to_be_visible()
    for view in VIEWS:
        page.set_viewport_size({"width": 1440, "height": 900})
        show(page, view)
        expect(page.locator(SHOWN[view])).not_to_have_count(0)
        for width, height in [(320, 640), (360, 740), (800, 600), (1440, 900)]:
            page.set_viewport_size({"width": width, "height": height})
            assert page.evaluate("document.documentElement.scrollWidth") == width, (view, width)


def test_the_pad_is_large_and_the_answer_fits_on_the_screen_with_it(page: Page) -> None:
    message, whole = ["#message", "#digit"], ["#digit", "#activations", "#seen", "#undo", "#clear"]
    page.goto("/")
    Mouse(page).draw(digits.THREE)
    expect(page.locator("#digit")).to_have_text("3")
    for width, height, least_px, shown in [
        (360, 640, 260, message),  # all of the answer has no room
        (360, 740, 244, whole),
        (740, 360, 200, whole),
        (1440, 900, 400, whole),
        (1280, 720, 400, whole),
    ]:
        page.set_viewport_size({"width": width, "height": height})
        for selector in ("#pad", *shown):
            expect(page.locator(selector)).to_be_in_viewport(ratio=1)
        assert page.locator("#pad").evaluate("pad => pad.clientWidth") >= least_px, (width, height)
    page.set_viewport_size({"width": 360, "height": 740})
    page.locator("#clear").click()
    Mouse(page).draw(digits.NUMBER_207)
    expect(page.locator("#digits label")).to_have_count(3)
    expect(page.locator("#activations")).to_be_in_viewport(ratio=1)


def test_the_pages_are_in_one_row_and_on_a_phone_in_a_menu(browser: Browser, base_url: str) -> None:
    page = browser.new_page(
        base_url=base_url, locale="fr-FR", viewport={"width": 1024, "height": 768}
    )
    page.goto("/")
    for link in page.locator(".navigation > a").all():
        expect(link).to_be_in_viewport(ratio=1)
    page.set_viewport_size({"width": 360, "height": 640})
    page.locator(".navigation summary").click()
    for link in page.locator(".navigation .card a").all():
        expect(link).to_be_in_viewport(ratio=1)
    page.goto("/sheet")
    expect(page.locator(".navigation > [aria-current]")).to_have_attribute("href", "/class")
    page.close()


def test_a_visit_sends_no_request_elsewhere_logs_no_error_and_finds_controls_of_44_pixels(
    drawing_page: Page, mouse: Hand, base_url: str
) -> None:
    controls = ".button:visible, select:visible, summary:visible, .brand"
    for control in drawing_page.locator(controls).all():
        box = control.bounding_box()
        assert box is not None
        assert box["height"] >= 44, control
    sent: list[str] = []
    logged: list[str] = []
    drawing_page.on("request", lambda request: sent.append(request.url))
    drawing_page.on("console", lambda message: logged.append(message.text))
    drawing_page.reload()
    mouse.draw(digits.SEVEN)
    expect(drawing_page.locator("#digit")).to_have_text("7")
    open_inside(drawing_page)
    expect(drawing_page.locator("#neuron")).to_be_visible()
    assert logged == []
    assert any(READ.search(url) for url in sent)
    assert [url for url in sent if not url.startswith((base_url, "data:", "blob:"))] == []


def test_without_javascript_a_plain_form_reads_a_picture_or_says_why_not(
    plain_page: Page, tmp_path: Path
) -> None:
    expect(plain_page.locator("#pad")).to_be_hidden()
    expect(plain_page.locator("#message")).to_have_text(
        "Choose a picture of one digit, or of a number.", use_inner_text=True
    )
    picture = Image.new("L", (200, 200), "white")
    ImageDraw.Draw(picture).line([(100, 30), (100, 170)], fill="black", width=16)
    picture.save(tmp_path / "one.png")
    plain_page.get_by_label("Network").select_option("article")
    plain_page.get_by_label("Upload picture").set_input_files(tmp_path / "one.png")
    plain_page.get_by_role("button", name="Read it").click()
    expect(plain_page.locator("#digit")).to_have_text("1")
    expect(plain_page.locator("#message")).to_contain_text("1")
    expect(plain_page.locator("#activations .activation")).to_have_count(10)
    expect(plain_page.locator("#activations [aria-current] .class")).to_have_text("1")
    expect(plain_page.locator("#seen")).to_be_visible()
    expect(plain_page.get_by_label("Network")).to_have_value("article")
    plain_page.get_by_label("Upload picture").set_input_files(
        {"name": "letter.png", "mimeType": "image/png", "buffer": b"Dear Ada,"}
    )
    plain_page.get_by_role("button", name="Read it").click()
    expect(plain_page.get_by_role("alert")).to_contain_text("picture")
    expect(plain_page.locator("#digit")).to_have_text(BLANK)
    plain_page.goto("/?projector")
    expect(plain_page.locator("#projector")).to_be_hidden()  # it would not leave the large view
