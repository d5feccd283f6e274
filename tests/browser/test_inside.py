"""Inside the network: the article's network in numbers, why it decided, pixels and a comparison."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser import digits
from tests.browser.hands import Mouse, expect_last_answer, expect_read, read
from tests.browser.inside import SHOWN, SUMMARY, VIEWS, numbers, open_inside, show, show_sums
from tests.browser.screen import THEMES, TOUCH_PX, assert_accessible, assert_not_wider, place
from tests.waiting import wait_for

LEVELS = """(image) => {
  const canvas = new OffscreenCanvas(28, 28).getContext("2d");
  canvas.drawImage(image, 0, 0, 28, 28);
  const { data } = canvas.getImageData(0, 0, 28, 28);
  return [...Array(784).keys()].map((place) => data[4 * place]);
}"""
CORNER = """document.querySelector("#hidden-neurons canvas").getContext("2d")
  .getImageData(0, 0, 1, 1)"""
N_LINES_OF_NAME = """(cell) => {
  const name = document.createRange();
  name.selectNode(cell.firstChild);
  return name.getClientRects().length;
}"""
# At the upper edge of a picture, at a share of its width; lines mark its middle.
COLOUR_AT = """(canvas, share) => {
  const { data } = canvas.getContext("2d").getImageData(canvas.width * share, 2, 1, 1);
  return [...data.slice(0, 3)];
}"""
OPEN_ALL = "document.querySelectorAll('#inside details').forEach((each) => each.open = true)"


def outputs(page: Page) -> list[float]:
    return numbers(page.locator("#output-neurons .value"))


def sums(page: Page) -> list[float]:
    """Return the numbers in the sum of the neuron that is shown, from top to bottom."""
    return numbers(page.locator("#neuron dd"))


@pytest.fixture
def opened(drawing_page: Page) -> Page:
    """Return the page with a 7 and the article's network."""
    read(drawing_page, digits.SEVEN, "7")
    open_inside(drawing_page)
    expect(drawing_page.locator("#neuron")).to_be_visible()
    return drawing_page


def test_the_sum_of_a_neuron_adds_up_and_is_changed_and_undone(opened: Page) -> None:
    page = opened
    for neuron in ("Hidden neuron 15", "Output 3"):
        page.get_by_role("button", name=f"{neuron}:").click()
        expect(page.locator("#neuron h2")).to_have_text(neuron)
        up, down, weighted, bias, z, activation = sums(page)
        assert up >= 0 >= down
        assert weighted == pytest.approx(up + down, abs=0.011)
        assert z == pytest.approx(weighted + bias, abs=0.011)
        assert activation == pytest.approx(1 / (1 + 2.718281828**-z), abs=0.003)
    before = outputs(page)
    page.get_by_label("Bias b").fill("10")
    assert outputs(page)[3] == sums(page)[-1] > activation
    page.get_by_role("button", name="Hidden neuron 4:").click()
    page.get_by_role("button", name="Silence it").click()
    expect(page.locator("#network-sentence")).to_contain_text("With your changes")
    assert sums(page)[-1] == 0
    expect(page.get_by_role("button", name=", silenced")).to_have_count(1)
    page.get_by_role("button", name="Undo all changes").click()
    assert outputs(page) == before
    page.locator("#neuron [data-part=products]").hover()
    expect(page.locator("[data-part=pixel]")).to_contain_text(re.compile(r"^Row 1[45], column 1"))
    sum_of_the_7 = sums(page)
    Mouse(page).draw([[(0.2, 0.8), (0.8, 0.8)]])
    expect_last_answer(page)
    wait_for(lambda: sums(page) != sum_of_the_7, "the sum of the changed drawing")
    expect(page.locator("#neuron h2")).to_have_text("Hidden neuron 4")  # it stays
    page.locator("#clear").click()
    expect(page.locator("#network")).to_be_hidden()
    expect(page.locator("#inside-blank")).to_be_visible()


