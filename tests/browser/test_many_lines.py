"""A picture with many lines: the page keeps its shape, and says the gravest doubt."""

import re
from urllib.request import Request, urlopen

import pytest
from playwright.sync_api import Page, expect

from tests.browser.answers import give, number_answer
from tests.browser.class_sheets import part_of_a_sheet, show_part_of_a_sheet
from tests.browser.hands import expect_last_answer, expect_read
from tests.browser.readings import button, expect_readings, fields, row
from tests.browser.screen import SCROLLS, THEMES, assert_accessible, note_shifts, shifts

NO_SHEET = {"type": "urn:inkling:no-sheet-found", "title": "No sheet found", "detail": "."}
HEIGHT = "document.documentElement.scrollHeight"
# How many labels are shown, and how many of them lie over another one.
OVERLAPS = """() => {
  const labels = [...document.querySelectorAll("#boxes b")];
  const places = labels.map((label) => label.getBoundingClientRect());
  const shown = places.filter(({ width }) => width > 1);
  const isOver = (one, other) => one.left < other.right - 1 && other.left < one.right - 1
    && one.top < other.bottom - 1 && other.top < one.bottom - 1;
  const others = (place) => shown.slice(place + 1);
  const over = shown.filter((one, place) => others(place).some((other) => isOver(one, other)));
  return [shown.length, over.length];
}"""


@pytest.fixture(scope="module")
def sheet_answer(base_url: str) -> str:
    """Return what the server reads in the part of a sheet."""
    request = Request(
        f"{base_url}/read", part_of_a_sheet()["buffer"], {"Content-Type": "image/webp"}
    )
    with urlopen(request) as response:
        answered: str = response.read().decode()
    return answered


@pytest.mark.parametrize(
    ("width", "height"), [(1280, 720), (1920, 1080), (820, 1180), (390, 844), (360, 640)]
)
@pytest.mark.parametrize("address", ["/", "/?pad=wide"])
def test_a_sheet_moves_nothing_and_makes_the_page_no_longer_than_one_digit(
    address: str, width: int, height: int, page: Page, sheet_answer: str
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.goto(address)
    for name, digit in [("three.png", "3"), ("seven.png", "7")]:
        page.locator("#upload").set_input_files(f"static/examples/{name}")
        expect_read(page, digit)
    expect_readings(page, ["7", "3"])
    note_shifts(page)
    before = page.evaluate(HEIGHT)
    give(page, sheet_answer)
    show_part_of_a_sheet(page)
    message = page.locator("#message")
    expect(message).to_contain_text("numbers. Not read: ")
    expect_last_answer(page)
    assert sum(shifts(page)) < 0.01
    assert page.evaluate(HEIGHT) == before
    n_labels, n_over = page.evaluate(OVERLAPS)
    assert n_over <= 2
    assert n_labels
    expect(page.locator("#boxes b", has_text="not read")).to_have_count(1)


def test_a_sheet_fits_on_the_projector(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    page.goto("/?projector")
    show_part_of_a_sheet(page)
    expect(page.locator("#message")).to_contain_text("numbers. Not read: ")
    expect_last_answer(page)
    assert not page.evaluate(SCROLLS)


def test_the_gravest_doubt_is_said_and_the_others_are_opened(page: Page) -> None:
    page.goto("/")
    show_part_of_a_sheet(page)
    message, summary = page.locator("#message"), page.locator("#message summary")
    expect(summary).to_have_text(re.compile(r"^Not read: \d+ pieces of ink\. More doubts: \d$"))
    expect_last_answer(page)
    others = message.get_by_role("listitem")
    expect(others.first).to_be_hidden()
    summary.press("Enter")
    expect(others.first).to_be_visible()
    expect(others.filter(has_text="digits are not certain.")).to_have_count(1)
    longest = max(len(text) for text in others.all_text_contents())
    assert longest < 150
    assert_accessible(page, *THEMES)


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (360, 640)])
def test_a_page_opens_as_a_table_of_its_lines_beside_the_picture(
    width: int, height: int, page: Page
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.goto("/")
    lines = [f"{place:04}" for place in range(60)]
    # The page is as large as its answer says; the third digit of the second line is doubtful.
    give(page, number_answer(*lines, doubtful=[6], size=(800, 6000)))
    page.route("**/sheet*", lambda route: route.fulfill(status=422, json=NO_SHEET))
    note_shifts(page)
    page.locator("#upload").set_input_files(part_of_a_sheet())
    expect(page.get_by_role("dialog", name="Last readings")).to_be_visible()
    expect(fields(page)).to_have_count(60)
    expect(fields(page).first).to_have_accessible_name(
        "Line 2, part.webp: read as 0001. To look at."
    )
    marks = page.locator(".line-mark")
    expect(marks).to_have_count(60)
    expect(page.locator(".line-mark[data-status=doubtful]")).to_have_count(1)
    expect(page.locator("[data-part=why]")).to_have_text("Not every sign of it is certain.")
    row(page, "Line 4,").hover()
    expect(marks.nth(3)).to_contain_class("is-marked")
    marks.nth(2).click()
    expect(row(page, "Line 3,")).to_have_attribute("aria-current", "true")
    fields(page).first.fill("0007")
    fields(page).first.press("Enter")
    expect(row(page, "Line 2,")).to_contain_text("Corrected")
    assert sum(shifts(page)) < 0.01
    assert_accessible(page)
    with page.expect_download() as download:
        button(page, "Table of 60 answers").click()
    rows = download.value.path().read_text().splitlines()
    assert rows[1:4] == [
        "part.webp line 1,0000,true,,certain,0000,",
        "part.webp line 2,0007,false,unclear,corrected,0001,",
        "part.webp line 3,0002,true,,certain,0002,",
    ]
    button(page, "Close").click()
    expect(page.locator("#digit")).to_have_text("")  # the pad is free again


def test_an_example_of_a_page_is_offered_as_a_table(page: Page) -> None:
    page.goto("/?example=page")
    page.get_by_role("button", name="Its lines as a table").click()
    expect_readings(page, ["2927", "109", "5139"])
