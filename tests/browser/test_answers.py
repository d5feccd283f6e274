"""How the page shows answers: certain, uncertain and late ones, and errors."""

import json
import re
from contextlib import suppress
from typing import Any

import pytest
from playwright.sync_api import Error, Page, Request, Route, expect

from tests.browser import digits
from tests.browser.hands import Hand, Mouse, expect_last_answer, places_on_pad

BLANK = re.compile(r"^\s*$")
PREDICT = re.compile(r"/predict\?")
FONT_PX = "(element) => parseFloat(getComputedStyle(element).fontSize)"
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


def answer(digit: int, doubt: str | None = None, **others: Any) -> str:
    """Return an answer as the server would give it."""
    return json.dumps(
        {
            "digit": digit,
            "confidence": 0.6,
            "certain": doubt is None,
            "doubt": doubt,
            "message": f"Not certain: an {digit}, or perhaps a 3.",
            "activations": [0.6 if each == digit else 0.02 for each in range(10)],
            "left_out": [],
            "width": 280,
            "height": 280,
            "model": "convnet",
            "image": "data:image/gif;base64,R0lGODlhAQABAAAAACwAAAAAAQABAAA=",
        }
        | others
    )


def test_ten_bars_carry_their_numbers_and_mark_the_best(drawing_page: Page, mouse: Hand) -> None:
    mouse.draw(digits.SEVEN)
    expect(drawing_page.locator("#digit")).to_have_text("7")
    expect_last_answer(drawing_page)
    bars = drawing_page.locator("#activations li")
    expect(bars).to_have_count(10)
    numbers = [float(text) for text in bars.locator(".activation").all_text_contents()]
    widths = [rect.get_attribute("width") for rect in bars.locator("rect").all()]
    assert sum(numbers) == pytest.approx(1, abs=0.05)
    assert numbers.index(max(numbers)) == 7
    assert [float(width or "nan") / 100 for width in widths] == pytest.approx(numbers, abs=0.006)
    expect(drawing_page.locator("#activations [aria-current] .class")).to_have_text("7")


def test_the_input_of_the_network_is_shown_28_by_28(drawing_page: Page, mouse: Hand) -> None:
    mouse.draw(digits.SEVEN)
    seen = drawing_page.locator("#seen")
    expect(seen).to_be_visible()
    assert seen.evaluate("image => [image.naturalWidth, image.naturalHeight]") == [28, 28]
    expect(seen).to_have_css("image-rendering", "pixelated")


def test_an_uncertain_answer_says_so_and_looks_different(drawing_page: Page, mouse: Hand) -> None:
    drawing_page.route(PREDICT, lambda route: route.fulfill(body=answer(8, "unclear")))
    mouse.draw(digits.NO_DIGIT)
    expect(drawing_page.locator("#digit")).to_have_text("8")
    expect(drawing_page.locator("#digit")).to_have_css("border-style", "dashed")
    mark = drawing_page.locator("#digit .is-doubtful").evaluate(
        "digit => getComputedStyle(digit, '::after').content"
    )
    assert "?" in mark
    expect(drawing_page.locator("#message")).to_have_text("Not certain: an 8, or perhaps a 3.")
    expect(drawing_page.locator("#message")).to_have_attribute("aria-live", "polite")


@pytest.mark.parametrize("strokes", [digits.NO_DIGIT, digits.LETTER_K, digits.STAR])
def test_a_drawing_that_is_no_digit_is_said_to_be_none_and_the_guess_is_small(
    drawing_page: Page, mouse: Hand, strokes: list[digits.Stroke]
) -> None:
    mouse.draw(strokes)
    expect(drawing_page.locator("#message")).to_have_text(
        re.compile(r"^This does not look like a digit\. Best guess: \d\.$")
    )
    expect_last_answer(drawing_page)
    expect(drawing_page.locator("#answer")).to_have_attribute("data-certain", "false")
    expect(drawing_page.locator("#message span")).to_have_text(re.compile(r"^Best guess: \d\.$"))
    sentence_px = drawing_page.locator("#message").evaluate(FONT_PX)
    for guess in ("#message span", "#digit span"):
        assert drawing_page.locator(guess).evaluate(FONT_PX) < sentence_px


