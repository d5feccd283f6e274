"""The real app on a port of its own, and Chromium to look at it."""

import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from app import standalone
from tests.browser.chromium import CHROMIUM, LAUNCH
from tests.browser.screen import TWO_FRAMES
from tests.browser.settled import count_open_work
from tests.serving import serving

PATIENCE_S = 120  # for a training on a machine with other work


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    if CHROMIUM is None:
        pytest.skip("needs Chromium: install the package chromium-headless-shell or chromium")
    return browser_type_launch_args | LAUNCH


@pytest.fixture(scope="session", autouse=True)
def patience() -> None:
    """Wait long for what a test expects: on a busy machine it may take seconds."""
    expect.set_options(timeout=PATIENCE_S * 1000)


@pytest.fixture(scope="session", autouse=True)
def unanswered_requests_are_no_error() -> None:
    """Keep what asyncio logs of a request that a test leaves unanswered out of later tests.

    It logs that when Python collects the request, at any time.
    """
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)


@pytest.fixture
def context(context: BrowserContext) -> BrowserContext:
    """Return a context that waits as long for what a test clicks on, and counts open work."""
    context.set_default_timeout(PATIENCE_S * 1000)
    count_open_work(context)
    return context


@pytest.fixture(scope="session")
def base_url() -> Iterator[str]:
    # No refusals on a busy machine.
    with serving(INKLING_MAX_WAIT_SECONDS=str(PATIENCE_S)) as server:
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


@pytest.fixture
def drawing_page(page: Page) -> Page:
    return painted(page, "/")


@pytest.fixture
def number_page(page: Page) -> Page:
    return painted(page, "/?pad=wide")


@pytest.fixture
def touch_page(browser: Browser, base_url: str) -> Iterator[Page]:
    size = {"width": 360, "height": 740}
    with browser.new_context(base_url=base_url, viewport=size, has_touch=True) as context:  # type: ignore[arg-type]
        context.set_default_timeout(PATIENCE_S * 1000)
        count_open_work(context)
        yield painted(context.new_page(), "/")


@pytest.fixture
def plain_page(browser: Browser, base_url: str) -> Iterator[Page]:
    with browser.new_context(base_url=base_url, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto("/")
        yield page


@pytest.fixture
def without_storage(
    browser_type_launch_args: dict[str, Any], tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Any]:
    """Return the arguments that launch a browser which forbids pages to store anything."""
    folder: Path = tmp_path_factory.mktemp("profile")
    preferences = {"profile": {"default_content_setting_values": {"cookies": 2}}}
    (folder / "Default").mkdir()
    (folder / "Default" / "Preferences").write_text(json.dumps(preferences))
    return {"user_data_dir": folder, **browser_type_launch_args, **LAUNCH}


@pytest.fixture(scope="session")
def site_files() -> dict[str, bytes]:
    """Return the files of Inkling as a site by their paths."""
    return standalone.site_files()


@pytest.fixture(scope="session")
def standalone_file(site_files: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the path of Inkling in one file, in a folder with a name that addresses encode."""
    path: Path = tmp_path_factory.mktemp("Grüße an 7b #1 100% fertig? ja") / "inkling.html"
    path.write_bytes(site_files[standalone.FILE])
    return path


@pytest.fixture
def disconnected(browser: Browser) -> Iterator[Page]:
    """Return a blank page of a browser without network, which fails where it asks for anything."""
    with browser.new_context(locale="en-US", viewport={"width": 1280, "height": 800}) as context:
        context.set_offline(True)
        context.set_default_timeout(PATIENCE_S * 1000)
        count_open_work(context)
        asked: list[str] = []
        reported: list[str] = []
        context.on("request", lambda request: asked.append(request.url))
        context.on("weberror", lambda error: reported.append(str(error.error)))
        context.on("console", lambda line: reported.append(line.text))
        yield context.new_page()
        assert reported == []
        assert [url for url in asked if not re.match("(file|data|blob):", url)] == []


@pytest.fixture
def offline(disconnected: Page, standalone_file: Path) -> Page:
    """Return the same page, on which Inkling in one file is open."""
    disconnected.goto(standalone_file.as_uri())
    return disconnected


def painted(page: Page, address: str) -> Page:
    """Open an address, and wait for what a mouse needs: Chromium drops what comes before paint."""
    page.goto(address)
    page.evaluate(TWO_FRAMES)
    return page
