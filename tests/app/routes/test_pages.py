import html
import io
import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image, ImageDraw
from werkzeug.test import TestResponse

from app import create_app
from app.config import ROOT, Settings
from app.responses import Response
from app.service.lesson import STEPS


def read(client: FlaskClient, file: bytes, **fields: Any) -> TestResponse:
    return client.post("/", data={"image": (io.BytesIO(file), "digit.png"), **fields})


def test_the_page_has_what_drawing_needs(client: FlaskClient) -> None:
    response = client.get("/")
    assert response.status_code == 200
    assert response.mimetype == "text/html"
    for element in ("pad", "digit", "activations", "seen", "clear", "undo", "upload"):
        assert response.text.count(f'id="{element}"') == 1


def test_every_file_of_the_page_is_there_and_ours(client: FlaskClient) -> None:
    page = client.get("/").text
    addresses = re.findall(r'<(\w+)[^>]*?\s(?:src|href)="([^"]+)"', page)
    assert addresses
    for element, address in addresses:
        address = html.unescape(address).replace("?", "/?") if address[0] == "?" else address
        if element == "a" and address.startswith("https://"):
            continue  # loaded only when someone follows the link
        if element == "img" and address.startswith("data:image/png;"):
            continue
        if address.startswith("#"):
            assert page.count(f'id="{address[1:]}"') == 1
            continue
        assert address.startswith("/")
        with client.get(address) as response:
            assert response.status_code == 200


PATHS = ("/", "/lesson", "/learn", "/class", "/sheet", "/review", "/teach", "/api")


@pytest.mark.parametrize("path", PATHS)
def test_the_script_and_the_styles_of_each_page_find_all_that_they_import(
    path: str, client: FlaskClient
) -> None:
    page = client.get(path).text
    addresses = re.findall(r'"(/static/[^"]+\.(?:js|css))"', page)
    assert {address.rpartition(".")[2] for address in addresses} == {"js", "css"}
    for address in addresses:
        assert client.get(address).status_code == 200


@pytest.mark.parametrize("path", ["/", "/lesson", "/api"])
def test_each_page_links_the_others_in_its_language_and_marks_itself(
    path: str, client: FlaskClient
) -> None:
    page = client.get(path, query_string={"lang": "de", "model": "mlp"}).text
    navigation = page[page.index('<nav class="navigation"') : page.index("</nav>")]
    addresses = re.findall(r'href="([^"]+)"', navigation)
    assert set(re.findall(r'href="([^"]+)" aria-current="page"', navigation)) == {f"{path}?lang=de"}
    assert f"{path}?lang=de" in addresses
    for address in addresses:
        assert address.endswith("?lang=de")
        assert client.get(address).status_code == 200


def test_each_page_is_described_in_words_of_its_own(client: FlaskClient) -> None:
    pages = [client.get(path).text for path in PATHS]
    found = [re.findall(r'<meta name="description" content="([^"<>]+)">', page) for page in pages]
    assert all(len(each) == 1 for each in found)
    assert len({each[0] for each in found}) == len(PATHS)


def test_the_lesson_shows_code_links_its_files_and_credits_the_article(client: FlaskClient) -> None:
    page = client.get("/lesson").text
    assert "<cite>Neural network from scratch in Python</cite>" in page
    assert page.count('<figure class="source card">') == len(STEPS)
    for name in ("Sigmoid", "Network.sgd", "Network.backprop", "SGD.step"):
        assert f"<code>{name}</code>" in page
    links = re.findall(r'href="(/lesson/source\?file=[^"#]+)#L(\d+)"', page)
    assert len(links) == sum(map(len, STEPS.values()))
    for address, line in links:
        source = client.get(html.unescape(address))
        assert source.status_code == 200
        assert re.search(rf'id="L{line}"><code>.*(def|class)', source.text)
    assert client.get("/lesson/source?file=app/config.py").status_code == 404


