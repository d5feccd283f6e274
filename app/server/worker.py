"""The worker process: it receives requests, refuses those that waited too long, and stops."""

import json
import math
import socket
import time
from concurrent.futures import Future
from dataclasses import asdict
from functools import partial
from selectors import EVENT_READ
from threading import Event, Timer
from types import FrameType
from typing import Any

from gunicorn import util
from gunicorn.glogging import Logger as GunicornLogger
from gunicorn.sock import BaseSocket
from gunicorn.workers.gthread import STOP_KEEPALIVE_LINGER, TConn, ThreadWorker

from app.errors import details
from app.server.arrival import Arrival
from app.service.concurrency import too_busy
from app.telemetry.metrics import Metrics

_MAX_MORE_CONNECTIONS = 2  # than the worker with the fewest, with which the next one is accepted
_ACCEPT_DELAY_S = 0.0005
_MAX_IDLE_S = 10  # of a connection that has sent nothing yet
_MAX_ARRIVING_BYTES = 64_000_000  # of all requests that are not complete; more are refused


class Logger(GunicornLogger):  # type: ignore[misc]
    """gunicorn's logger without its access log: the app logs requests."""

    access_log_enabled = False  # with it, gunicorn formats a line for each request and drops it


class Worker(ThreadWorker):  # type: ignore[misc]
    """A gthread worker with limits for overload, slow senders and a graceful shutdown.

    Connections are distributed evenly over the workers. A connection occupies no thread before a
    request is complete, nor while it is being closed. A request that waited too long for a thread
    is refused before it is parsed further. Slow senders are disconnected. After the signal to stop,
    new requests are accepted for a while, then every accepted request is answered.

    The limits come from the app's configuration; the event ``inkling.draining`` and the
    ``inkling.metrics`` from its extensions. gunicorn.conf.py sets ``row`` and
    ``connections_by_row``, the number of connections of each worker.
    """

    row: int
    connections_by_row: memoryview

    def load_wsgi(self) -> None:
        """Load the app and its limits; put each request's arrival into its WSGI environ."""
        super().load_wsgi()
        app: Any = self.wsgi  # type: ignore[has-type]
        limits: dict[str, Any] = app.config
        self.max_body_bytes: int = limits.get("MAX_CONTENT_LENGTH") or 0
        self.max_wait_s: float = limits.get("MAX_WAIT_SECONDS", math.inf)
        self.max_upload_s: float = limits.get("MAX_UPLOAD_SECONDS", math.inf)
        self.drain_s: float = limits.get("DRAIN_SECONDS", 0)
        self.draining: Event = app.extensions.get("inkling.draining", Event())
        self.metrics: Metrics = app.extensions.get("inkling.metrics")
        # Of requests that have no response yet, the oldest first.
        self.arrivals: dict[socket.socket, Arrival] = {}

        def app_with_arrival(environ: dict[str, Any], start_response: Any) -> Any:
            arrival = self.arrivals[environ["gunicorn.socket"]]
            environ["inkling.arrival"] = arrival
            environ["inkling.arrived_s"] = arrival.whole_s
            return app(environ, start_response)

        self.wsgi = app_with_arrival
        self.n_arriving_bytes = 0
        self.has_delayed = False

    def accept(self, listener: BaseSocket) -> None:
        """Accept a connection, but let a worker with fewer connections do so first.

        A connection stays with its worker, so that by chance one worker could have all of them.
        """
        fewest = min(self.connections_by_row, default=0)
        is_even = self.nr_conns <= fewest + _MAX_MORE_CONNECTIONS
        if is_even or not self.alive or self.has_delayed:
            self.has_delayed = False
            super().accept(listener)
        else:
            self.has_delayed = True
            time.sleep(_ACCEPT_DELAY_S)

    def enqueue_req(self, conn: TConn) -> None:
        """Receive what a connection has sent; hand a complete request to a thread."""
        arrival = self.arrivals.get(conn.sock) or Arrival(conn.sock, self.max_body_bytes)
        has_read_ahead = conn.initialized and conn.parser.unreader.buf.getvalue()
        n_before = len(arrival.received)
        is_whole = has_read_ahead or arrival.receive()
        self.n_arriving_bytes += len(arrival.received) - n_before
        is_full = self.n_arriving_bytes > _MAX_ARRIVING_BYTES
        arrival.is_refused = is_full and arrival.has_head and not is_whole
        if is_whole or arrival.is_refused:
            self.arrivals[conn.sock] = arrival
            self.n_arriving_bytes -= len(arrival.received)
            arrival.whole_s = time.monotonic()
            super().enqueue_req(conn)
        elif arrival.received:
            self.arrivals[conn.sock] = arrival
            self.poller.register(conn.sock, EVENT_READ, partial(self.on_more_readable, conn))
        else:
            self._await_request(conn)

    def on_more_readable(self, conn: TConn, client: socket.socket) -> None:
        """Receive more of a request."""
        self.poller.unregister(client)
        self.enqueue_req(conn)

    def _await_request(self, conn: TConn) -> None:
        """Wait for the first byte of a request, for a limited time."""
        conn.timeout = time.monotonic() + (_MAX_IDLE_S if self.alive else STOP_KEEPALIVE_LINGER)
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def handle(self, conn: TConn) -> Any:
        """Answer a request, in a thread; close the connection there after its last request."""
        conn.data_ready = True
        conn.init()
        conn.parser.unreader.unread(self.arrivals[conn.sock].hand_over())
        is_kept = super().handle(conn)
        if not is_kept:
            conn.close(graceful=True)  # which waits for the client
        return is_kept

    def finish_request(self, conn: TConn, fs: "Future[Any]") -> None:
        """Continue with a connection after its thread has answered a request."""
        del self.arrivals[conn.sock]
        if fs.cancelled() or fs.exception() or fs.result():
            super().finish_request(conn, fs)
        else:
            self.nr_conns -= 1

    def handle_request(self, req: Any, conn: TConn) -> bool:
        """Pass a request to the app, or answer 503 when it waited too long for a thread."""
        arrival = self.arrivals[conn.sock]
        waited_s = time.monotonic() - arrival.whole_s
        is_late = req.method == "POST" and waited_s > self.max_wait_s
        if not is_late and not arrival.is_refused:
            return bool(super().handle_request(req, conn))
        util.write(conn.sock, _TOO_BUSY)
        self.metrics.count_shed()
        return bool(self.alive and not arrival.is_refused)

    def notify(self) -> None:
        """Report to the master process, and disconnect slow senders."""
        super().notify()
        if self.row < len(self.connections_by_row):
            self.connections_by_row[self.row] = self.nr_conns
        latest_s = time.monotonic() - self.max_upload_s
        for arrival in self.arrivals.values():
            if arrival.begun_s > latest_s:
                break
            arrival.cut_off()

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Stop after ``drain_s``; until then ``/readyz`` answers 503 and requests are answered."""
        if self.draining.is_set():
            super().handle_exit(sig, frame)
            return
        self.draining.set()
        stop = Timer(self.drain_s, super().handle_exit, (sig, frame))
        stop.daemon = True
        stop.start()

    def set_accept_enabled(self, enabled: bool) -> None:
        """Accept connections or not; when stopping, accept the waiting ones and no more."""
        if not self.alive:
            for listener in self.sockets:
                self._accept_all(listener)
        super().set_accept_enabled(enabled)
        if not self.alive:
            for listener in self.sockets:
                listener.close()
            latest_s = time.monotonic() + STOP_KEEPALIVE_LINGER
            for conn in self.pending_conns:
                conn.timeout = min(conn.timeout, latest_s)

    def _accept_all(self, listener: BaseSocket) -> None:
        """Accept every connection that waits in the system's queue."""
        n_before = None
        while n_before != self.nr_conns:
            n_before = self.nr_conns
            self.accept(listener)


def _response() -> bytes:
    """Return the bytes of the response to a request that waited too long."""
    problem = too_busy()
    body = json.dumps(asdict(details(problem))) + "\n"
    head = [
        "HTTP/1.1 503 Service Unavailable",
        "Content-Type: application/problem+json",
        f"Content-Length: {len(body)}",
        *(f"{name}: {value}" for name, value in problem.headers.items()),
    ]
    return "\r\n".join([*head, "", body]).encode()


_TOO_BUSY = _response()
