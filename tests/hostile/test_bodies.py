"""Bodies that no client sends, damaged and malicious pictures: each gets an answer or a problem."""

import base64
import gzip
import json
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.app.posting import ask, check_problem
from tests.drawing import as_file
from tests.hostile.pictures import PNG_START, RGBA, all_bombs, png, png_header

unhurried = settings(max_examples=40)

ROUTES = ("/predict", "/read", "/predict/batch")
REFUSALS = {400, 413, 415, 422}

PICTURE = base64.b64encode(b"\x89PNG\r\n\x1a\n not a picture").decode()
# Any character: of a surrogate pair only one, too.
ANY_TEXT = st.text(st.characters(exclude_categories=()))
DATA_URL_PARTS = [
    "data:",
    "DATA:",
    "image/png",
    ";",
    ",",
    "base64",
    "charset=x",
    "=",
    "%41",
    PICTURE,
]
DATA_URLS = st.lists(st.sampled_from(DATA_URL_PARTS) | ANY_TEXT, max_size=8).map("".join)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | ANY_TEXT | DATA_URLS,
    lambda value: st.lists(value, max_size=4) | st.dictionaries(ANY_TEXT, value, max_size=4),
    max_leaves=12,
)
DOCUMENTS = VALUES | st.dictionaries(st.sampled_from(["image", "images"]), VALUES, min_size=1)

FORM_PARTS = st.lists(
    st.sampled_from(
        [
            *(b"--edge", b"--edge--", b"--", b"\r\n", b"\r", b"\n", b"\r\n\r\n", b" ", b":", b";"),
            b"Content-Disposition: form-data",
            *(b'; name="image"', b"; name*=utf-8''image", b'; name="read"', b'; filename="7.png"'),
            *(b"Content-Type: image/png", b"Content-Type: multipart/mixed; boundary=edge"),
            *(b"Content-Length: -1", b"Content-Transfer-Encoding: base64", b"charset=utf-7"),
        ]
    )
    | st.binary(max_size=9),
    max_size=40,
)
CONTENT_TYPES = st.sampled_from(
    [
        "multipart/form-data; boundary=edge",
        'multipart/form-data; boundary="edge"',
        "multipart/form-data; boundary=",
        "multipart/form-data; boundary=\xe9",
        "multipart/form-data; charset=utf-7; boundary*=utf-8''edge",
        "multipart/mixed; boundary=edge",
        "application/json; charset=utf-16",
        "application/x-www-form-urlencoded",
        "image/png; boundary=edge",
    ]
)


def check(app: Flask, path: str, body: bytes, content_type: str) -> int:
    """Check that a body gets an answer or a whole problem document, and return the status."""
    response = app.test_client().post(path, data=body, content_type=content_type)
    if response.mimetype == "text/html":  # of the page
        assert path == "/"
    elif response.status_code == 200:
        json.loads(response.data, parse_constant=pytest.fail)
    else:
        check_problem(response, response.status_code)
    assert response.status_code in REFUSALS | {200}
    return response.status_code


@unhurried
@given(document=DOCUMENTS, encoding=st.sampled_from(["utf-8", "utf-16", "utf-32", "latin-1"]))
def test_any_json_gets_an_answer(app: Flask, document: object, encoding: str) -> None:
    for ensure_ascii in (True, False):
        text = json.dumps(document, ensure_ascii=ensure_ascii)
        body = text.encode(encoding, "surrogatepass" if encoding != "latin-1" else "replace")
        for path in (*ROUTES, "/"):
            check(app, path, body, "application/json")


@unhurried
@given(body=st.binary(max_size=60) | DATA_URLS.map(lambda url: url.encode("utf-8", "replace")))
def test_what_is_no_json_gets_an_answer(app: Flask, body: bytes) -> None:
    for path in (*ROUTES, "/"):
        check(app, path, body, "application/json")
        check(app, path, b'{"image": "' + body + b'"}', "application/json")


@unhurried
@given(parts=FORM_PARTS, content_type=CONTENT_TYPES)
def test_any_form_gets_an_answer(app: Flask, parts: list[bytes], content_type: str) -> None:
    for start in (b"", b"--edge\r\n"):
        for path in (*ROUTES, "/"):
            check(app, path, start + b"".join(parts), content_type)


CORPUS = sorted(Path(__file__).with_name("corpus").iterdir())
# As of the largest body and picture, but so small that a test run has time for each of them.
BOMBS = list(all_bombs(max_bytes=400_000, max_pixels=200_000))
N_DAMAGED, BATCH_SIZE = 100, 25
READ_ALONE = ("/predict", "/read")

