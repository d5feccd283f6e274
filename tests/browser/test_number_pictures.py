"""Numbers in pictures: boxes at the right places, insides, stages."""

import re
from pathlib import Path
from typing import Literal

import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Page, Request, expect

from tests.browser import digits
from tests.browser.accessibility import assert_accessible
from tests.browser.answers import PIXEL, READ, boxes, give, number_answer
from tests.browser.hands import Hand, expect_last_answer
from tests.browser.inside import open_inside

BLANK = re.compile(r"^\s*$")
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
# Left, top, width and height in CSS pixels of a picture as it is fitted into its place.
FITTED = """(image) => {
  const { left, top, width, height } = image.getBoundingClientRect();
  const scale = Math.min(width / image.naturalWidth, height / image.naturalHeight);
  const [across, down] = [image.naturalWidth * scale, image.naturalHeight * scale];
  return [left + (width - across) / 2, top + (height - down) / 2, across, down];
}"""


@pytest.fixture
def photograph(tmp_path: Path) -> Path:
    """Return a picture of a 17, upright 600 by 800 pixels, stored lying as a phone does."""
    picture = Image.new("RGB", (600, 800), (225, 222, 210))
    ink = ImageDraw.Draw(picture)
    ink.line([(150, 260), (150, 500)], fill="#223", width=22)
    ink.line([(300, 260), (440, 260), (360, 500)], fill="#223", width=22, joint="curve")
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise
    path = tmp_path / "seventeen.jpg"
    picture.transpose(Image.Transpose.ROTATE_90).save(path, exif=exif, quality=90)
    return path


def test_boxes_lie_over_the_digits_of_an_uploaded_photograph(
    number_page: Page, photograph: Path
) -> None:
    number_page.locator("#upload").set_input_files(photograph)
    expect(number_page.locator("#digit")).to_have_text("17")
    for width, height in [(360, 740), (740, 360), (1440, 900)]:
        number_page.set_viewport_size({"width": width, "height": height})
        left, top, across, down = number_page.locator("#picture-image").evaluate(FITTED)
        assert across / down == pytest.approx(600 / 800, abs=0.01)
        scale = across / 600
        one, seven = boxes(number_page)
        expected = [left + 139 * scale, top + 260 * scale, 22 * scale, 240 * scale]
        assert one == pytest.approx(expected, abs=12 * scale + 2)
        expected = [left + 300 * scale, top + 249 * scale, 140 * scale, 251 * scale]
        assert seven == pytest.approx(expected, abs=20 * scale + 2)


def test_a_box_over_a_photograph_can_be_tapped_also_while_an_answer_comes(
    number_page: Page, photograph: Path
) -> None:
    give(number_page, number_answer("17", size=(600, 800)))
    number_page.locator("#upload").set_input_files(photograph)
    chosen = number_page.locator("#activations [aria-current] .class")
    for place, digit in ((1, "7"), (0, "1")):
        left, top, width, height = boxes(number_page)[place]
        number_page.mouse.move(left + width / 2, top + height / 2)
        number_page.mouse.down()
        with number_page.expect_response(READ):
            number_page.evaluate("dispatchEvent(new Event('online'))")  # reads the picture again
        expect_last_answer(number_page)
        number_page.mouse.up()
        expect(chosen).to_have_text(digit)
    expect(number_page.get_by_role("radio", name="1, digit 1 of 2")).to_be_checked()


def test_boxes_are_removed_when_another_picture_is_chosen(
    number_page: Page, number_mouse: Hand, photograph: Path
) -> None:
    give(number_page, number_answer("204"))
    number_mouse.draw(digits.ONE)
    expect(number_page.locator("#boxes .box")).to_have_count(3)
    number_page.unroute(READ)
    number_page.route(READ, lambda _: None)  # no answer yet
    number_page.locator("#upload").set_input_files(photograph)
    expect(number_page.locator("#boxes .box")).to_have_count(0)


