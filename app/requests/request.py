"""A request: its body, received whole or refused, and the bytes of the pictures in it."""

import base64
import json
import re
import time
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager, nullcontext
from functools import cached_property
from io import BytesIO, StringIO
from random import getrandbits
from typing import IO, Any, NoReturn, cast

import flask
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.exceptions import ClientDisconnected, HTTPException, RequestEntityTooLarge
from werkzeug.http import parse_date
from werkzeug.wsgi import get_input_stream

from app.errors import Problem, ProblemCode
from app.service.upload import attempt, check_media_type

HOW_TO_SEND = (
    "Send one picture: as the file field 'image' of a multipart form, as a raw body with its own "
    'Content-Type such as image/png, or as JSON {"image": "data:image/png;base64,..."}.'
)
HOW_TO_SEND_SEVERAL = (
    "Send each picture as a file field 'image' of one multipart form, or all as JSON "
    '{"images": ["data:image/png;base64,...", ...]}.'
)

PROBES = ("/healthz", "/readyz")
"""Paths that need no key and no turn, and are logged only when they fail."""
METHODS = ("GET", "HEAD", "POST", "OPTIONS", "PUT", "PATCH", "DELETE")

# Of all parts of a multipart form together. A program sends about 150 bytes for each picture; a
# part counts as 200 at least, which leaves 1000 parts, as many as werkzeug parses.
MAX_PART_HEADERS_BYTES = 200_000
PART_HEADERS_BYTES = 200

# Of a text in a form: the longest list that is allowed, 10,000 texts of 40 signs, and line breaks.
MAX_TEXT_BYTES = 500_000

# Of a JSON document, in which even a small value takes much memory. Few are pictures.
MAX_JSON_VALUES = 30_000

HAS_GONE = "inkling.has_gone"
"""Key of a WSGI environment: returns whether the client has gone, where the server can tell."""
IS_STOPPING = "inkling.is_stopping"
"""Key of a WSGI environment: whether the server stops, so that it is no longer ready."""
TURN = "inkling.turn"
"""Key of a WSGI environment: returns a context that waits for a turn to compute a page."""

# Of a JSON document with other letters than ASCII, one of which makes all of a text four times as
# large in memory. Pictures have none.
MAX_OTHER_JSON_BYTES = 1_000_000

