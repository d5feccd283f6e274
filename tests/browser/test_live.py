"""The bars follow the stroke that is drawn, by the page's own copy of the network."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser import digits
from tests.browser.answers import READ
from tests.browser.conftest import PATIENCE_S
from tests.browser.hands import Mouse, expect_read, places_on_pad, read
from tests.browser.options import choose_network, press_option
from tests.browser.screen import TWO_FRAMES
from tests.browser.strangers import drawings
from tests.browser.test_bet import expect_hidden_answer
from tests.data_sets import needs_data
from tests.waiting import wait_for

LIVE = '#activations[data-certain="null"]'  # the server judges that, at the end of the stroke
BEST = f"{LIVE} [aria-current] .class"
WEIGHTS = "**/models/weights?*"
STILL_CLOCK = "performance.now = () => 0;"  # no answer takes long, however busy the machine is
SLOW_CLOCK = "let now = 0; performance.now = () => (now += 60);"
SPARING = "Object.defineProperty(navigator, 'connection', { value: { saveData: true } });"
COUNT_WORKERS_ANSWERS = """window.workersAnswers = 0;
window.Worker = class extends Worker {
  constructor(...given) {
    super(...given);
    this.addEventListener("message", () => (window.workersAnswers += 1));
  }
};"""
BREAK_WORKER = """Worker.prototype.postMessage = function ({ name }) {
  if (name === "read") this.dispatchEvent(new Event("error"));
  else this.dispatchEvent(new MessageEvent("message", { data: {} }));
};"""
N_MEASURED = 10  # answers that show that a device is slow
N_DRAWINGS, N_AT_ONCE = 100, 25
TOLERANCE = 0.01  # of activations: other processors may round pixels differently

# Reads each drawing as the page does during a stroke, and as the server does at its end.
READ_BOTH = """async ([drawings, model]) => {
  const { drawnAsSent } = await import("/static/js/pad/drawing.js");
  const { callsOf } = await import("/static/js/ui/worker_calls.js");
  const { worker: script } = document.querySelector("#pad").dataset;
  const { networks } = document.querySelector("#inside").dataset;
  const worker = callsOf(new Worker(script, { type: "module" }));
  await worker.load(model, await (await fetch(JSON.parse(networks)[model])).arrayBuffer());
  const readings = [];
  for (const strokes of drawings) {
    const drawing = { strokes: strokes.map((points) => ({ points })), squares: 1 };
    const canvas = drawnAsSent(document.createElement("canvas"), drawing);
    const body = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
    const response = await fetch(`/read?model=${model}`, { method: "POST", body });
    readings.push([await worker.read(model, drawing), (await response.json()).digits]);
  }
  return readings;
}"""


@pytest.fixture
def live_page(page: Page) -> Page:
    """Return a page whose own network has read a stroke."""
    page.add_init_script(STILL_CLOCK)
    page.goto("/")
    page.evaluate(TWO_FRAMES)
    draw_until_live(page)
    page.mouse.up()
    page.locator("#clear").click()
    return page


def draw_until_live(page: Page) -> None:
    """Draw to and fro until the page's own network reads it, and leave the button down."""
    draw_until(page, lambda: page.locator(LIVE).count() > 0, "the page's own network")


def draw_until(page: Page, is_enough: Callable[[], bool], what: str) -> None:
    back, forth = places_on_pad(page, [(0.4, 0.5), (0.6, 0.5)])
    Mouse(page).press([(0.5, 0.5)])

    def drawn_enough() -> bool:
        page.mouse.move(*back)
        page.mouse.move(*forth)
        return is_enough()

    wait_for(drawn_enough, what, PATIENCE_S)


def test_the_bars_follow_a_stroke_without_the_server_which_agrees_at_its_end(
    live_page: Page,
) -> None:
    page, seen = live_page, live_page.locator("#seen")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    for (stroke,), digit in ((digits.SEVEN, "7"), (digits.THREE, "3"), (digits.TWO, "2")):
        asked.clear()
        half = len(stroke) // 2
        Mouse(page).press(stroke[:half])
        expect(page.locator(BEST)).to_be_visible()
        beginning = seen.get_attribute("src")
        for place in places_on_pad(page, stroke[half:]):
            page.mouse.move(*place)
        expect(page.locator(BEST)).to_have_text(digit)
        expect(seen).not_to_have_attribute("src", beginning or "")
        expect(page.locator("#digit")).to_have_text(digit)
        expect(page.locator("#message")).to_have_text(f"A {digit} …")
        expect(page.locator("#message")).to_have_attribute("aria-live", "off")
        expect(page.locator("#answer")).to_have_attribute("data-certain", "open")
        assert [url for url in asked if READ.search(url)] == []
        page.mouse.up()
        expect_read(page, digit)
        expect(page.locator(LIVE)).to_have_count(0)
        assert len([url for url in asked if READ.search(url)]) == 1
        page.locator("#clear").click()
        expect(page.locator("#activations [aria-current]")).to_have_count(0)


def test_the_network_that_is_chosen_follows(live_page: Page) -> None:
    with live_page.expect_request("**/models/weights?model=article*"):
        choose_network(live_page, "article")
    draw_until_live(live_page)


def test_the_inside_of_the_articles_network_follows(live_page: Page) -> None:
    page = live_page
    read(page, digits.SEVEN, "7")
    page.goto("/?inside=network")
    expect(page.locator("#diagram")).to_be_visible()
    before = page.locator("#inside-picture").get_attribute("src")
    draw_until_live(page)
    expect(page.locator("#inside-picture")).not_to_have_attribute("src", before or "")


