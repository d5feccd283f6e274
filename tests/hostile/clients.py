"""Hostile clients: they send half a request, or a byte a second, or do not read their answers."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Event, Thread

from benchmarks.load.pictures import drawings
from benchmarks.load.requests import Request
from tests.deploy.balancer import Balancer
from tests.serving import Server

BYTE_S = 1.0  # from one byte to the next
TIMEOUT_S = 60  # of connecting, and of sending a part

SMALL, LARGE = (Request("/predict", body).to_bytes() for body in (drawings(1)[0], bytes(1_000_000)))
HEAD_BYTES = SMALL.index(b"\r\n\r\n") + 4


def head(path: str, *fields: str, method: str = "GET") -> bytes:
    """Return the head of a request as it is sent."""
    return "\r\n".join([f"{method} {path} HTTP/1.1", "Host: inkling", *fields, "", ""]).encode()


def post(*fields: str) -> bytes:
    """Return the head of a request with a picture, whose body these fields describe."""
    return head("/predict", "Content-Type: image/png", *fields, method="POST")


GET, GET_20_KB = head("/healthz"), head("/static/examples/number.jpg")
GET_IN_CHUNKS = head("/predict", "Transfer-Encoding: chunked")
CONTINUE = post("Content-Length: 1000", "Expect: 100-continue")
TOO_LARGE, FAR_TOO_LARGE = (post(f"Content-Length: {n}") for n in (10_000_001, 10**22 - 1))
ENDLESS = head("/predict")[:-2] + b"X: " + 66_000 * b"x"
CHUNKED = post("Transfer-Encoding: chunked") + 100 * b"1\r\nx\r\n"
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
    "no chunk to a GET": (GET_IN_CHUNKS, len(GET_IN_CHUNKS), 0),
    "no body after 100-continue": (CONTINUE, len(CONTINUE), 0),
    "a length that is too large": (TOO_LARGE, len(TOO_LARGE), 0),
    "a length of 22 digits": (FAR_TOO_LARGE, len(FAR_TOO_LARGE), 0),
    "a byte of a second request": (GET + b"G", len(GET) + 1, 0),
    "a head without end": (ENDLESS, len(ENDLESS), 0),
    "600 requests, and read no answer": (600 * GET_20_KB, 600 * len(GET_20_KB), 0),
}


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


def connected(server: Server | Balancer) -> socket.socket:
    """Return a connection whose client's system receives a few kilobytes, as one far away."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect((server.host, server.port))
    return client


def unsent_bytes(port: int) -> list[int]:
    """Return for each connection of a server the bytes that its client has not received, if any."""
    lines = (line.split() for line in Path("/proc/net/tcp").read_text().splitlines()[1:])
    queues = (words[4].partition(":")[0] for words in lines if words[1].endswith(f":{port:04X}"))
    return [n_bytes for queue in queues if (n_bytes := int(queue, 16))]
