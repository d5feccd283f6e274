"""The class's page of the standalone file: photographs of sheets, and digits drawn in it."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from app.config import ROOT
from benchmarks.sheets.filled import hand
from benchmarks.sheets.photograph import KINDS, SheetPhotograph, photograph_sheet
from nn.models import weights
from nn.reading.class_sheet.boxes import read_page
from nn.reading.class_sheet.layout import pages_of
from nn.reading.mnist import to_inputs
from tests.browser.digits import ONE, SEVEN, Stroke
from tests.browser.hands import Mouse
from tests.drawing import as_file, data_url

KINDS_READ = ("blue pen", "crumpled paper", "two shadows", "noise")  # not a pencil in a shadow
MOST_WORSE = 0.01  # share of the digits that the server reads right and the page does not
MOST_WRONG = 0.006  # share of the certain answers
MIN_CERTAIN = 0.9  # share of the digits that are read right
READ = """async (photograph) => {
  const body = await (await fetch(photograph)).blob();
  const response = await fetch("sheet", { method: "POST", body });
  return [response.status, await response.json()];
}"""


def photographs() -> Iterator[SheetPhotograph]:
    """Yield a photograph of each kind, of sheets for other numbers of pupils."""
    for number, kind in enumerate(KINDS_READ):
        page = pages_of(8 + 3 * number)[0]
        rng = np.random.default_rng([3, number])
        yield photograph_sheet(page, hand(), rng, kind=KINDS[kind], megapixels=3)


@pytest.fixture
def page(disconnected: Page, standalone_file: Path) -> Page:
    disconnected.goto(f"{standalone_file.as_uri()}?page=class")
    expect(disconnected.locator("#drop-target")).to_be_visible()
    return disconnected


@pytest.mark.timeout(600)
def test_photographs_are_read_nearly_as_well_as_by_the_server(page: Page) -> None:
    network = weights.load(ROOT / "models" / "convnet.npz").network
    n_right, n_right_of_server, n_certain, n_wrong = 0, 0, 0, 0
    for photograph in photographs():
        labels = [None if box.glyph is None else box.glyph.label for box in photograph.boxes]
        jpeg = as_file(photograph.picture, "JPEG", quality=85)
        status, answer = page.evaluate(READ, data_url(jpeg, "image/jpeg"))
        assert status == 200, answer
        layout = {"pupils": photograph.page.pupils, "first_pupil": 1, "page": 1}
        assert answer["layout"] == layout
        for box, label in zip(answer["boxes"], labels, strict=True):
            read = {each["model"]: each for each in box["readings"]}.get("convnet")
            if read and label is not None:
                n_right += read["digit"] == label
                n_certain += read["certain"]
                n_wrong += read["certain"] and read["digit"] != label
        filled = read_page(photograph.picture)
        images = [(box.image, label) for box, label in zip(filled.boxes, labels, strict=True)]
        written = [(image, label) for image, label in images if image is not None]
        activations = network.activations(to_inputs(np.stack([image for image, _ in written])))
        of_server = activations.argmax(axis=1).tolist()
        right = [read == each[1] for read, each in zip(of_server, written, strict=True)]
        n_right_of_server += sum(right)
    assert n_right >= (1 - MOST_WORSE) * n_right_of_server
    assert n_certain >= MIN_CERTAIN * n_right
    assert n_wrong <= MOST_WRONG * n_certain


def test_a_class_reads_its_sheet_and_teaches_its_digits(page: Page, tmp_path: Path) -> None:
    photograph = next(photographs())
    path = tmp_path / "sheet.jpg"
    path.write_bytes(as_file(photograph.picture, "JPEG", quality=85))
    page.locator("#upload").set_input_files(path)
    n_written = sum(box.glyph is not None for box in photograph.boxes)
    counts = page.locator("[data-part=sheet-counts]")
    expect(counts).to_contain_text(f"{n_written} digits found")
    expect(page.locator("[data-model=convnet]")).to_contain_text("%")
    expect(page.locator("#sheets svg")).to_have_count(1)
    page.get_by_role("link", name="Teach a network our handwriting").click()
    known = sum(box.glyph is not None and box.glyph.label >= 5 for box in photograph.boxes)
    expect(page.locator("#own-digits")).to_contain_text(f"{known} digits 5 to 9")


def test_a_picture_without_a_sheet_says_why(page: Page, tmp_path: Path) -> None:
    path = tmp_path / "wall.png"
    path.write_bytes(as_file(Image.new("L", (800, 1000), 200)))
    page.locator("#upload").set_input_files(path)
    expect(page.locator("#uploads [data-part=status]")).to_contain_text("No class sheet was found")
    expect(page.locator("#found")).to_be_hidden()


def draw_digit(page: Page, digit: int, strokes: list[Stroke]) -> None:
    tile = page.locator(f"#digits [value='{digit}']")
    tile.click()
    Mouse(page).draw(strokes)
    page.locator("#send").click()
    expect(tile).to_have_attribute("data-state", "sent")


def test_pupils_draw_their_digits_one_after_the_other(page: Page) -> None:
    page.get_by_role("link", name="Draw our digits").click()
    expect(page.locator("#task")).to_have_text("Write the digit 0")
    draw_digit(page, 7, SEVEN)
    expect(page.locator("#place")).to_have_text("Pupil 1")
    page.get_by_role("button", name="Next pupil").click()
    expect(page.locator("#digits [data-state=sent]")).to_have_count(0)
    draw_digit(page, 1, ONE)
    draw_digit(page, 7, SEVEN)
    expect(page.locator("#place")).to_have_text("Pupil 2")
    page.reload()
    expect(page.locator("#digits [data-state=sent]")).to_have_count(2)
    page.locator("#digits [value='1']").click()
    page.get_by_role("button", name="Take it back").click()
    expect(page.locator("#status")).to_have_text("Drawn: 1 of 10")
    page.get_by_role("link", name="The class’s digits").click()
    expect(page.locator("[data-model=convnet]")).to_contain_text("of 2 right")
    expect(page.locator("[data-part=sheet-title]")).to_have_text("Drawn on this device")
    page.on("dialog", lambda dialog: dialog.accept())
    page.get_by_role("button", name="Forget all").click()
    expect(page.locator("#found")).to_be_hidden()
    page.get_by_role("link", name="Draw our digits").click()
    expect(page.locator("#digits [data-state=sent]")).to_have_count(0)
    draw_digit(page, 7, SEVEN)
    expect(page.locator("#place")).to_have_text("Pupil 1")
