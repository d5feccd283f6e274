"""Pictures instead of drawings: chosen, dropped, pasted, and refused."""

import base64
import re
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import JSHandle, Page, expect

from tests.browser import digits
from tests.browser.answers import READ
from tests.browser.hands import Hand

BLANK = re.compile(r"^\s*$")

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


def test_pictures_are_shown_and_read_and_the_drawing_comes_back_until_all_is_cleared(
    drawing_page: Page, mouse: Hand, seven: Path
) -> None:
    digit, picture = drawing_page.locator("#digit"), drawing_page.locator("#picture")
    mouse.draw(digits.THREE)
    expect(digit).to_have_text("3")
    for _ in range(2):  # the same file twice
        with drawing_page.expect_request(READ) as request_info:
            drawing_page.get_by_label("Upload picture").set_input_files(seven)
        assert request_info.value.headers["content-type"].startswith("multipart/form-data")
        expect(digit).to_have_text("7")
        expect(drawing_page.get_by_alt_text("The picture you chose")).to_be_visible()
        drawing_page.get_by_role("button", name="Back to drawing").click()
        expect(digit).to_have_text("3")
        expect(picture).to_be_hidden()
        expect(drawing_page.locator("#pad")).to_be_focused()
    files = data_transfer(drawing_page, seven)
    drawing_page.evaluate(PASTE, files)
    expect(digit).to_have_text("7")
    drawing_page.locator("#clear").click()
    expect(picture).to_be_hidden()
    expect(digit).to_have_text(BLANK)
    drawing_page.dispatch_event("#pad", "drop", {"dataTransfer": files})
    expect(digit).to_have_text("7")
    drawing_page.locator("#pad").focus()  # drawing by keyboard removes it
    for key in ("Space", *["ArrowDown"] * 14, "Space"):
        drawing_page.keyboard.press(key)
    expect(picture).to_be_hidden()
    expect(digit).to_have_text("1")


def test_of_several_files_the_first_is_read_and_the_page_says_so(
    drawing_page: Page, seven: Path
) -> None:
    files = data_transfer(drawing_page, seven)
    files.evaluate("""(files) => {
      for (let i = 0; i < 19; i++) files.items.add(new File([""], `${i}.png`));
    }""")
    drawing_page.dispatch_event("#pad", "drop", {"dataTransfer": files})
    expect(drawing_page.locator("#digit")).to_have_text("7")
    note = drawing_page.locator("#picture [role=status]")
    expect(note).to_contain_text("20 files: this page reads one at a time")
    drawing_page.evaluate(PASTE, data_transfer(drawing_page, seven))
    expect(note).to_have_text(BLANK)


def test_a_dropped_address_is_read_or_the_page_says_why_not(drawing_page: Page) -> None:
    hint = drawing_page.get_by_text("Drop the picture here")
    for address, shown in [
        ("https://elsewhere.example/7.png", "A picture of another site cannot be opened"),
        ("/lesson", "There is no picture at this address."),
        ("/static/examples/seven.png", "This looks like a 7."),
    ]:
        dragged = drawing_page.evaluate_handle(DRAG_ADDRESS, address)
        drawing_page.dispatch_event("body", "dragover", {"dataTransfer": dragged})
        expect(hint).to_be_visible()
        drawing_page.dispatch_event("body", "dragleave", {})
        expect(hint).to_be_hidden()
        drawing_page.dispatch_event("#pad", "dragover", {"dataTransfer": dragged})
        drawing_page.dispatch_event("#pad", "drop", {"dataTransfer": dragged})
        expect(hint).to_be_hidden()
        expect(drawing_page.locator(".verdict")).to_contain_text(shown)


def test_keys_and_what_is_pasted_in_a_text_field_are_of_the_text(
    drawing_page: Page, mouse: Hand, seven: Path
) -> None:
    mouse.draw(digits.THREE)
    expect(drawing_page.locator("#digit")).to_have_text("3")
    drawing_page.evaluate(ADD_FIELD)
    drawing_page.keyboard.press("Control+z")
    field = drawing_page.get_by_role("textbox", name="Field")
    field.evaluate(PASTE_IN, data_transfer(drawing_page, seven))
    expect(drawing_page.get_by_role("button", name="Redo")).to_be_disabled()
    expect(drawing_page.locator("#picture")).to_be_hidden()


