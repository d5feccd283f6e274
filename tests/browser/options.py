"""The options of the drawing page, behind their button."""

from playwright.sync_api import Page, expect


def open_options(page: Page) -> None:
    page.locator("#options-button").click()
    expect(page.locator("#options")).to_be_visible()


def press_option(page: Page, name: str) -> None:
    """Press one of their buttons, which closes them."""
    open_options(page)
    page.locator("#options").get_by_role("button", name=name, exact=True).click()
    expect(page.locator("#options")).to_be_hidden()


def close_options(page: Page) -> None:
    """Close them, and wait for the history, whose step back would end a reload."""
    page.keyboard.press("Escape")
    expect(page.locator("#options")).to_be_hidden()
    page.wait_for_function("() => !history.state?.covers")


def choose_network(page: Page, name: str) -> None:
    open_options(page)
    page.locator("#model").select_option(name)
    close_options(page)
