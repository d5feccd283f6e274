"""What a visit costs: its requests and their bytes, with 300 for the headers of each."""

import re

from playwright.sync_api import Page, Route, expect

from tests.browser.conftest import painted
from tests.browser.digits import SEVEN
from tests.browser.hands import read
from tests.browser.inside import SUMMARY
from tests.browser.screen import TWO_FRAMES

MAX_REQUESTS = 8
MAX_BYTES = 75_000
# Name and bytes of what the last visit took from the network: nothing is 0 that came from there.
TRAFFIC = """(end_ms) => ["navigation", "resource"]
  .flatMap((kind) => performance.getEntriesByType(kind))
  .filter(({ name, transferSize }) => name.startsWith("http") && transferSize)
  .filter(({ startTime }) => startTime < (end_ms ?? Infinity))
  .map(({ name, transferSize }) => [name, transferSize])"""
# The page's own network comes when the page is idle, and the script that computes it comes last.
HAS_NETWORK = """() => performance.getEntriesByType("resource")
  .some(({ name }) => name.includes("live/stroke_reader.js"))"""
LOADED_MS = "() => performance.getEntriesByType('navigation')[0].loadEventStart"
FIRST_PAINT = """() => {
  const loaded = performance.getEntriesByType("resource");
  const script = loaded.find(({ name }) => name.endsWith("main.js"));
  const [paint] = performance.getEntriesByName("first-contentful-paint");
  return paint && paint.startTime - script.responseEnd;
}"""
SLOW = {"offline": False, "latency": 50, "downloadThroughput": 50_000, "uploadThroughput": 50_000}


def test_on_a_slow_network_the_pad_is_shown_when_it_can_be_drawn_on(page: Page) -> None:
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", SLOW)
    page.goto("/")
    assert page.wait_for_function(FIRST_PAINT).json_value() >= 0


def test_the_page_is_small_and_a_reload_is_one_request(page: Page, base_url: str) -> None:
    page.goto("/?lang=de", wait_until="networkidle")  # with the texts of its scripts, too
    page.wait_for_function(HAS_NETWORK)
    first = dict(page.evaluate(TRAFFIC, page.evaluate(LOADED_MS)))
    assert 2 < len(first) <= MAX_REQUESTS, first
    assert sum(first.values()) <= MAX_BYTES, first
    page.reload(wait_until="networkidle")
    assert [url for url, _ in page.evaluate(TRAFFIC)] == [f"{base_url}/?lang=de"]


def test_what_comes_later_is_added_once_and_asked_for_again_after_a_failure(page: Page) -> None:
    painted(page, "/?lang=de")
    sheet, views = page.locator("link[href$='css/inside.css']"), page.locator(".inside-views")
    read(page, SEVEN, "7")
    for failing, button in (
        (re.compile(r"css/inside\.css|views/inside"), SUMMARY),  # which are asked for together
        (re.compile("views/inside"), "#inside-retry"),
        (re.compile(r"inside/panel\.js"), "#inside-retry"),
    ):
        page.route(failing, lambda route: route.abort())
        with page.expect_event("requestfailed"):
            page.locator(button).click()
        expect(page.locator("#inside-problem")).to_be_visible()
        expect(page.locator("#network")).to_be_hidden()
        page.unroute(failing)
    page.locator("#inside-retry").click()
    expect(page.locator("#network-sentence")).to_contain_text("Aktivierung")
    for added in (sheet, page.locator("#network")):
        expect(added).to_have_count(1)
    expect(views).not_to_have_css("margin-left", "0px")
    page.goto("/?inside=network")  # with them from the start, so that nothing moves
    expect(page.locator("#network-sentence, #inside-blank").first).to_be_attached()
    expect(sheet).to_have_count(1)


def test_elements_that_come_after_the_next_call_asked_for_them_are_added_once(page: Page) -> None:
    late: list[Route] = []
    page.route("**/views/inside?*", lambda route: route.continue_() if late else late.append(route))
    page.route("**/css/inside.css", lambda route: route.abort(), times=1)
    painted(page, "/")
    read(page, SEVEN, "7")
    page.locator(SUMMARY).click()
    page.locator("#inside-retry").click()
    expect(page.locator("#network-sentence")).to_contain_text("activation")
    with page.expect_event("requestfinished", lambda request: "views/inside" in request.url):
        late[0].continue_()
    page.evaluate(TWO_FRAMES)
    expect(page.locator("#network")).to_have_count(1)


def test_the_one_file_has_the_styles_that_come_later(offline: Page) -> None:
    views = offline.locator(".inside-views")
    read(offline, SEVEN, "7")
    offline.locator(SUMMARY).click()
    expect(views).not_to_have_css("margin-left", "0px")
