"""Requests under way: bounds on their bodies and answers, and their end when the server stops.

The server is gunicorn with its gevent worker: each connection has a greenlet, so that a slow client
costs little more than its bytes. gevent itself ends nothing.
"""

import errno
import gc
import os
import sys
import time
from collections.abc import Callable, Collection, Iterable
from contextlib import suppress
from socket import SHUT_RD, SO_ACCEPTCONN, SOL_SOCKET
from typing import Any

from gevent import Timeout, get_hub, getcurrent, monkey, sleep
from gevent.socket import socket
from werkzeug.wsgi import ClosingIterator

from app.errors import Problem, ProblemCode, too_busy
from app.requests.chunks import limit_chunks

CHUNK_BYTES = 65_536
READ_AHEAD_BYTES = 1_048_576  # gunicorn receives at most this much before it is read
MAX_BYTES = 64_000_000  # in all bodies of a process whose requests have no answer yet
MAX_DISCARDED = 128  # bodies discarded at a time; each may have a megabyte in memory
MAX_DISCARDED_BYTES = 64_000_000
MAX_DISCARDING_S = 10
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

    def stop(self, ports: Collection[int]) -> None:
        """Close each connection at these ports that has no request for some time, until the end.

        gunicorn waits for connections, also for idle ones, then writes an error to them. A body
        that is still arriving after ``MAX_FINISHING_S`` is ended.
        """
        end_s = time.monotonic() + MAX_FINISHING_S
        idle_before: set[socket] = set()
        while True:
            sleep(INTERVAL_S)
            idle = {each for each in _sockets() if _port(each) in ports} - self._under_way
            for each in idle & idle_before:
                _end_reading(each)
            idle_before = idle
            if time.monotonic() > end_s:
                self._bodies.refuse_all()


def listening_ports() -> set[int]:
    """Return the ports that this process listens at."""
    listeners = (each for each in _sockets() if each.getsockopt(SOL_SOCKET, SO_ACCEPTCONN))
    return {port for each in listeners if (port := _port(each))}


def _end_reading(connection: socket) -> None:
    """Make reading a connection return the end of the stream after the data that has arrived.

    A socket of Python's own does so at once; gevent's would wait for data, and raise an error in
    another greenlet that reads.
    """
    plain = monkey.get_original("socket", "socket")
    # The client may have gone.
    with suppress(OSError), plain(fileno=os.dup(connection.fileno())) as same:
        same.setblocking(False)
        same.shutdown(SHUT_RD)


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


