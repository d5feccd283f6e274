"""Inkling in one file, opened from a disk with the network cut."""

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask import Flask
from PIL import Image, ImageDraw
from playwright.sync_api import Page, expect

from app import create_app
from app.config import ROOT
from app.static_files import join_modules
from nn.models import weights
from nn.reading.mnist import to_inputs
from nn.reading.page.find import to_mnist
from tests.browser.digits import SEVEN, THREE, TWO, Stroke, in_a_row
from tests.browser.hands import Mouse, read
from tests.browser.inside import SHOWN, SUMMARY, show
from tests.browser.strangers import drawings
from tests.data_sets import needs_data
from tests.drawing import as_file, data_url, picture_in

MAX_BYTES = 8_000_000
N_DRAWINGS, N_AT_ONCE = 200, 50
MOST_LEVELS = 3  # of 255, by which a pixel may differ from the server's
TOLERANCE = 1e-5  # of activations of the same pixels
NETWORKS = ("article", "convnet")
LOW_LINE: Stroke = [(0.1, 0.72), (0.9, 0.68)]

# Draws as the pad does for what it sends, and lets the page read it with each network.
READ = """async ([pad, drawings, networks]) => {
  const script = new Blob([pad], { type: "text/javascript" });
  const { drawOn } = await import(URL.createObjectURL(script));
  const canvas = Object.assign(document.createElement("canvas"), { width: 280, height: 280 });
  const readings = [];
  for (const strokes of drawings) {
    drawOn(canvas, { strokes: strokes.map((points) => ({ points })), squares: 1 });
    const body = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
    const answers = [];
    for (const network of networks) {
      const response = await fetch(`predict?model=${network}`, { method: "POST", body });
      answers.push(await response.json());
    }
    readings.push({ picture: canvas.toDataURL("image/png"), answers });
  }
  return readings;
}"""


# Posts a picture to the page's own /predict.
PREDICT = """async (png) => {
  const body = await (await fetch(png)).blob();
  const response = await fetch("predict", { method: "POST", body });
  return [response.status, await response.json()];
}"""


def test_a_drawn_digit_is_read_and_its_inside_shown(offline: Page, standalone_file: Path) -> None:
    assert standalone_file.stat().st_size <= MAX_BYTES
    message = offline.locator("#message")
    expect(offline.locator(".pad-placeholder")).to_have_text("Draw a digit here")
    read(offline, SEVEN, "7")
    expect(message).to_have_text("This looks like a 7.")
    expect(offline.locator("#seen")).to_have_attribute("src", re.compile("^data:image/png"))
    offline.locator(SUMMARY).click()
    for view in SHOWN:
        show(offline, view)
        expect(offline.locator(SHOWN[view])).not_to_have_count(0)
    Mouse(offline).draw([[(0.85, 0.85), (0.86, 0.86)]])
    expect(message).to_have_text("Best guess: 7. Not read: something beside the digit.")
    expect(offline.locator("#answer")).to_have_attribute("data-certain", "false")
    offline.locator("#clear").click()
    expect(message).to_have_text("Draw any digit.")
    Mouse(offline).draw(in_a_row(TWO, SEVEN, top=0.3, height=0.42, squares=1))
    expect(message).to_contain_text("More than one digit.")
    expect(message).to_contain_text("need Inkling’s server")
    expect(offline.locator("#digit")).to_be_empty()


def test_pages_are_reached_in_the_language_that_was_chosen(offline: Page) -> None:
    offline.locator(".languages a[hreflang=de]").click()
    expect(offline.locator("html")).to_have_attribute("lang", "de")
    offline.locator(".navigation > a[href*=lesson]").click()
    expect(offline.locator("#own-state")).to_contain_text("15 Neuronen")
    offline.goto(f"{offline.url.partition('#')[0]}#classifier")
    offline.locator("[data-part=send]").click()
    expect(offline.locator("[data-part=answer]")).to_contain_text('"model": "convnet"')
    offline.locator(".navigation summary").click()
    offline.locator(".navigation .card a[href*=teach]").click()
    expect(offline.locator(".teach-intro")).to_contain_text("brauchen keinen Server")


@needs_data
@pytest.mark.timeout(900)
def test_real_drawings_are_read_as_by_the_server(offline: Page) -> None:
    scripts = {
        path.relative_to(ROOT / "static").as_posix(): path.read_text()
        for path in (ROOT / "static").rglob("*.js")
    }
    pad = join_modules("js/pad/drawing.js", scripts)
    expect(offline.locator("#pad")).to_be_visible()
    real = drawings(N_DRAWINGS, seed=5)
    readings: list[dict[str, Any]] = []
    for start in range(0, N_DRAWINGS, N_AT_ONCE):
        part = real[start : start + N_AT_ONCE]
        readings += offline.evaluate(READ, [pad, part, NETWORKS])
    several = [each for each in readings if "image" not in each["answers"][0]]
    read = [each for each in readings if "image" in each["answers"][0]]
    assert len(several) <= N_DRAWINGS / 100  # digits in pieces far apart, taken for two
    pictures = [picture_in(each["answers"][0]["image"]).convert("L") for each in read]
    in_page = np.stack([np.asarray(picture) for picture in pictures])
    served = np.stack([to_mnist(picture_in(each["picture"]).convert("L")) for each in read])
    assert np.abs(in_page.astype(int) - served).max() <= MOST_LEVELS
    for number, name in enumerate(NETWORKS):
        network = weights.load(ROOT / "models" / f"{name}.npz").network
        activations = np.array([each["answers"][number]["activations"] for each in read])
        same_pixels = network.activations(to_inputs(in_page))
        np.testing.assert_allclose(activations, same_pixels, rtol=0, atol=TOLERANCE)
        guesses = network.activations(to_inputs(served)).argmax(axis=1)
        np.testing.assert_array_equal(activations.argmax(axis=1), guesses)


def test_a_blank_picture_has_the_servers_problem(offline: Page) -> None:
    expect(offline.locator("#pad")).to_be_visible()
    app: Flask = create_app()
    blank = as_file(Image.new("L", (280, 280), "white"))
    response = app.test_client().post("/predict", data=blank, content_type="image/png")
    assert offline.evaluate(PREDICT, data_url(blank)) == [response.status_code, response.get_json()]


@pytest.mark.parametrize(("line", "doubt"), [([], None), ([LOW_LINE], "unclear")])
def test_a_digit_that_a_line_strikes_out_is_not_certain(
    offline: Page, line: list[Stroke], doubt: str | None
) -> None:
    expect(offline.locator("#pad")).to_be_visible()
    picture = Image.new("L", (280, 280), "white")
    for stroke in [*THREE, *line]:
        points = [(280 * x, 280 * y) for x, y in stroke]
        ImageDraw.Draw(picture).line(points, fill=0, width=10, joint="curve")
    status, answer = offline.evaluate(PREDICT, data_url(as_file(picture)))
    assert (status, answer["digit"], answer["doubt"]) == (200, 3, doubt)
