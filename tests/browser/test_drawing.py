"""Drawing on the pad by mouse, finger, pen and keyboard; undo, redo, and what a reload keeps."""

import time
from io import BytesIO

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from tests.browser import digits
from tests.browser.answers import READ
from tests.browser.digits import Stroke
from tests.browser.hands import Finger, Mouse, Pen, expect_read, places_on_pad, read
from tests.browser.ink import NO_INK, RADIUS, assert_ink, ink_box
from tests.browser.options import choose_network, press_option
from tests.browser.readings import expect_readings
from tests.browser.screen import TWO_FRAMES, place

PROMPT = "Draw a digit, or a number with several digits."
PALM: Stroke = [(0.1, 0.9), (0.12, 0.9), (0.14, 0.92)]
KEEP_BODIES = """() => {
  const { send } = XMLHttpRequest.prototype;
  XMLHttpRequest.prototype.send = function (body) {
    window.lastBody = body;
    send.call(this, body);
  };
}"""
LAST_BODY = "async () => [...new Uint8Array(await window.lastBody.arrayBuffer())]"
# One event for a frame of the screen, in which the pointer passed several places.
MOVE = """(canvas, places) => {
  const at = ([clientX, clientY]) => new PointerEvent("pointermove",
    { pointerId: 1, pointerType: "mouse", buttons: 1, clientX, clientY });
  const last = { pointerId: 1, pointerType: "mouse", buttons: 1, bubbles: true,
    clientX: places.at(-1)[0], clientY: places.at(-1)[1] };
  canvas.dispatchEvent(new PointerEvent("pointermove",
    { ...last, coalescedEvents: places.map(at) }));
}"""
MISS_LIFT = """addEventListener("pointerup", (event) => event.stopImmediatePropagation(),
  { capture: true, once: true })"""
NOTE_PREVENTED = """addEventListener("touchmove",
  (event) => (window.wasPrevented = event.defaultPrevented))"""


def straight_down(x: float) -> Stroke:
    return [(x, 0.2 + step / 20) for step in range(13)]


def test_a_digit_drawn_by_mouse_is_read_and_clear_empties_all(drawing_page: Page) -> None:
    page, sent = drawing_page, list[str]()
    read(page, digits.TWO, "2")
    expect(page.locator("#message")).to_contain_text("2")
    page.on("request", lambda request: sent.append(request.url))
    page.locator("#clear").click()
    expect(page.locator("#digit")).to_have_text("")
    expect(page.locator("#message")).to_have_text(PROMPT)
    expect(page.locator("#seen")).to_be_hidden()
    expect(page.locator("#activations [aria-current]")).to_have_count(0)
    page.evaluate("() => fetch('/healthz').then(() => null)")  # requests are noted by now
    assert [url for url in sent if READ.search(url)] == []


def test_a_finger_draws_on_the_pad_and_scrolls_elsewhere(touch_page: Page) -> None:
    page, finger = touch_page, Finger(touch_page)
    page.set_viewport_size({"width": 360, "height": 500})
    page.evaluate(NOTE_PREVENTED)  # or an iPad drops a quick second stroke
    finger.draw([[(0.5, 0.9 - step / 20) for step in range(16)]])
    expect_read(page, "1")
    assert page.evaluate("wasPrevented")
    assert page.evaluate("scrollY") == 0
    box = place(page.locator("#message"))
    finger.drag([(box["x"] + 20, box["y"] + 5 - 12 * step) for step in range(16)])
    expect(page.locator("#pad")).not_to_be_in_viewport(ratio=1)
    assert page.evaluate("scrollY") > 0


def test_a_digit_drawn_by_keyboard_alone_is_read(drawing_page: Page) -> None:
    keyboard = drawing_page.keyboard
    for key in ("Tab", "Enter", "Tab"):  # past the links of the masthead
        keyboard.press(key)
    expect(drawing_page.locator("#pad")).to_be_focused()
    for _ in range(6):
        keyboard.press("ArrowLeft")
    expect(drawing_page.locator("#pen-cursor")).to_be_visible()
    keyboard.press("Space")
    expect(drawing_page.locator("#announcement")).to_have_text("Pen down")
    for _ in range(12):
        keyboard.press("ArrowRight")
    for _ in range(7):  # diagonally with both keys down, then straight
        keyboard.down("ArrowLeft")
        keyboard.press("ArrowDown")
        keyboard.up("ArrowLeft")
        keyboard.press("ArrowDown")
    keyboard.press("Space")
    expect(drawing_page.locator("#announcement")).to_have_text("Pen up")
    expect_read(drawing_page, "7")
    left, top, right, bottom = ink_box(drawing_page)
    assert right - left == pytest.approx(14 / 28 + 2 * RADIUS, abs=0.02)
    assert bottom - top == pytest.approx(14 / 28 + 2 * RADIUS, abs=0.02)
    keyboard.press("Delete")
    expect(drawing_page.locator("#digit")).to_have_text("")


