"""The bounds on bodies and answers, with greenlets that stand for clients."""

import time
from collections.abc import Callable, Iterable
from itertools import chain
from types import SimpleNamespace
from typing import Any

import gevent
import pytest
from gevent.event import Event
from gevent.queue import Queue
from gevent.socket import socket, socketpair, wait_read

from app.errors import Problem, ProblemCode
from app.requests import connections
from app.requests.connections import BoundedArrival
from tests.app.requests.limits import limits, turns

Environ = dict[str, Any]
DISCONNECTED = b"and is disconnected"
TOO_SLOW = [ProblemCode.REQUEST_TOO_SLOW.type.encode(), DISCONNECTED]
TOO_BUSY = [ProblemCode.TOO_BUSY.type.encode(), DISCONNECTED]


class Client:
    """A body whose bytes are there once they have been sent."""

    def __init__(self) -> None:
        self.sent: Queue[bytes] = Queue()
        self.sizes: list[int] = []
        self.is_chunked = False
        self.reader = SimpleNamespace(parse_chunk_size=None)  # gunicorn's, for chunked bodies
        self._received = b""
        self._is_at_end = False

    def read(self, size: int) -> bytes:
        """Return so many bytes, as gunicorn does; fewer at the end, which is empty bytes.

        Where a read was interrupted, gunicorn takes a chunked body for ended.
        """
        self.sizes.append(size)
        try:
            while len(self._received) < size and not self._is_at_end:
                more = self.sent.get()
                self._is_at_end = not more
                self._received += more
        except BaseException:
            self._is_at_end = self.is_chunked
            raise
        data, self._received = self._received[:size], self._received[size:]
        return data


def start_response(*_: Any) -> Any:
    raise AssertionError("The app of these tests starts no response")


def reading(*sizes: int) -> Callable[[Environ, Any], Iterable[bytes]]:
    """Return an app that reads so many bytes each time, and answers with what it read."""

    def app(environ: Environ, _: Any) -> Iterable[bytes]:
        try:
            return [environ["wsgi.input"].read(size) for size in sizes]
        except Problem as problem:
            return [problem.type.encode()]

    return app


def answer(app: BoundedArrival, client: Client, length: int | None) -> "gevent.Greenlet[Any, Any]":
    """Start a request in a greenlet, which returns the answer; None for a chunked body."""
    environ: Environ = {"wsgi.input": client}
    client.is_chunked = length is None
    fields = {"HTTP_TRANSFER_ENCODING": "chunked"} if length is None else {}
    environ |= fields if length is None else {"CONTENT_LENGTH": str(length)}

    def respond() -> list[bytes]:
        response = app(environ, start_response)
        parts = list(response)
        try:
            response.close()  # type: ignore[attr-defined]
        except ConnectionResetError:
            parts.append(DISCONNECTED)
        return parts

    greenlet = gevent.spawn(respond)
    while not client.sizes and not greenlet.ready():
        connections.run_others()
    return greenlet


def test_the_time_is_that_of_the_whole_body(monkeypatch: pytest.MonkeyPatch) -> None:
    now_s = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now_s[0])
    client = Client()
    request = answer(BoundedArrival(reading(1, 1), limits()), client, 2)
    now_s[0] += 61
    client.sent.put(b"a")
    assert request.get(timeout=30) == TOO_SLOW


def test_where_memory_ends_the_body_that_stalled_first_raises_503() -> None:
    app = BoundedArrival(reading(60, 60), limits(max_bytes=360))
    clients = [Client() for _ in range(4)]
    requests = [answer(app, client, 120) for client in clients[:3]]
    clients[0].sent.put(60 * b"a")  # so that the second one has waited longest
    gevent.sleep(0)
    requests.append(answer(app, clients[3], 120))
    assert requests.pop(1).get(timeout=30) == TOO_BUSY
    clients.pop(1)
    for client, request in zip(clients, requests, strict=True):
        client.sent.put(120 * b"z")
        assert len(b"".join(request.get(timeout=30))) == 120


