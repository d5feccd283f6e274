"""The standalone file is opened, left and attacked as a class does it."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.digits import SEVEN, TWO
from tests.browser.hands import Mouse, expect_read, read
from tests.browser.screen import n_pages

N_PRINTED = 13  # pages to print for three lessons
DRAG = """([type, content]) => {
  const transfer = new DataTransfer();
  if (type === "Files") transfer.items.add(new File([content], "seven.png", { type: "image/png" }));
  else transfer.setData(type, content);
  return ["dragover", "drop"].map((name) => {
    const event = new DragEvent(name, { bubbles: true, cancelable: true, dataTransfer: transfer });
    document.querySelector("main").dispatchEvent(event);
    return event.defaultPrevented;
  });
}"""
# As Chromium answers where its settings forbid to keep anything.
STORAGE_DENIED = """for (const name of ["sessionStorage", "localStorage", "indexedDB", "caches"]) {
  const get = () => { throw new DOMException("Access is denied", "SecurityError"); };
  Object.defineProperty(globalThis, name, { get });
}"""
PASTE = """(content) => {
  const clipboardData = new DataTransfer();
  clipboardData.items.add(new File([content], "seven.png", { type: "image/png" }));
  document.body.dispatchEvent(new ClipboardEvent("paste", { bubbles: true, clipboardData }));
}"""


def test_reload_back_and_forward_keep_the_page(offline: Page, standalone_file: Path) -> None:
    read(offline, SEVEN, "7")
    offline.reload()
    expect_read(offline, "7")
    offline.locator(".navigation > a[href*=lesson]").click()
    expect(offline).to_have_title("How it works · Inkling")
    offline.go_back()
    expect_read(offline, "7")
    offline.go_forward()
    expect(offline).to_have_title("How it works · Inkling")
    assert offline.url.startswith(standalone_file.as_uri())


def test_two_tabs_draw_apart(offline: Page, standalone_file: Path) -> None:
    other = offline.context.new_page()
    other.goto(standalone_file.as_uri())
    read(offline, SEVEN, "7")
    read(other, TWO, "2")
    for page, digit in ((offline, "7"), (other, "2")):
        page.reload()
        expect_read(page, digit)


@pytest.mark.parametrize("page_name", ["draw", "lesson", "learn", "class", "teach"])
def test_a_drop_keeps_the_page(disconnected: Page, standalone_file: Path, page_name: str) -> None:
    disconnected.goto(f"{standalone_file.as_uri()}?page={page_name}")
    expect(disconnected.locator("main h1").first).to_be_attached()
    for kind in ("Files", "text/uri-list"):
        assert disconnected.evaluate(DRAG, [kind, "https://example.org/7.png"]) == [True, True]


def test_a_pasted_picture_changes_nothing(offline: Page) -> None:
    read(offline, SEVEN, "7")
    offline.evaluate(PASTE, "no picture")
    expect_read(offline, "7")
    expect(offline.locator("#picture")).to_be_hidden()
    expect(offline.locator("#problem")).to_be_empty()


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("?bet", "html[data-bet], body[data-bet]"),
        ("?projector", "html[data-projector] #pad"),
        ("?page=lesson&projector#sgd", "html[data-projector] #sgd h2"),
        ("?page=lesson#classifier", "#classifier [data-part=send]"),
        ("?page=teach#worksheet-1", "#worksheet-1"),
        ("?page=learn&bet&projector&digits=half", "html[data-projector] #player"),
        ("?model=article", "#pad"),
        ("?example=letter", "#picture-image"),
        # Of the server, or unknown: the page is shown as without them.
        ("?invite", "#pad"),
        ("?pad=wide", "[data-pad=square] #pad"),
        ("?model=mlp", "#pad"),
        ("?example=photograph", "#pad"),
        ("?page=class", "#drop-target"),
        ("?page=sheet&pupils=30", ".sheet-page"),
        ("?page=review", "#pad"),
        ("?page=constructor", "#pad"),
        ("?lang=xx", "html[lang=en] #pad"),
        ("?%", "#pad"),
        ("#%E4%zz", "#pad"),
    ],
)
def test_any_address_opens(
    disconnected: Page, standalone_file: Path, address: str, shown: str
) -> None:
    disconnected.goto(standalone_file.as_uri() + address)
    expect(disconnected.locator(shown).first).to_be_visible()
    expect(disconnected.locator(shown).first).to_be_in_viewport()
    assert disconnected.locator("dialog[open]").count() == 0


def test_the_pages_of_the_lesson_are_printed(disconnected: Page, standalone_file: Path) -> None:
    disconnected.goto(f"{standalone_file.as_uri()}?page=teach")
    expect(disconnected.locator("#worksheet-1")).to_be_visible()
    assert n_pages(disconnected, "A4") == N_PRINTED


def test_it_works_where_the_browser_forbids_storage(
    browser: Browser, standalone_file: Path
) -> None:
    thrown: list[str] = []
    with browser.new_context() as context:
        context.add_init_script(STORAGE_DENIED)
        context.on("weberror", lambda error: thrown.append(str(error.error)))
        page = context.new_page()
        page.goto(standalone_file.as_uri())
        with pytest.raises(Exception, match="Access is denied"):
            page.evaluate("sessionStorage.length")
        Mouse(page).draw(SEVEN)
        expect_read(page, "7")
        page.locator("#clear").click()
        expect(page.locator("[data-part=kept]")).to_contain_text("This browser keeps nothing")
        page.locator(".navigation > a[href*=learn]").click()
        expect(page.locator("#place")).to_contain_text("Mini-batch")
        page.goto(f"{standalone_file.as_uri()}?page=teach&present")
        page.locator("[data-phase='1-6'] [data-begin]").click()
    assert thrown == []
