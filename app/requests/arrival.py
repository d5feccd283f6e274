"""Bounds on a request under way: how long its body and its answer take, and the bytes in memory.

The server is gunicorn with its gevent worker: each connection has a greenlet, so that a slow client
costs little more than its bytes. gevent itself ends nothing.
"""

import errno
import sys
import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from time import thread_time
from typing import Any
from weakref import WeakKeyDictionary

from gevent import Timeout, get_hub, getcurrent, sleep
from gevent.lock import BoundedSemaphore
from greenlet import greenlet, settrace
from werkzeug.wsgi import ClosingIterator

from app.errors import Problem, ProblemCode, too_busy
from app.requests.connections import close_idle

CHUNK_BYTES = 65_536
READ_AHEAD_BYTES = 1_048_576  # that gunicorn receives at most before they are read
LEAST_CHUNK_BYTES = 256  # of a chunked body, each of which may be a chunk that takes microseconds
MAX_TURN_S = 0.002  # of CPU time, to receive a part of a chunked body
MAX_BYTES = 64_000_000  # of the bodies of all requests of a process that have no answer yet
MAX_SENDING_S = 30
MAX_UNCHUNKING_S = 0.5  # of CPU time; a body of 10 MB in chunks of 1 kB takes a tenth of it
MAX_DISCARDED = 128  # bodies at a time, each of which may have a megabyte in memory
MAX_DISCARDED_BYTES = 64_000_000
MAX_DISCARDING_S = 10

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class BoundedArrival:
    """WSGI middleware: bounds the bodies and the answers of an app's requests.

    A body that is not whole in time raises Problem 408 where the app reads it. Where the bodies in
    memory are too large together, that large one raises Problem 503 which has waited longest for
    its next bytes. What the app did not read is received and discarded before the answer is sent,
    because many clients read it only then. A client that does not take the answer in time is
    disconnected, and after the answer one that has not sent its whole body.

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
        self._turns = _Turns()
        self._under_way: set[Any] = set()  # the sockets of the connections with a request
        self._last_client: tuple[str | None, str | None] | None = None

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer a request."""
        client = environ.get("REMOTE_ADDR"), environ.get("REMOTE_PORT")
        if client == self._last_client:
            self._turns.wait()  # Requests that a client has sent at once let others go first.
        self._last_client = client
        body = _Body(environ, self._bodies, self._turns, self._cpu_times, self._max_upload_s)
        environ["wsgi.input"] = body
        connection = environ.get("gunicorn.socket")
        self._under_way.add(connection)

        def end() -> None:
            self._bodies.release(body)
            self._under_way.discard(connection)

        try:
            response = self._app(environ, start_response)
            body.discard_rest()
        except BaseException:
            end()
            raise
        timeout = Timeout.start_new(MAX_SENDING_S, _disconnection())
        return ClosingIterator(response, [timeout.close, end, body.require_end])

    def stop(self) -> None:
        """Close the connections without a request, until the process ends."""
        close_idle(self._under_way, self._bodies.refuse_all)


class _Body:
    """The body of a request as it arrives."""

    def __init__(
        self,
        environ: dict[str, Any],
        bodies: "_Bodies",
        turns: "_Turns",
        cpu_times: "_CpuTimes",
        max_upload_s: float,
    ) -> None:
        length = environ.get("CONTENT_LENGTH", "")
        self._is_chunked = "HTTP_TRANSFER_ENCODING" in environ
        self._n_left = sys.maxsize if self._is_chunked else int(length or 0)
        self._incoming = environ["wsgi.input"]
        self._bodies = bodies
        self._turns = turns
        self._cpu_times = cpu_times
        self._max_upload_s = max_upload_s
        self._end_s = time.monotonic() + max_upload_s
        self._greenlet = getcurrent()
        self._n_kept = 0
        self._part_bytes = LEAST_CHUNK_BYTES if self._is_chunked else CHUNK_BYTES
        self._cpu_s = 0.0
        self._is_reading = False
        self._is_refused = False
        self._is_broken = False  # so that no more of it can be received
        self.n_bytes = 0  # in memory, or soon to be
        if self._is_chunked:
            cpu_times.start()

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
        if not self._n_left or self._bodies.n_discarded == MAX_DISCARDED:
            return
        end_s = time.monotonic() + MAX_DISCARDING_S
        n_left = MAX_DISCARDED_BYTES
        self._bodies.n_discarded += 1
        # Each server raises its own errors for a body that breaks off.
        with suppress(Exception, Timeout):
            while data := self._receive(n_left, end_s - time.monotonic()):
                n_left -= len(data)
        self._bodies.n_discarded -= 1

    def require_end(self) -> None:
        """Disconnect the client unless its body has been received, so that a request can follow."""
        if self._n_left or self._is_broken:
            raise _disconnection()

    def _receive(self, size: int, timeout_s: float) -> bytes:
        """Return the next bytes, at most ``size``, empty at the end; raise Timeout."""
        n_bytes = 0 if self._is_broken else min(size, self._part_bytes, self._n_left)
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
        if n_bytes == self._part_bytes:
            self._turns.wait()  # A fast sender's large body lets others go first.
        if self._is_chunked:
            self._check_cpu_time()
        return data

    def _check_cpu_time(self) -> None:
        """Raise Problem 400 when the body is in so many chunks that the server is kept busy.

        The parts in which it is received become larger while they take little time.
        """
        before_s, self._cpu_s = self._cpu_s, self._cpu_times.seconds()
        if self._cpu_s > MAX_UNCHUNKING_S:
            self._is_broken = True
            detail = "The body is in more chunks than any program needs. Send it in larger ones."
            raise Problem(ProblemCode.NOT_A_READABLE_REQUEST, detail)
        if self._cpu_s - before_s > MAX_TURN_S:
            self._part_bytes = max(self._part_bytes // 4, LEAST_CHUNK_BYTES)
        elif self._cpu_s - before_s < MAX_TURN_S / 4:
            self._part_bytes = min(2 * self._part_bytes, CHUNK_BYTES)

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
        self.n_discarded = 0  # of bodies, at this moment
        self._arriving: dict[_Body, None] = {}  # the one that has waited longest for bytes first

    def hold(self, body: _Body, n_bytes: int) -> None:
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

    def complete(self, body: _Body) -> None:
        """Take note that no more bytes of a body will come."""
        self._arriving.pop(body, None)

    def release(self, body: _Body) -> None:
        """Take note that a body's bytes are in memory no longer, or will not be in a moment."""
        self._n_bytes -= body.n_bytes
        body.n_bytes = 0
        self.complete(body)


class _Turns:
    """Turns of requests that could keep others waiting: one by one, each after those of others."""

    def __init__(self) -> None:
        self._one_by_one = BoundedSemaphore(1)

    def wait(self) -> None:
        """Let all other requests go on, and wait for those that called this before."""
        with self._one_by_one:
            sleep(0)


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