def test_every_neuron_is_reached_by_keyboard_and_shown_when_it_has_the_focus(opened: Page) -> None:
    opened.get_by_role("button", name="Hidden neuron 1:").focus()
    names = [f"Hidden neuron {neuron}" for neuron in range(2, 16)]
    for name in (*names, *(f"Output {digit}" for digit in range(10))):
        opened.keyboard.press("Tab")
        expect(opened.locator("#neuron h2")).to_have_text(name)
    opened.keyboard.press("Tab")
    expect(opened.get_by_role("button", name="Silence it")).to_be_focused()


def test_the_address_holds_the_view_the_neuron_and_both_digits(page: Page) -> None:
    page.goto("/?inside=network&neuron=12")
    read(page, digits.SEVEN, "7")
    expect(page.locator("#neuron h2")).to_have_text("Hidden neuron 12")
    page.get_by_role("button", name="Output 3:").click()
    expect(page).to_have_url(re.compile(r"\?inside=network&neuron=output-3$"))
    page.reload()
    expect(page.locator("#neuron h2")).to_have_text("Output 3")
    page.goto("/?inside=why&first=3&second=8")
    first, second = (page.get_by_label(each) for each in ("This digit", "Compared with this one"))
    expect(first).to_have_value("3")
    expect(second).to_have_value("8")
    first.select_option("8")  # each digit is compared with another: they change places
    expect(second).to_have_value("3")
    expect(page).to_have_url(re.compile(r"first=8&second=3$"))
    expect_read(page, "7")
    page.locator("#clear").click()
    expect(page).not_to_have_url(re.compile("first|second"))
    page.locator(SUMMARY).click()
    expect(page).not_to_have_url(re.compile("inside="))


def test_the_insides_are_beside_the_pad_on_a_wide_screen(opened: Page) -> None:
    for width, height in [(1100, 700), (1920, 1080)]:
        assert_not_wider(opened, width, height=height)
        pad, inside = place(opened.locator("#pad")), place(opened.locator("#inside"))
        assert pad["x"] + pad["width"] < inside["x"]
        assert inside["y"] < pad["y"] + pad["height"] / 2


def test_on_a_phone_they_fill_the_screen_and_a_neuron_is_a_card_below(touch_page: Page) -> None:
    page = touch_page
    read(page, digits.SEVEN, "7")
    open_inside(page)
    expect(page.locator(SHOWN["network"])).not_to_have_count(0)
    assert place(page.locator("#inside")) == {"x": 0, "y": 0, "width": 360, "height": 740}
    assert place(page.locator(".inside-views"))["height"] < 2 * TOUCH_PX  # one row
    expect(page.locator("#inside-picture")).to_be_in_viewport(ratio=1)
    expect(page.locator("#inside-answer")).to_have_text("7")
    neuron = page.get_by_role("button", name="Hidden neuron 13:")
    neuron.click()
    expect(page.get_by_role("heading", name="Hidden neuron 13", exact=True)).to_be_in_viewport()
    expect(neuron).to_be_in_viewport(ratio=1)
    card, chosen = place(page.locator("#neuron")), place(neuron)
    assert chosen["y"] + chosen["height"] <= card["y"]
    page.locator("#neuron .close-card").click()
    expect(page.locator("#neuron")).not_to_have_css("position", "sticky")
    show(page, "layers")
    expect(page.locator("#neuron h2")).to_contain_text("Layer 1")
    expect(page.locator("#neuron [data-part=field]")).to_be_in_viewport(ratio=1)
    assert_not_wider(page)
    page.go_back()
    expect(page.locator("#inside")).not_to_have_attribute("open", "")
    expect(page.locator("#pad")).to_be_visible()


def test_axe_finds_nothing_in_any_view_and_none_is_wider_than_a_screen(opened: Page) -> None:
    opened.evaluate(OPEN_ALL)
    for view in VIEWS:
        opened.set_viewport_size({"width": 1280, "height": 800})
        show(opened, view)
        expect(opened.locator(SHOWN[view])).not_to_have_count(0)
        assert_accessible(opened, *THEMES, within="#inside")
        assert_not_wider(opened, 320, 800, 1440)
    show(opened, "network")  # its weights are drawn again in the colours of another theme
    for theme, is_theme in (("dark", "< 64"), ("light", "> 192")):
        opened.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        opened.wait_for_function(f"() => {CORNER}.data[0] {is_theme}")


