"""A request: its time of arrival, its name in the log, and its body, received whole or refused."""

import re
import time
from contextlib import suppress
from functools import cached_property
from io import BytesIO
from random import getrandbits
from typing import IO, Any, cast

import flask
from flask import current_app
from werkzeug.exceptions import ClientDisconnected, HTTPException
from werkzeug.wsgi import get_input_stream

from app.errors import Problem, ProblemCode

_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
_CHUNK_BYTES = 1_048_576  # large, as the server copies all of the rest for each chunk
_MAX_DISCARDED_BYTES = 64_000_000
_MAX_DISCARDING_S = 10


class Request(flask.Request):
    """A request whose body is read whole into memory, or refused, before it is parsed.

    Flask's own stream silently ends at the limit where the body is chunked, and puts large uploads
    into temporary files, which a read-only file system does not have.

    Attributes
    ----------
    started_s
        When it arrived whole, if the server says so in ``environ["inkling.arrived_s"]``, else when
        the app got it; by ``time.monotonic()``.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.started_s: float = self.environ.get("inkling.arrived_s", time.monotonic())

    @property
    def waited_s(self) -> float:
        """Seconds since it arrived whole; 0 if the server does not say when that was."""
        arrived_s = self.environ.get("inkling.arrived_s")
        return 0.0 if arrived_s is None else time.monotonic() - arrived_s

    @cached_property
    def id(self) -> str:
        """The name of the request in the log: the client's ``X-Request-ID``, or a new one."""
        sent = self.headers.get("X-Request-ID", "")
        return sent if _ID.fullmatch(sent) else f"{getrandbits(128):032x}"

    @cached_property
    def stream(self) -> IO[bytes]:
        """The body in memory; Problem 413 when it is larger than ``max_content_length``."""
        max_bytes = self.max_content_length or 0
        if (self.content_length or 0) > max_bytes:
            raise _too_large(max_bytes)
        chunks, n_bytes = [], 0
        while chunk := self._receive():
            chunks.append(chunk)
            n_bytes += len(chunk)
            if n_bytes > max_bytes:
                raise _too_large(max_bytes)
        if n_bytes < (self.content_length or 0):
            raise self._incomplete()
        return BytesIO(b"".join(chunks))  # which reads them whole without another copy

    def discard_rest(self) -> None:
        """Receive the rest of the body, within limits, and discard it.

        Many clients read the response only after they have sent the whole body; closing earlier
        would show them a broken connection.
        """
        end_s = time.monotonic() + _MAX_DISCARDING_S
        with suppress(HTTPException):
            for _ in range(_MAX_DISCARDED_BYTES // _CHUNK_BYTES):
                if time.monotonic() > end_s or not self._receive():
                    break

    @cached_property
    def _incoming(self) -> IO[bytes]:
        """The body as the server receives it."""
        return get_input_stream(self.environ)

    def _receive(self) -> bytes:
        """Return the next chunk of the body, empty at its end."""
        try:
            return self._incoming.read(_CHUNK_BYTES)
        except Exception as error:  # Each server raises its own for a body that breaks off.
            self._incoming = BytesIO()
            raise self._incomplete() from error

    def _incomplete(self) -> HTTPException:
        """Return the error of a body that ends early: the client closed, or was too slow."""
        arrival = self.environ.get("inkling.arrival")
        if arrival is None or not arrival.is_cut_off:
            return ClientDisconnected("The body breaks off before its end. Send it again.")
        max_s = current_app.config["MAX_UPLOAD_SECONDS"]
        detail = f"A request must arrive within {max_s:g} seconds; this one was not whole by then."
        return Problem(ProblemCode.REQUEST_TOO_SLOW, f"{detail} Send a smaller picture.")

    def _get_file_stream(self, *_: Any, **__: Any) -> IO[bytes]:
        return BytesIO()


request = cast(Request, flask.request)
"""The request under way, as ``flask.request``."""


def discard_rest_of_body(response: flask.Response) -> flask.Response:
    """Send a response only after the client has sent the whole request."""
    request.discard_rest()
    return response


def _too_large(max_bytes: int) -> Problem:
    detail = f"A request may hold at most {max_bytes:,} bytes; this one holds more."
    return Problem(ProblemCode.REQUEST_TOO_LARGE, f"{detail} Make the picture smaller.")
