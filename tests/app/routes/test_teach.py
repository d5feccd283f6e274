"""The teacher's and the learning page: what they claim is what the program does."""

import base64
import gzip
import html
import itertools
import json
import math
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask import Flask
from flask.testing import FlaskClient
from numpy.lib.stride_tricks import sliding_window_view
from PIL import Image

from app import create_app
from app.config import ROOT
from app.languages import NAMES
from app.service.class_sheet import ReadDrawing
from app.service.lesson import learning_set
from app.service.rooms import LIFETIME_S, Client, Rooms
from tests.app.posting import ask, multipart
from tests.drawing import as_file, picture_in
from tests.node import computed

EXAMPLES = ROOT / "static" / "examples"
STORES = ("localStorage", "indexedDB", "document.cookie", "caches.open", "serviceWorker")
KNOBS = {"hidden": int, "rate": float, "batch": int, "wrong": int}
A_FEW = 6.5  # of 100 digits
SEEDS = [1]


SATURATED = [{"start": "wrong", "rate": 0.5, "epochs": 1, "seed": seed} for seed in (1, 2, 3)]


def knobs_of_page(page: str) -> list[tuple[dict[str, Any], str]]:
    """Return the changed knobs of each training that the page speaks of, and what it says."""
    return [
        ({name: KNOBS.get(name, str)(value) for name, value in json.loads(knobs).items()}, said)
        for knobs, said in re.findall(r"data-training='([^']+)'>([^<]*)<", page)
    ]


