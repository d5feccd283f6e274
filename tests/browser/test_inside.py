"""Inside the network: the article's network worked out in numbers, and the layers of the others."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import digits
from tests.browser.accessibility import assert_accessible
from tests.browser.answers import READ
from tests.browser.hands import Hand, Mouse, expect_last_answer
from tests.browser.inside import SUMMARY, VIEWS, open_inside, show

MINUS = "−"
LEVELS = """(image) => {
  const canvas = new OffscreenCanvas(28, 28).getContext("2d");
  canvas.drawImage(image, 0, 0, 28, 28);
  const { data } = canvas.getImageData(0, 0, 28, 28);
  return [...Array(784).keys()].map((place) => data[4 * place]);
}"""

HEADINGS = """() => [...document.querySelectorAll("#networks th")].map((each) => {
  const { x, y } = each.getBoundingClientRect();
  return [x, y];
})"""
"""Where the headings of the table of networks are."""


def number(text: str | None) -> float:
    """Return the last number of a text."""
    found = re.findall(rf"[{MINUS}+]?\d+\.\d+", text or "")
    return float(found[-1].replace(MINUS, "-"))


def outputs(page: Page) -> list[float]:
    return [number(each) for each in page.locator("#output-neurons .value").all_text_contents()]


def sums(page: Page) -> list[float]:
    """Return the numbers in the sum of the neuron that is shown, from top to bottom."""
    return [number(each) for each in page.locator("#neuron dd").all_text_contents()]


@pytest.fixture
def opened(drawing_page: Page, mouse: Hand) -> Page:
    """Return the page with a 7 and the article's network."""
    mouse.draw(digits.SEVEN)
    expect_last_answer(drawing_page)
    open_inside(drawing_page)
    expect(drawing_page.locator("#neuron")).to_be_visible()
    return drawing_page


def test_the_network_is_computed_in_the_page_as_on_the_server(opened: Page) -> None:
    with opened.expect_response("**/read?model=article") as answered:
        opened.get_by_label("Network").select_option("article")
    expect_last_answer(opened)
    on_server = answered.value.json()["digits"][0]["activations"]
    assert outputs(opened) == pytest.approx(on_server, abs=0.001)
    best = on_server.index(max(on_server))
    expect(opened.locator("#network-sentence")).to_contain_text(f"The 15 neurons give {best}")


def test_an_activation_is_the_same_text_wherever_it_is_shown(page: Page) -> None:
    page.goto("/?example=messy&model=article&inside=network&neuron=output-4")
    shown = page.locator("#output-neurons .value")
    expect(shown).to_have_text([re.compile(r"\d")] * 10)
    bars = page.locator("#activations .activation").all_text_contents()
    assert shown.all_text_contents() == bars
    assert {"<0.001", "0.027", "0.970"} <= set(bars)  # 0.02698 and 0.96974, rounded
    labels = page.locator("#output-neurons button").evaluate_all(
        "all => all.map((b) => b.ariaLabel)"
    )
    assert labels == [f"Output {digit}: activation {text}" for digit, text in enumerate(bars)]
    expect(page.locator("#neuron dd").last).to_have_text(bars[4])
    page.get_by_text("The whole network as a table").click()
    expect(page.locator("#network-rows tr:nth-last-child(-n+10) td:last-child")).to_have_text(bars)
    show(page, "compare")
    compared = page.locator("#networks [data-model=article] [data-part=activation]")
    expect(compared).to_have_text(bars[9])
    page.goto("/?example=messy&model=article&inside=layers&unit=output-4")
    expect(page.locator("#unit dd").nth(-1)).to_have_text(bars[4])
    expect(page.locator("#unit dd").nth(-2)).to_have_text(bars[4])


def test_the_sum_of_a_neuron_adds_up(opened: Page) -> None:
    for neuron in ("Hidden neuron 7", "Hidden neuron 15", "Output 2"):
        opened.get_by_role("button", name=f"{neuron}:").click()
        expect(opened.locator("#neuron h2")).to_have_text(neuron)
        up, down, weighted, bias, z, activation = sums(opened)
        assert up >= 0 >= down
        assert weighted == pytest.approx(up + down, abs=0.011)
        assert z == pytest.approx(weighted + bias, abs=0.011)
        assert activation == pytest.approx(1 / (1 + 2.718281828**-z), abs=0.003)


