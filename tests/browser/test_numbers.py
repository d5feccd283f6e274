"""Numbers, drawn and photographed: read whole, boxed, shown digit by digit."""

import re
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from tests.browser import digits
from tests.browser.answers import (
    BOUNDS,
    PIXEL,
    READ,
    boxes,
    give,
    number_answer,
    pad_place,
    scaled,
)
from tests.browser.hands import Finger, Mouse, expect_read, read
from tests.browser.ink import RADIUS, ink_box
from tests.browser.inside import open_inside
from tests.browser.options import choose_network, press_option
from tests.browser.screen import THEMES, assert_accessible, assert_not_wider, place, places
from tests.drawing import turned_file

BEST = "#activations [aria-current]"
# Left, top, width and height in CSS pixels of a picture as it is fitted into its place.
FITTED = """(image) => {
  const { left, top, width, height } = image.getBoundingClientRect();
  const scale = Math.min(width / image.naturalWidth, height / image.naturalHeight);
  const [across, down] = [image.naturalWidth * scale, image.naturalHeight * scale];
  return [left + (width - across) / 2, top + (height - down) / 2, across, down];
}"""
STAGES = [{"name": "grey", "caption": "In grey", "image": PIXEL}]


@pytest.fixture
def photograph(tmp_path: Path) -> Path:
    """Return a picture of a 17, upright 600 by 800 pixels, stored lying as a phone does."""
    picture = Image.new("RGB", (600, 800), (225, 222, 210))
    ink = ImageDraw.Draw(picture)
    ink.line([(150, 260), (150, 500)], fill="#223", width=22)
    ink.line([(300, 260), (440, 260), (360, 500)], fill="#223", width=22, joint="curve")
    path = tmp_path / "seventeen.jpg"
    path.write_bytes(turned_file(picture, quality=90))
    return path


def test_a_number_drawn_by_finger_on_a_phone_is_read_whole_and_boxed(touch_page: Page) -> None:
    page = touch_page
    wide = page.locator("#wide")
    page.goto("/?pad=wide")
    Finger(page).draw(digits.NUMBER_2073)
    expect_read(page, "2073")
    expect(page.locator("#message")).to_contain_text("2073")
    expect(page.locator("#boxes .box")).to_have_text(["2", "0", "7", "3"])
    left, top, width, height = pad_place(page)
    assert width == pytest.approx(2 * height, abs=1)
    for position, (x, y, across, down) in enumerate(boxes(page)):  # squares overlap by a third
        assert x < left + (position * 2 / 3 + 0.5) * 0.35 * width < x + across
        assert (y - top) / height == pytest.approx(0.15 + 0.2 * 0.7, abs=0.05)
        assert down / height == pytest.approx(0.6 * 0.7, abs=0.08)
    page.reload()
    expect_read(page, "2073")
    expect(wide).to_have_attribute("aria-pressed", "true")
    press_option(page, "Wide pad")  # the drawing stays whole and in the middle
    expect_read(page, "2073")
    left, _, right, _ = ink_box(page)
    assert left + right == pytest.approx(1, abs=0.03)
    expect(page).not_to_have_url(re.compile("pad="))


def test_a_number_grows_digit_by_digit_and_shrinks_as_it_is_undone(drawing_page: Page) -> None:
    page = drawing_page
    page.goto("/")
    for count, number in enumerate(("2", "20", "207"), start=1):
        read(page, digits.NUMBER_207[count - 1 : count], number)
        n_shown = count if count > 1 else 0  # one digit is not one to choose
        expect(page.locator("#boxes .box")).to_have_count(n_shown)
        expect(page.locator("#digits label")).to_have_count(n_shown)
    page.locator("#undo").click()
    expect_read(page, "20")
    page.locator("#clear").click()
    expect(page.locator("#digit")).to_have_text("")
    expect(page.locator("#boxes .box")).to_have_count(0)
    expect(page.locator("#digits")).to_be_hidden()


def test_boxes_lie_where_the_answer_says_on_every_screen(number_page: Page) -> None:
    answered = number_answer("204", "17")
    give(number_page, answered)
    read(number_page, digits.in_a_row(digits.ONE, left=0.6), "204\n17")
    for width, height in [(320, 640), (740, 360), (1920, 1080)]:
        assert_not_wider(number_page, width, height=height)
        for found, box in zip(answered["digits"], boxes(number_page), strict=True):
            expected = scaled(found["box"], answered, pad_place(number_page))
            assert box == pytest.approx(expected, abs=1)
    assert ink_box(number_page)[0] > 0.5
    inside_box, on_label = [(0.09, 0.25), (0.09, 0.3)], [(0.1, 0.18), (0.11, 0.18)]
    Mouse(number_page).draw([inside_box, on_label])  # of the first digit
    left, top, _, _ = ink_box(number_page)
    assert left < 0.1
    assert top == pytest.approx(0.18 - RADIUS, abs=0.01)