# Pillow's, where it reads on past damage.
pytestmark = pytest.mark.filterwarnings("ignore::UserWarning:PIL")


def media_type_of(path: Path) -> str:
    return f"image/{path.name.partition('-')[0]}"


@pytest.fixture(scope="module", autouse=True)
def _the_next_good_request_answers(app: Flask, seven: bytes) -> Iterator[None]:
    yield
    assert ask(app.test_client(), seven)["digit"] == 7


@pytest.mark.parametrize("route", READ_ALONE)
@pytest.mark.parametrize("path", CORPUS, ids=lambda path: path.name)
def test_a_file_that_once_made_it_fail_gets_an_answer(path: Path, route: str, app: Flask) -> None:
    check(app, route, path.read_bytes(), media_type_of(path))


@pytest.mark.parametrize("route", READ_ALONE)
@pytest.mark.parametrize(("name", "file"), BOMBS, ids=[name for name, _ in BOMBS])
def test_a_bomb_gets_an_answer(name: str, file: bytes, route: str, app: Flask) -> None:
    check(app, route, file, f"image/{name[:4].strip(' ,').lower()}")


ONE_HEADER = PNG_START + png_header((28, 28))
PIXELS = png((28, 28))[len(ONE_HEADER) :]
LATER = {  # what a second header says, which decoders take
    "of a huge size": png_header((60_000, 60_000)),
    "of a costly kind": png_header((5_000, 5_000), 16, RGBA, is_interlaced=True),
}


@pytest.mark.parametrize("later", LATER.values(), ids=LATER)
def test_the_last_of_several_headers_of_a_png_is_the_one_that_is_limited(
    later: bytes, app: Flask
) -> None:
    assert check(app, "/read", ONE_HEADER + later + PIXELS, "image/png") == 413
    assert check(app, "/read", ONE_HEADER + PIXELS[:-12] + later + PIXELS[-12:], "image/png") == 422


def test_a_frame_far_beside_the_canvas_of_a_gif_makes_it_too_large(app: Flask) -> None:
    file = as_file(Image.new("P", (400, 400)), "GIF")
    beside = file.replace(b",\0\0\0\0", b"," + 4 * b"\xff", 1)
    assert check(app, "/read", file, "image/gif") == 422
    assert check(app, "/read", beside, "image/gif") == 413


def test_a_compressed_body_is_not_unpacked(app: Flask) -> None:
    body = gzip.compress(bytes(1_000_000))
    headers = {"Content-Encoding": "gzip", "Content-Type": "image/png"}
    response = app.test_client().post("/predict", data=body, headers=headers)
    assert f"The {len(body):,} bytes are not a picture" in response.get_json()["detail"]


@pytest.mark.parametrize("route", READ_ALONE)
def test_every_one_of_100_damaged_files_gets_an_answer(route: str, app: Flask) -> None:
    rng = np.random.default_rng(0)
    statuses = set()
    for _ in range(N_DAMAGED):
        path = CORPUS[rng.integers(len(CORPUS))]
        file = damaged(path.read_bytes(), rng)
        statuses.add(check(app, route, file, media_type_of(path)))
    assert {200, 400} <= statuses


def test_batches_of_damaged_files_get_answers(app: Flask) -> None:
    rng = np.random.default_rng(1)
    for _ in range(N_DAMAGED // BATCH_SIZE):
        paths = [CORPUS[rng.integers(len(CORPUS))] for _ in range(BATCH_SIZE)]
        files = [(BytesIO(damaged(path.read_bytes(), rng)), path.name) for path in paths]
        response = app.test_client().post("/predict/batch", data={"image": files})
        results = response.get_json()["results"]
        assert len(results) == BATCH_SIZE
        for result in results:
            assert "digit" in result or result["error"]["status"] in REFUSALS


def damaged(file: bytes, rng: np.random.Generator) -> bytes:
    """Return a file with bytes overwritten, half of them in its header, and one part cut out."""
    data = bytearray(file)
    for _ in range(rng.integers(1, 5)):
        place = rng.integers(min(len(data), 64) if rng.random() < 0.5 else len(data))
        data[place] = rng.integers(256)
    start = rng.integers(len(data))
    if rng.random() < 0.5:
        del data[start : start + rng.integers(1, 200)]
    return bytes(data)
