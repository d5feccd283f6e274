"""Connections and the requests on them: what they may hold and take.

The server is gunicorn with its gevent worker: each connection has a greenlet, so that a slow client
costs little more than its bytes. gevent itself ends nothing.
"""

import errno
import select
import struct
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass, replace
from functools import partial
from itertools import count
from socket import SO_LINGER, SOL_SOCKET
from typing import Any

from gevent import Timeout, get_hub, getcurrent, monkey, sleep, spawn_later
from gevent.lock import BoundedSemaphore
from werkzeug.wsgi import ClosingIterator

from app.errors import Problem, ProblemCode, too_busy
from app.requests.request import HAS_GONE, IS_STOPPING, PROBES, TURN

CHUNK_BYTES = 65_536
READ_AHEAD_BYTES = 1_048_576  # gunicorn receives at most this much before it is read
RESERVE = 0.25  # of a budget more, for small bodies and answers where large ones fill it
CHUNKS_OF_A_TURN = 16  # until others go first; one with many extensions takes 0.08 ms, others 0.002
MAX_FINISHING_S = 6  # for bodies that are still arriving when the worker stops
CLOSE_AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: closing discards what was not sent

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


@dataclass(frozen=True)
class Limits:
    """What the requests of a process may hold and take.

    Attributes
    ----------
    max_upload_s
        Longest time from the end of a request's head to the end of its body.
    max_bytes
        Most bytes of all bodies together, and of all answers that clients have not taken.
    max_chunks
        Of a body; 10 MB in chunks of 1 kB are a tenth.
    max_discarded, max_discarded_bytes, max_discarding_s
        Bodies that are discarded at a time, each of which may have a megabyte in memory, and for
        how many bytes and how long one is.
    max_sending_s
        Longest time in which a client takes an answer.
    max_pages_s
        CPU time of all GETs together until the event loop has run everything else.
    """

    max_upload_s: float
    max_bytes: int = 64_000_000
    max_chunks: int = 100_000
    max_discarded: int = 128
    max_discarded_bytes: int = 64_000_000
    max_discarding_s: float = 10
    max_sending_s: float = 30
    max_pages_s: float = 0.005


