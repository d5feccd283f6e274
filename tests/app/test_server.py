"""The app behind gunicorn, over real sockets: bodies, broken requests, start and stop."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from http.client import HTTPConnection
from pathlib import Path

import pytest

from app.config import ROOT, Settings
from tests.serving import digit_in, problem_in, send, serving

LARGE_BYTES = 30_000_000
FORM = "multipart/form-data; boundary=edge"
HEAD = b'--edge\r\nContent-Disposition: form-data; name="image"; filename="7.png"\r\n\r\n'
TAIL = b"\r\n--edge--\r\n"


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving() as server:
        yield server.address


@pytest.fixture
def connection(address: str) -> Iterator[HTTPConnection]:
    connection = HTTPConnection(address, timeout=30)
    yield connection
    connection.close()


@pytest.mark.parametrize("is_chunked", [False, True], ids=["with length", "chunked"])
@pytest.mark.parametrize(
    ("content_type", "before", "after"),
    [
        ("image/png", b"\x89PNG\r\n\x1a\n", b""),
        (FORM, HEAD, TAIL),
        ("application/json", b'{"image": "data:image/png;base64,', b'"}'),
    ],
    ids=["raw", "form", "JSON"],
)
def test_a_client_that_sends_30_mb_reads_413_and_then_an_answer_on_the_same_connection(
    content_type: str,
    before: bytes,
    after: bytes,
    is_chunked: bool,
    connection: HTTPConnection,
    seven: bytes,
) -> None:
    body = before + b"A" * LARGE_BYTES + after
    response = send(connection, body, content_type, is_chunked=is_chunked)
    problem = problem_in(response)
    assert problem["status"] == 413
    assert "at most 10,000,000 bytes" in str(problem["detail"])
    same_socket = connection.sock
    assert digit_in(send(connection, seven)) == 7
    assert connection.sock is same_socket


@pytest.mark.parametrize("is_chunked", [False, True], ids=["with length", "chunked"])
def test_a_client_that_will_close_the_connection_reads_413_too(
    is_chunked: bool, connection: HTTPConnection
) -> None:
    response = send(connection, bytes(LARGE_BYTES), is_chunked=is_chunked, Connection="close")
    assert problem_in(response)["status"] == 413


def test_a_large_picture_to_a_wrong_path_reads_404(connection: HTTPConnection) -> None:
    response = send(connection, bytes(5_000_000), path="/predit")
    assert problem_in(response)["status"] == 404


def test_a_large_form_in_chunks_is_read(connection: HTTPConnection, seven: bytes) -> None:
    picture = seven + bytes(5_000_000)  # what follows the end of a PNG does not count
    body = HEAD + picture + TAIL
    assert digit_in(send(connection, body, FORM, is_chunked=True)) == 7


@pytest.mark.parametrize(
    "chunk", [b"XYZ\r\nseven\r\n", b"5\r\nsevenandmore\r\n"], ids=["size", "end"]
)
def test_a_broken_chunk_gets_400_and_the_next_request_answers(
    chunk: bytes, connection: HTTPConnection, seven: bytes
) -> None:
    connection.putrequest("POST", "/predict")
    connection.putheader("Content-Type", "image/png")
    connection.putheader("Transfer-Encoding", "chunked")
    connection.endheaders(chunk)
    assert problem_in(connection.getresponse())["status"] == 400
    connection.close()
    assert digit_in(send(connection, seven)) == 7


def test_a_client_that_leaves_halfway_does_not_disturb_others(
    connection: HTTPConnection, seven: bytes
) -> None:
    for _ in range(8):
        connection.putrequest("POST", "/predict")
        connection.putheader("Content-Type", "image/png")
        connection.putheader("Content-Length", "1000")
        connection.endheaders(b"half")
        connection.close()
    assert digit_in(send(connection, seven)) == 7


def damage_weights(folder: Path) -> dict[str, str]:
    path = folder / "models" / "article.npz"
    shutil.copytree(Settings().models_directory, path.parent)
    path.write_bytes(b"not weights")
    return {"INKLING_MODELS_DIRECTORY": str(path.parent)}


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (damage_weights, "article.npz"),
        (lambda folder: {"INKLING_CERTAIN_AT": "often"}, "INKLING_CERTAIN_AT must be a number"),
        (lambda folder: {"INKLING_DEFAULT_MODEL": "oracle"}, "INKLING_DEFAULT_MODEL is 'oracle'"),
        (lambda folder: {"PORT": "http"}, "PORT must be a whole number from 0 to 65535"),
        (lambda folder: {"INKLING_API_KEY": "short"}, "INKLING_API_KEY must hold a key"),
    ],
    ids=["weights", "setting", "model", "port", "key"],
)
def test_an_invalid_setting_ends_the_start_with_one_line(
    damage: Callable[[Path], dict[str, str]], words: str, tmp_path: Path
) -> None:
    environ = os.environ | {"PORT": "0"} | damage(tmp_path)
    command = [sys.executable, "-m", "gunicorn"]
    run = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60)
    assert run.returncode == 1
    assert run.stdout == ""
    assert run.stderr.count("\n") == 1
    assert run.stderr.startswith("Inkling cannot start: ")
    assert words in run.stderr


def test_a_client_cannot_set_what_the_path_is_relative_to() -> None:
    with serving(FORWARDED_ALLOW_IPS="*") as server:
        for path, status in (("/models", 200), ("/x/models", 404)):
            client = HTTPConnection(server.address, timeout=30)
            client.request("GET", path, headers={"SCRIPT_NAME": "/x", "PATH_INFO": "/models"})
            assert client.getresponse().status == status
            client.close()
