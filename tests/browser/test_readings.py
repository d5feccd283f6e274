"""The last readings: a strip to open again, correct, save and remove, kept in the tab."""

import io
import json
import re
from base64 import b64decode
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Browser, Locator, Page, expect

from nn.data.kaggle import read_train
from tests.browser import digits
from tests.browser.accessibility import assert_accessible
from tests.browser.digits import Stroke
from tests.browser.hands import Hand, Mouse, expect_last_answer
from tests.browser.ink import ink_box
from tests.browser.test_steady_answer import NOTE_SHIFTS, TWO_FRAMES

EXAMPLES = Path("static/examples")
NO_STORAGE = """Object.defineProperty(window, "sessionStorage", {
  get() { throw new DOMException("forbidden", "SecurityError"); },
});"""


# Chromium stores 5 Mi characters for a tab.
FILL_STORAGE = """(left) => sessionStorage.setItem("other", "x".repeat(5 * 2 ** 20 - left))"""

IS_ON_TOP = """(element) => {
  const { x, y, width, height } = element.getBoundingClientRect();
  return element.contains(document.elementFromPoint(x + width / 2, y + height / 2));
}"""

# As where there is no room for them.
DROP_PICTURES = """() => {
  const readings = JSON.parse(sessionStorage.getItem("inkling-readings"));
  for (const reading of readings) reading.picture = null;
  sessionStorage.setItem("inkling-readings", JSON.stringify(readings));
}"""


def strip(page: Page) -> Locator:
    return page.get_by_role("region", name="Last readings")


def labels(page: Page) -> Locator:
    """Return what was read, below each picture; a click opens the correction."""
    return strip(page).locator("li .label")


def read(page: Page, *drawings: list[Stroke]) -> None:
    """Draw each, wait for its answer, and clear the pad."""
    for strokes in drawings:
        Mouse(page).draw(strokes)
        expect(page.locator("#digit")).not_to_have_text(re.compile(r"^\s*$"))
        expect_last_answer(page)
        page.locator("#clear").click()


def test_a_drawing_joins_when_it_is_cleared_comes_back_as_it_was_and_stays_over_a_reload(
    drawing_page: Page, mouse: Hand
) -> None:
    expect(strip(drawing_page)).to_be_hidden()
    mouse.draw(digits.FOUR)
    expect(drawing_page.locator("#digit")).to_have_text("4")
    expect_last_answer(drawing_page)
    expect(strip(drawing_page)).to_be_hidden()
    drawn = ink_box(drawing_page)
    drawing_page.locator("#clear").click()
    expect(labels(drawing_page)).to_have_text(["4"])
    drawing_page.locator("#undo").click()
    expect(strip(drawing_page)).to_be_hidden()
    drawing_page.locator("#clear").click()
    read(drawing_page, digits.SEVEN)
    drawing_page.reload()
    expect(labels(drawing_page)).to_have_text(["7", "4"])
    mouse.draw(digits.TWO)
    expect(drawing_page.locator("#digit")).to_have_text("2")
    expect_last_answer(drawing_page)
    reopen = strip(drawing_page).get_by_role("button", name="4: back to the pad")
    reopen.press("Enter")
    expect(drawing_page.locator("#digit")).to_have_text("4")
    expect_last_answer(drawing_page)
    expect(labels(drawing_page)).to_have_text(["2", "7", "4"])
    expect(reopen).to_be_focused()
    expect(reopen).to_have_attribute("aria-current", "true")
    assert ink_box(drawing_page) == pytest.approx(drawn, abs=0.005)
    drawing_page.locator("#undo").click()
    expect(drawing_page.locator("#digit")).to_have_text("2")
    expect(labels(drawing_page)).to_have_text(["7", "4"])


def test_a_reading_is_corrected_by_keyboard_and_the_answer_stays(drawing_page: Page) -> None:
    read(drawing_page, digits.FOUR, digits.LETTER_K)
    doubtful, label = strip(drawing_page).locator(".is-doubtful"), labels(drawing_page).first
    expect(doubtful).to_have_count(1)
    guess = (label.text_content() or "").removesuffix("?")
    label.focus()
    keyboard = drawing_page.keyboard
    keyboard.press("Enter")
    form = strip(drawing_page).get_by_role("form")
    expect(form).to_contain_text("the network does not learn from it")
    keyboard.press("Escape")
    expect(form).to_be_hidden()
    expect(label).to_be_focused()
    keyboard.press("Enter")
    other = "5" if guess != "5" else "6"
    keyboard.press(other)
    expect(label).to_have_text(f"{guess} {other}")
    expect(label).to_be_focused()
    expect(doubtful).to_have_count(0)
    expect(drawing_page.locator("#pen-state")).to_have_text(f"Noted: it was {other}.")
    drawing_page.reload()
    expect(label).to_have_accessible_name(f"{guess}, it was {other}: correct or remove")
    label.click()
    strip(drawing_page).get_by_role("button", name=guess, exact=True).click()
    expect(label).to_have_text(f"{guess} ✓")


