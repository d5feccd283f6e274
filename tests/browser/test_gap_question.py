"""Two digits far apart: the page asks whether they are one number."""

from playwright.sync_api import Page, expect

from tests.browser.answers import give, number_answer
from tests.browser.digits import SEVEN, TWO, Stroke
from tests.browser.hands import Hand

GAP = {"what": "gap", "line": 0, "position": 1, "sign": None}
BLUE, ORANGE = "rgb(47, 73, 200)", "rgb(138, 75, 0)"  # --accent and --doubt


def in_halves() -> list[Stroke]:
    """Return a 2 and a 7, each half as high as the pad, with 0.9 of their width between them."""
    halves = ((TWO, 0.1), (SEVEN, 0.5))
    return [
        [(left + x / 2, 0.25 + y / 2) for x, y in stroke]
        for digit, left in halves
        for stroke in digit
    ]


def test_a_digit_in_each_half_of_the_pad_is_a_question_and_no_warning(
    drawing_page: Page, mouse: Hand
) -> None:
    page = drawing_page
    mouse.draw(in_halves())
    expect(page.locator("#message")).to_have_text("27, or 2 and 7 apart?")
    expect(page.locator("#message")).to_have_css("color", BLUE)
    expect(page.locator("#digit")).to_have_text("27")
    buttons = page.get_by_role("group", name="27, or 2 and 7 apart?").get_by_role("button")
    expect(buttons).to_have_text(["27", "2 and 7 apart"])
    buttons.last.click()
    expect(page.locator("#message")).to_have_text("Chosen: 2 and 7 apart.")
    expect(page.locator("#digit")).to_have_text("2\n7")
    expect(page.locator("#answer")).to_have_attribute("data-certain", "true")
    expect(page.locator("#question button")).to_have_text(["27", "2 and 7 apart"])
    expect(page.locator("#question [aria-pressed=true]")).to_have_text("2 and 7 apart")
    page.locator("#question button").first.click()
    expect(page.locator("#message")).to_have_text("Chosen: 27.")
    page.locator("#clear").click()
    expect(page.locator("#question")).to_be_hidden()
    expect(page.locator("#readings .label")).to_have_text(["27 ✓"])


def test_a_new_stroke_forgets_the_choice(drawing_page: Page, mouse: Hand) -> None:
    asked = {"doubtful_signs": [GAP], "text_apart": "2\n7", "certain": False, "doubt": "unclear"}
    give(drawing_page, number_answer("27", message="27, or 2 and 7 apart?", **asked))
    mouse.draw([[(0.2, 0.2), (0.2, 0.8)]])
    drawing_page.locator("#question button").last.click()
    expect(drawing_page.locator("#message")).to_have_text("Chosen: 2 and 7 apart.")
    mouse.draw([[(0.6, 0.2), (0.6, 0.8)]])
    expect(drawing_page.locator("#message")).to_have_text("27, or 2 and 7 apart?")
    expect(drawing_page.locator("#question [aria-pressed=true]")).to_have_count(0)


def test_another_doubt_beside_the_gap_stays_a_warning_without_buttons(
    drawing_page: Page, mouse: Hand
) -> None:
    missing = {"what": "missing_sign", "line": 0, "position": None, "sign": None}
    asked = {"doubtful_signs": [GAP, missing], "text_apart": "2\n7", "certain": False}
    give(drawing_page, number_answer("27", message="Best guess: 27.", **asked))
    mouse.draw([[(0.2, 0.2), (0.2, 0.8)]])
    expect(drawing_page.locator("#message")).to_have_css("color", ORANGE)
    expect(drawing_page.locator("#question")).to_be_hidden()
