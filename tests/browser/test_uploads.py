"""Pictures that follow each other, come at once, or belong on another page: none is lost."""

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Error, Page, Route, expect

from tests.browser.answers import READ, number_answer
from tests.browser.class_sheets import give_sheets, sheet_answer
from tests.browser.hands import expect_read
from tests.browser.options import choose_network

EXAMPLES = Path("static/examples")
SEVEN, THREE, SHEET = (EXAMPLES / name for name in ("seven.png", "three.png", "sheet.webp"))
TOO_MANY = {"type": "urn:inkling:too-many-digits", "title": "Too many digits", "detail": "."}
HANDED = """async () => {
  const request = indexedDB.open("inkling-handed");
  await new Promise((resolve) => (request.onsuccess = resolve));
  const count = request.result.transaction("files").objectStore("files").count();
  await new Promise((resolve) => (count.onsuccess = resolve));
  return count.result;
}"""


def upload(page: Page, *paths: Path) -> None:
    page.locator("#upload").set_input_files(paths)


def saved(page: Page) -> list[str]:
    """Return the texts of all readings that the page saves, the oldest first."""
    with page.expect_download() as download:
        page.locator("#readings").get_by_role("button", name="JSON").click()
    return [each["text"] for each in json.loads(download.value.path().read_text())["readings"]]


class Held:
    """Requests to read that get no answer until they are let go."""

    def __init__(self, page: Page) -> None:
        self.routes: list[Route] = []
        page.route(READ, lambda route: self.routes.append(route))
        self.page = page

    def let_go(self) -> None:
        """Let the server answer these and all later ones."""
        self.page.unroute(READ)
        for route in self.routes:
            with suppress(Error):  # the page has given it up
                route.continue_()


def another(page: Page) -> None:
    upload(page, THREE)


def clear(page: Page) -> None:
    page.locator("#clear").click()


def undo(page: Page) -> None:
    page.locator("#undo").click()


def back_to_drawing(page: Page) -> None:
    page.get_by_role("button", name="Back to drawing").click()


def draw(page: Page) -> None:
    page.locator("#pad").focus()
    for key in ("Space", "ArrowDown", "Space"):
        page.keyboard.press(key)


def choose_article(page: Page) -> None:
    choose_network(page, "article")
    page.locator("#clear").click()


def open_example(page: Page) -> None:
    page.locator("[data-example]").first.click()


def test_twenty_pictures_chosen_at_once_are_all_saved_in_order(drawing_page: Page) -> None:
    page, chosen = drawing_page, [SEVEN, THREE] * 10
    for path in chosen:
        upload(page, path)
    expect_read(page, "3")
    expect(page.locator("#readings")).not_to_contain_text("still being read")
    expect(page.locator("#readings .label")).to_have_text(["7", *["3", "7"] * 9])
    assert saved(page) == ["7", "3"] * 10
    clear(page)
    expect(page.locator("#readings .label")).to_have_text(["3", "7"] * 10)


@pytest.mark.parametrize(
    "leave", [another, clear, undo, back_to_drawing, draw, choose_article, open_example]
)
def test_a_picture_that_leaves_the_pad_before_its_answer_joins_the_readings(
    leave: Callable[[Page], None], drawing_page: Page
) -> None:
    page = drawing_page
    held = Held(page)
    upload(page, SEVEN)
    expect(page.locator("#busy")).to_be_visible()
    leave(page)
    pending = page.locator("#readings").get_by_text("1 picture is still being read.")
    expect(pending).to_be_visible()
    held.let_go()
    expect(page.locator("#readings .label").last).to_have_text("7")
    expect(pending).to_be_hidden()


