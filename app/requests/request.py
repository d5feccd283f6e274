"""A request: its time of arrival, its name in the log, and its body, received whole or refused."""

import re
import time
from functools import cached_property
from io import BytesIO
from random import getrandbits
from typing import IO, Any, cast

import flask
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import ClientDisconnected, HTTPException
from werkzeug.http import parse_date
from werkzeug.wsgi import get_input_stream

from app.errors import Problem, ProblemCode

_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
_DATES = {"HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_IF_RANGE"}
_CHUNK_BYTES = 65_536


class Request(flask.Request):
    """A request whose body is read whole into memory, or refused, before it is parsed.

    Flask's own stream silently ends at the limit where the body is chunked, and puts large uploads
    into temporary files, which a read-only file system does not have.

    Attributes
    ----------
    started_s
        When its body had arrived whole, or, where it has not been read, when the app got its head;
        by ``time.monotonic()``.
    """

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.started_s = time.monotonic()
        for name in _DATES & self.environ.keys():
            self._drop_impossible_date(name)

    def _drop_impossible_date(self, name: str) -> None:
        """Ignore a date that is none (RFC 9110, section 13.1.3), on which werkzeug would fail."""
        try:
            parse_date(self.environ[name])
        except (OverflowError, ValueError):
            del self.environ[name]

    @property
    def waited_s(self) -> float:
        """Seconds since it arrived."""
        return time.monotonic() - self.started_s

    @cached_property
    def id(self) -> str:
        """The name of the request in the log: the client's ``X-Request-ID``, or a new one."""
        sent = self.headers.get("X-Request-ID", "")
        return sent if _ID.fullmatch(sent) else f"{getrandbits(128):032x}"

    @cached_property
    def args(self) -> MultiDict[str, str]:
        """The parameters of the query; Problem 400 when it has bytes that URLs have not."""
        try:
            return super().args
        except UnicodeDecodeError:
            detail = "The query has letters that are not percent-encoded. Encode them."
            raise Problem(ProblemCode.NOT_A_READABLE_REQUEST, detail) from None

    @cached_property
    def stream(self) -> IO[bytes]:
        """The body in memory; Problem 413 when it is larger than ``max_content_length``."""
        max_bytes = self.max_content_length or 0
        if (self.content_length or 0) > max_bytes:
            raise _too_large(max_bytes)
        incoming = get_input_stream(self.environ)
        # One block of memory, which is returned to the system when it is freed, unlike many small
        # ones; it is read whole without a copy.
        body = BytesIO()
        while chunk := _receive(incoming):
            body.write(chunk)
            if body.tell() > max_bytes:
                raise _too_large(max_bytes)
        if body.tell() < (self.content_length or 0):
            raise _incomplete()
        body.seek(0)
        self.started_s = time.monotonic()
        return body

    def _get_file_stream(self, *_: Any, **__: Any) -> IO[bytes]:
        return BytesIO()


request = cast(Request, flask.request)
"""The request under way, as ``flask.request``."""


def _receive(incoming: IO[bytes]) -> bytes:
    """Return the next chunk of a body, empty at its end."""
    try:
        return incoming.read(_CHUNK_BYTES)
    except HTTPException:
        raise
    except Exception as error:  # Each server raises its own for a body that breaks off.
        raise _incomplete() from error


def _incomplete() -> ClientDisconnected:
    return ClientDisconnected("The body breaks off before its end. Send it again.")


def _too_large(max_bytes: int) -> Problem:
    detail = f"A request may hold at most {max_bytes:,} bytes; this one holds more."
    return Problem(ProblemCode.REQUEST_TOO_LARGE, f"{detail} Make the picture smaller.")
