"""Ways to draw on the pad: with a mouse, a finger and a pen."""

from collections.abc import Sequence
from typing import Protocol

from playwright.sync_api import Page, expect

from tests.browser.digits import Point, Stroke


class Hand(Protocol):
    """Draws strokes, in units of the pad's side, on the pad of a page."""

    def draw(self, strokes: Sequence[Stroke]) -> None:
        """Draw all strokes, one after the other."""


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

    def press(self, places_px: Sequence[Point]) -> None:
        """Put the finger down at the first place and move it through the others."""
        for number, (x, y) in enumerate(places_px):
            self._touch("touchMove" if number else "touchStart", [{"x": x, "y": y}])

    def lift(self) -> None:
        self._touch("touchEnd", [])

    def cancel(self) -> None:
        """Let the system take the touch away."""
        self._touch("touchCancel", [])

    def _touch(self, kind: str, points: list[dict[str, float]]) -> None:
        self.devtools.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})


class Pen:
    """A pen on the screen of a page."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.devtools = page.context.new_cdp_session(page)

    def draw(self, strokes: Sequence[Stroke]) -> None:
        for stroke in strokes:
            first, *others = places_on_pad(self.page, stroke)
            self._event("mousePressed", first)
            for place in others:
                self._event("mouseMoved", place)
            self._event("mouseReleased", places_on_pad(self.page, stroke)[-1])

    def _event(self, kind: str, place: Point) -> None:
        x, y = place
        pressed = {"button": "left", "buttons": 1, "clickCount": 1, "pointerType": "pen"}
        self.devtools.send("Input.dispatchMouseEvent", {"type": kind, "x": x, "y": y} | pressed)


def expect_last_answer(page: Page) -> None:
    """Wait until no request is running and the last answer is shown."""
    expect(page.locator("#busy")).to_have_attribute("hidden", "")
    expect(page.locator("#answer[data-outdated]")).to_have_count(0)


def places_on_pad(page: Page, stroke: Stroke) -> list[Point]:
    """Return a stroke's points in CSS pixels of the window."""
    page.locator("#pad").scroll_into_view_if_needed()
    box = page.locator("#pad").bounding_box()
    assert box is not None
    return [(box["x"] + x * box["width"], box["y"] + y * box["height"]) for x, y in stroke]
