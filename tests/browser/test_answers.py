"""How the page shows answers: certain, uncertain and late ones, and errors."""

import json
import re
from contextlib import suppress

import pytest
from playwright.sync_api import Error, Page, Request, Route, expect

from app.languages import ENGLISH
from tests.browser import digits
from tests.browser.answers import READ, digit_answer
from tests.browser.hands import Hand, Mouse, expect_last_answer, places_on_pad

BLANK = re.compile(r"^\s*$")
FONT_PX = "(element) => parseFloat(getComputedStyle(element).fontSize)"


def test_ten_bars_carry_their_numbers_and_the_networks_input_is_shown_28_by_28(
    drawing_page: Page, mouse: Hand
) -> None:
    mouse.draw(digits.SEVEN)
    expect(drawing_page.locator("#digit")).to_have_text("7")
    expect_last_answer(drawing_page)
    bars = drawing_page.locator("#activations li")
    expect(bars).to_have_count(10)
    numbers = [float(text[-5:]) for text in bars.locator(".activation").all_text_contents()]
    widths = [rect.get_attribute("width") for rect in bars.locator("rect").all()]
    assert sum(numbers) == pytest.approx(1, abs=0.05)
    assert numbers.index(max(numbers)) == 7
    assert [float(width or "nan") / 100 for width in widths] == pytest.approx(numbers, abs=0.006)
    expect(drawing_page.locator("#activations [aria-current] .class")).to_have_text("7")
    seen = drawing_page.locator("#seen")
    expect(seen).to_be_visible()
    assert seen.evaluate("image => [image.naturalWidth, image.naturalHeight]") == [28, 28]
    expect(seen).to_have_css("image-rendering", "pixelated")


def test_an_uncertain_answer_says_so_and_looks_different(drawing_page: Page, mouse: Hand) -> None:
    drawing_page.route(READ, lambda route: route.fulfill(body=digit_answer(8, "unclear")))
    mouse.draw(digits.NO_DIGIT)
    expect(drawing_page.locator("#digit")).to_have_text("8")
    expect(drawing_page.locator("#digit")).to_have_css("border-style", "dashed")
    mark = drawing_page.locator("#digit .is-doubtful").evaluate(
        "digit => getComputedStyle(digit, '::after').content"
    )
    assert "?" in mark
    expect(drawing_page.locator("#message")).to_have_text("Not certain: an 8, or perhaps a 3.")
    expect(drawing_page.locator("#message")).to_have_attribute("aria-live", "polite")


def test_a_drawing_that_is_no_digit_is_said_to_be_none_and_the_guess_is_small(
    drawing_page: Page, mouse: Hand
) -> None:
    none = re.compile(r"^This does not look like a digit\. Best guess: \d\.$")
    for strokes in (digits.NO_DIGIT, digits.LETTER_K, digits.STAR):
        drawing_page.locator("#clear").click()
        mouse.draw(strokes)
        expect(drawing_page.locator("#message")).to_have_text(none)
        expect_last_answer(drawing_page)
    expect(drawing_page.locator("#answer")).to_have_attribute("data-certain", "false")
    expect(drawing_page.locator("#message span")).to_have_text(re.compile(r"^Best guess: \d\.$"))
    sentence_px = drawing_page.locator("#message").evaluate(FONT_PX)
    for guess in ("#message span", "#digit span"):
        assert drawing_page.locator(guess).evaluate(FONT_PX) < sentence_px


def test_what_is_beside_the_digit_is_outlined_until_the_drawing_is_cleared(
    drawing_page: Page, mouse: Hand
) -> None:
    left_out = [{"box": [210, 140, 56, 70], "why": "beside_the_digit"}]
    body = digit_answer(8, "ink_left_out", left_out=left_out)
    drawing_page.route(READ, lambda route: route.fulfill(body=body))
    mouse.draw(digits.NO_DIGIT)
    outline = drawing_page.locator("#boxes .left-out")
    expect(outline).to_have_text("not read")
    pad, box = drawing_page.locator("#pad").bounding_box(), outline.bounding_box()
    assert pad is not None
    assert box is not None
    assert box["x"] - pad["x"] == pytest.approx(0.75 * pad["width"], abs=2)
    assert box["height"] == pytest.approx(0.25 * pad["height"], abs=2)
    drawing_page.locator("#clear").click()
    expect(outline).to_have_count(0)


