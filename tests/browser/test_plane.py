"""Two inputs: hidden neurons as lines in a plane, and the outputs as its colours."""

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.clock import stop_clock
from tests.browser.screen import (
    THEMES,
    assert_accessible,
    assert_not_wider,
    assert_touchable,
    place,
)
from tests.browser.test_languages import assert_says_nothing_in_english

PICTURE = "(canvas) => canvas.toDataURL()"
PHONE = {"width": 360, "height": 640}


@pytest.fixture
def page(page: Page) -> Page:
    """Return a page that moves nothing: it shows the end of a training, not the way to it."""
    page.emulate_media(reduced_motion="reduce")
    return page


def part(page: Page, name: str) -> Locator:
    return page.locator(f"#plane [data-part={name}]")


def play(page: Page) -> str:
    """Train to the end, and return what is said of it."""
    part(page, "play").click()
    expect(part(page, "outcome")).not_to_be_empty()
    return part(page, "outcome").inner_text()


def test_a_class_finds_out_how_many_lines_enclose_the_circle(page: Page) -> None:
    page.goto("/learn?hidden=5&epochs=1")
    page.get_by_role("button", name="First with two inputs").click()
    expect(page).to_have_url(re.compile("plane=circle"))
    expect(page.locator(".plane-question")).to_contain_text("Can two lines enclose the circle?")
    expect(part(page, "neurons").locator("button")).to_have_count(3)
    before = part(page, "plane").evaluate(PICTURE)
    assert play(page) == "3 lines are enough: all 200 points are on the right side."
    expect(part(page, "right")).to_have_text("200 of 200")
    assert part(page, "plane").evaluate(PICTURE) != before
    part(page, "place").press("Home")
    assert part(page, "plane").evaluate(PICTURE) == before
    page.get_by_label("How many lines").press("ArrowLeft")
    assert re.match(r"With 2 lines 1[78]\d of 200 points are on the right side\.", play(page))
    page.get_by_label("Two clouds").check()
    assert play(page).startswith("2 lines are enough")
    expect(page).to_have_url(re.compile("plane=clouds.*lines=2"))
    page.reload()
    expect(part(page, "neurons").locator("button")).to_have_count(2)
    assert page.get_by_label("Two clouds").is_checked()
    page.keyboard.press("Escape")
    expect(page.locator("#plane")).to_be_hidden()
    expect(page).not_to_have_url(re.compile("plane|lines"))
    expect(page.locator("#place")).to_have_text("Before the first mini-batch")


def test_a_neurons_line_is_seen_alone_and_its_numbers_are_read_by_key_and_by_touch(
    page: Page,
) -> None:
    page.goto("/learn?plane=circle")
    play(page)
    all_lines = part(page, "plane").evaluate(PICTURE)
    neuron = part(page, "neurons").get_by_role("button", name="Hidden neuron 2")
    neuron.press("Enter")
    expect(neuron).to_have_attribute("aria-pressed", "true")
    formula = part(page, "caption").inner_text()
    expect(page.locator("#plane .announcement")).to_have_text(formula)
    alone = part(page, "plane").evaluate(PICTURE)
    assert alone != all_lines
    page.locator("#plane summary").press("Enter")
    rows = page.locator("#plane tbody tr")
    expect(rows).to_have_count(4)
    x, y, bias, *_ = rows.nth(1).locator("td").all_inner_texts()
    assert f"z = {x}·x {y}·y {bias}." in formula
    expect(page).to_have_url(re.compile("line=2"))
    page.reload()
    expect(neuron).to_have_attribute("aria-pressed", "true")
    neuron.press("Enter")
    expect(part(page, "caption")).to_contain_text("Choose a neuron")
    play(page)
    v, w, b = (float(number.replace("−", "-")) for number in (x, y, bias))
    # The point of the line that lies nearest to the middle of the plane, from -5 to 5.
    at = [-b * each / (v * v + w * w) for each in (v, w)]
    box = place(part(page, "plane"))
    size = box["width"]
    page.mouse.click(box["x"] + size * (at[0] + 5) / 10, box["y"] + size * (5 - at[1]) / 10)
    expect(neuron).to_have_attribute("aria-pressed", "true")


