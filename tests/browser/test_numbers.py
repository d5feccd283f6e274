"""Numbers on the wide pad: read whole, boxed, shown digit by digit."""

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import digits
from tests.browser.answers import BOUNDS, READ, boxes, give, number_answer, pad_place, scaled
from tests.browser.hands import Finger, Hand, expect_last_answer

BLANK = re.compile(r"^\s*$")

# Where the ink is, in parts of the pad's width and height.
INK = """(canvas) => {
  const { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  let [left, right, top, bottom] = [width, 0, height, 0];
  for (let pixel = 0; pixel < width * height; pixel++) {
    if (data[4 * pixel] > 128) continue;
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    [left, right, top, bottom] =
      [Math.min(left, x), Math.max(right, x), Math.min(top, y), Math.max(bottom, y)];
  }
  return { left: left / width, right: right / width, top: top / height, bottom: bottom / height };
}"""


def assert_boxes_hold_the_digits(page: Page, count: int) -> None:
    """Check that each box holds the middle of its digit, whose squares overlap by a third."""
    assert len(boxes(page)) == count
    left, top, width, height = pad_place(page)
    for place, (x, y, across, down) in enumerate(boxes(page)):
        middle = left + (place * 2 / 3 + 0.5) * 0.35 * width
        assert x < middle < x + across
        assert (y - top) / height == pytest.approx(0.15 + 0.2 * 0.7, abs=0.05)
        assert down / height == pytest.approx(0.6 * 0.7, abs=0.08)


def test_a_number_drawn_by_mouse_is_read_whole_and_boxed(
    number_page: Page, number_mouse: Hand
) -> None:
    number_mouse.draw(digits.NUMBER_2073)
    expect(number_page.locator("#digit")).to_have_text("2073")
    expect_last_answer(number_page)
    expect(number_page.locator("#message")).to_contain_text("2073")
    expect(number_page.locator("#boxes .box")).to_have_text(["2", "0", "7", "3"])
    assert_boxes_hold_the_digits(number_page, 4)


def test_a_number_drawn_by_finger_on_a_phone_is_read_whole_and_boxed(
    browser: Browser, base_url: str
) -> None:
    with browser.new_context(
        base_url=base_url, has_touch=True, viewport={"width": 360, "height": 640}
    ) as context:
        page = context.new_page()
        page.goto("/?pad=wide")
        Finger(page).draw(digits.NUMBER_2073)
        expect(page.locator("#digit")).to_have_text("2073")
        expect_last_answer(page)
        assert_boxes_hold_the_digits(page, 4)


def test_a_number_grows_digit_by_digit_and_shrinks_as_it_is_undone(
    drawing_page: Page, mouse: Hand
) -> None:
    number_page = drawing_page
    for count, number in enumerate(("2", "20", "207"), start=1):
        mouse.draw(digits.NUMBER_207[count - 1 : count])
        expect(number_page.locator("#digit")).to_have_text(number)
        n_shown = count if count > 1 else 0  # one digit is not one to choose
        expect(number_page.locator("#boxes .box")).to_have_count(n_shown)
        expect(number_page.locator("#digits label")).to_have_count(n_shown)
    number_page.locator("#undo").click()
    expect(number_page.locator("#digit")).to_have_text("20")
    number_page.locator("#undo").click()
    expect(number_page.locator("#message")).to_have_text("This looks like a 2.")
    expect(number_page.locator("#digits")).to_be_hidden()
    number_page.locator("#redo").click()
    number_page.locator("#clear").click()
    expect(number_page.locator("#digit")).to_have_text(BLANK)
    expect(number_page.locator("#boxes .box")).to_have_count(0)
    expect(number_page.locator("#digits")).to_be_hidden()
    hint = "Draw a digit, or a number with several digits."
    expect(number_page.locator("#message")).to_have_text(hint)


def test_boxes_lie_where_the_answer_says_on_every_screen_also_when_it_is_turned(
    number_page: Page, number_mouse: Hand
) -> None:
    answered = number_answer("204", "17")
    give(number_page, answered)
    number_mouse.draw(digits.ONE)
    expect(number_page.locator("#boxes .box")).to_have_count(5)
    for width, height in [(320, 640), (360, 740), (740, 360), (1440, 900), (1920, 1080)]:
        number_page.set_viewport_size({"width": width, "height": height})
        place = pad_place(number_page)
        assert place[2] / place[3] == pytest.approx(2, abs=0.02)
        for found, box in zip(answered["digits"], boxes(number_page), strict=True):
            assert box == pytest.approx(scaled(found["box"], answered, place), abs=1)
        assert number_page.evaluate("document.documentElement.scrollWidth") == width


