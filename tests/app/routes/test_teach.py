"""The teacher's and the learning page: what they claim is what the program does."""

import gzip
import html
import itertools
import json
import math
import re
import sys
from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient
from PIL import Image

from app.config import ROOT
from app.languages import NAMES
from app.service.lesson import learning_set
from app.service.rooms import LIFETIME_S, RoomDigit
from tests.app.posting import ask, multipart
from tests.drawing import as_file
from tests.static.test_scripts import SCRIPTS, run

EXAMPLES = ROOT / "static" / "examples"
STORES = ("localStorage", "indexedDB", "document.cookie", "caches.open", "serviceWorker")
KNOBS = {"hidden": int, "rate": float, "batch": int, "wrong": int}
A_FEW = 6.5  # of 100 digits
SEEDS = [1]


def trained(folder: Path, **asked: Any) -> Any:
    """Train as the page does; ``asked`` is what ``percents.mjs`` reads."""
    path = folder / "digits.bin"
    path.write_bytes(gzip.decompress(learning_set()))
    outcome = run(SCRIPTS / "learn" / "percents.mjs", input=json.dumps({"path": str(path)} | asked))
    assert outcome.returncode == 0, outcome.stderr
    return json.loads(outcome.stdout)


@pytest.fixture
def page(client: FlaskClient) -> str:
    response = client.get("/teach")
    assert response.status_code == 200
    return html.unescape(response.text)


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
        assert f"lang={language}" in link


def test_the_answers_to_the_bets_are_those_of_the_network(page: str, client: FlaskClient) -> None:
    answers = re.findall(r'data-example="(\w+)">(\d)(\??)<', page)
    assert len(answers) == 6
    labels = re.findall(r"<td>(\d)</td>", page.split(">Label</th>")[1].split("</tr>")[0])
    assert labels == ["1", "7", "9", "3", "9", "5"]  # the last is another than what is read
    for name, digit, mark in answers:
        picture = (EXAMPLES / f"{name}.png").read_bytes()
        answer = ask(client, picture, "/read")
        assert (answer["text"], answer["certain"]) == (digit, not mark), name


def test_the_percentages_are_those_of_trainings(page: str, tmp_path: Path) -> None:
    answers = re.findall(r"data-training='([^']+)'>[^<]*?: (\d+) to (\d+)\s%", page)
    assert len(answers) == 4
    knobs = [
        {name: KNOBS[name](value) for name, value in json.loads(each[0]).items()}
        for each in answers
    ]
    usual, *percents = trained(tmp_path, knobs=[{}, *knobs])["percents"]
    for percent, (changed, least, most) in zip(percents, answers, strict=True):
        assert int(least) <= percent <= int(most), changed
    said = re.search(r"reads about (\d+) of 100 test digits right", page)
    assert said and abs(usual - int(said[1])) < 1


def test_what_breaks_a_training_breaks_it_and_with_the_rest_it_learns_all_the_same(
    client: FlaskClient, tmp_path: Path
) -> None:
    percents = trained(tmp_path, ways=SEEDS)["byWay"]
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
        assert a == round(1 / (1 + math.exp(-z)), 2)
    assert {1, 6} <= set(numbers[0])
    assert "= 1, a = 0.73" in page and "z = 6, a = 1.00" in page
    assert "weights 5, −9 and 5, bias −6; z is 4" in page
    for pixels in itertools.product((0, 1), repeat=3):
        z = sum(map(int.__mul__, (5, -9, 5), pixels)) - 6
        assert z == 4 if pixels == (1, 0, 1) else z <= -1


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
    assert [field.name for field in fields(RoomDigit)] == ["number", "digit", "image", "readings"]
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
