"""The opening, in which the page draws and reads a 7, and the shelf of examples."""

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser import digits
from tests.browser.hands import expect_read, read
from tests.browser.ink import NO_INK, ink_box
from tests.browser.screen import THEMES, assert_accessible, assert_not_wider, assert_touchable

IS_WITHIN_LIST = """(link) => {
  const [{ left, right }, list] = [link, link.closest("ul")].map((each) =>
    each.getBoundingClientRect());
  return list.left <= left && right <= list.right;
}"""
IS_ON_TOP = """(link) => {
  const { left, bottom } = link.getBoundingClientRect();
  return link.contains(document.elementFromPoint(left + 5, bottom - 5));
}"""
ARE_LOADED = """() => [...document.querySelectorAll("#examples img")].every(
  (image) => image.complete && image.naturalWidth)"""
PICTURE = re.compile(r"/examples/.+\.(png|webp)$")
N_BELOW = 6  # those that are not in sight


def summary(page: Page) -> Locator:
    return page.locator("#examples > summary")


def example(page: Page, caption: str) -> Locator:
    return page.get_by_role("link", name=caption, exact=True)


def expect_opening(page: Page) -> None:
    """Expect a 7 with its answer over an empty pad and an empty answer."""
    expect(page.locator("#opening")).to_be_visible()
    expect(page.locator("#opening")).to_have_attribute("aria-hidden", "true")
    expect(page.locator(".is-example .digit")).to_have_text("7")
    expect(page.locator(".activations.is-example [aria-current] .class")).to_have_text("7")
    assert ink_box(page) == NO_INK
    expect(page.locator("#digit")).to_be_empty()
    expect(page.locator("#seen")).to_be_hidden()
    expect(page.locator("#undo")).to_have_attribute("aria-disabled", "true")


def expect_no_opening(page: Page) -> None:
    expect(page.locator("#opening")).to_be_hidden()
    expect(page.locator(".is-example")).to_have_count(0)


def test_a_7_is_read_without_a_request_until_the_opening_ends(page: Page) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    for end in ("Tab", "beforeprint", "pagehide"):
        page.goto("/")
        expect_opening(page)
        if end == "Tab":
            page.keyboard.press(end)
        else:
            page.evaluate("event => dispatchEvent(new Event(event))", end)
        expect_no_opening(page)
    page.reload()
    expect_opening(page)
    assert "POST" not in sent
    read(page, digits.THREE, "3")
    expect_no_opening(page)
    page.reload()
    expect_read(page, "3")
    expect_no_opening(page)


def test_the_opening_is_the_networks_answer_and_may_stand_still(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto("/?model=article")
    expect_opening(page)
    assert page.evaluate("document.getAnimations().length") == 0
    shown = page.locator(".activations.is-example .activation").all_text_contents()
    page.locator("#upload").set_input_files("static/examples/seven.png")
    expect_read(page, "7")
    assert page.locator("#activations .activation").all_text_contents() == shown


def test_an_example_is_chosen_by_keyboard_and_the_drawing_comes_back(drawing_page: Page) -> None:
    page, neat = drawing_page, example(drawing_page, "A neat 4")
    read(page, digits.THREE, "3")
    page.locator("#upload").focus()
    page.keyboard.press("Tab")
    expect(neat).to_be_focused()
    assert neat.evaluate(IS_ON_TOP)  # nothing covers it
    page.keyboard.press("Enter")
    expect_read(page, "4")
    expect(page).to_have_url(re.compile(r"[?&]example=neat$"))
    expect(neat).to_have_attribute("aria-current", "true")
    page.get_by_role("button", name="Back to drawing").click()
    expect_read(page, "3")
    expect(page).not_to_have_url(re.compile("example="))
    expect(page.locator(".shelf [aria-current]")).to_have_count(0)
    summary(page).click()
    page.route("**/examples/doodle.png", lambda route: route.fulfill(status=503))
    example(page, "A doodle").click()
    expect(page.get_by_role("alert").first).to_contain_text("The example cannot be loaded.")
    expect(page.locator("#picture")).to_be_hidden()  # the drawing stays


def test_on_a_phone_six_examples_are_in_sight_and_shown_on_the_pad(touch_page: Page) -> None:
    page = touch_page
    page.set_viewport_size({"width": 390, "height": 844})
    examples = page.locator(".in-sight a")
    expect(examples).to_have_count(6)
    assert_touchable(examples)
    for each in examples.all():
        expect(each).to_be_in_viewport(ratio=1)
    examples.first.tap()
    expect_read(page, "4")
    assert page.evaluate("scrollY") == 0
    expect(page.get_by_role("button", name="See how it decided")).to_be_in_viewport(ratio=1)
    summary(page).tap()
    example(page, "A letter").tap()
    expect(page.locator("#message")).to_contain_text("This does not look like")
    expect(page.get_by_alt_text("The picture you chose")).to_be_in_viewport(ratio=1)
    assert_not_wider(page)


def test_examples_are_loaded_with_the_shelf_and_shown_in_sight(page: Page) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("/", wait_until="networkidle")
    assert [url for url in sent if PICTURE.search(url)] == []
    summary(page).click()
    page.locator("#examples img").last.scroll_into_view_if_needed()
    page.wait_for_function(ARE_LOADED)
    asked = [url for url in sent if PICTURE.search(url)]
    assert len(asked) == N_BELOW == page.locator("#examples img").count()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    example(page, "A neat 4").evaluate("link => link.click()")
    expect_read(page, "4")
    for selector in ("#picture", "#message", "#digit", "#activations"):
        expect(page.locator(selector)).to_be_in_viewport(ratio=1)


def test_an_example_may_be_named_in_the_address_and_an_unknown_one_leaves_it(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/?model=mlp&example=looped")
    expect(page.locator("#digit")).to_have_text(re.compile(r"^[06]$"))
    expect_no_opening(page)
    expect(page.locator("#examples")).to_have_attribute("open", "")
    assert page.url.endswith("/?model=mlp&example=looped")
    assert example(page, "A 6 that looks like a 0").evaluate(IS_WITHIN_LIST)
    assert page.evaluate("scrollY") == 0
    assert_accessible(page, *THEMES)
    page.locator("#clear").click()
    page.goto("/?example=oracle")
    expect(page).to_have_url(re.compile("/$"))
    expect(page.locator("#picture")).to_be_hidden()
    expect(page.get_by_role("alert").first).to_be_empty()


def test_without_javascript_the_examples_are_pictures_to_save(plain_page: Page) -> None:
    summary(plain_page).click()
    words = "Save one of these pictures, then choose it above."
    expect(plain_page.locator("#examples")).to_contain_text(words, use_inner_text=True)
    example(plain_page, "A letter").click()
    expect(plain_page).to_have_url(re.compile(r"/examples/letter\.png$"))
