"""Clients that send one request after the other, each on a connection that the server may keep."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPException
from itertools import cycle
from threading import Event
from typing import NamedTuple

from tests.load.requests import Request
from tests.serving import Server

TIMEOUT_S = 60


class Outcome(NamedTuple):
    """The result of a request: its status, 0 without an answer, and its Retry-After header."""

    status: int
    retry_after: str | None = None
    is_connected: bool = True

    @property
    def is_lost(self) -> bool:
        """Whether it was sent and not answered."""
        return self.is_connected and not self.status


def send_all(server: Server, requests: Sequence[Request], n_clients: int) -> list[Outcome]:
    """Send each request once, shared among so many clients; return the outcomes."""

    def send_share(first: int) -> list[Outcome]:
        with closing(HTTPConnection(server.address, timeout=TIMEOUT_S)) as connection:
            return [_send(connection, request) for request in requests[first::n_clients]]

    with ThreadPoolExecutor(n_clients) as pool:
        return [outcome for share in pool.map(send_share, range(n_clients)) for outcome in share]


@contextmanager
def sending(
    server: Server, requests: Sequence[Request], n_clients: int = 4
) -> Iterator[list[Outcome]]:
    """Let clients send these requests again and again; give the list of outcomes, which grows."""
    outcomes: list[Outcome] = []
    is_over = Event()

    def send_on(first: int) -> None:
        own = cycle([*requests[first:], *requests[:first]])
        with closing(HTTPConnection(server.address, timeout=TIMEOUT_S)) as connection:
            while not is_over.is_set():
                outcomes.append(_send(connection, next(own)))

    with ThreadPoolExecutor(n_clients) as pool:
        clients = [pool.submit(send_on, first) for first in range(n_clients)]
        try:
            yield outcomes
        finally:
            is_over.set()
    for client in clients:
        client.result()


def _send(connection: HTTPConnection, request: Request) -> Outcome:
    """Send a request on a connection, which is opened first if it is not open."""
    try:
        if connection.sock is None:
            connection.connect()
    except OSError:
        return Outcome(0, is_connected=False)
    try:
        connection.request("POST", request.path, request.body, {"Content-Type": request.media_type})
        response = connection.getresponse()
        response.read()
        return Outcome(response.status, response.headers["Retry-After"])
    except (OSError, HTTPException):
        connection.close()
        return Outcome(0)
