"""The server that ships with short limits: overload, slow clients, reloading and the shutdown.

tests/load/test_faults.py asks it beside a hundred slow clients of each kind.
"""

import shutil
import signal
import socket
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest

from app.config import Settings
from app.errors import ProblemCode
from tests.serving import (
    Server,
    digit_in,
    free_port,
    is_accepting,
    n_connections,
    problem_in,
    send,
    serving,
)
from tests.waiting import wait_for

HEAD = b"POST /predict HTTP/1.1\r\nHost: inkling\r\nContent-Type: image/png\r\n"
GET = b"GET /healthz HTTP/1.1\r\nHost: inkling\r\n\r\n"
CHUNKED = HEAD + b"Transfer-Encoding: chunked\r\n\r\n"


def connect(server: Server) -> socket.socket:
    return socket.create_connection((server.host, server.port), timeout=60)


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


def test_a_body_that_comes_too_slowly_gets_408(server: Server, seven: bytes) -> None:
    begun = [
        HEAD + b"Content-Length: 1000\r\n\r\nhalf",
        HEAD + b"Content-Length: 1000\r\nExpect: 100-continue\r\n\r\n",
        CHUNKED,
        CHUNKED + b"4\r\nhalf\r\n",
        CHUNKED + b"5\r\nhalf",
    ]
    with ExitStack() as stack:
        for sent in begun * 10:
            stack.enter_context(connect(server)).sendall(sent)
        assert answer(server, seven) == 200
        slow = [stack.enter_context(connect(server)) for _ in begun]
        for connection, sent in zip(slow, begun, strict=True):
            connection.sendall(sent)
        assert [status_of(connection) for connection in slow] == [408] * len(begun)


def test_what_follows_a_chunked_body_that_was_too_slow_is_no_request(server: Server) -> None:
    with ExitStack() as stack:
        connections = [stack.enter_context(connect(server)) for _ in range(2)]
        for connection, start in zip(connections, (b"", b"40\r\n"), strict=True):
            connection.sendall(CHUNKED + start)
        for connection in connections:
            assert connection.recv(12) == b"HTTP/1.1 408"
            with suppress(OSError):  # It is closed.
                connection.sendall(GET)
                received = b"".join(iter(lambda each=connection: each.recv(65_536), b""))
                assert b"HTTP/1.1" not in received


def test_incomplete_large_bodies_are_refused_before_they_fill_the_memory(
    server: Server, seven: bytes
) -> None:
    with ExitStack() as stack:
        senders = [stack.enter_context(connect(server)) for _ in range(8)]
        for sender in senders:
            sender.sendall(HEAD + b"Content-Length: 9000000\r\n\r\n" + bytes(8_900_000))
        assert answer(server, seven) == 200
        statuses = [sender.recv(12) for sender in senders]
    assert statuses[0] == b"HTTP/1.1 503"  # the one that has been without progress the longest
    assert set(statuses) == {b"HTTP/1.1 408", b"HTTP/1.1 503"}


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


def test_a_connection_that_only_waits_for_its_next_request_is_closed_in_the_end() -> None:
    """gunicorn's own limit, which is shortened here."""
    with serving(GUNICORN_CMD_ARGS="--keep-alive 1") as server, ExitStack() as stack:
        n_before = n_connections(server)
        for sent in (b"", b"P", HEAD, HEAD + 60_000 * b"x"):
            stack.enter_context(connect(server)).sendall(sent)
        wait_for(lambda: n_connections(server) > n_before, "the connections to be accepted")
        wait_for(lambda: n_connections(server) == n_before, "the connections to be closed")


def replace_key(path: Path, key: str) -> None:
    path.with_suffix(".new").write_text(key)
    path.with_suffix(".new").rename(path)


def test_sighup_takes_a_new_key_and_weights_and_keeps_the_old_where_the_new_key_is_bad(
    tmp_path: Path,
) -> None:
    key_file, folder = tmp_path / "key", tmp_path / "models"
    replace_key(key_file, 20 * "a")
    shutil.copytree(Settings().models_directory, folder)
    settings = {"INKLING_API_KEY_FILE": str(key_file), "INKLING_MODELS_DIRECTORY": str(folder)}
    with serving(**settings) as server:
        assert get(server, "/models", X_API_Key=20 * "a")[0] == 200
        for path in folder.glob("mlp.*"):
            path.unlink()
        replace_key(key_file, 20 * "b")
        server.process.send_signal(signal.SIGHUP)
        wait_for(lambda: get(server, "/models", X_API_Key=20 * "b")[0] == 200, "the new key")
        wait_for(lambda: get(server, "/models", X_API_Key=20 * "a")[0] == 401, "the old's end")
        wait_for(lambda: b"mlp" not in get(server, "/readyz")[1], "the new weights")
        replace_key(key_file, "short")
        workers = server.worker_pids()
        server.process.send_signal(signal.SIGHUP)
        wait_for(lambda: "stay in use" in server.log.read_text(), "the line in the log")
        wait_for(lambda: not set(workers) & set(server.worker_pids()), "new workers")
        assert get(server, "/models", X_API_Key=20 * "b")[0] == 200


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


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_server_that_stops_or_reloads_answers_what_it_accepted_and_ends_the_rest(
    number: int, seven: bytes
) -> None:
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
        if number == signal.SIGTERM:
            wait_for(lambda: not is_accepting(server), "the server to accept no more connections")
        for connection in halfway:
            connection.sendall(seven[100:])
            response = HTTPResponse(connection)
            response.begin()
            assert digit_in(response) == 7
        for connection in (kept, silent, half):
            assert connection.recv(1) == b""
        assert slow.recv(12) == b"HTTP/1.1 503"
        if number == signal.SIGTERM:
            assert server.process.wait(timeout=20) == 0
        assert "graceful timeout" not in server.log.read_text()
