"""The readings of the drawing page: the strip below the pad, and the table over the page."""

import re
from collections.abc import Sequence

from playwright.sync_api import Locator, Page, expect


def strip(page: Page) -> Locator:
    """Return the section of the last readings, which also holds the table."""
    return page.locator("#readings")


def fields(page: Page) -> Locator:
    """Return what was read, in the strip's order or the table's: each a field to correct it in."""
    return strip(page).locator("li input:visible")


def expect_readings(page: Page, texts: Sequence[str]) -> None:
    """Wait until these are shown, the newest first or, in the table, the doubtful."""
    expect(fields(page)).to_have_count(len(texts))
    for place, text in enumerate(texts):
        expect(fields(page).nth(place)).to_have_value(text)


def row(page: Page, name: str) -> Locator:
    """Return a row of the table by its file."""
    return strip(page).get_by_role("listitem").filter(has_text=name)


def button(page: Page, name: str | re.Pattern[str]) -> Locator:
    return strip(page).get_by_role("button", name=name, exact=isinstance(name, str))


def open_table(page: Page) -> Locator:
    """Open all readings as a table, and return the dialog."""
    button(page, "As a table").click()
    dialog = page.get_by_role("dialog", name="Last readings")
    expect(dialog).to_be_visible()
    return dialog