def test_another_network_reads_the_same_drawing(drawing_page: Page, mouse: Hand) -> None:
    mouse.draw(digits.THREE)
    expect(drawing_page.locator("#digit")).to_have_text("3")
    drawing_page.get_by_text("About this network").click()
    card = drawing_page.locator(".model-card:visible")
    expect(card).to_contain_text("Convolutional: A convolutional network")
    with drawing_page.expect_response("**/read?model=article") as response_info:
        drawing_page.get_by_label("Network").select_option("article")
    answered = response_info.value.json()
    assert answered["model"] == "article"
    expect(card).to_contain_text("15 neurons: The article's network")
    best = ENGLISH.activation(max(answered["digits"][0]["activations"]))
    expect(drawing_page.locator("#activations [aria-current] .activation")).to_have_text(best)
    drawing_page.reload()
    expect(drawing_page.get_by_label("Network")).to_have_value("article")


def test_a_late_answer_to_an_older_drawing_is_dropped(drawing_page: Page, mouse: Hand) -> None:
    held: list[Route] = []
    drawing_page.route(READ, lambda route: held.append(route), times=1)
    with drawing_page.expect_request(READ):
        mouse.draw(digits.ONE)
    expect(drawing_page.locator("#busy")).to_have_text("Reading …")
    expect(drawing_page.locator("#busy")).to_be_visible()
    with drawing_page.expect_event("requestfailed") as hung_up:
        drawing_page.locator("#clear").click()
    assert hung_up.value == held[0].request
    mouse.draw(digits.THREE)
    expect(drawing_page.locator("#digit")).to_have_text("3")
    expect_last_answer(drawing_page)
    with suppress(Error):  # the page may have closed the request
        held[0].fulfill(body=digit_answer(1))
    drawing_page.evaluate("() => fetch('/healthz').then(() => null)")  # time for it to come
    expect(drawing_page.locator("#digit")).to_have_text("3")


def test_on_a_slow_connection_one_request_at_a_time_is_sent(drawing_page: Page) -> None:
    mouse = Mouse(drawing_page)
    sent: list[Request] = []
    open_now: set[Request] = set()
    most_open: list[int] = []
    held: list[Route] = []

    def note(request: Request) -> None:
        if READ.search(request.url):
            sent.append(request)
            open_now.add(request)
            most_open.append(len(open_now))

    drawing_page.on("request", note)
    drawing_page.on("requestfinished", lambda request: open_now.discard(request))
    drawing_page.on("requestfailed", lambda request: open_now.discard(request))
    drawing_page.route(READ, lambda route: held.append(route), times=1)
    with drawing_page.expect_request(READ):
        mouse.press(digits.SEVEN[0])
    for _ in range(20):  # goes on drawing while the first question waits for its answer
        for place in places_on_pad(drawing_page, [(0.46, 0.8), (0.45, 0.82)]):
            drawing_page.mouse.move(*place)
    assert len(sent) == 1
    held[0].fulfill(body=digit_answer(4))
    best = drawing_page.locator("#activations [aria-current] .class")
    expect(best).to_have_text("7")  # sent by itself, pen still down
    drawing_page.mouse.up()
    expect_last_answer(drawing_page)
    assert max(most_open) == 1


def fail_with(page: Page, body: str, content_type: str) -> None:
    fault = {"status": 500, "body": body, "content_type": content_type}
    page.route(READ, lambda route: route.fulfill(**fault))  # type: ignore[arg-type]


def test_an_error_of_the_server_is_shown_and_the_request_can_be_repeated(
    drawing_page: Page, mouse: Hand
) -> None:
    problem = {"title": "Error", "status": 500, "detail": "It is not your picture."}
    alert = drawing_page.get_by_role("alert")
    for body, content_type, sentence in [
        ("<h1>Oops</h1>", "text/html", "The server's answer cannot be read."),
        (json.dumps(problem), "application/problem+json", problem["detail"]),
    ]:
        drawing_page.locator("#clear").click()
        fail_with(drawing_page, body, content_type)
        mouse.draw(digits.SEVEN)
        expect(alert).to_contain_text(sentence)
        expect(drawing_page.locator("#digit")).to_have_text(BLANK)
        expect_last_answer(drawing_page)
        drawing_page.unroute(READ)
        drawing_page.get_by_role("button", name="Try again").click()
        expect(drawing_page.locator("#digit")).to_have_text("7")
        expect(alert).to_have_text(BLANK)


def test_a_lost_connection_is_shown_and_the_drawing_is_read_when_it_is_back(
    drawing_page: Page, mouse: Hand
) -> None:
    drawing_page.context.set_offline(True)
    mouse.draw(digits.SEVEN)
    expect(drawing_page.locator("#message")).to_contain_text("No answer from the server.")
    drawing_page.context.set_offline(False)
    expect(drawing_page.locator("#digit")).to_have_text("7")
    expect(drawing_page.locator("#message")).not_to_contain_text("server")
