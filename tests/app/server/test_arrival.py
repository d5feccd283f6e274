import socket
from collections.abc import Iterator

import pytest

from app.server.arrival import Arrival

HEAD = b"POST /predict HTTP/1.1\r\nHost: inkling\r\n"


@pytest.fixture
def ends() -> Iterator[tuple[socket.socket, socket.socket]]:
    """Return the client's end of a connection and the server's, which does not block."""
    client, server = socket.socketpair()
    server.setblocking(False)
    with client, server:
        yield client, server


Ends = tuple[socket.socket, socket.socket]


@pytest.mark.parametrize(
    "request_", [HEAD + b"Content-Length: 5\r\n\r\nseven", b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"]
)
def test_a_request_is_whole_with_its_last_byte_and_not_before(ends: Ends, request_: bytes) -> None:
    client, server = ends
    arrival = Arrival(server, max_body_bytes=100)
    for place in range(len(request_)):
        assert not arrival.receive()
        client.sendall(request_[place : place + 1])
    assert arrival.receive()
    assert arrival.hand_over() == request_
    assert arrival.hand_over() == b""


def test_a_body_of_megabytes_is_received_as_it_comes(ends: Ends) -> None:
    client, server = ends
    body = bytes(range(256)) * 10_000
    arrival = Arrival(server, max_body_bytes=len(body))
    client.setblocking(False)
    to_send = HEAD + b"content-length:%d \r\nX: y\r\n\r\n" % len(body) + body
    n_sent = 0
    while not arrival.receive():
        n_sent += client.send(to_send[n_sent:])
    assert n_sent == len(to_send)
    assert arrival.hand_over() == to_send


@pytest.mark.parametrize(
    "field",
    [
        b"Transfer-Encoding: chunked",
        b"Content-Length: 101",
        b"Content-Length: 5\r\nExpect: 100-continue",
        b"Content-Length: five",
    ],
    ids=["no length", "too large", "to be asked for", "not a length"],
)
def test_a_body_that_is_not_waited_for_goes_on_with_its_head(ends: Ends, field: bytes) -> None:
    client, server = ends
    arrival = Arrival(server, max_body_bytes=100)
    client.sendall(HEAD + field)
    assert not arrival.receive()
    client.sendall(b"\r\n\r\n")
    assert arrival.receive()


def test_a_head_without_end_goes_on(ends: Ends) -> None:
    client, server = ends
    arrival = Arrival(server, max_body_bytes=100)
    client.sendall(HEAD + b"X: " + 70_000 * b"x")
    assert arrival.receive()


@pytest.mark.parametrize("sent", [b"", b"POST /pre"])
def test_a_request_whose_sender_has_gone_goes_on_as_it_is(ends: Ends, sent: bytes) -> None:
    client, server = ends
    arrival = Arrival(server, max_body_bytes=100)
    client.sendall(sent)
    client.close()
    assert arrival.receive()
    assert arrival.hand_over() == sent


def test_a_request_that_is_cut_off_goes_on_as_it_is(ends: Ends) -> None:
    client, server = ends
    arrival = Arrival(server, max_body_bytes=100)
    client.sendall(b"POST /pre")
    assert not arrival.receive()
    assert not arrival.is_cut_off
    arrival.cut_off()
    assert arrival.is_cut_off
    assert arrival.receive()
    assert arrival.hand_over() == b"POST /pre"
