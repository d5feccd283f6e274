"""The server that ships, over real sockets: bodies, overload, slow clients, reloads and its end.

tests/hostile/test_faults.py asks it beside a hundred slow clients of each kind.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path
from select import select

import pytest

from app.config import ROOT, Settings
from app.errors import ProblemCode
from tests.app.posting import multipart
from tests.app.requests.limits import app_with_limits
from tests.serving import (
    ENDING_S,
    Server,
    digit_in,
    free_port,
    n_connections,
    problem_in,
    send,
    serving,
    stopped,
)
from tests.waiting import wait_for

LARGE = b"A" * 12_000_000
FORM, FORM_TYPE = multipart(LARGE)


@pytest.fixture(scope="module")
def impatient() -> Iterator[Server]:
    """Return a server that waits two seconds for a body, and one for the next request."""
    with serving(
        GUNICORN_CMD_ARGS="--keep-alive 1",
        INKLING_MAX_UPLOAD_SECONDS="2",
        INKLING_MAX_WAIT_SECONDS="60",
        **app_with_limits(max_discarding_s=1),
    ) as server:
        yield server


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
        (lambda folder: {"INKLING_RISK": "often"}, "INKLING_RISK must be a number"),
        (lambda folder: {"PORT": "http"}, "PORT must be a whole number from 0 to 65535"),
        (lambda folder: {"WEB_CONCURRENCY": "x"}, "WEB_CONCURRENCY must be a whole number"),
        (lambda folder: {"WEB_CONCURRENCY": "-1"}, "at least 1, but it is '-1'"),
        (lambda folder: {"WEB_CONCURRENCY": "", "PORT": "-"}, "PORT must be a whole number"),
        (lambda folder: {"FORWARDED_ALLOW_IPS": "foo"}, "FORWARDED_ALLOW_IPS must be addresses"),
        (lambda folder: {"FORWARDED_ALLOW_IPS": "10.0.0.1/8"}, "10.0.0.1/8 has host bits set"),
    ],
    ids=[
        "weights",
        "setting",
        "port",
        "workers",
        "fewer workers",
        "no workers",
        "proxies",
        "network",
    ],
)
def test_an_invalid_setting_ends_the_start_with_one_line(
    damage: Callable[[Path], dict[str, str]], words: str, tmp_path: Path
) -> None:
    environ = os.environ | {"PORT": "0"} | damage(tmp_path)
    command = [sys.executable, "-m", "deploy.serve"]
    run = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True)
    assert (run.returncode, run.stdout) == (1, "")
    assert run.stderr.count("\n") == 1
    assert run.stderr.startswith("Inkling cannot start: ")
    assert words in run.stderr


HEAD = b"POST /predict HTTP/1.1\r\nHost: inkling\r\nContent-Type: image/png\r\n"
GET = b"GET /healthz HTTP/1.1\r\nHost: inkling\r\n\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def connect(server: Server) -> socket.socket:
    return socket.create_connection((server.host, server.port), timeout=60)


@contextmanager
def connections(server: Server, *sent: bytes) -> Iterator[list[socket.socket]]:
    """Give a connection for each of these beginnings of requests, all of which come at once."""
    with ExitStack() as stack:
        with server.stopped():
            opened = [stack.enter_context(connect(server)) for _ in sent]
            for connection, data in zip(opened, sent, strict=True):
                connection.sendall(data)
        yield opened


def answer(server: Server, picture: bytes) -> int:
    """Return the status of the answer to a picture, on a connection of its own."""
    connection = HTTPConnection(server.address, timeout=60)
    try:
        response = send(connection, picture)
        if response.status == 200:
            assert digit_in(response) == 7
        else:
            assert problem_in(response)["type"] == ProblemCode.TOO_BUSY.type
            assert response.headers["Retry-After"] == "1"
        return response.status
    finally:
        connection.close()


def get(server: Server, path: str, **headers: str) -> tuple[int, bytes]:
    """Return the status and the body of the answer to a request, on a connection of its own."""
    connection = HTTPConnection(server.address, timeout=60)
    try:
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("GET", path, headers=sent)
        response = connection.getresponse()
        return response.status, response.read()
    finally:
        connection.close()


def status_of(connection: socket.socket) -> int:
    """Return the status of the answer on a connection, after that which asks for a body, if any."""
    with connection.makefile("rb") as stream:
        head = b"".join(iter(stream.readline, b"\r\n"))
        if b" 100 " in head:
            head = b"".join(iter(stream.readline, b"\r\n"))
    return int(head.split()[1])


def test_a_body_that_comes_too_slowly_gets_408(impatient: Server, seven: bytes) -> None:
    begun = [
        HEAD + b"Content-Length: 1000\r\n\r\nhalf",
        HEAD + b"Content-Length: 1000\r\nExpect: 100-continue\r\n\r\n",
        CHUNKED,
        CHUNKED + b"4\r\nhalf\r\n",
        CHUNKED + b"5\r\nhalf",
    ]
    whole = HEAD + b"Content-Length: %d\r\n\r\n" % len(seven) + seven
    with connections(impatient, *begun * 10, whole) as (*slow, quick):
        assert status_of(quick) == 200
        assert [status_of(connection) for connection in slow] == [408] * len(slow)


def test_what_follows_a_chunked_body_that_was_too_slow_is_no_request(impatient: Server) -> None:
    with connections(impatient, CHUNKED, CHUNKED + b"40\r\n") as slow:
        for connection in slow:
            assert connection.recv(12) == b"HTTP/1.1 408"
            with suppress(OSError):  # It is closed.
                connection.sendall(GET)
                received = b"".join(iter(lambda each=connection: each.recv(65_536), b""))
                assert b"HTTP/1.1" not in received


def test_incomplete_large_bodies_are_refused_before_they_fill_the_memory(seven: bytes) -> None:
    app = app_with_limits(max_discarding_s=1)
    with serving(INKLING_MAX_UPLOAD_SECONDS="3600", **app) as server, ExitStack() as stack:
        senders = [stack.enter_context(connect(server)) for _ in range(8)]
        for sender in senders:
            sender.sendall(HEAD + b"Content-Length: 9000000\r\n\r\n" + bytes(8_900_000))
        assert answer(server, seven) == 200
        # The one that has been without progress the longest makes room for the others.
        assert senders[0].recv(12) == b"HTTP/1.1 503"
        assert select(senders[1:], [], [], 0)[0] == []


def test_drawings_do_not_wait_for_large_pictures(server: Server, seven: bytes) -> None:
    large = seven + bytes(1_000_000)  # what follows the end of a PNG is ignored
    with ThreadPoolExecutor(40) as pool:
        waiting = [pool.submit(answer, server, large) for _ in range(40)]
        assert answer(server, seven) == 200
        assert {each.result() for each in waiting} == {200}


def test_more_than_can_be_read_get_503_and_the_probe_and_the_next_get_200(seven: bytes) -> None:
    with serving(INKLING_MAX_WAIT_SECONDS="0.02") as server, ThreadPoolExecutor(128) as pool:
        statuses = list(pool.map(lambda _: answer(server, seven), range(384)))
        assert set(statuses) == {200, 503}
        assert get(server, "/healthz") == (200, b'{"status":"alive"}\n')
        assert answer(server, seven) == 200


def test_a_connection_that_only_waits_for_its_next_request_is_closed_in_the_end(
    impatient: Server,
) -> None:
    """gunicorn's own limit, which is shortened here."""
    with connections(impatient, b"", b"P", HEAD, HEAD + 60_000 * b"x") as begun:
        for connection in begun:
            with suppress(ConnectionResetError):
                while connection.recv(1000):
                    pass