def test_networks_are_compared_and_ink_is_followed_to_784_numbers(opened: Page) -> None:
    page = opened
    show(page, "compare")
    rows = page.locator("#networks tbody tr")
    expect(rows.locator("[data-part=digit]")).to_have_text(["7", "7", "7"])
    expect(rows.locator("[data-part=time]")).to_have_text([re.compile(r"^[\d.]+ ms$")] * 3)
    with page.expect_response("**/read?model=convnet&explain=stages") as explained:
        show(page, "picture")
    captions = [stage["caption"] for stage in explained.value.json()["stages"]]
    shown = page.locator("#stages p")
    expect(shown).to_have_count(len(captions) + 1)
    assert shown.all_text_contents()[:-1] == captions
    expect(shown.last).to_contain_text("centre of mass")
    centred = page.locator("#stages canvas").last
    assert [centred.evaluate(COLOUR_AT, share) for share in (0.5, 0.25)] == [
        [143, 150, 184],
        [0] * 3,
    ]
    page.get_by_text("The 784 pixels as numbers").click()
    cells = page.locator("#numbers tbody td")
    expect(cells).to_have_count(784)
    levels = [int(text) for text in cells.all_text_contents()]
    assert levels == page.locator("#seen").evaluate(LEVELS)


def test_it_opens_at_the_network_that_answered_and_names_another(drawing_page: Page) -> None:
    page = drawing_page
    read(page, digits.SEVEN, "7")
    show_sums(page)
    expect(page.locator(SHOWN["layers"]).first).to_be_visible()
    expect(page.locator("#neuron h2")).to_have_text("Output 7")
    for view, first_line in (("network", "#network > :visible"), ("why", "#why > :visible")):
        show(page, view)
        said = page.locator(first_line).first
        expect(said).to_contain_text("This is the article’s network. The larger one that answered")
    page.get_by_role("button", name="Let the 15 neurons answer").locator("visible=true").click()
    expect_last_answer(page)
    expect(page.locator("#why > :visible").first).not_to_contain_text("larger")
    show_sums(page, step=1)
    expect(page.get_by_label("15 neurons", exact=True)).to_be_checked()
    expect(page.locator("#neuron h2")).to_contain_text("Hidden neuron ")
    expect(page).to_have_url(re.compile(r"neuron=\d+"))


def test_on_a_slow_line_the_digit_is_shown_until_its_view_is_loaded(drawing_page: Page) -> None:
    page = drawing_page
    held: list[Route] = []
    page.route("**/inside/panel.js", lambda route: held.append(route))
    read(page, digits.SEVEN, "7")
    with page.expect_request("**/inside/panel.js"):
        page.locator(SUMMARY).click()
    loading, prompt = page.locator("#inside-loading"), page.locator("#inside-blank")
    expect(loading).to_contain_text("Loading")
    seen = page.locator("#seen").get_attribute("src")
    expect(loading.locator("img")).to_have_attribute("src", seen or "")
    expect(prompt).to_be_hidden()
    for route in held:
        route.continue_()
    expect(page.locator(SHOWN["network"]).first).to_be_visible()
    expect(loading).to_be_hidden()
    page.locator("#clear").click()
    expect(prompt).to_be_visible()
    expect(loading).to_be_hidden()


def test_on_a_phone_names_stay_whole(page: Page) -> None:
    page.goto("/?example=bar&inside=compare")
    expect(page.locator(SHOWN["compare"])).to_have_count(3)
    for width in (390, 360, 320):
        page.set_viewport_size({"width": width, "height": 700})
        expect(page.locator("#networks tbody th").last).to_contain_text("Convolutional")
        assert page.locator("#networks tbody th").last.evaluate(N_LINES_OF_NAME) == 1
