"""Hostile clients before HAProxy: bytes that are no request or may be two, and held connections."""

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.deploy.balancer import (
    HAPROXY,
    PATIENT,
    LocalBalancer,
    balancing,
    chunked,
    get,
    post,
    received,
)
from tests.hostile.clients import SLOW, connected, head
from tests.hostile.echo import EchoServer
from tests.serving import stopped

pytestmark = pytest.mark.skipif(not HAPROXY, reason="HAProxy is not installed")

SECOND = b"GET /models HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"

# The rest of HTTP's grammar is HAProxy's to test: these may be two requests, or another protocol.
INVALID = {
    "HTTP/0.9": b"GET /predict\r\n\r\n",
    "the preface of HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(500),
    "every byte": bytes(range(256)),
    "the PROXY protocol": b"PROXY TCP4 192.0.2.7 192.0.2.8 1 2\r\n" + get(),
    "NUL in the path": get(b"/pre\0dict"),
    "two hosts": get(headers=b"Host: x\r\nHost: y"),
    "another host in the target": get(b"http://y/predict"),
    "a header without a colon": get(headers=b"Host: x\r\nabc"),
    "CR alone in a header": get(headers=b"Host: x\rX-Forwarded-For: 192.0.2.7"),
    "two lengths": post(b"Content-Length: 4\r\nContent-Length: 5", b"abcde"),
    "a length with a sign": post(b"Content-Length: +4", b"abcd"),
    "chunked twice": post(b"Transfer-Encoding: chunked, chunked", b"0\r\n\r\n"),
    "nearly chunked": post(b"Transfer-Encoding: xchunked", b"0\r\n\r\n"),
    "a space before a colon": post(b"Transfer-Encoding : chunked", b"0\r\n\r\n"),
    "a chunk that ends in LF": chunked(b"2\nab\n0\n\n"),
    "a chunk longer than it says": chunked(b"2\r\nabc\r\n0\r\n\r\n"),
}


@pytest.mark.parametrize("name", INVALID)
def test_what_is_no_request_is_refused_before_it_reaches_a_server(
    name: str, echo: LocalBalancer, echo_server: EchoServer
) -> None:
    n_before = len(echo_server.requests)
    answer = echo.send(INVALID[name] + SECOND)
    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"HTTP/1.1 200" not in answer
    assert len(echo_server.requests) == n_before


def test_a_body_in_another_coding_is_refused(echo: LocalBalancer, echo_server: EchoServer) -> None:
    n_before = len(echo_server.requests)
    answer = echo.send(post(b"Transfer-Encoding: gzip, chunked", b"0\r\n\r\n"))
    assert answer.startswith(b"HTTP/1.1 422 ")
    assert len(echo_server.requests) == n_before


# What HAProxy makes clear before it forwards it: how the server sees the body's length.
CLEARED = {
    "a length and chunks": (post(b"Content-Length: 4\r\nTransfer-Encoding: chunked", b"0\r\n\r\n"),
        {"transfer-encoding": "chunked"}),
    "the same length twice": (post(b"Content-Length: 4\r\nContent-Length: 4", b"abcd"),
        {"content-length": "4"}),
    "extensions of chunks": (chunked(b"2;a=b\r\nab\r\n0;c\r\n\r\n"),
        {"transfer-encoding": "chunked"}),
    "a header on two lines": (post(b"Content-Length: 4\r\nX: a\r\n b", b"abcd"),
        {"content-length": "4", "x": "a   b"}),
    "lines that end in LF": (
        b"POST /predict HTTP/1.1\nHost: x\nConnection: close\nContent-Length: 4\n\nabcd",
        {"content-length": "4"}),
}  # fmt: skip


@pytest.mark.parametrize("name", CLEARED)
def test_what_servers_may_read_in_two_ways_reaches_them_in_one(
    name: str, echo: LocalBalancer, echo_server: EchoServer
) -> None:
    request, expected = CLEARED[name]
    n_before = len(echo_server.requests)
    answer = echo.send(request + SECOND)
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.count(b"HTTP/1.1 ") == 1
    assert len(echo_server.requests) == n_before + 1
    for header, value in expected.items():
        assert f'"{header}": "{value}"'.encode() in answer
    assert (b"content-length" in answer.partition(b"\r\n\r\n")[2]) == ("content-length" in expected)


