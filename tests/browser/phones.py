"""Phones of a class: each a browser of its own that joins a room and draws ten digits."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import Browser, Page

from tests.browser.conftest import PATIENCE_S
from tests.browser.digits import Stroke

SIZE = {"width": 360, "height": 640}
# Draws digits and sends each: as the events of a pointer, but in the page, all in one call. The
# number 1 is the mouse's, which a canvas may capture at any time.
DRAW_AND_SEND = """(drawings) => {
  const [pad, send] = ["pad", "send"].map((id) => document.getElementById(id));
  const pointer = { pointerId: 1, pointerType: "mouse", isPrimary: true, buttons: 1 };
  for (const strokes of drawings) {
    const { left, top, width, height } = pad.getBoundingClientRect();
    const at = ([x, y]) => ({ ...pointer, clientX: left + x * width, clientY: top + y * height });
    for (const [first, ...others] of strokes) {
      pad.dispatchEvent(new PointerEvent("pointerdown", at(first)));
      for (const place of others) pad.dispatchEvent(new PointerEvent("pointermove", at(place)));
      pad.dispatchEvent(new PointerEvent("pointerup", at(others.at(-1) ?? first)));
    }
    send.click();
  }
}"""


@contextmanager
def joined(browser: Browser, base_url: str, code: str, **options: Any) -> Iterator[Page]:
    """Open a room's page on one more phone, for as long as the context lasts."""
    options |= {"base_url": base_url, "viewport": SIZE, "has_touch": True}
    with browser.new_context(**options) as context:
        page = context.new_page()
        page.set_default_timeout(PATIENCE_S * 1000)
        page.goto(f"/join?room={code}")
        yield page


def draw_and_send(phone: Page, drawings: Sequence[Sequence[Stroke]]) -> None:
    """Draw the digits that the page asks for, one after another, and send each."""
    phone.evaluate(DRAW_AND_SEND, drawings)
