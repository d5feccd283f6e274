"""How answers are shown: certain, uncertain, late and refused ones; nothing flashes or moves."""

import pytest
from playwright.sync_api import Page, expect

from app.languages import ENGLISH
from tests.browser import digits
from tests.browser.answers import READ, digit_answer, give, number_answer
from tests.browser.clock import stop_clock
from tests.browser.hands import Mouse, expect_last_answer, expect_read, read
from tests.browser.ink import NO_INK, ink_box
from tests.browser.inside import SUMMARY
from tests.browser.options import choose_network, close_options, open_options, press_option
from tests.browser.readings import expect_readings
from tests.browser.screen import note_shifts, shifts

BEST = "#activations [aria-current]"
CERTAIN = digit_answer(8, message="This looks like an 8.")
PAUSE_MS = 700
AFTER = "(element) => getComputedStyle(element, '::after').content"
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


@pytest.fixture
def still_page(page: Page) -> Page:
    """Return the page with a clock that stands still, and what its live regions announce."""
    page.goto("/")
    stop_clock(page)
    page.evaluate(NOTE_ANNOUNCEMENTS)
    return page


def test_ten_bars_have_their_numbers_and_the_input_is_28_by_28(drawing_page: Page) -> None:
    Mouse(drawing_page).press(digits.SEVEN[0])
    expect(drawing_page.locator(f"{BEST} .class")).to_have_text("7")  # at once, pen still down
    expect(drawing_page.locator("#digit")).to_have_text("7")
    expect(drawing_page.locator("#message")).to_have_text("A 7 …")
    drawing_page.mouse.up()
    expect_read(drawing_page, "7")
    bars = drawing_page.locator("#activations li")
    expect(bars).to_have_count(10)
    texts = bars.locator(".activation").all_text_contents()
    numbers = [float(text.removesuffix(" %").lstrip("<>")) / 100 for text in texts]
    widths = [rect.get_attribute("width") for rect in bars.locator("rect").all()]
    assert sum(numbers) == pytest.approx(1, abs=0.05)
    assert numbers.index(max(numbers)) == 7
    assert [float(width or "nan") / 100 for width in widths] == pytest.approx(numbers, abs=0.006)
    expect(drawing_page.locator(f"{BEST} .class")).to_have_text("7")
    seen = drawing_page.locator("#seen")
    expect(seen).to_be_visible()
    assert seen.evaluate("image => [image.naturalWidth, image.naturalHeight]") == [28, 28]


def test_uncertain_answers_say_so_and_look_different(drawing_page: Page) -> None:
    page, message = drawing_page, drawing_page.locator("#message")
    none = "This does not look like a digit."  # and no guess
    for strokes in (digits.NO_DIGIT, digits.LETTER_K, digits.STAR):
        page.locator("#clear").click()
        Mouse(page).draw(strokes)
        expect(message).to_have_text(none)
        expect_last_answer(page)
    expect(page.locator("#answer")).to_have_attribute("data-certain", "false")
    expect(page.locator("#digit")).to_have_text("?")  # no guess is better than another
    give(page, digit_answer(8, "unclear"))
    read(page, digits.NO_DIGIT, "8")
    expect(page.locator("#digit")).to_have_css("border-style", "dashed")
    assert "?" in page.locator("#digit .is-doubtful").evaluate(AFTER)
    expect(message).to_have_text("Not certain: an 8, or perhaps a 3.")
    expect(message).to_have_attribute("aria-live", "polite")
    assert message.evaluate("box => box.clientHeight") < 60  # of one line, with no empty band


def test_what_a_server_says_of_a_refused_picture_is_no_list_of_doubts(drawing_page: Page) -> None:
    page = drawing_page
    refused = {"title": "No digit found", "detail": "It is blank. Draw. Then wait."}
    page.route(READ, lambda route: route.fulfill(status=422, json=refused))
    Mouse(page).draw(digits.ONE)
    expect(page.locator("#message")).to_have_text("No digit found. It is blank. Draw. Then wait.")
    expect(page.locator("#message details")).to_have_count(0)