def test_what_is_removed_can_be_brought_back(drawing_page: Page) -> None:
    read(drawing_page, digits.FOUR, digits.SEVEN, digits.TWO)
    labels(drawing_page).nth(1).click()
    strip(drawing_page).get_by_role("button", name="Remove this reading").click()
    expect(labels(drawing_page)).to_have_text(["2", "4"])
    back = strip(drawing_page).get_by_role("button", name="Bring back")
    expect(back).to_be_focused()
    drawing_page.keyboard.press("Enter")
    expect(labels(drawing_page)).to_have_text(["2", "7", "4"])
    expect(labels(drawing_page).nth(1)).to_be_focused()
    strip(drawing_page).get_by_role("button", name="Remove all").click()
    expect(labels(drawing_page)).to_have_count(0)
    expect(back).to_have_text("Bring back 3 removed readings")
    back.click()
    expect(labels(drawing_page)).to_have_text(["2", "7", "4"])
    strip(drawing_page).get_by_role("button", name="Remove all").click()
    drawing_page.reload()
    expect(drawing_page.locator("#pad")).to_be_visible()
    expect(strip(drawing_page)).to_be_hidden()


def test_a_picture_joins_when_it_is_removed_and_is_opened_and_read_again(
    drawing_page: Page,
) -> None:
    upload, digit = drawing_page.locator("#upload"), drawing_page.locator("#digit")
    upload.set_input_files(EXAMPLES / "seven.png")
    expect(digit).to_have_text("7")
    upload.set_input_files(EXAMPLES / "three.png")
    expect(digit).to_have_text("3")
    expect(labels(drawing_page)).to_have_text(["7"])
    drawing_page.reload()
    expect(labels(drawing_page)).to_have_text(["3", "7"])
    strip(drawing_page).get_by_role("button", name="7: back to the pad").click()
    expect(digit).to_have_text("7")
    expect(drawing_page.get_by_alt_text("The picture you chose")).to_be_visible()
    drawing_page.get_by_role("button", name="Back to drawing").click()
    expect(digit).to_have_text("")
    expect(labels(drawing_page)).to_have_text(["3", "7"])
    drawing_page.evaluate(DROP_PICTURES)
    drawing_page.reload()
    reopen = strip(drawing_page).get_by_role("button", name="7: back to the pad")
    expect(reopen).to_be_disabled()
    reopen.press("Enter")
    expect(drawing_page.locator("#picture")).to_be_hidden()
    expect(labels(drawing_page)).to_have_text(["3", "7"])


def test_nothing_moves_while_a_digit_is_drawn_beside_the_strip(drawing_page: Page) -> None:
    drawing_page.set_viewport_size({"width": 1920, "height": 1080})
    read(drawing_page, digits.FOUR)
    expect(labels(drawing_page)).to_have_count(1)
    drawing_page.evaluate(TWO_FRAMES)
    drawing_page.evaluate(NOTE_SHIFTS)
    Mouse(drawing_page).draw(digits.FOUR)
    expect_last_answer(drawing_page)
    drawing_page.evaluate(TWO_FRAMES)
    assert drawing_page.evaluate("shifts") == []


def test_axe_finds_nothing_in_the_strip_and_nothing_is_wider_than_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 640})
    page.goto("/")
    read(page, digits.LETTER_K, *[digits.SEVEN] * 6)
    labels(page).first.click()
    assert strip(page).get_by_role("button", name="Close").evaluate(IS_ON_TOP)
    for theme in ("light", "dark"):
        page.emulate_media(color_scheme=theme, reduced_motion="reduce")
        assert_accessible(page)
    assert page.evaluate("document.documentElement.scrollWidth") == 320
    for control in strip(page).locator("button:visible, input:visible").all():
        box = control.bounding_box()
        assert box is not None
        assert min(box["width"], box["height"]) >= 44, control


