"""The worker with short limits: overload, slow senders and the shutdown."""

import json
import signal
import socket
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from http.client import HTTPConnection
from pathlib import Path

import pytest

from tests.serving import digit_in, problem_in, send, serving
from tests.waiting import wait_for

N_THREADS = 32  # of gunicorn.conf.py


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with serving(INKLING_MAX_UPLOAD_SECONDS="2", INKLING_DRAIN_SECONDS="0") as server:
        yield server.address


def connect(address: str) -> socket.socket:
    host, port = address.split(":")
    return socket.create_connection((host, int(port)), timeout=30)


def answer(address: str, picture: bytes) -> int:
    """Return the status of the answer to a picture, on a connection of its own."""
    connection = HTTPConnection(address, timeout=30)
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


def test_connections_that_send_nothing_occupy_no_thread(address: str, seven: bytes) -> None:
    with ExitStack() as stack:
        for _ in range(8 * N_THREADS):
            stack.enter_context(connect(address))
        assert answer(address, seven) == 200


def test_clients_that_stay_connected_after_the_response_occupy_no_thread(
    address: str, seven: bytes
) -> None:
    request = b"GET /healthz HTTP/1.1\r\nHost: inkling\r\nConnection: close\r\n\r\n"
    with ExitStack() as stack:
        for _ in range(N_THREADS - 1):
            connection = stack.enter_context(connect(address))
            connection.sendall(request)
            assert connection.recv(12) == b"HTTP/1.1 200"
        assert answer(address, seven) == 200


def test_the_environ_of_a_request_has_its_arrival_and_when_it_was_complete() -> None:
    with serving(app="tests.app.server.environ_app") as server, ExitStack() as stack:
        connection = HTTPConnection(server.address, timeout=30)
        stack.callback(connection.close)
        for _ in range(2):  # two requests on one connection
            connection.putrequest("POST", "/")
            connection.putheader("Content-Length", "2")
            connection.endheaders(b"a")
            before_s = time.monotonic()
            connection.send(b"b")
            answer = json.loads(connection.getresponse().read())
            assert before_s <= answer["arrived_s"] <= time.monotonic()
            assert answer["is_cut_off"] is False


@pytest.mark.skipif(sys.platform != "linux", reason="connections are counted in /proc")
def test_connections_are_distributed_evenly_over_the_workers() -> None:
    with serving(n_workers=2) as server, ExitStack() as stack:
        workers = server.worker_pids()
        wait_for(lambda: all(map(is_serving, workers)), "both workers to serve")
        before = [n_sockets(worker) for worker in workers]
        for _ in range(20):
            connection = HTTPConnection(server.address, timeout=30)
            stack.callback(connection.close)
            connection.request("GET", "/healthz")
            assert connection.getresponse().read()
        added = [n_sockets(worker) - n for worker, n in zip(workers, before, strict=True)]
    assert sum(added) == 20
    assert min(added) >= 5


def open_files(pid: int) -> list[str]:
    """Return what a process holds open: files, and sockets and the like by their kind."""
    names = []
    for path in Path(f"/proc/{pid}/fd").iterdir():
        with suppress(FileNotFoundError):  # It may have been closed this moment.
            names.append(str(path.readlink()))
    return names


def n_sockets(pid: int) -> int:
    return sum("socket" in name for name in open_files(pid))


def is_serving(pid: int) -> bool:
    """Return whether a worker waits for connections: it does so with epoll."""
    return any("eventpoll" in name for name in open_files(pid))


def test_a_body_that_comes_too_slowly_gets_408(address: str, seven: bytes) -> None:
    connection = HTTPConnection(address, timeout=30)
    connection.putrequest("POST", "/predict")
    connection.putheader("Content-Type", "image/png")
    connection.putheader("Content-Length", str(len(seven)))
    connection.endheaders(seven[:100])
    problem = problem_in(connection.getresponse())
    assert problem["type"] == "urn:inkling:request-too-slow"
    assert "within 2 seconds" in str(problem["detail"])
    connection.close()


@pytest.mark.parametrize("sent", [b"P", b"POST /predict HTTP/1.1\r\nHost: inkling\r\n"])
def test_a_head_that_comes_too_slowly_ends_the_connection(
    sent: bytes, address: str, seven: bytes
) -> None:
    with connect(address) as connection:
        connection.sendall(sent)
        assert connection.recv(1000) in (b"", b"HTTP/1.1 408")
    assert answer(address, seven) == 200


def test_slow_senders_on_every_thread_are_cut_off_and_the_next_is_answered(
    address: str, seven: bytes
) -> None:
    with ExitStack() as stack:
        for _ in range(2 * N_THREADS):
            stack.enter_context(connect(address)).sendall(b"POST /predict HTTP/1.1\r\n")
        assert answer(address, seven) == 200


def test_incomplete_large_bodies_are_refused_before_they_fill_the_memory(
    address: str, seven: bytes
) -> None:
    head = b"POST /predict HTTP/1.1\r\nContent-Type: image/png\r\nContent-Length: 9000000\r\n\r\n"
    with ExitStack() as stack:
        senders = [stack.enter_context(connect(address)) for _ in range(8)]
        for sender in senders:
            with suppress(OSError):  # The refused one is closed before it has sent all.
                sender.sendall(head + bytes(8_900_000))
        assert answer(address, seven) == 200
        statuses = {sender.recv(12) for sender in senders}
    assert statuses == {b"HTTP/1.1 408", b"HTTP/1.1 503"}


def test_more_than_can_be_read_get_503_and_the_probe_and_the_next_get_200(seven: bytes) -> None:
    with (
        serving(INKLING_MAX_WAIT_SECONDS="0.02") as server,
        ThreadPoolExecutor(4 * N_THREADS) as pool,
    ):
        address = server.address
        statuses = list(pool.map(lambda _: answer(address, seven), range(20 * N_THREADS)))
        assert set(statuses) == {200, 503}
        probe = HTTPConnection(address, timeout=30)
        probe.request("GET", "/healthz")
        response = probe.getresponse()
        assert (response.status, response.read()) == (200, b'{"status":"alive"}\n')
        probe.close()
        assert answer(address, seven) == 200


def test_after_the_signal_to_stop_readyz_answers_503_and_requests_are_answered(
    seven: bytes,
) -> None:
    with serving(INKLING_DRAIN_SECONDS="1.5") as server:
        address = server.address
        kept = HTTPConnection(address, timeout=30)
        assert digit_in(send(kept, seven)) == 7
        server.process.send_signal(signal.SIGTERM)
        probe = HTTPConnection(address, timeout=30)
        status = 200
        while status == 200:
            probe.request("GET", "/readyz")
            response = probe.getresponse()
            status, body = response.status, response.read()
        assert (status, b"draining" in body) == (503, True)
        assert answer(address, seven) == 200
        assert digit_in(send(kept, seven)) == 7
        kept.close()
        probe.close()
        assert server.process.wait(timeout=20) == 0