def test_where_memory_ends_small_bodies_are_kept_before_large_ones() -> None:
    app = BoundedArrival(reading(60), limits(max_bytes=1_000_000))
    clients = [Client() for _ in range(3)]
    requests = [
        answer(app, client, length)
        for client, length in zip(clients, (60, 500_000, 600_000), strict=True)
    ]
    assert requests[1].get(timeout=30) == TOO_BUSY
    clients[0].sent.put(60 * b"a")
    assert requests[0].get(timeout=30) == [60 * b"a"]
    requests[2].kill()


def test_small_bodies_have_a_reserve_where_large_ones_that_have_arrived_fill_the_memory() -> None:
    bodies = connections.Budget(limits(max_bytes=1_000_000))
    arrived, small, large = (connections.Held(bodies, connections.too_busy) for _ in range(3))
    with arrived.waiting(990_000):
        pass  # Now it is being read, and cannot be refused.
    with small.waiting(20_000):
        assert bodies.n_bytes == 1_010_000
        with pytest.raises(Problem), large.waiting(70_000):
            pass
        assert bodies.n_bytes == 1_010_000


def test_what_gunicorn_receives_ahead_counts_up_to_a_megabyte() -> None:
    app = BoundedArrival(reading(60), limits(max_bytes=2_000_000))
    clients = [Client() for _ in range(3)]
    first = answer(app, clients[0], 9_000_000)
    assert not first.ready()
    second = answer(app, clients[1], 900_000)
    assert not first.ready()
    third = answer(app, clients[2], None)
    assert first.get(timeout=30) == TOO_BUSY
    for request in (second, third):
        request.kill()


def test_a_body_that_finds_no_memory_where_no_other_is_arriving_raises_503() -> None:
    is_computed, read = Event(), reading(100)

    def compute(environ: Environ, start: Any) -> Iterable[bytes]:
        parts = list(read(environ, start))
        if parts == [100 * b"a"]:
            is_computed.wait()
        return parts

    app = BoundedArrival(compute, limits(max_bytes=150))
    clients = [Client() for _ in range(3)]
    clients[0].sent.put(100 * b"a")
    first = answer(app, clients[0], 100)  # whole, and not yet answered
    assert answer(app, clients[1], 100).get(timeout=30) == TOO_BUSY
    is_computed.set()
    assert first.get(timeout=30) == [100 * b"a"]
    clients[2].sent.put(100 * b"c")
    assert answer(app, clients[2], 100).get(timeout=30) == [100 * b"c"]


def test_a_body_that_has_arrived_is_not_refused_where_small_ones_use_the_reserve() -> None:
    has_arrived, goes_on = Event(), Event()

    def app(environ: Environ, start: Any) -> Iterable[bytes]:
        if environ["CONTENT_LENGTH"] == "20000":
            return reading(20_000)(environ, start)
        body, n_bytes = environ["wsgi.input"], 0
        while n_bytes < 990_000:
            n_bytes += len(body.read())
        has_arrived.set()
        goes_on.wait()
        return [b"end" + body.read()]

    bounded, large, small = BoundedArrival(app, limits(max_bytes=1_000_000)), Client(), Client()
    large.sent.put(bytes(990_000))
    first = answer(bounded, large, 990_000)
    assert has_arrived.wait(30)
    second = answer(bounded, small, 20_000)
    goes_on.set()
    assert first.get(timeout=30) == [b"end"]
    second.kill()


def test_a_body_needs_no_memory_while_its_client_takes_the_answer() -> None:
    def app(environ: Environ, _: Any) -> Iterable[bytes]:
        return [environ["wsgi.input"].read(100)[:1]]

    bounded = BoundedArrival(app, limits(max_bytes=150))
    clients = [Client(), Client()]
    for client in clients:
        client.sent.put(100 * b"a")
        response = bounded({"wsgi.input": client, "CONTENT_LENGTH": "100"}, start_response)
        assert next(iter(response)) == b"a"  # and no more is taken


