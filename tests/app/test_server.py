"""The app behind gunicorn, over real sockets: bodies, broken requests, and a start that fails."""

import os
import shutil
import socket
import subprocess
import sys
from collections.abc import Callable
from http.client import HTTPConnection
from pathlib import Path

import pytest

from app.config import ROOT, Settings
from tests.app.posting import multipart
from tests.serving import Server, digit_in, problem_in, send

LARGE = b"A" * 12_000_000
FORM, FORM_TYPE = multipart(LARGE)


@pytest.mark.parametrize("is_chunked", [False, True], ids=["with length", "chunked"])
@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("image/png", b"\x89PNG\r\n\x1a\n" + LARGE),
        (FORM_TYPE, FORM),
        ("application/json", b'{"image": "data:image/png;base64,' + LARGE + b'"}'),
    ],
    ids=["raw", "form", "JSON"],
)
def test_a_client_that_sends_12_mb_reads_413_and_then_an_answer_on_the_same_connection(
    content_type: str, body: bytes, is_chunked: bool, connection: HTTPConnection, seven: bytes
) -> None:
    problem = problem_in(send(connection, body, content_type, is_chunked=is_chunked))
    assert problem["status"] == 413
    assert "at most 10,000,000 bytes" in str(problem["detail"])
    same_socket = connection.sock
    assert digit_in(send(connection, seven)) == 7
    assert connection.sock is same_socket
    response = send(connection, body, content_type, is_chunked=is_chunked, Connection="close")
    assert problem_in(response)["status"] == 413


def test_a_large_picture_to_a_wrong_path_reads_404(connection: HTTPConnection) -> None:
    response = send(connection, bytes(5_000_000), path="/predit")
    assert problem_in(response)["status"] == 404


def test_a_large_form_in_chunks_is_read(connection: HTTPConnection, seven: bytes) -> None:
    body, content_type = multipart(seven + bytes(5_000_000))  # what follows the end of a PNG
    assert digit_in(send(connection, body, content_type, is_chunked=True)) == 7


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


def test_a_client_cannot_set_what_the_path_is_relative_to(connection: HTTPConnection) -> None:
    for path, status in (("/models", 200), ("/x/models", 404)):
        connection.request("GET", path, headers={"SCRIPT_NAME": "/x", "PATH_INFO": "/models"})
        response = connection.getresponse()
        response.read()
        assert response.status == status


def test_a_request_without_a_host_is_answered(server: Server) -> None:
    with socket.create_connection((server.host, server.port), 30) as sender:
        sender.sendall(b"GET /sheet HTTP/1.0\r\n\r\n")
        answer = sender.makefile("rb").read().decode()
    assert answer.startswith("HTTP/1.0 200")
    assert "make run HOST=0.0.0.0" in answer


def test_heads_are_bounded(server: Server) -> None:
    for n_fields, n_bytes, status in ((47, 10, b"200"), (49, 10, b"431"), (2, 2100, b"431")):
        fields = b"".join(b"X-%d: %s\r\n" % (n, n_bytes * b"x") for n in range(n_fields))
        with socket.create_connection((server.host, server.port), 30) as connection:
            connection.sendall(b"GET /healthz HTTP/1.1\r\n" + fields + b"\r\n")
            assert connection.recv(12) == b"HTTP/1.1 " + status


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
        (lambda folder: {"PORT": "http"}, "PORT must be a whole number from 0 to 65535"),
    ],
    ids=["weights", "setting", "port"],
)
def test_an_invalid_setting_ends_the_start_with_one_line(
    damage: Callable[[Path], dict[str, str]], words: str, tmp_path: Path
) -> None:
    environ = os.environ | {"PORT": "0"} | damage(tmp_path)
    command = [sys.executable, "-m", "gunicorn"]
    run = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60)
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.count("\n") == 1
    assert run.stderr.startswith("Inkling cannot start: ")
    assert words in run.stderr
