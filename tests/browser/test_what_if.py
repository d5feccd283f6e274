"""What if other pixels had ink: a picture to change, the gap, the puzzle, another network."""

import re
from collections.abc import Iterator, Sequence

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser import digits
from tests.browser.digits import Point
from tests.browser.hands import Finger, read
from tests.browser.ink import ink_box
from tests.browser.inside import open_inside
from tests.browser.screen import place

SIDE = 28
ARROW = "→"


@pytest.fixture(scope="module")
def loaded(browser: Browser, base_url: str) -> Iterator[Page]:
    """Return the page with a 7 and its picture to change."""
    with browser.new_context(base_url=base_url, has_touch=True) as context:
        page = context.new_page()
        thrown: list[str] = []
        page.on("pageerror", lambda error: thrown.append(str(error)))
        page.goto("/")
        read(page, digits.SEVEN, "7")
        open_inside(page, "why")
        expect(part(page, "count")).to_have_text("0 of 784 pixels changed.")
        yield page
        assert thrown == []


@pytest.fixture
def opened(loaded: Page) -> Page:
    """Return the same with nothing changed."""
    loaded.emulate_media(reduced_motion="reduce")
    part(loaded, "undo-all").dispatch_event("click")
    loaded.get_by_label("Ink", exact=True).check()
    return loaded


def part(page: Page, name: str) -> Locator:
    return page.locator(f".what-if [data-part={name}]")


def places_px(page: Page, cells: Sequence[tuple[int, int]]) -> list[Point]:
    """Return the middles of pixels, given as row and column from 0, in the window."""
    part(page, "editor").scroll_into_view_if_needed()
    box = place(part(page, "editor"))
    cell_px = box["width"] / SIDE
    return [
        (box["x"] + (column + 0.5) * cell_px, box["y"] + (row + 0.5) * cell_px)
        for row, column in cells
    ]


def paint(page: Page, cells: Sequence[tuple[int, int]]) -> None:
    first, *others = places_px(page, cells)
    page.mouse.move(*first)
    page.mouse.down()
    for each in others:
        page.mouse.move(*each)
    page.mouse.up()


def rub_all_out(page: Page) -> None:
    page.get_by_label("Rubber").check()
    paint(page, [(row, column) for row in range(SIDE) for column in (0, SIDE - 1)[:: (-1) ** row]])


