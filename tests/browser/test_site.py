"""Inkling as a site of files on a plain web server: visited, left without network, renewed."""

import gzip
import json
import os
import re
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, BrowserType, Page, expect

from app import standalone
from tests.browser.conftest import PATIENCE_S
from tests.browser.digits import SEVEN
from tests.browser.hands import Mouse, expect_read, read
from tests.browser.inside import SHOWN, SUMMARY, show
from tests.waiting import wait_for

PATH = "schule 7b/inkling"  # two copies are on the host, as of two schools
OTHER = "other"
WORKER = "service_worker.js"
SENTENCE = "A neural network written from scratch reads your handwriting."
NEXT_SENTENCE = "The next version reads your handwriting."
KEPT = "This device keeps the pages: from now on they open without internet."
N_KEPT = "async () => (await caches.keys()).length"
# Asks for the service worker, waits until it is installed or not, and returns whether one is.
INSTALL = """async () => {
  const registration = await navigator.serviceWorker.register("service_worker.js");
  await registration.update().catch(() => {});
  const worker = registration.installing;
  while (worker && !["activated", "redundant"].includes(worker.state)) {
    await new Promise((resolve) => worker.addEventListener("statechange", resolve, { once: true }));
  }
  return registration.active !== null;
}"""
# Asks for the next version, as each visit does, and returns whether it is kept, beside the one
# before, and answers. Browsers join a request with one that is under way, which may fail: so it is
# asked again until then.
IS_RENEWED = """async () => {
  const registration = await navigator.serviceWorker.ready;
  await registration.update().catch(() => {});
  const names = await caches.keys();
  const isWhole = Boolean(await caches.match("./", { cacheName: names.at(-1) }));
  return names.length === 2 && !registration.installing && !registration.waiting && isWhole;
}"""


class Handler(SimpleHTTPRequestHandler):
    """Serves files, and says nothing of it."""

    def log_message(self, *_: object) -> None:
        """Write no log."""


class Host:
    """A web space: a folder that a plain web server serves on this machine."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._written_s = 1_700_000_000
        self._server = ThreadingHTTPServer(
            ("127.0.0.1", 0), partial(Handler, directory=str(folder))
        )
        self.address = f"http://127.0.0.1:{self._server.server_port}"
        Thread(target=self._server.serve_forever).start()

    def put(self, path: str, files: dict[str, bytes]) -> None:
        """Write the files of a site, as ``make site`` does, each time a minute later.

        A browser asks for what was written after the second of which it has a file.
        """
        site = self.folder / path
        site.mkdir(parents=True, exist_ok=True)
        standalone.write_site(site, files)
        self._written_s += 60
        for name in files:
            os.utime(site / name, (self._written_s, self._written_s))

    def stop(self) -> None:
        """Stop answering; again is allowed."""
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture(scope="session")
def next_files() -> dict[str, bytes]:
    """Return the site's next version: another sentence, and no part of the one before."""
    parts = {}
    for name, part in standalone.compressed_parts().items():
        content = gzip.decompress(part)
        if name == "pages/en":
            content = json.dumps(json.loads(content)).replace(SENTENCE, NEXT_SENTENCE).encode()
        parts[name] = gzip.compress(content, 1, mtime=1)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(standalone, "compressed_parts", lambda: parts)
        return standalone.site_files()


@pytest.fixture
def host(tmp_path: Path, site_files: dict[str, bytes]) -> Iterator[Host]:
    host = Host(tmp_path)
    host.put(PATH, site_files)
    yield host
    host.stop()


@pytest.fixture
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    """Return a context in which no script may fail, and that asks no other host for anything."""
    with browser.new_context(locale="en-US", viewport={"width": 1280, "height": 800}) as context:
        context.set_default_timeout(PATIENCE_S * 1000)
        thrown: list[str] = []
        asked: list[str] = []
        context.on("weberror", lambda error: thrown.append(str(error.error)))
        context.on("request", lambda request: asked.append(request.url))
        yield context
        assert thrown == []
        assert [
            url for url in asked if not re.match(r"(http://127\.0\.0\.1|data|blob|file):", url)
        ] == []


def visit(context: BrowserContext, address: str) -> Page:
    """Open the teacher's page, and wait until the browser keeps the site."""
    page = context.new_page()
    page.goto(f"{address}/?page=teach")
    expect(page.locator("#kept")).to_be_visible()
    expect(page.locator("#kept")).to_have_text(KEPT)
    return page


