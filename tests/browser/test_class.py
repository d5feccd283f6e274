"""The class page: photographs of sheets, the confusion matrix, corrections, files, the poster."""

import io
import json
from base64 import b64decode
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import FilePayload, Locator, Page, expect

from nn.data.kaggle import read_train
from tests.browser.class_sheets import SHEET, give_sheets, photograph, sheet_answer
from tests.browser.screen import (
    THEMES,
    assert_accessible,
    assert_not_wider,
    assert_touchable,
    n_pages,
)

MISREAD = {(1, 7): (1, 0.97), (2, 7): (1, 0.6), (3, 1): (7, 0.99)}


@pytest.fixture
def class_page(page: Page) -> Page:
    give_sheets(page, sheet_answer(misread=MISREAD, empty={3: 9}), sheet_answer(seed=2))
    page.goto("/class")
    return page


def a_file(name: str = "sheet.jpg") -> FilePayload:
    return {"name": name, "mimeType": "image/jpeg", "buffer": photograph()}


def choose(page: Page, *names: str) -> None:
    page.locator("#upload").set_input_files([a_file(name) for name in names or ("sheet.jpg",)])


def cell(page: Page, name: str) -> Locator:
    return page.get_by_role("table", name="What was written").get_by_role("button", name=name)


def pictures(page: Page) -> Locator:
    return page.locator("[data-part=cell] button")


def score(page: Page) -> Locator:
    return page.locator("[data-model=convnet]")


def title(page: Page) -> Locator:
    return page.locator("[data-part=pictures-title]")


def editor(page: Page) -> Locator:
    return page.get_by_role("dialog")


@pytest.mark.parametrize("language", ["de", "fr", "es"])
def test_the_scores_of_the_rows_have_room_for_their_heading(language: str, page: Page) -> None:
    give_sheets(page, sheet_answer(misread=MISREAD))
    page.goto(f"/class?lang={language}")
    choose(page)
    heading = page.locator("th.row-score")
    expect(heading).to_be_visible()
    assert heading.evaluate("heading => heading.scrollWidth <= heading.clientWidth")


def test_photograph_and_matrix_open_digits_to_correct_undo_and_keep(class_page: Page) -> None:
    choose(class_page)
    marks = class_page.locator("#sheets svg .mark")
    expect(marks).to_have_count(30)
    expect(class_page.get_by_role("img", name="29 filled, of them 3 read wrongly")).to_be_visible()
    class_page.locator("#sheets svg .is-empty").click()
    expect(editor(class_page)).to_contain_text("no ink was found")
    class_page.keyboard.press("Escape")
    class_page.locator("#sheets svg .is-wrong").first.click()
    expect(editor(class_page)).to_contain_text("Column 7")
    expect(editor(class_page)).not_to_contain_text("Pupil")
    class_page.keyboard.press("Escape")
    class_page.get_by_text("The boxes as a table").click()
    expect(class_page.get_by_role("rowheader", name="Row 1")).to_be_visible()
    class_page.get_by_label("Show the pupils’ numbers").check()
    expect(class_page.get_by_role("rowheader", name="Pupil 1")).to_be_visible()
    expect(pictures(class_page).first).to_contain_text("Pupil 3")
    class_page.get_by_label("Show the pupils’ numbers").uncheck()
    expect(score(class_page)).to_contain_text("26 of 29 right")
    expect(score(class_page)).to_contain_text("89.7 % (with many more digits: probably 74 to 96 %)")
    expect(pictures(class_page)).to_have_count(3)
    most_misread = class_page.locator("[data-part=group-digit] :checked")
    expect(most_misread).to_have_value("7")
    cell(class_page, "7 read as 1: 2 pictures").press("Enter")
    expect(title(class_page)).to_have_text("7 read as 1: 2 pictures")
    expect(pictures(class_page)).to_have_text(["7 → 1 · 97.0 %", "7 → 1 · 60.0 %"])
    pictures(class_page).first.press("Enter")
    expect(editor(class_page)).to_contain_text("Column 7")
    expect(editor(class_page).get_by_role("row")).to_have_count(3)
    class_page.keyboard.press("1")
    expect(class_page.locator("#announcement")).to_have_text("Noted: it was 1.")
    expect(score(class_page)).to_contain_text("27 of 29 right")
    expect(cell(class_page, "7 read as 1: 1 picture")).to_be_visible()
    expect(title(class_page)).to_be_focused()  # the picture is in another cell now
    pictures(class_page).first.click()
    editor(class_page).get_by_role("button", name="Remove this digit").click()
    expect(score(class_page)).to_contain_text("27 of 28 right")
    class_page.keyboard.press("Control+z")
    expect(score(class_page)).to_contain_text("27 of 29 right")
    class_page.reload()
    expect(score(class_page)).to_contain_text("27 of 29 right")
    expect(class_page.locator("#undo")).to_be_disabled()


