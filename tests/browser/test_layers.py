"""The layers of the network that reads: all neurons, the digit's way through, the sum of each."""

import re

import pytest
from playwright.sync_api import Page, Response, expect

from tests.browser import digits
from tests.browser.answers import READ, digit_answer
from tests.browser.hands import Hand, Mouse, expect_last_answer
from tests.browser.inside import open_inside
from tests.browser.test_inside import number

BRIGHT = """(canvas) => {
  const { width, height } = canvas;
  const { data } = canvas.getContext("2d").getImageData(0, 0, width, height);
  const places = [...Array(width * height).keys()].filter((place) => data[4 * place] > 200);
  const range = (numbers) => [Math.min(...numbers), Math.max(...numbers)];
  return {
    width,
    height,
    x: range(places.map((place) => place % width)),
    y: range(places.map((place) => Math.floor(place / width))),
  };
}"""

REACHES_BEYOND = """(unit) => {
  const end = unit.getBoundingClientRect().right + 1;
  return [...unit.querySelectorAll("*")]
    .filter((each) => each.getBoundingClientRect().right > end)
    .map(({ tagName, className }) => `${tagName} ${className}`);
}"""


def sums(page: Page) -> list[float]:
    """Return the numbers in the sum of the neuron that is shown, from top to bottom."""
    return [number(each) for each in page.locator("#unit dd").all_text_contents()]


def test_every_neuron_of_the_articles_network_is_shown(drawing_page: Page, mouse: Hand) -> None:
    drawing_page.get_by_label("Network").select_option("article")
    open_inside(drawing_page, "layers")
    expect(drawing_page.locator("#inside-blank")).to_be_visible()
    mouse.draw(digits.SEVEN)
    layers = drawing_page.locator("#layers > li")
    summaries = [re.compile(rf"^{n} neurons, \d+ with an activation above 0\.5$") for n in (15, 10)]
    expect(layers.locator("p")).to_have_text(summaries)
    expect(layers.locator("canvas").first).to_be_visible()
    expect(drawing_page.locator("#unit h2")).to_have_text(re.compile(r"^Layer 1, neuron \d+$"))
    total, bias, z, activation, on_server = sums(drawing_page)
    assert on_server == pytest.approx(activation, abs=0.0011)
    assert z == pytest.approx(total + bias, abs=0.0021)
    assert activation == pytest.approx(1 / (1 + 2.718281828**-z), abs=0.0011)
    drawing_page.locator("#clear").click()
    expect(layers).to_have_count(0)


def test_a_convolutional_layer_is_shown_as_its_feature_maps(
    drawing_page: Page, mouse: Hand
) -> None:
    shape = (2, 3, 4)  # rows, columns, pictures
    outputs = [0.0] * 24
    outputs[(1 * 3 + 2) * 4 + 1] = 5.0  # the last neuron of the second picture
    convolution = {"size": 5, "stride": 1, "padding": 0, "pooling": 2}
    layers = [
        {"name": "ReLU()", "shape": shape, "outputs": outputs, "strongest": 21}
        | {"convolution": convolution},
        {"name": "ReLU()", "shape": (3,), "outputs": [0, 2, 0.5], "strongest": 1},
    ]
    output = {"sums": [0.0] * 10, "temperature": 1.0}
    whole = digit_answer(7, layers=layers, output_layer=output)
    drawing_page.route(READ, lambda route: route.fulfill(body=whole))
    open_inside(drawing_page, "layers")
    mouse.draw(digits.SEVEN)
    items = drawing_page.locator("#layers > li")
    expect(items.locator("h3")).to_have_text(
        ["Layer 1: convolution, ReLU", "Layer 2: ReLU", "Output: Softmax"]
    )
    expect(items.locator("p")).to_have_text(
        [
            "4 feature maps of 3 × 2 neurons, one for each filter; "
            "1 with an activation above half of the largest (5.000)",
            "3 neurons, 1 with an activation above half of the largest (2.000)",
            re.compile("^10 neurons, "),
        ]
    )
    # In a row, gaps of 4 pixels between them; each neuron is 10 pixels wide and high.
    bright = items.locator("canvas").first.evaluate(BRIGHT)
    assert bright == {"width": 4 * 30 + 3 * 4, "height": 20, "x": [54, 63], "y": [10, 19]}

    # Of a network that cannot be taken apart there are no sums.
    without_sums = digit_answer(7, layers=layers)
    drawing_page.route(READ, lambda route: route.fulfill(body=without_sums))
    drawing_page.locator("#clear").click()
    mouse.draw(digits.SEVEN)
    expect(items).to_have_count(2)
    expect(drawing_page.locator("#unit")).to_be_hidden()
    items.locator("canvas").first.click()  # and nothing to choose
    assert "unit=" not in drawing_page.url


