"""Pictures instead of drawings: chosen, dropped, pasted, and refused."""

import base64
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import JSHandle, Page, expect

from tests.browser import digits
from tests.browser.answers import READ
from tests.browser.hands import expect_read, read
from tests.browser.readings import expect_readings

FILES = """(base64) => {
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  const files = new DataTransfer();
  files.items.add(new File([bytes], "seven.png", { type: "image/png" }));
  return files;
}"""
PASTE = """(clipboardData) =>
  document.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }))"""
DRAG_ADDRESS = """(address) => {
  const dragged = new DataTransfer();
  dragged.setData("text/uri-list", new URL(address, location));
  return dragged;
}"""
ADD_FIELD = """() => {
  const field = Object.assign(document.createElement("input"), { ariaLabel: "Field" });
  document.body.append(field);
  field.focus();
}"""
PASTE_IN = """(field, clipboardData) =>
  field.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true }))"""
# The picture that is sent: its type, width, height and bytes.
NOTE_SENT = """() => {
  const { send } = XMLHttpRequest.prototype;
  XMLHttpRequest.prototype.send = function (body) {
    const file = body.get("image");
    window.sent = createImageBitmap(file).then(({ width, height }) =>
      [file.type, width, height, file.size]);
    send.call(this, body);
  };
}"""


@pytest.fixture
def seven(tmp_path: Path) -> Path:
    """Return a file that shows a 7, as a scanner might give it."""
    picture = Image.new("RGB", (400, 300), "white")
    pen = ImageDraw.Draw(picture)
    pen.line([(140, 60), (260, 60), (190, 250)], fill="#223", width=20, joint="curve")
    path = tmp_path / "seven.png"
    picture.save(path)
    return path


def data_transfer(page: Page, path: Path) -> JSHandle:
    """Return the file as the DataTransfer of a drop or a paste."""
    return page.evaluate_handle(FILES, base64.b64encode(path.read_bytes()).decode())


def test_pictures_are_read_and_the_drawing_comes_back(drawing_page: Page, seven: Path) -> None:
    page, picture = drawing_page, drawing_page.locator("#picture")
    read(page, digits.THREE, "3")
    for _ in range(2):  # the same file twice
        page.get_by_label("Upload picture").set_input_files(seven)
        expect_read(page, "7")
        expect(page.get_by_alt_text("The picture you chose")).to_be_visible()
        page.get_by_role("button", name="Back to drawing").click()
        expect_read(page, "3")
        expect(picture).to_be_hidden()
        expect(page.locator("#pad")).to_be_focused()
    page.evaluate(ADD_FIELD)
    page.keyboard.press("Control+z")  # keys and what is pasted there are of the text
    files = data_transfer(page, seven)
    page.get_by_role("textbox", name="Field").evaluate(PASTE_IN, files)
    expect(page.get_by_role("button", name="Redo")).to_be_disabled()
    expect(picture).to_be_hidden()
    page.evaluate(PASTE, files)
    expect_read(page, "7")
    page.locator("#clear").click()
    expect(picture).to_be_hidden()
    expect(page.locator("#digit")).to_have_text("")
    page.dispatch_event("#pad", "drop", {"dataTransfer": files})
    expect_read(page, "7")
    page.locator("#pad").focus()  # drawing by keyboard removes it
    for key in ("Space", *["ArrowDown"] * 14, "Space"):
        page.keyboard.press(key)
    expect(picture).to_be_hidden()
    expect_read(page, "1")


