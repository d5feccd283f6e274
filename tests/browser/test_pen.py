"""What a mouse, a finger, a pen and a palm draw on the pad, point by point."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser import digits
from tests.browser.digits import Stroke
from tests.browser.hands import Finger, Mouse, Pen, expect_last_answer, places_on_pad
from tests.browser.ink import ink_box
from tests.browser.test_steady_answer import TWO_FRAMES

RADIUS = 1 / 40  # of the pen, in parts of the pad's side
PALM: Stroke = [(0.1, 0.9), (0.12, 0.9), (0.14, 0.92)]
# One event for a frame of the screen, in which the pointer passed several places.
MOVE = """(canvas, [places, coalesced]) => {
  const at = ([clientX, clientY]) => new PointerEvent("pointermove",
    { pointerId: 1, pointerType: "mouse", buttons: 1, clientX, clientY });
  const last = { pointerId: 1, pointerType: "mouse", buttons: 1, bubbles: true,
    clientX: places.at(-1)[0], clientY: places.at(-1)[1] };
  canvas.dispatchEvent(new PointerEvent("pointermove",
    coalesced ? { ...last, coalescedEvents: places.map(at) } : last));
}"""
MISS_LIFT = """addEventListener("pointerup", (event) => event.stopImmediatePropagation(),
  { capture: true, once: true })"""


@pytest.fixture
def touch_page(browser: Browser, base_url: str) -> Iterator[Page]:
    with browser.new_context(base_url=base_url, has_touch=True) as context:
        page = context.new_page()
        page.goto("/")
        yield page


def straight_down(x: float) -> Stroke:
    return [(x, 0.2 + step / 20) for step in range(13)]


def test_a_tapped_dot_stays_and_is_no_fault(drawing_page: Page) -> None:
    Mouse(drawing_page).draw([[(0.5, 0.5)]])
    expect(drawing_page.locator("#digit")).not_to_have_text("")
    expect_last_answer(drawing_page)
    expected = [0.5 - RADIUS, 0.5 - RADIUS, 0.5 + RADIUS, 0.5 + RADIUS]
    assert ink_box(drawing_page) == pytest.approx(expected, abs=0.008)
    expect(drawing_page.get_by_role("alert")).to_have_text("")


def test_a_fast_corner_is_drawn_through_all_its_points_and_does_not_bulge(
    drawing_page: Page,
) -> None:
    Mouse(drawing_page).press([(0.2, 0.2)])
    corner = [(0.4, 0.2), (0.6, 0.2), (0.8, 0.2), (0.7, 0.4), (0.6, 0.6), (0.5, 0.8)]
    places = places_on_pad(drawing_page, corner)
    drawing_page.locator("#pad").evaluate(MOVE, [places, True])
    left, top, right, bottom = ink_box(drawing_page)
    assert [left, top, bottom] == pytest.approx(
        [0.2 - RADIUS, 0.2 - RADIUS, 0.8 + RADIUS], abs=0.008
    )
    assert 0.75 < right <= 0.8 + RADIUS
    drawing_page.mouse.up()


def test_a_pen_draws_and_the_palm_that_was_there_first_does_not(touch_page: Page) -> None:
    palm = Finger(touch_page)
    palm.press(places_on_pad(touch_page, PALM))
    expect(touch_page.locator("#read")).not_to_contain_class("is-empty")
    Pen(touch_page).draw([straight_down(0.6)])
    palm.lift()
    expected = [0.6 - RADIUS, 0.2 - RADIUS, 0.6 + RADIUS, 0.8 + RADIUS]
    assert ink_box(touch_page) == pytest.approx(expected, abs=0.008)
    palm.draw([PALM])  # comes down again between two strokes
    assert ink_box(touch_page) == pytest.approx(expected, abs=0.008)
    touch_page.locator("#clear").click()
    palm.draw([straight_down(0.3)])  # a finger, on an empty pad
    assert ink_box(touch_page)[0] == pytest.approx(0.3 - RADIUS, abs=0.008)


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


@pytest.mark.parametrize("waits_s", [0.1, 0.8], ids=["at once", "after a rest"])
def test_two_fingers_that_pinch_draw_nothing_and_the_next_finger_draws(
    waits_s: float, touch_page: Page
) -> None:
    fingers = Finger(touch_page)
    pinch(fingers, touch_page, waits_s=waits_s)
    expect(touch_page.locator("#read")).to_contain_class("is-empty")
    expect(touch_page.locator("#undo")).to_have_attribute("aria-disabled", "true")
    fingers.draw([straight_down(0.5)])
    expect(touch_page.locator("#digit")).to_have_text("1")


def test_a_quick_second_finger_ends_a_stroke_that_has_begun(touch_page: Page) -> None:
    fingers, start_s = Finger(touch_page), time.time()
    places = places_on_pad(touch_page, [(0.3, 0.2), (0.3, 0.5), (0.6, 0.5), (0.3, 0.8)])
    fingers.press(places[:2], time_s=start_s)
    fingers.join(places[1], places[2], time_s=start_s + 0.2)
    fingers.move(places[3], places[2], time_s=start_s + 0.3)
    fingers.lift()
    expect(touch_page.locator("#read")).to_contain_class("is-empty")


def test_a_hand_that_comes_to_rest_on_the_pad_leaves_a_long_stroke(touch_page: Page) -> None:
    fingers, start_s = Finger(touch_page), time.time()
    stroke, hand = places_on_pad(touch_page, straight_down(0.5)), places_on_pad(touch_page, PALM)
    fingers.press(stroke[:7], time_s=start_s)
    fingers.join(stroke[6], hand[0], time_s=start_s + 0.6)
    for place in stroke[7:]:
        fingers.move(place, hand[0], time_s=start_s + 0.7)
    fingers.lift()
    expected = [0.5 - RADIUS, 0.2 - RADIUS, 0.5 + RADIUS, 0.8 + RADIUS]
    assert ink_box(touch_page) == pytest.approx(expected, abs=0.008)


def test_a_hand_never_removes_the_stroke_of_a_pen(touch_page: Page) -> None:
    pen, hand = Pen(touch_page), Finger(touch_page)
    places = places_on_pad(touch_page, straight_down(0.5))
    pen.press(places[:1])
    hand.press(places_on_pad(touch_page, PALM))
    pen.move(places[1:])
    hand.lift()
    pen.lift(places[-1])
    expected = [0.5 - RADIUS, 0.2 - RADIUS, 0.5 + RADIUS, 0.8 + RADIUS]
    assert ink_box(touch_page) == pytest.approx(expected, abs=0.008)


def test_a_touch_that_the_system_takes_for_a_palm_is_removed(touch_page: Page) -> None:
    finger = Finger(touch_page)
    finger.draw([straight_down(0.5)])
    before = ink_box(touch_page)
    finger.press(places_on_pad(touch_page, PALM))
    assert ink_box(touch_page) != before
    finger.cancel()
    expect(touch_page.locator("#digit")).to_have_text("1")
    assert ink_box(touch_page) == before


def test_a_lift_that_the_browser_did_not_see_ends_the_stroke_where_the_next_one_begins(
    touch_page: Page,
) -> None:
    finger = Finger(touch_page)
    finger.draw([straight_down(0.3)])
    first = ink_box(touch_page)
    touch_page.evaluate(MISS_LIFT)
    finger.draw([straight_down(0.5), straight_down(0.7)])
    assert ink_box(touch_page)[2] == pytest.approx(0.7 + RADIUS, abs=0.008)
    for _ in range(2):
        touch_page.locator("#undo").click()
    assert ink_box(touch_page) == first


def test_the_pad_is_sharp_when_a_touch_is_taken_away_because_the_screen_was_turned(
    touch_page: Page,
) -> None:
    finger, pad = Finger(touch_page), touch_page.locator("#pad")
    finger.press(places_on_pad(touch_page, PALM))
    touch_page.set_viewport_size({"width": 400, "height": 900})
    touch_page.evaluate(TWO_FRAMES)
    finger.cancel()
    width = pad.evaluate("pad => pad.clientWidth")
    expect(pad).to_have_attribute("width", str(width))


def test_the_pad_takes_every_touch_for_itself(touch_page: Page) -> None:
    touch_page.evaluate(
        "addEventListener('touchmove', (event) => (window.wasPrevented = event.defaultPrevented))"
    )
    Finger(touch_page).draw(digits.SEVEN)
    assert touch_page.evaluate("wasPrevented")