def test_the_digits_way_is_stepped_along_and_every_sum_is_what_the_server_computed(
    drawing_page: Page, mouse: Hand
) -> None:
    with drawing_page.expect_response(READ) as plain:
        mouse.draw(digits.SEVEN)
    assert "layers" not in plain.value.json()["digits"][0]
    expect_last_answer(drawing_page)
    with drawing_page.expect_response("**/read?model=convnet&explain=layers") as explained:
        open_inside(drawing_page, "layers")
    (answer,) = explained.value.json()["digits"]
    heading = drawing_page.locator("#unit h2")
    expect(heading).to_contain_text("Layer 1, map ")
    assert "unit=" not in drawing_page.url  # none was chosen yet
    assert drawing_page.locator("#unit").evaluate(REACHES_BEYOND) == []
    for number_of_layer, layer in enumerate(answer["layers"], start=1):
        expect(heading).to_contain_text(f"Layer {number_of_layer}, ")
        served = layer["outputs"][layer["strongest"]]
        assert sums(drawing_page)[-2:] == pytest.approx([served, served], abs=6e-4)
        expect(drawing_page.locator("#way [aria-current]")).to_contain_text(
            f"Layer {number_of_layer}"
        )
        drawing_page.locator("#way [aria-current]").press("ArrowRight")
        expect(drawing_page.locator("#way [aria-current]")).to_be_focused()
    expect(heading).to_have_text("Output 7")
    expect(drawing_page.locator("#unit-state")).to_contain_text("Output 7. Sum +")
    strongest, others, bias, z, activation, _ = sums(drawing_page)
    assert z == pytest.approx(strongest + others + bias, abs=0.0021)
    assert z == pytest.approx(answer["output_layer"]["sums"][7], abs=6e-4)
    assert activation == pytest.approx(answer["activations"][7], abs=0.001)
    expect(drawing_page).to_have_url(re.compile("unit=output-7"))
    table = drawing_page.locator("#unit [data-part=outputs] tr")
    seven, total = (number(table.nth(row).locator("td").nth(1).text_content()) for row in (8, 11))
    assert seven / total == pytest.approx(activation, abs=0.0011)

    # One step back, and the same step of the next digit's way.
    drawing_page.locator("#way [data-part=back]").click()
    expect(heading).to_have_text(f"Layer 6, neuron {answer['layers'][5]['strongest'] + 1}")
    drawing_page.locator("#clear").click()
    answers: list[Response] = []
    drawing_page.on("response", lambda each: answers.append(each) if "/read?" in each.url else None)
    Mouse(drawing_page).draw(digits.ONE)
    expect_last_answer(drawing_page)
    strongest_of_1 = answers[-1].json()["digits"][0]["layers"][5]["strongest"]
    assert strongest_of_1 != answer["layers"][5]["strongest"]
    expect(heading).to_have_text(f"Layer 6, neuron {strongest_of_1 + 1}")


def test_a_neuron_is_touched_or_chosen_by_numbers_and_an_address_leads_to_it(page: Page) -> None:
    page.route("**/models/weights?*", lambda route: route.abort())
    page.goto("/?inside=layers&unit=3-17-3-4")
    Mouse(page).draw(digits.SEVEN)
    expect_last_answer(page)
    expect(page.locator("#unit-problem")).to_contain_text("cannot be loaded")
    page.unroute("**/models/weights?*")
    heading = page.locator("#unit h2")
    page.locator("#inside > summary").click()
    page.locator("#inside > summary").click()
    expect(page.locator("#unit-problem")).to_be_hidden()
    expect(heading).to_have_text("Layer 3, map 17, row 3, column 4")
    expect(page.locator("[data-part=field-caption]")).to_have_text("It depends on 16 × 16 pixels")
    page.get_by_role("spinbutton", name="Feature map").fill("5")
    page.keyboard.press("Enter")
    expect(heading).to_have_text("Layer 3, map 5, row 3, column 4")
    expect(page).to_have_url(re.compile("unit=3-5-3-4"))
    expect_last_answer(page)
    page.locator("#layers canvas").nth(1).click(position={"x": 2, "y": 2})
    expect(heading).to_have_text("Layer 2, map 1, row 1, column 1")
    Mouse(page).draw([[(0.3, 0.5), (0.7, 0.5)]])  # it stays while the drawing changes
    expect_last_answer(page)
    expect(heading).to_have_text("Layer 2, map 1, row 1, column 1")
    page.locator("#unit .to-input").first.click()
    expect(heading).to_contain_text("Layer 1, map ")
    page.locator("#unit [data-part=map]").click(position={"x": 2, "y": 2})
    expect(heading).to_have_text(re.compile(r"^Layer 1, map \d+, row 1, column 1$"))
    page.get_by_role("combobox", name="Layer").select_option("Output")
    expect(heading).to_have_text("Output 0")
    expect(page.get_by_role("spinbutton", name="Row")).to_be_hidden()
    page.get_by_label("Network").select_option("article")  # has this output, too
    expect(page.locator("#layers > li")).to_have_count(2)
    expect(heading).to_have_text("Output 0")
    page.goto("/?inside=layers&unit=9-9")  # the kept drawing, and a neuron that no network has
    expect(heading).to_contain_text("Layer 1, map ")


def test_on_a_phone_the_sum_stays_in_sight_below_the_layer_that_is_touched(page: Page) -> None:
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto("/")
    Mouse(page).draw(digits.SEVEN)
    page.get_by_role("button", name="See how it decided").click()
    page.get_by_label("Layers", exact=True).check()
    expect(page.locator("#unit h2")).to_contain_text("Layer 1")
    page.locator("#layers canvas").nth(3).click(position={"x": 50, "y": 10})
    expect(page.locator("#unit h2")).to_contain_text("Layer 4")
    expect(page.locator("#unit h2")).to_be_in_viewport()
    expect(page.locator("#unit dd").nth(4)).to_be_in_viewport()  # the activation
    assert page.evaluate("document.documentElement.scrollWidth") == 360
