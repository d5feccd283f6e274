"""Requests under way: bounds on their bodies and answers, and their end when the server stops.

The server is gunicorn with its gevent worker: each connection has a greenlet, so that a slow client
costs little more than its bytes. gevent itself ends nothing.
"""

import errno
import gc
import os
import select
import struct
import sys
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, nullcontext, suppress
from socket import SHUT_RD, SO_ACCEPTCONN, SO_LINGER, SOL_SOCKET
from typing import Any

from gevent import Timeout, get_hub, getcurrent, monkey, sleep
from gevent.lock import BoundedSemaphore
from gevent.socket import socket
from werkzeug.wsgi import ClosingIterator

from app.errors import Problem, ProblemCode, too_busy
from app.requests.chunks import limit_chunks
from app.requests.request import HAS_GONE, TURN
from app.telemetry.metrics import PROBES

CHUNK_BYTES = 65_536
READ_AHEAD_BYTES = 1_048_576  # gunicorn receives at most this much before it is read
MAX_BYTES = 64_000_000  # in all bodies of a process whose requests have no answer yet
RESERVE = 0.25  # of a budget more, for small bodies and answers where large ones fill it
MAX_ANSWER_BYTES = 64_000_000  # in all answers of a process that clients have not taken yet
MAX_DISCARDED = 128  # bodies discarded at a time; each may have a megabyte in memory
MAX_DISCARDED_BYTES = 64_000_000
MAX_DISCARDING_S = 10
MAX_SENDING_S = 30
MAX_PAGES_S = 0.005  # CPU time of all GETs together until the event loop has run everything else
INTERVAL_S = 0.5
MAX_FINISHING_S = 6
PAGE_METHODS = ("GET", "HEAD")
CLOSE_AT_ONCE = struct.pack("ii", 1, 0)  # SO_LINGER: closing discards what was not sent

Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class BoundedArrival:
    """WSGI middleware: bounds the bodies and the answers of an app's requests.

    A body that is not whole in time raises Problem 408 where the app reads it. Where the bodies in
    memory are too large together, that large one raises Problem 503 which has waited longest for
    its next bytes. What the app did not read is received and discarded before the answer is sent,
    because many clients read it only then.

    A client that does not take the answer in time is disconnected, and after the answer one that
    has not sent its whole body. Where the answers in memory are too large together, the client
    with a large answer that has waited longest without taking a part of it is disconnected.

    Requests take turns: each waits until the requests of other clients that have arrived are run.
    Otherwise a connection whose next request has arrived is served again and again, while other
    connections wait. GETs compute what they answer in the event loop and wait for no slot, so all
    GETs together get only some milliseconds of each turn.

    Parameters
    ----------
    app
        The WSGI app.
    max_upload_s
        Longest time, in seconds, from the end of a request's head to the end of its body.
    max_bytes
        Most bytes of all bodies together.
    max_answer_bytes
        Most bytes of all answers together that clients have not taken.
    """

    def __init__(
        self,
        app: Wsgi,
        *,
        max_upload_s: float,
        max_bytes: int = MAX_BYTES,
        max_answer_bytes: int = MAX_ANSWER_BYTES,
    ) -> None:
        self._app = app
        self._max_upload_s = max_upload_s
        self._bodies = Bodies(max_bytes)
        self._answers = Budget(max_answer_bytes)
        self._pages = Pages()
        self._under_way: set[Any] = set()  # the sockets of the connections with a request

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer a request."""
        run_others()
        connection = environ.get("gunicorn.socket")
        environ[HAS_GONE] = lambda: has_gone(connection)
        environ[TURN] = self._pages.turn
        body = Body(environ, self._bodies, self._max_upload_s)
        answer = Answer(self._answers, connection)
        environ["wsgi.input"] = body
        self._under_way.add(connection)

        def end() -> None:
            body.end()
            answer.end()
            self._under_way.discard(connection)

        is_page = environ.get("REQUEST_METHOD") in PAGE_METHODS
        # Probes take less time than the wait for a turn, and say whether the server lives.
        is_probe = environ.get("PATH_INFO") in PROBES
        try:
            with self._pages.turn() if is_page and not is_probe else nullcontext() as has_waited:
                # A client that has closed only its sending side, as `nc -N` does, looks as one that
                # has gone until something is sent. It is answered where nothing is waited for.
                if has_waited and has_gone(connection):
                    raise disconnection()
                response = self._app(environ, start_response)
            self._bodies.release(body)  # The app has freed it, however long the answer takes.
            body.discard_rest()
        except BaseException:
            end()
            raise
        timeout = Timeout.start_new(MAX_SENDING_S, disconnection())
        close = getattr(response, "close", lambda: None)
        return ClosingIterator(
            answer.parts(response), [close, timeout.close, end, body.require_end]
        )

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


class Held:
    """Bytes that a process holds for a client: of a body that arrives, or an answer that it takes.

    Parameters
    ----------
    budget
        Where they count.
    error
        Returns the error that is raised where the client is waited for, when the limit is reached.
    """

    def __init__(self, budget: "Budget", error: Callable[[], Exception]) -> None:
        self.n_bytes = 0  # in memory, or soon to be
        self._budget = budget
        self._error = error
        self._greenlet = getcurrent()
        self._is_waiting = False  # for the client
        self._is_refused = False

    def hold(self, n_bytes: int) -> None:
        """Hold so many bytes, now that the client has sent or taken some; raise the error."""
        if not self._is_refused:
            self._budget.hold(self, n_bytes)
        if self._is_refused:
            raise self._error()

    def refuse(self) -> None:
        """Raise the error where the client is waited for, or is waited for next."""
        self._is_refused = True
        get_hub().loop.run_callback(self._interrupt)

    def _interrupt(self) -> None:
        """Raise the error where the client is waited for; the event loop calls this."""
        if self._is_waiting:
            self._greenlet.throw(self._error())


class Answer(Held):
    """An answer as its client takes it."""

    def __init__(self, budget: "Budget", connection: Any) -> None:
        super().__init__(budget, disconnection)
        self._connection = connection
        self._is_taken = True

    def parts(self, response: Iterable[bytes]) -> Iterator[bytes]:
        """Yield a response in parts; the next one is asked for when the system has taken the last.

        What the response yields counts until all of it is taken. So an app yields bytes that it
        keeps for all clients in parts, of which each client holds one.
        """
        self._is_taken = False
        for block in response:
            for start in range(0, len(block), CHUNK_BYTES):
                if start:
                    run_others()  # A fast client's large answer lets others go first.
                self.hold(len(block))
                part = block[start : start + CHUNK_BYTES]
                self._is_waiting = True
                yield part
                self._is_waiting = False
        self._is_taken = True

    def end(self) -> None:
        """Free the memory, also the system's where the client has not taken the whole answer."""
        self._is_waiting = False
        self._budget.release(self)
        if not self._is_taken and self._connection:
            with suppress(OSError):  # The system may know already that the client has gone.
                self._connection.setsockopt(SOL_SOCKET, SO_LINGER, CLOSE_AT_ONCE)


