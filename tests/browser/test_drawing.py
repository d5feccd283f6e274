"""Drawing on the pad by mouse, finger and keyboard."""

import re
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, Response, expect

from tests.browser import digits
from tests.browser.answers import READ
from tests.browser.hands import Finger, Hand, Mouse, expect_last_answer, places_on_pad
from tests.browser.ink import ink_box

BLANK = re.compile(r"^\s*$")
HEALTH = "() => fetch('/healthz').then(() => null)"

KEEP_BODIES = """() => {
  const { send } = XMLHttpRequest.prototype;
  XMLHttpRequest.prototype.send = function (body) {
    window.lastBody = body;
    send.call(this, body);
  };
}"""
LAST_BODY = """async () =>
  [window.lastBody.type, [...new Uint8Array(await window.lastBody.arrayBuffer())]]"""


DRAWN = {
    "0": digits.ZERO,
    "1": digits.ONE,
    "2": digits.TWO,
    "3": digits.THREE,
    "4": digits.FOUR,  # of two strokes
    "7": digits.SEVEN,
}


def test_digits_drawn_by_mouse_are_read_and_clear_empties_all_without_a_request(
    drawing_page: Page, mouse: Hand
) -> None:
    sent: list[str] = []
    drawing_page.on("request", lambda request: sent.append(request.url))
    for digit, strokes in DRAWN.items():
        mouse.draw(strokes)
        expect(drawing_page.locator("#digit")).to_have_text(digit)
        expect(drawing_page.locator("#message")).to_contain_text(digit)
        expect_last_answer(drawing_page)
        sent.clear()
        drawing_page.locator("#clear").click()
        expect(drawing_page.locator("#digit")).to_have_text(BLANK)
        hint = "Draw a digit, or a number with several digits."
        expect(drawing_page.locator("#message")).to_have_text(hint)
        expect(drawing_page.locator("#seen")).to_be_hidden()
        expect(drawing_page.locator("#activations [aria-current]")).to_have_count(0)
        drawing_page.evaluate(HEALTH)  # earlier requests have been noted by now
        assert [url for url in sent if READ.search(url)] == []


def test_a_digit_drawn_by_finger_is_read(browser: Browser, base_url: str) -> None:
    with browser.new_context(base_url=base_url, has_touch=True) as context:
        page = context.new_page()
        page.goto("/")
        Finger(page).draw(digits.SEVEN)
        expect(page.locator("#digit")).to_have_text("7")


def test_a_digit_drawn_by_keyboard_alone_is_read(drawing_page: Page) -> None:
    keyboard = drawing_page.keyboard
    pad = drawing_page.locator("#pad")
    for key in ("Tab", "Enter", "Tab"):  # past the links of the masthead
        keyboard.press(key)
    expect(pad).to_be_focused()
    for _ in range(6):
        keyboard.press("ArrowLeft")
    expect(drawing_page.locator("#pen-cursor")).to_be_visible()
    keyboard.press("Space")
    expect(drawing_page.locator("#pen-state")).to_have_text("Pen down")
    for _ in range(12):
        keyboard.press("ArrowRight")
    for _ in range(7):  # diagonally with both keys down, then straight
        keyboard.down("ArrowLeft")
        keyboard.press("ArrowDown")
        keyboard.up("ArrowLeft")
        keyboard.press("ArrowDown")
    keyboard.press("Space")
    expect(drawing_page.locator("#pen-state")).to_have_text("Pen up")
    expect(drawing_page.locator("#digit")).to_have_text("7")
    keyboard.press("Delete")
    expect(drawing_page.locator("#digit")).to_have_text(BLANK)


def test_two_arrow_keys_together_move_the_pen_diagonally(drawing_page: Page) -> None:
    drawing_page.locator("#pad").focus()
    drawing_page.keyboard.press("ArrowUp")
    place = "cursor => [cursor.style.left, cursor.style.top].map(parseFloat)"
    cursor = drawing_page.locator("#pen-cursor")
    left, top = cursor.evaluate(place)
    drawing_page.keyboard.down("ArrowRight")  # one step
    for _ in range(3):
        drawing_page.keyboard.press("ArrowDown")  # and three of both
    assert cursor.evaluate(place) == pytest.approx([left + 400 / 28, top + 300 / 28])