def test_what_is_beside_the_digit_is_outlined_until_the_drawing_is_cleared(
    drawing_page: Page, mouse: Hand
) -> None:
    left_out = [{"box": [210, 140, 56, 70], "why": "beside_the_digit"}]
    body = answer(8, "ink_left_out", left_out=left_out)
    drawing_page.route(PREDICT, lambda route: route.fulfill(body=body))
    mouse.draw(digits.NO_DIGIT)
    outline = drawing_page.locator("#boxes .left-out")
    expect(outline).to_have_text("not read")
    pad, box = drawing_page.locator("#pad").bounding_box(), outline.bounding_box()
    assert pad is not None
    assert box is not None
    assert box["x"] - pad["x"] == pytest.approx(0.75 * pad["width"], abs=2)
    assert box["height"] == pytest.approx(0.25 * pad["height"], abs=2)
    drawing_page.locator("#clear").click()
    expect(outline).to_have_count(0)


def test_another_network_reads_the_same_drawing(drawing_page: Page, mouse: Hand) -> None:
    mouse.draw(digits.THREE)
    expect(drawing_page.locator("#digit")).to_have_text("3")
    expect(drawing_page.locator(".model-card:visible")).to_contain_text("convnet")
    with drawing_page.expect_response("**/predict?model=article") as response_info:
        drawing_page.get_by_label("Network").select_option("article")
    answered = response_info.value.json()
    assert answered["model"] == "article"
    expect(drawing_page.locator(".model-card:visible")).to_contain_text("article")
    best = str(max(answered["activations"]))[:5].ljust(5, "0")  # cut off, not rounded
    expect(drawing_page.locator("#activations [aria-current] .activation")).to_have_text(best)
    drawing_page.reload()
    expect(drawing_page.get_by_label("Network")).to_have_value("article")


def test_a_late_answer_to_an_older_drawing_is_dropped(drawing_page: Page, mouse: Hand) -> None:
    held: list[Route] = []
    drawing_page.route(PREDICT, lambda route: held.append(route), times=1)
    with drawing_page.expect_request(PREDICT):
        mouse.draw(digits.ONE)
    with drawing_page.expect_event("requestfailed") as hung_up:
        drawing_page.locator("#clear").click()
    assert hung_up.value == held[0].request
    mouse.draw(digits.THREE)
    expect(drawing_page.locator("#digit")).to_have_text("3")
    expect_last_answer(drawing_page)
    with suppress(Error):  # the page may have closed the request
        held[0].fulfill(body=answer(1))
    drawing_page.evaluate("() => fetch('/healthz').then(() => null)")  # time for it to come
    expect(drawing_page.locator("#digit")).to_have_text("3")


def test_on_a_slow_connection_one_request_at_a_time_is_sent(drawing_page: Page) -> None:
    mouse = Mouse(drawing_page)
    sent: list[Request] = []
    open_now: set[Request] = set()
    most_open: list[int] = []
    held: list[Route] = []

    def note(request: Request) -> None:
        if PREDICT.search(request.url):
            sent.append(request)
            open_now.add(request)
            most_open.append(len(open_now))

    drawing_page.on("request", note)
    drawing_page.on("requestfinished", lambda request: open_now.discard(request))
    drawing_page.on("requestfailed", lambda request: open_now.discard(request))
    drawing_page.route(PREDICT, lambda route: held.append(route), times=1)
    with drawing_page.expect_request(PREDICT):
        mouse.press(digits.SEVEN[0])
    for _ in range(20):  # goes on drawing while the first question waits for its answer
        for place in places_on_pad(drawing_page, [(0.46, 0.8), (0.45, 0.82)]):
            drawing_page.mouse.move(*place)
    assert len(sent) == 1
    held[0].fulfill(body=answer(4))
    best = drawing_page.locator("#activations [aria-current] .class")
    expect(best).to_have_text("7")  # sent by itself, pen still down
    drawing_page.mouse.up()
    expect_last_answer(drawing_page)
    assert max(most_open) == 1


def test_the_page_says_that_it_waits(drawing_page: Page, mouse: Hand) -> None:
    held: list[Route] = []
    drawing_page.route(PREDICT, lambda route: held.append(route))
    mouse.draw(digits.ONE)
    expect(drawing_page.locator("#busy")).to_be_visible()
    expect(drawing_page.locator("#busy")).to_have_text("Reading …")
    drawing_page.locator("#clear").click()
    expect_last_answer(drawing_page)


