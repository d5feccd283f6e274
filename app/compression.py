"""Pages and answers, compressed where that saves a client more time than it costs the server."""

from gzip import compress, decompress

from flask import Flask, request

from app.responses import Response

MIN_BYTES = 1400  # what fits into one packet arrives no sooner when it is smaller
LEVEL = 4  # 1.4 ms for the 133 kB of a network's inside, which become 30 kB; level 9 saves 7 % more
_TYPES = ("text/html", "application/json")


def register(app: Flask) -> None:
    """Compress the answers of an app with gzip for clients that accept it."""
    app.after_request(_compress)


def _compress(response: Response) -> Response:
    """Compress a response that is large enough; static files are compressed already.

    One that was compressed where it was made is decompressed for a client that does not accept it.
    """
    if response.mimetype not in _TYPES or not response.is_sequence:
        return response
    if (response.calculate_content_length() or 0) < MIN_BYTES:
        return response
    response.vary.add("Accept-Encoding")
    is_accepted = request.accept_encodings["gzip"]
    if response.content_encoding == "gzip" and not is_accepted:
        response.set_data(decompress(response.get_data()))
        del response.content_encoding
    elif is_accepted and not response.content_encoding:
        response.set_data(compress(response.get_data(), LEVEL, mtime=0))
        response.content_encoding = "gzip"
    return response
