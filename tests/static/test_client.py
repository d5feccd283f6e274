"""The client for Python programs, against the server that ships and against ones that fail."""

import ast
import io
import socket
import struct
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import Image

from benchmarks.sheets.filled import scan
from nn.reading.class_sheet.layout import pages_of
from static import client as module
from static.client import Answer, Client, NumberAnswer, Refused
from tests.drawing import as_file, draw, draw_number
from tests.serving import Server, free_port

KEY = "a key of some length"
Response = tuple[int, dict[str, str], bytes]
BLANK = Image.new("L", (100, 100), "white")


@pytest.fixture(scope="module")
def inkling(server: Server) -> Client:
    return Client(f"http://{server.address}/", timeout_s=60)


@pytest.fixture
def one_and_seven() -> bytes:
    return as_file(draw_number(1, 7))


def test_it_reads_a_digit_of_bytes_and_path(inkling: Client, seven: bytes, tmp_path: Path) -> None:
    path = tmp_path / "seven.png"
    path.write_bytes(seven)
    answer = inkling.predict(path)
    assert answer == inkling.predict(seven) == inkling.predict(str(path))
    assert (answer.digit, answer.certain, answer.model) == (7, True, "convnet")
    assert (answer.doubt, answer.left_out) == (None, [])
    assert answer.message == "This looks like a 7."
    assert answer.confidence == max(answer.activations) == answer.activations[7]
    assert Image.open(io.BytesIO(answer.image)).size == (28, 28)


def test_any_format_is_sent_without_its_name(inkling: Client) -> None:
    assert inkling.predict(as_file(draw(1), "WEBP")).digit == 1


def test_it_picks_a_model_by_its_name(inkling: Client, seven: bytes) -> None:
    assert inkling.predict(seven, "article").model == "article"
    assert inkling.read(seven, model="mlp").model == "mlp"


def test_it_reads_a_number_and_its_digits_places(inkling: Client, one_and_seven: bytes) -> None:
    number = inkling.read(one_and_seven)
    assert (number.number, number.lines, number.certain) == ("17", ["17"], True)
    assert (number.text, number.doubt, number.left_out) == ("17", None, [])
    assert (number.width, number.height) == (650, 400)
    assert [digit.digit for digit in number.digits] == [1, 7]
    left, right = (digit.box[0] for digit in number.digits)
    assert left < 325 < right


def test_it_explains_in_a_language(inkling: Client, one_and_seven: bytes, seven: bytes) -> None:
    answer = inkling.predict(seven, explain="layers", lang="de")
    assert answer.message == "Das sieht wie eine 7 aus."
    assert len(answer.layers) == 6
    assert inkling.read(one_and_seven, maximum=18, pattern=r"\d\d").allowed[0].text == "17"
    number = inkling.read(one_and_seven, explain="layers", index=1, lang="fr")
    assert [hasattr(digit, "layers") for digit in number.digits] == [False, True]


def test_it_asks_the_other_routes(inkling: Client) -> None:
    assert inkling.models().default == "convnet"
    assert inkling.ready().models == [each.name for each in inkling.models().models]
    assert len(inkling.weights("article")) > 4 * 11_935  # bytes
    with pytest.raises(Refused, match="No sheet"):
        inkling.read_sheet("static/examples/seven.png")


def test_it_reads_a_sheet_whose_boxes_are_partly_empty(inkling: Client) -> None:
    boxes = inkling.read_sheet("static/examples/sheet.webp").boxes
    empty = [box for box in boxes if box.is_empty]
    assert {(box.image, len(box.readings)) for box in empty} == {(None, 0)}
    written = [box for box in boxes if not box.is_empty]
    assert {Image.open(io.BytesIO(box.image)).size for box in written} == {(28, 28)}
    assert all(reading.digit in range(10) for box in written for reading in box.readings)


def test_a_sheet_without_a_digit_is_refused(inkling: Client) -> None:
    with pytest.raises(Refused, match="boxes of the sheet are empty") as refusal:
        inkling.read_sheet(as_file(scan(pages_of(1)[0])))
    assert refusal.value.type == "urn:inkling:no-digit-found"