@pytest.mark.parametrize(
    ("body", "content_type", "sentence"),
    [
        ("<h1>Oops</h1>", "text/html", "The server's answer cannot be read."),
        (
            '{"title": "Internal error", "status": 500, "detail": "It is not your picture."}',
            "application/problem+json",
            "It is not your picture.",
        ),
    ],
)
def test_an_error_of_the_server_is_shown_and_the_request_can_be_repeated(
    drawing_page: Page, mouse: Hand, body: str, content_type: str, sentence: str
) -> None:
    drawing_page.route(
        PREDICT, lambda route: route.fulfill(status=500, body=body, content_type=content_type)
    )
    mouse.draw(digits.SEVEN)
    alert = drawing_page.get_by_role("alert")
    expect(alert).to_contain_text(sentence)
    expect(drawing_page.locator("#digit")).to_have_text(BLANK)
    expect_last_answer(drawing_page)
    drawing_page.unroute(PREDICT)
    drawing_page.get_by_role("button", name="Try again").click()
    expect(drawing_page.locator("#digit")).to_have_text("7")
    expect(alert).to_have_text(BLANK)


def test_a_lost_connection_is_shown_and_the_drawing_is_read_when_it_is_back(
    drawing_page: Page, mouse: Hand
) -> None:
    drawing_page.context.set_offline(True)
    mouse.draw(digits.SEVEN)
    expect(drawing_page.locator("#message")).to_contain_text("No answer from the server.")
    drawing_page.context.set_offline(False)
    expect(drawing_page.locator("#digit")).to_have_text("7")
    expect(drawing_page.locator("#message")).not_to_contain_text("server")


def test_inside_the_network_every_neuron_of_the_hidden_layer_is_shown(
    drawing_page: Page, mouse: Hand
) -> None:
    drawing_page.get_by_label("Network").select_option("article")
    drawing_page.locator("summary").click()
    expect(drawing_page.locator("#inside-blank")).to_be_visible()
    mouse.draw(digits.SEVEN)
    layers = drawing_page.locator("#layers li")
    expect(layers).to_have_count(1)
    expect(layers.locator("p")).to_have_text(
        re.compile(r"^15 neurons, \d+ with an activation above 0\.5$")
    )
    expect(layers.locator("canvas")).to_be_visible()
    drawing_page.locator("#clear").click()
    expect(layers).to_have_count(0)


def test_a_convolutional_layer_is_shown_as_its_feature_maps(
    drawing_page: Page, mouse: Hand
) -> None:
    shape = (2, 3, 4)  # rows, columns, pictures
    outputs = [0.0] * 24
    outputs[(1 * 3 + 2) * 4 + 1] = 5.0  # the last neuron of the second picture
    layers = [
        {"name": "ReLU()", "shape": shape, "outputs": outputs},
        {"name": "ReLU()", "shape": (3,), "outputs": [0, 2, 0.5]},
    ]
    explained = json.dumps(json.loads(answer(7)) | {"layers": layers})
    drawing_page.route(PREDICT, lambda route: route.fulfill(body=explained))
    drawing_page.locator("summary").click()
    mouse.draw(digits.SEVEN)
    items = drawing_page.locator("#layers li")
    expect(items.locator("h2")).to_have_text(
        ["Hidden layer 1: convolution, ReLU", "Hidden layer 2: ReLU"]
    )
    expect(items.locator("p")).to_have_text(
        [
            "4 feature maps of 3 × 2 neurons, one for each filter; "
            "1 with an activation above half of the largest (5.0)",
            "3 neurons, 1 with an activation above half of the largest (2.0)",
        ]
    )
    # In a row, gaps of 4 pixels between them; each neuron is 10 pixels wide and high.
    bright = items.locator("canvas").first.evaluate(BRIGHT)
    assert bright == {"width": 4 * 30 + 3 * 4, "height": 20, "x": [54, 63], "y": [10, 19]}


def test_the_hidden_layers_are_requested_only_while_they_are_shown(
    drawing_page: Page, mouse: Hand
) -> None:
    with drawing_page.expect_response(PREDICT) as plain:
        mouse.draw(digits.SEVEN)
    assert "layers" not in plain.value.json()
    with drawing_page.expect_response("**/predict?model=convnet&explain=1") as explained:
        drawing_page.locator("summary").click()
    assert explained.value.json()["layers"]
