"""The review page: a folder is read, a person decides on its table, which is saved."""

import re
import shutil
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from nn.data.kaggle import read_train
from tests.browser.screen import assert_accessible

EXAMPLES = Path("static/examples")
EAST, WEST = "meters/east/9.png", "meters/west/9.png"
NO_ROOM = """IDBObjectStore.prototype.put = () => {
  throw new DOMException("full", "QuotaExceededError");
};"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder of two certain pictures, and two doubtful ones that have the same name."""
    folder = tmp_path / "meters"
    for name, path in (
        ("number.jpg", "1.jpg"),
        ("seven.png", "2.png"),
        ("letter.png", "east/9.png"),
        ("messy.png", "west/9.png"),
    ):
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(EXAMPLES / name, folder / path)
    (folder / "notes.txt").write_text("7")
    return folder


def choose(page: Page, folder: Path) -> None:
    page.locator("#folder").set_input_files(folder)


def field(page: Page, file: str) -> Locator:
    return page.get_by_label(re.compile(f"^{file}: read as"))


def expect_in_row(page: Page, file: str, text: str) -> None:
    """Wait for a row whose picture is shown, with the whole of its text selected."""
    expect(field(page, file)).to_have_value(text)
    expect(field(page, file)).to_be_focused()
    expect(page.locator("[data-part=name]")).to_have_text(file)
    expect(page.locator("[data-part=layer] img")).to_be_visible()
    assert page.evaluate("getSelection().toString()") == text


def table(page: Page) -> list[str]:
    with page.expect_download() as saved:
        page.get_by_role("group", name="Save").get_by_role("button", name="Table of").click()
    assert saved.value.suggested_filename.endswith("-review.csv")
    return saved.value.path().read_text("utf-8").splitlines()


def count(page: Page, name: str) -> Locator:
    return page.locator("[data-part=counts] div").filter(has_text=name).locator("dd")


def test_a_folder_is_read_decided_on_over_a_reload_and_saved(page: Page, folder: Path) -> None:
    page.goto("/review")
    choose(page, folder)
    expect(page.get_by_role("button", name="Table of 5 answers")).to_be_visible()
    expect(count(page, "Certain")).to_have_text("2")
    expect_in_row(page, EAST, "")  # a guess at no digit would say nothing
    expect(page.locator(".boxes .box.is-doubtful")).to_have_count(1)
    expect(page.locator("[data-part=why]")).to_contain_text("does not look like a digit")
    row = page.get_by_role("listitem").filter(has_text="notes.txt")
    expect(row).to_contain_text("This is not a picture.")
    assert_accessible(page)
    press = page.keyboard.press
    press("Enter")  # an empty correction is none
    field(page, EAST).fill("12")
    press("Enter")
    expect_in_row(page, WEST, "9")
    page.reload()
    expect_in_row(page, WEST, "9")
    press("Shift+Enter")
    expect_in_row(page, EAST, "12")
    press("Enter")
    expect_in_row(page, WEST, "9")
    press("Enter")
    expect(page.get_by_text("Nothing is left to look at.")).to_be_attached()
    row.get_by_role("button", name="Remove").click()
    assert table(page) == [
        "file,text,certain,doubt,status,read,error",
        "meters/1.jpg,5379,true,,certain,5379,",
        "meters/2.png,7,true,,certain,7,",
        "meters/east/9.png,12,false,not_a_digit,corrected,0,",
        "meters/west/9.png,9,false,unclear,accepted,9,",
    ]
    choose(page, folder)
    expect(page.get_by_text("4 pictures were there already.")).to_be_visible()
    field(page, "meters/2.png").click()
    page.get_by_role("button", name="Unreadable").click()
    expect(count(page, "Unreadable")).to_have_text("1")
    expect(page.get_by_text("you looked at 1 and accepted 0")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(count(page, "Unreadable")).to_be_hidden()
    expect_in_row(page, "meters/2.png", "7")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Training data").click()
    assert list(read_train(saved.value.path()).labels) == [5, 3, 7, 9, 7, 9]
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Forget all").click()
    expect(page.get_by_text("Everything is forgotten.")).to_be_visible()
    page.reload()
    expect(page.locator("#review")).to_be_visible()
    expect(page.get_by_role("button", name="Forget all")).to_be_hidden()


def test_pictures_are_read_as_allowed_and_again_where_wrong(page: Page, folder: Path) -> None:
    page.goto("/review")
    page.get_by_label("Allowed numbers").fill(r"\d{4")
    choose(page, folder)
    expect(count(page, "Failed")).to_have_text("5")
    expect(page.get_by_text("Expected a pattern").first).to_be_visible()
    page.get_by_label("Allowed numbers").fill("5378 7")
    page.get_by_role("button", name="Try again").click()
    expect(count(page, "Failed")).to_have_text("1")  # the notes
    expect(page.get_by_role("progressbar")).to_be_hidden()
    of_5379 = {f"meters/1.jpg,,false,unclear,doubtful,{allowed}," for allowed in ("5378", "7")}
    assert of_5379 & set(table(page))
    page.reload()
    expect(page.get_by_label("Allowed numbers")).to_have_value("5378 7")


def test_the_choice_of_a_risk_says_what_a_person_reads_without_reading_again(
    page: Page, folder: Path
) -> None:
    shutil.copy(EXAMPLES / "tailed.png", folder / "west" / "9.png")  # certain at 0.02
    page.goto("/review")
    choose(page, folder)
    expect(count(page, "To look at")).to_have_text("2")
    asked: list[str] = []  # of the server: a picture that the page has may still be loading
    page.on(
        "request",
        lambda request: request.url.startswith("blob:") or asked.append(request.url),
    )
    dial = page.locator("#risk")
    dial.select_option("0.02")
    expect(count(page, "To look at")).to_have_text("1")
    expect(count(page, "Certain")).to_have_text("3")
    dial.select_option("")
    expect(count(page, "To look at")).to_have_text("2")
    assert asked == []


def test_where_nothing_can_be_kept_the_page_says_so_and_goes_on(page: Page, folder: Path) -> None:
    page.add_init_script(NO_ROOM)
    page.goto("/review")
    choose(page, folder)
    expect(count(page, "Certain")).to_have_text("2")
    expect(page.get_by_text("This browser has no room for everything")).to_be_visible()
    field(page, EAST).fill("5")
    field(page, EAST).press("Enter")
    expect_in_row(page, WEST, "9")
    assert "meters/east/9.png,5,false,not_a_digit,corrected,0," in table(page)
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.reload()
    assert asked == ["beforeunload"]


def test_a_second_tab_takes_over_and_a_held_key_accepts_one(page: Page, folder: Path) -> None:
    shutil.copy(EXAMPLES / "messy.png", folder / "3.png")
    page.goto("/review")
    choose(page, folder)
    expect(count(page, "To look at")).to_have_text("3")
    field(page, "meters/3.png").click()
    other = page.context.new_page()
    other.goto("/review")
    expect_in_row(other, "meters/3.png", "9")
    expect(page.get_by_text("This page is open in another tab")).to_be_visible()
    expect(field(page, EAST)).to_be_hidden()
    for _ in range(5):
        other.keyboard.down("Enter")  # the first, then as the key repeats
    expect(field(other, EAST)).to_be_focused()
    other.keyboard.up("Enter")
    expect(count(other, "Accepted")).to_have_text("1")
    page.get_by_role("button", name="Go on here").click()
    expect(count(page, "Accepted")).to_have_text("1")
    expect(other.get_by_text("This page is open in another tab")).to_be_visible()