def test_a_photograph_is_asked_about_and_a_removed_sheet_comes_back(class_page: Page) -> None:
    class_page.unroute(SHEET)
    give_sheets(class_page, sheet_answer())
    choose(class_page, "one.jpg", "again.jpg")
    waiting = class_page.get_by_role("list", name="Photographs").get_by_role("listitem")
    expect(waiting).to_have_count(1)
    expect(waiting).to_contain_text("This looks like sheet 1 again.")
    waiting.get_by_role("button", name="Leave it out").click()
    expect(waiting).to_have_count(0)
    class_page.get_by_role("button", name="Remove sheet 1").click()
    expect(score(class_page)).to_be_hidden()
    expect(class_page.get_by_role("button", name="Undo")).to_be_focused()
    class_page.keyboard.press("Enter")
    expect(score(class_page)).to_contain_text("30 of 30 right")
    class_page.once("dialog", lambda dialog: dialog.accept())
    class_page.get_by_role("button", name="Forget all").click()
    expect(score(class_page)).to_be_hidden()
    assert class_page.evaluate("sessionStorage.length") == 0


def test_escape_and_back_close_the_dialog_of_a_digit_and_not_the_large_view(
    class_page: Page,
) -> None:
    class_page.goto("/class?projector")
    choose(class_page)
    for key in ("Escape", "Back"):
        class_page.locator("#sheets svg .is-wrong").first.click()
        expect(editor(class_page)).to_be_visible()
        if key == "Back":
            class_page.go_back()
        else:
            class_page.keyboard.press(key)
        expect(editor(class_page)).to_be_hidden()
        expect(class_page.locator("html")).to_have_attribute("data-projector", "")


def test_an_unread_photograph_stays_with_its_reason_and_is_tried_again(page: Page) -> None:
    refused = {"type": "about:blank", "title": "No sheet", "detail": "Four squares are missing."}
    answers = [{"status": 422, "json": refused}, *[{"json": sheet_answer(seed=2)}] * 2]
    page.route(SHEET, lambda route: route.fulfill(**answers.pop(0)))
    page.goto("/class")
    choose(page, "one.jpg", "two.jpg")
    expect(score(page)).to_contain_text("of 30 right")
    (failed,) = page.get_by_role("list", name="Photographs").get_by_role("listitem").all()
    expect(failed).to_contain_text("one.jpg")
    expect(failed).to_contain_text("No sheet. Four squares are missing.")
    failed.get_by_role("button", name="Try again").click()
    expect(page.get_by_text("This looks like sheet 1 again.")).to_be_visible()
    page.get_by_role("button", name="Add it as another sheet").click()
    expect(score(page)).to_contain_text("of 60 right")
    expect(page.get_by_role("list", name="Photographs")).to_be_hidden()


def test_nothing_is_shown_of_a_network_before_the_bet_on_it(class_page: Page) -> None:
    choose(class_page)
    class_page.get_by_role("checkbox", name="Bet first").check()
    matrix, sheet = class_page.locator(".matrix"), class_page.locator("#sheets svg")
    class_page.locator("input[value=convnet]").check()
    expect(score(class_page)).to_have_text("hidden until you bet")
    expect(matrix.or_(sheet).locator("visible=true")).to_have_count(0)
    class_page.get_by_label("How many of 100").fill("90")
    class_page.get_by_role("button", name="Bet, and show it").click()
    outcome = "Bet: 90 %. It was 89.7 %: 0.3 points off."
    expect(class_page.get_by_role("list", name="Bets so far")).to_contain_text(outcome)
    expect(score(class_page)).to_contain_text("26 of 29 right")
    expect(matrix).to_be_visible()
    expect(sheet).to_be_visible()
    expect(class_page.locator("[data-model=mlp]")).to_have_text("hidden until you bet")
    class_page.reload()
    expect(score(class_page)).to_have_text("hidden until you bet")
    class_page.get_by_role("checkbox", name="Bet first").uncheck()
    expect(matrix).to_be_visible()


