"""The page as a whole: screens, themes, projector, paper, accessibility, and without scripts."""

import re
from base64 import b64decode
from io import BytesIO

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser import digits
from tests.browser.answers import READ
from tests.browser.hands import Mouse, expect_last_answer, read
from tests.browser.inside import SUMMARY, open_inside
from tests.browser.options import open_options, press_option
from tests.browser.screen import (
    SCROLLS,
    THEMES,
    TOUCH_PX,
    assert_accessible,
    assert_not_wider,
    assert_touchable,
    n_pages,
    place,
)

MIN_BAR_PX = 24  # a tenth of it is still seen
MIN_LARGE_BAR_HEIGHT_PX = 8  # of a bar in the large view
PROJECTORS = [(1024, 768), (1280, 720), (1920, 1080)]
ENLARGE, LEAVE = "Large view", "Leave the large view"
TYPE_PX = "parseFloat(getComputedStyle(document.body).fontSize)"
STYLE = "(element, name) => getComputedStyle(element)[name]"
CHOOSE = """(name) => {
  const model = document.getElementById("model");
  model.value = name;
  model.dispatchEvent(new Event("change"));
}"""
CONTROLS = ".button, select, .help, .about, .inside-views input"
GROUND = "getComputedStyle(document.body).backgroundColor"


def test_axe_finds_nothing_with_any_answer_or_problem(drawing_page: Page) -> None:
    page = drawing_page
    assert_accessible(page, *THEMES)
    open_inside(page)
    read(page, digits.THREE, "3")
    assert_accessible(page, *THEMES)
    Mouse(page).draw(digits.STAR)
    expect(page.locator("#message")).to_contain_text("This does not look like a digit.")
    expect_last_answer(page)
    assert_accessible(page, *THEMES)
    letter = b"Dear Ada,"
    page.locator("#upload").set_input_files(
        {"name": "letter.png", "mimeType": "image/png", "buffer": letter}
    )
    expect(page.get_by_role("alert")).not_to_have_text("")
    assert_accessible(page, *THEMES)
    page.goto("/no-such-page")
    expect(page.get_by_role("heading", level=1)).not_to_have_text("")
    assert_accessible(page, *THEMES)
    page.get_by_role("link", name="Back to drawing").click()
    expect(page.locator("#pad")).to_be_visible()


def test_the_pad_is_large_and_the_answer_fits_on_the_screen_with_it(drawing_page: Page) -> None:
    page = drawing_page
    shown = ["#pad", "#message", "#digit", "#activations", "#seen", "#undo", "#clear"]
    read(page, digits.THREE, "3")
    for width, height, least_px in [
        (360, 640, 260),
        (390, 664, 260),  # between the bars of a browser
        (360, 740, 244),
        (740, 360, 200),
        (1440, 900, 400),
        (1280, 720, 400),
    ]:
        page.set_viewport_size({"width": width, "height": height})
        for selector in shown:
            expect(page.locator(selector)).to_be_in_viewport(ratio=1)
        assert page.locator("#pad").evaluate("pad => pad.clientWidth") >= least_px, (width, height)
    page.locator("#clear").click()
    Mouse(page).draw(digits.NUMBER_207)
    expect(page.locator("#digits label")).to_have_count(3)
    for height in (640, 740):
        page.set_viewport_size({"width": 360, "height": height})
        expect(page.locator("#activations")).to_be_in_viewport(ratio=1)


@pytest.mark.parametrize("language", ["de", "fr", "es"])
def test_on_a_low_phone_a_doubtful_answer_hides_no_bar(page: Page, language: str) -> None:
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto(f"/?lang={language}")
    before = place(page.locator("#activations"))
    for strokes in (digits.NO_DIGIT, digits.STAR):
        Mouse(page).draw(strokes)
        expect(page.locator("#answer")).to_have_attribute("data-certain", "false")
        expect_last_answer(page)
        assert place(page.locator("#activations")) == before
    page.goto(f"/?lang={language}&example=messy")
    assert place(page.locator("#activations")) == before
    expect(page.locator("#activations")).to_be_in_viewport(ratio=1)
    best = page.locator("#activations [aria-current] .activation")
    assert best.evaluate("number => number.scrollWidth <= number.clientWidth")
    assert place(page.locator("#activations .bar").first)["width"] >= MIN_BAR_PX


@pytest.mark.parametrize("language", ["de", "fr"])
def test_on_small_screens_pad_and_answer_are_in_sight_in_one_row(page: Page, language: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"/?lang={language}&example=messy")
    expect(page.locator("#answer")).to_have_attribute("data-certain", "false")
    for width, height in [(640, 800), (768, 800), (850, 800), (320, 480)]:
        assert_not_wider(page, width, height=height)
        assert place(page.locator(".masthead"))["height"] < 2 * TOUCH_PX, width
        for shown in ("#pad-frame", "#message", "#digit"):
            expect(page.locator(shown)).to_be_in_viewport(ratio=1)


