"""Pictures that follow each other, come at once, or belong on another page: none is lost."""

import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Error, Page, Route, expect

from tests.browser.answers import READ
from tests.browser.class_sheets import give_sheets, sheet_answer
from tests.browser.clock import stop_clock
from tests.browser.hands import expect_read
from tests.browser.options import choose_network
from tests.browser.readings import expect_readings, fields, open_table, row
from tests.browser.screen import note_shifts, shifts

EXAMPLES = Path("static/examples")
SEVEN, THREE, SHEET = (EXAMPLES / name for name in ("seven.png", "three.png", "sheet.webp"))


def upload(page: Page, *paths: Path) -> None:
    page.locator("#upload").set_input_files(paths)


def saved(page: Page) -> list[str]:
    """Return the texts of all readings that the page saves, the oldest first."""
    with page.expect_download() as download:
        open_table(page).get_by_role("button", name="JSON").click()
    page.keyboard.press("Escape")
    page.wait_for_function("() => !history.state.isOfView")
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


def test_twenty_pictures_chosen_one_after_another_are_all_saved_in_order(
    drawing_page: Page,
) -> None:
    page, chosen = drawing_page, [SEVEN, THREE] * 10
    for path in chosen:
        upload(page, path)
    expect_read(page, "3")
    expect(page.get_by_role("progressbar")).to_be_hidden()
    expect_readings(page, ["3", "7"] * 10)
    assert saved(page) == ["7", "3"] * 10
    clear(page)
    expect_readings(page, ["3", "7"] * 10)


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
    pending = page.locator("#readings").get_by_text("0 of 1 read")
    expect(pending).to_be_visible()
    held.let_go()
    expect(fields(page).last).to_have_value("7")
    expect(pending).to_be_hidden()


def test_a_picture_joins_once_the_server_is_free_unless_refused(drawing_page: Page) -> None:
    page = drawing_page
    page.route(READ, lambda route: route.fulfill(status=503))
    upload(page, SEVEN)
    expect(page.locator("#message")).to_contain_text("No answer from the server.")
    with page.expect_response(READ):  # with 503 again
        clear(page)
    page.unroute(READ)
    expect_readings(page, ["7"])
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
    expect(page.locator("#readings")).to_contain_text("0 of 1 read")
    page.reload()
    assert asked == ["beforeunload"]
    page.unroute(READ)
    upload(page, SEVEN)
    expect_read(page, "7")
    clear(page)
    page.reload()
    assert asked == ["beforeunload"]


def test_files_of_any_kind_become_rows_of_one_table(drawing_page: Page, tmp_path: Path) -> None:
    page = drawing_page
    (tmp_path / "form.pdf").write_bytes(b"%PDF-1.7")
    (tmp_path / "empty.png").write_bytes(b"")
    (tmp_path / "photo.heic").write_bytes(b"\0\0\0\x18ftypheic")
    chosen = [SEVEN, EXAMPLES / "messy.png", EXAMPLES / "number.jpg", Path("README.md")]
    note_shifts(page)
    upload(page, *chosen, *sorted(tmp_path.iterdir()))
    expect(row(page, "messy.png").get_by_role("textbox")).to_be_focused()
    expect(page.locator("#readings").get_by_role("progressbar")).to_be_hidden()
    expect_readings(page, ["9", "5379", "7"])  # the doubtful first
    for name, sentence in (
        ("README.md", "This is not a picture."),
        ("form.pdf", "Take a screenshot of the page of the PDF"),
        ("empty.png", "The file cannot be read."),
        ("photo.heic", "This browser cannot open HEIC photographs."),
    ):
        expect(row(page, name)).to_contain_text(sentence)
    page.keyboard.press("Enter")
    expect(row(page, "messy.png")).to_contain_text("Accepted")
    upload(page, SEVEN, THREE)  # the first is there already
    expect_readings(page, ["9", "5379", "7", "3"])
    upload(page, EXAMPLES / "neat.png")  # one, but the table is open
    expect_readings(page, ["9", "5379", "7", "3", "4"])
    assert sum(shifts(page)) < 0.01
    with page.expect_download() as download:
        page.get_by_role("button", name="Table of 9 answers").click()
    rows = download.value.path().read_text().splitlines()
    assert "messy.png,9,false,unclear,accepted,9," in rows
    assert "README.md,,,,failed,,This is not a picture." in rows
    page.go_back()
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect(page.locator("#digit")).to_have_text("")


def test_a_busy_server_gets_pictures_again_and_a_stop_holds_the_rest(
    drawing_page: Page,
) -> None:
    page = drawing_page
    statuses = [503, 429, 503]
    wait = {"Retry-After": "1"}
    page.route(
        READ,
        lambda route: (
            route.fulfill(status=statuses.pop(), headers=wait) if statuses else route.continue_()
        ),
    )
    stop_clock(page)
    upload(page, SEVEN, THREE, EXAMPLES / "neat.png")
    table = page.get_by_role("dialog")
    expect(table).to_contain_text("Too many pictures at once.")
    table.get_by_role("button", name="Stop").click()
    expect(row(page, "three.png")).to_contain_text("Waits for its turn")
    table.get_by_role("button", name="Go on").click()
    page.clock.resume()
    expect_readings(page, ["4", "7", "3"])
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    Held(page)
    upload(page, EXAMPLES / "looped.png", EXAMPLES / "bar.png")
    expect(table).to_contain_text("3 of 5 read")
    page.reload()
    assert asked == ["beforeunload"]
    expect_readings(page, ["4", "7", "3"])
    expect(row(page, "bar.png")).to_contain_text("The file cannot be read.")
    page.unroute(READ)
    upload(page, EXAMPLES / "looped.png", EXAMPLES / "bar.png")  # again, in their places
    expect(row(page, "bar.png").get_by_role("textbox")).to_have_value("7")
    expect(table.get_by_role("listitem")).to_have_count(5)


def test_where_the_table_cannot_be_loaded_the_page_says_so(drawing_page: Page) -> None:
    page = drawing_page
    page.route("**/readings/table.js", lambda route: route.abort())
    upload(page, SEVEN, THREE)
    expect(page.get_by_role("alert").first).to_contain_text("No answer from the server.")
    page.unroute("**/readings/table.js")
    upload(page, SEVEN, THREE)
    expect_readings(page, ["7", "3"])


def test_a_class_sheet_is_opened_as_one(page: Page) -> None:
    give_sheets(page, sheet_answer())
    page.goto("/")
    offer = page.get_by_role("button", name="Open in Class sheet")
    upload(page, SEVEN)
    expect_read(page, "7")
    expect(offer).to_be_hidden()
    upload(page, SHEET)
    expect(page.locator("#message")).to_contain_text("The picture shows a class sheet")
    offer.click()
    page.wait_for_url("/class")
    expect(page.get_by_role("table", name="What was written")).to_be_visible()


def test_a_class_sheet_among_several_pictures_has_a_row_that_opens_it(page: Page) -> None:
    give_sheets(page, sheet_answer())
    page.goto("/")
    upload(page, SEVEN, SHEET)
    expect_readings(page, ["7"])
    of_sheet = row(page, "sheet.webp")
    expect(of_sheet).to_contain_text("The picture shows a class sheet")
    of_sheet.get_by_role("button", name="Open in Class sheet").click()
    page.wait_for_url("/class")