def save(page: Page, button: str, folder: Path) -> Path:
    with page.expect_download() as download:
        page.get_by_role("group", name="Save").get_by_role("button", name=button).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def test_python_reads_what_the_page_saves(class_page: Page, tmp_path: Path) -> None:
    choose(class_page)
    class_page.locator("#sheets svg .is-wrong").first.click()
    editor(class_page).get_by_role("button", name="2", exact=True).click()
    table = read_train(save(class_page, "Training data", tmp_path))
    labels = [0, 1, 2, 3, 4, 5, 6, 2, 8, 9, *range(10), *range(9)]
    assert list(table.labels) == labels
    answered = sheet_answer(misread=MISREAD, empty={3: 9})["boxes"]
    answers = save(class_page, "Table of", tmp_path).read_text().splitlines()
    assert answers[0] == "file,text,certain,doubt,status,read,error"
    assert answers[7:9] == [
        "sheet 1 pupil 1 column 6,6,true,,accepted,6,",
        "sheet 1 pupil 1 column 7,2,true,,corrected,1,",
    ]
    readings = json.loads(save(class_page, "JSON", tmp_path).read_text())["readings"]
    assert [reading["digits"][0]["label"] for reading in readings] == labels
    for row, box, reading in zip(table.images, answered, readings, strict=False):
        in_json = b64decode(reading["digits"][0]["image"].split(",")[1])
        sent = b64decode(box["image"].split(",")[1])
        for picture in (sent, in_json):
            pixels = np.asarray(Image.open(io.BytesIO(picture)).convert("L"))
            np.testing.assert_array_equal(row, pixels)
        assert reading["readings"] == box["readings"]


def test_the_poster_has_the_matrix_and_all_digits_on_a_page_or_two(class_page: Page) -> None:
    class_page.unroute(SHEET)
    give_sheets(class_page, sheet_answer(45), sheet_answer(12, misread=MISREAD))
    choose(class_page)
    expect(score(class_page)).to_contain_text("450 of 450 right")
    assert n_pages(class_page) == 2
    class_page.get_by_role("button", name="Remove sheet 1").click()
    choose(class_page)
    expect(score(class_page)).to_contain_text("117 of 120 right")
    assert n_pages(class_page) == 1
    class_page.emulate_media(media="print")
    expect(class_page.locator(".matrix th.corner")).to_be_visible()  # or a column is another digit
    expect(class_page.locator(".poster")).to_contain_text("In a frame: the network that read")
    expect(class_page.locator("#poster canvas:visible")).to_have_count(120)
    expect(class_page.locator("#poster canvas.is-wrong")).to_have_count(3)
    expect(class_page.locator(".button:visible, input:visible, #sheets:visible")).to_have_count(0)
    expect(class_page.get_by_role("table").locator("visible=true")).to_have_count(1)


def test_axe_finds_nothing_and_nothing_is_wider_than_a_phone(class_page: Page) -> None:
    class_page.set_viewport_size({"width": 320, "height": 640})
    choose(class_page)
    expect(score(class_page)).to_be_visible()
    class_page.get_by_text("The boxes as a table").click()
    assert_accessible(class_page, *THEMES)
    assert_not_wider(class_page)
    assert_touchable(class_page.locator("main button:visible, main label:has(input):visible"))
    pictures(class_page).first.click()
    assert_accessible(class_page)
    expect(editor(class_page)).to_be_in_viewport(ratio=1)


def test_the_example_is_read_by_all_networks_and_their_scores_differ(page: Page) -> None:
    page.goto("/class")
    page.get_by_role("link", name="Try an example").click()
    scores = page.locator("[data-model]")
    expect(scores.first).to_contain_text("of 116 right")
    assert len(set(scores.all_inner_texts())) == 3
    expect(page.locator(".groups li li")).to_have_count(12)
    page.get_by_role("radio", name="Convolutional").check()
    page.reload()
    expect(page.get_by_role("radio", name="Convolutional")).to_be_checked()
