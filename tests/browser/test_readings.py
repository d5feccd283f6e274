"""The last readings: a strip to open again, correct, save and remove, kept in the tab."""

import io
import json
import re
from base64 import b64decode
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from nn.data.kaggle import read_train
from tests.browser import digits
from tests.browser.digits import Stroke
from tests.browser.hands import Mouse, expect_last_answer, expect_read, read
from tests.browser.ink import ink_box
from tests.browser.screen import (
    NOTE_SHIFTS,
    THEMES,
    TWO_FRAMES,
    assert_accessible,
    assert_not_wider,
    assert_touchable,
)

EXAMPLES = Path("static/examples")


# Readings as version 1 kept them: named by their time, corrected in lines.
KEEP_VERSION_1 = """() => {
  const image = document.createElement("canvas").toDataURL();
  const reading = (time_ms, text, certain, correction) => ({
    time_ms, correction, drawing: null, picture: null, thumbnail: image,
    answer: {
      ...{ text, certain, doubt: null, model: "convnet", left_out: [], width: 9, height: 9 },
      digits: [...text].map((digit) => ({ digit: +digit, certain, image, box: [0, 0, 9, 9] })),
    },
  });
  const kept = [reading(2, "12", true, "1\\n7"), reading(1, "9", false, null)];
  sessionStorage.setItem("inkling-readings", JSON.stringify(kept));
}"""
IS_ON_TOP = """(element) => {
  const { x, y, width, height } = element.getBoundingClientRect();
  return element.contains(document.elementFromPoint(x + width / 2, y + height / 2));
}"""


def strip(page: Page) -> Locator:
    return page.get_by_role("region", name="Last readings")


def button(page: Page, name: str) -> Locator:
    return strip(page).get_by_role("button", name=name, exact=True)


def labels(page: Page) -> Locator:
    """Return what was read, below each picture; a click opens the correction."""
    return strip(page).locator("li .label")


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
    expect(labels(page)).to_have_text(["4"])
    page.locator("#undo").click()
    expect(strip(page)).to_be_hidden()
    page.locator("#clear").click()
    collect(page, digits.SEVEN)
    page.reload()
    expect(labels(page)).to_have_text(["7", "4"])
    read(page, digits.TWO, "2")
    reopen = button(page, "4: back to the pad")
    reopen.press("Enter")
    expect_read(page, "4")
    expect(labels(page)).to_have_text(["2", "7", "4"])
    expect(reopen).to_be_focused()
    expect(reopen).to_have_attribute("aria-current", "true")
    assert ink_box(page) == pytest.approx(drawn, abs=0.005)
    page.locator("#undo").click()
    expect_read(page, "2")
    expect(labels(page)).to_have_text(["7", "4"])


def test_a_reading_is_corrected_by_key_and_brought_back(drawing_page: Page) -> None:
    page, press = drawing_page, drawing_page.keyboard.press
    collect(page, digits.FOUR, digits.LETTER_K)
    doubtful, label = strip(page).locator(".is-doubtful"), labels(page).first
    expect(doubtful).to_have_count(1)
    expect(label).to_have_text("?")  # for no digit, whose likeliest class says nothing
    guess = (label.get_attribute("aria-label") or "")[0]
    other = "5" if guess != "5" else "6"
    label.focus()
    press("Enter")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("the network does not learn from it")
    press("Escape")
    expect(dialog).to_be_hidden()
    expect(label).to_be_focused()
    press("Enter")
    press(other)
    expect(label).to_have_text(f"? {other}")
    expect(label).to_be_focused()
    expect(doubtful).to_have_count(0)
    expect(page.locator("#announcement")).to_have_text(f"Noted: it was {other}.")
    page.reload()
    expect(label).to_have_accessible_name(f"{guess}, it was {other}: correct or remove")
    label.click()
    button(page, guess).click()
    expect(label).to_have_text(f"{guess} ✓")
    labels(page).last.click()
    button(page, "Remove this reading").click()
    expect(labels(page)).to_have_count(1)
    expect(button(page, "Bring back the removed reading")).to_be_focused()
    press("Enter")
    expect(labels(page)).to_have_text([f"{guess} ✓", "4"])
    expect(labels(page).last).to_be_focused()
    take_back = button(page, "Take back the correction")
    take_back.click()
    expect(label).to_have_text(f"? {other}")
    expect(take_back).to_be_hidden()
    button(page, "Remove all").click()
    page.reload()
    expect(page.locator("#pad")).to_be_visible()
    expect(strip(page)).to_be_hidden()


def test_readings_that_the_tab_keeps_since_version_1_stay_in_the_strip(page: Page) -> None:
    page.goto("/lesson")
    page.evaluate(KEEP_VERSION_1)
    page.goto("/")
    expect(labels(page)).to_have_text(["12 1 7", "9?"])
    collect(page, digits.SEVEN)
    expect(labels(page)).to_have_text(["7", "12 1 7", "9?"])


def test_a_number_is_corrected_as_text_and_labels_its_digits(
    drawing_page: Page, tmp_path: Path
) -> None:
    page = drawing_page
    page.locator("#upload").set_input_files(EXAMPLES / "number.jpg")
    expect_read(page, "5379")
    page.locator("#clear").click()
    labels(page).click()
    field = page.get_by_role("textbox", name="What was written")
    expect(field).to_be_focused()
    for text in (" ", "5378"):  # an empty correction is none
        field.fill(text)
        field.press("Enter")
    expect(labels(page)).to_have_text("5379 5378")
    answers = save(page, "Table", tmp_path).read_text().splitlines()
    assert answers[1:] == ["number.jpg,5378,true,,corrected,5379,"]
    assert list(read_train(save(page, "Training data", tmp_path)).labels) == [5, 3, 7, 8]


def test_nothing_moves_beside_the_strip_and_nothing_is_too_wide(page: Page) -> None:
    page.set_viewport_size({"width": 1920, "height": 1080})
    page.goto("/")
    collect(page, digits.LETTER_K, *[digits.SEVEN] * 3)
    page.evaluate(TWO_FRAMES)
    page.evaluate(NOTE_SHIFTS)
    page.evaluate(TWO_FRAMES)
    page.evaluate("() => { window.shifts = []; }")
    Mouse(page).draw(digits.FOUR)
    expect_last_answer(page)
    page.evaluate(TWO_FRAMES)
    assert page.evaluate("shifts") == []
    assert_not_wider(page, 320, height=640)
    labels(page).first.click()
    assert button(page, "Close").evaluate(IS_ON_TOP)
    assert_accessible(page, *THEMES)
    assert_touchable(strip(page).locator("button:visible, input:visible"))


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
    expect(button(page, "Training data")).to_be_disabled()
    collect(page, digits.SEVEN, digits.FOUR)
    assert list(read_train(save(page, "Training data", tmp_path)).labels) == [7, 4]
    left_out = strip(page).get_by_text("left out of the training data")
    expect(left_out).to_contain_text("1 digit is left out")
    labels(page).last.click()
    button(page, "1").click()
    expect(left_out).to_be_hidden()
    answers = save(page, "Table", tmp_path).read_text().splitlines()
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