def test_a_batch_has_an_answer_or_a_refusal_for_each_picture(inkling: Client, seven: bytes) -> None:
    good, blank, letter = inkling.predict_batch([seven, as_file(BLANK), b"Dear Ada"], "mlp")
    assert isinstance(good, Answer)
    assert (good.digit, good.model) == (7, "mlp")
    assert isinstance(blank, Refused)
    assert (blank.status, blank.type) == (422, "urn:inkling:no-digit-found")
    assert isinstance(letter, Refused)
    assert (letter.status, letter.title) == (400, "Not a picture")


def test_a_batch_of_numbers_has_an_answer_or_a_refusal_for_each_picture(
    inkling: Client, one_and_seven: bytes, seven: bytes
) -> None:
    number, bad, digit = inkling.read_batch([one_and_seven, b"Dear Ada", seven])
    assert isinstance(number, NumberAnswer)
    assert (number.text, number.model) == ("17", "convnet")
    assert isinstance(bad, Refused)
    assert isinstance(digit, NumberAnswer)
    assert digit.digits[0].digit == 7


def test_what_is_allowed_is_sent_with_any_number(inkling: Client, one_and_seven: bytes) -> None:
    assert inkling.read(one_and_seven, allowed=["17", "71"]).allowed[0].text == "17"
    (number,) = inkling.read_batch([one_and_seven], allowed=["17", "71"], maximum=20)
    assert isinstance(number, NumberAnswer)
    assert [each.text for each in number.allowed] == ["17"]
    with pytest.raises(Refused, match=r"risk must be .* but is '0\.9'"):
        inkling.read(one_and_seven, risk=0.9)


def test_a_refusal_says_what_the_server_said(inkling: Client, seven: bytes) -> None:
    with pytest.raises(Refused, match=r"422 No digit found\. No ink was found") as refusal:
        inkling.predict(as_file(BLANK))
    assert refusal.value.type == "urn:inkling:no-digit-found"
    assert refusal.value.retry_after_s is None
    with pytest.raises(Refused, match="No model is named 'oracle & sons'"):
        inkling.predict(seven, "oracle & sons")
    with pytest.raises(Refused, match="no picture"):
        inkling.predict_batch([])


def test_without_a_server_it_raises_oserror() -> None:
    with pytest.raises(OSError, match="refused"):
        Client(f"http://127.0.0.1:{free_port()}").predict(b"")


@contextmanager
def answering(*responses: Response) -> Iterator[tuple[str, list[str | None]]]:
    """Run a server that gives these responses in turn; give its address and the keys it got."""
    left = list(responses)
    keys: list[str | None] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.respond()

        def do_GET(self) -> None:
            self.respond()

        def respond(self) -> None:
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


ONE: Response = (200, {}, b'{"digit": 1}')


@pytest.mark.parametrize(
    ("header", "expected_s"),
    [
        ({"Retry-After": "3"}, 3),
        ({"Retry-After": "Friday"}, None),
        ({"Retry-After": "9" * 5000}, None),
    ],
)
def test_a_refusal_says_when_to_try_again(header: dict[str, str], expected_s: int | None) -> None:
    with answering((503, header, b"")) as (url, _):
        with pytest.raises(Refused, match="503 Service Unavailable") as refusal:
            Client(url).predict(b"")
        assert refusal.value.retry_after_s == expected_s


@pytest.mark.parametrize("header", [{}, {"Content-Length": "200000"}], ids=["whole", "cut off"])
@pytest.mark.parametrize(
    "body",
    [
        *(b"<h1>Bad gateway</h1>", b"[]", b"null", b'"odd"', b'{"type": "about:blank"}'),
        *(b'{"title": null, "detail": {"a": [1]}, "status": "odd"}', b'{"image": 1}'),
        b"[" * 100_000,
    ],
)
def test_an_error_of_a_proxy_is_a_refusal_too(body: bytes, header: dict[str, str]) -> None:
    with answering((502, header, body)) as (url, _):
        with pytest.raises(Refused, match="502 Bad Gateway") as refusal:
            Client(url).predict(b"")
        assert (refusal.value.type, refusal.value.detail) == ("about:blank", "")
        assert refusal.value.status == 502


@pytest.mark.parametrize(
    "body",
    [
        *(b"null", b"[]", b'"odd"', b"7", b"{}", b'{"digit": 1, "image": null}', b"[" * 100_000),
        *(b'{"image": {"partition": 1}}', b'{"image": null, "is_empty": false}'),
        *(b"<h1>Welcome to the hotel's network</h1>", b""),
    ],
)
def test_an_answer_of_another_shape_raises_valueerror(body: bytes) -> None:
    told = "Expecting value" if body[:1] in (b"", b"<") else "The "
    with answering((200, {}, body)) as (url, _), pytest.raises(ValueError, match=told):
        Client(url).predict(b"")


