"""A room: phones draw ten digits each into the class's page, and what happens in between."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page, expect

from app.routes.rooms import KEY_HEADER
from tests.browser import digits, phones
from tests.browser.hands import Finger, Mouse
from tests.browser.screen import (
    THEMES,
    assert_accessible,
    assert_not_wider,
    assert_touchable,
)
from tests.browser.states import EXAMPLES

NewPhone = Callable[..., Page]


@pytest.fixture
def new_phone(browser: Browser, base_url: str) -> Iterator[NewPhone]:
    """Return a function that opens the page of a room on one more phone."""
    with ExitStack() as contexts:

        def open_phone(code: str, language: str = "en-US") -> Page:
            phone = phones.joined(browser, base_url, code, locale=language)
            return contexts.enter_context(phone)

        yield open_phone


@pytest.fixture
def class_page(page: Page) -> Page:
    page.goto("/class?projector")
    page.get_by_role("button", name="Open a room").click()
    expect(page.locator("[data-part=board] summary")).to_be_focused()
    return page


def code_of(class_page: Page) -> str:
    code = class_page.locator("[data-part=code]")
    expect(code).to_have_text(re.compile("^[A-Z2-9]{4} [A-Z2-9]{4}$"))
    return code.inner_text().replace(" ", "")


def draw_and_send(phone: Page, strokes: list[digits.Stroke]) -> None:
    Mouse(phone).draw(strokes)
    phone.locator("#send").click()


def expect_digits(class_page: Page, count: int) -> None:
    expect(class_page.locator("[data-model=convnet]")).to_contain_text(f"of {count} right")


def tile(phone: Page, digit: int) -> str:
    return phone.locator(f"#digits [value='{digit}']").get_attribute("data-state") or ""


def test_reloads_lose_nothing_and_a_digit_is_drawn_again_or_taken_back(
    class_page: Page, new_phone: NewPhone
) -> None:
    phone = new_phone(code_of(class_page))
    to_results = class_page.get_by_role("link", name="What the networks read")
    expect(to_results).to_be_hidden()
    expect(phone.get_by_role("heading")).to_have_text("Write the digit 0")
    phone.locator("#digits [value='7']").click()
    Finger(phone).draw(digits.SEVEN)
    phone.locator("#send").click()
    expect(phone.get_by_role("heading")).to_have_text("Write the digit 8")
    expect(phone.locator("#undo")).to_be_disabled()  # the 7 is of another digit
    expect(phone.get_by_role("button", name="7: sent")).to_be_visible()
    expect_digits(class_page, 1)
    to_results.click()
    expect(class_page.locator("#results")).to_be_in_viewport()
    for page in (phone, class_page):
        page.reload()
    assert [tile(phone, digit) for digit in (7, 8)] == ["sent", "missing"]
    expect_digits(class_page, 1)
    expect(class_page.locator("[data-part=counts]")).to_contain_text("1 phone")
    phone.locator("#digits [value='7']").click()
    phone.locator("#clear").click()
    draw_and_send(phone, digits.ONE)
    expect(class_page.locator("[data-model=convnet]")).to_contain_text("0 of 1 right")
    phone.locator("#digits [value='7']").click()
    phone.get_by_role("button", name="Take it back").click()
    expect(phone.get_by_role("button", name="7: not drawn yet")).to_be_visible()
    expect(class_page.locator(".matrix td button")).to_have_count(0)
    expect(phone.locator("#place")).to_contain_text("phone 1")
    phone.go_back()
    assert "/join" not in phone.url  # no digit has an entry in the history


def test_pupils_who_share_a_phone_have_a_tab_and_a_number_each(
    class_page: Page, new_phone: NewPhone
) -> None:
    code = code_of(class_page)
    first = new_phone(code)
    draw_and_send(first, digits.SEVEN)
    expect(first.locator("#place")).to_contain_text("phone 1")
    second = first.context.new_page()
    second.goto(f"/join?room={code}")
    assert tile(second, 0) == "missing"
    draw_and_send(second, digits.SEVEN)
    expect(second.locator("#place")).to_contain_text("phone 2")
    expect_digits(class_page, 2)


def test_who_comes_late_joins_from_the_presenters_page(class_page: Page) -> None:
    code = code_of(class_page)
    class_page.set_viewport_size({"width": 1280, "height": 720})
    class_page.goto("/teach?present")
    for control in class_page.locator(":is(.presenter .button, summary):visible").all():
        expect(control).to_be_in_viewport(ratio=1)
    phones_button = class_page.locator("summary", has_text="Phones")
    phones_button.click()
    board = class_page.locator(".room-board")
    expect(board).to_be_in_viewport(ratio=1)
    expect(board.locator("[data-part=code]")).to_have_text(f"{code[:4]} {code[4:]}")
    expect(board.locator("[data-part=address]")).to_have_text(re.compile("^http://.+/join$"))
    assert_accessible(class_page, *THEMES)
    assert_not_wider(class_page, 320)
    class_page.goto("/teach")
    expect(phones_button).to_be_hidden()


def test_the_presenters_page_asks_whether_its_room_has_ended(class_page: Page) -> None:
    code = code_of(class_page)
    key = class_page.evaluate("JSON.parse(sessionStorage.getItem('inkling-room')).key")
    class_page.goto("/teach?present")
    phones_button = class_page.locator("summary", has_text="Phones")
    expect(phones_button).to_be_visible()
    class_page.request.delete(f"/room?code={code}", headers={KEY_HEADER: key})
    with class_page.expect_response(lambda response: f"/room?code={code}" in response.url):
        class_page.goto("/teach?present=2")
    expect(phones_button).to_be_hidden()


def test_what_is_no_digit_is_asked_for_again_and_a_closed_room_says_so(
    class_page: Page, new_phone: NewPhone
) -> None:
    phone = new_phone(code_of(class_page), "de-DE")
    draw_and_send(phone, digits.in_a_row(digits.SEVEN, digits.ONE, height=0.4, squares=1))
    refused = phone.get_by_role("button", name="0: noch einmal zeichnen")
    expect(refused).to_be_visible()
    refused.click()
    expect(phone.locator("#status")).to_contain_text("Deine 0: ")
    phone.locator("#clear").click()
    draw_and_send(phone, digits.SEVEN)
    expect(phone.get_by_role("button", name="0: gesendet")).to_be_visible()
    expect_digits(class_page, 1)
    class_page.once("dialog", lambda dialog: dialog.accept())
    class_page.get_by_role("button", name="Close the room").click()
    expect(class_page.get_by_role("button", name="Open a room")).to_be_focused()
    expect_digits(class_page, 1)  # what has come stays
    draw_and_send(phone, digits.ONE)
    expect(phone.locator("#status")).to_contain_text("Kein Raum hat diesen Code")
    expect(phone.get_by_role("heading")).to_have_text("Schreib eine 2")


def test_without_the_server_or_the_class_page_a_phone_hears_a_sentence_and_sends_later(
    class_page: Page, new_phone: NewPhone
) -> None:
    phone = new_phone(code_of(class_page))
    for page in (phone, class_page):
        page.context.set_offline(True)
    draw_and_send(phone, digits.SEVEN)
    expect(phone.locator("#status")).to_contain_text("No answer from the server.")
    expect(class_page.locator("#room [data-part=problem]")).to_contain_text("No answer")
    for page in (phone, class_page):
        page.context.set_offline(False)
    expect(phone.locator("#status")).to_have_text("Sent: 1 of 10")
    expect_digits(class_page, 1)
    expect(class_page.locator("#room [data-part=problem]")).to_be_empty()
    late = {"number": 1, "waiting_s": 60}
    phone.route("**/room/digit?**", lambda route: route.fulfill(json=late))
    draw_and_send(phone, digits.ONE)
    expect(phone.locator("#status")).to_contain_text("your teacher’s page is not open")


def test_a_second_teacher_has_a_room_of_their_own_and_forgetting_closes_it(
    class_page: Page, new_phone: NewPhone, browser: Browser, base_url: str
) -> None:
    first = code_of(class_page)
    with browser.new_context(base_url=base_url) as context:
        other = context.new_page()
        other.goto("/class")
        other.get_by_role("button", name="Open a room").click()
        second = code_of(other)
        assert first != second
        draw_and_send(new_phone(second), digits.SEVEN)
        expect_digits(other, 1)
        expect(class_page.locator("[data-part=counts]")).to_contain_text("0 phones")
        other.once("dialog", lambda dialog: dialog.accept())
        other.get_by_role("button", name="Forget all").click()
        expect(other.get_by_role("button", name="Open a room")).to_be_visible()
        assert other.evaluate("sessionStorage.length") == 0
    assert class_page.request.get(f"/join?room={second}").status == 404
    assert class_page.request.get(f"/join?room={first}").status == 200


def test_a_photograph_of_a_sheet_goes_from_the_phone_to_the_class(
    class_page: Page, new_phone: NewPhone
) -> None:
    phone = new_phone(code_of(class_page))
    phone.get_by_text("Send a photograph of a class sheet").click()
    phone.locator("#photograph").set_input_files(EXAMPLES / "sheet.webp")
    expect(phone.locator("#photographs")).to_contain_text("sheet.webp: sent")
    expect(class_page.locator("#sheets svg")).to_have_count(1)
    expect_digits(class_page, 116)


def test_the_pages_of_a_room_are_for_everybody(class_page: Page, new_phone: NewPhone) -> None:
    assert_accessible(class_page, *THEMES)
    code = code_of(class_page)
    phone = new_phone(code)
    draw_and_send(phone, digits.SEVEN)
    expect(phone.get_by_role("button", name="0: sent")).to_be_visible()
    assert_accessible(phone, *THEMES)
    assert_touchable(phone.locator("main button:visible, summary:visible"))
    for page in (phone, class_page):
        assert_not_wider(page, 320, 360)
    pad = phone.locator("#pad")
    pad.focus()
    for key in ("Space", *["ArrowDown"] * 12, "Space"):
        phone.keyboard.press(key)
    phone.locator("#send").press("Enter")
    expect(phone.locator("#status")).to_have_text("Sent: 2 of 10")
    expect(pad).to_be_focused()
    phone.goto("/join?room=BBBBBBBB")
    expect(phone.get_by_role("alert")).to_contain_text("There is no room BBBBBBBB.")
    assert_accessible(phone)
    phone.get_by_label("The code on the board").fill(f" {code.lower()} ")
    phone.get_by_role("button", name="Join").click()
    expect(phone.locator("#place")).to_contain_text(code)