def test_two_digits_far_apart_are_a_question_until_another_stroke(drawing_page: Page) -> None:
    page, message = drawing_page, drawing_page.locator("#message")
    halves = ((digits.TWO, 0.05), (digits.SEVEN, 0.55))
    Mouse(page).draw(
        [
            [(left + x / 2, 0.25 + y / 2) for x, y in stroke]
            for digit, left in halves
            for stroke in digit
        ]
    )
    expect(message).to_have_text("27, or 2 and 7 apart?")
    expect_read(page, "27")
    buttons = page.get_by_role("group", name="27, or 2 and 7 apart?").get_by_role("button")
    expect(buttons).to_have_text(["27", "2 and 7 apart"])
    buttons.last.click()
    expect(message).to_have_text("Chosen: 2 and 7 apart.")
    expect(page.locator("#digit")).to_have_text("2\n7")
    expect(page.locator("#answer")).to_have_attribute("data-certain", "true")
    Mouse(page).draw([[(0.98, 0.98)]])
    expect(message).not_to_contain_text("Chosen")
    expect(page.locator("#question [aria-pressed=true]:visible")).to_have_count(0)


def test_another_network_reads_the_same_drawing_also_after_a_reload(drawing_page: Page) -> None:
    read(drawing_page, digits.THREE, "3")
    card = drawing_page.locator(".model-card:visible")
    open_options(drawing_page)
    expect(card).to_contain_text("Convolutional: A convolutional network")
    close_options(drawing_page)
    with drawing_page.expect_response("**/read?model=article") as response_info:
        choose_network(drawing_page, "article")
    answered = response_info.value.json()
    assert answered["model"] == "article"
    open_options(drawing_page)
    expect(card).to_contain_text("15 neurons: The article's network")
    close_options(drawing_page)
    best = ENGLISH.output_percent(max(answered["digits"][0]["activations"]))
    expect(drawing_page.locator(f"{BEST} .activation")).to_have_text(best)
    drawing_page.reload()
    expect(drawing_page.get_by_label("Network")).to_have_value("article")


def test_a_risk_that_is_chosen_is_asked_for_again_and_kept_in_the_address(
    drawing_page: Page,
) -> None:
    with drawing_page.expect_response("**/read?*") as usual:
        Mouse(drawing_page).draw(digits.THREE)
    assert "risk" not in usual.value.url
    open_options(drawing_page)
    with drawing_page.expect_response("**/read?*risk=0.02*") as chosen:
        drawing_page.locator("#risk").select_option("0.02")
    assert chosen.value.ok
    with drawing_page.expect_response("**/read?*risk=0.02*"):
        drawing_page.reload()
    expect(drawing_page.locator("#risk")).to_have_value("0.02")


def test_the_choice_of_a_risk_says_from_which_on_the_answer_is_certain(page: Page) -> None:
    page.goto("/?example=tailed")
    expect_read(page, "9")
    open_options(page)
    dial, said = page.locator("#risk"), page.locator("#risk-said")
    expect(dial.locator("option")).to_have_text(["1 in 1,000", "1 in 300", "1 in 100", "1 in 50"])
    expect(said).to_have_text("At 1 in 100 the answer would be certain.")
    dial.select_option("0.01")
    expect(said).to_have_text("The answer is certain, even at 1 in 100.")
    page.goto("/?example=letter")
    expect(said).to_contain_text("certain at none of these")
    page.goto("/?example=neat")
    expect(said).to_have_text("The answer is certain, even at 1 in 1,000.")


def test_an_answer_is_outdated_for_another_drawing_picture_or_network(still_page: Page) -> None:
    page, answer = still_page, still_page.locator("#answer")
    for change in (
        lambda: page.locator("#undo").click(),
        lambda: page.locator("#upload").set_input_files("static/examples/seven.png"),
        lambda: choose_network(page, "article"),
        lambda: press_option(page, "Wide pad"),
    ):
        page.locator("#clear").click()
        give(page, CERTAIN)
        read(page, [digits.ONE[0], [(0.2, 0.2)]], "8")
        page.route(READ, lambda route: None)  # a slow server
        change()
        page.clock.run_for(PAUSE_MS)
        expect(answer).to_have_attribute("data-outdated", "")


