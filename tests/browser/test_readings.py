"""The last readings: a strip to open again and correct, a table to save, kept in the tab."""

import io
import json
import re
from base64 import b64decode
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page, expect

from nn.data.kaggle import read_train
from tests.browser import digits
from tests.browser.digits import Stroke
from tests.browser.hands import Mouse, expect_last_answer, expect_read, read
from tests.browser.ink import ink_box
from tests.browser.readings import button, expect_readings, fields, open_table, strip
from tests.browser.screen import (
    THEMES,
    assert_accessible,
    assert_not_wider,
    assert_touchable,
    note_shifts,
    shifts,
)

EXAMPLES = Path("static/examples")


IS_ON_TOP = """(element) => {
  const { x, y, width, height } = element.getBoundingClientRect();
  return element.contains(document.elementFromPoint(x + width / 2, y + height / 2));
}"""


def collect(page: Page, *drawings: list[Stroke]) -> None:
    """Draw each, wait for its answer, and clear the pad."""
    for strokes in drawings:
        Mouse(page).draw(strokes)
        expect(page.locator("#digit")).not_to_have_text("")
        expect_last_answer(page)
        page.locator("#clear").click()


def test_a_cleared_drawing_joins_and_comes_back_as_it_was(drawing_page: Page) -> None:
    page = drawing_page
    read(page, digits.FOUR, "4")
    expect(strip(page)).to_be_hidden()
    drawn = ink_box(page)
    page.locator("#clear").click()
    expect_readings(page, ["4"])
    page.locator("#undo").click()
    expect(strip(page)).to_be_hidden()
    page.locator("#clear").click()
    collect(page, digits.SEVEN)
    page.reload()
    expect_readings(page, ["7", "4"])
    read(page, digits.TWO, "2")
    reopen = button(page, "Show the picture: 4")
    reopen.press("Enter")
    expect_read(page, "4")
    expect_readings(page, ["2", "7", "4"])
    expect(reopen).to_be_focused()
    expect(strip(page).locator("[aria-current=true]")).to_contain_text("Drawing")
    assert ink_box(page) == pytest.approx(drawn, abs=0.005)
    page.locator("#undo").click()
    expect_read(page, "2")
    expect_readings(page, ["7", "4"])


def test_a_reading_is_corrected_in_its_place_and_brought_back(drawing_page: Page) -> None:
    page, press = drawing_page, drawing_page.keyboard.press
    collect(page, digits.FOUR, digits.LETTER_K)
    expect_readings(page, ["", "4"])  # for no digit, whose likeliest class says nothing
    field = fields(page).first
    expect(field).to_have_attribute("placeholder", "?")
    expect(field).to_have_accessible_name("Drawing: read as ?. To look at.")
    field.fill("5")
    press("Enter")
    expect(field).to_have_accessible_name("Drawing: read as ?. Corrected.")
    expect(field).to_be_focused()
    page.reload()
    expect_readings(page, ["5", "4"])
    open_table(page)
    expect_readings(page, ["5", "4"])
    fields(page).last.click()
    press("7")
    press("Tab")  # is a correction, too
    expect(fields(page).last).to_have_accessible_name("Drawing: read as 4. Corrected.")
    button(page, "Undo").click()
    expect_readings(page, ["5", "4"])
    strip(page).get_by_role("button", name="Remove").first.click()
    expect_readings(page, ["4"])
    expect(button(page, "Undo")).to_be_focused()
    press("Enter")
    expect_readings(page, ["5", "4"])
    press("Escape")
    expect(button(page, "As a table")).to_be_focused()
    page.on("dialog", lambda dialog: dialog.accept())
    open_table(page)
    button(page, "Forget all").click()
    expect(strip(page)).to_be_hidden()
    page.reload()
    expect(page.locator("#pad")).to_be_visible()
    expect(strip(page)).to_be_hidden()


