"""Opens what is inside the network."""

from playwright.sync_api import Page

SUMMARY = "#inside > summary"
VIEWS = {
    "network": "15 neurons",
    "why": "Why",
    "picture": "Pixels",
    "layers": "Layers",
    "compare": "Compare",
}


def open_inside(page: Page, view: str = "network") -> None:
    """Open a view of the insides."""
    page.locator(SUMMARY).click()
    show(page, view)


def show(page: Page, view: str) -> None:
    """Choose one of the views of the insides, which are open."""
    page.get_by_label(VIEWS[view], exact=True).check()