@pytest.mark.parametrize(("width", "height"), [(1280, 800), (390, 844)])
def test_one_sentence_the_picture_and_a_solution_are_in_sight_together(
    width: int, height: int, page: Page
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.emulate_media(reduced_motion="reduce")
    page.goto("/?example=neat&inside=why")
    reason, count = page.locator("#why [data-part=reason]"), part(page, "count")
    expect(reason).to_have_text(re.compile(r"^The stroke (at|in) the .*4.*\.$"))
    solve = page.get_by_role("button", name="Show a solution")
    for shown in (reason, part(page, "editor"), solve):
        expect(shown).to_be_in_viewport(ratio=1)
    plain = part(page, "editor").screenshot()
    solve.click()
    expect(count).to_have_text(re.compile(r"^[1-9]\d* of 784 pixels changed\.$"))
    expect(part(page, "winner")).to_have_text(re.compile(r"^Now they give \d instead of 4\.$"))
    assert part(page, "editor").screenshot() != plain
    expect(part(page, "editor")).to_be_in_viewport(ratio=1)


def test_the_runner_up_is_that_of_the_bars_in_every_view(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto("/?example=messy&inside=why")
    expect(part(page, "count")).to_be_visible()
    bars = page.locator("#activations .activation").all_text_contents()
    ranked = sorted(range(10), key=lambda digit: float(bars[digit].strip("<> %")))
    second, first = ranked[-2:]
    selects = [page.get_by_label(name) for name in ("This digit", "Compared with this one")]
    assert [each.input_value() for each in selects] == [str(first), str(second)]
    expect(part(page, "gap-change")).to_contain_text(f"Gap {first} over {second}")
    expect(part(page, "task")).to_contain_text(str(second))
    page.goto("/?example=messy&decision")
    said = page.locator("#decision [data-part=sentence]")
    expect(said).to_have_text(re.compile(f"(for|a) {first}, .*(for|a) {second}"))


def test_a_stroke_of_ink_changes_the_gap_at_once_and_is_undone_whole(opened: Page) -> None:
    before = part(opened, "gap-change").text_content() or ""
    assert ARROW not in before
    paint(opened, [(3, 2), (3, 11)])  # a fast pointer leaves no holes
    expect(part(opened, "count")).to_have_text("10 of 784 pixels changed.")
    expect(part(opened, "gap-change")).to_have_text(re.compile(f"^{re.escape(before)} {ARROW} "))
    paint(opened, [(3, 2)])  # has ink already
    part(opened, "undo").click()
    expect(part(opened, "count")).to_have_text("0 of 784 pixels changed.")
    expect(part(opened, "gap-change")).to_have_text(before)
    assert opened.locator("#digit").text_content() == "7"


def test_the_keyboard_paints_and_undoes_here_while_the_drawing_stays(opened: Page) -> None:
    drawn, press = ink_box(opened), opened.keyboard.press
    part(opened, "editor").focus()
    for key in ("Home", *["ArrowUp"] * SIDE, *["ArrowLeft"] * SIDE, "Space"):
        press(key)
    expect(part(opened, "cell")).to_have_text("Row 1, column 1: a 1.000")
    opened.keyboard.down("Space")
    press("ArrowRight")
    press("ArrowRight")
    opened.keyboard.up("Space")
    press("ArrowDown")
    for key, n_changed in (("Control+z", 1), ("Control+Shift+z", 3)):
        press(key)
        expect(part(opened, "count")).to_have_text(f"{n_changed} of 784 pixels changed.")
    assert ink_box(opened) == drawn


def test_a_finger_paints_and_does_not_scroll_the_page(opened: Page) -> None:
    opened.set_viewport_size({"width": 360, "height": 740})
    places = places_px(opened, [(24, 2), (14, 2), (4, 2)])
    before = opened.evaluate("scrollY")
    Finger(opened).drag(places)
    expect(part(opened, "count")).to_have_text("21 of 784 pixels changed.")
    assert opened.evaluate("scrollY") == before
    assert place(part(opened, "editor"))["width"] >= 280
    opened.set_viewport_size({"width": 1280, "height": 720})


def test_the_visitor_solves_the_puzzle_and_the_best_count_stays(opened: Page) -> None:
    # Blank paper gives a 5: to rub all out is a solution, if not one with few pixels.
    opened.get_by_label("Compared with this one").select_option("5")
    expect(part(opened, "task")).to_contain_text("Turn this 7 into the digit 5")
    opened.get_by_label("This digit").select_option("5")  # compared the other way round
    expect(part(opened, "task")).to_contain_text("Turn this 7 into the digit 5")
    rub_all_out(opened)
    count = part(opened, "count")
    expect(count).to_have_text(re.compile(r"^Solved with \d+ of 784 pixels\. Your best: \d+\.$"))
    solved, _, best = map(int, re.findall(r"\d+", count.text_content() or ""))
    assert best <= solved  # it was solved before the whole stroke was done
    part(opened, "undo-all").click()
    expect(count).to_have_text(f"0 of 784 pixels changed. Your best: {best}.")


def test_another_network_is_asked_about_the_changed_picture(opened: Page) -> None:
    ask, asked = opened.get_by_role("button", name="Ask Convolutional"), part(opened, "asked")
    ask.click()
    expect(asked).to_have_text("Convolutional gives 7.")
    expect(part(opened, "asked-percent")).to_have_text("over 99 %")
    paint(opened, [(0, 0), (0, 3)])
    expect(asked).to_be_empty()
    expect(part(opened, "asked-percent")).to_be_empty()
    opened.get_by_label("Rubber").check()
    rub_all_out(opened)
    ask.click()
    expect(asked).to_have_text(re.compile("^Convolutional gives [0-9].$"))
    opened.locator("#clear").click()
    read(opened, digits.ONE, "1")  # another drawing begins again
    expect(part(opened, "winner")).to_have_text("The 15 neurons give 1.")
    expect(part(opened, "winner")).to_have_attribute("aria-live", "off")
    expect(part(opened, "count")).to_have_text("0 of 784 pixels changed.")
    expect(asked).to_be_empty()
