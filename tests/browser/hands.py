"""Ways to draw on the pad: with a mouse, a finger and a pen."""

from collections.abc import Sequence
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.digits import Point, Stroke
from tests.browser.screen import place as place_of


class Mouse:
    def __init__(self, page: Page) -> None:
        self.page = page

    def draw(self, strokes: Sequence[Stroke]) -> None:
        for stroke in strokes:
            self.press(stroke)
            self.page.mouse.up()

    def press(self, stroke: Stroke) -> None:
        """Draw a stroke and leave the button down."""
        first, *others = places_on_pad(self.page, stroke)
        self.page.mouse.move(*first)
        self.page.mouse.down()
        for place in others:
            self.page.mouse.move(*place)


class Finger:
    """A finger on the touch screen of a page whose context has one."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.devtools = page.context.new_cdp_session(page)

    def draw(self, strokes: Sequence[Stroke]) -> None:
        for stroke in strokes:
            self.drag(places_on_pad(self.page, stroke))

    def drag(self, places_px: Sequence[Point]) -> None:
        """Put the finger down at the first place, move it through the others and lift it."""
        self.press(places_px)
        self.lift()

    def press(self, places_px: Sequence[Point], *, time_s: float | None = None) -> None:
        """Put the finger down at the first place and move it through the others."""
        for number, place_px in enumerate(places_px):
            kind = "touchMove" if number else "touchStart"
            self._touch(kind, _points(place_px), time_s)

    def lift(self) -> None:
        self._touch("touchEnd", [])

    def cancel(self) -> None:
        """Let the system take the touch away."""
        self._touch("touchCancel", [])

    def join(self, first_px: Point, second_px: Point, *, time_s: float | None = None) -> None:
        """Put a second finger down while the first one is at its place."""
        self._touch("touchStart", _points(first_px, second_px), time_s)

    def move(self, *places_px: Point, time_s: float | None = None) -> None:
        """Move the fingers that are down, each to its place."""
        self._touch("touchMove", _points(*places_px), time_s)

    def _touch(
        self, kind: str, points: list[dict[str, float]], time_s: float | None = None
    ) -> None:
        """Send a touch, of now or of a time in seconds since 1970."""
        sent: dict[str, Any] = {"type": kind, "touchPoints": points}
        if time_s is not None:
            sent["timestamp"] = time_s
        self.devtools.send("Input.dispatchTouchEvent", sent)


class Pen:
    """A pen on the screen of a page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.devtools = page.context.new_cdp_session(page)

    def draw(self, strokes: Sequence[Stroke]) -> None:
        for stroke in strokes:
            places_px = places_on_pad(self.page, stroke)
            self.press(places_px)
            self.lift(places_px[-1])

    def press(self, places_px: Sequence[Point]) -> None:
        """Put the pen down at the first place and move it through the others."""
        self._event("mousePressed", places_px[0])
        self.move(places_px[1:])

    def move(self, places_px: Sequence[Point]) -> None:
        for place_px in places_px:
            self._event("mouseMoved", place_px)

    def lift(self, place_px: Point) -> None:
        self._event("mouseReleased", place_px)

    def _event(self, kind: str, place: Point) -> None:
        x, y = place
        pressed = {"button": "left", "buttons": 1, "clickCount": 1, "pointerType": "pen"}
        self.devtools.send("Input.dispatchMouseEvent", {"type": kind, "x": x, "y": y} | pressed)


def _points(*places_px: Point) -> list[dict[str, float]]:
    """Return touch points, each of a finger of its own."""
    return [{"x": x, "y": y, "id": finger} for finger, (x, y) in enumerate(places_px)]


def read(page: Page, strokes: Sequence[Stroke], expected: str) -> None:
    """Draw with the mouse, and wait for the answer that is expected."""
    Mouse(page).draw(strokes)
    expect_read(page, expected)


def expect_read(page: Page, expected: str) -> None:
    """Wait until this is the answer, and no other one is to come."""
    expect(page.locator("#digit")).to_have_text(expected)
    expect_last_answer(page)


def expect_last_answer(page: Page) -> None:
    """Wait until no request is running and the last answer is shown."""
    expect(page.locator("#busy")).to_have_attribute("hidden", "")
    expect(page.locator("#answer[data-outdated]")).to_have_count(0)


def places_on_pad(page: Page, stroke: Stroke) -> list[Point]:
    """Return a stroke's points in CSS pixels, on the pad of the dialog that is open, if any is."""
    pad = page.locator("#pad, dialog[open] .pad").last
    pad.scroll_into_view_if_needed()
    box = place_of(pad)
    return [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]