def test_type_grows_with_each_step_of_the_zoom(drawing_page: Page) -> None:
    sizes_px = []
    for zoom in (1, 1.1, 1.25, 1.5, 2, 3, 4):  # the window has fewer, larger pixels
        drawing_page.set_viewport_size({"width": round(1280 / zoom), "height": 720})
        sizes_px.append(zoom * drawing_page.evaluate(TYPE_PX))
    assert sizes_px == sorted(set(sizes_px))
    assert sizes_px[-1] >= 3 * sizes_px[0]


def test_in_forced_colours_the_pad_the_bars_and_what_is_chosen_stand_out(page: Page) -> None:
    def style(selector: str, name: str) -> str:
        return str(page.locator(selector).first.evaluate(STYLE, name))

    page.emulate_media(forced_colors="active")
    page.goto("/?inside=network")
    assert style("#pad-frame", "outlineStyle") == "solid"
    assert style("#activations .bar", "borderTopStyle") == "solid"
    assert style("#activations rect", "fill") != style("body", "backgroundColor")
    chosen, other = (
        style(f"[name=inside-view]{state} + span", "backgroundColor")
        for state in (":checked", ":not(:checked)")
    )
    assert chosen != other


def test_on_a_phone_the_keys_help_is_only_read_aloud(browser: Browser, base_url: str) -> None:
    with browser.new_context(base_url=base_url, has_touch=True, is_mobile=True) as context:
        page = context.new_page()
        page.goto("/")
        open_options(page)
        expect(page.locator("#pad-help")).to_be_hidden()
        expect(page.locator("#pad")).to_have_accessible_description(re.compile("arrow keys"))


def test_the_options_open_by_key_and_are_closed_by_escape_back_and_what_they_do(
    page: Page,
) -> None:
    page.goto("/?projector")
    options, button = page.locator("#options"), page.get_by_role("button", name="Options")
    for close in (lambda: page.keyboard.press("Escape"), page.go_back):
        button.focus()
        page.keyboard.press("Enter")
        expect(page.locator("#pad-help")).to_be_visible()
        assert_accessible(page)
        close()
        expect(options).to_be_hidden()
        expect(page.locator("html[data-projector]")).to_have_count(1)
    press_option(page, "Bet first")
    expect(page).to_have_url(re.compile("bet"))
    page.wait_for_function("() => history.state.covers === 0")


def test_the_pages_are_in_one_row_and_on_a_phone_in_a_menu(page: Page) -> None:
    page.set_viewport_size({"width": 1024, "height": 768})
    page.goto("/?lang=fr")
    for link in page.locator(".navigation > a").all():
        expect(link).to_be_in_viewport(ratio=1)
    page.set_viewport_size({"width": 360, "height": 640})
    page.locator(".navigation summary").click()
    for link in page.locator(".navigation .card a").all():
        expect(link).to_be_in_viewport(ratio=1)
    page.goto("/sheet")
    expect(page.locator(".navigation > [aria-current]")).to_have_attribute("href", "/class")


def test_a_visit_sends_no_request_elsewhere_logs_no_error_and_finds_controls_of_44_pixels(
    drawing_page: Page, base_url: str
) -> None:
    page, sent, logged = drawing_page, list[str](), list[str]()
    controls = ".button:visible, select:visible, summary:visible, .brand"
    assert_touchable(page.locator(controls))
    page.on("request", lambda request: sent.append(request.url))
    page.on("console", lambda message: logged.append(message.text))
    page.reload()
    read(page, digits.SEVEN, "7")
    open_inside(page)
    expect(page.locator("#neuron")).to_be_visible()
    assert logged == []
    assert any(READ.search(url) for url in sent)
    assert [url for url in sent if not url.startswith((base_url, "data:", "blob:"))] == []


def test_back_closes_a_view_and_what_else_the_address_holds_stays(drawing_page: Page) -> None:
    page = drawing_page
    for opener, opened, model in [
        ("#projector", "html[data-projector]", "mlp"),
        ("#invite", "#invitation[open]", "article"),
        (SUMMARY, "#inside[open]", "mlp"),
    ]:
        page.locator(opener).evaluate("opener => opener.click()")  # one is hidden at this size
        expect(page.locator(opened)).to_have_count(1)
        page.evaluate(CHOOSE, model)
        page.go_back()
        expect(page.locator(opened)).to_have_count(0)
        expect(page).to_have_url(re.compile(rf"/\?model={model}$"))


