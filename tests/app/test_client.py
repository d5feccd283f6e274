"""The client for Python programs, against the server that ships and against ones that fail."""

import ast
import io
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from PIL import Image

from app import client as module
from app.client import Answer, Client, Refusal, Refused, Unreachable
from tests.serving import serving

KEY = "a key of some length"
BLANK = Image.new("L", (100, 100), "white")


@pytest.fixture(scope="module")
def inkling() -> Iterator[Client]:
    with serving(INKLING_DRAIN_SECONDS="0") as server:
        yield Client(f"http://{server.address}/")


@pytest.fixture
def one_and_seven(draw: Callable[[int], Image.Image], as_file: Callable[..., bytes]) -> bytes:
    """Return a picture of two digits, side by side."""
    both = Image.new("L", (800, 400), "white")
    for place, digit in enumerate((1, 7)):
        both.paste(draw(digit), (400 * place, 0))
    return as_file(both)


def test_it_reads_a_digit_from_bytes_and_from_a_path(
    inkling: Client, seven: bytes, tmp_path: Path
) -> None:
    path = tmp_path / "seven.png"
    path.write_bytes(seven)
    answer = inkling.predict(path)
    assert answer == inkling.predict(seven)
    assert (answer.digit, answer.is_certain, answer.model) == (7, True, "convnet")
    assert answer.message == "This looks like a 7."
    assert answer.confidence == max(answer.activations) == answer.activations[7]
    assert Image.open(io.BytesIO(answer.image)).size == (28, 28)


@pytest.mark.parametrize("image_format", ["PNG", "JPEG", "WEBP", "GIF", "BMP"])
def test_it_need_not_be_told_the_format(
    image_format: str,
    inkling: Client,
    draw: Callable[[int], Image.Image],
    as_file: Callable[..., bytes],
) -> None:
    assert inkling.predict(as_file(draw(1), image_format)).digit == 1


def test_it_picks_a_model_by_its_name(inkling: Client, seven: bytes) -> None:
    assert inkling.models() == ["article", "mlp", "convnet"]
    assert inkling.predict(seven, "article").model == "article"
    assert inkling.read(seven, model="mlp").model == "mlp"


def test_it_reads_a_number_with_the_place_of_each_digit(
    inkling: Client, one_and_seven: bytes
) -> None:
    number = inkling.read(one_and_seven)
    assert (number.number, number.lines, number.is_certain) == ("17", ("17",), True)
    assert (number.width_px, number.height_px) == (800, 400)
    assert [digit.digit for digit in number.digits] == [1, 7]
    left, right = (digit.box_px[0] for digit in number.digits)
    assert left < 400 < right


def test_a_batch_has_an_answer_or_a_refusal_for_each_picture(
    inkling: Client, seven: bytes, as_file: Callable[..., bytes]
) -> None:
    good, blank, letter = inkling.predict_batch([seven, as_file(BLANK), b"Dear Ada"], "mlp")
    assert isinstance(good, Answer)
    assert (good.digit, good.model) == (7, "mlp")
    assert isinstance(blank, Refusal)
    assert (blank.status, blank.type) == (422, "urn:inkling:no-digit-found")
    assert isinstance(letter, Refusal)
    assert (letter.status, letter.title) == (400, "Not a picture")


def test_a_refusal_says_what_the_server_said(
    inkling: Client, seven: bytes, as_file: Callable[..., bytes]
) -> None:
    with pytest.raises(Refused, match=r"422 No digit found\. The picture is blank") as refusal:
        inkling.predict(as_file(BLANK))
    assert refusal.value.type == "urn:inkling:no-digit-found"
    assert refusal.value.retry_after_s is None
    with pytest.raises(Refused, match="No model is named 'oracle & sons'"):
        inkling.predict(seven, "oracle & sons")
    with pytest.raises(Refused, match="no picture"):
        inkling.predict_batch([])


def test_it_knows_whether_the_server_is_ready(inkling: Client) -> None:
    assert inkling.is_ready()


def test_where_nobody_listens_it_says_so() -> None:
    nobody = Client("http://127.0.0.1:9", timeout_s=5)
    assert not nobody.is_ready()
    with pytest.raises(Unreachable, match=r"No answer from .*/models"):
        nobody.models()


@contextmanager
def answering(*responses: tuple[int, dict[str, str], bytes]) -> Iterator[tuple[str, list[str]]]:
    """Run a server that gives these responses in turn; give its address and the keys it got."""
    left, keys = list(responses), []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            keys.append(self.headers["Authorization"])
            status, headers, body = left.pop(0)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", keys
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


BUSY = (503, {"Retry-After": "0"}, b"")
MODELS = (200, {}, b'{"models": [{"name": "convnet"}]}')


def test_it_tries_again_as_often_as_it_was_told() -> None:
    with answering(BUSY, (429, {"Retry-After": "0"}, b""), MODELS) as (url, _):
        assert Client(url, retries=2).models() == ["convnet"]
    with answering(BUSY, BUSY, MODELS) as (url, asked):
        with pytest.raises(Refused, match="503 Service Unavailable") as refusal:
            Client(url, retries=1).models()
        assert refusal.value.retry_after_s == 0
        assert len(asked) == 2


def test_it_does_not_repeat_what_would_fail_again() -> None:
    with answering((404, {}, b""), MODELS) as (url, asked):
        with pytest.raises(Refused, match="404"):
            Client(url, retries=5).models()
        assert len(asked) == 1


def test_a_refusal_of_something_on_the_way_is_one_too() -> None:
    for body in (b"<h1>Bad gateway</h1>", b"[]", b'{"type": "about:blank"}'):
        with answering((502, {}, body)) as (url, _):
            with pytest.raises(Refused, match="502 Bad Gateway") as refusal:
                Client(url).models()
            assert (refusal.value.type, refusal.value.detail) == ("about:blank", "")


def test_an_answer_that_is_not_json_is_none() -> None:
    page = b"<h1>Welcome to the hotel's network</h1>"
    with answering((200, {}, page)) as (url, _), pytest.raises(Unreachable):
        Client(url).models()


def test_it_sends_its_key_and_no_other() -> None:
    with answering(MODELS, MODELS) as (url, keys):
        Client(url, api_key=KEY).models()
        Client(url).models()
    assert keys == [f"Bearer {KEY}", None]


def test_it_can_be_copied_away() -> None:
    tree = ast.parse(Path(module.__file__).read_text())
    imported = [
        *(each.module for each in ast.walk(tree) if isinstance(each, ast.ImportFrom)),
        *(a.name for each in ast.walk(tree) if isinstance(each, ast.Import) for a in each.names),
    ]
    assert {str(name).split(".")[0] for name in imported} <= sys.stdlib_module_names