class BoundedArrival:
    """WSGI middleware: bounds the bodies and the answers of an app's requests.

    A body that is not whole in time raises Problem 408 where the app reads it. Where the bodies in
    memory are too large together, the large body that has stalled longest is refused with 503. What
    the app did not read is received and discarded before the answer is sent, because many clients
    read it only then. After the answer, a client that has not sent its whole body is disconnected.

    Requests take turns: each waits until the requests of other clients that have arrived are run.
    Otherwise a connection whose next request has arrived is served again and again, while other
    connections wait. GETs compute what they answer in the event loop and wait for no slot, so all
    GETs together get only some milliseconds of each turn.

    Parameters
    ----------
    app
        The WSGI app.
    limits
        What the requests may hold and take.
    """

    def __init__(self, app: Wsgi, limits: Limits) -> None:
        self._app = app
        self._bodies, self._answers = Budget(limits), Budget(limits)
        self._pages = Pages(limits.max_pages_s)
        self._is_stopping = False

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer a request."""
        run_others()
        connection = environ.get("gunicorn.socket")
        environ[HAS_GONE] = partial(has_gone, connection)
        environ[TURN] = self._pages.turn
        environ[IS_STOPPING] = self._is_stopping
        body = environ["wsgi.input"] = Body(environ, self._bodies)
        is_page = environ.get("REQUEST_METHOD") in ("GET", "HEAD")
        # Probes take less time than the wait for a turn, and say whether the server lives.
        is_probe = environ.get("PATH_INFO") in PROBES
        try:
            with self._pages.turn() if is_page and not is_probe else nullcontext() as has_waited:
                # A client that has closed only its sending side, as `nc -N` does, looks as one that
                # has gone until something is sent. It is answered where nothing is waited for.
                if has_waited and has_gone(connection):
                    raise disconnection()
                response = self._app(environ, start_response)
        finally:
            body.release()  # The app has freed it, however long the answer takes.
        body.discard_rest()
        close = getattr(response, "close", lambda: None)
        return ClosingIterator(
            in_parts(response, self._answers, connection), [close, body.require_end]
        )

    def stop(self, *, is_replaced: bool) -> None:
        """Refuse what is still arriving after some seconds; the server is not ready from now on.

        Where other workers replace this one, the server stays ready.
        """
        self._is_stopping = not is_replaced
        spawn_later(MAX_FINISHING_S, self._bodies.refuse_all)


class Budget:
    """The bytes that a process holds for its clients, within a limit."""

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.n_bytes = 0
        self.n_discarded = 0  # bodies that are being discarded now
        self.waiting: dict[Held, None] = {}  # for their clients, the longest first

    def trim(self) -> None:
        """Refuse what is large and has waited longest, until the rest is within the limit.

        What is small has a reserve.
        """
        while self.n_bytes > self.limits.max_bytes and self.waiting:
            large = next((held for held in self.waiting if held.n_bytes > CHUNK_BYTES), None)
            if not large and self.n_bytes <= (1 + RESERVE) * self.limits.max_bytes:
                break
            (large or next(iter(self.waiting))).refuse()

    def refuse_all(self) -> None:
        """Refuse all that is waited for, now and from now on."""
        self.limits = replace(self.limits, max_bytes=0, max_discarded=0)
        self.trim()


class Held:
    """Bytes that a process holds for a client: of a body that arrives, or an answer that it takes.

    ``error`` returns what is raised where the client is waited for, when they are refused.
    """

    def __init__(self, budget: Budget, error: Callable[[], Exception]) -> None:
        self.n_bytes = 0  # in memory, or soon to be
        self._budget = budget
        self._error = error
        self._greenlet: Any = None  # while it waits
        self._is_refused = False

    @contextmanager
    def waiting(self, n_bytes: int) -> Iterator[None]:
        """Hold so many bytes while the client is waited for; raise the error when refused."""
        if not self._is_refused:
            self._budget.n_bytes += n_bytes - self.n_bytes
            self.n_bytes = n_bytes
            self._budget.waiting[self] = None
            self._budget.trim()
        if self._is_refused:
            raise self._error()
        self._greenlet = getcurrent()
        try:
            yield
        finally:
            self._greenlet = None
            self._budget.waiting.pop(self, None)

    def release(self) -> None:
        """Stop counting the bytes, which are freed now or in a moment."""
        self._budget.n_bytes -= self.n_bytes
        self.n_bytes = 0
        self._budget.waiting.pop(self, None)

    def refuse(self) -> None:
        """Raise the error where the client is waited for, or is waited for next."""
        self.release()
        self._is_refused = True
        get_hub().loop.run_callback(self._interrupt)

    def _interrupt(self) -> None:
        if self._greenlet:
            self._greenlet.throw(self._error())


def in_parts(response: Iterable[bytes], answers: Budget, connection: Any) -> Iterator[bytes]:
    """Yield a response in parts; the next one is asked for when the system has taken the last.

    What the response yields counts until all of it is taken. So an app yields bytes that it keeps
    for all clients in parts, of which each client holds one. A client is disconnected that does not
    take the answer in time, or, where the answers are too large together, whose large answer has
    waited longest.
    """
    answer, is_taken = Held(answers, disconnection), False
    try:
        with Timeout(answers.limits.max_sending_s, disconnection()):
            for block in response:
                for start in range(0, len(block), CHUNK_BYTES):
                    if start:
                        run_others()  # A fast client's large answer lets others go first.
                    with answer.waiting(len(block)):
                        yield block[start : start + CHUNK_BYTES]
        is_taken = True
    finally:
        answer.release()
        if connection and not is_taken:  # The system frees what it has not sent.
            with suppress(OSError):  # It may know already that the client has gone.
                connection.setsockopt(SOL_SOCKET, SO_LINGER, CLOSE_AT_ONCE)


class Body(Held):
    """The body of a request as it arrives."""

    def __init__(self, environ: dict[str, Any], budget: Budget) -> None:
        super().__init__(budget, too_busy)
        self._is_chunked = "HTTP_TRANSFER_ENCODING" in environ
        self._n_left = sys.maxsize if self._is_chunked else int(environ.get("CONTENT_LENGTH") or 0)
        self._incoming = environ["wsgi.input"]
        self._end_s = time.monotonic() + budget.limits.max_upload_s
        self._n_kept = 0
        self._is_broken = False  # no more of it can be received
        if self._is_chunked:
            self._limit_chunks()

    def read(self, size: int = CHUNK_BYTES) -> bytes:
        """Return the next bytes, at most ``size``, empty at the end.

        Where the memory is full, this or another body that is waited for is refused.
        """
        if not self._n_left:
            return b""  # without a wait: what has arrived is not refused
        try:
            with self.waiting(self._n_kept + min(self._n_left, READ_AHEAD_BYTES)):
                data = self._receive(size, self._end_s)
        except Timeout:
            max_s = self._budget.limits.max_upload_s
            detail = (
                f"A request must arrive within {max_s:g} seconds; this one was not whole by then. "
                "Send a smaller picture."
            )
            raise Problem(ProblemCode.REQUEST_TOO_SLOW, detail) from None
        self._n_kept += len(data)
        return data

    def discard_rest(self) -> None:
        """Receive what was not read, within limits, and discard it."""
        limits = self._budget.limits
        if not self._n_left or self._budget.n_discarded >= limits.max_discarded:
            return
        end_s, n_left = time.monotonic() + limits.max_discarding_s, limits.max_discarded_bytes
        self._budget.n_discarded += 1
        # Each server raises its own errors for a body that breaks off.
        try:
            with suppress(Exception, Timeout):
                while data := self._receive(n_left, end_s):
                    n_left -= len(data)
        finally:
            self._budget.n_discarded -= 1

    def require_end(self) -> None:
        """Disconnect the client unless its body has been received, so that a request can follow."""
        if self._n_left or self._is_broken:
            raise disconnection()

    def _receive(self, size: int, end_s: float) -> bytes:
        """Return the next bytes, at most ``size``, empty at the end; raise Timeout."""
        n_bytes = 0 if self._is_broken else min(size, CHUNK_BYTES, self._n_left)
        if not n_bytes:
            return b""
        try:
            with Timeout(max(0, end_s - time.monotonic())):
                data: bytes = self._incoming.read(n_bytes)
        except BaseException:
            # gunicorn takes a chunked body for ended where reading it was interrupted.
            self._is_broken = self._is_chunked
            raise
        self._n_left = self._n_left - len(data) if len(data) == n_bytes else 0
        if n_bytes == CHUNK_BYTES:
            run_others()  # A fast sender's large body lets others go first.
        return data

    def _limit_chunks(self) -> None:
        """Let gunicorn's reader raise Problem 400 when a chunked body has too many chunks.

        Reading a chunk takes time, however few bytes it has. Chunks are counted, not timed: how
        much time they take depends on what else the machine does.
        """
        # gunicorn, whose version is pinned, has no option and no hook that tells chunks.
        reader, numbers = self._incoming.reader, count(1)
        parse_chunk_size = reader.parse_chunk_size

        def parse_next_size(*arguments: Any, **options: Any) -> Any:
            number = next(numbers)
            if number > self._budget.limits.max_chunks:
                detail = (
                    "The body is in more chunks than any program needs. Send it in larger ones."
                )
                raise Problem(ProblemCode.NOT_A_READABLE_REQUEST, detail)
            if number % CHUNKS_OF_A_TURN == 0:
                run_others()
            return parse_chunk_size(*arguments, **options)

        reader.parse_chunk_size = parse_next_size


class Pages:
    """Turns of the requests that compute in the event loop, such as those for pages."""

    def __init__(self, max_cpu_s: float) -> None:
        self._max_cpu_s = max_cpu_s
        self._lock = BoundedSemaphore()
        self._cpu_s = 0.0  # since the event loop ran everything else

    @contextmanager
    def turn(self) -> Iterator[bool]:
        """Wait for a turn, and give whether another one had to end before."""
        has_waited = self._lock.locked()
        with self._lock:
            if self._cpu_s > self._max_cpu_s:
                run_others()
                self._cpu_s = 0.0
            start_s = time.thread_time()
            try:
                yield has_waited
            finally:
                self._cpu_s += time.thread_time() - start_s


def run_others() -> None:
    """Let the event loop poll the sockets, and run each other request that is ready.

    ``sleep(0)`` returns before the loop polls again. A timer, however short, ends after a poll.
    """
    sleep(1e-9)


def has_gone(connection: Any) -> bool:
    """Return whether a client has closed its connection, or only its sending side.

    Further requests that it sent before, and that were not read yet, do not hide this. Systems
    other than Linux do not say it.
    """
    if connection is None or connection.fileno() < 0:
        return connection is not None
    poll = monkey.get_original("select", "poll")()  # gevent's waits in the event loop
    poll.register(connection.fileno(), getattr(select, "POLLRDHUP", 0))
    return bool(poll.poll(0))


def disconnection() -> ConnectionResetError:
    """Return an error with which a server closes the connection, as if the client had gone."""
    return ConnectionResetError(errno.ECONNRESET, "The client is disconnected")