def test_delete_and_space_do_not_interrupt_a_stroke(drawing_page: Page) -> None:
    mouse = Mouse(drawing_page)
    drawing_page.locator("#pad").focus()
    mouse.press(digits.SEVEN[0][:9])
    drawing_page.keyboard.press("Delete")
    drawing_page.keyboard.press("Space")
    for place in places_on_pad(drawing_page, digits.SEVEN[0][9:]):
        drawing_page.mouse.move(*place)
    drawing_page.mouse.up()
    expect(drawing_page.locator("#digit")).to_have_text("7")


def test_the_server_gets_a_png_of_280_pixels_a_square_dark_on_white(
    drawing_page: Page, mouse: Hand
) -> None:
    drawing_page.evaluate(KEEP_BODIES)
    mouse.draw(digits.ONE)
    expect(drawing_page.locator("#digit")).to_have_text("1")
    kind, content = drawing_page.evaluate(LAST_BODY)
    assert kind == "image/png"
    picture = Image.open(BytesIO(bytes(content)))
    assert (picture.format, picture.mode, picture.size) == ("PNG", "RGB", (280, 280))
    grey = np.asarray(picture.convert("L"))
    assert (grey[0, 0], grey[140, 140]) == (255, 17)
    drawing_page.get_by_role("button", name="Wide pad").click()
    with drawing_page.expect_request(READ):
        mouse.draw(digits.in_a_row(digits.ONE))
    _, content = drawing_page.evaluate(LAST_BODY)
    assert Image.open(BytesIO(bytes(content))).size == (560, 280)


def test_strokes_survive_a_turned_screen_and_another_pixel_density(
    drawing_page: Page, mouse: Hand
) -> None:
    pad = drawing_page.locator("#pad")
    mouse.draw(digits.SEVEN)
    expect(drawing_page.locator("#digit")).to_have_text("7")
    before, devtools = ink_box(drawing_page), drawing_page.context.new_cdp_session(drawing_page)
    for height, scale in [(740, 0.5), (900, 1), (740, 3)]:
        width = pad.get_attribute("width")
        assert width is not None
        screen = {"width": 360, "height": height, "deviceScaleFactor": scale, "mobile": False}
        devtools.send("Emulation.setDeviceMetricsOverride", screen)
        expect(pad).not_to_have_attribute("width", width)
        assert ink_box(drawing_page) == pytest.approx(before, abs=0.015)
    with drawing_page.expect_response("**/read?model=article") as response_info:
        drawing_page.get_by_label("Network").select_option("article")
    assert digit_of(response_info.value) == 7


def test_a_stroke_is_a_twentieth_wide_and_reaches_its_end_on_every_screen(
    drawing_page: Page, mouse: Hand
) -> None:
    radius = 1 / 40
    expected = [0.5 - radius, 0.2 - radius, 0.5 + radius, 0.8 + radius]
    for width in (360, 1440):
        drawing_page.set_viewport_size({"width": width, "height": 900})
        mouse.draw(digits.ONE)  # straight down from 0.2 to 0.8
        assert ink_box(drawing_page) == pytest.approx(expected, abs=0.008)
        drawing_page.locator("#clear").click()


def test_drawing_by_finger_does_not_scroll_the_page_but_elsewhere_it_does(
    browser: Browser, base_url: str
) -> None:
    with browser.new_context(
        base_url=base_url, has_touch=True, viewport={"width": 360, "height": 500}
    ) as context:
        page = context.new_page()
        page.goto("/")
        finger = Finger(page)
        upwards = [(0.5, 0.9 - step / 20) for step in range(16)]
        finger.draw([upwards])
        expect(page.locator("#digit")).to_have_text("1")
        assert page.evaluate("scrollY") == 0
        box = page.locator("#message").bounding_box()
        assert box is not None
        finger.drag([(box["x"] + 20, box["y"] + 5 - 12 * step) for step in range(16)])
        expect(page.locator("#pad")).not_to_be_in_viewport(ratio=1)
        assert page.evaluate("scrollY") > 0


def test_a_drawing_stays_in_the_middle_and_whole_when_the_pad_takes_another_shape(
    drawing_page: Page, mouse: Hand
) -> None:
    mouse.draw([[(0.05, 0.5), (0.95, 0.5)], [(0.5, 0.4), (0.5, 0.6)]])
    for _ in range(4):
        drawing_page.get_by_role("button", name="Wide pad").click()
        left, top, right, bottom = ink_box(drawing_page)
        assert left + right == pytest.approx(1, abs=0.02)
        assert top + bottom == pytest.approx(1, abs=0.02)
        assert 0.75 < right - left < 1


def digit_of(response: Response) -> int:
    return int(response.json()["number"])