def replace_key(path: Path, key: str) -> None:
    path.with_suffix(".new").write_text(key)
    path.with_suffix(".new").rename(path)


def test_sighup_takes_a_new_key_and_weights_but_no_bad_key(tmp_path: Path) -> None:
    key_file, folder = tmp_path / "key", tmp_path / "models"
    replace_key(key_file, 20 * "a")
    shutil.copytree(Settings().models_directory, folder)
    settings = {"INKLING_API_KEY_FILE": str(key_file), "INKLING_MODELS_DIRECTORY": str(folder)}
    with serving(**settings) as server:
        assert get(server, "/models", X_API_Key=20 * "a")[0] == 200
        for path in folder.glob("mlp.*"):
            path.unlink()
        replace_key(key_file, 20 * "b")
        server.reload()
        assert get(server, "/models", X_API_Key=20 * "b")[0] == 200
        assert get(server, "/models", X_API_Key=20 * "a")[0] == 401
        assert b"mlp" not in get(server, "/readyz")[1]
        replace_key(key_file, "short")
        server.reload()
        assert "stay in use" in server.log.read_text()
        assert get(server, "/models", X_API_Key=20 * "b")[0] == 200
        assert server.log.read_text().count("Inkling reloads its weights and its key\n") == 2
        server.process.terminate()
        server.process.wait(ENDING_S)
        assert server.log.read_text().endswith("Inkling has stopped\n")


