"""A page that has settled: nothing of it is in progress, and nothing will be drawn again by itself.

A clock that stops earlier ends the page's requests, whose limit of time it jumps over, and keeps
timers that the page is about to need.
"""

from pathlib import Path
from weakref import WeakKeyDictionary

from playwright.sync_api import BrowserContext, Page, Request

from tests.waiting import wait_for

# By the context: pages load scripts and styles by no function that a script can count.
_REQUESTS: WeakKeyDictionary[BrowserContext, set[Request]] = WeakKeyDictionary()


def count_open_work(context: BrowserContext) -> None:
    """Count, from now on, what each page of a context has in progress."""
    context.add_init_script(path=Path(__file__).with_name("open_work.js"))
    requests = _REQUESTS[context] = set[Request]()
    context.on("request", lambda request: requests.add(request))
    context.on("requestfinished", lambda request: requests.discard(request))
    context.on("requestfailed", lambda request: requests.discard(request))


def settle(page: Page) -> None:
    """Wait until a page has no request, timer, frame or call of a worker in progress."""
    requests = _REQUESTS[page.context]

    def is_settled() -> bool:
        # Playwright reports requests during its calls alone.
        return page.evaluate("isSettled()") and not requests

    wait_for(is_settled, "the page to settle")