def test_of_digits_that_lie_over_each_other_one_has_a_label(number_page: Page) -> None:
    answered = number_answer("204", doubtful=[1])  # which is chosen
    left, *others = answered["digits"][1]["box"]
    answered["digits"][2]["box"] = [left + 10, *others]  # a third of its width away
    give(number_page, answered)
    read(number_page, digits.ONE, "204")
    labels = number_page.locator("#boxes .box b")
    expect(labels.nth(1)).to_be_visible()
    expect(labels.nth(2)).to_be_hidden()
    number_page.get_by_role("radio", name="4, digit 3 of 3").check()
    expect(labels.nth(2)).to_be_visible()


def test_several_lines_are_shown_and_each_digit_can_be_chosen(number_page: Page) -> None:
    page, labels = number_page, number_page.locator("#digits label")
    page.set_viewport_size({"width": 1280, "height": 800})
    give(page, number_answer("2073", "2073", "2073", "2073"))
    Mouse(page).draw(digits.ONE)
    expect(labels).to_have_count(16)
    is_cut = "list => list.scrollHeight > list.clientHeight"
    assert not page.locator("#digits").evaluate(is_cut)
    assert page.locator("#digit").inner_text() == "2073\n2073\n2073\n2073"
    places = labels.evaluate_all(BOUNDS)
    assert [top for _, top, _, _ in places[::4]] == sorted({top for _, top, _, _ in places})
    assert min(min(width, height) for _, _, width, height in places) >= 44


def test_an_uncertain_digit_is_marked_by_more_than_colour(number_page: Page) -> None:
    page, box = number_page, number_page.locator("#boxes .box")
    left_out = [{"box": [300, 60, 80, 100], "why": "not_a_digit"}]
    answered = number_answer("204", doubtful=[1], left_out=left_out)
    give(page, answered)
    read(page, digits.ONE, "204")
    expect(box).to_have_text(["2", "0?", "4"])
    styles = box.evaluate_all("all => all.map((box) => getComputedStyle(box).outlineStyle)")
    assert styles == ["solid", "dashed", "solid"]
    expect(page.locator("#digit .is-doubtful")).to_have_text(["0"])
    expect(page.locator("#message")).to_have_text("Not every digit is certain.")
    expect(page.locator("#message")).to_have_attribute("aria-live", "polite")
    chosen = page.get_by_role("radio", name="0, digit 2 of 3, not certain")
    expect(chosen).to_be_checked()  # uncertain digits are selected first
    expect(page.locator(f"{BEST} .class")).to_have_text("0")
    outline = page.locator("#boxes .left-out")
    expect(outline).to_have_text("not read")
    expect(outline).to_have_css("outline-style", "dotted")
    (found,) = outline.evaluate_all(BOUNDS)
    expected = scaled(left_out[0]["box"], answered, pad_place(page))  # type: ignore[arg-type]
    assert found == pytest.approx(expected, abs=1)
    outline.dispatch_event("click")
    expect(chosen).to_be_checked()
    # Points and minus signs are no digits: those after them are marked as they are.
    give(page, number_answer("204", "17", doubtful=[1, 4], text="-2.04\n1,7"))
    read(page, digits.ONE, "-2.04\n1,7")
    expect(page.locator("#digit .is-doubtful")).to_have_text(["0", "7"])
    expect(outline).to_have_count(0)