def test_what_is_dropped_is_read_or_the_page_says_why_not(drawing_page: Page, seven: Path) -> None:
    page, hint = drawing_page, drawing_page.get_by_text("Drop the picture here")
    files = data_transfer(page, seven)
    files.evaluate("""(files) => {
      for (let i = 0; i < 19; i++) files.items.add(new File([""], `${i}.png`));
    }""")
    page.dispatch_event("#pad", "drop", {"dataTransfer": files})
    expect(page.get_by_role("button", name="Table of 20 answers")).to_be_visible()
    expect_readings(page, ["7"])
    page.keyboard.press("Escape")
    for address, shown in [
        ("https://elsewhere.example/7.png", "A picture of another site cannot be opened"),
        ("/lesson", "There is no picture at this address."),
        ("/static/examples/seven.png", "This looks like a 7."),
    ]:
        dragged = page.evaluate_handle(DRAG_ADDRESS, address)
        page.dispatch_event("body", "dragover", {"dataTransfer": dragged})
        expect(hint).to_be_visible()
        page.dispatch_event("body", "dragleave", {})
        expect(hint).to_be_hidden()
        page.dispatch_event("#pad", "dragover", {"dataTransfer": dragged})
        page.dispatch_event("#pad", "drop", {"dataTransfer": dragged})
        expect(hint).to_be_hidden()
        expect(page.locator(".verdict")).to_contain_text(shown)


def test_what_cannot_be_read_is_refused_in_words(drawing_page: Page, tmp_path: Path) -> None:
    page, alert = drawing_page, drawing_page.get_by_role("alert")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url))
    heic = b"\0\0\0\x18ftypheic" + bytes(1000)
    for name, content, said in [
        ("poster.png", bytes(11_000_000), "The file is too large"),
        ("IMG_1.HEIC", heic, "Save it as JPEG"),
        ("letter.png", b"Dear Ada,", "picture"),
    ]:
        assert [url for url in sent if READ.search(url)] == []  # of those before
        (tmp_path / name).write_bytes(content)
        page.locator("#upload").set_input_files(tmp_path / name)
        expect(alert).to_contain_text(said)
        expect(page.get_by_alt_text("The picture you chose")).to_be_hidden()
        expect(page.get_by_role("button", name="Try again")).to_be_hidden()
        expect(page.get_by_role("button", name="Back to drawing")).to_be_visible()
        page.locator("#clear").click()
        expect(alert).to_have_text("")
    Image.new("L", (100, 100), "white").save(tmp_path / "white.png")
    page.locator("#upload").set_input_files(tmp_path / "white.png")
    expect(page.locator("#message")).to_contain_text("No digit found. ")
    expect(page.locator("#message")).to_have_attribute("aria-live", "polite")
    expect(alert).to_have_text("")  # it is no fault
    expect(page.locator("#digit")).to_have_text("")
    page.locator("#clear").click()
    read(page, digits.SEVEN, "7")


def test_large_pictures_are_made_smaller_and_upright_before_they_are_sent_small_ones_are_not(
    drawing_page: Page, seven: Path, tmp_path: Path
) -> None:
    page = drawing_page
    page.evaluate(NOTE_SENT)
    page.locator("#upload").set_input_files(seven)
    expect_read(page, "7")
    assert page.evaluate("() => window.sent") == ["image/png", 400, 300, seven.stat().st_size]
    lying = Image.new("RGB", (3000, 2400), (230, 226, 215))
    ImageDraw.Draw(lying).line([(800, 1200), (2200, 1200)], fill="#223", width=90)
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise
    lying.save(tmp_path / "one.jpg", exif=exif, quality=95)
    expect(page.locator("#camera")).to_have_attribute("capture", "environment")
    page.locator("#camera").set_input_files(tmp_path / "one.jpg")
    expect_read(page, "1")
    kind, width, height, n_bytes = page.evaluate("() => window.sent")
    assert (kind, width, height) == ("image/jpeg", 1600, 2000)
    assert n_bytes < 500_000
    transparent = Image.new("P", (2400, 1800))
    transparent.putpalette([255, 255, 255, 0, 0, 0])
    corners = [(800, 300), (1600, 300), (1100, 1500)]
    ImageDraw.Draw(transparent).line(corners, fill=1, width=120)
    transparent.save(tmp_path / "transparent.png", transparency=0)
    page.locator("#clear").click()
    page.locator("#upload").set_input_files(tmp_path / "transparent.png")
    expect_read(page, "7")
    assert page.evaluate("() => window.sent")[0] == "image/webp"