@pytest.mark.parametrize("path", ["/predict", "/unknown"])
def test_a_client_that_sends_all_of_a_body_gets_its_answer(path: str, echo: LocalBalancer) -> None:
    expected = {"/predict": 413, "/unknown": 404}[path]
    assert echo.ask("POST", path, bytes(10_000_001))[0] == expected


def test_requests_sent_without_waiting_are_answered_in_their_order(echo: LocalBalancer) -> None:
    paths = [b"/predict", b"/metrics", b"/models", b"//metrics", b"/read"]
    requests = [b"GET " + path + b" HTTP/1.1\r\nHost: x\r\n\r\n" for path in paths]
    answer = echo.send(b"".join(requests) + SECOND)
    statuses = [part[:3] for part in answer.split(b"HTTP/1.1 ")[1:]]
    assert statuses == [b"200", b"404", b"200", b"404", b"200", b"200"]


SHORT = PATIENT | {
    "timeout http-request": "2s",
    "timeout client": "2s",
    "timeout http-keep-alive": "2s",
    "http-request wait-for-body time": "2s",
}
# The statuses that come before the connection of a slow client ends.
HELD = {
    "nothing": 408,
    "half a head": 408,
    "half a body": 408,
    "no chunk of a chunked body": 408,
    "no chunk to a GET": 408,
    "no body after 100-continue": 100,
    "a length that is too large": 413,
}
HALVES = {
    "no body of 10 MB": post(b"Content-Length: 10000000"),
    "half a first line": b"POST /pre",
    "half a chunk": post(b"Transfer-Encoding: chunked", b"9\r\nhalf"),
    "no last chunk": post(b"Transfer-Encoding: chunked", b"4\r\nhalf\r\n"),
}
SENT = {kind: SLOW[kind][0][: SLOW[kind][1]] for kind in HELD} | HALVES


@pytest.fixture(scope="module")
def impatient(
    echo_server: EchoServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LocalBalancer]:
    folder = tmp_path_factory.mktemp("impatient")
    with balancing(folder, echo_server.server_port, changes=SHORT) as balancer:
        yield balancer


def answers_to(balancer: LocalBalancer, *sent: bytes) -> list[bytes]:
    """Return what comes to clients that have sent these bytes before the balancer looks."""
    with ExitStack() as stack:
        with stopped(balancer.pid):
            clients = [stack.enter_context(balancer.sent(data)) for data in sent]
        return [received(client) for client in clients]


def test_clients_that_stop_sending_are_answered_and_disconnected(
    impatient: LocalBalancer, echo_server: EchoServer
) -> None:
    n_before = len(echo_server.requests)
    answers = answers_to(impatient, *SENT.values())
    for (kind, sent), answer in zip(SENT.items(), answers, strict=True):
        assert answer.startswith(f"HTTP/1.1 {HELD.get(kind, 408)} ".encode()), kind
        if b"\r\n\r\n" in sent:  # HAProxy 3.0 answers half a head with a page of its own
            assert b"application/problem+json" in answer, kind
    assert len(echo_server.requests) == n_before


def test_no_connection_waits_for_a_next_request(impatient: LocalBalancer) -> None:
    begun = [head("/models") + start for start in (b"", b"G", b"POST /pre")]
    for answer in answers_to(impatient, *begun):
        assert answer.startswith(b"HTTP/1.1 200 ")


def test_an_unread_answer_disconnects(impatient: LocalBalancer, echo_server: EchoServer) -> None:
    with connected(impatient) as client:
        client.settimeout(30)
        with pytest.raises(ConnectionError):
            while True:
                client.sendall(head("/models")[:-2] + b"X: " + b"long " * 2000 + b"\r\n\r\n")
