"""The browser's Back closes the view that covers the page, and does not leave the page."""

import re

import pytest
from playwright.sync_api import Page, expect


@pytest.mark.parametrize(
    ("opener", "opened"),
    [
        ("#projector", "html[data-projector]"),
        ("#invite", "#invitation[open]"),
        ("#inside > summary", "#inside[open]"),
    ],
)
def test_back_closes_a_view_and_what_else_the_address_holds_stays(
    opener: str, opened: str, drawing_page: Page
) -> None:
    page = drawing_page
    page.locator(opener).click()
    expect(page.locator(opened)).to_have_count(1)
    page.evaluate("""() => {
      const model = document.getElementById("model");
      model.value = "mlp";
      model.dispatchEvent(new Event("change"));
    }""")
    page.go_back()
    expect(page.locator(opened)).to_have_count(0)
    expect(page).to_have_url(re.compile(r"/\?model=mlp$"))


def test_a_view_that_was_closed_is_not_in_the_way_of_back(drawing_page: Page) -> None:
    page = drawing_page
    page.goto("/?pad=wide")
    for _ in range(2):  # opens it and closes it
        page.locator("#projector").click()
    expect(page).to_have_url(re.compile(r"/\?pad=wide$"))
    page.wait_for_function("history.state === null")
    page.go_back()
    expect(page).to_have_url(re.compile("/$"))