def test_a_file_that_is_no_picture_is_refused(drawing_page: Page, mouse: Hand) -> None:
    drawing_page.locator("#upload").set_input_files(
        {"name": "letter.png", "mimeType": "image/png", "buffer": b"Dear Ada,"}
    )
    expect(drawing_page.get_by_role("alert")).to_contain_text(re.compile("picture"))
    expect(drawing_page.get_by_role("button", name="Try again")).to_be_hidden()
    drawing_page.locator("#clear").click()
    expect(drawing_page.get_by_role("alert")).to_have_text(BLANK)
    mouse.draw(digits.SEVEN)
    expect(drawing_page.locator("#digit")).to_have_text("7")


def test_a_picture_without_ink_is_said_to_hold_no_digit_which_is_no_fault(
    drawing_page: Page, tmp_path: Path
) -> None:
    Image.new("L", (100, 100), "white").save(tmp_path / "white.png")
    drawing_page.locator("#upload").set_input_files(tmp_path / "white.png")
    expect(drawing_page.locator("#message")).to_contain_text("No digit found. ")
    expect(drawing_page.locator("#message")).to_have_attribute("aria-live", "polite")
    expect(drawing_page.get_by_role("alert")).to_have_text(BLANK)
    expect(drawing_page.locator("#digit")).to_have_text(BLANK)


def test_a_file_that_is_too_large_and_cannot_be_made_smaller_is_not_sent(
    drawing_page: Page,
) -> None:
    sent: list[str] = []
    drawing_page.on("request", lambda request: sent.append(request.url))
    drawing_page.locator("#upload").set_input_files(
        {"name": "poster.png", "mimeType": "image/png", "buffer": bytes(11_000_000)}
    )
    expect(drawing_page.get_by_role("alert")).to_contain_text("The file is too large")
    assert [url for url in sent if READ.search(url)] == []


def test_a_large_photograph_is_turned_upright_and_made_smaller_before_it_is_sent(
    drawing_page: Page, tmp_path: Path
) -> None:
    lying = Image.new("RGB", (3000, 2400), (230, 226, 215))
    ImageDraw.Draw(lying).line([(800, 1200), (2200, 1200)], fill="#223", width=90)
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise
    lying.save(tmp_path / "one.jpg", exif=exif, quality=95)
    drawing_page.evaluate(NOTE_SENT)
    drawing_page.locator("#camera").set_input_files(tmp_path / "one.jpg")
    expect(drawing_page.locator("#digit")).to_have_text("1")
    kind, width, height, n_bytes = drawing_page.evaluate("() => window.sent")
    assert (kind, width, height) == ("image/jpeg", 1600, 2000)
    assert n_bytes < 500_000
    expect(drawing_page.locator("#camera")).to_have_attribute("capture", "environment")


def test_a_small_picture_is_sent_as_it_is(drawing_page: Page, seven: Path) -> None:
    drawing_page.evaluate(NOTE_SENT)
    drawing_page.locator("#upload").set_input_files(seven)
    expect(drawing_page.locator("#digit")).to_have_text("7")
    sent = drawing_page.evaluate("() => window.sent")
    assert sent == ["image/png", 400, 300, seven.stat().st_size]


def test_a_heic_photograph_that_the_browser_cannot_open_gets_a_remedy_in_words(
    drawing_page: Page,
) -> None:
    content = b"\0\0\0\x18ftypheic" + bytes(1000)
    drawing_page.locator("#upload").set_input_files(
        {"name": "IMG_1.HEIC", "mimeType": "image/heic", "buffer": content}
    )
    expect(drawing_page.get_by_role("alert")).to_contain_text("Save it as JPEG")
    expect(drawing_page.get_by_alt_text("The picture you chose")).to_be_hidden()
    expect(drawing_page.get_by_role("button", name="Back to drawing")).to_be_visible()


def test_a_large_picture_on_transparent_ground_is_read_and_not_sent_as_png(
    drawing_page: Page, tmp_path: Path
) -> None:
    seven = Image.new("P", (2400, 1800))
    seven.putpalette([255, 255, 255, 0, 0, 0])
    ImageDraw.Draw(seven).line([(800, 300), (1600, 300), (1100, 1500)], fill=1, width=120)
    drawing_page.evaluate(NOTE_SENT)
    for name, sent in [("seven.gif", "image/jpeg"), ("seven.png", "image/webp")]:
        seven.save(tmp_path / name, transparency=0)
        drawing_page.locator("#upload").set_input_files(tmp_path / name)
        expect(drawing_page.locator("#digit")).to_have_text("7")
        assert drawing_page.evaluate("() => window.sent")[0] == sent
        drawing_page.locator("#clear").click()
        expect(drawing_page.locator("#digit")).to_have_text(BLANK)