def test_a_silenced_neuron_passes_nothing_on_until_the_change_is_undone(opened: Page) -> None:
    before = outputs(opened)
    silence = opened.get_by_role("button", name="Silence it")
    silence.click()
    expect(silence).to_have_attribute("aria-pressed", "true")
    expect(opened.locator("#network-sentence")).to_contain_text("With your changes")
    assert sums(opened)[-1] == 0
    assert outputs(opened) != before
    expect(opened.get_by_role("button", name=", silenced")).to_have_count(1)
    opened.get_by_role("button", name="Undo all changes").click()
    assert outputs(opened) == before
    expect(opened.get_by_role("button", name="Undo all changes")).to_be_disabled()


def test_the_bias_of_a_neuron_is_set_with_a_slider(opened: Page) -> None:
    opened.get_by_role("button", name="Output 3:").click()
    *_, z, before = sums(opened)
    slider = opened.get_by_label("Bias b")
    bias = float(slider.input_value())
    slider.fill("10")
    assert sums(opened)[3:5] == pytest.approx([10, z + 10 - bias], abs=0.011)
    assert sums(opened)[-1] > before
    assert outputs(opened)[3] == sums(opened)[-1]


def test_a_neuron_is_worked_out_pixel_by_pixel_and_as_a_table(opened: Page) -> None:
    opened.locator("#neuron [data-part=products]").hover()
    shown = opened.locator("[data-part=pixel]")
    expect(shown).to_contain_text(re.compile(r"^Row 1[45], column 1[45]: a [\d.]+ × w "))
    opened.get_by_text("The whole network as a table").click()
    rows = opened.locator("#network-rows tbody tr")
    expect(rows).to_have_count(25)
    expect(rows.nth(22).locator("th")).to_have_text("Output 7")
    activation = number(rows.nth(22).locator("td").last.text_content())
    assert activation == pytest.approx(outputs(opened)[7], abs=0.0011)


def test_every_neuron_is_reached_by_keyboard_and_shown_when_it_has_the_focus(opened: Page) -> None:
    opened.get_by_role("button", name="Hidden neuron 1:").focus()
    for neuron in range(2, 16):
        opened.keyboard.press("Tab")
        expect(opened.locator("#neuron h2")).to_have_text(f"Hidden neuron {neuron}")
    for digit in range(10):
        opened.keyboard.press("Tab")
        expect(opened.locator("#neuron h2")).to_have_text(f"Output {digit}")
    opened.keyboard.press("Tab")
    expect(opened.get_by_role("button", name="Silence it")).to_be_focused()


def test_the_weights_are_drawn_again_in_the_colours_of_another_theme(opened: Page) -> None:
    corner = (
        "document.querySelector('#hidden-neurons canvas').getContext('2d').getImageData(0, 0, 1, 1)"
    )
    for theme, is_theme in (("dark", "< 64"), ("light", "> 192")):
        opened.emulate_media(color_scheme=theme)  # type: ignore[arg-type]
        opened.wait_for_function(f"() => {corner}.data[0] {is_theme}")


def test_a_chosen_neuron_stays_while_the_drawing_changes(opened: Page) -> None:
    opened.get_by_role("button", name="Hidden neuron 4:").click()
    before = sums(opened)
    Mouse(opened).draw(digits.ONE)
    expect_last_answer(opened)
    expect(opened.locator("#neuron h2")).to_have_text("Hidden neuron 4")
    assert sums(opened) != before
    opened.locator("#clear").click()
    expect(opened.locator("#network")).to_be_hidden()
    expect(opened.locator("#inside-blank")).to_be_visible()


def test_the_parameters_are_fetched_once_and_no_answer_is_asked_for_again(
    drawing_page: Page, mouse: Hand
) -> None:
    sent: list[str] = []
    mouse.draw(digits.SEVEN)
    expect_last_answer(drawing_page)
    drawing_page.on("request", lambda request: sent.append(request.url))
    open_inside(drawing_page)
    expect(drawing_page.locator("#neuron")).to_be_visible()
    drawing_page.locator(SUMMARY).click()
    drawing_page.locator(SUMMARY).click()
    expect(drawing_page.locator("#neuron")).to_be_visible()
    assert len([url for url in sent if "/parameters?sha256=" in url]) == 1
    assert not [url for url in sent if READ.search(url)]


def test_parameters_that_cannot_be_loaded_are_asked_for_again(
    drawing_page: Page, mouse: Hand
) -> None:
    drawing_page.route("**/parameters?*", lambda route: route.abort(), times=1)
    mouse.draw(digits.SEVEN)
    expect_last_answer(drawing_page)
    open_inside(drawing_page)
    problem = drawing_page.locator("#network-problem")
    expect(problem).to_contain_text("cannot be loaded")
    drawing_page.locator(SUMMARY).click()
    drawing_page.locator(SUMMARY).click()
    expect(drawing_page.locator("#neuron")).to_be_visible()
    expect(problem).to_be_hidden()


