"""The shelf of examples: chosen by keyboard, by touch and by the address; the drawing stays."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, ViewportSize, expect

from tests.browser import digits
from tests.browser.accessibility import assert_accessible
from tests.browser.hands import Hand, expect_last_answer

N_BELOW = 6  # those that are not in sight
IS_WITHIN_LIST = """(link) => {
  const [{ left, right }, list] = [link, link.closest("ul")].map((each) =>
    each.getBoundingClientRect());
  return list.left <= left && right <= list.right;
}"""
IS_ON_TOP = """(link) => {
  const { left, bottom } = link.getBoundingClientRect();
  return link.contains(document.elementFromPoint(left + 5, bottom - 5));
}"""
PICTURE = re.compile(r"/examples/.+\.(png|webp)$")
PHONE: ViewportSize = {"width": 360, "height": 740}


@pytest.fixture
def phone(browser: Browser, base_url: str) -> Iterator[Page]:
    """Return the page on a touch screen."""
    with browser.new_context(base_url=base_url, viewport=PHONE, has_touch=True) as context:
        page = context.new_page()
        page.goto("/")
        yield page


def summary(page: Page) -> Locator:
    return page.locator("#examples > summary")


def example(page: Page, caption: str) -> Locator:
    return page.get_by_role("link", name=caption, exact=True)


def test_an_example_is_chosen_by_keyboard_and_the_drawing_comes_back(
    drawing_page: Page, mouse: Hand
) -> None:
    mouse.draw(digits.THREE)
    expect(drawing_page.locator("#digit")).to_have_text("3")
    drawing_page.locator("#upload").focus()
    drawing_page.keyboard.press("Tab")
    expect(example(drawing_page, "A neat 4")).to_be_focused()
    assert example(drawing_page, "A neat 4").evaluate(IS_ON_TOP)  # nothing covers it
    drawing_page.keyboard.press("Enter")
    expect(drawing_page.locator("#digit")).to_have_text("4")
    expect(drawing_page).to_have_url(re.compile(r"[?&]example=neat$"))
    expect(example(drawing_page, "A neat 4")).to_have_attribute("aria-current", "true")
    drawing_page.get_by_role("button", name="Back to drawing").click()
    expect(drawing_page.locator("#digit")).to_have_text("3")
    expect(drawing_page).not_to_have_url(re.compile("example="))
    expect(drawing_page.locator(".shelf [aria-current]")).to_have_count(0)


def test_pad_and_answer_are_in_sight_when_an_example_is_chosen_far_below_them(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 800})
    page.goto("/")
    summary(page).click()
    example(page, "A page of numbers").scroll_into_view_if_needed()
    page.evaluate("scrollTo(0, document.body.scrollHeight)")
    example(page, "A neat 4").evaluate("link => link.click()")
    expect(page.locator("#digit")).to_have_text("4")
    for selector in ("#picture", "#message", "#digit", "#activations"):
        expect(page.locator(selector)).to_be_in_viewport(ratio=1)


def test_an_example_is_chosen_by_touch_and_shown_where_the_pad_is(phone: Page) -> None:
    summary(phone).tap()
    example(phone, "A letter").tap()
    expect(phone.locator("#message")).to_contain_text("This does not look like")
    expect(phone.get_by_alt_text("The picture you chose")).to_be_in_viewport(ratio=1)
    assert phone.evaluate("document.documentElement.scrollWidth") == PHONE["width"]


def test_an_example_may_be_named_in_the_address_beside_other_things(page: Page) -> None:
    page.set_viewport_size(PHONE)
    page.goto("/?model=mlp&example=looped")
    expect(page.locator("#digit")).to_have_text(re.compile(r"^[56]$"))
    expect(page.locator("#examples")).to_have_attribute("open", "")
    assert page.url.endswith("/?model=mlp&example=looped")
    assert example(page, "A 5 that looks like a 6").evaluate(IS_WITHIN_LIST)
    assert page.evaluate("scrollY") == 0
    assert_accessible(page)
    page.emulate_media(color_scheme="dark")
    assert_accessible(page)


def test_an_unknown_example_leaves_the_address_and_nothing_is_said(page: Page) -> None:
    page.goto("/?example=oracle", wait_until="networkidle")
    expect(page.locator("#picture")).to_be_hidden()
    expect(page.locator("#examples")).not_to_have_attribute("open", "")
    expect(page.get_by_role("alert").first).to_be_empty()
    expect(page.locator("#opening")).to_be_visible()  # as without an example
    assert page.url.endswith("/")


def test_the_examples_are_loaded_when_the_shelf_is_opened_and_not_before(page: Page) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    page.goto("/", wait_until="networkidle")
    assert [url for url in sent if PICTURE.search(url)] == []
    summary(page).click()
    loaded = "(images) => images.every((image) => image.complete && image.naturalWidth)"
    pictures = page.locator("#examples img")
    pictures.last.scroll_into_view_if_needed()
    page.wait_for_function(f"() => ({loaded})([...document.querySelectorAll('#examples img')])")
    asked = [url for url in sent if PICTURE.search(url)]
    assert len(asked) == N_BELOW == pictures.count()


def test_of_two_examples_the_one_chosen_last_is_shown(drawing_page: Page) -> None:
    held: list[Route] = []

    def hold(route: Route) -> None:
        """Hold the example back, but not its picture on the shelf, which may be late too."""
        if route.request.resource_type == "image":
            route.continue_()
        else:
            held.append(route)

    summary(drawing_page).click()
    drawing_page.route("**/examples/neat.png", hold)
    example(drawing_page, "A neat 4").click()
    example(drawing_page, "A 7 with a bar").click()
    expect(drawing_page.locator("#digit")).to_have_text("7")
    (late,) = held
    with drawing_page.expect_event("requestfinished"):
        late.continue_()
    expect_last_answer(drawing_page)
    expect(drawing_page.locator("#digit")).to_have_text("7")
    expect(drawing_page).to_have_url(re.compile("example=bar$"))


def test_an_example_that_cannot_be_loaded_is_said_and_the_drawing_stays(
    drawing_page: Page, mouse: Hand
) -> None:
    mouse.draw(digits.THREE)
    expect(drawing_page.locator("#digit")).to_have_text("3")
    summary(drawing_page).click()
    drawing_page.route("**/examples/doodle.png", lambda route: route.fulfill(status=503))
    example(drawing_page, "A doodle").click()
    expect(drawing_page.get_by_role("alert").first).to_contain_text("The example cannot be loaded.")
    expect(drawing_page.locator("#picture")).to_be_hidden()


def test_without_javascript_the_examples_are_pictures_to_save(plain_page: Page) -> None:
    summary(plain_page).click()
    words = "Save one of these pictures, then choose it above."
    expect(plain_page.locator("#examples")).to_contain_text(words, use_inner_text=True)
    example(plain_page, "A letter").click()
    expect(plain_page).to_have_url(re.compile(r"/examples/letter\.png$"))
