"""How a number was read, column by column: the grey strip, and the signs under its columns."""

import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser import digits
from tests.browser.conftest import painted
from tests.browser.hands import Mouse, expect_read
from tests.browser.screen import THEMES, assert_accessible, assert_not_wider, place

SUMMARY = "#columns > summary"
SIGNS = "#columns .heard-signs b"
EXPLAINED = re.compile(r"/read\?.*explain=strips")


def middle(page: Page, selector: str) -> float:
    box = place(page.locator(selector))
    return box["x"] + box["width"] / 2


def expect_chosen(page: Page, sign: str) -> None:
    expect(page.locator(f"{SIGNS}.is-chosen span")).to_have_text(sign)


def test_under_a_number_each_column_of_its_line_says_which_signs_it_may_be(page: Page) -> None:
    page.goto("/?example=decimal")
    expect_read(page, "3.14")
    with page.expect_request(EXPLAINED):
        page.locator(SUMMARY).click()
    expect(page.locator(f"{SIGNS} span")).to_have_text(["3", ".", "1", "4"])
    expect(page).to_have_url(re.compile("columns"))
    expect_chosen(page, "4")  # the digit whose activations are shown
    track, said = (
        page.get_by_role("slider", name="Columns of the line"),
        page.locator(".heard-said"),
    )
    expect(said).to_have_text(re.compile(r"^Column \d+ of 26: 4, >?99 %"))
    assert abs(middle(page, ".heard-mark i") - middle(page, "#boxes .box >> nth=2")) < 30
    page.locator("#digits input").first.check(force=True)
    expect_chosen(page, "3")
    assert abs(middle(page, ".heard-mark i") - middle(page, "#boxes .box >> nth=0")) < 30
    track.press("PageUp")
    expect_chosen(page, ".")
    expect(said).to_contain_text("point, ")
    expect(track).to_have_attribute("aria-valuetext", said.inner_text())
    track.press("Home")
    expect(said).to_have_text("Column 1 of 26: blank, >99 %")
    track.press("Control+ArrowRight")
    track.press("ArrowRight")
    expect(track).to_have_attribute("aria-valuenow", "2")
    box = place(track)
    page.mouse.move(box["x"] + box["width"] - 2, box["y"] + 90)
    expect(track).to_have_attribute("aria-valuenow", "26")
    expect(page.locator("#columns .visually-hidden li").nth(1)).to_have_text(
        re.compile(r"^point, >?\d+ %, column \d+")
    )
    assert_accessible(page, *THEMES)
    page.reload()
    expect_chosen(page, "4")
    page.locator(SUMMARY).click()
    expect(page.locator(".heard-mark")).to_be_hidden()
    expect(page).not_to_have_url(re.compile("columns"))


def test_where_the_two_networks_part_a_sentence_says_so(page: Page, tmp_path: Path) -> None:
    leaning = Image.open("static/examples/flag.png").convert("L").rotate(-35, fillcolor=255)
    leaning.save(tmp_path / "leaning.png")
    page.goto("/")
    page.set_input_files("#upload", tmp_path / "leaning.png")
    expect(page.locator("#digit")).to_have_text("1")
    page.locator(SUMMARY).click()
    expect(page.locator(f"{SIGNS}.is-parted")).to_have_text("7or 1")
    expect(page.locator("#columns .list li")).to_have_text(
        re.compile(r"^Column \d+: the network of lines reads 7, the network of digits another")
    )


def test_each_line_of_a_page_has_its_strip_and_another_number_another(number_page: Page) -> None:
    page = number_page
    page.goto("/?example=page&columns")
    expect(page.locator(f"{SIGNS} span")).to_have_text(list("5139"))
    page.locator("#digits input").first.check(force=True)
    expect(page.locator(f"{SIGNS} span")).to_have_text(list("2927"))
    page.locator("#back").click()
    expect(page.locator("#columns .heard")).to_be_hidden()
    Mouse(page).draw(digits.NUMBER_207)
    expect(page.locator(f"{SIGNS} span")).to_have_text(list("207"))


def test_a_digit_that_is_certain_at_once_was_read_without_the_lines(drawing_page: Page) -> None:
    page = drawing_page
    page.goto("/?columns")
    Mouse(page).draw(digits.ONE)
    expect(page.locator("#columns [role=status]")).to_contain_text("certain at once")
    expect(page.locator("#columns .heard")).to_be_hidden()


def test_on_a_phone_the_strip_scrolls_in_its_own_box_and_a_tap_chooses(touch_page: Page) -> None:
    page = touch_page
    painted(page, "/?example=page&columns")
    expect(page.locator(f"{SIGNS} span")).to_have_text(list("5139"))
    assert_not_wider(page, 320, 360)
    scroller = page.locator(".heard-scroll")
    assert scroller.evaluate("box => box.scrollWidth > box.clientWidth")
    expect_chosen(page, "9")  # and it is in sight
    box, sign = place(scroller), place(page.locator(f"{SIGNS}.is-chosen"))
    assert box["x"] < sign["x"] < box["x"] + box["width"]
    scroller.scroll_into_view_if_needed()
    one = place(page.locator(f"{SIGNS} >> nth=1"))
    page.touchscreen.tap(one["x"] + one["width"] / 2, one["y"] + 80)
    expect_chosen(page, "1")


@pytest.mark.parametrize("missing", ["columns_view.js", "columns.css"])
def test_where_the_server_is_gone_it_says_so_and_can_be_opened_again(
    missing: str, browser: Browser, base_url: str
) -> None:
    with browser.new_context(base_url=base_url) as context:
        page = context.new_page()
        page.route(f"**/{missing}", lambda route: route.abort())
        page.goto("/?example=decimal&columns")
        expect(page.locator("#columns [role=status]")).to_contain_text("No answer")
        page.unroute(f"**/{missing}")
        page.locator(SUMMARY).click()
        page.locator(SUMMARY).click()
        expect(page.locator(SIGNS)).to_have_count(4)