def test_a_digit_of_a_number_shows_its_insides(number_page: Page, number_mouse: Hand) -> None:
    number_mouse.draw(digits.NUMBER_2073)
    expect(number_page.locator("#digit")).to_have_text("2073")
    expect_last_answer(number_page)
    sent: list[str] = []
    number_page.on("request", lambda request: sent.append(request.url))
    open_inside(number_page)
    number_page.locator("#digits label").first.click()
    expect(number_page.locator("#network-sentence")).to_contain_text("The 15 neurons give 2")
    assert not [url for url in sent if READ.search(url)]  # the page computes it
    show(number_page, "layers")
    expect(number_page.locator("#unit h2")).to_contain_text("Layer 1")
    assert [url.partition("&")[2] for url in sent if READ.search(url)] == ["explain=layers&index=0"]


def test_the_open_view_is_in_the_address(opened: Page) -> None:
    expect(opened).to_have_url(re.compile(r"[?&]inside=network"))
    opened.get_by_label("Network").select_option("article")
    show(opened, "layers")
    expect(opened).to_have_url(re.compile(r"\?inside=layers&model=article$"))
    opened.reload()
    expect(opened.get_by_label("Layers", exact=True)).to_be_checked()
    expect(opened.locator("#inside")).to_have_attribute("open", "")
    opened.locator(SUMMARY).click()
    expect(opened).not_to_have_url(re.compile("inside="))


def test_an_address_leads_to_a_neuron_and_has_the_one_that_is_chosen(page: Page) -> None:
    page.goto("/?inside=network&neuron=12")
    Mouse(page).draw(digits.SEVEN)
    expect(page.locator("#neuron h2")).to_have_text("Hidden neuron 12")
    page.get_by_role("button", name="Output 3:").click()
    expect(page).to_have_url(re.compile(r"\?inside=network&neuron=output-3$"))
    page.reload()
    expect(page.locator("#neuron h2")).to_have_text("Output 3")


@pytest.mark.parametrize(("width", "height"), [(1100, 700), (1280, 720), (1920, 1080)])
def test_on_a_wide_screen_the_insides_are_beside_the_pad(
    page: Page, width: int, height: int
) -> None:
    page.set_viewport_size({"width": width, "height": height})
    page.goto("/?inside=network")
    Mouse(page).draw(digits.SEVEN)
    expect(page.locator("#neuron")).to_be_visible()
    pad, inside = page.locator("#pad").bounding_box(), page.locator("#inside").bounding_box()
    assert pad is not None
    assert inside is not None
    assert pad["x"] + pad["width"] < inside["x"]
    assert inside["y"] < pad["y"] + pad["height"] / 2
    assert page.evaluate("document.documentElement.scrollWidth") == width


