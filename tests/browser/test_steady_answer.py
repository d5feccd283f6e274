"""The answer while a digit is drawn: nothing moves, nothing flashes, and it is announced once."""

import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import digits
from tests.browser.answers import READ, digit_answer, number_answer
from tests.browser.hands import Hand, Mouse, expect_last_answer

BLANK = re.compile(r"^\s*$")
PROMPT = "Draw a digit, or a number with several digits."
NO_DIGIT = "This does not look like a digit. Best guess: 8."
CERTAIN = digit_answer(8, message="This looks like an 8.")
LEFT_OUT = "Best guess: 9. Not read: something that does not look like a digit."
PAUSE_MS = 700

NOTE_SHIFTS = """() => {
  window.shifts = [];
  const note = (list) => window.shifts.push(...list.getEntries().map(({ value }) => value));
  new PerformanceObserver(note).observe({ type: "layout-shift" });
}"""
TWO_FRAMES = "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"

# What screen readers read: the text of a live region when it changes.
NOTE_ANNOUNCEMENTS = """() => {
  window.announced = [];
  const regions = "[role=status], [role=alert], [aria-live]";
  const element = ({ target }) => (target.closest ? target : target.parentElement);
  new MutationObserver((changes) => {
    for (const region of new Set(changes.map((change) => element(change)?.closest(regions)))) {
      if (!region?.textContent || region.ariaLive === "off") continue;
      window.announced.push(region.textContent);
    }
  }).observe(document.body, { childList: true, characterData: true, subtree: true });
}"""


def give(page: Page, *bodies: str) -> None:
    """Make the server answer these, one after the other."""
    queue = list(bodies)
    page.route(READ, lambda route: route.fulfill(body=queue.pop(0) if queue else bodies[-1]))


@pytest.fixture
def still_page(page: Page) -> Page:
    """Return the page with a clock that stands still, and what its live regions announce."""
    page.clock.install(time=0)
    page.goto("/")
    page.clock.pause_at(60_000)
    page.evaluate(NOTE_ANNOUNCEMENTS)
    return page


@pytest.mark.parametrize("width", [320, 360, 1280])
def test_nothing_moves_while_digits_are_drawn_at_a_fault_and_after_it(
    drawing_page: Page, width: int
) -> None:
    drawing_page.set_viewport_size({"width": width, "height": 740})
    numbers = [number_answer("42"), number_answer("421", doubtful=[2]), number_answer("4217")]
    give(
        drawing_page,
        digit_answer(1),
        digit_answer(8, "not_a_digit", message=NO_DIGIT),
        digit_answer(9, "ink_left_out", message=LEFT_OUT),
        digit_answer(4),
        *map(json.dumps, numbers),
        "fault",
        digit_answer(5),
    )
    drawing_page.evaluate(TWO_FRAMES)
    drawing_page.evaluate(NOTE_SHIFTS)
    for expected in ("1", "8", "9", "4", "42", "421", "4217", "", "5"):
        Mouse(drawing_page).draw([[(0.5, 0.5)]])
        expect(drawing_page.locator("#digit")).to_have_text(expected)
        expect(drawing_page.locator("#again")).to_be_visible(visible=not expected)
        expect_last_answer(drawing_page)
        drawing_page.evaluate(TWO_FRAMES)
    assert drawing_page.evaluate("shifts") == []


def test_a_half_drawn_digit_is_not_called_uncertain_and_a_whole_one_is_announced_once(
    still_page: Page,
) -> None:
    mouse, best = Mouse(still_page), still_page.locator("#activations [aria-current] .class")
    give(still_page, digit_answer(8, "unclear"), CERTAIN)
    left, right = digits.FOUR
    mouse.draw([left])
    expect(best).to_have_text("8")
    still_page.clock.run_for(PAUSE_MS - 1)
    expect(still_page.locator("#digit")).to_have_text(BLANK)
    expect(still_page.locator("#message")).to_have_text(PROMPT, use_inner_text=True)
    mouse.draw([right])
    expect(still_page.locator("#digit")).to_have_text("8")
    assert still_page.evaluate("announced") == ["8"]
    give(still_page, digit_answer(8, "unclear"))
    mouse.draw([[(0.2, 0.2)]])
    expect(still_page.locator("#answer")).to_have_attribute("data-outdated", "")
    expect(still_page.locator("#activations")).to_have_attribute("data-certain", "false")
    still_page.clock.run_for(PAUSE_MS)
    expect_last_answer(still_page)
    expect(still_page.locator("#message")).to_have_text("Not certain: an 8, or perhaps a 3.")
    give(still_page, CERTAIN)
    mouse.draw([[(0.2, 0.2)]])
    expect_last_answer(still_page)
    assert still_page.evaluate("announced") == ["8", "Not certain: an 8, or perhaps a 3.", "8"]


def test_an_answer_is_not_shown_as_that_to_another_drawing_picture_or_network(
    still_page: Page,
) -> None:
    mouse, answer = Mouse(still_page), still_page.locator("#answer")
    give(still_page, CERTAIN)
    mouse.draw([digits.ONE[0], [(0.2, 0.2)]])
    expect_last_answer(still_page)
    give(still_page, digit_answer(3, "unclear"))
    mouse.draw([[(0.8, 0.8)]])
    best = still_page.locator("#activations [aria-current] .class")
    expect(best).to_have_text("3")  # and the answer after a pause
    still_page.route(READ, lambda route: None)  # a slow server
    still_page.locator("#undo").click()
    still_page.clock.run_for(PAUSE_MS)
    expect(still_page.locator("#digit")).to_have_text("8")
    expect(answer).to_have_attribute("data-outdated", "")
    for change in (
        lambda: still_page.locator("#upload").set_input_files("static/examples/seven.png"),
        lambda: still_page.get_by_label("Network").select_option("article"),
        lambda: still_page.get_by_role("button", name="Wide pad").click(),
    ):
        still_page.locator("#clear").click()
        give(still_page, CERTAIN)
        mouse.draw(digits.ONE)
        expect_last_answer(still_page)
        still_page.route(READ, lambda route: None)
        change()
        expect(answer).to_have_attribute("data-outdated", "")


def test_while_the_first_stroke_is_drawn_the_activations_change_and_no_answer_is_given(
    drawing_page: Page,
) -> None:
    Mouse(drawing_page).press(digits.SEVEN[0])
    expect(drawing_page.locator("#activations [aria-current] .class")).to_have_text("7")
    expect(drawing_page.locator("#digit")).to_have_text(BLANK)
    expect(drawing_page.locator("#message")).to_have_text(PROMPT, use_inner_text=True)
    drawing_page.mouse.up()
    expect(drawing_page.locator("#digit")).to_have_text("7")


def test_activations_are_said_in_percent_and_none_is_called_full(
    drawing_page: Page, mouse: Hand
) -> None:
    activations = [1.0 if digit == 7 else 0.0 for digit in range(10)]
    give(drawing_page, digit_answer(7, activations=activations))
    mouse.draw(digits.SEVEN)
    percent, best = drawing_page.locator("#in-percent"), "#activations [aria-current] .activation"
    expect(percent).to_have_text("7: over 99 %, nothing else above 1 %")
    expect(drawing_page.locator(best)).to_have_text(">0.999")
