"""The example pictures: the answer to each is what its caption says, and each has a licence."""

import html
import re
from collections import Counter
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from PIL import Image

from app.config import ROOT
from app.languages import NAMES
from benchmarks.make.examples import PICTURES
from nn.core.layers import Dense
from nn.models import weights
from nn.reading.mnist import to_inputs
from tests.drawing import picture_in

FOLDER = ROOT / "static" / "examples"
TYPES = {".png": "image/png", ".jpg": "image/jpeg", ".webp": "image/webp"}
MAX_BYTES = 180_000  # of all examples
LICENCES = ("MIT", "CC BY 4.0", "CC BY-SA 3.0")

NUMBERS = {
    "neat.png": "4",
    "flag.png": "1",
    "bar.png": "7",
    "decimal.png": "3.14",
    "photograph.webp": "5",
    "page.webp": "2927\n109\n5139",
    "seven.png": "7",
    "three.png": "3",
    "number.jpg": "5379",
}


def answer(client: FlaskClient, route: str, name: str) -> dict[str, object]:
    file = FOLDER / name
    response = client.post(route, data=file.read_bytes(), content_type=TYPES[file.suffix])
    assert response.status_code == 200, response.text
    answered: dict[str, object] = response.get_json()
    return answered


@pytest.mark.parametrize("name", NUMBERS)
def test_an_example_of_a_number_is_read_certainly(name: str, client: FlaskClient) -> None:
    answered = answer(client, "/read", name)
    assert (answered["text"], answered["certain"]) == (NUMBERS[name], True)
    if len(NUMBERS[name]) == 1:
        answered = answer(client, "/predict", name)
        assert (str(answered["digit"]), answered["certain"]) == (NUMBERS[name], True)


NO_DIGIT = "This does not look like a digit. Best guess: "


@pytest.mark.parametrize("route", ["/predict", "/read"])
@pytest.mark.parametrize(
    ("name", "doubt", "message"),
    [
        ("letter.png", "not_a_digit", NO_DIGIT),
        ("doodle.png", "not_a_digit", NO_DIGIT),
        ("messy.png", "unclear", "Not certain: {row}."),
        ("angular.png", None, "This looks like a 3."),
        ("tailed.png", "unclear", "Not certain: a 9, or perhaps a 1."),
        ("looped.png", None, "This looks like a 0."),
    ],
)
def test_an_example_of_a_doubtful_digit_is_answered_as_its_row_says(
    name: str, doubt: str | None, message: str, route: str, client: FlaskClient
) -> None:
    answered = answer(client, route, name)
    [row] = re.findall(rf"`{name}` \| (.+?) \|", (FOLDER / "README.md").read_text())
    assert str(answered["message"]).startswith(message.format(row=row))
    assert (answered["certain"], answered["doubt"]) == (doubt is None, doubt)


@pytest.mark.parametrize("language", NAMES)
def test_silencing_the_neuron_that_the_plan_opens_changes_the_answer_as_it_says(
    language: str, client: FlaskClient
) -> None:
    page = html.unescape(client.get(f"/teach?lang={language}").text)
    plan = page.partition('id="plan-1"')[2]
    [(example, neuron)] = re.findall(r"example=(\w+)[^\"<]*neuron=(\d+)[^<]*\">", plan)
    [said] = re.findall("<i>(.*?)</i>", plan)[2:3]
    image = answer(client, "/predict", f"{example}.png")["image"]
    pixels = np.asarray(picture_in(str(image)))
    network = weights.load(ROOT / "models" / "article.npz").network
    hidden = network.inspect(to_inputs(pixels[np.newaxis]))[0][1]
    outputs = network.layers[-2]
    assert isinstance(outputs, Dense)
    before = int(outputs.forward(hidden).argmax())
    assert (hidden[0] * outputs.weights[:, before]).argmax() == int(neuron) - 1  # shown by itself
    hidden[0, int(neuron) - 1] = 0
    after = int(outputs.forward(hidden).argmax())
    assert before != after
    assert set(re.findall(r"\d", said)) == {neuron, str(before), str(after)}


def test_the_networks_differ_on_the_example_of_a_sheet(client: FlaskClient) -> None:
    boxes: Any = answer(client, "/sheet", "sheet.webp")["boxes"]
    filled = [box for box in boxes if not box["is_empty"]]
    assert (len(boxes), len(filled)) == (120, 116)
    wrong = Counter(
        reading["model"]
        for box in filled
        for reading in box["readings"]
        if reading["digit"] != box["label"]
    )
    assert wrong["article"] > 10 > wrong["mlp"] > wrong["convnet"]


@pytest.mark.parametrize("name", ["seven.png", "three.png", "doodle.png"])
def test_what_is_drawn_from_our_templates_is_drawn_so_again(name: str) -> None:
    no_sources: Any = None
    made = PICTURES[name](no_sources).convert("L")
    np.testing.assert_array_equal(made, Image.open(FOLDER / name).convert("L"))


def test_each_example_is_made_by_the_script_and_has_a_source_and_a_licence() -> None:
    files = {path.name for path in FOLDER.iterdir() if path.suffix in TYPES}
    assert files == {*PICTURES, "number.jpg"}  # which earlier templates drew
    rows = re.findall(
        r"^\| `(\S+)` \|.*\| (.+) \| (.+) \|$", (FOLDER / "README.md").read_text(), re.M
    )
    assert {name for name, source, licence in rows if source and licence in LICENCES} == files
    assert sum((FOLDER / name).stat().st_size for name in files) <= MAX_BYTES


def test_the_page_names_the_source_and_the_licence_of_each_example(client: FlaskClient) -> None:
    page = client.get("/").text
    shelf = re.findall(r'examples/(\w+\.\w+)" data-example=.*?<small>(\w+)</small>', page, re.S)
    licences = dict(re.findall(r'<strong>(\w+)</strong>: [^<]+ <a href="https[^>]*>([^<]+)<', page))
    licences["Inkling"] = "MIT"
    assert "<strong>Inkling</strong>: this project, MIT." in page
    text = (FOLDER / "README.md").read_text()
    rows = {name: rest for name, rest in re.findall(r"^\| `(\S+)` \| (.+) \|$", text, re.M)}
    assert len(shelf) == page.count("data-example=") > 0
    for name, source in shelf:
        assert rows[name].endswith(f"| {licences[source]}")
        assert source == "Inkling" or source in rows[name]