def test_the_pen_draws_under_the_boxes(number_page: Page, number_mouse: Hand) -> None:
    give(number_page, number_answer("21"))  # the first box: 30 wide, 50 high, at 40 and 60 of 560
    number_mouse.draw(digits.in_a_row(digits.ONE, left=0.6))
    expect(number_page.locator("#boxes .box")).to_have_count(2)
    before = number_page.locator("#pad").evaluate(INK)
    number_mouse.draw(
        [[(0.09, 0.2), (0.09, 0.3)], [(0.1, 0.18), (0.11, 0.18)]]
    )  # in the box, on its label
    after = number_page.locator("#pad").evaluate(INK)
    assert before["left"] > 0.5
    assert after["left"] < 0.1
    assert after["top"] == pytest.approx(0.18 - 1 / 40, abs=0.01)


def test_several_lines_are_shown_as_lines_and_each_digit_can_be_chosen_without_scrolling(
    number_page: Page, number_mouse: Hand
) -> None:
    number_page.set_viewport_size({"width": 1280, "height": 800})
    give(number_page, number_answer("2073", "2073", "2073", "2073"))
    number_mouse.draw(digits.ONE)
    expect(number_page.locator("#digits label")).to_have_count(16)
    is_cut = "list => list.scrollHeight > list.clientHeight"
    assert not number_page.locator("#digits").evaluate(is_cut)
    assert number_page.locator("#digit").inner_text() == "2073\n2073\n2073\n2073"
    places = number_page.locator("#digits label").evaluate_all(BOUNDS)
    assert [place[1] for place in places[::4]] == sorted({place[1] for place in places})
    assert min(min(width, height) for _, _, width, height in places) >= 44


def test_an_uncertain_digit_is_marked_by_more_than_colour_and_in_the_message(
    number_page: Page, number_mouse: Hand
) -> None:
    give(number_page, number_answer("204", doubtful=[1]))
    number_mouse.draw(digits.ONE)
    expect_last_answer(number_page)
    expect(number_page.locator("#digit")).to_have_text("204")
    expect(number_page.locator("#boxes .box")).to_have_text(["2", "0?", "4"])
    styles = [
        box.evaluate("box => getComputedStyle(box).outlineStyle")
        for box in number_page.locator("#boxes .box").all()
    ]
    assert styles == ["solid", "dashed", "solid"]
    expect(number_page.locator("#digit .is-doubtful")).to_have_text(["0"])
    message = number_page.locator("#message")
    expect(message).to_have_text("Not every digit is certain.")
    expect(message).to_have_attribute("aria-live", "polite")
    chosen = number_page.get_by_role("radio", name="0, digit 2 of 3, not certain")
    expect(chosen).to_be_checked()  # uncertain digits are selected first
    expect(number_page.locator("#activations [aria-current] .class")).to_have_text("0")
    expect(number_page.locator("#activations")).to_have_attribute("data-certain", "false")
    # Points and minus signs are no digits: those after them are marked as they are.
    give(number_page, number_answer("204", "17", doubtful=[1, 4], text="-2.04\n1,7"))
    number_mouse.draw(digits.ONE)
    expect(number_page.locator("#digit .is-doubtful")).to_have_text(["0", "7"])
    assert number_page.locator("#digit").inner_text() == "-2.04\n1,7"


def test_what_was_not_read_is_outlined_and_is_no_digit_to_choose(
    number_page: Page, number_mouse: Hand
) -> None:
    left_out = [{"box": [300, 60, 80, 100], "why": "not_a_digit"}]
    answered = number_answer("204", left_out=left_out)
    give(number_page, answered)
    number_mouse.draw(digits.ONE)
    outline = number_page.locator("#boxes .left-out")
    expect(outline).to_have_text("not read")
    expect(outline).to_have_css("outline-style", "dotted")
    (found,) = outline.evaluate_all(BOUNDS)
    place = pad_place(number_page)
    assert found == pytest.approx(scaled(left_out[0]["box"], answered, place), abs=1)
    outline.dispatch_event("click")
    expect(number_page.get_by_role("radio", name="4, digit 3 of 3")).to_be_checked()
    give(number_page, number_answer("2041"))
    number_mouse.draw(digits.in_a_row(digits.ONE, left=0.7))
    expect(number_page.locator("#boxes .box")).to_have_text(["2", "0", "4", "1"])
    expect(outline).to_have_count(0)


