"""The real app on a port of its own, and Chromium to look at it."""

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.browser.chromium import CHROMIUM, LAUNCH
from tests.browser.hands import Hand, Mouse
from tests.serving import serving

PATIENCE_S = 60


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    if CHROMIUM is None:
        pytest.skip("needs Chromium: install the package chromium")
    return browser_type_launch_args | LAUNCH


@pytest.fixture(scope="session", autouse=True)
def patience() -> None:
    """Wait long for what a test expects: on a busy machine it may take seconds."""
    expect.set_options(timeout=PATIENCE_S * 1000)


@pytest.fixture(scope="session")
def base_url() -> Iterator[str]:
    patient = {"INKLING_MAX_WAIT_SECONDS": str(PATIENCE_S)}  # no refusals on a busy machine
    with serving(**patient) as server:
        yield f"http://{server.address}"


@pytest.fixture(autouse=True)
def scripts_never_fail(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail each browser test in which a script throws."""
    if "context" not in request.fixturenames:
        yield
        return
    context: BrowserContext = request.getfixturevalue("context")
    thrown: list[str] = []
    context.on("weberror", lambda error: thrown.append(str(error.error)))
    yield
    assert thrown == []


# Chromium drops what a mouse does before it has painted a page: late, on a busy machine.
PAINTED = """() => new Promise((resolve) =>
  requestAnimationFrame(() => requestAnimationFrame(resolve))).then(() => null)"""


@pytest.fixture
def drawing_page(page: Page) -> Page:
    page.goto("/")
    page.evaluate(PAINTED)
    return page


@pytest.fixture
def mouse(drawing_page: Page) -> Hand:
    return Mouse(drawing_page)


@pytest.fixture
def number_page(page: Page) -> Page:
    page.goto("/?pad=wide")
    page.evaluate(PAINTED)
    return page


@pytest.fixture
def number_mouse(number_page: Page) -> Hand:
    return Mouse(number_page)


@pytest.fixture
def plain_page(browser: Browser, base_url: str) -> Iterator[Page]:
    """Return the page as a browser without JavaScript has it."""
    with browser.new_context(base_url=base_url, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/")
        yield page