def test_when_the_server_fails_the_drawing_stays_and_can_be_read_again(drawing_page: Page) -> None:
    oops = {"status": 500, "body": "<h1>Oops</h1>", "content_type": "text/html"}
    drawing_page.route(READ, lambda route: route.fulfill(**oops))
    Mouse(drawing_page).draw(digits.FOUR[:1])
    expect(drawing_page.get_by_role("alert")).to_contain_text("The server's answer cannot be read.")
    expect(drawing_page.locator("#digit")).to_have_text("")
    assert ink_box(drawing_page) != NO_INK
    drawing_page.unroute(READ)
    drawing_page.get_by_role("button", name="Try again").click()
    expect(drawing_page.locator("#digit")).not_to_have_text("")
    read(drawing_page, digits.FOUR[1:], "4")
    expect(drawing_page.get_by_role("alert")).to_have_text("")


def test_what_was_drawn_offline_is_read_when_the_server_is_back(drawing_page: Page) -> None:
    page, message = drawing_page, drawing_page.locator("#message")
    read(page, digits.FOUR, "4")
    page.context.set_offline(True)
    page.locator("#clear").click()  # it joins the last readings
    page.locator(SUMMARY).click()
    expect(page.locator("#inside-problem p")).to_have_text("No answer from the server.")
    Mouse(page).draw(digits.SEVEN)
    expect(message).to_contain_text("No answer from the server.")
    page.context.set_offline(False)
    expect_read(page, "7")
    expect(message).not_to_contain_text("server")
    expect(page.locator("#diagram")).to_be_visible()
    expect(page.locator("#inside-problem")).to_be_hidden()
    page.locator("#clear").click()
    expect_readings(page, ["7", "4"])


@pytest.mark.parametrize("width", [320, 1280])
def test_nothing_moves_while_digits_are_drawn_and_at_faults(drawing_page: Page, width: int) -> None:
    drawing_page.set_viewport_size({"width": width, "height": 740})
    no_digit = "This does not look like a digit. Best guess: 8."
    left_out = "Best guess: 9. Not read: something that does not look like a digit."
    note_shifts(drawing_page)
    for expected, answered in [
        ("1", digit_answer(1)),
        ("?", digit_answer(8, "not_a_digit", message=no_digit)),
        ("9", digit_answer(9, "ink_left_out", message=left_out)),
        ("42", number_answer("42")),
        ("421", number_answer("421", doubtful=[2])),
        ("", "fault"),
        ("5", digit_answer(5)),
    ]:
        give(drawing_page, answered)
        read(drawing_page, [[(0.5, 0.5)]], expected)
        expect(drawing_page.locator("#again")).to_be_visible(visible=not expected)
    assert shifts(drawing_page) == []


def test_a_half_drawn_digit_is_not_doubted_and_a_whole_one_announced_once(still_page: Page) -> None:
    page, mouse = still_page, Mouse(still_page)
    give(page, digit_answer(8, "unclear"))
    mouse.draw(digits.FOUR[:1])
    expect(page.locator(f"{BEST} .class")).to_have_text("8")
    page.clock.run_for(PAUSE_MS - 1)
    expect(page.locator("#digit")).to_have_text("8")
    expect(page.locator("#message")).to_have_text("An 8 …")
    expect(page.locator("#answer")).to_have_attribute("data-certain", "open")
    give(page, CERTAIN)
    read(page, digits.FOUR[1:], "8")
    assert page.evaluate("announced") == ["8"]
    give(page, digit_answer(8, "unclear"))
    mouse.draw([[(0.2, 0.2)]])
    expect(page.locator("#answer")).to_have_attribute("data-outdated", "")
    expect(page.locator("#activations")).to_have_attribute("data-certain", "false")
    page.clock.run_for(PAUSE_MS)
    expect_last_answer(page)
    expect(page.locator("#message")).to_have_text("Not certain: an 8, or perhaps a 3.")
    give(page, CERTAIN)
    read(page, [[(0.2, 0.2)]], "8")
    assert page.evaluate("announced") == ["8", "Not certain: an 8, or perhaps a 3.", "8"]