def test_a_digit_chosen_by_key_shows_its_activations_and_picture(number_page: Page) -> None:
    page = number_page
    give(page, number_answer("204"))
    read(page, digits.ONE, "204")
    first, middle, last = (
        page.get_by_role("radio", name=f"{digit}, digit {position} of 3")
        for position, digit in enumerate("204", start=1)
    )
    expect(last).to_be_checked()
    # A screen reader reads the number and nothing else.
    expect(page.get_by_role("status").filter(has_text="204")).to_have_count(1)
    expect(page.locator("#digit")).to_have_attribute("aria-live", "polite")
    expect(page.locator("#message")).to_have_attribute("aria-live", "off")
    expect(page.locator("#boxes")).to_have_attribute("aria-hidden", "true")
    last.focus()
    page.keyboard.press("ArrowLeft")
    expect(middle).to_be_checked()
    expect(page.locator(f"{BEST} .class")).to_have_text("0")
    expect(page.locator(f"{BEST} .activation")).to_have_text("90.0 %")
    expect(page.locator("#boxes .is-chosen")).to_have_text(["0"])
    expect(page.locator("#seen")).to_be_visible()
    expect(page).to_have_url(re.compile("[?&]digit=2$"))
    page.reload()  # the drawing stays, and what was chosen
    expect(middle).to_be_checked()
    with page.expect_response(READ):
        choose_network(page, "article")
    expect(middle).to_be_checked()
    Mouse(page).draw(digits.in_a_row(digits.ONE, left=0.7))  # another number
    expect(last).to_be_checked()
    expect(page).not_to_have_url(re.compile("digit="))
    page.locator("#digit [data-is-digit]").first.click()  # with a finger or the mouse, too
    expect(first).to_be_checked()


def test_the_chosen_digit_of_a_long_number_is_in_view_on_a_small_phone(number_page: Page) -> None:
    page = number_page
    page.set_viewport_size({"width": 320, "height": 640})
    give(page, number_answer("20420420", doubtful=[1]))
    read(page, digits.ONE, "20420420")
    tiles = page.locator(".digits label")
    row = place(page.locator(".digits"))
    for chosen in (1, 7, 0):
        page.locator("#digit [data-is-digit]").nth(chosen).click()
        tile = place(tiles.nth(chosen))
        assert row["x"] - 1 <= tile["x"]
        assert tile["x"] + tile["width"] <= row["x"] + row["width"] + 1
    assert len({way["y"] for way in places(page.locator(".ways .button:visible"))}) == 1


def test_boxes_lie_over_a_photographs_digits_and_show_insides(page: Page, photograph: Path) -> None:
    page.goto("/?inside=compare")
    page.locator("#upload").set_input_files(photograph)
    expect_read(page, "17")
    expect(page.get_by_alt_text("The picture you chose")).to_be_visible()
    given = page.locator("#networks [data-part=digit]")
    expect(given).to_have_text(["7", "7", "7"])
    page.get_by_role("radio", name="1, digit 1 of 2").check()
    expect(given).to_have_text(["1", "1", "1"])
    expect(page).to_have_url(re.compile("[?&]digit=1$"))
    page.locator("#inside > summary").click()
    for width, height in [(360, 740), (1440, 900)]:
        page.set_viewport_size({"width": width, "height": height})
        left, top, across, _ = page.locator("#picture-image").evaluate(FITTED)
        scale = across / 600
        for box, (x, y, w, h), off in zip(
            boxes(page), [(139, 260, 22, 240), (300, 249, 140, 251)], (12, 20), strict=True
        ):
            expected = [left + x * scale, top + y * scale, w * scale, h * scale]
            assert box == pytest.approx(expected, abs=off * scale + 2)


def test_a_box_can_be_tapped_until_its_picture_is_gone(number_page: Page, photograph: Path) -> None:
    page = number_page
    give(page, number_answer("17", size=(600, 800)))
    page.locator("#upload").set_input_files(photograph)
    for position, digit in ((1, "7"), (0, "1")):
        left, top, width, height = boxes(page)[position]
        page.mouse.move(left + width / 2, top + height / 2)
        page.mouse.down()
        with page.expect_response(READ):
            page.evaluate("dispatchEvent(new Event('online'))")  # reads the picture again
        expect_read(page, "17")
        page.mouse.up()
        expect(page.locator(f"{BEST} .class")).to_have_text(digit)
    page.route(READ, lambda _: None)  # no answer yet
    page.locator("#upload").set_input_files("static/examples/seven.png")
    expect(page.locator("#boxes .box")).to_have_count(0)


def test_axe_finds_nothing_on_any_kind_of_number(number_page: Page, photograph: Path) -> None:
    give(number_page, number_answer("204", "17", stages=STAGES))
    open_inside(number_page, "picture")
    read(number_page, digits.ONE, "204\n17")
    assert_accessible(number_page, *THEMES)
    left_out = [{"box": [300, 400, 200, 300], "why": "faint"}]
    give(number_page, number_answer("17", doubtful=[0], size=(600, 800), left_out=left_out))
    number_page.locator("#upload").set_input_files(photograph)
    expect(number_page.locator("#boxes .left-out")).to_have_count(1)
    assert_accessible(number_page, *THEMES)