@pytest.fixture(scope="module")
def trained(app: Flask, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return what the trainings of all claims read right, as ``percents.mjs`` prints it.

    The usual training comes first, then those of the page, and those that are saturated, with the
    quadratic cost and with the cross-entropy.
    """
    path = tmp_path_factory.mktemp("lesson") / "digits.bin"
    path.write_bytes(gzip.decompress(learning_set()))
    of_page = [knobs for knobs, _ in knobs_of_page(teachers_page(app.test_client()))]
    entropy = [each | {"cost": "cross-entropy"} for each in SATURATED]
    asked = {"path": str(path), "ways": SEEDS, "knobs": [{}, *of_page, *SATURATED, *entropy]}
    return dict(computed("learn/percents.mjs", asked))


def teachers_page(client: FlaskClient) -> str:
    response = client.get("/teach")
    assert response.status_code == 200
    return html.unescape(response.text)


@pytest.fixture
def page(client: FlaskClient) -> str:
    return teachers_page(client)


@pytest.mark.parametrize("language", NAMES)
def test_every_link_answers_in_each_language_with_examples_and_knobs_that_there_are(
    language: str, client: FlaskClient
) -> None:
    page = html.unescape(client.get(f"/teach?lang={language}").text)
    main = page.partition("<main")[2].partition("</main>")[0]
    links = set(re.findall(r'href="(/[^"]*)"', main))
    assert len(links) > 15
    shelf = set(re.findall(r'data-example="(\w+)"', client.get("/").text))
    assert set(re.findall(r"[?&]example=(\w+)", page)) <= shelf
    knobs = (ROOT / "static/js/state.js").read_text()
    for query in re.findall(r'href="/learn\?([^"]+)"', page):
        for name in set(re.findall(r"(\w+)=[^&]", query)) - {"lang"}:
            assert f"  {name}: " in knobs, name
    for link in links:
        assert client.get(link).status_code == 200, link
        assert link.startswith("/static/") or f"lang={language}" in link


def test_the_answers_to_the_bets_are_those_of_the_network(page: str, client: FlaskClient) -> None:
    answers = re.findall(r'data-example="(\w+)">(\d)(\??)<', page)
    assert len(answers) == 6
    labels = re.findall(r"<td>(\d)</td>", page.split(">Label</th>")[1].split("</tr>")[0])
    assert labels == ["1", "7", "9", "3", "9", "6"]  # the last is another than what is read
    for name, digit, mark in answers:
        picture = (EXAMPLES / f"{name}.png").read_bytes()
        answer = ask(client, picture, "/read")
        assert (answer["text"], answer["certain"]) == (digit, not mark), name


def test_the_percentages_are_those_of_trainings(page: str, trained: dict[str, Any]) -> None:
    claims = knobs_of_page(page)
    assert len(claims) == 6
    usual, *percents = trained["percents"][:7]
    for (changed, said), percent, halves in zip(
        claims, percents, trained["halves"][1:7], strict=True
    ):
        ranges = [(int(low), int(high)) for low, high in re.findall(r"(\d+) to (\d+)\s%", said)]
        is_half = "digits" in changed
        measured = [half["percent"] for half in halves] if is_half else [percent]
        for (least, most), each in zip(ranges, measured, strict=True):
            assert least <= each <= most, changed
        if is_half:  # of the test digits about one half is learnt, too
            assert 0.45 < halves[0]["total"] / sum(half["total"] for half in halves) < 0.55
    about = re.search(r"reads about (\d+) of 100 test digits right", page)
    assert about and abs(usual - int(about[1])) < 1


def test_the_plans_press_no_button_after_a_bet_which_begins_the_training(page: str) -> None:
    plans = re.findall(r'<section id="plan-\d".*?</section>', page, re.DOTALL)
    assert len(plans) == 3
    for plan in plans:
        assert "bet, and the training plays" in plan or "bets on the training, and it plays" in plan
        assert "press “Play”" not in plan


@pytest.mark.parametrize("is_standalone", [False, True])
def test_each_lesson_has_38_minutes_and_a_buffer_of_7(is_standalone: bool) -> None:
    app = create_app()  # the tests' own stays as it is
    app.jinja_env.globals["is_standalone"] = is_standalone
    page = app.test_client().get("/teach?lang=en").text
    for lesson in (1, 2, 3):
        plan = page.split(f'id="plan-{lesson}"')[1].split("</section>")[0]
        rows = re.findall(r'<td data-minutes="(\d+)">(\d+)–(\d+)</td>\s*<td( colspan)?', plan)
        begins = [0, *(int(end) for _, _, end, _ in rows)]
        assert begins[-1] == 45
        for (minutes, begin, end, _), before in zip(rows, begins, strict=False):
            assert int(begin) == before
            assert int(end) - int(begin) == int(minutes)
        assert sum(int(minutes) for minutes, *_, is_buffer in rows if is_buffer) == 7
        planned = [minutes for minutes, *_, is_buffer in rows if not is_buffer]
        presenter = page.split(f'data-lesson="{lesson}"')[1].split("</section>")[0]
        assert re.findall(r'data-minutes="(\d+)"', presenter) == planned


def test_what_breaks_a_training_breaks_it_and_with_the_rest_it_learns_all_the_same(
    client: FlaskClient, trained: dict[str, Any]
) -> None:
    percents = trained["byWay"]
    section = client.get("/learn").text.split('<section id="break"')[1].split("</section>")[0]
    breaking, harmless = (
        re.findall(r'data-way value="(\w+)"', group) for group in section.split("<h3>")[1:]
    )
    assert {"", *breaking, *harmless} == set(percents)
    usual = np.array(percents[""])
    for way in breaking:
        assert (percents[way] < usual - A_FEW).all(), way
    for way in harmless:
        assert (percents[way] > usual - A_FEW).all(), way


def test_what_is_said_of_the_halves_holds_before_the_training_too(client: FlaskClient) -> None:
    said = client.get("/learn?digits=half").text.split('<p data-digits="half">')[1]
    assert said.startswith("This network learns MNIST’s digits 0 to 4 alone. It is never trained")


def test_from_saturated_outputs_the_quadratic_cost_learns_more_slowly(
    trained: dict[str, Any],
) -> None:
    slow, fast = np.array(trained["percents"][7:]).reshape(2, -1)
    assert (slow < 75).all() and (fast > 80).all()


def test_the_neuron_of_the_worksheet_computes_what_the_answers_say(page: str) -> None:
    weights, bias = (3, 5, -1), -1
    sums = [sum(map(int.__mul__, weights, pixels)) + bias for pixels in ((1, 0, 1), (1, 1, 1))]
    assert sums == [1, 6]
    table = page.split('class="teach-sigmoid"')[1].split("</table>")[0]
    numbers = [
        [float(cell.replace("−", "-")) for cell in re.findall(r"<td>([^<]+)</td>", row)]
        for row in table.split("</tr>")[:2]
    ]
    for z, a in zip(*numbers, strict=True):
        assert a == round(sigmoid(z), 2)
    assert {1, 6} <= set(numbers[0])
    assert "= 1, a = 0.73" in page and "z = 6, a = 1.00" in page
    assert "weights 5, −9 and 5, bias −6; z is 4" in page
    for pixels in itertools.product((0, 1), repeat=3):
        z = sum(map(int.__mul__, (5, -9, 5), pixels)) - 6
        assert z == 4 if pixels == (1, 0, 1) else z <= -1


def test_a_few_pixels_mislead_the_small_network_and_not_the_larger_one(
    page: str, client: FlaskClient
) -> None:
    said = re.search(r"(\d+) pixels are enough. The larger network still reads a (\d)", page)
    turned = re.search(r"How many of 784 pixels turn this (\d) into a (\d)", page)
    assert said and turned and said[2] == turned[1]
    name = re.search(r'id="plan-3".*?example=(\w+)', page, re.DOTALL)
    assert name is not None
    answer = ask(client, (EXAMPLES / f"{name[1]}.png").read_bytes())
    pixels = np.asarray(picture_in(answer["image"])) / 255
    networks = [
        base64.b64encode(client.get(f"/models/weights?model={model}").data).decode()
        for model in ("article", "convnet")
    ]
    asked = {"networks": networks, "pixels": pixels.ravel().tolist()}
    assert computed("inside/misled.mjs", asked) == {
        "pixels": int(said[1]),
        "small": [int(turned[1]), int(turned[2])],
        "large": [int(turned[1]), int(turned[1])],
    }


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z))


def written_number(number: float) -> str:
    return f"{number:.2f}".replace("-", "−")


def grids(page: str, id_: str) -> list[Any]:
    """Return the numbers in the grids of a section; 0 where they are to be filled in."""
    section = page.split(f'id="{id_}"')[1].split("</section>")[0]
    tables = re.findall(r'<table class="teach-grid">(.*?)</table>', section, re.DOTALL)
    return [
        [
            [
                int(cell.strip().replace("−", "-") or 0)
                for cell in re.findall("<td[^>]*>([^<]*)<", row)
            ]
            for row in table.split("</tr>")[:-1]
        ]
        for table in tables
    ]


def test_the_convolution_of_the_homework_is_answered_right(page: str) -> None:
    picture, kernel, given, to_pool, own = (np.array(each) for each in grids(page, "worksheet-4"))
    result, pooled, turned = (np.array(each) for each in grids(page, "homework-answers"))
    convolved = (sliding_window_view(picture, (3, 3)) * kernel).sum((2, 3))
    assert (result == convolved).all()
    assert (given[0] == convolved[0]).all()
    assert not given[1:].any() and not to_pool.any() and not own.any()  # to be filled in
    assert (pooled == np.maximum(convolved, 0).reshape(2, 2, 2, 2).max((1, 3))).all()
    assert (turned == kernel.T).all()
    assert f"{convolved.max()}, at the horizontal stroke" in page
    assert f"2 · 1 + 2 · 1 + 2 · 1 = {convolved[0, 0]}" in page
    assert "The 7 is written one square further to the right." in page
    assert not picture[:, -1].any()  # so that all of it is still in the picture
    moved = (sliding_window_view(np.roll(picture, 1, axis=1), (3, 3)) * kernel).sum((2, 3))
    assert (moved[:, 1:] == convolved[:, :-1]).all()


def test_the_step_of_the_homework_is_one_of_gradient_descent(page: str) -> None:
    inputs = np.array([1, 1, 0, 1])  # the last one is the bias's
    parameters = np.array([1.0, -2, 1, 0])

    def cost(values: Any) -> float:
        """Return the cross-entropy for the label 1."""
        return -math.log(sigmoid(values @ inputs))

    slopes = [
        (cost(parameters + step) - cost(parameters - step)) / 2e-6 for step in 1e-6 * np.eye(4)
    ]
    learnt = parameters - slopes
    z, again = parameters @ inputs, learnt @ inputs
    [*weights, bias] = map(written_number, learnt)
    assert f"z = −1, a = {sigmoid(z):.2f}, y − a = {1 - sigmoid(z):.2f}." in page
    assert f"New weights: {'; '.join(weights)}; new bias: {bias}." in page
    assert f"Again: z = {again:.2f}, a = {sigmoid(round(again, 1)):.2f}" in page


def test_one_dot_of_the_homework_is_on_the_wrong_side_and_two_lines_divide_the_crossed(
    page: str,
) -> None:
    section = page.split('id="worksheet-5"')[1].split("</section>")[0]
    dots, crossed = (
        [
            (name, float(x) / 10, 8 - float(y) / 10, kind == "filled")
            for kind, x, y, name in re.findall(
                r'<circle class="(\w+)" cx="(\d+)" cy="(\d+)" r="2.4"/>\s*(?:<text[^>]*>(\w)<)?',
                plane,
            )
        ]
        for plane in section.split("<svg")[1:]
    )
    z = {name: x + 2 * y - 10 for name, x, y, _ in dots}
    assert (len(dots), len(crossed)) == (8, 8)
    assert [name for name, _, _, is_filled in dots if (z[name] > 0) != is_filled] == ["D"]
    assert "On the wrong side is D." in page
    assert (
        "z(A) = {:.0f}; z(E) = {:.0f}; z(F) = {:.0f}.".format(*map(z.get, "AEF")).replace("-", "−")
        in page
    )
    assert z["D"] == z["E"] == z["F"]
    assert 0 + 2 * 5 - 10 == 8 + 2 * 1 - 10 == 0
    assert all((y > x + 3 or y < x - 3) == is_filled for _, x, y, is_filled in crossed)


def test_each_step_names_its_network_by_the_number_of_its_parameters(page: str) -> None:
    for name in ("article", "convnet"):
        metadata = json.loads((ROOT / "models" / f"{name}.json").read_text())
        assert f"{metadata['parameters']:,} numbers" in page


def test_no_page_sets_a_cookie_and_one_alone_keeps_anything(page: str, client: FlaskClient) -> None:
    assert "it keeps its pictures and readings in the browser" in page
    for path in ("/", "/learn", "/class", "/sheet", "/teach", "/api"):
        assert "Set-Cookie" not in client.get(path).headers
    for path in (ROOT / "static" / "js").rglob("*.js"):
        code = re.sub(r"/\*.*?\*/|//.*", "", path.read_text(), flags=re.DOTALL)
        if path.name != "browser_store.js":  # of the page of reviews
            assert not [name for name in STORES if name in code], path


def test_a_room_holds_what_is_said_of_it(page: str) -> None:
    said = page.split("<b>Phones in a room:</b>")[1].split("</li>")[0]
    assert "28\xa0×\xa028 pixels, and what the networks read" in said
    rooms = Rooms()
    room = rooms.open(Client("the key of a page", "192.0.2.1"))
    rooms.put_digit(room.code, Client("the key of a phone", "192.0.2.2"), 7, ReadDrawing())
    (kept,) = rooms.take(room.code, "the key of a page", 0).digits
    assert [*json.loads(bytes(kept))] == ["number", "digit", "image", "readings"]
    assert "for an hour at most" in said
    assert LIFETIME_S == 3600


@pytest.fixture
def written() -> Iterator[list[str]]:
    """The files that this process opens to write, renames or creates while a test runs."""
    names: list[str] = []
    is_watching = True

    def watch(event: str, arguments: tuple[Any, ...]) -> None:
        if is_watching and event == "open" and set(str(arguments[1])) & set("wax+"):
            names.append(str(arguments[0]))

    sys.addaudithook(watch)  # it cannot be removed
    yield names
    is_watching = False


def test_no_picture_is_written(client: FlaskClient, written: list[str], tmp_path: Path) -> None:
    (tmp_path / "noticed").write_text("")
    assert written == [str(tmp_path / "noticed")]
    # Some megabytes: frameworks put such uploads into temporary files.
    form, media_type = multipart(as_file(Image.effect_noise((1200, 1200), 80)))
    for path in ("/read", "/predict", "/sheet"):
        client.post(path, data=form, content_type=media_type)
    assert written == [str(tmp_path / "noticed")]