def test_it_opens_without_network_after_one_visit(
    host: Host, visitor: BrowserContext, site_files: dict[str, bytes]
) -> None:
    host.put(OTHER, site_files)
    addresses = [f"{host.address}/{path}" for path in (PATH.replace(" ", "%20"), OTHER)]
    page = visitor.new_page()
    page.goto(addresses[0])  # without the slash, to which the server leads
    expect(page.locator("#pad")).to_be_visible()
    assert page.url == f"{addresses[0]}/"
    for address in addresses:
        page = visit(visitor, address)
    with page.expect_download() as saved:
        page.get_by_role("link", name="Save all pages as one file").click()
    assert Path(saved.value.path()).read_bytes() == site_files["inkling.html"]
    assert page.evaluate(N_KEPT) == len(addresses)
    host.stop()
    for address in addresses:
        page.goto(f"{address}/")
        read(page, SEVEN, "7")
        page.reload()
        expect_read(page, "7")
    page.locator(SUMMARY).click()
    show(page, "layers")
    expect(page.locator(SHOWN["layers"])).not_to_have_count(0)
    page.locator(".languages a[hreflang=de]").click()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    page.locator(".navigation > a[href*=learn]").click()
    expect(page.locator("#place")).to_contain_text("Mini-Batch")  # the lesson set is there
    page.goto(f"{addresses[0]}/index.html?page=lesson&lang=fr#classifier")
    expect(page.locator("#classifier [data-part=send]")).to_be_in_viewport()


def test_a_new_version_replaces_the_old_one_whole(
    host: Host,
    visitor: BrowserContext,
    site_files: dict[str, bytes],
    next_files: dict[str, bytes],
) -> None:
    address = f"{host.address}/{PATH}/"
    page = visit(visitor, address.rstrip("/"))
    page.goto(address)
    headline = page.locator("h1")
    expect(headline).to_have_text(SENTENCE)
    host.put(PATH, next_files | {WORKER: site_files[WORKER]})  # what asks for the others comes last
    old = visitor.new_page()
    old.goto(address)
    expect(old.locator("h1")).to_have_text(SENTENCE)  # what is kept
    host.put(PATH, next_files)
    wait_for(lambda: old.evaluate(IS_RENEWED), "the next version", PATIENCE_S)
    page.reload()
    expect(headline).to_have_text(NEXT_SENTENCE)
    host.stop()
    read(old, SEVEN, "7")
    old.locator(SUMMARY).click()  # of the version before, which is on the host no longer
    show(old, "layers")
    expect(old.locator(SHOWN["layers"])).not_to_have_count(0)
    page.reload()
    expect(headline).to_have_text(NEXT_SENTENCE)
    read(page, SEVEN, "7")


def test_a_version_that_is_not_whole_is_not_taken(
    host: Host, visitor: BrowserContext, next_files: dict[str, bytes]
) -> None:
    address = f"{host.address}/{PATH}"
    page = visit(visitor, address)
    index = (host.folder / PATH / "index.html").read_bytes()
    host.put(PATH, next_files | {"index.html": index})  # a copy that is under way
    assert page.evaluate(INSTALL)
    assert page.evaluate(N_KEPT) == 1
    page.goto(f"{address}/")
    expect(page.locator("h1")).to_have_text(SENTENCE)
    host.put(PATH, next_files)
    page.reload()
    wait_for(lambda: page.evaluate(IS_RENEWED), "the next version", PATIENCE_S)
    page.reload()
    expect(page.locator("h1")).to_have_text(NEXT_SENTENCE)


def test_without_room_it_goes_on_with_the_network(host: Host, visitor: BrowserContext) -> None:
    page = visitor.new_page()
    quota = {"origin": host.address, "quotaSize": 1_000_000}
    visitor.new_cdp_session(page).send("Storage.overrideQuotaForOrigin", quota)
    page.goto(f"{host.address}/{PATH}/?page=teach")
    assert not page.evaluate(INSTALL)
    assert page.evaluate(N_KEPT) == 0
    expect(page.locator("#kept")).to_be_hidden()
    page.goto(f"{host.address}/{PATH}/")
    read(page, SEVEN, "7")


def test_where_the_browser_forbids_storage_it_goes_on_with_the_network(
    host: Host, browser_type: BrowserType, without_storage: dict[str, Any]
) -> None:
    with browser_type.launch_persistent_context(**without_storage) as context:
        page = context.new_page()
        page.goto(f"{host.address}/{PATH}/?page=teach")
        expect(page.get_by_role("link", name="Save all pages as one file")).to_be_visible()
        page.goto(f"{host.address}/{PATH}/")
        Mouse(page).draw(SEVEN)
        expect_read(page, "7")


def test_opened_as_files_it_names_the_file_that_opens(host: Host, visitor: BrowserContext) -> None:
    page = visitor.new_page()
    page.goto((host.folder / PATH / "index.html").as_uri())
    expect(page.locator("#not-opened")).to_contain_text("open inkling.html instead")
