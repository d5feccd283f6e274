"""Checks a page with axe, which knows the rules of accessibility."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page


def assert_accessible(page: Page) -> None:
    """Fail with axe's report where it finds anything."""
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
