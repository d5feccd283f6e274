"""See how it decided: the digit travels through the network that answered."""

import base64
import io
import re
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Locator, Page, expect

from app.config import ROOT
from benchmarks.make.screenshots import frames
from nn.models import weights
from nn.reading.mnist import to_inputs
from tests.browser import digits
from tests.browser.answers import READ
from tests.browser.clock import stop_clock
from tests.browser.hands import Mouse, expect_last_answer, read
from tests.browser.options import choose_network
from tests.browser.screen import THEMES, TOUCH_PX, assert_accessible, assert_touchable, place
from tests.browser.test_layers import SLOW_WEIGHTS
from tests.browser.test_live import SPARING

SENTENCE = re.compile(r"\.$")
COLUMNS = {"left": 0, "middle": 1, "right": 2}
ROWS = {"top": 0, "bottom": 2}


def stage(page: Page) -> Locator:
    return page.locator("#decision")


def part(page: Page, name: str) -> Locator:
    return stage(page).locator(f"[data-part={name}]")


def open_stage(page: Page) -> None:
    page.get_by_role("button", name="See how it decided").click()
    expect(stage(page)).to_be_visible()


def brightness(picture: Image.Image, left: float, right: float) -> float:
    """Return the mean grey of a part of a frame's width."""
    width, height = picture.size
    part = picture.crop((round(left * width), height // 6, round(right * width), 5 * height // 6))
    return float(np.asarray(part.convert("L")).mean())


def thirds(has_ink: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the third of the ink that each row, or column, of a picture lies in, from 0."""
    first, *_, last = np.flatnonzero(has_ink)
    numbers: NDArray[np.int64] = 3 * (np.arange(has_ink.size) - first) // (last - first + 1)
    return numbers


def test_the_digit_travels_from_the_pad_through_the_layers_to_the_output(page: Page) -> None:
    page.goto("/?example=neat")
    expect_last_answer(page)
    first, *_, last = film = frames(page)
    # The paper is covered, then light appears from the left to the right.
    assert brightness(first, 0.4, 0.9) > 200 > 60 > brightness(film[3], 0.4, 0.9)
    layers, output = (
        [brightness(each, *place) for each in film] for place in ((0.2, 0.8), (0.8, 1))
    )
    assert layers[3] < layers[5] < layers[7]
    assert output[7] + 5 < output[9]
    assert last.getpixel((round(0.87 * last.width), round(0.47 * last.height)))[2] > 150  # type: ignore[index]
    page.clock.resume()
    expect(part(page, "sentence")).to_have_text(SENTENCE)


def test_its_sentence_is_what_the_network_of_nn_reads_without_that_part(page: Page) -> None:
    network = weights.load(ROOT / "models" / "convnet.npz").network
    page.emulate_media(reduced_motion="reduce")
    for example in ("neat", "looped"):
        page.goto(f"/?example={example}&decision")
        expect(part(page, "sentence")).to_have_text(SENTENCE)
        said = part(page, "sentence").text_content() or ""
        name, digit, other = re.findall(
            r"^The stroke (.*) made it an? (\d), not an? (\d)\.$", said
        )[0]
        seen = (page.locator("#seen").get_attribute("src") or "").partition(",")[2]
        image = np.array(Image.open(io.BytesIO(base64.b64decode(seen))))
        assert network.activations(to_inputs(image[np.newaxis]))[0].argmax() == int(digit)
        row, column = ROWS.get(name.split()[2], 1), COLUMNS.get(name.split()[-1], 1)
        ink: NDArray[np.bool_] = image > 0
        image[np.ix_(thirds(np.any(ink, 1)) == row, thirds(np.any(ink, 0)) == column)] = 0
        assert network.activations(to_inputs(image[np.newaxis]))[0].argmax() == int(other)


def test_its_sentence_is_below_the_answer_of_one_digit_too(page: Page) -> None:
    reason = page.locator("#reason")
    page.emulate_media(reduced_motion="reduce")
    page.goto("/?example=neat")
    expect(reason).to_have_text(SENTENCE)
    said = reason.inner_text()
    open_stage(page)
    expect(part(page, "sentence")).to_have_text(said)
    page.keyboard.press("Escape")
    page.locator("#back").click()
    expect(reason).to_be_empty()
    Mouse(page).draw(digits.LETTER_K)
    expect(reason).to_have_text(re.compile(r"^No output rises above \d+ %: not a digit\.$"))
    Mouse(page).press([(0.9, 0.9)])
    expect(reason).to_be_empty()
    page.mouse.up()
    page.locator("#clear").click()
    read(page, digits.NUMBER_207, "207")
    expect(reason).to_be_empty()


def test_no_sentence_is_computed_where_data_are_dear(page: Page) -> None:
    page.add_init_script(SPARING)
    page.goto("/", wait_until="networkidle")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    read(page, digits.SEVEN, "7")
    page.wait_for_load_state("networkidle")
    assert [url for url in asked if not READ.search(url)] == []
    expect(page.locator("#reason")).to_be_empty()


def test_it_is_paused_stepped_and_linked_to_and_back_closes_it(drawing_page: Page) -> None:
    page = drawing_page
    read(page, digits.SEVEN, "7")
    open_stage(page)
    expect(part(page, "play")).to_be_focused()
    expect(part(page, "sentence")).to_have_text(SENTENCE)
    expect(part(page, "caption")).to_have_text("Output: Softmax")
    expect(page).to_have_url(re.compile(r"\?decision=$"))
    page.keyboard.press("Control+ArrowLeft")  # as Alt and the arrow, no key of the stage
    page.keyboard.press("ArrowLeft")
    expect(part(page, "caption")).to_have_text("Layer 6: ReLU")
    expect(page).to_have_url(re.compile("decision=7$"))
    for _ in range(6):
        part(page, "back").click()
    expect(part(page, "caption")).to_have_text("Picture")
    expect(part(page, "back")).to_have_attribute("aria-disabled", "true")
    part(page, "place").press("ArrowRight")
    expect(part(page, "caption")).to_have_text("Layer 1: convolution, ReLU")
    page.reload()
    expect(part(page, "caption")).to_have_text("Layer 1: convolution, ReLU")
    stop_clock(page)
    part(page, "play").press("Space")
    expect(part(page, "play")).to_have_text("Pause")
    part(page, "play").press("Space")
    expect(part(page, "play")).to_have_text("Play")
    page.go_back()
    expect(stage(page)).to_be_hidden()
    expect(page).not_to_have_url(re.compile("decision"))
    open_stage(page)
    page.keyboard.press("Escape")
    expect(stage(page)).to_be_hidden()
    expect(page.get_by_role("button", name="See how it decided")).to_be_focused()


@pytest.mark.parametrize(
    ("query", "sentence", "caption"),
    [
        ("example=tailed&decision", "speaks for 9, .* for 1", "Output: Softmax"),
        ("example=letter&decision", r"No output rises above \d+ %: not a digit", "Output"),
        ("example=bar&decision=2&model=article", "made it a 7, not a 2", "Layer 1: Sigmoid"),
        ("example=neat&decision&model=mlp", "made it a 4, not a 7", "Output: Softmax"),
        ("decision", "would still be a 7", "Output: Softmax"),  # of the opening
        ("example=number&decision&digit=1&model=article", r"\.$", "Output: Sigmoid"),
    ],
)
def test_a_link_opens_it_for_any_answer_of_any_network(
    query: str, sentence: str, caption: str, page: Page
) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"/?{query}")
    expect(part(page, "sentence")).to_have_text(re.compile(sentence))
    expect(part(page, "caption")).to_contain_text(caption)
    page.keyboard.press("Escape")
    expect(page).not_to_have_url(re.compile("decision"))


def test_a_neuron_is_touched_or_focused_and_its_sums_are_shown(touch_page: Page) -> None:
    page = touch_page
    page.emulate_media(reduced_motion="reduce")
    read(page, digits.SEVEN, "7")
    open_stage(page)
    expect(part(page, "sentence")).to_have_text(SENTENCE)
    before = part(page, "canvas").screenshot()
    part(page, "layers").get_by_role("button", name="Layer 4, map").first.focus()
    caption = part(page, "caption")
    expect(caption).to_have_text(re.compile(r"Layer 4, map \d+, row \d, column \d: activation \d"))
    assert part(page, "canvas").screenshot() != before
    part(page, "canvas").tap(position={"x": 180, "y": 330})
    expect(caption).to_have_text(re.compile(r"Layer \d, (map|neuron)"))
    name = (caption.text_content() or "").partition(":")[0]
    stage(page).get_by_role("button", name="Show the sums").click()
    expect(stage(page)).to_be_hidden()
    expect(page.locator("#neuron h2")).to_have_text(name)
    page.go_back()
    expect(page.locator("#inside")).not_to_have_attribute("open", "")
    expect(page.locator("#pad")).to_be_visible()


def test_while_the_weights_come_it_says_how_much_and_a_failure_is_tried_again(page: Page) -> None:
    page.add_init_script(SLOW_WEIGHTS)
    page.goto("/?example=bar&decision=8")
    page.evaluate("() => void weights.send(0.25)")
    expect(part(page, "sentence")).to_have_text("Loading … 25 %")
    page.evaluate("() => void weights.fail()")
    expect(part(page, "sentence")).to_contain_text("The numbers of the network cannot be loaded.")
    page.evaluate("() => weights.repair()")
    part(page, "retry").click()
    expect(part(page, "sentence")).to_contain_text("would still be a 7")
    expect(part(page, "retry")).to_be_hidden()


def test_without_what_shows_it_the_inside_is_opened(drawing_page: Page) -> None:
    page = drawing_page
    page.route("**/decision/stage.js", lambda route: route.abort())
    read(page, digits.SEVEN, "7")
    page.get_by_role("button", name="See how it decided").click()
    expect(page.locator("#neuron h2")).to_have_text(re.compile("Layer 1"))
    page.unroute("**/decision/stage.js")
    open_stage(page)


def test_axe_finds_nothing_and_each_button_is_large_enough_for_a_finger(page: Page) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto("/?example=neat&decision")
    expect(part(page, "sentence")).to_have_text(SENTENCE)
    assert_accessible(page, *THEMES)
    for width, height in ((1280, 800), (360, 640), (640, 360)):
        page.set_viewport_size({"width": width, "height": height})
        assert_touchable(stage(page).locator("button:visible:not([data-layer])"))
        assert stage(page).evaluate(
            "({ scrollWidth, scrollHeight }) => [scrollWidth, scrollHeight]"
        ) == [width, height]
    page.set_viewport_size({"width": 360, "height": 640})
    page.goto("/?lang=de&example=neat&decision=2")
    expect(part(page, "caption")).to_contain_text("Schicht 1")
    assert place(stage(page).locator(".decision-controls"))["height"] < 3 * TOUCH_PX  # two rows


def test_it_works_in_the_one_file(disconnected: Page, standalone_file: Path) -> None:
    page = disconnected
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{standalone_file.as_uri()}?example=neat&decision")
    expect(part(page, "sentence")).to_have_text("The stroke at the left made it a 4, not a 7.")
    part(page, "close").click()
    choose_network(page, "article")
    expect_last_answer(page)
    open_stage(page)
    expect(part(page, "caption")).to_have_text("Output: Sigmoid")
    stage(page).get_by_role("button", name="Show the sums").click()
    expect(page.locator("#neuron h2")).to_have_text("Output 4")
