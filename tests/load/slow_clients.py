"""Clients that send a byte a second, or half a request and no more."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from threading import Event, Thread

from tests.load.pictures import drawings
from tests.load.requests import Request
from tests.serving import Server

BYTE_S = 1.0  # from one byte to the next
TIMEOUT_S = 10  # of connecting, and of sending a part

SMALL, LARGE = (Request("/predict", body).to_bytes() for body in (drawings(1)[0], bytes(9_000_000)))
HEAD_BYTES = SMALL.index(b"\r\n\r\n") + 4
# Of a request: the bytes that each kind sends at once, and the end of those sent one by one.
SLOW = {
    "nothing": (b"", 0, 0),
    "headers a byte a second": (SMALL, 1, HEAD_BYTES),
    "a body a byte a second": (SMALL, HEAD_BYTES, len(SMALL)),
    "half a body and no more": (SMALL, HEAD_BYTES + 100, 0),
    "most of 9 MB and no more": (LARGE, len(LARGE) - 1000, 0),
}


@contextmanager
def slow_clients(server: Server, kind: str, n_clients: int) -> Iterator[None]:
    """Keep slow clients of a kind connected, and sending, for as long as the context lasts."""
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
            yield
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