def test_on_a_phone_they_fill_the_screen_and_a_neuron_is_a_card_below(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto("/")
    Mouse(page).draw(digits.SEVEN)
    expect_last_answer(page)
    page.get_by_role("button", name="See how it decided").click()
    box = page.locator("#inside").bounding_box()
    assert box == {"x": 0, "y": 0, "width": 360, "height": 800}
    expect(page.locator("#inside-picture")).to_be_in_viewport(ratio=1)
    expect(page.locator("#inside-answer")).to_have_text("7")
    neuron = page.get_by_role("button", name="Hidden neuron 13:")
    neuron.click()
    expect(page.get_by_role("heading", name="Hidden neuron 13", exact=True)).to_be_in_viewport()
    expect(neuron).to_be_in_viewport(ratio=1)
    card, chosen = page.locator("#neuron").bounding_box(), neuron.bounding_box()
    assert card is not None
    assert chosen is not None
    assert card["height"] <= 400
    assert chosen["y"] + chosen["height"] <= card["y"]
    page.locator("#neuron .close-card").click()
    expect(page.locator("#neuron")).not_to_have_css("position", "sticky")
    page.go_back()
    expect(page.locator("#inside")).not_to_have_attribute("open", "")
    expect(page.locator("#pad")).to_be_visible()


def test_axe_finds_nothing_in_any_view_and_none_is_wider_than_a_phone(opened: Page) -> None:
    opened.emulate_media(reduced_motion="reduce")
    opened.evaluate(
        "document.querySelectorAll('#inside details').forEach((each) => each.open = true)"
    )
    for view in VIEWS:
        show(opened, view)
        expect(opened.locator(f"[data-view={view}]")).to_be_visible()
        opened.set_viewport_size({"width": 320, "height": 700})
        assert opened.evaluate("document.documentElement.scrollWidth") == 320, view
        opened.set_viewport_size({"width": 1280, "height": 800})
        for theme in ("light", "dark"):
            opened.emulate_media(color_scheme=theme)
            assert_accessible(opened)


def test_the_contributions_of_the_pixels_add_up_to_the_gap(opened: Page) -> None:
    show(opened, "why")
    for network in ("learnt", "untrained"):
        shown = opened.locator(f"[data-network={network}] dd")
        blank, for_first, for_second, gap = map(number, shown.all_text_contents())
        assert for_first >= 0 >= for_second
        assert gap == pytest.approx(blank + for_first + for_second, abs=0.021)
    first = opened.get_by_label("This digit")
    expect(first).to_have_value("7")
    opened.get_by_label("Compared with this one").select_option("1")
    rows = opened.locator("[data-network=learnt] dt")
    expect(rows.last).to_have_text("The gap, z of 7 minus z of 1")
    reasons = re.compile(r"^Most for 7: the ink [a-z ]+, \+\d.*Most for 1: the ink [a-z ]+, −\d")
    expect(opened.locator("#why [data-part=reasons]")).to_have_text(reasons)
    show(opened, "network")
    opened.get_by_role("button", name="Output 7:").click()
    z_of_7 = sums(opened)[4]
    opened.get_by_role("button", name="Output 1:").click()
    gap = number(opened.locator("[data-network=learnt] dd").last.text_content())
    assert gap == pytest.approx(z_of_7 - sums(opened)[4], abs=0.011)


def test_the_15_neurons_say_that_another_network_answers_and_may_answer_instead(
    opened: Page,
) -> None:
    show(opened, "why")
    note = opened.locator("#why [data-part=other-network]")
    expect(note).to_contain_text("A larger network agrees: 7.")
    note.get_by_role("button").click()
    expect(note).to_be_hidden()
    expect(opened.locator("#model")).to_have_value("article")
    expect(opened).to_have_url(re.compile("model=article"))


def test_the_two_digits_that_are_compared_are_in_the_address_until_the_pad_is_cleared(
    drawing_page: Page,
) -> None:
    drawing_page.goto("/?inside=why&first=3&second=8")
    Mouse(drawing_page).draw(digits.SEVEN)
    first, second = (
        drawing_page.get_by_label(each) for each in ("This digit", "Compared with this one")
    )
    expect(first).to_have_value("3")
    expect(second).to_have_value("8")
    first.select_option("8")  # each digit is compared with another: they change places
    expect(second).to_have_value("3")
    expect(drawing_page).to_have_url(re.compile(r"first=8&second=3$"))
    expect_last_answer(drawing_page)
    drawing_page.locator("#clear").click()
    expect(drawing_page).not_to_have_url(re.compile("first|second"))
    drawing_page.goto("/?inside=why&first=4&second=4")
    Mouse(drawing_page).draw(digits.SEVEN)
    expect(first).to_have_value("7")


def test_the_networks_are_compared_on_the_same_digit(opened: Page) -> None:
    show(opened, "compare")
    rows = opened.locator("#networks tbody tr")
    expect(rows.locator("[data-part=digit]")).to_have_text(["7", "7", "7"])
    expect(rows.locator("[data-part=time]")).to_have_text([re.compile(r"^[\d.]+ ms$")] * 3)
    filled = opened.evaluate(HEADINGS)
    opened.locator("#clear").click()
    expect(rows.locator("[data-part=digit]")).to_have_text(["", "", ""])
    assert opened.evaluate(HEADINGS) == filled  # nothing moves


def test_the_picture_is_followed_from_its_ink_to_784_numbers(opened: Page) -> None:
    with opened.expect_response("**/read?model=convnet&explain=stages") as explained:
        show(opened, "picture")
    captions = [stage["caption"] for stage in explained.value.json()["stages"]]
    shown = opened.locator("#stages p")
    expect(shown).to_have_count(len(captions) + 1)
    assert shown.all_text_contents()[:-1] == captions
    expect(shown.last).to_contain_text("centre of mass")
    opened.get_by_text("The 784 pixels as numbers").click()
    cells = opened.locator("#numbers tbody td")
    expect(cells).to_have_count(784)
    levels = [int(text) for text in cells.all_text_contents()]
    assert levels == opened.locator("#seen").evaluate(LEVELS)
