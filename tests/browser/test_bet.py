"""Bet first: nothing shows the answer before somebody has chosen."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser import digits
from tests.browser.answers import READ
from tests.browser.clock import stop_clock
from tests.browser.hands import Mouse
from tests.browser.options import choose_network, open_options, press_option
from tests.browser.screen import SCROLLS, assert_accessible, place

CHOICE, RESULT, BAR = "#bet-choice", "#bet-result", "#bet-bar"
TALLY, JUDGE = "[data-part=tally]", "[data-part=judge]"
FIRST = "Bet first: this shows the answer, too."
LEAKS = "#digit, #message, #reason, #activations .activation, #boxes b"


def expect_hidden_answer(page: Page) -> None:
    """Expect nothing of the answer, neither for eyes nor for screen readers."""
    expect(page.locator(CHOICE)).to_be_visible()
    assert "".join(page.locator(LEAKS).all_text_contents()).strip() == ""
    expect(page.locator("#seen")).to_be_hidden()
    expect(page.locator("#activations [aria-current]")).to_have_count(0)
    assert page.title() == "Inkling reads handwritten digits"


def test_a_class_bets_by_keyboard_and_the_tally_stays_on_the_projector(page: Page) -> None:
    with page.expect_response(READ):
        page.goto("/?bet&projector&inside=network")
        page.get_by_role("button", name="Next example").press("Enter")
    expect_hidden_answer(page)
    expect(page.locator("#diagram")).to_be_hidden()
    assert page.locator("#inside-blank").inner_text() == FIRST
    expect(page.locator(f"{BAR} {TALLY}")).to_have_text("No bet yet.")
    expect(page.get_by_role("button", name="Reset")).to_be_hidden()
    assert_accessible(page)
    page.locator("#pad").focus()
    page.keyboard.press("4")
    expect(page.locator("#digit")).to_have_text("4")
    expect(page.locator(RESULT)).to_have_text("You: 4. The network: 4. It was: 4.")
    expect(page.locator(f"{BAR} {TALLY}")).to_have_text("Right: you 1, the network 1 of 1")
    expect(page.locator("#diagram")).to_be_visible()
    with page.expect_response(READ):
        page.get_by_role("button", name="Next example").click()
    expect_hidden_answer(page)
    page.keyboard.press("x")
    expect(page.locator(RESULT)).to_have_text("You: no digit. The network: 1. It was: 1.")
    expect(page.locator(f"{BAR} {TALLY}")).to_have_text("Right: you 1, the network 2 of 2")
    page.reload()
    expect(page.locator(CHOICE)).to_be_visible()
    expect(page.locator(f"{BAR} {TALLY}")).to_have_text("Right: you 1, the network 2 of 2")
    assert not page.evaluate(SCROLLS)
    page.get_by_role("button", name="Reset").click()
    expect(page.locator(f"{BAR} {TALLY}")).to_have_text("No bet yet.")
    expect(page.get_by_role("button", name="Next example")).to_be_focused()
    press_option(page, "Bet first")
    expect(page).not_to_have_url(re.compile("bet"))
    expect(page.locator("#digit")).to_have_text("1")


def test_the_class_sees_large_who_was_right_and_the_next_key_goes_on(page: Page) -> None:
    page.goto("/?bet&example=flag")
    one = page.get_by_role("button", name="1", exact=True)
    expect(one).to_be_visible()
    stop_clock(page)
    one.click()
    large = page.locator(".large-result")
    expect(large).to_have_text("You11 ✓The network11 ✓Both were right")
    expect(large).to_be_in_viewport(ratio=1)
    page.keyboard.press("Shift")
    expect(large).to_have_count(0)
    page.get_by_role("button", name="Back to drawing").click()
    Mouse(page).draw(digits.SEVEN)
    page.get_by_role("button", name="no digit").click()
    expect(large).to_have_text("Youno digit1 ✓The network71 ✓Who was right?")
    page.locator(f"{JUDGE} [value=class]").click()
    expect(large).to_have_text("Youno digit2 ✓The network71 ✓You were right")
    page.clock.run_for(2000)
    expect(large).to_have_count(0)


def test_on_a_phone_the_pad_comes_into_sight_where_a_bet_begins(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto("/")
    press_option(page, "Bet first")
    for shown in (BAR, "#pad"):
        expect(page.locator(shown)).to_be_in_viewport(ratio=1)


def test_on_a_small_phone_every_choice_can_be_pressed(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto("/?bet&example=flag&lang=fr")
    expect(page.locator(CHOICE)).to_be_visible()
    for button in page.locator(f"{CHOICE} button").all():
        button.click(trial=True)


@pytest.mark.parametrize(
    ("size", "query"), [((360, 640), "bet"), ((1280, 720), "bet&inside=network")]
)
def test_the_result_of_a_bet_leaves_the_digit_on_a_small_pad_in_sight(
    page: Page, size: tuple[int, int], query: str
) -> None:
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.goto(f"/?{query}&example=flag")
    page.get_by_role("button", name="no digit").click()
    expect(page.locator(RESULT)).to_have_text("You: no digit. The network: 1. It was: 1.")
    result, picture = place(page.locator(RESULT)), place(page.locator("#picture-image"))
    assert result["y"] + result["height"] <= picture["y"] + picture["height"] / 4
    assert page.evaluate("document.scrollingElement.scrollWidth <= innerWidth")


def test_on_a_phone_the_buttons_of_the_large_view_lie_over_nothing(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto("/?projector")
    pad, button = place(page.locator("#pad")), place(page.locator("#options-button"))
    assert button["y"] + button["height"] <= pad["y"]


def test_who_was_right_about_a_drawing_is_asked_where_class_and_network_differ(page: Page) -> None:
    page.goto("/?bet")
    expect(page.locator(CHOICE)).to_be_hidden()  # there is nothing to bet on
    with page.expect_response(READ):
        Mouse(page).draw(digits.SEVEN)
    expect_hidden_answer(page)
    page.get_by_role("button", name="1", exact=True).click()
    expect(page.locator("#digit")).to_have_text("7")
    expect(page.locator("#pad")).to_be_focused()
    page.get_by_role("button", name="the network", exact=True).click()
    expect(page.locator(f"{BAR} {TALLY}")).to_have_text("Right: you 0, the network 1 of 1")
    assert_accessible(page)
    with page.expect_response(READ):
        choose_network(page, "mlp")
    expect_hidden_answer(page)  # another network is another bet
    open_options(page)
    page.locator("#model").press("7")  # of the list, and no bet
    page.keyboard.press("Escape")
    expect_hidden_answer(page)
    page.locator("#pad").focus()
    page.keyboard.press("7")
    expect(page.locator("#digit")).to_have_text("7")
    Mouse(page).draw([[(0.3, 0.5), (0.5, 0.5), (0.7, 0.5)]])
    expect(page.locator(CHOICE)).to_be_visible()


def test_another_stroke_hides_how_the_network_decided_about_the_earlier_ones(page: Page) -> None:
    page.goto("/?bet&inside=network")
    Mouse(page).draw(digits.SEVEN)
    page.keyboard.press("7")
    expect(page.locator("#diagram")).to_be_visible()
    Mouse(page).press([(0.3, 0.5), (0.5, 0.5), (0.7, 0.5)])
    expect(page.locator("#inside-blank")).to_have_text(FIRST, use_inner_text=True)
    expect(page.locator(":is(#diagram, #inside-picture):visible")).to_have_count(0)
    expect_hidden_answer(page)
    page.mouse.up()
    expect_hidden_answer(page)


def test_who_was_right_is_asked_in_sight_on_a_projector_and_a_phone(page: Page) -> None:
    page.set_viewport_size({"width": 1024, "height": 768})
    page.goto("/?bet&projector&lang=de")
    Mouse(page).draw(digits.SEVEN)
    page.keyboard.press("1")
    expect(page.locator("#digit")).to_have_text("7")
    judges = page.locator(f"{JUDGE} button:visible")
    for shown in (page.locator(f"{BAR} {TALLY}"), judges.last):
        expect(shown).to_be_in_viewport(ratio=0.99)
    assert not page.evaluate(SCROLLS)
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/?bet=")  # with the kept drawing
    page.locator(f"{CHOICE} [value='1']").click()
    expect(judges).to_have_count(3)
    for judge in judges.all():
        expect(judge).to_be_in_viewport(ratio=1)


def test_several_digits_and_a_fault_are_shown_at_once_and_a_letter_is_a_bet(page: Page) -> None:
    page.route(READ, lambda route: route.fulfill(status=500, body="{}"))
    page.goto("/?bet&pad=wide")
    Mouse(page).draw(digits.NUMBER_2073[2:3])
    expect(page.locator("#problem")).to_be_visible()
    expect(page.locator(CHOICE)).to_be_hidden()
    page.unroute(READ)
    page.locator("#clear").click()
    Mouse(page).draw(digits.NUMBER_207)
    expect(page.locator("#digits input")).to_have_count(3)
    expect(page.locator(RESULT)).to_have_text("You can only bet on a single digit.")
    page.goto("/?bet&example=letter")
    expect(page.locator("#picture")).to_be_visible()
    page.locator("#examples > summary").click()
    expect(page.get_by_role("link", name="A letter")).to_have_count(0)
    page.get_by_role("button", name="no digit").click()
    expect(page.locator(RESULT)).to_have_text(
        "You: no digit. The network: no digit. It was: no digit."
    )


def test_no_bet_is_taken_on_a_drawing_in_whose_place_an_example_comes(page: Page) -> None:
    page.goto("/?bet")
    Mouse(page).draw(digits.SEVEN)
    on_their_way: list[Route] = []

    def hold(route: Route) -> None:
        if route.request.resource_type == "fetch":
            on_their_way.append(route)
        else:
            route.continue_()  # of the shelf

    page.route("**/examples/letter.png", hold)
    with page.expect_response(READ):
        page.goto("/?bet&example=letter")
    expect(page.locator(CHOICE)).to_be_hidden()
    page.locator("#pad").press("7")
    on_their_way.pop().continue_()
    expect(page.locator(CHOICE)).to_be_visible()
    expect(page.locator(f"{CHOICE} [role=status]")).to_be_empty()
    with page.expect_response(READ):
        page.reload()
    expect(page.locator(CHOICE)).to_be_hidden()
    on_their_way.pop().abort()
    expect(page.locator(CHOICE)).to_be_visible()  # the drawing stays
    page.locator("#pad").press("7")
    expect(page.locator(RESULT)).to_have_text("You: 7. The network: 7.")
