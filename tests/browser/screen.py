"""What holds on every screen and on paper: axe, widths, sizes for fingers, printed pages."""

import re
from typing import Any, Literal

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import FloatRect, Locator, Page

from tests.browser.settled import settle

Theme = Literal["light", "dark"]
THEMES: tuple[Theme, ...] = ("light", "dark")
TOUCH_PX = 44
SCROLLS = "document.scrollingElement.scrollHeight > innerHeight"
TWO_FRAMES = """() => new Promise((resolve) =>
  requestAnimationFrame(() => requestAnimationFrame(resolve))).then(() => null)"""
_NOTE_SHIFTS = """(buffered) => {
  window.shiftObserver?.disconnect();
  window.shifts = [];
  const note = (list) => window.shifts.push(...list.getEntries().map(({ value }) => value));
  window.shiftObserver = new PerformanceObserver(note);
  window.shiftObserver.observe({ type: "layout-shift", buffered });
}"""
_PRINTED_PAGE = re.compile(rb"/Type\s*/Page\b")


def assert_accessible(page: Page, *themes: Theme, within: str | None = None) -> None:
    """Fail with axe's report where it finds anything: in each of these themes, or in the present.

    All but contrast is the same in every theme, and is looked at once. ``within`` names the part
    that is looked at, where the rest of the page was before.
    """
    options: dict[str, Any] = {"resultTypes": ["violations"]}
    for theme in themes or (None,):
        if theme is not None:
            page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        results = Axe().run(page, context=within, options=options)
        assert results.violations_count == 0, results.generate_report()
        options |= {"runOnly": ["color-contrast"]}


def assert_not_wider(page: Page, *widths: int, height: int = 700) -> None:
    """Fail where the page can be scrolled sideways, as it is or in windows of these widths."""
    for width in widths:
        page.set_viewport_size({"width": width, "height": height})
        assert page.evaluate("document.documentElement.scrollWidth") == width
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def assert_touchable(controls: Locator) -> None:
    """Fail where one of these is lower than a finger needs."""
    heights = [place(control)["height"] for control in controls.all()]
    assert heights
    assert min(heights) >= TOUCH_PX, heights


def place(element: Locator) -> FloatRect:
    """Return where an element is, in CSS pixels of the window, once it is visible."""
    element.wait_for()
    box = element.bounding_box()
    assert box is not None
    return box


def places(elements: Locator) -> list[FloatRect]:
    """Return where these elements are, in the page's order, all at one moment."""
    found: list[FloatRect] = elements.evaluate_all(
        """(elements) => elements.map((element) => {
          const { x, y, width, height } = element.getBoundingClientRect();
          return { x, y, width, height };
        })"""
    )
    return found


def note_shifts(page: Page, *, of_opening: bool = False) -> None:
    """Note what moves by itself from when the page has settled, or from its opening."""
    settle(page)
    page.evaluate(TWO_FRAMES)
    page.evaluate(_NOTE_SHIFTS, of_opening)


def shifts(page: Page) -> list[float]:
    """Return the score of each layout shift that has been noted."""
    page.evaluate(TWO_FRAMES)
    noted: list[float] = page.evaluate("shifts")
    return noted


def n_pages(page: Page, paper: str | None = None) -> int:
    """Return the number of pages that Chromium prints, on this paper or the one of the styles."""
    pdf = page.pdf(format=paper, prefer_css_page_size=paper is None)
    return len(_PRINTED_PAGE.findall(pdf))
