"""Where the ink is on the pad."""

import pytest
from playwright.sync_api import Page

RADIUS = 1 / 40  # of the pen, in parts of the pad's height
NO_INK = [1, 1, 0, 0]
_BOX = """(canvas) => {
  const { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let pixel = 0; pixel < width * height; pixel++) {
    if (data[4 * pixel] >= 128) continue;
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    [left, top] = [Math.min(left, x), Math.min(top, y)];
    [right, bottom] = [Math.max(right, x), Math.max(bottom, y)];
  }
  return [left / width, top / height, right / width, bottom / height];
}"""


def ink_box(page: Page) -> list[float]:
    """Return left, top, right and bottom of the ink in parts of the pad's sides."""
    box: list[float] = page.locator("#pad").evaluate(_BOX)
    return box


def assert_ink(page: Page, left: float, top: float, right: float, bottom: float) -> None:
    """Check that strokes with these ends are on the square pad, and nothing else."""
    expected = [left - RADIUS, top - RADIUS, right + RADIUS, bottom + RADIUS]
    assert ink_box(page) == pytest.approx(expected, abs=0.008)