def test_a_digit_chosen_by_keyboard_shows_its_activations_and_its_picture(
    number_page: Page, number_mouse: Hand
) -> None:
    give(number_page, number_answer("204"))
    number_mouse.draw(digits.ONE)
    last = number_page.get_by_role("radio", name="4, digit 3 of 3")
    expect(last).to_be_checked()
    # A screen reader reads the number and nothing else.
    expect(number_page.get_by_role("status").filter(has_text="204")).to_have_count(1)
    expect(number_page.locator("#digit")).to_have_attribute("aria-live", "polite")
    expect(number_page.locator("#message")).to_have_attribute("aria-live", "off")
    expect(number_page.locator("#boxes")).to_have_attribute("aria-hidden", "true")
    last.focus()
    number_page.keyboard.press("ArrowLeft")
    expect(number_page.get_by_role("radio", name="0, digit 2 of 3")).to_be_checked()
    expect(number_page.locator("#activations [aria-current] .class")).to_have_text("0")
    expect(number_page.locator("#activations [aria-current] .activation")).to_have_text("0.900")
    expect(number_page.locator("#boxes .is-chosen")).to_have_text(["0"])
    expect(number_page.locator("#seen")).to_be_visible()
    expect(number_page).to_have_url(re.compile("[?&]digit=2$"))
    number_page.reload()  # the drawing stays, and what was chosen
    expect(number_page.get_by_role("radio", name="0, digit 2 of 3")).to_be_checked()
    with number_page.expect_response(READ):
        number_page.get_by_label("Network").select_option("article")
    expect(number_page.get_by_role("radio", name="0, digit 2 of 3")).to_be_checked()
    number_mouse.draw(digits.in_a_row(digits.ONE, left=0.7))  # another number
    expect(last).to_be_checked()
    expect(number_page).not_to_have_url(re.compile("digit="))
    number_page.locator("#digit [data-is-digit]").first.click()  # with a finger or the mouse, too
    expect(number_page.get_by_role("radio", name="2, digit 1 of 3")).to_be_checked()


def test_the_pad_is_made_wide_by_keyboard_and_the_address_holds_its_shape(
    drawing_page: Page,
) -> None:
    wide = drawing_page.get_by_role("button", name="Wide pad")
    wide.focus()
    drawing_page.keyboard.press("Space")
    expect(wide).to_have_attribute("aria-pressed", "true")
    expect(drawing_page).to_have_url(re.compile(r"\?pad=wide$"))
    drawing_page.reload()
    expect(wide).to_have_attribute("aria-pressed", "true")
    assert pad_place(drawing_page)[2] == pytest.approx(2 * pad_place(drawing_page)[3], abs=1)
    wide.click()
    expect(drawing_page).not_to_have_url(re.compile("pad="))
    assert pad_place(drawing_page)[2] == pytest.approx(pad_place(drawing_page)[3], abs=1)


def test_old_links_go_on_working(page: Page) -> None:
    for query, squares in [("read=digit", 1), ("read=number&pad=square", 1), ("read=number", 2)]:
        page.goto(f"/?{query}&model=mlp")
        place = pad_place(page)
        assert place[2] == pytest.approx(squares * place[3], abs=1)
        expect(page.get_by_label("Network")).to_have_value("mlp")
    page.get_by_role("button", name="Wide pad").click()
    page.reload()
    assert pad_place(page)[2] == pytest.approx(pad_place(page)[3], abs=1)


def test_a_number_can_be_drawn_by_keyboard_alone(number_page: Page) -> None:
    number_page.locator("#pad").focus()
    for step in (0, 14):  # twice the same upright stroke, half a height apart
        for _ in range(step):
            number_page.keyboard.press("ArrowRight")
        number_page.keyboard.press("Space")
        for _ in range(14):
            number_page.keyboard.press("ArrowDown")
        number_page.keyboard.press("Space")
        for _ in range(14 if step == 0 else 0):
            number_page.keyboard.press("ArrowUp")
    expect(number_page.locator("#digit")).to_have_text("11")