def test_in_every_theme_the_server_gets_a_png_dark_on_white(drawing_page: Page) -> None:
    page = drawing_page
    page.emulate_media(color_scheme="dark")
    page.evaluate(KEEP_BODIES)
    read(page, digits.ONE, "1")
    picture = Image.open(BytesIO(bytes(page.evaluate(LAST_BODY))))
    assert (picture.format, picture.size) == ("PNG", (280, 280))
    assert picture.convert("RGBA").getextrema()[3] == (255, 255)  # nothing is transparent
    grey = np.asarray(picture.convert("L"))
    assert (grey[0, 0], grey[140, 140]) == (255, 17)
    shown = Image.open(BytesIO(page.locator("#pad").screenshot())).convert("L")
    assert shown.getpixel((shown.width // 2, 12)) in range(30, 70)  # slate
    with page.expect_request(READ):
        press_option(page, "Wide pad")
        Mouse(page).draw(digits.in_a_row(digits.ONE))
    assert Image.open(BytesIO(bytes(page.evaluate(LAST_BODY)))).size == (560, 280)


def test_strokes_keep_width_and_place_on_any_screen(drawing_page: Page) -> None:
    pad = drawing_page.locator("#pad")
    read(drawing_page, digits.ONE, "1")
    assert_ink(drawing_page, 0.5, 0.2, 0.5, 0.8)
    before, devtools = ink_box(drawing_page), drawing_page.context.new_cdp_session(drawing_page)
    for height, scale in [(740, 0.5), (900, 1), (740, 3)]:
        width = pad.get_attribute("width")
        assert width is not None
        screen = {"width": 360, "height": height, "deviceScaleFactor": scale, "mobile": False}
        devtools.send("Emulation.setDeviceMetricsOverride", screen)
        expect(pad).not_to_have_attribute("width", width)
        assert ink_box(drawing_page) == pytest.approx(before, abs=0.015)
    with drawing_page.expect_response("**/read?model=article") as response_info:
        choose_network(drawing_page, "article")
    assert response_info.value.json()["number"] == "1"


def test_a_tapped_dot_stays_and_a_fast_corner_has_all_its_points(drawing_page: Page) -> None:
    page, mouse = drawing_page, Mouse(drawing_page)
    mouse.draw([[(0.5, 0.5)]])
    expect(page.locator("#digit")).not_to_have_text("")
    expect(page.get_by_role("alert")).to_have_text("")
    assert_ink(page, 0.5, 0.5, 0.5, 0.5)
    page.locator("#clear").click()
    mouse.press([(0.2, 0.2)])
    for key in ("Delete", "Space"):  # do not interrupt a stroke
        page.keyboard.press(key)
    corner = [(0.4, 0.2), (0.6, 0.2), (0.8, 0.2), (0.7, 0.4), (0.6, 0.6), (0.5, 0.8)]
    page.locator("#pad").evaluate(MOVE, places_on_pad(page, corner))
    left, top, right, bottom = ink_box(page)
    expected = [0.2 - RADIUS, 0.2 - RADIUS, 0.8 + RADIUS]
    assert [left, top, bottom] == pytest.approx(expected, abs=0.008)
    assert 0.75 < right <= 0.8 + RADIUS  # it does not bulge


def test_a_palm_draws_nothing_while_a_pen_does_and_a_finger_alone_does(touch_page: Page) -> None:
    palm, pen, places = Finger(touch_page), Pen(touch_page), places_on_pad(touch_page, PALM)
    palm.press(places)  # was there first
    expect(touch_page.locator("#read")).not_to_contain_class("is-empty")
    pen.draw([straight_down(0.6)])
    palm.lift()
    assert_ink(touch_page, 0.6, 0.2, 0.6, 0.8)
    palm.draw([PALM])  # comes down again between two strokes
    assert_ink(touch_page, 0.6, 0.2, 0.6, 0.8)
    touch_page.locator("#clear").click()
    stroke = places_on_pad(touch_page, straight_down(0.5))
    pen.press(stroke[:1])
    palm.press(places)  # comes down while the pen draws
    pen.move(stroke[1:])
    palm.lift()
    pen.lift(stroke[-1])
    assert_ink(touch_page, 0.5, 0.2, 0.5, 0.8)
    touch_page.locator("#clear").click()
    palm.draw([straight_down(0.3)])  # a finger, on an empty pad
    assert_ink(touch_page, 0.3, 0.2, 0.3, 0.8)


def pinch(fingers: Finger, page: Page, *, waits_s: float) -> None:
    """Put a second finger down so long after the first one, move both apart and lift them."""
    start_s = time.time()
    steps = [places_on_pad(page, [(0.45 - x, 0.6), (0.55 + x, 0.4)]) for x in (0, 0.1, 0.2)]
    fingers.press(steps[0][:1], time_s=start_s)
    expect(page.locator("#read")).not_to_contain_class("is-empty")
    fingers.join(steps[0][0], steps[0][1], time_s=start_s + waits_s)
    for step in steps[1:]:
        fingers.move(*step, time_s=start_s + waits_s)
    fingers.lift()


def test_two_fingers_draw_nothing_but_a_resting_hand_leaves_a_stroke(touch_page: Page) -> None:
    fingers, is_empty = Finger(touch_page), touch_page.locator("#read.is-empty")
    for waits_s in (0.1, 0.8):  # at once, and after a rest
        pinch(fingers, touch_page, waits_s=waits_s)
        expect(is_empty).to_have_count(1)
        expect(touch_page.locator("#undo")).to_have_attribute("aria-disabled", "true")
    start_s = time.time()
    begun = places_on_pad(touch_page, [(0.3, 0.2), (0.3, 0.5), (0.6, 0.5), (0.3, 0.8)])
    fingers.press(begun[:2], time_s=start_s)  # a stroke that has begun
    fingers.join(begun[1], begun[2], time_s=start_s + 0.2)
    fingers.move(begun[3], begun[2], time_s=start_s + 0.3)
    fingers.lift()
    expect(is_empty).to_have_count(1)
    start_s = time.time()
    stroke, hand = (places_on_pad(touch_page, each) for each in (straight_down(0.5), PALM))
    fingers.press(stroke[:7], time_s=start_s)
    fingers.join(stroke[6], hand[0], time_s=start_s + 0.6)
    for end in stroke[7:]:
        fingers.move(end, hand[0], time_s=start_s + 0.7)
    fingers.lift()
    assert_ink(touch_page, 0.5, 0.2, 0.5, 0.8)
    expect_read(touch_page, "1")


def test_a_cancelled_touch_is_removed_and_a_lift_may_be_missed(touch_page: Page) -> None:
    page, finger, pad = touch_page, Finger(touch_page), touch_page.locator("#pad")
    finger.draw([straight_down(0.3)])
    first = ink_box(page)
    finger.press(places_on_pad(page, PALM))
    assert ink_box(page) != first
    page.set_viewport_size({"width": 400, "height": 900})  # the screen was turned
    page.evaluate(TWO_FRAMES)
    finger.cancel()
    expect_read(page, "1")
    assert ink_box(page) == pytest.approx(first, abs=0.005)
    expect(pad).to_have_attribute("width", str(pad.evaluate("pad => pad.clientWidth")))
    page.evaluate(MISS_LIFT)
    finger.draw([straight_down(0.5), straight_down(0.7)])  # the next stroke ends the one before
    assert ink_box(page)[2] == pytest.approx(0.7 + RADIUS, abs=0.008)
    for _ in range(2):
        page.locator("#undo").click()
    assert ink_box(page) == pytest.approx(first, abs=0.005)


def test_strokes_and_clear_are_undone_and_redone_by_button_and_key(drawing_page: Page) -> None:
    page, undo, redo = drawing_page, drawing_page.locator("#undo"), drawing_page.locator("#redo")
    expect(redo).to_be_disabled()
    read(page, digits.FOUR, "4")
    before = ink_box(page)
    page.locator("#clear").click()
    expect(page.locator("#digit")).to_have_text("")
    undo.click()
    expect_read(page, "4")
    assert ink_box(page) == before
    Mouse(page).draw([[(0.1, 0.5), (0.5, 0.5), (0.9, 0.5)]])
    assert ink_box(page) != before
    page.keyboard.press("Control+z")
    expect_read(page, "4")
    for _ in digits.FOUR:
        undo.click()
    expect(page.locator("#digit")).to_have_text("")
    expect(undo).to_be_disabled()
    for again in ("Control+y", "Control+Shift+z"):  # a stroke each
        page.keyboard.press(again)
    expect_read(page, "4")
    assert ink_box(page) == before
    redo.click()
    expect(redo).to_be_disabled()
    assert ink_box(page) != before


def test_a_reload_keeps_a_drawing_with_its_undo_and_a_picture(drawing_page: Page) -> None:
    page, blank = drawing_page, drawing_page.get_by_text("Draw a digit or a number here")
    read(page, digits.FOUR, "4")
    before = ink_box(page)
    page.reload()
    expect_read(page, "4")
    assert ink_box(page) == pytest.approx(before, abs=0.005)
    page.locator("#clear").click()
    page.reload()
    expect(blank).to_be_visible()
    page.locator("#undo").click()
    expect_read(page, "4")
    page.locator("#redo").click()
    expect(blank).to_be_visible()
    page.locator("#upload").set_input_files("static/examples/seven.png")
    expect_read(page, "7")
    page.reload()
    expect(page.get_by_alt_text("The picture you chose")).to_be_visible()
    expect_read(page, "7")
    expect_readings(page, ["7", "4"])
    page.get_by_role("button", name="Back to drawing").click()
    page.reload()
    expect(blank).to_be_visible()
    assert ink_box(page) == NO_INK


def test_a_stroke_in_progress_is_kept_when_the_page_is_left(drawing_page: Page) -> None:
    Mouse(drawing_page).press(digits.SEVEN[0])
    drawing_page.reload()
    drawing_page.mouse.up()
    expect_read(drawing_page, "7")
    drawing_page.locator("#clear").click()
    drawing_page.locator("#pad").focus()
    for key in ("Space", *["ArrowDown"] * 14):
        drawing_page.keyboard.press(key)
    drawing_page.goto("/?inside=picture&digit=101")  # which no number has
    expect_read(drawing_page, "1")
