"""The opening: a 7 draws itself and is read, and nothing of it is the visitor's."""

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from tests.browser import digits
from tests.browser.hands import Mouse, expect_last_answer

PHONE: ViewportSize = {"width": 390, "height": 844}
IS_BLANK = """(canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.every((level) => level === 255);
}"""


def expect_opening(page: Page) -> None:
    """Expect a 7 with its answer over an empty pad and an empty answer."""
    expect(page.locator("#opening")).to_be_visible()
    expect(page.locator(".is-example .digit")).to_have_text("7")
    expect(page.locator(".activations.is-example [aria-current] .class")).to_have_text("7")
    assert page.locator("#pad").evaluate(IS_BLANK)
    expect(page.locator("#digit")).to_be_empty()
    expect(page.locator("#seen")).to_be_hidden()
    expect(page.locator("#undo")).to_have_attribute("aria-disabled", "true")


def expect_no_opening(page: Page) -> None:
    expect(page.locator("#opening")).to_be_hidden()
    expect(page.locator(".is-example")).to_have_count(0)


def test_a_7_is_read_without_a_request_until_the_pad_is_touched(page: Page) -> None:
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.method))
    page.goto("/")
    expect_opening(page)
    expect(page.locator("#opening")).to_have_attribute("aria-hidden", "true")
    assert "POST" not in sent
    Mouse(page).draw(digits.THREE)
    expect_no_opening(page)
    expect(page.locator("#digit")).to_have_text("3")
    expect_last_answer(page)
    page.reload()
    expect(page.locator("#digit")).to_have_text("3")
    expect_no_opening(page)


def test_any_key_or_picture_ends_it_and_an_example_in_the_address_is_shown_instead(
    page: Page,
) -> None:
    page.goto("/")
    page.keyboard.press("Tab")
    expect_no_opening(page)
    page.reload()
    expect_opening(page)
    page.locator("#upload").set_input_files("static/examples/three.png")
    expect(page.locator("#digit")).to_have_text("3")
    expect_no_opening(page)
    page.goto("/?example=neat")
    expect(page.locator("#digit")).to_have_text("4")
    expect_no_opening(page)


@pytest.mark.parametrize("event", ["beforeprint", "pagehide"])
def test_it_is_over_after_a_print_and_when_the_browser_brings_the_page_back(
    page: Page, event: str
) -> None:
    page.goto("/")
    expect_opening(page)
    page.evaluate("event => dispatchEvent(new Event(event))", event)
    expect_no_opening(page)


def test_it_is_the_answer_that_the_network_gives_to_the_picture(page: Page) -> None:
    page.goto("/?model=article")
    shown = page.locator(".activations.is-example .activation").all_text_contents()
    page.locator("#upload").set_input_files("static/examples/seven.png")
    expect(page.locator("#digit")).to_have_text("7")
    assert page.locator("#activations .activation").all_text_contents() == shown


def test_under_reduced_motion_its_end_stands_still_and_paper_shows_none_of_it(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto("/")
    expect_opening(page)
    assert page.evaluate("document.getAnimations().length") == 0
    page.emulate_media(media="print")
    expect(page.locator("#opening")).to_be_hidden()
    expect(page.locator(".is-example").first).to_be_hidden()


def test_six_examples_are_in_sight_under_the_pad_of_a_phone(page: Page) -> None:
    page.set_viewport_size(PHONE)
    page.goto("/")
    examples = page.locator(".in-sight a")
    expect(examples).to_have_count(6)
    for example in examples.all():
        expect(example).to_be_in_viewport(ratio=1)
        box = example.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44
    examples.first.click()
    expect(page.locator("#digit")).to_have_text("4")
    assert page.evaluate("scrollY") == 0
    expect(page.get_by_role("button", name="See how it decided")).to_be_in_viewport(ratio=1)
