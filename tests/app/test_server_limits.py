"""The server that ships with short limits: overload, slow clients, reloading and the shutdown."""

import shutil
import signal
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from http.client import HTTPConnection, HTTPResponse
from pathlib import Path

import pytest

from app.config import Settings
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

N_CLIENTS = 200
HEAD = b"POST /predict HTTP/1.1\r\nHost: inkling\r\nContent-Type: image/png\r\n"


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    with serving(INKLING_MAX_UPLOAD_SECONDS="2") as server:
        yield server


def connect(server: Server) -> socket.socket:
    return socket.create_connection((server.host, server.port), timeout=30)


def answer(server: Server, picture: bytes) -> int:
    """Return the status of the answer to a picture, on a connection of its own."""
    connection = HTTPConnection(server.address, timeout=30)
    try:
        response = send(connection, picture)
        if response.status == 200:
            assert digit_in(response) == 7
        else:
            assert problem_in(response)["type"] == "urn:inkling:too-busy"
            assert response.headers["Retry-After"] == "1"
        return response.status
    finally:
        connection.close()


def status_of(connection: socket.socket) -> int:
    """Return the status of the answer on a connection, after that which asks for a body, if any."""
    with connection.makefile("rb") as stream:
        head = b"".join(iter(stream.readline, b"\r\n"))
        if b" 100 " in head:
            head = b"".join(iter(stream.readline, b"\r\n"))
    return int(head.split()[1])