def test_a_photograph_of_a_number_is_read_whole_and_a_chosen_digit_shows_its_insides(
    page: Page, photograph: Path
) -> None:
    page.goto("/?inside=compare")
    page.locator("#upload").set_input_files(photograph)
    expect(page.locator("#digit")).to_have_text("17")
    expect(page.get_by_alt_text("The picture you chose")).to_be_visible()
    given = page.locator("#networks [data-part=digit]")
    expect(given).to_have_text(["7", "7", "7"])
    with page.expect_request(re.compile(r"/read\?model=convnet&explain=networks&index=0$")):
        page.get_by_role("radio", name="1, digit 1 of 2").check()
    expect(given).to_have_text(["1", "1", "1"])
    expect(page).to_have_url(re.compile("[?&]digit=1$"))


def test_stages_are_requested_only_while_they_are_shown(
    number_page: Page, number_mouse: Hand
) -> None:
    stages = [{"name": "grey", "caption": "In grey", "image": PIXEL}]
    sent: list[Request] = []
    number_page.on("request", lambda request: sent.append(request))
    give(number_page, number_answer("204"))
    number_mouse.draw(digits.ONE)
    expect(number_page.locator("#digit")).to_have_text("204")
    expect_last_answer(number_page)
    assert [request for request in sent if "explain" in request.url] == []
    number_page.unroute(READ)
    give(number_page, number_answer("204") | {"stages": stages})
    with number_page.expect_request(re.compile(r"/read\?model=convnet&explain=stages")):
        open_inside(number_page, "picture")
    expect(number_page.locator("#stages p").first).to_have_text("In grey")
    expect(number_page.locator("#stages img")).to_be_visible()
    number_page.locator("#clear").click()
    expect(number_page.locator("#stages-part")).to_be_hidden()


def test_a_photograph_shows_how_it_became_pixels(page: Page, tmp_path: Path) -> None:
    picture = Image.new("L", (400, 400), 200)
    ImageDraw.Draw(picture).line([(200, 100), (200, 300)], fill=40, width=20)
    picture.save(tmp_path / "one.png")
    page.goto("/")
    open_inside(page, "picture")
    page.locator("#upload").set_input_files(tmp_path / "one.png")
    expect(page.locator("#digit")).to_have_text("1")
    expect(page.locator("#stages img")).not_to_have_count(0)
    for stage in page.locator("#stages li:has(img)").all():
        expect(stage.locator("p")).not_to_have_text(BLANK)
        assert stage.locator("img").evaluate(
            "image => image.decode().then(() => image.naturalWidth)"
        )


def test_axe_finds_nothing_on_a_certain_uncertain_or_photographed_number(
    number_page: Page, number_mouse: Hand, photograph: Path
) -> None:
    def assert_accessible_in_both_themes() -> None:
        for theme in THEMES:
            number_page.emulate_media(color_scheme=theme, reduced_motion="reduce")
            assert_accessible(number_page)

    stages = [{"name": "grey", "caption": "In grey", "image": PIXEL}]
    give(number_page, number_answer("204", "17") | {"stages": stages})
    open_inside(number_page, "picture")
    assert_accessible_in_both_themes()
    number_mouse.draw(digits.ONE)
    expect(number_page.locator("#boxes .box")).to_have_count(5)
    assert_accessible_in_both_themes()
    number_page.unroute(READ)
    left_out = [{"box": [300, 400, 200, 300], "why": "no_paper"}]
    give(number_page, number_answer("17", doubtful=[0], size=(600, 800), left_out=left_out))
    number_page.locator("#upload").set_input_files(photograph)
    expect(number_page.locator("#boxes .box")).to_have_count(2)
    expect(number_page.locator("#boxes .left-out")).to_have_count(1)
    assert_accessible_in_both_themes()


def test_without_javascript_the_plain_form_reads_a_number(
    plain_page: Page, photograph: Path
) -> None:
    plain_page.get_by_label("Upload picture").set_input_files(photograph)
    plain_page.get_by_role("button", name="Read it").click()
    expect(plain_page.locator("#digit")).to_have_text("17")
    found = plain_page.get_by_role("list", name="The digits of the number").get_by_role("listitem")
    expect(found).to_have_count(2)
    expect(found.locator("strong")).to_have_text(["1", "7"])
    expect(found.first).to_contain_text(re.compile(r"line 1,\s+\d+ × \d+ pixels"))