def test_the_plain_form_answers_without_javascript(client: FlaskClient, seven: bytes) -> None:
    response = read(client, seven, model="convnet")
    assert response.status_code == 200
    assert re.search(r'id="digit"[^>]*>\s*7\s*<', response.text)
    assert 'src="data:image/png;base64,' in response.text


@pytest.mark.parametrize("model", ["article", "mlp", "convnet"])
def test_the_form_uses_the_chosen_model_and_keeps_the_choice(
    model: str, client: FlaskClient, seven: bytes
) -> None:
    response = read(client, seven, model=model)
    assert re.search(rf'value="{model}"\s+selected', response.text)


def test_a_model_may_be_chosen_in_the_address(client: FlaskClient) -> None:
    assert re.search(r'value="article"\s+selected', client.get("/?model=article").text)
    assert client.get("/?model=oracle").status_code == 404


@pytest.mark.parametrize(
    ("file", "fields", "status", "words"),
    [
        (b"", {}, 400, "0 bytes"),
        (b"seven", {}, 400, "not a picture"),
        (b"seven", {"model": "oracle"}, 404, "oracle"),
    ],
    ids=["no file chosen", "text", "unknown model"],
)
def test_a_problem_with_the_form_is_shown_on_the_same_page(
    file: bytes, fields: dict[str, str], status: int, words: str, client: FlaskClient, seven: bytes
) -> None:
    response = read(client, file, **fields)
    assert response.status_code == status
    assert response.mimetype == "text/html"
    assert words in response.text
    assert 'id="pad"' in response.text
    assert read(client, seven).status_code == 200


def test_the_guess_at_what_is_no_digit_is_marked_as_one(
    client: FlaskClient, as_file: Callable[..., bytes]
) -> None:
    box = Image.new("L", (100, 100), "white")
    ImageDraw.Draw(box).line([(20, 20), (80, 80), (80, 20), (20, 80), (20, 20)], width=6)
    response = read(client, as_file(box))
    assert re.search(r'id="digit"[^>]*><span class="is-doubtful is-no-digit">\d<', response.text)
    assert re.search(
        r"This does not look like a digit\. <span>Best guess: \d\.</span></p>", response.text
    )


@pytest.mark.parametrize(
    ("method", "path", "problem"),
    [("GET", "/nowhere", "about:blank"), ("POST", "/", "urn:inkling:not-a-picture")],
)
def test_the_outcome_of_a_page_names_its_problem(
    method: str, path: str, problem: str, app: Flask
) -> None:
    data = {"image": (io.BytesIO(b"7"), "7.png")}
    headers = {"Accept": "text/html"}
    with app.test_request_context(path, method=method, data=data, headers=headers):
        response = app.full_dispatch_request()
    assert isinstance(response, Response)
    assert response.mimetype == "text/html"
    assert response.outcome
    assert response.outcome.problem == problem


def test_a_form_that_is_too_large_is_shown_on_the_same_page(client: FlaskClient) -> None:
    form = "multipart/form-data; boundary=edge"
    response = client.post("/", data=bytes(10_000_001), content_type=form)
    assert response.status_code == 413
    assert "at most 10,000,000 bytes" in response.text
    assert 'id="pad"' in response.text


def test_the_page_says_how_many_digits_the_articles_network_has_learnt_from(
    client: FlaskClient, tmp_path: Path
) -> None:
    page = " ".join(client.get("/").text.split())
    learnt = "The weights were learnt before, from 60,000 digits (MNIST, training part); your"
    assert learnt in page
    for suffix in ("npz", "json"):
        shutil.copy(ROOT / "models" / f"article.{suffix}", tmp_path)
    metadata = json.loads((tmp_path / "article.json").read_text())
    del metadata["data"]
    (tmp_path / "article.json").write_text(json.dumps(metadata))
    other = create_app(Settings(models_directory=tmp_path, default_model="article")).test_client()
    assert "The weights were learnt before; your" in " ".join(other.get("/").text.split())
