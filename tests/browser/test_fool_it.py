"""The game "Fool it": eight tasks in sixty seconds, judged by the people who play."""

import re
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from app.languages import NAMES
from tests.browser import digits
from tests.browser.answers import READ, digit_answer, give
from tests.browser.clock import stop_clock
from tests.browser.hands import Finger, Mouse, expect_read
from tests.browser.screen import THEMES, assert_accessible, assert_touchable, place
from tests.browser.settled import settle

GAME, TASK, READING = "#fool-it", "#fool-task", "#fool-it [data-part=reading]"
SECONDS, SCORES, RESULT = "[data-part=seconds]", "[data-part=scores]", ".large-result"
MINUTE_MS = 60_000
PAUSE_MS = 700  # after a stroke, until it is taken for the last one


def task(page: Page) -> tuple[int, int]:
    """Return the digit that is to be drawn, and the one that is to be read."""
    expect(page.locator(f"{GAME}[data-phase=drawing]")).to_be_visible()
    drawn, target = page.locator(f"{TASK} b").all_text_contents()
    return int(drawn), int(target)


def fool(
    page: Page, doubt: str | None = "unclear", hand: Mouse | Finger | None = None
) -> tuple[int, int]:
    """Draw what the server then reads as the target, by mouse, and wait for the question."""
    drawn, target = task(page)
    give(page, digit_answer(target, doubt))
    (hand or Mouse(page)).draw(digits.SEVEN)
    expect_question(page, target)
    return drawn, target


def expect_question(page: Page, target: int) -> None:
    """Wait for the answer, and let the clock go on until the question."""
    expect(page.locator(READING)).to_contain_text(str(target))
    page.clock.run_for(PAUSE_MS)
    expect(page.locator(f"{GAME}[data-phase=asking]")).to_be_visible()


def open_game(page: Page, address: str) -> None:
    """Open the game with a clock that stands still."""
    page.goto(address)
    stop_clock(page)
    expect(page.locator(f"{GAME} [value=start]")).to_be_visible()


def start(page: Page, address: str) -> None:
    open_game(page, address)
    page.locator(f"{GAME} [value=start]").click()


def test_a_visitor_fools_it_sees_the_gallery_and_saves_a_picture(
    page: Page, tmp_path: Path
) -> None:
    page.goto("/")
    stop_clock(page)
    Mouse(page).draw(digits.SEVEN)
    expect_read(page, "7")
    page.get_by_role("button", name="Fool it").click()
    page.get_by_role("button", name="Start").click()
    expect(page).to_have_url(re.compile(r"fool=\d+$"))
    drawn, target = fool(page)
    expect(page.get_by_text(f" {target}. Is it still ")).to_be_visible()
    page.get_by_role("button", name="Yes").click()
    expect(page.locator(RESULT)).to_contain_text("Fooled! 1 point")
    page.keyboard.press("Shift")  # any key or touch goes on
    expect(page.locator(SCORES)).to_have_text("1 point")
    fool(page, doubt=None)
    page.keyboard.press("y")
    expect(page.locator(RESULT)).to_contain_text("the mistake we try hardest to avoid")
    page.mouse.click(5, 300)
    second_task = fool(page)
    page.keyboard.press("n")
    assert task(page) == second_task  # to be drawn again
    expect(page.locator(SCORES)).to_have_text("4 points")
    while page.locator(f"{GAME}[data-phase=drawing]").count():
        page.get_by_role("button", name="Skip").click()
    expect(page.get_by_role("heading", name="Fooled 2 times")).to_be_focused()
    tiles = page.locator(f"{GAME} .gallery li")
    expect(tiles).to_have_count(3)
    expect(tiles.first).to_have_text(f"Drawn as {drawn}read as {target}, 60 %+1")
    expect(tiles.last).not_to_contain_text("+")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as a picture").click()
    assert re.fullmatch(r"inkling-\d{4}-\d\d-\d\d-fool-it\.png", download.value.suggested_filename)
    download.value.save_as(tmp_path / "game.png")
    with Image.open(tmp_path / "game.png") as picture:
        assert (picture.format, picture.width) == ("PNG", 1200)
    page.get_by_role("button", name="Play again").click()
    assert task(page) == (drawn, target)
    page.go_back()
    expect(page.locator(GAME)).to_be_hidden()
    expect(page).not_to_have_url(re.compile("fool"))
    expect(page.locator("#digit")).to_have_text("7")  # as it was before
    page.locator("#clear").click()
    expect(page.locator("#readings li")).to_have_count(1)  # and nothing of the game


def test_two_players_take_turns_on_a_projector(page: Page) -> None:
    page.set_viewport_size({"width": 1280, "height": 720})
    open_game(page, "/?projector&fool=5")
    page.get_by_role("radio", name="Two players").check()
    page.get_by_role("button", name="Start").click()
    expect(page).to_have_url(re.compile("fool=5&players=2"))
    for turn, scores in (("Left", "Left 0Right 0"), ("Right", "Left 1Right 0")):
        expect(page.locator(TASK)).to_contain_text(turn)
        expect(page.locator(SCORES)).to_have_text(scores)
        fool(page, doubt="unclear" if turn == "Left" else None)
        for part in (f"{GAME} .pad", f"{GAME} [value=no]"):
            expect(page.locator(part)).to_be_in_viewport(ratio=1)
        page.keyboard.press("1")
        expect(page.locator(RESULT)).to_contain_text(turn)
        page.keyboard.press("Shift")
    while page.locator(f"{GAME}[data-phase=drawing]").count():
        page.get_by_role("button", name="Skip").click()
    expect(page.locator(f"{GAME} .side")).to_have_text(["Left1", "Right3"])
    page.keyboard.press("Escape")
    expect(page.locator(GAME)).to_be_hidden()
    expect(page.locator("html[data-projector]")).to_have_count(1)


