"""The pages: whole, linked, answering without JavaScript, with figures that hold."""

import gzip
import html
import json
import re
import shutil
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image, ImageDraw
from werkzeug.test import TestResponse

from app import create_app, static_files
from app.config import ROOT, Settings
from app.errors import ProblemCode
from app.responses import PART_BYTES, Response
from app.routes.pages import LAZY_VIEWS
from app.service.lesson import OF_TINY, STEPS
from tests.app.posting import multipart, post_form
from tests.drawing import as_file, draw_number

PATHS = ("/", "/lesson", "/learn", "/class", "/sheet", "/review", "/teach", "/api")


def read(client: FlaskClient, file: bytes, **fields: str) -> TestResponse:
    return post_form(client, file, path="/", **fields)


def test_the_page_has_what_drawing_needs(client: FlaskClient) -> None:
    page = client.get("/").text
    for element in ("pad", "digit", "activations", "seen", "clear", "undo", "upload"):
        assert page.count(f'id="{element}"') == 1


@pytest.mark.parametrize("path", PATHS)
def test_every_file_and_link_of_a_page_is_there_and_ours(path: str, client: FlaskClient) -> None:
    page = client.get(path).text
    for element, address in re.findall(r'<(\w+)[^>]*?\s(?:src|href)="([^"]+)"', page):
        if element == "a" and address.startswith("https://"):
            continue  # loaded only when someone follows the link
        if element == "img" and address.startswith("data:image/png;"):
            continue
        if address.startswith("#"):
            assert page.count(f'id="{address[1:]}"') == 1
            continue
        address = html.unescape(address)
        address = path + address if address[0] == "?" else address
        assert address.startswith("/")
        with client.get(address) as response:
            assert response.status_code == 200, address
    files = re.findall(r'"/static/[^"]+\.(js|css)"', page)
    assert set(files) == {"js", "css"}


@pytest.mark.parametrize(("name", "script"), LAZY_VIEWS.items())
def test_a_lazy_view_brings_elements_and_texts_that_the_page_lacks(
    name: str, script: str, client: FlaskClient
) -> None:
    page, view = (client.get(f"{path}?lang=de").text for path in ("/", f"/views/{name}"))
    assert [each for each in re.findall(r' id="[^"]+"', view) if each in page] == []
    texts = json.loads(re.findall(r'<script type="application/json">(.+)</script>', view)[0])
    used = static_files.translated_texts((ROOT / "static" / script).read_text())
    assert used
    assert set(used) <= set(texts)
    openers = "".join(path.read_text() for path in (ROOT / "static" / "js").glob("*.js"))
    imported = script.replace("js/", "./", 1)
    assert re.search(rf'new LazyView\("{name}", .*import\("{imported}"\)', openers)
    assert (ROOT / "static" / "css" / f"{name}.css").exists()


def test_a_lazy_view_speaks_the_pages_language_and_others_lead_nowhere(client: FlaskClient) -> None:
    assert "10 Ausgaben" in client.get("/views/inside?lang=de").text
    assert client.get("/views/inside").text.endswith('<script type="application/json">{}</script>')
    assert client.get("/views/outside").status_code == 404


@pytest.mark.parametrize("path", ["/", "/lesson", "/api"])
def test_each_page_links_the_others_and_marks_itself(path: str, client: FlaskClient) -> None:
    page = client.get(path, query_string={"lang": "de", "model": "mlp"}).text
    navigation = page[page.index('<nav class="navigation') : page.index("</nav>")]
    assert set(re.findall(r'href="([^"]+)" aria-current="page"', navigation)) == {f"{path}?lang=de"}
    for address in re.findall(r'href="([^"]+)"', navigation):
        assert address.endswith("?lang=de")


def test_each_page_is_described_in_words_of_its_own(client: FlaskClient) -> None:
    pages = [client.get(path).text for path in PATHS]
    found = [re.findall(r'<meta name="description" content="([^"<>]+)">', page) for page in pages]
    assert all(len(each) == 1 for each in found)
    assert len({each[0] for each in found}) == len(PATHS)


