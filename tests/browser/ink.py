"""Where the ink is on the pad."""

from playwright.sync_api import Page

_BOX = """(canvas) => {
  const { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  const xs = [], ys = [];
  for (let pixel = 0; pixel < width * height; pixel++) {
    if (data[4 * pixel] < 128) { xs.push(pixel % width); ys.push(Math.floor(pixel / width)); }
  }
  const ends = (values, length) =>
    values.reduce(([low, high], v) => [Math.min(low, v), Math.max(high, v)], [length, 0])
      .map((end) => end / length);
  const [[left, right], [top, bottom]] = [ends(xs, width), ends(ys, height)];
  return [left, top, right, bottom];
}"""


def ink_box(page: Page) -> list[float]:
    """Return left, top, right and bottom of the ink in parts of the pad's sides."""
    box: list[float] = page.locator("#pad").evaluate(_BOX)
    return box
