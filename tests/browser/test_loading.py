"""What a visit costs: its requests, and its bytes with all headers as they pass the network."""

from typing import Any

from playwright.sync_api import Page

MAX_REQUESTS = 8
MAX_BYTES = 70_000


class Traffic:
    """The responses that a page gets from the server, not from the browser's cache."""

    def __init__(self, page: Page) -> None:
        self.n_bytes: dict[str, float] = {}
        self._urls: dict[str, str] = {}
        devtools = page.context.new_cdp_session(page)
        devtools.on("Network.requestWillBeSent", self._note_url)
        devtools.on("Network.loadingFinished", self._note_size)
        devtools.send("Network.enable")

    def _note_url(self, event: dict[str, Any]) -> None:
        self._urls[event["requestId"]] = event["request"]["url"]

    def _note_size(self, event: dict[str, Any]) -> None:
        url = self._urls.get(event["requestId"], "")  # an earlier one has none
        if event["encodedDataLength"] and url.startswith("http"):  # 0 from the cache
            self.n_bytes[url] = event["encodedDataLength"]


FIRST_PAINT = """() => {
  const loaded = performance.getEntriesByType("resource");
  const script = loaded.find(({ name }) => name.endsWith("main.js"));
  const [paint] = performance.getEntriesByName("first-contentful-paint");
  return paint && paint.startTime - script.responseEnd;
}"""
SLOW = {"offline": False, "latency": 50, "downloadThroughput": 50_000, "uploadThroughput": 50_000}


def test_on_a_slow_network_the_pad_is_shown_when_it_can_be_drawn_on(page: Page) -> None:
    page.context.new_cdp_session(page).send("Network.emulateNetworkConditions", SLOW)
    page.goto("/")
    assert page.wait_for_function(FIRST_PAINT).json_value() >= 0


def test_the_page_is_small_and_a_reload_is_one_request(page: Page, base_url: str) -> None:
    first = Traffic(page)
    page.goto("/?lang=de", wait_until="networkidle")  # with the texts of its scripts, too
    assert 2 < len(first.n_bytes) <= MAX_REQUESTS, first.n_bytes
    assert sum(first.n_bytes.values()) <= MAX_BYTES, first.n_bytes
    again = Traffic(page)
    page.reload(wait_until="networkidle")
    assert list(again.n_bytes) == [f"{base_url}/?lang=de"]