@pytest.mark.parametrize(
    "results",
    [
        *("null", "7", '"odd"', "{}", "[]", "[null]", "[[]]", "[{}]", '[{"error": null}]'),
        *('[{"error": {"title": "Odd"}}]', '[{"digit": 1, "model": "mlp"}]'),
    ],
)
def test_a_batch_of_another_shape_raises_valueerror(results: str) -> None:
    body = f'{{"model": "mlp", "results": {results}}}'.encode()
    with answering((200, {}, body)) as (url, _), pytest.raises(ValueError, match="answer"):
        Client(url).predict_batch([b""])


@pytest.mark.parametrize("model", ["", '"model": "mlp", '])
def test_a_batch_needs_as_many_results_as_pictures_and_its_model(model: str) -> None:
    body = f'{{{model}"results": [{{"digit": 1}}]}}'.encode()
    with answering((200, {}, body)) as (url, _), pytest.raises(ValueError, match="answer"):
        Client(url).predict_batch([b"", b""])


@pytest.mark.parametrize("linger_s", [1, 0], ids=["closed", "reset"])
def test_a_connection_that_ends_without_an_answer_raises_oserror(linger_s: int) -> None:
    with socket.create_server(("127.0.0.1", 0)) as ending:

        def hang_up() -> None:
            connection, _ = ending.accept()
            with connection:
                while not connection.recv(65536).endswith(b"--"):
                    pass
                # Closing without a linger time resets the connection.
                linger = struct.pack("ii", 1, linger_s)
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)

        thread = threading.Thread(target=hang_up)
        thread.start()
        with pytest.raises(OSError, match="No whole HTTP answer"):
            Client(f"http://127.0.0.1:{ending.getsockname()[1]}").predict(b"")
        thread.join()


def test_an_answer_that_is_cut_off_raises_oserror() -> None:
    cut_off: Response = (200, {"Content-Length": "99"}, b'{"digit": 1}')
    with answering(cut_off) as (url, _), pytest.raises(OSError, match="No whole HTTP answer"):
        Client(url).predict(b"")


def test_an_answer_that_is_not_http_raises_oserror() -> None:
    with socket.create_server(("127.0.0.1", 0)) as odd:

        def greet() -> None:
            connection, _ = odd.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"220 mail.example ready\r\n")
                while connection.recv(65536):
                    pass

        thread = threading.Thread(target=greet)
        thread.start()
        with pytest.raises(OSError, match="No whole HTTP answer"):
            Client(f"http://127.0.0.1:{odd.getsockname()[1]}").predict(b"")
        thread.join()


def test_a_silent_server_is_given_up_after_the_timeout() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(TimeoutError):
        Client(f"http://127.0.0.1:{silent.getsockname()[1]}", timeout_s=0.1).predict(b"")


def test_the_key_is_sent_only_where_one_is_given() -> None:
    with answering(ONE, ONE) as (url, keys):
        Client(url, api_key=KEY).predict(b"")
        Client(url).predict(b"")
    assert keys == [f"Bearer {KEY}", None]


def test_the_key_is_not_sent_to_another_server() -> None:
    with (
        answering(ONE) as (other, keys_of_other),
        answering((302, {"Location": other}, b"")) as (url, keys),
    ):
        assert Client(url, api_key=KEY).predict(b"").digit == 1
    assert (keys, keys_of_other) == ([f"Bearer {KEY}"], [None])


def test_the_server_hands_the_file_out(client: FlaskClient) -> None:
    with client.get("/static/client.py") as response:
        assert response.status_code == 200
        assert response.mimetype in ("text/x-python", "text/plain")
        assert response.data == Path(module.__file__).read_bytes()


def test_it_needs_the_standard_library_alone() -> None:
    tree = ast.parse(Path(module.__file__).read_text())
    imported = [
        *(each.module for each in ast.walk(tree) if isinstance(each, ast.ImportFrom)),
        *(a.name for each in ast.walk(tree) if isinstance(each, ast.Import) for a in each.names),
    ]
    assert {str(name).split(".")[0] for name in imported} <= sys.stdlib_module_names