class Body:
    """The body of a request as it arrives."""

    def __init__(self, environ: dict[str, Any], bodies: "Bodies", max_upload_s: float) -> None:
        length = environ.get("CONTENT_LENGTH", "")
        self._is_chunked = "HTTP_TRANSFER_ENCODING" in environ
        self._n_left = sys.maxsize if self._is_chunked else int(length or 0)
        self._incoming = environ["wsgi.input"]
        self._bodies = bodies
        self._max_upload_s = max_upload_s
        self._end_s = time.monotonic() + max_upload_s
        self._greenlet = getcurrent()
        self._n_kept = 0
        self._is_reading = False
        self._is_refused = False
        self._is_broken = False  # no more of it can be received
        self.n_bytes = 0  # in memory, or soon to be
        if self._is_chunked:
            limit_chunks(self._incoming, run_others)

    def read(self, size: int = CHUNK_BYTES) -> bytes:
        """Return the next bytes, at most ``size``, empty at the end."""
        if self._is_refused:
            raise too_busy()
        if self._n_left:
            self._bodies.hold(self, self._n_kept + min(self._n_left, READ_AHEAD_BYTES))
        self._is_reading = True
        try:
            data = self._receive(size, self._end_s - time.monotonic())
        except Timeout:
            raise self._too_slow() from None
        finally:
            self._is_reading = False
        self._n_kept += len(data)
        if not self._n_left:
            self._bodies.complete(self)
        return data

    def refuse(self) -> None:
        """Raise Problem 503 where the body is read, or is read next."""
        self._is_refused = True
        get_hub().loop.run_callback(self._interrupt)

    def _interrupt(self) -> None:
        """Raise Problem 503 where the body is read; the event loop calls this."""
        if self._is_reading:
            self._greenlet.throw(too_busy())

    def discard_rest(self) -> None:
        """Receive what was not read, within limits, and discard it."""
        if not self._n_left or self._bodies.n_discarded >= MAX_DISCARDED:
            return
        end_s = time.monotonic() + MAX_DISCARDING_S
        n_left = MAX_DISCARDED_BYTES
        self._bodies.n_discarded += 1
        # Each server raises its own errors for a body that breaks off.
        try:
            with suppress(Exception, Timeout):
                while data := self._receive(n_left, end_s - time.monotonic()):
                    n_left -= len(data)
        finally:
            self._bodies.n_discarded -= 1

    def end(self) -> None:
        """Free the memory that the body holds, after its request."""
        self._bodies.release(self)

    def require_end(self) -> None:
        """Disconnect the client unless its body has been received, so that a request can follow."""
        if self._n_left or self._is_broken:
            raise disconnection()

    def _receive(self, size: int, timeout_s: float) -> bytes:
        """Return the next bytes, at most ``size``, empty at the end; raise Timeout."""
        n_bytes = 0 if self._is_broken else min(size, CHUNK_BYTES, self._n_left)
        if not n_bytes:
            return b""
        try:
            with Timeout(max(0, timeout_s)):
                data: bytes = self._incoming.read(n_bytes)
        except BaseException:
            # gunicorn takes a chunked body for ended where reading it was interrupted.
            self._is_broken = self._is_chunked
            raise
        self._n_left = self._n_left - len(data) if len(data) == n_bytes else 0
        if n_bytes == CHUNK_BYTES:
            run_others()  # A fast sender's large body lets others go first.
        return data

    def _too_slow(self) -> Problem:
        detail = (
            f"A request must arrive within {self._max_upload_s:g} seconds; this one was not whole "
            "by then. Send a smaller picture."
        )
        return Problem(ProblemCode.REQUEST_TOO_SLOW, detail)


class Bodies:
    """The bytes of all bodies of a process, within a limit."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._n_bytes = 0
        self.n_discarded = 0  # bodies that are being discarded now
        self._arriving: dict[Body, None] = {}  # the one that has waited longest for bytes first

    def hold(self, body: Body, n_bytes: int) -> None:
        """Hold so many bytes for a body that is read; end other bodies where there are too few."""
        self._arriving.pop(body, None)
        self._arriving[body] = None
        self._n_bytes += n_bytes - body.n_bytes
        body.n_bytes = n_bytes
        while self._n_bytes > self._max_bytes:
            large = (each for each in self._arriving if each.n_bytes > CHUNK_BYTES)
            stalled = next(large, None) or next(iter(self._arriving))
            self.release(stalled)
            if stalled is body:
                raise too_busy()
            stalled.refuse()

    def refuse_all(self) -> None:
        """End every body that is arriving, without receiving its rest."""
        self.n_discarded = MAX_DISCARDED
        for body in list(self._arriving):
            self.release(body)
            body.refuse()

    def complete(self, body: Body) -> None:
        """Remove a body that has arrived whole from those that are arriving."""
        self._arriving.pop(body, None)

    def release(self, body: Body) -> None:
        """Stop counting the bytes of a body, which are freed now or in a moment."""
        self._n_bytes -= body.n_bytes
        body.n_bytes = 0
        self.complete(body)


def run_others() -> None:
    """Let the event loop poll the sockets, and run each other request that is ready.

    ``sleep(0)`` returns before the loop polls again. A timer, however short, ends after a poll.
    """
    sleep(1e-9)


def disconnection() -> ConnectionResetError:
    """Return an error with which a server closes the connection, as if the client had gone."""
    return ConnectionResetError(errno.ECONNRESET, "The client is disconnected")
