"""A class of 30 phones, each a window of a browser, sends ten digits each to a room at once."""

import statistics
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Page, Request, expect, sync_playwright

from app.service.rooms import FILE_NAME
from benchmarks.load.memory import memory_mb
from benchmarks.load.report import Row, show
from tests.browser.chromium import LAUNCH
from tests.browser.phones import draw_and_send
from tests.browser.strangers import hands
from tests.serving import Server, serving

N_PHONES = 30
PATIENCE_MS = 120_000


def measure() -> Iterator[Row]:
    """Yield how long answers take, the memory of a worker, and the size of the rooms' file."""
    answers_ms: dict[str, list[float]] = {"POST": [], "GET": []}

    def note(request: Request) -> None:
        if "/room" in request.url:
            answers_ms.setdefault(request.method, []).append(request.timing["responseEnd"])

    with serving(n_workers=2) as server, sync_playwright() as playwright:
        browser = playwright.chromium.launch(**LAUNCH)
        base_url = f"http://{server.address}"

        def opened(path: str) -> Page:
            page = browser.new_context(base_url=base_url).new_page()
            page.set_default_timeout(PATIENCE_MS)
            page.on("requestfinished", note)
            page.goto(path)
            return page

        expect.set_options(timeout=PATIENCE_MS)
        class_page = opened("/class")
        class_page.locator("[data-part=open]").click()
        expect(class_page.locator("[data-part=code]")).not_to_be_empty()
        code = class_page.locator("[data-part=code]").inner_text()
        phones = [opened(f"/join?room={code}") for _ in range(N_PHONES)]
        before_mb = memory_mb(server)
        for phone, drawings in zip(phones, hands(N_PHONES), strict=True):
            draw_and_send(phone, drawings)
        for phone in phones:
            expect(phone.locator("#digits [data-state=sent]")).to_have_count(10)
        total = class_page.locator("[data-model=convnet]")
        expect(total).to_contain_text(f"of {10 * N_PHONES} right")
        yield f"{10 * N_PHONES} digits, read right", total.inner_text().splitlines()[0]
        for method, what in (("POST", "a digit is read and kept"), ("GET", "the page asks")):
            times_ms = answers_ms[method]
            p99_ms = statistics.quantiles(times_ms, n=100)[98]
            median_ms = statistics.median(times_ms)
            yield f"{what}, {len(times_ms)} times", f"median {median_ms:.0f}, p99 {p99_ms:.0f} ms"
        yield (
            "memory of a worker, before and after",
            f"{before_mb:,.0f}, {memory_mb(server):,.0f} MB",
        )
        yield "file of the rooms", f"{_file_bytes(server) / 1e6:.2f} MB"
        browser.close()


def _file_bytes(server: Server) -> int:
    """Return the size of the rooms' file, which each worker has open that was asked for one."""
    open_files = [
        file for pid in server.worker_pids() for file in Path(f"/proc/{pid}/fd").iterdir()
    ]
    return max(file.stat().st_size for file in open_files if file.readlink().name == FILE_NAME)


if __name__ == "__main__":
    show([measure])
