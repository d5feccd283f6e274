"""Clients that send a byte a second, or half and no more: do the others still get answers?"""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import compress
from pathlib import Path
from threading import Event, Thread

from tests.load.client import Client, Outcome, evenly
from tests.load.connection import http
from tests.load.pictures import drawings
from tests.load.report import Row, counts, ms, quantile, show
from tests.load.server import Server, serving

N_SLOW = 200  # connections of slow clients, more than two workers have threads
RATE_PER_S = 50  # of good requests, few enough for a slow machine
DURATION_S = 10
BYTE_S = 1.0  # from byte to byte
CONNECT_S = 10  # longest time to connect, or to send a part

SMALL, LARGE = http("/predict", drawings(1)[0]), http("/predict", bytes(9_000_000))
HEAD_BYTES = SMALL.index(b"\r\n\r\n") + 4
# What each kind sends: of a request, so many bytes at once, and then one by one up to so many.
SLOW = {
    "nothing": (b"", 0, 0),
    "headers a byte a second": (SMALL, 1, HEAD_BYTES),
    "a body a byte a second": (SMALL, HEAD_BYTES, len(SMALL)),
    "half a body and no more": (SMALL, HEAD_BYTES + 100, 0),
    "most of 9 MB and no more": (LARGE, len(LARGE) - 1000, 0),
}


def measure(folder: Path) -> Iterator[Row]:
    """Yield what becomes of good requests without slow clients, and beside each kind of them."""
    with serving(folder) as server:
        yield f"{RATE_PER_S} requests a second, alone", _summary(good(server, DURATION_S))
        for kind in SLOW:
            with slow_clients(server, kind, N_SLOW):
                beside = good(server, DURATION_S)
            yield f"beside {N_SLOW} clients that send {kind}", _summary(beside)


def good(server: Server, duration_s: float) -> list[Outcome]:
    """Return what becomes of good requests for so many seconds."""
    requests = [http("/predict", file) for file in drawings(20)]
    return Client(server).send_at(evenly(RATE_PER_S, duration_s), requests)


@contextmanager
def slow_clients(server: Server, kind: str, n_clients: int) -> Iterator[None]:
    """Keep so many slow clients of a kind connected, and sending, for as long as it lasts."""
    request, n_at_once, n_bytes = SLOW[kind]
    done = Event()
    with ExitStack() as stack:
        sockets = [
            stack.enter_context(socket.create_connection((server.host, server.port), CONNECT_S))
            for _ in range(n_clients)
        ]
        is_open = [_is_sent(each, request[:n_at_once]) for each in sockets]

        def send_on() -> None:
            still_open = list(compress(sockets, is_open))
            for place in range(n_at_once, n_bytes):
                if done.wait(BYTE_S):
                    break
                byte = request[place : place + 1]
                still_open = [each for each in still_open if _is_sent(each, byte)]

        sending = Thread(target=send_on)
        sending.start()
        try:
            yield
        finally:
            done.set()
            sending.join()


def _is_sent(to: socket.socket, data: bytes) -> bool:
    """Send a part of a request, unless the server has closed the connection, as it may."""
    try:
        to.sendall(data)
    except OSError:
        return False
    return True


def _summary(outcomes: list[Outcome]) -> str:
    half, most = (quantile([o.latency_s for o in outcomes], share) for share in (0.5, 0.99))
    return f"{counts(outcomes)}; p50 {ms(half)}, p99 {ms(most)}"


if __name__ == "__main__":
    show([measure])
