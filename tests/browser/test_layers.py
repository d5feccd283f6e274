"""The layers of the network that reads: all neurons, the digit's way through, the sum of each."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.browser import digits
from tests.browser.hands import Mouse, expect_last_answer, read
from tests.browser.inside import numbers, open_inside

REACHES_BEYOND = """(unit) => {
  const end = unit.getBoundingClientRect().right + 1;
  return [...unit.querySelectorAll("*")]
    .filter((each) => each.getBoundingClientRect().right > end)
    .map(({ tagName, className }) => `${tagName} ${className}`);
}"""


def sums(page: Page) -> list[float]:
    """Return the numbers in the sum of the neuron that is shown, from top to bottom."""
    return numbers(page.locator("#unit dd"))


def test_what_a_neuron_is_called_moves_nothing_below_its_name(drawing_page: Page) -> None:
    page = drawing_page
    page.set_viewport_size({"width": 1280, "height": 800})
    read(page, digits.SEVEN, "7")
    open_inside(page, "layers")
    heading = page.locator("#unit h2")
    expect(heading).to_contain_text("Layer 1, map ")
    write = "(heading, text) => { heading.textContent = text; return heading.clientHeight; }"
    short, long = (heading.evaluate(write, text) for text in ("Output 7", "Output 7 " * 5))
    assert short == long


def test_the_digits_way_has_the_sums_that_the_server_computed(drawing_page: Page) -> None:
    page = drawing_page
    read(page, digits.SEVEN, "7")
    with page.expect_response("**/read?model=convnet&explain=layers") as explained:
        open_inside(page, "layers")
    (answer,) = explained.value.json()["digits"]
    heading = page.locator("#unit h2")
    expect(heading).to_contain_text("Layer 1, map ")
    assert "unit=" not in page.url  # none was chosen yet
    assert page.locator("#unit").evaluate(REACHES_BEYOND) == []
    for number_of_layer, layer in enumerate(answer["layers"], start=1):
        expect(heading).to_contain_text(f"Layer {number_of_layer}, ")
        served = layer["outputs"][layer["strongest"]]
        assert sums(page)[-2:] == pytest.approx([served, served], abs=6e-4)
        expect(page.locator("#way [aria-current]")).to_contain_text(f"Layer {number_of_layer}")
        page.locator("#way [aria-current]").press("ArrowRight")
        expect(page.locator("#way [aria-current]")).to_be_focused()
    expect(heading).to_have_text("Output 7")
    expect(page.locator("#unit-state")).to_contain_text("Output 7. Sum +")
    *_, z, activation, _ = sums(page)
    assert z == pytest.approx(answer["output_layer"]["sums"][7], abs=6e-4)
    assert activation == pytest.approx(answer["activations"][7], abs=0.001)
    expect(page).to_have_url(re.compile("unit=output-7"))
    page.locator("#way [data-part=back]").click()
    expect(heading).to_have_text(f"Layer 6, neuron {answer['layers'][5]['strongest'] + 1}")


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
