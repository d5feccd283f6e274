"""What the page does while the server refuses or is gone, and when it is back: nothing is lost."""

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, Request, expect

from tests.browser import digits
from tests.browser.answers import READ
from tests.browser.hands import Mouse, expect_last_answer, places_on_pad
from tests.browser.inside import SUMMARY

POINT_MS = 80  # from one point of a stroke to the next: a 4 takes two seconds
IS_BLANK = """(canvas) => {
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  return data.every((level) => level === 255);
}"""


UNHINDERED = {"offline": False, "latency": 0, "downloadThroughput": -1}


@pytest.fixture
def timed_page(page: Page) -> Page:
    """Return the page with a clock that the test may advance."""
    page.clock.install()
    page.goto("/")
    return page


def note_requests(page: Page) -> list[Request]:
    sent: list[Request] = []

    def note(request: Request) -> None:
        if READ.search(request.url):
            sent.append(request)

    page.on("request", note)
    return sent


def refuse(page: Page, status: int, **headers: str) -> None:
    """Let the server refuse all requests of the page."""
    body = json.dumps({"type": "urn:inkling:x", "title": "No", "status": status, "detail": "Why."})
    answer: dict[str, Any] = {"status": status, "body": body, "headers": headers}
    page.route(READ, lambda route: route.fulfill(**answer))


def draw_half_a_4(page: Page) -> str:
    """Draw its first stroke, and return what it is read as."""
    Mouse(page).draw(digits.FOUR[:1])
    expect(page.locator("#digit")).not_to_be_empty()
    expect_last_answer(page)
    return page.locator("#digit").text_content() or ""


def test_a_drawn_4_sends_at_most_eight_requests(timed_page: Page) -> None:
    sent = note_requests(timed_page)
    for stroke in digits.FOUR:
        Mouse(timed_page).press(stroke[:1])
        for place in places_on_pad(timed_page, stroke[1:]):
            timed_page.mouse.move(*place)
            timed_page.clock.run_for(POINT_MS)
        timed_page.mouse.up()
    expect(timed_page.locator("#digit")).to_have_text("4")
    expect_last_answer(timed_page)
    assert 3 <= len(sent) <= 8


@pytest.mark.parametrize("status", [429, 503])
def test_the_page_waits_as_long_as_the_server_says_and_then_reads_what_was_drawn(
    timed_page: Page, status: int
) -> None:
    before = draw_half_a_4(timed_page)
    refuse(timed_page, status, **{"Retry-After": "60"})
    Mouse(timed_page).draw(digits.FOUR[1:])
    message = timed_page.locator("#message")
    expect(message).to_contain_text("stays here, and is read within 60 seconds")
    expect(timed_page.locator("#digit")).to_have_text(before)
    expect(timed_page.locator("#digit")).to_have_css("opacity", "0.5")
    expect(message).to_have_css("opacity", "1")
    expect(timed_page.get_by_role("alert")).to_be_empty()
    sent = note_requests(timed_page)
    timed_page.unroute(READ)
    timed_page.clock.fast_forward(60_000)
    expect(timed_page.locator("#digit")).to_have_text("4")
    expect(message).not_to_contain_text("seconds")
    assert len(sent) == 1


def test_a_server_that_is_gone_and_back_is_noticed_without_a_click(timed_page: Page) -> None:
    before = draw_half_a_4(timed_page)
    timed_page.route(READ, lambda route: route.abort("connectionrefused"))
    Mouse(timed_page).draw(digits.FOUR[1:])
    message = timed_page.locator("#message")
    expect(message).to_contain_text("No answer from the server.")
    expect(timed_page.locator("#digit")).to_have_text(before)
    timed_page.unroute(READ)
    timed_page.clock.fast_forward(8000)
    expect(timed_page.locator("#digit")).to_have_text("4")
    expect(message).not_to_contain_text("server")


@pytest.mark.parametrize("status", [413, 422, 502])
def test_whatever_the_server_says_the_drawing_stays(timed_page: Page, status: int) -> None:
    refuse(timed_page, status)
    Mouse(timed_page).draw(digits.FOUR[:1])
    shown = "No answer from the server." if status == 502 else "Why."
    expect(timed_page.locator("#answer")).to_contain_text(shown)
    assert not timed_page.locator("#pad").evaluate(IS_BLANK)
    timed_page.unroute(READ)
    Mouse(timed_page).draw(digits.FOUR[1:])
    expect(timed_page.locator("#digit")).to_have_text("4")
    expect(timed_page.get_by_role("alert")).to_be_empty()


def test_the_page_says_how_much_of_a_large_picture_has_been_sent(
    drawing_page: Page, tmp_path: Path
) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (500, 500), np.uint8)
    Image.fromarray(noise).save(tmp_path / "noise.png")
    devtools = drawing_page.context.new_cdp_session(drawing_page)
    devtools.send("Network.enable")
    set_speed, bytes_a_second = "Network.emulateNetworkConditions", 50_000
    devtools.send(set_speed, UNHINDERED | {"uploadThroughput": bytes_a_second})
    drawing_page.locator("#upload").set_input_files(tmp_path / "noise.png")
    expect(drawing_page.locator("#busy")).to_have_text(re.compile(r"Sending … [1-9]\d? %"))
    devtools.send(set_speed, UNHINDERED | {"uploadThroughput": -1})
    expect_last_answer(drawing_page)


def test_what_could_not_be_loaded_is_loaded_when_the_server_is_back(drawing_page: Page) -> None:
    read_one = Mouse(drawing_page)
    read_one.draw(digits.FOUR)
    expect_last_answer(drawing_page)
    drawing_page.context.set_offline(True)
    drawing_page.locator("#clear").click()  # it joins the last readings
    drawing_page.locator(SUMMARY).click()
    problem = drawing_page.locator("#network-problem")
    expect(problem).to_have_text("No answer from the server.")
    drawing_page.context.set_offline(False)
    read_one.draw(digits.SEVEN)
    expect(drawing_page.locator("#diagram")).to_be_visible()
    expect(problem).to_be_hidden()
    drawing_page.locator("#clear").click()
    expect(drawing_page.locator("#readings .label")).to_have_text(["7", "4"])
