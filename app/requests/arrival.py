"""Bounds on a request under way: how long its body and its answer take, and the bytes in memory.

The server is gunicorn with its gevent worker: each connection has a greenlet, so that a slow client
costs little more than its bytes. gevent itself ends nothing.
"""

import errno
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from time import thread_time
from typing import Any
from weakref import WeakKeyDictionary

from gevent import Timeout, get_hub, getcurrent, sleep
from greenlet import greenlet, settrace
from werkzeug.wsgi import ClosingIterator

from app.errors import Problem, ProblemCode, too_busy

CHUNK_BYTES = 65_536
CHUNKED_BYTES = 2048  # of a chunked body, each of which may be a chunk that takes microseconds
MAX_BYTES = 64_000_000  # of the bodies of all requests of a process that have no answer yet
MAX_SENDING_S = 30
MAX_UNCHUNKING_S = 0.5  # of CPU time; a body of 10 MB in chunks of 1 kB takes a third of it
MAX_DISCARDED_BYTES = 64_000_000
MAX_DISCARDING_S = 10

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class BoundedArrival:
    """WSGI middleware: bounds the bodies and the answers of an app's requests.

    A body that is not whole in time raises Problem 408 where the app reads it. Where the bodies in
    memory are too large together, the one that stalled first raises Problem 503. What the app did
    not read is received and discarded before the answer is sent, because many clients read it only
    then. A client that does not take the answer in time is disconnected, and after the answer one
    that has not sent its whole body.

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
        self._bodies = _Bodies(max_bytes)
        self._cpu_times = _CpuTimes()

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer a request."""
        body = _Body(environ, self._bodies, self._cpu_times, self._max_upload_s)
        environ["wsgi.input"] = body
        try:
            response = self._app(environ, start_response)
            body.discard_rest()
        except BaseException:
            self._bodies.release(body)
            raise
        timeout = Timeout.start_new(MAX_SENDING_S, _disconnection())
        return ClosingIterator(
            response, [timeout.close, lambda: self._bodies.release(body), body.require_end]
        )


class _Body:
    """The body of a request as it arrives."""

    def __init__(
        self,
        environ: dict[str, Any],
        bodies: "_Bodies",
        cpu_times: "_CpuTimes",
        max_upload_s: float,
    ) -> None:
        length = environ.get("CONTENT_LENGTH", "")
        self._has_no_length = "HTTP_TRANSFER_ENCODING" in environ
        self._n_left = int(length) if length.isdecimal() else 0
        self._incoming = environ["wsgi.input"]
        self._bodies = bodies
        self._cpu_times = cpu_times
        self._max_upload_s = max_upload_s
        self._end_s = time.monotonic() + max_upload_s
        self._greenlet = getcurrent()
        self._is_reading = False
        self.n_bytes = 0  # in memory, or about to be
        if self._has_no_length:
            cpu_times.start()

    def read(self, size: int = CHUNK_BYTES) -> bytes:
        """Return the next bytes, at most ``size``, empty at the end."""
        n_bytes = self._next_bytes(size)
        if not n_bytes:
            return b""
        self._bodies.reserve(self, n_bytes)
        self._is_reading = True
        try:
            with Timeout(max(0, self._end_s - time.monotonic())):
                return self._receive(n_bytes)
        except Timeout:
            raise self._too_slow() from None
        finally:
            self._is_reading = False
            self._bodies.end_reading(self)

    def stop_reading(self) -> None:
        """Raise Problem 503 where the body is read; called from the event loop."""
        if self._is_reading:
            self._greenlet.throw(too_busy())

    def discard_rest(self) -> None:
        """Receive what was not read, within limits, and discard it."""
        n_left = MAX_DISCARDED_BYTES
        # Each server raises its own errors for a body that breaks off.
        with suppress(Exception), Timeout(MAX_DISCARDING_S, False):
            while n_bytes := self._next_bytes(min(n_left, CHUNK_BYTES)):
                n_left -= len(self._receive(n_bytes))

    def _next_bytes(self, size: int) -> int:
        """Return how many bytes to receive next, 0 after the end."""
        return min(size, CHUNKED_BYTES if self._has_no_length else min(self._n_left, CHUNK_BYTES))

    def _receive(self, n_bytes: int) -> bytes:
        """Return so many bytes of the body, fewer at its end."""
        data: bytes = self._incoming.read(n_bytes)
        self._n_left -= len(data)
        if self._has_no_length:
            self._check_cpu_time()
        if len(data) < n_bytes:
            self._n_left, self._has_no_length = 0, False
        elif n_bytes in (CHUNK_BYTES, CHUNKED_BYTES):
            sleep(0)  # A fast sender's large body must not keep others waiting.
        return data

    def require_end(self) -> None:
        """Disconnect the client unless its body has been received, so that a request can follow."""
        if self._n_left or self._has_no_length:
            raise _disconnection()

    def _check_cpu_time(self) -> None:
        """Raise Problem 400 when the body is in so many chunks that the server is kept busy."""
        if self._cpu_times.seconds() > MAX_UNCHUNKING_S:
            detail = "The body is in more chunks than any program needs. Send it in larger ones."
            raise Problem(ProblemCode.NOT_A_READABLE_REQUEST, detail)

    def _too_slow(self) -> Problem:
        detail = (
            f"A request must arrive within {self._max_upload_s:g} seconds; this one was not whole "
            "by then. Send a smaller picture."
        )
        return Problem(ProblemCode.REQUEST_TOO_SLOW, detail)


def _disconnection() -> ConnectionResetError:
    """Return an error with which a server closes the connection, as if the client had gone."""
    return ConnectionResetError(errno.ECONNRESET, "The client is disconnected")


class _Bodies:
    """The bytes of all bodies of a process, within a limit."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self._n_bytes = 0
        self._reading: dict[_Body, None] = {}  # the one that has waited longest for bytes first

    def reserve(self, body: _Body, n_bytes: int) -> None:
        """Reserve memory for bytes of a body; where there is too little, end others' bodies."""
        self._reading[body] = None
        self._n_bytes += n_bytes
        body.n_bytes += n_bytes
        while self._n_bytes > self._max_bytes:
            stalled = next(iter(self._reading))
            self.release(stalled)
            if stalled is body:
                raise too_busy()
            get_hub().loop.run_callback(stalled.stop_reading)

    def end_reading(self, body: _Body) -> None:
        """Take note that a body is not waiting for bytes."""
        self._reading.pop(body, None)

    def release(self, body: _Body) -> None:
        """Take note that a body's bytes are in memory no longer, or will not be in a moment."""
        self._n_bytes -= body.n_bytes
        body.n_bytes = 0
        self._reading.pop(body, None)


class _CpuTimes:
    """The CPU times of greenlets of this thread, each since its start."""

    def __init__(self) -> None:
        self._seconds: WeakKeyDictionary[greenlet, float] = WeakKeyDictionary()
        self._since_s = 0.0

    def start(self) -> None:
        """Begin to count the CPU time of the current greenlet, from 0."""
        settrace(self._count)
        self._seconds[getcurrent()], self._since_s = 0.0, thread_time()

    def seconds(self) -> float:
        """Return the CPU time of the current greenlet."""
        current = getcurrent()
        self._count("", (current, current))
        return self._seconds[current]

    def _count(self, _: str, switch: tuple[greenlet, greenlet]) -> None:
        """Count the time since the last switch from one greenlet to another."""
        now_s = thread_time()
        if switch[0] in self._seconds:
            self._seconds[switch[0]] += now_s - self._since_s
        self._since_s = now_s