def test_memory_is_free_again_after_a_failure_of_the_app() -> None:
    def fail(environ: Environ, _: Any) -> Iterable[bytes]:
        environ["wsgi.input"].read(100)
        raise ZeroDivisionError

    app = BoundedArrival(fail, limits(max_bytes=150))
    for _ in range(3):
        client = Client()
        client.sent.put(100 * b"a")
        with pytest.raises(ZeroDivisionError):
            app({"wsgi.input": client, "CONTENT_LENGTH": "100"}, start_response)


class Endless:
    """A body without end."""

    n_bytes = 0
    reader = SimpleNamespace(parse_chunk_size=None)

    def read(self, size: int) -> bytes:
        self.n_bytes += size
        return bytes(size)


def test_of_an_unread_body_so_much_is_received() -> None:
    endless = Endless()
    at_most = limits(max_discarding_s=60, max_discarded_bytes=1_000_000)
    app = BoundedArrival(reading(), at_most)
    app({"wsgi.input": endless, "HTTP_TRANSFER_ENCODING": "chunked"}, start_response)
    assert 1_000_000 <= endless.n_bytes <= 1_100_000


def test_an_unread_body_is_received_for_some_time() -> None:
    app = BoundedArrival(reading(), limits(max_discarding_s=0.05))
    assert answer(app, Client(), 100).get(timeout=30) == [DISCONNECTED]


def test_only_so_many_bodies_are_discarded_at_a_time() -> None:
    app = BoundedArrival(reading(), limits(max_discarding_s=60, max_discarded=1))
    clients = [Client(), Client()]
    first = answer(app, clients[0], 100)
    assert answer(app, clients[1], 100).get(timeout=30) == [DISCONNECTED]
    clients[0].sent.put(bytes(100))
    assert first.get(timeout=30) == []


def test_a_client_that_takes_no_answer_is_disconnected() -> None:
    app = BoundedArrival(lambda *_: [b"answer"], limits(max_sending_s=0.05))
    response = app({"wsgi.input": Client()}, start_response)
    with pytest.raises(ConnectionResetError), gevent.Timeout(30, AssertionError("no end")):
        for _ in response:
            gevent.sleep(60)
    response.close()  # type: ignore[attr-defined]
    response = app({"wsgi.input": Client()}, start_response)
    response.close()  # type: ignore[attr-defined]
    gevent.sleep(0.1)  # in which nothing is raised: the answer has ended


@pytest.mark.parametrize(
    "fields",
    [{"CONTENT_LENGTH": str(10 * connections.CHUNK_BYTES)}, {"HTTP_TRANSFER_ENCODING": "chunked"}],
)
def test_a_body_that_is_always_there_lets_others_go_on(fields: Environ) -> None:
    at_most = limits(max_discarded_bytes=0)
    app = BoundedArrival(reading(*10 * [connections.CHUNK_BYTES]), at_most)
    with turns() as taken:
        app({"wsgi.input": Endless()} | fields, start_response)
        assert len(taken) >= 9


def test_between_two_requests_of_a_client_each_other_client_has_a_turn() -> None:
    """A client that sends at once, others wait until the system says that they can receive."""
    n_turns = 0
    app = BoundedArrival(reading(), limits())

    def send_at_once() -> None:
        for _ in range(10):
            app({"wsgi.input": Client()}, start_response)

    def receive(incoming: socket, outgoing: socket) -> None:
        nonlocal n_turns
        while True:
            outgoing.send(b"request")
            wait_read(incoming.fileno())
            incoming.recv(10)
            n_turns += 1

    pairs = [socketpair() for _ in range(3)]
    others = [gevent.spawn(receive, *pair) for pair in pairs]
    gevent.spawn(send_at_once).get(timeout=30)
    gevent.killall(others)
    for one in chain(*pairs):
        one.close()
    assert n_turns >= 27
