"""The layers of the network that reads: the sum of each neuron."""

import base64
import io
import re

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Page, expect

from app.config import ROOT
from nn.models import weights
from nn.reading.mnist import to_inputs
from tests.browser import digits
from tests.browser.hands import Mouse, expect_last_answer, read
from tests.browser.inside import numbers, open_inside, show_sums
from tests.browser.options import choose_network

REACHES_BEYOND = """(view) => {
  const end = view.getBoundingClientRect().right + 1;
  return [...view.querySelectorAll("*")]
    .filter((each) => each.getBoundingClientRect().right > end)
    .map(({ tagName, className }) => `${tagName} ${className}`);
}"""

# A server that sends the weights slowly, and then not to their end.
SLOW_WEIGHTS = """
  const { fetch } = globalThis;
  const [streams, sent] = [[], []];
  let isCutOff = false;
  const bytes = (part) => new Uint8Array(1000 * part);
  globalThis.weights = {
    send: (part) => [sent.push(part), ...streams.map((stream) => stream.enqueue(bytes(part)))],
    fail() {
      isCutOff = true; // The page may ask once more until it is repaired: that fails, too.
      for (const stream of streams.splice(0)) stream.error(new TypeError("cut off"));
    },
    repair: () => (globalThis.fetch = fetch),
  };
  const start = (stream) => {
    if (isCutOff) return stream.error(new TypeError("cut off"));
    streams.push(stream);
    for (const part of sent) stream.enqueue(bytes(part));
  };
  globalThis.fetch = async (address, options) =>
    String(address).startsWith("models/weights")
      ? new Response(new ReadableStream({ start }), { headers: { "Content-Length": "1000" } })
      : fetch(address, options);
"""


def sums(page: Page) -> list[float]:
    """Return the numbers in the sum of the neuron that is shown, from top to bottom."""
    return numbers(page.locator("#neuron dd"))


def test_each_step_of_the_stage_leads_to_a_sum_and_every_activation_is_what_nn_computes(
    drawing_page: Page,
) -> None:
    page = drawing_page
    page.emulate_media(reduced_motion="reduce")
    read(page, digits.SEVEN, "7")
    open_inside(page, "layers")
    heading = page.locator("#neuron h2")
    expect(heading).to_contain_text("Layer 1, map ")
    assert "neuron=" not in page.url  # none was chosen yet
    assert page.locator("#network").evaluate(REACHES_BEYOND) == []
    seen = (page.locator("#seen").get_attribute("src") or "").partition(",")[2]
    image = np.asarray(Image.open(io.BytesIO(base64.b64decode(seen))))
    network = weights.load(ROOT / "models" / "convnet.npz").network
    inputs = to_inputs(image[np.newaxis])
    for number, (_, outputs) in enumerate(network.inspect(inputs), start=1):
        show_sums(page, number)
        expect(heading).to_contain_text(f"Layer {number}, ")
        place = [int(part) for part in re.findall(r"\d+", heading.text_content() or "")[1:]]
        channel, *row_and_column = [each - 1 for each in place]
        computed = outputs[(0, *row_and_column, channel)]
        assert sums(page)[-1] == pytest.approx(computed, abs=6e-4)
        assert computed == outputs[0, ..., channel].max()
    show_sums(page)
    expect(heading).to_have_text("Output 7")
    assert sums(page)[-1] == pytest.approx(network.activations(inputs)[0, 7], abs=0.001)
    expect(page).to_have_url(re.compile("neuron=output-7"))


def test_while_weights_are_loaded_it_says_how_much_has_come_and_a_failure_is_tried_again(
    page: Page,
) -> None:
    page.add_init_script(SLOW_WEIGHTS)
    page.goto("/?inside=layers&example=bar")
    loading, problem = page.locator("#inside-loading"), page.locator("#inside-problem")
    page.evaluate("() => void weights.send(0.25)")
    expect(loading).to_contain_text("Loading … 25 %")
    expect(loading.locator("img")).to_have_attribute("src", re.compile("^data:image/png"))
    page.evaluate("() => void weights.fail()")
    expect(problem).to_contain_text("The numbers of the network cannot be loaded.")
    expect(loading).to_be_hidden()
    page.evaluate("() => weights.repair()")
    problem.get_by_role("button", name="Try again").click()
    expect(page.locator("#neuron h2")).to_contain_text("Layer 1, map ")
    expect(problem).to_be_hidden()
    expect(loading).to_be_hidden()


def test_a_neuron_is_touched_or_chosen_by_numbers_and_an_address_leads_to_it(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto("/?inside=layers&neuron=3-17-3-4")
    Mouse(page).draw(digits.SEVEN)
    expect_last_answer(page)
    heading = page.locator("#neuron h2")
    expect(heading).to_have_text("Layer 3, map 17, row 3, column 4")
    expect(page.locator("[data-part=field-caption]")).to_have_text("It depends on 16 × 16 pixels")
    page.get_by_role("spinbutton", name="Feature map").fill("5")
    page.keyboard.press("Enter")
    expect(heading).to_have_text("Layer 3, map 5, row 3, column 4")
    expect(page).to_have_url(re.compile(r"layers&neuron=3-5-3-4"))
    expect_last_answer(page)
    Mouse(page).draw([[(0.3, 0.5), (0.7, 0.5)]])  # it stays while the drawing changes
    expect_last_answer(page)
    expect(heading).to_have_text("Layer 3, map 5, row 3, column 4")
    page.locator("#network .to-input").first.click()
    expect(heading).to_contain_text("Layer 2, map ")
    page.locator("#neuron [data-part=map]").click(position={"x": 2, "y": 2})
    expect(heading).to_have_text(re.compile(r"^Layer 2, map \d+, row 1, column 1$"))
    page.get_by_role("combobox", name="Layer").select_option("Output")
    expect(heading).to_have_text("Output 0")
    expect(page.get_by_role("spinbutton", name="Row")).to_be_hidden()
    choose_network(page, "article")  # has this output, too
    expect(page).to_have_url(re.compile("neuron=output-0&model=article"))
    expect(page.get_by_role("combobox", name="Layer")).to_be_hidden()
    expect(page.get_by_role("button", name="Output 0:")).to_have_attribute("aria-pressed", "true")
    expect(heading).to_have_text("Output 0")
    page.goto("/?inside=layers&neuron=9-9")  # the kept drawing, and a neuron that no network has
    expect(heading).to_contain_text("Layer 1, map ")
    show_sums(page, 2, opened_by="See all neurons")
    expect(heading).to_contain_text("Layer 2, map ")