_EMPTY_LINE = re.compile(b"\r\n\r\n|\r\r|\n\n")
# An escape of JSON for a letter beyond the first 65,536, the first half of two.
_ESCAPED_LETTER = re.compile(rb"\\u[dD][89abAB]")
_ID = re.compile(r"[A-Za-z0-9._-]{1,128}")
_TRACE_PARENT = re.compile("[0-9a-f]{2}-(?!0{32})([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}")
_DATES = {"HTTP_IF_MODIFIED_SINCE", "HTTP_IF_UNMODIFIED_SINCE", "HTTP_IF_RANGE"}
# Header fields that werkzeug parses value by value; browsers send some hundred bytes.
_LISTS = {"HTTP_ACCEPT", "HTTP_ACCEPT_ENCODING", "HTTP_ACCEPT_LANGUAGE", "HTTP_RANGE"}
MAX_LIST_LENGTH = 2046  # as of one line; lines with the same name are joined
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
            try:
                parse_date(self.environ[name])
            except (OverflowError, ValueError):
                # An invalid date is ignored (RFC 9110, section 13.1.3); werkzeug would fail on it.
                del self.environ[name]
        for name in _LISTS & self.environ.keys():
            if len(self.environ[name]) > MAX_LIST_LENGTH:
                del self.environ[name]  # A client may prefer nothing.

    @property
    def route(self) -> str | None:
        """The rule of its route, such as "/views/<name>", without what the client put into it."""
        return self.url_rule.rule if self.url_rule else None

    @property
    def known_method(self) -> str:
        """Its method, or "other": a client may write anything there."""
        return self.method if self.method in METHODS else "other"

    @property
    def waited_s(self) -> float:
        """Seconds since it arrived."""
        return time.monotonic() - self.started_s

    def turn(self) -> AbstractContextManager[object]:
        """Return a context that waits for a turn to compute a page, for requests other than GET."""
        turn: AbstractContextManager[object] = self.environ.get(TURN, nullcontext)()
        return turn

    @cached_property
    def id(self) -> str:
        """The name of the request in the log: the client's ``X-Request-ID``, or a new one."""
        sent = self.headers.get("X-Request-ID", "")
        return sent if _ID.fullmatch(sent) else f"{getrandbits(128):032x}"

    @property
    def trace_id(self) -> str | None:
        """The id of the trace that a proxy or a client sends (W3C Trace Context), if any."""
        sent = _TRACE_PARENT.fullmatch(self.headers.get("traceparent", ""))
        return sent[1] if sent else None

    @cached_property
    def args(self) -> MultiDict[str, str]:
        """The parameters of the query; Problem 400 when it has bytes that URLs cannot have."""
        try:
            return super().args
        except UnicodeDecodeError:
            _refuse("The query has letters that are not percent-encoded. Encode them.")

    @cached_property
    def stream(self) -> IO[bytes]:
        """The body in memory; Problem 413 when it is larger than ``max_content_length``."""
        max_bytes = self.max_content_length or 0
        n_expected = self.content_length or 0  # 0 also where the body is chunked
        incomplete = ClientDisconnected("The body breaks off before its end. Send it again.")
        incoming = get_input_stream(self.environ)
        # One block of memory, which is returned to the system when it is freed, unlike many small
        # ones; it is read whole without a copy.
        body = BytesIO()
        while max(n_expected, body.tell()) <= max_bytes:
            try:
                chunk = incoming.read(_CHUNK_BYTES)
            except HTTPException:
                raise
            except Exception as error:  # Each server raises its own for a body that breaks off.
                raise incomplete from error
            if not chunk:
                break
            body.write(chunk)
        else:
            detail = f"A request may hold at most {max_bytes:,} bytes; this one holds more."
            raise Problem(ProblemCode.REQUEST_TOO_LARGE, f"{detail} Make the picture smaller.")
        if body.tell() < n_expected:
            raise incomplete
        body.seek(0)
        self.started_s = time.monotonic()
        return body

    def _get_file_stream(self, *_: Any, **__: Any) -> IO[bytes]:
        return BytesIO()

    def picture(self) -> bytes:
        """Return the file in the body, sent in any of the three ways.

        Raises
        ------
        Problem
            400 when the body does not fit its Content-Type or does not hold exactly one picture,
            413 when it is too large, 415 when its Content-Type is none of those that are read.
        """
        if self.mimetype.startswith("image/"):
            check_media_type(self.mimetype)
            return self.get_data()
        if self.mimetype == "multipart/form-data":
            files = self._files()
            if len(files) != 1:
                _refuse(f"The form holds {len(files)} files in a field 'image'. {HOW_TO_SEND}")
            return _from_file(files[0])
        if self.mimetype == "application/json":
            return _from_data_url(self._value_in_json("image", HOW_TO_SEND))
        raise self._wrong_type(HOW_TO_SEND)

    def pictures(self, max_items: int) -> list[bytes | Problem]:
        """Return the files in the body, in order; for a bad one its Problem.

        Raises
        ------
        Problem
            400 when the body does not fit its Content-Type or holds no file, 413 when it is too
            large or holds more than ``max_items`` pictures, 415 when its Content-Type is neither.
        """
        items: list[Any]
        read: Callable[[Any], bytes]
        if self.mimetype == "multipart/form-data":
            items, read = self._files(), _from_file
        elif self.mimetype == "application/json":
            items, read = self._value_in_json("images", HOW_TO_SEND_SEVERAL), _from_data_url
            if not isinstance(items, list):
                _refuse(f"The value of 'images' in the JSON is not a list. {HOW_TO_SEND_SEVERAL}")
        else:
            raise self._wrong_type(HOW_TO_SEND_SEVERAL)
        if not items:
            _refuse(f"The request holds no picture. {HOW_TO_SEND_SEVERAL}")
        if len(items) > max_items:
            came = f"A request may hold at most {max_items} pictures; this one holds {len(items)}."
            raise Problem(ProblemCode.TOO_MANY_PICTURES, f"{came} Send the others in another one.")
        pictures = [attempt(read, item) for item in items]
        problems = [each for each in pictures if isinstance(each, Problem)]
        unreadable = ProblemCode.NOT_A_READABLE_REQUEST
        if len(problems) == len(items) and {each.problem_code for each in problems} == {unreadable}:
            raise problems[0]  # as for one picture: there is nothing beside it to be read
        return pictures

    def allowed(self, how_to_send: str) -> Iterable[str] | None:
        """Return the texts that the body allows: the list in the JSON, or the lines in the form.

        Lines are split one after another, because a million of them take much memory.

        Raises
        ------
        Problem
            400 when they are not a list of strings.
        """
        if self.mimetype == "multipart/form-data":
            self._check_parts()
            texts = self._text_fields().getlist("allowed")
            if len(texts) > 1 or "allowed" in self.files:
                _refuse("The field 'allowed' is one text. With curl, write -F 'allowed=<FILE'.")
            if not texts:
                return None
            stripped = (line.strip() for line in StringIO(texts[0], newline=None))
            return (line for line in stripped if line)
        document = self._json_object(how_to_send) if self.mimetype == "application/json" else {}
        values = document.get("allowed", [])
        if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
            _refuse("The value of 'allowed' in the JSON is not a list of strings.")
        return values if "allowed" in document else None

    def _files(self) -> list[FileStorage]:
        self._check_parts()
        is_text = "image" in self._text_fields()
        files = self.files.getlist("image")
        if is_text:
            _refuse("The field 'image' holds text, not a file. With curl, write -F image=@FILE.")
        return files

    def _text_fields(self) -> MultiDict[str, str]:
        """Return the fields of the form that are texts, none of them long."""
        try:
            return self.form
        except RequestEntityTooLarge:
            detail = f"A text of the form has over {MAX_TEXT_BYTES:,} bytes"
            _refuse(f"{detail}, or a picture is sent as text. {HOW_TO_SEND}")

    def _check_parts(self) -> None:
        """Refuse a form with much text beside its files, which werkzeug parses for seconds."""
        form, boundary = self.get_data(), self.mimetype_params.get("boundary", "")
        delimiter = b"--" + boundary.encode("latin-1", "replace")
        place = form.find(delimiter)
        n_bytes = place if place >= 0 else len(form)  # of what is beside the files
        while place >= 0 and n_bytes <= MAX_PART_HEADERS_BYTES:
            if form.startswith(b"--", place + len(delimiter)):
                return
            empty_line = _EMPTY_LINE.search(form, place)
            start_of_file = empty_line.end() if empty_line else len(form)
            n_bytes += max(PART_HEADERS_BYTES, start_of_file - place)
            place = form.find(delimiter, start_of_file)
        if n_bytes > MAX_PART_HEADERS_BYTES:
            detail = f"The headers of the form's parts have over {MAX_PART_HEADERS_BYTES:,} bytes"
            _refuse(f"{detail}. {HOW_TO_SEND_SEVERAL}")

    def _value_in_json(self, key: str, how_to_send: str) -> Any:
        document = self._json_object(how_to_send)
        if key not in document:
            _refuse(f"The JSON is not an object with the key '{key}'. {how_to_send}")
        return document[key]

    def _json_object(self, how_to_send: str) -> dict[str, Any]:
        body = self.get_data()
        if sum(map(body.count, (b",", b"[", b"{"))) > MAX_JSON_VALUES:
            _refuse(f"The JSON holds over {MAX_JSON_VALUES:,} values. {how_to_send}")
        if len(body) > MAX_OTHER_JSON_BYTES and not (
            body.isascii() and not _ESCAPED_LETTER.search(body)
        ):
            detail = f"A JSON of over {MAX_OTHER_JSON_BYTES:,} bytes must be ASCII"
            _refuse(f"{detail}; this one has other letters. {how_to_send}")
        try:
            # A whole number of thousands of digits takes long, and one of text is not needed here.
            document = json.loads(body, parse_int=float, parse_constant=_refuse_constant)
        except (ValueError, RecursionError) as error:
            _refuse(f"The body is not JSON: {error}. {how_to_send}")
        if not isinstance(document, dict):
            _refuse(f"The JSON is not an object. {how_to_send}")
        return document

    def _wrong_type(self, how_to_send: str) -> Problem:
        came = f"is {self.mimetype}" if self.mimetype else "is missing"
        detail = f"The Content-Type {came}. {how_to_send}"
        return Problem(ProblemCode.CONTENT_TYPE_NOT_SUPPORTED, detail)