def test_when_the_time_is_up_what_was_won_stays_and_the_last_stroke_is_read(page: Page) -> None:
    start(page, "/?fool=9")
    fool(page)
    page.clock.run_for(MINUTE_MS)  # the clock stands while people judge
    page.keyboard.press("1")
    page.clock.run_for(10_000)
    _, target = task(page)
    give(page, digit_answer(target))
    Mouse(page).press(digits.SEVEN[0])
    while not page.get_by_text("Is it still ").is_visible():
        page.clock.run_for(500)
        settle(page)  # in vain for 20 seconds, the answer would be given up
    expect(page.locator(SECONDS)).to_have_text("0")
    page.keyboard.press("2")
    expect(page.get_by_role("heading", name="Fooled once")).to_be_visible()
    expect(page.locator(f"{GAME} .gallery li")).to_have_count(2)
    page.reload()
    expect(page.get_by_role("button", name="Start")).to_be_visible()  # of the same set
    expect(page).to_have_url(re.compile("fool=9"))


def test_without_the_server_the_clock_stands_until_it_answers_again(page: Page) -> None:
    start(page, "/?fool=9")
    drawn, _ = task(page)
    page.route(READ, lambda route: route.abort())
    Mouse(page).draw(digits.SEVEN)
    expect(page.locator(READING)).to_have_text("No answer from the server. The clock stands still.")
    left = page.locator(SECONDS).text_content()
    assert left
    page.clock.run_for(700)
    expect(page.locator(SECONDS)).to_have_text(left)
    give(page, digit_answer(drawn))
    page.clock.run_for(9000)  # it is asked again by itself
    expect(page.locator(READING)).to_have_text(f"It reads: {drawn}")
    page.clock.run_for(9000)
    expect(page.locator(SECONDS)).not_to_have_text(left)


def test_where_the_game_cannot_be_loaded_the_page_says_so_and_the_next_press_tries_again(
    page: Page,
) -> None:
    page.goto("/")
    page.route(re.compile("/fool_it/play.js"), lambda route: route.abort())
    page.get_by_role("button", name="Fool it").click()
    expect(page.locator("#problem")).to_contain_text("The game cannot be loaded.")
    page.unroute_all()
    page.get_by_role("button", name="Fool it").click()
    expect(page.locator(GAME)).to_be_visible()


def test_it_is_played_with_the_keyboard_and_read_aloud(page: Page) -> None:
    open_game(page, "/?fool=3")
    expect(page.get_by_role("button", name="Start")).to_be_focused()
    page.keyboard.press("Enter")
    pad = page.locator(f"{GAME} .pad")
    expect(pad).to_be_focused()
    drawn, target = task(page)
    expect(pad).to_have_accessible_description(re.compile(f"^Draw an?\\s{drawn} .*\\s{target}"))
    give(page, digit_answer(target, "unclear"))
    page.keyboard.press("Space")
    expect(page.locator(f"{GAME} .announcement")).to_have_text("Pen down")
    for _ in range(6):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("Space")
    expect_question(page, target)
    expect(page.get_by_role("group", name="Is it still")).to_be_focused()
    page.keyboard.press("1")
    expect(page.locator(f"{GAME} .announcement")).to_have_text("Fooled! 1 point. ")
    page.keyboard.press("Enter")
    expect(pad).to_be_focused()
    page.keyboard.press("Control+z")  # leads back to no other round
    page.keyboard.press("Space")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Space")
    page.keyboard.press("Control+z")
    expect(page.locator(READING)).to_be_empty()
    page.keyboard.press("Escape")
    expect(page.locator(GAME)).to_be_hidden()


@pytest.mark.parametrize("language", NAMES)
def test_on_a_small_phone_a_round_is_one_screen_and_nothing_moves(
    page: Page, language: str
) -> None:
    page.set_viewport_size({"width": 360, "height": 640})
    start(page, f"/?fool=9&lang={language}")
    shown = (SECONDS, SCORES, TASK, f"{GAME} .pad", READING, f"{GAME} .fool-tools .button")
    for part in shown:
        expect(page.locator(part).last).to_be_in_viewport(ratio=0.99)
    assert_touchable(page.locator(f"{GAME} button:visible"))
    before = place(page.locator(f"{GAME} .pad"))
    fool(page, doubt=None)
    expect(page.locator(f"{GAME} [value=yes]")).to_be_in_viewport(ratio=1)
    assert place(page.locator(f"{GAME} .pad")) == before


def test_a_friend_plays_with_a_finger(touch_page: Page) -> None:
    start(touch_page, "/?fool=9")
    fool(touch_page, hand=Finger(touch_page))
    touch_page.get_by_role("button", name="Yes").tap()
    expect(touch_page.locator(RESULT)).to_contain_text("Fooled!")


def test_each_of_its_phases_is_accessible_in_both_themes(page: Page) -> None:
    page.goto("/?fool=9&players=2")
    assert_accessible(page, *THEMES)
    start(page, page.url)
    fool(page)
    page.clock.resume()  # axe has timers, too
    assert_accessible(page, *THEMES)
    page.keyboard.press("1")
    page.keyboard.press("Shift")
    task(page)
    assert_accessible(page, *THEMES)
    while page.locator(f"{GAME}[data-phase=drawing]").count():
        page.get_by_role("button", name="Skip").click()
    assert_accessible(page, *THEMES)


def test_the_one_file_plays_it_offline(offline: Page) -> None:
    offline.get_by_role("button", name="Fool it").click()
    offline.get_by_role("button", name="Start").click()
    Mouse(offline).draw(digits.SEVEN)
    expect(offline.locator(READING)).to_have_text("It reads: 7")
