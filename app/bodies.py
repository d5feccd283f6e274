"""From the body of a request to the bytes of the one picture in it."""

import base64
import json
import time
from collections.abc import Callable
from contextlib import suppress
from functools import cached_property
from io import BytesIO
from typing import IO, Any, NoReturn

from flask import Request, Response, request
from werkzeug.exceptions import ClientDisconnected
from werkzeug.wsgi import get_input_stream

from app.errors import Problem
from app.pictures import check_media_type

HOW_TO_SEND = (
    "Send one picture: as the file field 'image' of a multipart form, as a raw body with its own "
    'Content-Type such as image/png, or as JSON {"image": "data:image/png;base64,..."}.'
)

_CHUNK_BYTES = 65_536
_MAX_DISCARDED_BYTES = 64_000_000
_MAX_DISCARDING_S = 10


class WholeBodyRequest(Request):
    """A request whose body is read whole into memory, or refused, before anything looks into it.

    Flask's own stream ends at the limit without a word where the body is chunked, and large uploads
    go to temporary files, which a read-only file system does not have.
    """

    @cached_property
    def stream(self) -> IO[bytes]:
        """The body in memory; Problem 413 where it is larger than ``max_content_length``."""
        max_bytes = self.max_content_length or 0
        if (self.content_length or 0) > max_bytes:
            raise _too_large(max_bytes)
        chunks, n_bytes = [], 0
        while chunk := self._receive():
            chunks.append(chunk)
            n_bytes += len(chunk)
            if n_bytes > max_bytes:
                raise _too_large(max_bytes)
        return BytesIO(b"".join(chunks))  # which reads them whole without another copy

    def discard_rest(self) -> None:
        """Receive on, within bounds, until the client has sent all, and keep nothing.

        Many clients read the answer only then; closing before would show them a broken connection.
        """
        end_s = time.monotonic() + _MAX_DISCARDING_S
        with suppress(ClientDisconnected):
            for _ in range(_MAX_DISCARDED_BYTES // _CHUNK_BYTES):
                if time.monotonic() > end_s or not self._receive():
                    break

    @cached_property
    def _incoming(self) -> IO[bytes]:
        """What the server receives; it ends where the body ends."""
        return get_input_stream(self.environ)

    def _receive(self) -> bytes:
        """Return the next part of the body, or nothing at its end."""
        try:
            return self._incoming.read(_CHUNK_BYTES)
        except Exception as error:  # Each server has its own for a body that breaks off.
            self._incoming = BytesIO()
            raise ClientDisconnected("The body breaks off before its end.") from error

    def _get_file_stream(self, *_: Any, **__: Any) -> IO[bytes]:
        return BytesIO()


def discard_rest_of_body(response: Response) -> Response:
    """Let a response go only after the client has sent the whole request."""
    if isinstance(request, WholeBodyRequest):
        request.discard_rest()
    return response


def picture_bytes() -> bytes:
    """Return the file that the request brings, in whichever of the three ways.

    Raises
    ------
    Problem
        400 where the body is not what its Content-Type says or does not hold exactly one picture,
        413 where it is too large, 415 where its Content-Type is none of those that are read.
    """
    media_type = request.mimetype
    if media_type.startswith("image/"):
        check_media_type(media_type)
        return request.get_data()
    readers: dict[str, Callable[[], bytes]] = {
        "multipart/form-data": _from_form,
        "application/json": _from_json,
    }
    if media_type not in readers:
        came = f"is {media_type}" if media_type else "is missing"
        raise Problem(415, "Content type not supported", f"The Content-Type {came}. {HOW_TO_SEND}")
    return readers[media_type]()


def _from_form() -> bytes:
    """Return the file in the field `image`."""
    files = request.files.getlist("image")
    if "image" in request.form:
        _refuse("The field 'image' holds text, not a file. With curl, write -F image=@FILE.")
    if len(files) != 1:
        _refuse(f"The form holds {len(files)} files in a field 'image'. {HOW_TO_SEND}")
    file = files[0]
    if file.mimetype not in ("", "application/octet-stream"):
        check_media_type(file.mimetype)
    return file.stream.read()


def _from_json() -> bytes:
    """Return the picture in the data URL under the key `image`."""
    try:
        document = json.loads(request.get_data(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        _refuse(f"The body is not JSON: {error}. {HOW_TO_SEND}")
    if not isinstance(document, dict) or "image" not in document:
        _refuse(f"The JSON is not an object with the key 'image'. {HOW_TO_SEND}")
    if not isinstance(document["image"], str):
        _refuse(f"The value of 'image' in the JSON is not a string. {HOW_TO_SEND}")
    return _from_data_url(document["image"])


def _from_data_url(url: str) -> bytes:
    """Return the file in a base64 data URL (RFC 2397)."""
    header, _, encoded = url.partition(",")
    scheme, _, media_type = header.removesuffix(";base64").partition(":")
    if scheme.lower() != "data" or not header.endswith(";base64"):
        _refuse(f"'image' must begin with 'data:image/png;base64,', but it begins {url[:40]!r}.")
    check_media_type(media_type.partition(";")[0])  # without parameters such as charset
    try:
        return base64.b64decode(encoded, validate=True)
    except ValueError as error:
        _refuse(f"What follows 'base64,' in 'image' is not base64: {error}.")


def _refuse_constant(name: str) -> NoReturn:
    """Refuse NaN and the infinities, which Python's parser would take."""
    raise ValueError(f"it has no value {name}")


def _refuse(detail: str) -> NoReturn:
    raise Problem(400, "Not a readable request", detail)


def _too_large(max_bytes: int) -> Problem:
    detail = f"A request may hold at most {max_bytes:,} bytes; this one holds more."
    return Problem(413, "Request too large", f"{detail} Make the picture smaller.")