def test_the_lesson_shows_code_says_where_it_is_and_credits_the_article(
    client: FlaskClient,
) -> None:
    page = client.get("/lesson").text
    assert "<cite>Neural network from scratch in Python</cite>" in page
    assert page.count('<figure class="source card">') == len(STEPS)
    for name in ("Sigmoid", "Network.sgd", "Network.backprop", "SGD.step"):
        assert f"<code>{name}</code>" in page
    places = re.findall(r"\S+\.py, line \d+", page)
    assert len(places) == sum(map(len, STEPS.values())) + len(OF_TINY)


@pytest.mark.parametrize("coding", ["gzip", "identity"])
def test_digits_come_in_parts_in_an_accepted_coding(coding: str, client: FlaskClient) -> None:
    fields = {"Accept-Encoding": coding}
    response = client.get("/lesson/digits.bin", headers=fields)
    parts = list(response.iter_encoded())
    assert max(map(len, parts)) == PART_BYTES
    content, is_compressed = b"".join(parts), coding == "gzip"
    assert response.content_encoding == (coding if is_compressed else None)
    assert len(gzip.decompress(content) if is_compressed else content) == 14_000 * (1 + 784)
    head = client.head("/lesson/digits.bin", headers=fields)
    assert (head.content_length, head.data) == (len(content), b"")


@pytest.mark.parametrize("model", ["article", "mlp", "convnet"])
def test_the_plain_form_answers_without_javascript_with_the_network_that_was_chosen(
    model: str, client: FlaskClient, seven: bytes
) -> None:
    response = read(client, seven, model=model)
    assert response.status_code == 200
    assert re.search(r'id="digit"[^>]*>\s*7\s*<', response.text)
    assert 'src="data:image/png;base64,' in response.text
    for page in (response.text, client.get(f"/?model={model}").text):
        assert re.search(rf'value="{model}"\s+selected', page)


def test_the_plain_form_reads_a_number_and_guesses_nothing_at_no_digit(client: FlaskClient) -> None:
    number = read(client, as_file(draw_number(1, 7)), read="number")
    assert "This looks like 17." in number.text
    box = Image.new("L", (100, 100), "white")
    ImageDraw.Draw(box).line([(20, 20), (80, 80), (80, 20), (20, 80), (20, 20)], width=6)
    page = read(client, as_file(box)).text
    assert re.search(r'id="digit"[^>]*><span>\?<', page)
    assert re.search(r"not look like a digit\. ?</div>", page)


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
    file: bytes, fields: dict[str, str], status: int, words: str, client: FlaskClient
) -> None:
    response = read(client, file, **fields)
    assert (response.status_code, response.mimetype) == (status, "text/html")
    assert words in response.text
    assert 'id="pad"' in response.text
    assert client.get("/?model=oracle").status_code == 404


def test_a_form_that_is_too_large_is_shown_on_the_same_page(client: FlaskClient) -> None:
    form, media_type = multipart(bytes(10_000_001))
    response = client.post("/", data=form, content_type=media_type)
    assert (response.status_code, response.mimetype) == (413, "text/html")
    assert 'id="pad"' in response.text


@pytest.mark.parametrize(
    ("method", "path", "problem"),
    [("GET", "/nowhere", "about:blank"), ("POST", "/", ProblemCode.NOT_A_PICTURE.type)],
)
def test_a_page_names_its_problem(method: str, path: str, problem: str, app: Flask) -> None:
    form, media_type = multipart(b"7")
    headers = {"Accept": "text/html"}
    with app.test_request_context(
        path, method=method, data=form, content_type=media_type, headers=headers
    ):
        response = app.full_dispatch_request()
    assert isinstance(response, Response)
    assert response.mimetype == "text/html"
    assert response.outcome
    assert response.outcome.problem == problem


def test_the_page_says_how_many_digits_the_articles_network_has_learnt_from(
    client: FlaskClient, tmp_path: Path
) -> None:
    page = " ".join(client.get("/views/inside").text.split())
    learnt = "The weights were learnt before, from 60,000 digits (MNIST, training part); your"
    assert learnt in page
    for suffix in ("npz", "json"):
        shutil.copy(ROOT / "models" / f"article.{suffix}", tmp_path)
    metadata = json.loads((tmp_path / "article.json").read_text())
    del metadata["data"]
    (tmp_path / "article.json").write_text(json.dumps(metadata))
    other = create_app(Settings(models_directory=tmp_path, default_model="article")).test_client()
    assert "The weights were learnt before; your" in " ".join(
        other.get("/views/inside").text.split()
    )