class Body(Held):
    """The body of a request as it arrives."""

    def __init__(self, environ: dict[str, Any], bodies: "Bodies", max_upload_s: float) -> None:
        super().__init__(bodies, too_busy)
        length = environ.get("CONTENT_LENGTH", "")
        self._is_chunked = "HTTP_TRANSFER_ENCODING" in environ
        self._n_left = sys.maxsize if self._is_chunked else int(length or 0)
        self._incoming = environ["wsgi.input"]
        self._bodies = bodies
        self._max_upload_s = max_upload_s
        self._end_s = time.monotonic() + max_upload_s
        self._n_kept = 0
        self._is_broken = False  # no more of it can be received
        if self._is_chunked:
            limit_chunks(self._incoming, run_others)

    def read(self, size: int = CHUNK_BYTES) -> bytes:
        """Return the next bytes, at most ``size``, empty at the end."""
        if self._is_refused:
            raise too_busy()
        if self._n_left:
            self.hold(self._n_kept + min(self._n_left, READ_AHEAD_BYTES))
        self._is_waiting = True
        try:
            data = self._receive(size, self._end_s - time.monotonic())
        except Timeout:
            raise self._too_slow() from None
        finally:
            self._is_waiting = False
        self._n_kept += len(data)
        if not self._n_left:
            self._bodies.complete(self)
        return data

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


class Budget:
    """The bytes that a process holds for its clients, within a limit."""

    def __init__(self, max_bytes: int) -> None:
        self._max_bytes = max_bytes
        self.n_bytes = 0
        self._waiting: dict[Held, None] = {}  # the one that has waited longest first

    def hold(self, held: Held, n_bytes: int) -> None:
        """Hold so many bytes for a client that goes on; refuse others where there are too few."""
        self._waiting.pop(held, None)
        self._waiting[held] = None
        self.n_bytes += n_bytes - held.n_bytes
        held.n_bytes = n_bytes
        while self.n_bytes > self._max_bytes:
            large = next((each for each in self._waiting if each.n_bytes > CHUNK_BYTES), None)
            if not large and self.n_bytes <= (1 + RESERVE) * self._max_bytes:
                break
            stalled = large or next(iter(self._waiting))
            self.release(stalled)
            stalled.refuse()

    def complete(self, held: Held) -> None:
        """Remove what waits for its client no longer from what can be refused."""
        self._waiting.pop(held, None)

    def release(self, held: Held) -> None:
        """Stop counting bytes which are freed now or in a moment."""
        self.n_bytes -= held.n_bytes
        held.n_bytes = 0
        self.complete(held)


class Bodies(Budget):
    """The bytes of all bodies of a process."""

    def __init__(self, max_bytes: int) -> None:
        super().__init__(max_bytes)
        self.n_discarded = 0  # bodies that are being discarded now

    def refuse_all(self) -> None:
        """End every body that is arriving, without receiving its rest."""
        self.n_discarded = MAX_DISCARDED
        for body in list(self._waiting):
            self.release(body)
            body.refuse()


class Pages:
    """Turns of the requests that compute in the event loop, such as those for pages."""

    def __init__(self) -> None:
        self._lock = BoundedSemaphore()
        self._cpu_s = 0.0  # since the event loop ran everything else

    @contextmanager
    def turn(self) -> Iterator[bool]:
        """Wait for a turn, and give whether another one had to end before."""
        has_waited = self._lock.locked()
        with self._lock:
            if self._cpu_s > MAX_PAGES_S:
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
