"""Bounds on a request under way: how long its body and its answer take, and the bytes in memory.

The server is gunicorn with its gevent worker: each connection has a greenlet, so that a slow client
costs little more than its bytes. gevent itself ends nothing.
"""

from collections.abc import Callable, Iterable
from typing import Any

from gevent import Timeout
from werkzeug.wsgi import ClosingIterator

from app.requests.body import MAX_BYTES, Bodies, Body, disconnection, run_others
from app.requests.connections import close_idle

MAX_SENDING_S = 30

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
