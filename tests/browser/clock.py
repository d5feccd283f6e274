"""A page's clock that stands still, for what is shown for seconds only or is counted in them."""

from playwright.sync_api import Page

from tests.browser.settled import settle

_STOPPED_MS = 3_600_000  # a clock that begins at 0 is not there yet


def stop_clock(page: Page) -> None:
    """Stop the clock of a page, also after a reload: its timers and frames wait for ``run_for``.

    ``page.clock.resume()`` lets it run again.
    """
    if page.url != "about:blank":
        settle(page)  # the clock jumps to where it stops, over the limits of time of open requests
    page.clock.install(time=0)
    page.clock.pause_at(_STOPPED_MS)