def test_the_table_is_in_the_address_and_back_closes_it(drawing_page: Page) -> None:
    page = drawing_page
    page.goto("/lesson")
    page.goto("/")
    collect(page, digits.FOUR)
    read(page, digits.SEVEN, "7")
    dialog = open_table(page)
    expect_readings(page, ["4", "7"])  # what is on the pad, too
    page.go_back()
    expect(dialog).to_be_hidden()
    Mouse(page).draw(digits.LETTER_K)  # the drawing goes on, and is one reading
    expect_readings(page, ["4"])
    open_table(page)
    page.reload()
    expect(dialog).to_be_visible()
    page.go_back()
    expect(dialog).to_be_hidden()
    expect(page).to_have_url(re.compile("[^=]/$"))  # written after the dialog's event "close"


def test_a_number_is_corrected_as_text_and_labels_its_digits(
    drawing_page: Page, tmp_path: Path
) -> None:
    page = drawing_page
    page.locator("#upload").set_input_files(EXAMPLES / "number.jpg")
    expect_read(page, "5379")
    for text in (" ", "5378"):  # an empty correction is none
        fields(page).fill(text)
        fields(page).press("Enter")
    expect(fields(page)).to_have_accessible_name("number.jpg: read as 5379. Corrected.")
    open_table(page)
    answers = save(page, "Table of 1 answer", tmp_path).read_text().splitlines()
    assert answers[1:] == ["number.jpg,5378,true,,corrected,5379,"]
    assert list(read_train(save(page, "Training data", tmp_path)).labels) == [5, 3, 7, 8]


def test_nothing_moves_beside_the_strip_and_nothing_is_too_wide(page: Page) -> None:
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto("/")
    collect(page, digits.LETTER_K, *[digits.SEVEN] * 3)
    note_shifts(page)
    Mouse(page).draw(digits.FOUR)
    expect_last_answer(page)
    assert shifts(page) == []
    assert_not_wider(page, 320, height=640)
    assert_touchable(strip(page).locator("button:visible, input:visible"))
    note_shifts(page)
    open_table(page)
    assert button(page, "Close").evaluate(IS_ON_TOP)
    assert_accessible(page, *THEMES)
    assert_touchable(strip(page).locator("button:visible, input:visible"))
    assert shifts(page) == []


def save(page: Page, kind: str, folder: Path) -> Path:
    """Save the readings in a format, and return the file."""
    with page.expect_download() as download:
        button(page, kind).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def pixels(png: bytes) -> NDArray[np.uint8]:
    return np.asarray(Image.open(io.BytesIO(png)).convert("L"))


def test_python_reads_what_is_saved_without_guesses(drawing_page: Page, tmp_path: Path) -> None:
    page = drawing_page
    collect(page, digits.LETTER_K)
    open_table(page)
    expect(button(page, "Training data")).to_be_disabled()
    page.keyboard.press("Escape")
    collect(page, digits.SEVEN, digits.FOUR)
    open_table(page)
    assert list(read_train(save(page, "Training data", tmp_path)).labels) == [7, 4]
    left_out = strip(page).get_by_text("left out of the training data")
    expect(left_out).to_contain_text("1 digit is left out")
    fields(page).first.fill("1")
    fields(page).first.press("Enter")
    expect(left_out).to_be_hidden()
    answers = save(page, "Table of 3 answers", tmp_path).read_text().splitlines()
    assert answers[0] == "file,text,certain,doubt,status,read,error"
    assert re.fullmatch(r"drawing 1,1,false,not_a_digit,(corrected|accepted),\d,", answers[1])
    assert answers[2:] == ["drawing 2,7,true,,certain,7,", "drawing 3,4,true,,certain,4,"]
    csv = save(page, "Training data", tmp_path)
    assert re.fullmatch(r"inkling-\d{4}-\d\d-\d\d-readings-digits\.csv", csv.name)
    table = read_train(csv)
    assert list(table.labels) == [1, 7, 4]
    readings = json.loads(save(page, "JSON", tmp_path).read_text())["readings"]
    found = [digit for each in readings for digit in each["digits"]]
    in_json = [pixels(b64decode(digit["image"].split(",")[1])) for digit in found]
    np.testing.assert_array_equal(table.images, in_json)
