"""Answers that clients do not take, and clients that leave: bounded in bytes and in work."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, suppress
from typing import Any

import gevent
import pytest
from flask import Flask
from gevent.event import Event
from gevent.socket import create_connection, create_server, socket
from werkzeug.test import EnvironBuilder

from app.requests import connections
from app.requests.connections import CHUNK_BYTES, BoundedArrival, Budget, has_gone, in_parts
from benchmarks.load.memory import memory_mb
from benchmarks.load.pictures import photograph
from benchmarks.load.requests import Request
from tests.app.requests.limits import app_with_limits, limits, turns
from tests.hostile.clients import connected, head, unsent_bytes
from tests.serving import n_answers, read_digit, serving
from tests.waiting import wait_for

Environ = dict[str, Any]
PATIENT = {"INKLING_MAX_WAIT_SECONDS": "60"}


class Reader:
    """A client that takes a part of an answer when it is asked to, with the error that ends it."""

    def __init__(self, parts: Iterator[bytes]) -> None:
        self.n_bytes = 0
        self._takes = Event()
        self._parts = parts
        self.greenlet = gevent.spawn(self._run)
        gevent.sleep(0)

    def take(self) -> None:
        self._takes.set()
        connections.run_others()
        connections.run_others()

    def _run(self) -> str:
        with closing(self._parts), suppress(ConnectionResetError):  # type: ignore[type-var]
            for part in self._parts:
                self._takes.wait()
                self._takes.clear()
                self.n_bytes += len(part)
            return "answered"
        return "disconnected"


def reader(budget: Budget, *blocks: bytes) -> Reader:
    """Return a client of an answer in these blocks, which the budget bounds."""
    return Reader(in_parts(blocks, budget, None))


def test_where_memory_ends_the_client_that_has_waited_longest_is_disconnected() -> None:
    budget = Budget(limits(max_bytes=500_000))
    readers = [reader(budget, bytes(150_000)) for _ in range(3)]
    readers[0].take()
    readers.append(reader(budget, bytes(150_000)))
    assert readers.pop(1).greenlet.get(timeout=30) == "disconnected"
    assert budget.n_bytes == 3 * 150_000
    for each in readers:
        while not each.greenlet.ready():
            each.take()
        assert (each.greenlet.get(), each.n_bytes) == ("answered", 150_000)
    assert budget.n_bytes == 0


def test_where_memory_ends_a_small_answer_is_kept_before_a_large_one() -> None:
    budget = Budget(limits(max_bytes=200_000))
    small, large = reader(budget, bytes(60)), reader(budget, bytes(150_000))
    another = reader(budget, bytes(150_000))
    assert large.greenlet.get(timeout=30) == "disconnected"
    assert not small.greenlet.ready()
    assert not another.greenlet.ready()
    gevent.killall([small.greenlet, another.greenlet])


def test_an_answer_that_is_too_large_for_the_memory_is_not_sent() -> None:
    budget = Budget(limits(max_bytes=100_000))
    assert reader(budget, bytes(150_000)).greenlet.get(timeout=30) == "disconnected"
    assert budget.n_bytes == 0


def test_of_bytes_that_an_app_keeps_for_all_clients_each_holds_a_part() -> None:
    budget = Budget(limits(max_bytes=1_000_000))
    readers = [reader(budget, *100 * [bytes(CHUNK_BYTES)]) for _ in range(10)]
    assert budget.n_bytes == 10 * CHUNK_BYTES
    gevent.killall([each.greenlet for each in readers])
    assert budget.n_bytes == 0


def test_memory_is_free_again_and_the_answer_closed_when_a_client_leaves_or_takes_too_long() -> (
    None
):
    n_closed = 0

    class Blocks(list[bytes]):
        def close(self) -> None:
            nonlocal n_closed
            n_closed += 1

    app = BoundedArrival(
        lambda *_: Blocks([bytes(150_000)]), limits(max_bytes=200_000, max_sending_s=0.05)
    )
    for wait_s, error in ((0, BrokenPipeError), (60, ConnectionResetError), (0, BrokenPipeError)):
        response = app({"wsgi.input": None}, lambda *_: None)
        with pytest.raises(error), closing(response):  # type: ignore[type-var]
            for _ in response:
                gevent.sleep(wait_s)
                raise BrokenPipeError
    assert n_closed == 3


def test_a_large_answer_that_is_taken_at_once_lets_others_go_on() -> None:
    parts = in_parts([bytes(10 * CHUNK_BYTES)], Budget(limits(max_bytes=10 * CHUNK_BYTES)), None)
    with turns() as taken:
        assert sum(map(len, parts)) == 10 * CHUNK_BYTES
        assert len(taken) >= 9


def get(path: str, connection: Any = None) -> Environ:
    fields = {"REQUEST_METHOD": "GET", "PATH_INFO": path}
    return {"wsgi.input": None, "gunicorn.socket": connection} | fields


def test_all_gets_share_some_milliseconds_of_each_turn(monkeypatch: pytest.MonkeyPatch) -> None:
    """Those of sixty clients take 2.5 ms each; between two or three of them, all else is run."""
    clock_s, order = [0.0], []
    monkeypatch.setattr(time, "thread_time", lambda: clock_s[0])

    def compute(environ: Environ, _: Any) -> Iterable[bytes]:
        clock_s[0] += 0.0025
        order.append(environ["PATH_INFO"])
        return [b""]

    def take_turns() -> None:
        while True:
            order.append("other")
            connections.run_others()

    app = BoundedArrival(compute, limits(max_pages_s=0.004))
    other = gevent.spawn(take_turns)
    gets = [gevent.spawn(app, get("/sheet"), lambda *_: None) for _ in range(60)]
    gevent.joinall(gets, timeout=60, raise_error=True)
    other.kill()
    assert order.count("/sheet") == 60
    assert 1 <= max(map(len, "".join(path[0] for path in order).split("o"))) <= 2


def test_forms_share_the_turn_of_the_gets(app: Flask) -> None:
    bounded = BoundedArrival(app.wsgi_app, limits(max_pages_s=0))
    environ = EnvironBuilder("/", method="POST").get_environ()
    forms = [
        gevent.spawn(bounded, environ | {"wsgi.input": None}, lambda *_: None) for _ in range(10)
    ]
    connections.run_others()
    with turns() as taken:
        gevent.joinall(forms, timeout=60, raise_error=True)
        assert len(taken) >= 9


def test_probes_do_not_wait_for_gets() -> None:
    goes_on = Event()

    def app(environ: Environ, _: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/sheet":
            goes_on.wait()
        return [environ["PATH_INFO"].encode()]

    bounded = BoundedArrival(app, limits())
    first, second, probe = (
        gevent.spawn(lambda path=path: list(bounded(get(path), lambda *_: None)))
        for path in ("/sheet", "/learn", "/healthz")
    )
    assert probe.get(timeout=30) == [b"/healthz"]
    assert not second.ready()
    goes_on.set()
    gevent.joinall([first, second], timeout=30, raise_error=True)


@pytest.fixture
def connect() -> Iterator[Callable[[], tuple[socket, socket]]]:
    """Give a function that returns a connection: its end at the client and that at the server."""
    with ExitStack() as stack:
        listener = stack.enter_context(create_server(("127.0.0.1", 0)))

        def connect() -> tuple[socket, socket]:
            client = stack.enter_context(create_connection(listener.getsockname()))
            return client, stack.enter_context(listener.accept()[0])

        yield connect


def test_the_system_forgets_what_a_disconnected_client_has_not_received(
    connect: Callable[[], tuple[socket, socket]],
) -> None:
    client, connection = connect()
    connection.sendall(b"a")  # some of the answer, which a client far away has not received yet
    with pytest.raises(ConnectionResetError):
        list(in_parts([b"large"], Budget(limits(max_bytes=1)), connection))
    connection.close()
    with gevent.Timeout(30), pytest.raises(ConnectionResetError):
        while True:
            client.recv(1)
            gevent.sleep(0.01)


def test_unread_data_hides_no_gone_client(connect: Callable[[], tuple[socket, socket]]) -> None:
    for leave in (lambda client: client.close(), lambda client: client.shutdown(1)):
        client, connection = connect()
        assert not has_gone(connection)
        client.sendall(b"GET /learn HTTP/1.1\r\n")
        assert not has_gone(connection)
        leave(client)
        with gevent.Timeout(30):
            while not has_gone(connection):
                gevent.sleep(0.01)
        assert connection.recv(100) == b"GET /learn HTTP/1.1\r\n"
        connection.close()
        assert has_gone(connection)
    assert not has_gone(None)  # of another server


def test_what_a_client_has_asked_for_that_leaves_before_its_turn_is_not_computed(
    connect: Callable[[], tuple[socket, socket]],
) -> None:
    goes_on, computed = Event(), []

    def app(environ: Environ, _: Any) -> Iterable[bytes]:
        computed.append(environ["PATH_INFO"])
        if environ["PATH_INFO"] == "/slow":
            goes_on.wait()
        return [b""]

    bounded = BoundedArrival(app, limits())
    half_closed, at_once = connect()
    half_closed.shutdown(1)  # No other request runs, so it is answered.
    assert list(bounded(get("/half", at_once), lambda *_: None)) == []
    clients = {path: connect() for path in ("/slow", "/left", "/stays")}
    requests = {
        path: gevent.spawn(bounded, get(path, connection), lambda *_: None)
        for path, (_, connection) in clients.items()
    }
    for _ in range(3):  # until the other two wait for the first one's turn to end
        connections.run_others()
    assert computed == ["/half", "/slow"]
    client, connection = clients["/left"]
    client.close()
    with gevent.Timeout(30):
        while not has_gone(connection):
            gevent.sleep(0.01)
    goes_on.set()
    with pytest.raises(ConnectionResetError):
        requests["/left"].get(timeout=30)
    requests["/stays"].get(timeout=30)
    assert computed == ["/half", "/slow", "/stays"]


SCRIPT = "/static/v-000000000000/js/main.js"
LARGE = [
    head("/lesson/digits.bin"),
    head("/lesson/digits.bin", "Accept-Encoding: gzip"),
    *(50 * head(path) for path in (SCRIPT, "/openapi.json", "/sheet?pupils=30")),
]


def test_sixty_clients_that_read_no_answer_hold_few_bytes(seven: bytes) -> None:
    # None is disconnected before the last ones have come.
    app = app_with_limits(max_sending_s=3600)
    with serving(**PATIENT, **app) as server, ExitStack() as stack:
        for requests in LARGE:
            for _ in range(60):
                stack.enter_context(connected(server)).sendall(requests)
            assert read_digit(server, seven) == 7
        n_clients = 60 * len(LARGE)
        wait_for(lambda: len(unsent_bytes(server.port)) == n_clients, "an answer for each client")
        assert max(unsent_bytes(server.port)) < 40_000
        assert memory_mb(server) < 150


def test_few_of_the_photographs_are_read_whose_clients_have_left(seven: bytes) -> None:
    request = Request("/read", photograph(), "image/jpeg").to_bytes()
    with serving(**PATIENT) as server:
        with server.stopped():
            for _ in range(40):
                with connected(server) as client:
                    client.sendall(request)
        assert read_digit(server, seven) == 7
        wait_for(
            lambda: sum(n_answers(server, "/read", status) for status in (200, 400)) == 40,
            "the requests to end",
        )
        assert n_answers(server, "/read", 200) < 20