def test_without_storage_the_strip_works_and_says_that_it_is_not_kept(
    browser: Browser, base_url: str
) -> None:
    with browser.new_context(base_url=base_url) as context:
        context.add_init_script(NO_STORAGE)
        page = context.new_page()
        page.goto("/")
        read(page, digits.FOUR)
        expect(labels(page)).to_have_text(["4"])
        expect(strip(page)).to_contain_text("This browser keeps nothing")


def save(page: Page, button: str, folder: Path) -> Path:
    """Save the readings in a format, and return the file."""
    with page.expect_download() as download:
        strip(page).get_by_role("button", name=button).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def pixels(png: bytes) -> NDArray[np.uint8]:
    return np.asarray(Image.open(io.BytesIO(png)).convert("L"))


def test_python_reads_what_the_page_saves_and_guesses_are_left_out(
    drawing_page: Page, tmp_path: Path
) -> None:
    csv_button = strip(drawing_page).get_by_role("button", name="CSV")
    read(drawing_page, digits.LETTER_K)
    expect(csv_button).to_be_disabled()
    read(drawing_page, digits.SEVEN, digits.FOUR)
    assert list(read_train(save(drawing_page, "CSV", tmp_path)).labels) == [7, 4]
    left_out = strip(drawing_page).get_by_text("left out of CSV and PNG")
    expect(left_out).to_contain_text("1 digit is left out")
    labels(drawing_page).last.click()
    strip(drawing_page).get_by_role("button", name="1", exact=True).click()
    expect(left_out).to_be_hidden()
    csv = save(drawing_page, "CSV", tmp_path)
    assert re.fullmatch(r"inkling-\d{4}-\d\d-\d\d-digits\.csv", csv.name)
    table = read_train(csv)
    assert list(table.labels) == [1, 7, 4]
    names = ["1/reading-1-digit-1.png", "7/reading-2-digit-1.png", "4/reading-3-digit-1.png"]
    with ZipFile(save(drawing_page, "PNG", tmp_path)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == names
        in_archive = [pixels(archive.read(name)) for name in names]
    readings = json.loads(save(drawing_page, "JSON", tmp_path).read_text())["readings"]
    assert [(each["correction"], each["certain"]) for each in readings] == [
        ("1", False),
        (None, True),
        (None, True),
    ]
    found = [digit for each in readings for digit in each["digits"]]
    assert [len(digit["activations"]) for digit in found] == [10] * 3
    in_json = [pixels(b64decode(digit["image"].split(",")[1])) for digit in found]
    np.testing.assert_array_equal(table.images, in_archive)
    np.testing.assert_array_equal(table.images, in_json)
    assert table.images.max(axis=(1, 2)).tolist() == [255] * 3


def test_where_the_storage_is_full_the_oldest_readings_give_way_to_the_drawing(
    drawing_page: Page, mouse: Hand
) -> None:
    drawing_page.evaluate(FILL_STORAGE, 208_000)
    read(drawing_page, digits.FOUR, digits.SEVEN)
    expect(labels(drawing_page)).to_have_text(["7", "4"])
    expect(strip(drawing_page)).to_contain_text("It is full: after a reload the oldest are gone.")
    mouse.draw(digits.TWO)
    expect(drawing_page.locator("#digit")).to_have_text("2")
    drawing_page.reload()
    expect(labels(drawing_page)).to_have_text(["7"])
    expect(drawing_page.locator("#digit")).to_have_text("2")


def test_a_number_is_corrected_by_its_text_which_labels_each_digit(
    page: Page, tmp_path: Path
) -> None:
    page.goto("/?read=number")
    page.locator("#upload").set_input_files(EXAMPLES / "number.jpg")
    expect(page.locator("#digit")).to_have_text("5379")
    page.get_by_role("button", name="Back to drawing").click()
    label = labels(page).first
    label.click()
    text = strip(page).get_by_role("textbox", name="What was written", exact=True)
    expect(text).to_be_focused()
    text.fill("seven")
    text.press("Enter")
    expect(text).to_be_focused()  # it is no number
    text.fill("5377")
    text.press("Enter")
    expect(label).to_have_text("5379 5377")
    expect(label).to_be_focused()
    assert list(read_train(save(page, "CSV", tmp_path)).labels) == [5, 3, 7, 7]
