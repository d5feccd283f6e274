"""Waiting until a page has settled: nothing that it has begun is left when a clock stops."""

import pytest
from playwright.sync_api import Page

from tests.browser.clock import stop_clock
from tests.browser.settled import settle

WORKER = """new Blob(["onmessage = () => {"
  + "for (const end = Date.now() + 300; Date.now() < end;); postMessage('') }"])"""


@pytest.mark.parametrize(
    "begin",
    [
        "setTimeout(end, 300)",
        "requestIdleCallback(() => setTimeout(end, 300))",
        "requestAnimationFrame(() => requestAnimationFrame(end))",
        f"(worker = new Worker(URL.createObjectURL({WORKER}))).onmessage = end;"
        "worker.postMessage('')",
    ],
)
def test_a_page_has_settled_when_what_it_has_begun_is_over(page: Page, begin: str) -> None:
    page.evaluate(f"() => {{ let worker; const end = () => (window.isOver = true); {begin} }}")
    settle(page)
    assert page.evaluate("window.isOver")


def test_what_is_stopped_is_not_waited_for(page: Page) -> None:
    page.evaluate("clearTimeout(setTimeout(() => {}, 10_000_000))")
    page.evaluate("cancelAnimationFrame(requestAnimationFrame(() => {}))")
    settle(page)


def test_a_clock_stops_after_the_answer_and_what_is_loaded_to_explain_it(page: Page) -> None:
    page.goto("/?example=neat")
    stop_clock(page)
    assert page.locator("#digit").text_content() == "4"
    assert page.locator("#reason").text_content()