def test_it_plays_at_once_and_the_run_under_it_waits_until_it_is_closed(page: Page) -> None:
    page.emulate_media(reduced_motion="no-preference")
    stop_clock(page)
    page.goto("/learn?plane=xor&lines=99&line=9&weights=0&epochs=1&hidden=2")
    expect(page.locator("#playback")).to_be_enabled()
    expect(part(page, "neurons").locator("button")).to_have_count(8)
    expect(part(page, "play")).to_have_text("Pause")
    page.emulate_media(reduced_motion="reduce")  # to its end at once
    page.clock.resume()
    expect(part(page, "outcome")).to_contain_text("200 points")
    expect(page.locator("#place")).to_have_text("Before the first mini-batch")
    page.emulate_media(reduced_motion="no-preference")
    weights = part(page, "plane").evaluate(PICTURE)
    page.get_by_role("button", name="Other weights").click()
    expect(page).to_have_url(re.compile("weights=2"))
    assert part(page, "plane").evaluate(PICTURE) != weights
    part(page, "close").click()
    expect(page.locator("#place")).to_contain_text("Mini-batch")


def test_back_closes_it_and_leaves_what_else_the_address_says(page: Page) -> None:
    page.goto("/learn?hidden=5")
    page.get_by_role("button", name="First with two inputs").click()
    expect(part(page, "knobs")).to_be_visible()
    page.go_back()
    expect(page.locator("#plane")).to_be_hidden()
    expect(page).to_have_url(re.compile(r"/learn\?hidden=5$"))


def test_where_it_cannot_be_loaded_it_says_so_and_is_tried_again(page: Page) -> None:
    page.route("**/plane_view.js", lambda route: route.abort())
    page.goto("/learn")
    page.get_by_role("button", name="First with two inputs").click()
    expect(page.locator("#problem")).to_contain_text("cannot be loaded")
    page.unroute("**/plane_view.js")
    page.get_by_role("button", name="First with two inputs").click()
    expect(part(page, "knobs")).to_be_visible()
    expect(page.locator("#problem")).to_be_empty()


def test_it_fits_a_phone_and_a_projector_and_is_accessible_and_all_in_german(page: Page) -> None:
    page.set_viewport_size(PHONE)
    page.goto("/learn?plane=circle&lines=8&lang=de")
    assert place(page.locator("#plane-lines"))["width"] > 80  # eight steps for a finger
    play(page)
    part(page, "neurons").locator("button").first.click()
    page.locator("#plane summary").click()
    assert_not_wider(page, PHONE["width"], height=PHONE["height"])
    assert_touchable(page.locator("#plane :is(button, summary, input):visible"))
    assert_accessible(page, *THEMES)
    assert_says_nothing_in_english(page, "de")
    page.goto("/learn?plane=spiral&lines=8&projector&lang=de")
    for width, height in [(1280, 720), (1920, 1080)]:
        page.set_viewport_size({"width": width, "height": height})
        for shown in ("plane", "play", "right", "place"):
            expect(part(page, shown)).to_be_in_viewport(ratio=1)
        for tile in part(page, "neurons").locator("button").all():
            expect(tile).to_be_in_viewport(ratio=1)
        assert place(part(page, "plane"))["width"] > 0.6 * height
    play(page)
    page.locator("#plane summary").click()
    for width, height in [(1280, 720), (1920, 1080)]:
        page.set_viewport_size({"width": width, "height": height})
        assert part(page, "rows").evaluate("(rows) => rows.scrollWidth <= rows.clientWidth")
        expect(page.locator("#plane tbody tr").last).to_be_in_viewport(ratio=1)
