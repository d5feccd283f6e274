"""Clients that send half a request and no more, or a byte a second, or that read no answer."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from threading import Event, Thread

from benchmarks.load.pictures import drawings
from benchmarks.load.requests import Request
from tests.serving import Server

BYTE_S = 1.0  # from one byte to the next
TIMEOUT_S = 10  # of connecting, and of sending a part

SMALL, LARGE = (Request("/predict", body).to_bytes() for body in (drawings(1)[0], bytes(1_000_000)))
HEAD_BYTES = SMALL.index(b"\r\n\r\n") + 4


def _head(method: str, *fields: str) -> bytes:
    lines = [f"{method} /predict HTTP/1.1", "Host: inkling", "Content-Type: image/png", *fields]
    return "\r\n".join([*lines, "", ""]).encode()


GET = b"GET /healthz HTTP/1.1\r\nHost: inkling\r\n\r\n"
GET_20_KB = b"GET /static/examples/number.jpg HTTP/1.1\r\nHost: inkling\r\n\r\n"
CHUNKED = _head("POST", "Transfer-Encoding: chunked") + 100 * b"1\r\nx\r\n"
# Of a request: the bytes that each kind sends at once, and the end of those sent one by one.
SLOW = {
    "nothing": (b"", 0, 0),
    "half a head": (SMALL, 20, 0),
    "a head a byte a second": (SMALL, 1, HEAD_BYTES),
    "half a body": (SMALL, HEAD_BYTES + 100, 0),
    "a body a byte a second": (SMALL, HEAD_BYTES, len(SMALL)),
    "most of a megabyte": (LARGE, len(LARGE) - 1000, 0),
    "no chunk of a chunked body": (CHUNKED, CHUNKED.index(b"1\r\nx"), 0),
    "a chunked body a byte a second": (CHUNKED, CHUNKED.index(b"1\r\nx"), len(CHUNKED)),
    "no chunk to a GET": (head := _head("GET", "Transfer-Encoding: chunked"), len(head), 0),
    "no body after 100-continue": (
        head := _head("POST", "Content-Length: 1000", "Expect: 100-continue"), len(head), 0),
    "a length that is too large": (head := _head("POST", "Content-Length: 10000001"), len(head), 0),
    "a length of 22 digits": (head := _head("POST", f"Content-Length: {'9' * 22}"), len(head), 0),
    "a byte of a second request": (GET + b"G", len(GET) + 1, 0),
    "a head without end": (head := _head("GET")[:-2] + b"X: " + 66_000 * b"x", len(head), 0),
    "600 requests, and read no answer": (600 * GET_20_KB, 600 * len(GET_20_KB), 0),
}  # fmt: skip


@contextmanager
def slow_clients(server: Server, kind: str, n_clients: int) -> Iterator[list[socket.socket]]:
    """Keep slow clients of a kind connected, and sending; give their connections."""
    request, n_at_once, end = SLOW[kind]
    is_over = Event()
    with ExitStack() as stack:
        sockets = [
            stack.enter_context(socket.create_connection((server.host, server.port), TIMEOUT_S))
            for _ in range(n_clients)
        ]
        still_open = [each for each in sockets if _is_sent(each, request[:n_at_once])]

        def send_slowly() -> None:
            left = still_open
            for place in range(n_at_once, end):
                if is_over.wait(BYTE_S):
                    break
                left = [each for each in left if _is_sent(each, request[place : place + 1])]

        thread = Thread(target=send_slowly)
        thread.start()
        try:
            yield still_open
        finally:
            is_over.set()
            thread.join()


def _is_sent(to: socket.socket, data: bytes) -> bool:
    """Send a part of a request; return False when the server has closed the connection."""
    try:
        to.sendall(data)
    except OSError:
        return False
    return True