request = cast(Request, flask.request)
"""The request under way, as ``flask.request``."""


def require_client() -> None:
    """Raise ClientDisconnected when the client of the request under way has gone."""
    if request.environ.get(HAS_GONE, lambda: False)():
        raise ClientDisconnected("The client has closed its connection before its answer.")


def _from_file(file: FileStorage) -> bytes:
    if file.mimetype not in ("", "application/octet-stream"):
        check_media_type(file.mimetype)
    return file.stream.read()


def _from_data_url(value: object) -> bytes:
    """Return the file in a value of JSON, which must be a base64 data URL (RFC 2397)."""
    url = value if isinstance(value, str) else ""
    header, _, encoded = url.partition(",")
    scheme, _, media_type = header.removesuffix(";base64").partition(":")
    if scheme.lower() != "data" or not header.endswith(";base64"):
        came = f"begins {url[:40]!r}" if isinstance(value, str) else "is not a string"
        _refuse(f"A picture in JSON must begin with 'data:image/png;base64,', but this one {came}.")
    check_media_type(media_type.partition(";")[0])  # without parameters such as charset
    try:
        return base64.b64decode(encoded, validate=True)
    except ValueError as error:
        _refuse(f"After 'base64,' the picture is not base64: {error}.")


def _refuse_constant(name: str) -> NoReturn:
    """Refuse NaN and the infinities, which Python's JSON accepts."""
    raise ValueError(f"it has no value {name}")


def _refuse(detail: str) -> NoReturn:
    raise Problem(ProblemCode.NOT_A_READABLE_REQUEST, detail)
