import socket
from collections.abc import Iterator

import pytest

from app.requests.connections import is_connected

Pair = tuple[socket.socket, socket.socket]


@pytest.fixture
def pair() -> Iterator[Pair]:
    """A server's socket and its client's."""
    server, client = socket.socketpair()
    with server, client:
        yield server, client


def test_a_client_that_waits_is_there(pair: Pair) -> None:
    server, _ = pair
    assert is_connected(server)
    assert server.getblocking()


def test_one_that_has_sent_its_next_request_is_there_and_nothing_of_it_is_lost(pair: Pair) -> None:
    server, client = pair
    client.sendall(b"GET / HTTP/1.1")
    assert is_connected(server)
    assert server.recv(100) == b"GET / HTTP/1.1"


def test_one_that_has_closed_its_connection_is_not(pair: Pair) -> None:
    server, client = pair
    client.close()
    assert not is_connected(server)


def test_a_connection_that_the_server_has_closed_has_no_client(pair: Pair) -> None:
    server, _ = pair
    server.close()
    assert not is_connected(server)


def test_where_the_server_does_not_say_the_client_counts_as_there() -> None:
    assert is_connected(None)