def test_pad_answer_and_inside_fill_each_projector_without_scrolling(page: Page) -> None:
    page.goto("/?projector")
    read(page, digits.THREE, "3")
    views = (["#digit", "#activations", "#seen"], ["#inside", "#diagram"])
    for theme, shown in zip(THEMES, views, strict=True):
        for width, height in PROJECTORS:
            page.set_viewport_size({"width": width, "height": height})
            for selector in (*shown, "#pad", "#activations"):
                expect(page.locator(selector)).to_be_in_viewport(ratio=0.99)
            assert not page.evaluate(SCROLLS)
            assert page.locator("#pad-frame").evaluate("pad => pad.clientWidth") > height / 4
            expect(page.locator(":is(.help, .about, .examples):visible")).to_have_count(0)
        assert_accessible(page, theme)
        page.locator(SUMMARY).click()
    page.locator("#clear").click()
    read(page, digits.NUMBER_207, "207")
    for width, height in PROJECTORS:
        page.set_viewport_size({"width": width, "height": height})
        expect(page.locator("#digits")).to_be_in_viewport(ratio=0.99)
        assert not page.evaluate(SCROLLS)


def test_from_the_back_of_a_class_each_bar_is_seen_beside_the_inside(page: Page) -> None:
    page.goto("/?projector&example=messy&inside=layers")
    expect(page.locator("#digit")).to_have_text("9")
    for width, height in ((768, 1024), *PROJECTORS):
        page.set_viewport_size({"width": width, "height": height})
        for bar in map(place, page.locator("#activations .bar").all()):
            assert bar["width"] >= MIN_BAR_PX
            assert bar["height"] >= MIN_LARGE_BAR_HEIGHT_PX


def test_a_button_begins_and_ends_the_large_view_and_escape_ends_it(page: Page) -> None:
    page.goto("/?model=mlp")
    usual_px = page.evaluate(TYPE_PX)
    press_option(page, ENLARGE)
    expect(page).to_have_url(re.compile(r"\?model=mlp&projector=$"))
    assert page.evaluate(TYPE_PX) > 1.2 * usual_px
    page.reload()
    press_option(page, LEAVE)
    expect(page).to_have_url(re.compile(r"\?model=mlp$"))
    assert page.evaluate(TYPE_PX) == usual_px
    press_option(page, ENLARGE)
    page.keyboard.press("Escape")
    expect(page.locator("html[data-projector]")).to_have_count(0)
    # A closed view is not in the way of Back.
    page.wait_for_function("() => history.state.covers === 0")


def test_one_sheet_shows_writing_answer_and_pixels_the_inside_another(page: Page) -> None:
    page.emulate_media(color_scheme="dark")
    page.goto("/?projector")
    read(page, digits.THREE, "3")
    assert n_pages(page) == 1
    page.emulate_media(media="print", color_scheme="dark")
    assert page.evaluate(GROUND) == "rgb(255, 255, 255)"
    for shown in ("#pad", "#message", "#digit", ".model-card >> visible=true", "#print-date"):
        expect(page.locator(shown)).to_be_visible()
    expect(page.locator("#print-date")).to_contain_text(re.compile(r"20\d\d"))
    expect(page.locator("#activations .activation:visible")).to_have_count(10)
    expect(page.locator(CONTROLS).locator("visible=true")).to_have_count(0)
    seen = b64decode((page.locator("#seen").get_attribute("src") or "").split(",")[1])
    levels = Image.open(BytesIO(seen)).convert("L").tobytes()
    numbers = page.locator("#printed-pixels td[style]").all_inner_texts()
    assert bytes(map(int, numbers)) == levels
    page.emulate_media(media="null")
    page.goto("/?inside=network")  # with the kept drawing
    expect(page.locator("#neuron")).to_be_visible()
    expect_last_answer(page)
    assert n_pages(page) == 2
    page.locator(SUMMARY).click()
    page.locator("#clear").click()
    read(page, digits.NUMBER_207, "207")
    assert n_pages(page) == 1


def test_without_javascript_a_plain_form_reads_a_picture(plain_page: Page) -> None:
    page = plain_page
    expect(page.locator("#pad")).to_be_hidden()
    prompt = "Choose a picture of one digit, or of a number."
    expect(page.locator("#message")).to_have_text(prompt, use_inner_text=True)
    page.get_by_role("button", name="Options").click()
    page.get_by_label("Network").select_option("article")
    page.get_by_label("Upload picture").set_input_files("static/examples/seven.png")
    page.get_by_role("button", name="Read it").click()
    expect(page.locator("#digit")).to_have_text("7")
    expect(page.locator("#activations [aria-current] .class")).to_have_text("7")
    expect(page.locator("#seen")).to_be_visible()
    expect(page.get_by_label("Network")).to_have_value("article")
    page.goto("/?projector")
    expect(page.locator("#projector")).to_be_hidden()  # it would not leave the large view
