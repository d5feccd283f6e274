"""Connections of clients: bounds on a request under way, and their end when the server stops.

The server is gunicorn with its gevent worker: each connection has a greenlet, so that a slow client
costs little more than its bytes. gevent itself ends nothing.
"""

import gc
import os
import time
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from socket import MSG_PEEK, SHUT_RD, SO_ACCEPTCONN, SOL_SOCKET
from typing import Any

from gevent import Timeout, monkey, sleep
from gevent.socket import socket
from werkzeug.wsgi import ClosingIterator

from app.requests.body import MAX_BYTES, Bodies, Body, disconnection, run_others

MAX_SENDING_S = 30
INTERVAL_S = 0.5
MAX_FINISHING_S = 6

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class BoundedArrival:
    """WSGI middleware: bounds the bodies and the answers of an app's requests.

    A body that is not whole in time raises Problem 408 where the app reads it. Where the bodies in
    memory are too large together, that large one raises Problem 503 which has waited longest for
    its next bytes. What the app did not read is received and discarded before the answer is sent,
    because many clients read it only then. A client that does not take the answer in time is
    disconnected, and after the answer one that has not sent its whole body.

    Requests take turns: each waits until the requests of other clients that have arrived are run.
    Otherwise a connection whose next request has arrived is served again and again, while other
    connections wait.

    Parameters
    ----------
    app
        The WSGI app.
    max_upload_s
        Longest time, in seconds, from the end of a request's head to the end of its body.
    max_bytes
        Most bytes of all bodies together.
    """

    def __init__(self, app: Wsgi, *, max_upload_s: float, max_bytes: int = MAX_BYTES) -> None:
        self._app = app
        self._max_upload_s = max_upload_s
        self._bodies = Bodies(max_bytes)
        self._under_way: set[Any] = set()  # the sockets of the connections with a request

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer a request."""
        run_others()
        body = Body(environ, self._bodies, self._max_upload_s)
        environ["wsgi.input"] = body
        connection = environ.get("gunicorn.socket")
        self._under_way.add(connection)

        def end() -> None:
            body.end()
            self._under_way.discard(connection)

        try:
            response = self._app(environ, start_response)
            body.discard_rest()
        except BaseException:
            end()
            raise
        timeout = Timeout.start_new(MAX_SENDING_S, disconnection())
        return ClosingIterator(response, [timeout.close, end, body.require_end])

    def stop(self) -> None:
        """Close the connections without a request, until the process ends."""
        close_idle(self._under_way, self._bodies.refuse_all)


def close_idle(under_way: Collection[socket], refuse_bodies: Callable[[], None]) -> None:
    """Close each connection that has no request for some time, until the process ends.

    gunicorn waits for connections, also for idle ones, then writes an error to them.

    Parameters
    ----------
    under_way
        The connections that have a request, as they come and go.
    refuse_bodies
        Ends the bodies that are still arriving after ``MAX_FINISHING_S``.
    """
    ports = {_port(each) for each in _sockets() if each.getsockopt(SOL_SOCKET, SO_ACCEPTCONN)}
    end_s = time.monotonic() + MAX_FINISHING_S
    idle_before: set[socket] = set()
    while True:
        sleep(INTERVAL_S)
        idle = {each for each in _sockets() if _port(each) in ports} - set(under_way)
        for each in idle & idle_before:
            _end_reading(each)
        idle_before = idle
        if time.monotonic() > end_s:
            refuse_bodies()


def is_connected(connection: socket | None) -> bool:
    """Whether the client of a request is still there, as far as it is known."""
    if connection is None:  # of a server that does not say
        return True
    try:
        with _plain(connection) as same:
            return bool(same.recv(1, MSG_PEEK))
    except BlockingIOError:  # It has sent nothing more, and waits.
        return True
    except OSError:
        return False


def _end_reading(connection: socket) -> None:
    """Make reading a connection return the end of the stream after the data that has arrived."""
    with suppress(OSError), _plain(connection) as same:  # The client may have gone.
        same.shutdown(SHUT_RD)


def _plain(connection: socket) -> Any:
    """Return the connection as a socket of Python's own, to close after use.

    gevent's would wait for data, and raise an error in another greenlet that reads.
    """
    plain = monkey.get_original("socket", "socket")(fileno=os.dup(connection.fileno()))
    plain.setblocking(False)
    return plain


def _sockets() -> list[socket]:
    """Return the open sockets of this process."""
    sockets = [each for each in gc.get_objects() if type(each) is socket]
    return [each for each in sockets if each.fileno() >= 0]


def _port(each: socket) -> int | None:
    """Return the port of a socket on this machine."""
    try:
        return int(each.getsockname()[1])
    except (OSError, IndexError):
        return None