def test_operators_are_answered_while_the_public_has_all_its_connections() -> None:
    port = free_port()
    with (
        serving("prlimit", "--nofile=200:200", METRICS_PORT=str(port)) as server,
        ExitStack() as stack,
    ):
        assert "a worker has at most 100 connections" in server.log.read_text()
        for _ in range(120):  # 20 more than there are
            stack.enter_context(connect(server))
        waiting = stack.enter_context(connect(server))
        waiting.sendall(GET)
        wait_for(lambda: n_connections(server) >= 100, "the connections to be accepted")
        for path in ("/healthz", "/readyz", "/metrics"):
            probe = HTTPConnection(f"{server.host}:{port}", timeout=60)
            probe.request("GET", path)
            assert probe.getresponse().status == 200
            probe.close()
        waiting.settimeout(0.5)
        with pytest.raises(TimeoutError):
            waiting.recv(1)


@pytest.mark.parametrize(
    ("number", "status"), [(signal.SIGTERM, 503), (signal.SIGHUP, 200)], ids=["stops", "reloads"]
)
def test_a_worker_says_that_the_server_is_not_ready_once_it_stops_but_not_when_it_reloads(
    number: int, status: int
) -> None:
    ready = b"GET /readyz HTTP/1.1\r\nHost: inkling\r\n\r\n"
    with serving() as server, connect(server) as kept, connect(server) as slow:
        kept.sendall(ready)
        response = HTTPResponse(kept)
        response.begin()
        assert b'"ready"' in response.read()
        slow.sendall(HEAD + b"Content-Length: 1000\r\n\r\nhalf")  # the worker waits for the rest
        [worker] = server.worker_pids()
        with stopped(worker):  # This connection's next request is there when SIGTERM comes.
            server.process.send_signal(number)
            wait_for(lambda: signal.SIGTERM in pending(worker), "SIGTERM to be sent to the worker")
            kept.sendall(ready)
        response = HTTPResponse(kept)
        response.begin()
        assert response.status == status
        if status == 503:
            assert problem_in(response)["type"] == ProblemCode.STOPPING.type
            assert response.headers["Retry-After"] == "1"


def pending(pid: int) -> set[int]:
    """Return the numbers of the signals that a process has not received yet."""
    status = Path(f"/proc/{pid}/status").read_text()
    [bits] = re.findall(r"^ShdPnd:\s*(\w+)$", status, re.MULTILINE)
    return {number for number in range(1, 65) if int(bits, 16) >> (number - 1) & 1}


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_server_that_stops_or_reloads_answers_what_it_accepted(number: int, seven: bytes) -> None:
    with ExitStack() as stack:
        server = stack.enter_context(serving(n_workers=2, INKLING_MAX_WAIT_SECONDS="30"))
        kept, silent, half, slow = (stack.enter_context(connect(server)) for _ in range(4))
        for connection, sent in (
            (kept, GET),
            (half, GET[:20]),
            (slow, HEAD + b"Content-Length: 1000\r\n\r\nhalf"),
        ):
            connection.sendall(sent)
        response = HTTPResponse(kept)
        response.begin()
        assert response.read() == b'{"status":"alive"}\n'
        halfway = [stack.enter_context(connect(server)) for _ in range(20)]
        for connection in halfway:
            length = b"Content-Length: %d\r\nExpect: 100-continue\r\n\r\n" % len(seven)
            connection.sendall(HEAD + length)
            assert connection.recv(100).startswith(b"HTTP/1.1 100")  # the request is under way
            connection.sendall(seven[:100])
        wait_for(lambda: n_connections(server) >= 24, "the connections to be accepted")
        server.process.send_signal(number)
        for connection in halfway:  # all at once: there are some seconds for what still arrives
            connection.sendall(seven[100:])
        for connection in halfway:
            response = HTTPResponse(connection)
            response.begin()
            assert digit_in(response) == 7
        for connection in (kept, silent, half):
            assert connection.recv(1) == b""
        assert slow.recv(12) == b"HTTP/1.1 503"
        if number == signal.SIGTERM:
            assert server.process.wait(ENDING_S) == 0
        assert "graceful timeout" not in server.log.read_text()
