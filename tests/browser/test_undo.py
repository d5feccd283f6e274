"""Undo, redo, undoable clear, and the drawing after a reload."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import digits
from tests.browser.hands import Hand, Mouse, expect_last_answer
from tests.browser.ink import ink_box

BLANK = re.compile(r"^\s*$")


def test_undo_takes_the_last_stroke_away(drawing_page: Page, mouse: Hand) -> None:
    mouse.draw(digits.ONE)
    expect(drawing_page.locator("#digit")).to_have_text("1")
    before = ink_box(drawing_page)
    mouse.draw([[(0.2, 0.5), (0.5, 0.5), (0.8, 0.5)]])
    assert ink_box(drawing_page) != before
    drawing_page.locator("#undo").click()
    expect(drawing_page.locator("#digit")).to_have_text("1")
    assert ink_box(drawing_page) == before
    drawing_page.locator("#undo").click()
    expect(drawing_page.locator("#digit")).to_have_text(BLANK)


def test_what_was_undone_is_done_again_by_button_and_by_keyboard(
    drawing_page: Page, mouse: Hand
) -> None:
    digit, redo = drawing_page.locator("#digit"), drawing_page.get_by_role("button", name="Redo")
    expect(redo).to_be_disabled()
    mouse.draw(digits.ONE)
    expect(digit).to_have_text("1")
    before = ink_box(drawing_page)
    drawing_page.keyboard.press("Control+z")
    expect(digit).to_have_text(BLANK)
    expect(drawing_page.get_by_role("button", name="Undo")).to_be_disabled()
    redo.click()
    expect(digit).to_have_text("1")
    for again in ("Control+y", "Control+Shift+z"):
        drawing_page.keyboard.press("Control+z")
        expect(digit).to_have_text(BLANK)
        drawing_page.keyboard.press(again)
        expect(digit).to_have_text("1")
        assert ink_box(drawing_page) == before
    expect(redo).to_be_disabled()


def test_clear_can_be_undone(drawing_page: Page, mouse: Hand) -> None:
    mouse.draw(digits.FOUR)
    expect(drawing_page.locator("#digit")).to_have_text("4")
    before = ink_box(drawing_page)
    drawing_page.locator("#clear").click()
    expect(drawing_page.locator("#digit")).to_have_text(BLANK)
    drawing_page.locator("#undo").click()
    expect(drawing_page.locator("#digit")).to_have_text("4")
    assert ink_box(drawing_page) == before


def test_the_drawing_is_still_there_and_read_after_a_reload(
    drawing_page: Page, mouse: Hand
) -> None:
    mouse.draw(digits.FOUR)
    expect(drawing_page.locator("#digit")).to_have_text("4")
    expect_last_answer(drawing_page)
    before = ink_box(drawing_page)
    drawing_page.reload()
    expect(drawing_page.locator("#digit")).to_have_text("4")
    assert ink_box(drawing_page) == pytest.approx(before, abs=0.005)
    drawing_page.locator("#clear").click()
    drawing_page.reload()
    expect(drawing_page.get_by_text("Draw a digit or a number here")).to_be_visible()


def test_undo_and_redo_lead_to_the_same_drawings_after_a_reload(
    drawing_page: Page, mouse: Hand
) -> None:
    mouse.draw(digits.FOUR)
    expect(drawing_page.locator("#digit")).to_have_text("4")
    before = ink_box(drawing_page)
    drawing_page.locator("#clear").click()
    drawing_page.reload()
    drawing_page.locator("#undo").click()
    expect(drawing_page.locator("#digit")).to_have_text("4")
    assert ink_box(drawing_page) == pytest.approx(before, abs=0.005)
    drawing_page.reload()
    drawing_page.locator("#redo").click()
    expect(drawing_page.get_by_text("Draw a digit or a number here")).to_be_visible()


def test_a_stroke_in_progress_is_kept_when_the_page_is_left(drawing_page: Page) -> None:
    Mouse(drawing_page).press(digits.SEVEN[0])
    drawing_page.reload()
    drawing_page.mouse.up()
    expect(drawing_page.locator("#digit")).to_have_text("7")
    drawing_page.locator("#clear").click()
    drawing_page.locator("#pad").focus()
    for key in ("Space", *["ArrowDown"] * 14):
        drawing_page.keyboard.press(key)
    drawing_page.goto("/?inside=picture&digit=101")  # which no number has
    expect(drawing_page.locator("#digit")).to_have_text("1")