@pytest.mark.parametrize(
    "sent",
    [b"", b"P", HEAD, HEAD + b"X: " + 66_000 * b"x", b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\nG"],
    ids=["nothing", "a byte", "half a head", "a head without end", "a byte of a second request"],
)
def test_connections_without_a_request_keep_no_one_waiting(
    sent: bytes, server: Server, seven: bytes
) -> None:
    with ExitStack() as stack:
        for _ in range(N_CLIENTS):
            stack.enter_context(connect(server)).sendall(sent)
        assert answer(server, seven) == 200


@pytest.mark.parametrize(
    "fields",
    [
        b"Content-Length: 1000\r\n\r\nhalf",
        b"Content-Length: 1000\r\nExpect: 100-continue\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n5\r\nhalf",
    ],
    ids=["length", "100-continue", "no chunk", "a chunk", "half a chunk"],
)
def test_a_body_that_comes_too_slowly_gets_408_and_keeps_no_one_waiting(
    fields: bytes, server: Server, seven: bytes
) -> None:
    with ExitStack() as stack:
        slow = [stack.enter_context(connect(server)) for _ in range(N_CLIENTS)]
        for connection in slow:
            connection.sendall(HEAD + fields)
        assert answer(server, seven) == 200
        # A body without a length may become a large one, so that most of 200 are refused earlier.
        statuses = {status_of(connection) for connection in slow}
        assert 408 in statuses <= {408, 503}
        assert answer(server, seven) == 200


def test_a_body_that_is_refused_by_its_length_keeps_no_one_waiting(
    server: Server, seven: bytes
) -> None:
    with ExitStack() as stack:
        for length in (10_000_001, 10**21):
            for _ in range(N_CLIENTS):
                head = HEAD + b"Content-Length: %d\r\n\r\n" % length
                stack.enter_context(connect(server)).sendall(head)
        assert answer(server, seven) == 200


def test_answers_that_are_not_read_keep_no_one_waiting(server: Server, seven: bytes) -> None:
    get = b"GET /static/examples/number.jpg HTTP/1.1\r\nHost: inkling\r\n\r\n"
    with ExitStack() as stack:
        for _ in range(20):
            connection = stack.enter_context(connect(server))
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
            connection.sendall(600 * get)
        assert answer(server, seven) == 200


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
    with serving(INKLING_MAX_WAIT_SECONDS="60") as server, ThreadPoolExecutor(40) as pool:
        waiting = [pool.submit(answer, server, large) for _ in range(40)]
        assert answer(server, seven) == 200
        assert {each.result() for each in waiting} == {200}


def test_more_than_can_be_read_get_503_and_the_probe_and_the_next_get_200(seven: bytes) -> None:
    with serving(INKLING_MAX_WAIT_SECONDS="0.02") as server, ThreadPoolExecutor(128) as pool:
        statuses = list(pool.map(lambda _: answer(server, seven), range(640)))
        assert set(statuses) == {200, 503}
        probe = HTTPConnection(server.address, timeout=30)
        probe.request("GET", "/healthz")
        response = probe.getresponse()
        assert (response.status, response.read()) == (200, b'{"status":"alive"}\n')
        probe.close()
        assert answer(server, seven) == 200


def test_a_connection_that_only_waits_for_its_next_request_is_closed_in_the_end() -> None:
    """gunicorn's own limit, which is shortened here."""
    with serving(GUNICORN_CMD_ARGS="--keep-alive 1") as server, ExitStack() as stack:
        n_before = n_connections(server)
        for sent in (b"", b"P", HEAD, HEAD + 60_000 * b"x"):
            stack.enter_context(connect(server)).sendall(sent)
        wait_for(lambda: n_connections(server) > n_before, "the connections to be accepted")
        wait_for(lambda: n_connections(server) == n_before, "the connections to be closed")


def with_key(path: Path, key: str) -> None:
    path.with_suffix(".new").write_text(key)
    path.with_suffix(".new").rename(path)


def status_with_key(server: Server, key: str) -> int:
    connection = HTTPConnection(server.address, timeout=30)
    try:
        connection.request("GET", "/models", headers={"X-API-Key": key})
        return connection.getresponse().status
    finally:
        connection.close()


def test_sighup_takes_a_new_key_and_keeps_the_old_one_where_the_new_one_is_bad(
    tmp_path: Path,
) -> None:
    key_file = tmp_path / "key"
    with_key(key_file, 20 * "a")
    with serving(INKLING_API_KEY_FILE=str(key_file)) as server:
        assert status_with_key(server, 20 * "a") == 200
        with_key(key_file, 20 * "b")
        server.process.send_signal(signal.SIGHUP)
        wait_for(lambda: status_with_key(server, 20 * "b") == 200, "the new key to be taken")
        wait_for(lambda: status_with_key(server, 20 * "a") == 401, "the old workers to end")
        with_key(key_file, "short")
        workers = server.worker_pids()
        server.process.send_signal(signal.SIGHUP)
        wait_for(lambda: "stay in use" in server.log.read_text(), "the line in the log")
        wait_for(lambda: not set(workers) & set(server.worker_pids()), "new workers")
        assert status_with_key(server, 20 * "b") == 200


def test_sighup_takes_new_weights(tmp_path: Path) -> None:
    folder = tmp_path / "models"
    shutil.copytree(Settings().models_directory, folder)
    with serving(INKLING_MODELS_DIRECTORY=str(folder)) as server:
        for path in folder.glob("mlp.*"):
            path.unlink()
        server.process.send_signal(signal.SIGHUP)

        def has_mlp() -> bool:
            connection = HTTPConnection(server.address, timeout=30)
            connection.request("GET", "/readyz")
            body = connection.getresponse().read()
            connection.close()
            return b"mlp" in body

        wait_for(lambda: not has_mlp(), "the model to be gone")


def test_after_the_signal_to_stop_what_was_accepted_is_answered(seven: bytes) -> None:
    with serving() as server, ExitStack() as stack:
        halfway = [stack.enter_context(connect(server)) for _ in range(20)]
        for connection in halfway:
            length = b"Content-Length: %d\r\nExpect: 100-continue\r\n\r\n" % len(seven)
            connection.sendall(HEAD + length)
            assert connection.recv(100).startswith(b"HTTP/1.1 100")  # the request is under way
            connection.sendall(seven[:100])
        server.process.send_signal(signal.SIGTERM)
        wait_for(lambda: not is_accepting(server), "the server to accept no more connections")
        for connection in halfway:
            connection.sendall(seven[100:])
            response = HTTPResponse(connection)
            response.begin()
            assert digit_in(response) == 7
        assert server.process.wait(timeout=20) == 0


def test_a_server_that_may_open_few_files_says_how_many_connections_it_has() -> None:
    with serving("prlimit", "--nofile=500:500") as server:
        assert "a worker has at most 400 connections" in server.log.read_text()


def test_operators_are_answered_while_the_public_has_all_its_connections() -> None:
    port = free_port()
    with (
        serving("prlimit", "--nofile=200:200", METRICS_PORT=str(port)) as server,
        ExitStack() as stack,
    ):
        for _ in range(120):  # 20 more than there are
            stack.enter_context(connect(server))
        waiting = connect(server)
        stack.enter_context(waiting)
        waiting.sendall(b"GET /healthz HTTP/1.1\r\nHost: inkling\r\n\r\n")
        wait_for(lambda: n_connections(server) >= 100, "the connections to be accepted")
        for path in ("/healthz", "/readyz", "/metrics"):
            probe = HTTPConnection(f"{server.host}:{port}", timeout=30)
            probe.request("GET", path)
            assert probe.getresponse().status == 200
            probe.close()
        waiting.settimeout(0.5)
        with pytest.raises(TimeoutError):
            waiting.recv(1)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_server_that_stops_or_reloads_closes_idle_connections_and_ends_slow_bodies(
    number: int,
) -> None:
    get = b"GET /healthz HTTP/1.1\r\nHost: inkling\r\n\r\n"
    post = HEAD + b"Content-Length: 1000\r\n\r\nhalf"
    with ExitStack() as stack:
        server = stack.enter_context(serving(n_workers=2))
        kept, silent, half, slow = (stack.enter_context(connect(server)) for _ in range(4))
        for connection, sent in ((kept, get), (half, get[:20]), (slow, post)):
            connection.sendall(sent)
        response = HTTPResponse(kept)
        response.begin()
        assert response.read() == b'{"status":"alive"}\n'
        wait_for(lambda: n_connections(server) >= 4, "the connections to be accepted")
        server.process.send_signal(number)
        for connection in (kept, silent, half):
            assert connection.recv(1) == b""
        assert slow.recv(12) == b"HTTP/1.1 503"
        if number == signal.SIGTERM:
            assert server.process.wait(timeout=20) == 0
        assert "graceful timeout" not in server.log.read_text()


@pytest.mark.parametrize("start", [b"", b"40\r\n"])
def test_what_follows_a_chunked_body_that_was_too_slow_is_no_request(
    start: bytes, server: Server
) -> None:
    with connect(server) as connection:
        connection.sendall(HEAD + b"Transfer-Encoding: chunked\r\n\r\n" + start)
        assert connection.recv(12) == b"HTTP/1.1 408"
        with suppress(OSError):  # It is closed.
            connection.sendall(b"GET /healthz HTTP/1.1\r\nHost: inkling\r\n\r\n")
            received = b"".join(iter(lambda: connection.recv(65_536), b""))
            assert b"HTTP/1.1" not in received


def test_heads_are_bounded(server: Server) -> None:
    for n_fields, n_bytes, status in ((47, 10, b"200"), (49, 10, b"431"), (2, 2100, b"431")):
        fields = b"".join(b"X-%d: %s\r\n" % (n, n_bytes * b"x") for n in range(n_fields))
        with connect(server) as connection:
            connection.sendall(b"GET /healthz HTTP/1.1\r\n" + fields + b"\r\n")
            assert connection.recv(12) == b"HTTP/1.1 " + status