def test_ink_that_may_be_two_digits_fades_the_bars_and_is_read_at_its_end(live_page: Page) -> None:
    page, mouse = live_page, Mouse(live_page)
    faded = page.locator("#answer[data-faded]")
    seven, one = digits.in_a_row(digits.SEVEN, digits.ONE, top=0.3, height=0.42, squares=1)
    read(page, [seven], "7")
    mouse.press(one)
    expect(faded).to_be_visible()
    expect(page.locator("#message")).to_have_text("…")
    page.mouse.up()
    expect_read(page, "71")
    expect(faded).to_have_count(0)
    mouse.press([(0.9, 0.2), (0.9, 0.8)])  # no guess at one digit for three
    expect(page.locator(LIVE)).to_have_count(0)


def test_nothing_is_shown_before_a_bet(live_page: Page) -> None:
    page = live_page
    press_option(page, "Bet first")
    with page.expect_request(READ):  # as without a network in the page
        Mouse(page).press(digits.SEVEN[0])
    expect(page.locator(LIVE)).to_have_count(0)
    with page.expect_response(READ):
        page.mouse.up()
    expect_hidden_answer(page)


@pytest.mark.parametrize("script", [SLOW_CLOCK, SPARING])
def test_on_a_slow_device_or_a_dear_connection_the_server_reads_the_stroke(
    page: Page, script: str
) -> None:
    page.add_init_script(script)
    page.goto("/", wait_until="networkidle")
    asked: list[str] = []
    page.on("request", lambda request: READ.search(request.url) and asked.append(request.url))
    draw_until(page, lambda: bool(asked), "a request")
    expect(page.locator('#activations[data-certain="false"]')).to_be_visible()


def test_without_the_networks_numbers_the_server_reads_the_stroke(page: Page) -> None:
    page.route(WEIGHTS, lambda route: route.fulfill(status=503))
    with page.expect_response(WEIGHTS):
        page.goto("/")
    with page.expect_request(READ):
        Mouse(page).press(digits.SEVEN[0])
    expect(page.locator("#activations [aria-current] .class")).to_have_text("7")


def test_a_stroke_that_rests_while_the_network_comes_is_read(page: Page) -> None:
    held: list[Route] = []
    for request in (WEIGHTS, READ):
        page.route(request, lambda route: held.append(route))
    page.add_init_script(STILL_CLOCK)
    page.goto("/")
    page.evaluate(TWO_FRAMES)
    Mouse(page).press(digits.SEVEN[0])
    wait_for(lambda: page.evaluate(TWO_FRAMES) or len(held) == 2, "both requests", PATIENCE_S)
    next(route for route in held if not READ.search(route.request.url)).continue_()
    expect(page.locator(BEST)).to_have_text("7")  # though the server has not answered


def test_a_stroke_that_rests_when_the_device_proves_slow_is_read_by_the_server(page: Page) -> None:
    page.add_init_script(SLOW_CLOCK + COUNT_WORKERS_ANSWERS)
    page.goto("/")
    wait_for_answers(page, 1)
    first, *others = places_on_pad(page, digits.THREE[0][:N_MEASURED])
    page.mouse.move(*first)
    page.mouse.down()
    wait_for_answers(page, 2)
    for n, place in enumerate(others, start=3):
        page.mouse.move(*place)
        wait_for_answers(page, n)
    expect(page.locator('#activations[data-certain="false"]')).to_be_visible()


def test_a_stroke_that_rests_when_the_network_breaks_is_read_by_the_server(page: Page) -> None:
    page.add_init_script(BREAK_WORKER + COUNT_WORKERS_ANSWERS)
    page.goto("/")
    wait_for_answers(page, 1)
    Mouse(page).press(digits.SEVEN[0][:1])
    expect(page.locator('#activations[data-certain="false"]')).to_be_visible()


def wait_for_answers(page: Page, n: int) -> None:
    """Wait until the page's worker has answered so often; to load the network is its first."""
    wait_for(lambda: page.evaluate("window.workersAnswers") == n, f"{n} answers", PATIENCE_S)


def test_in_one_file_the_bars_follow_too(offline: Page) -> None:
    offline.add_init_script(STILL_CLOCK)
    offline.reload()
    draw_until_live(offline)
    offline.mouse.up()
    offline.locator("#clear").click()
    Mouse(offline).press(digits.SEVEN[0])
    expect(offline.locator(BEST)).to_have_text("7")


@needs_data
def test_the_page_reads_real_drawings_as_the_server_does(drawing_page: Page) -> None:
    real = drawings(N_DRAWINGS, seed=6)
    readings: list[Any] = []
    for start in range(0, N_DRAWINGS, N_AT_ONCE):
        part = real[start : start + N_AT_ONCE]
        readings += drawing_page.evaluate(READ_BOTH, [part, "convnet"])
    of_one = [(live, answer[0]) for live, answer in readings if live and len(answer) == 1]
    assert len(of_one) >= 0.97 * N_DRAWINGS
    assert [live["digit"] for live, _ in of_one] == [served["digit"] for _, served in of_one]
    in_page, in_server = (
        np.array([each["activations"] for each in side]) for side in zip(*of_one, strict=True)
    )
    np.testing.assert_allclose(in_page, in_server, rtol=0, atol=TOLERANCE)