def test_a_picture_joins_once_the_server_is_free_unless_refused(drawing_page: Page) -> None:
    page = drawing_page
    statuses = [503, 503]
    page.route(
        READ,
        lambda route: route.fulfill(status=statuses.pop()) if statuses else route.continue_(),
    )
    upload(page, SEVEN)
    expect(page.locator("#message")).to_contain_text("No answer from the server.")
    clear(page)
    expect(page.locator("#readings .label")).to_have_text(["7"])
    assert statuses == []
    page.unroute(READ)
    sent: list[str] = []
    page.on("request", lambda request: READ.search(request.url) and sent.append(request.url))
    upload(page, Path("README.md"))
    expect(page.get_by_role("alert").first).not_to_have_text("")
    upload(page, THREE)
    expect_read(page, "3")
    assert saved(page) == ["7", "3"]
    assert len(sent) == 2  # the refused one is not sent again


def test_an_answered_picture_is_saved_once_though_it_is_read_again(drawing_page: Page) -> None:
    page = drawing_page
    upload(page, THREE)
    expect_read(page, "3")
    upload(page, SEVEN)
    expect_read(page, "7")
    with page.expect_response(READ):
        choose_network(page, "mlp")
    expect_read(page, "7")
    assert saved(page) == ["3", "7"]
    page.goto("/lesson")
    page.go_back()
    expect_read(page, "7")
    assert saved(page) == ["3", "7"]
    page.reload()
    expect_read(page, "7")
    assert saved(page) == ["3", "7"]


def test_the_page_asks_before_it_is_left_while_pictures_are_still_read(drawing_page: Page) -> None:
    page = drawing_page
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    Held(page)
    upload(page, SEVEN)
    clear(page)
    expect(page.locator("#readings")).to_contain_text("still being read")
    page.reload()
    assert asked == ["beforeunload"]
    page.unroute(READ)
    upload(page, SEVEN)
    expect_read(page, "7")
    clear(page)
    page.reload()
    assert asked == ["beforeunload"]


def test_several_files_are_handed_to_the_review_and_kept_nowhere_else(drawing_page: Page) -> None:
    page = drawing_page
    upload(page, SEVEN, THREE, EXAMPLES / "number.jpg")
    expect_read(page, "7")
    note = page.locator("#picture").get_by_role("status")
    expect(note).to_have_text("3 files. Here the first is read.")
    page.get_by_role("button", name="Review all 3").click()
    expect(page.get_by_text("3 of 3 read")).to_be_visible()
    assert page.evaluate("location.pathname + location.hash") == "/review"
    assert page.evaluate(HANDED) == 0
    page.go_back()
    expect(page.locator("#readings .label")).to_have_text(["7"])
    page.reload()
    expect_read(page, "7")
    expect(page.locator("#offer")).to_be_hidden()


def test_where_the_browser_has_no_database_the_review_opens_without_the_files(page: Page) -> None:
    page.add_init_script("IDBFactory.prototype.open = () => { throw new DOMException(); }")
    page.goto("/?lang=de")
    upload(page, SEVEN, THREE)
    page.get_by_role("button", name="Alle 2 durchsehen").click()
    page.wait_for_url("/review?lang=de")
    expect(page.locator("#folder")).to_be_attached()


def test_a_picture_with_as_many_signs_as_a_class_sheet_is_opened_as_one(page: Page) -> None:
    give_sheets(page, sheet_answer())
    answers = [number_answer(*["0123456789"] * rows) for rows in (2, 3)]
    page.route(READ, lambda route: route.fulfill(json=answers.pop(0)))
    page.goto("/")
    offer = page.get_by_role("button", name="Open in Class sheet")
    upload(page, SEVEN)
    expect(page.locator("#boxes .box")).to_have_count(20)
    expect(offer).to_be_hidden()
    upload(page, THREE)
    expect(offer).to_be_visible()
    page.unroute(READ)
    page.route(READ, lambda route: route.fulfill(status=422, json=TOO_MANY))
    upload(page, SHEET)
    expect(page.locator("#message")).to_contain_text("Too many digits")
    offer.click()
    page.wait_for_url("/class")
    expect(page.get_by_role("table", name="What was written")).to_be_visible()
