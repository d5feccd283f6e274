"""Responses: answers as JSON, compressed, with security headers and their outcome for the log."""

from collections.abc import Callable
from dataclasses import dataclass
from gzip import compress
from typing import Any

import flask
import msgspec
from flask import Flask, request

MIN_BYTES = 1400  # of one packet: compressing an answer that fits into it gains nothing
PAGE_LEVEL = 6  # of pages, the first thing that a visitor waits for
LEVEL = 4  # 141 kB of hidden activations become 46 kB; level 9 saves 7 % more
PART_BYTES = 65_536  # of an answer in several parts
_COMPRESSED_TYPES = ("text/html", "application/json")

SECURITY_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data: blob:; font-src 'self'; connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), "
    "payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""Browsers load only files of this server, and show its pages in no frame of another page."""


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """The outcome of a request with pictures, for the log and the metrics.

    Attributes
    ----------
    model
        Name of the model that read, None where none was chosen.
    picture_pixels
        Width times height of each picture, in pixels; 0 for a file that is not a picture.
    digits
        Each digit that was read, and whether it is certain.
    are_certain
        Whether each answer is certain; a number has one answer.
    problem
        The type of the problem that was answered instead, a URI.
    """

    model: str | None = None
    picture_pixels: tuple[int, ...] = ()
    digits: tuple[tuple[int, bool], ...] = ()
    are_certain: tuple[bool, ...] = ()
    problem: str | None = None


class Response(flask.Response):
    """A response with the ``outcome`` of its request; None where no picture was sent."""

    outcome: Outcome | None = None


def respond(answer: Any, outcome: Outcome | None = None) -> Response:
    """Return a response with an answer as JSON."""
    response = Response(msgspec.json.encode(answer) + b"\n", mimetype="application/json")
    response.outcome = outcome
    return response


def revalidated(response: Response) -> Response:
    """Return a response that clients may keep and ask about again: 304 where it is the same.

    The ETag is weak, because it is of the answer before it is compressed.
    """
    response.headers["Cache-Control"] = "private, no-cache"
    response.add_etag(weak=True)
    response.make_conditional(request)
    return response


def response_in_parts(content: bytes, mimetype: str) -> Response:
    """Return a response with bytes that all clients share, a part at a time.

    A client that takes them slowly then makes the server hold one part more, not all of them.
    """
    starts = range(0, len(content), PART_BYTES)
    parts = (content[start : start + PART_BYTES] for start in starts)
    response = Response(parts, mimetype=mimetype)
    response.content_length = len(content)
    return response


def register(app: Flask) -> None:
    """Compress the answers of an app, and add the security headers and the request's id to all.

    Answers are not cached unless a route says so. A page is asked for again each time, because it
    names the versions of its files.
    """
    app.after_request(_compress)
    app.after_request(_add_headers)
    inner, added = app.wsgi_app, list(SECURITY_HEADERS.items())

    def wsgi_app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        # Not in after_request, where each header is checked again.
        def start(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
            return start_response(status, headers + added, *exc_info)

        return inner(environ, start)

    app.wsgi_app = wsgi_app  # type: ignore[method-assign]


def _add_headers(response: Response) -> Response:
    response.headers.add("X-Request-ID", request.id)  # type: ignore[attr-defined]  # of our Request
    if request.trace_id:  # type: ignore[attr-defined]
        response.headers.add("traceparent", request.headers["traceparent"])
    if request.endpoint != "static":
        is_page = request.blueprint == "pages"
        response.headers.setdefault("Cache-Control", "no-cache" if is_page else "no-store")
    return response


def _compress(response: Response) -> Response:
    """Compress a page or an answer that is large enough; files are compressed already."""
    if response.mimetype not in _COMPRESSED_TYPES or not response.is_sequence:
        return response
    if (response.calculate_content_length() or 0) < MIN_BYTES:
        return response
    response.vary.add("Accept-Encoding")
    if request.accept_encodings["gzip"]:
        level = PAGE_LEVEL if response.mimetype == "text/html" else LEVEL
        response.set_data(compress(response.get_data(), level, mtime=0))
        response.content_encoding = "gzip"
    return response
