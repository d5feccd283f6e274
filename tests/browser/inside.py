"""Opens what is inside the network."""

from playwright.sync_api import Page

SUMMARY = "#inside > summary"
VIEWS = {"network": "15 neurons", "picture": "The picture", "layers": "All layers"}


def open_inside(page: Page, view: str = "network") -> None:
    """Open a view of the insides."""
    page.locator(SUMMARY).click()
    page.get_by_label(VIEWS[view], exact=True).check()
