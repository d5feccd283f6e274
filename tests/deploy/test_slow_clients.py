"""Clients that hold their connection to HAProxy: each is disconnected, and no server waits."""

import socket
from collections.abc import Iterator

import pytest

from tests.deploy.balancer import HAPROXY, LocalBalancer, balancing
from tests.deploy.echo import EchoServer

pytestmark = pytest.mark.skipif(not HAPROXY, reason="HAProxy is not installed")

SHORT = {
    "timeout http-request": "300ms",
    "timeout client": "300ms",
    "timeout http-keep-alive": "300ms",
    "http-request wait-for-body time": "300ms",
}
POST = b"POST /predict HTTP/1.1\r\nHost: x\r\n"
GET = b"GET /models HTTP/1.1\r\nHost: x\r\n\r\n"

# What is sent, and the status of what comes before the connection ends.
HELD = {
    "nothing": (b"", 408),
    "half a first line": (b"POST /pre", 408),
    "half a head": (POST, 408),
    "no body": (POST + b"Content-Length: 100\r\n\r\n", 408),
    "half a body": (POST + b"Content-Length: 100\r\n\r\nhalf", 408),
    "a body of 10 MB that never comes": (POST + b"Content-Length: 10000000\r\n\r\n", 408),
    "no chunk": (POST + b"Transfer-Encoding: chunked\r\n\r\n", 408),
    "half a chunk": (POST + b"Transfer-Encoding: chunked\r\n\r\n9\r\nhalf", 408),
    "no last chunk": (POST + b"Transfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n", 408),
    "no chunk on GET": (GET[:-2] + b"Transfer-Encoding: chunked\r\n\r\n", 408),
    "no body after 100 Continue": (
        POST + b"Expect: 100-continue\r\nContent-Length: 4\r\n\r\n",
        100,
    ),
    "a body that is too large and never comes": (POST + b"Content-Length: 10000001\r\n\r\n", 413),
}


@pytest.fixture(scope="module")
def impatient(
    echo_server: EchoServer, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[LocalBalancer]:
    folder = tmp_path_factory.mktemp("impatient")
    with balancing(folder, echo_server.server_port, changes=SHORT) as balancer:
        yield balancer


@pytest.mark.parametrize("kind", HELD)
def test_a_client_that_stops_sending_is_answered_and_disconnected(
    kind: str, impatient: LocalBalancer, echo_server: EchoServer
) -> None:
    sent, status = HELD[kind]
    n_before = len(echo_server.requests)
    answer = impatient.send(sent)
    assert answer.startswith(f"HTTP/1.1 {status} ".encode())
    if b"\r\n\r\n" in sent:  # HAProxy 3.0 answers half a head with a page of its own
        assert b"application/problem+json" in answer
    assert len(echo_server.requests) == n_before


@pytest.mark.parametrize("begun", [b"", b"G", b"POST /pre"])
def test_a_connection_is_not_kept_for_a_next_request_that_never_comes(
    begun: bytes, impatient: LocalBalancer
) -> None:
    answer = impatient.send(GET + begun)
    assert answer.startswith(b"HTTP/1.1 200 ")


def test_a_client_that_does_not_read_its_answers_is_disconnected(
    impatient: LocalBalancer, echo_server: EchoServer
) -> None:
    with socket.socket() as client:
        client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.settimeout(30)
        client.connect(("127.0.0.1", impatient.port))
        with pytest.raises(ConnectionError):
            while True:
                client.sendall(GET[:-2] + b"X: " + b"long " * 2000 + b"\r\n\r\n")
