"""The body of a request, parsed to the bytes of its picture or pictures."""

import base64
import json
import re
from collections.abc import Callable
from typing import Any, NoReturn

from flask import request
from werkzeug.datastructures import FileStorage

from app.errors import Problem, ProblemCode, attempt
from app.service.upload import check_media_type

HOW_TO_SEND = (
    "Send one picture: as the file field 'image' of a multipart form, as a raw body with its own "
    'Content-Type such as image/png, or as JSON {"image": "data:image/png;base64,..."}.'
)
HOW_TO_SEND_SEVERAL = (
    "Send each picture as a file field 'image' of one multipart form, or all as JSON "
    '{"images": ["data:image/png;base64,...", ...]}.'
)

# Of all parts of a multipart form together. A program sends about 150 bytes for each picture; a
# part counts as 200 at least, which leaves 1000 parts, as many as werkzeug parses.
MAX_PART_HEADERS_BYTES = 200_000
PART_HEADERS_BYTES = 200

# Of a JSON document, in which even a small value takes much memory. Few are pictures.
MAX_JSON_VALUES = 30_000

_EMPTY_LINE = re.compile(b"\r\n\r\n|\r\r|\n\n")


def picture_bytes() -> bytes:
    """Return the file in the request, sent in any of the three ways.

    Raises
    ------
    Problem
        400 when the body does not fit its Content-Type or does not hold exactly one picture, 413
        when it is too large, 415 when its Content-Type is none of those that are read.
    """
    if request.mimetype.startswith("image/"):
        check_media_type(request.mimetype)
        return request.get_data()
    if request.mimetype == "multipart/form-data":
        files = _files()
        if len(files) != 1:
            _refuse(f"The form holds {len(files)} files in a field 'image'. {HOW_TO_SEND}")
        return _from_file(files[0])
    if request.mimetype == "application/json":
        value = _value_in_json("image", HOW_TO_SEND)
        if not isinstance(value, str):
            _refuse(f"The value of 'image' in the JSON is not a string. {HOW_TO_SEND}")
        return _from_data_url(value)
    raise _wrong_type(HOW_TO_SEND)


def allowed_values(how_to_send: str = HOW_TO_SEND) -> list[str] | None:
    """Return the texts that the body allows: in the JSON ``allowed``, or one a line of a form.

    Raises
    ------
    Problem
        400 when they are not a list of strings.
    """
    if request.mimetype == "multipart/form-data":
        _check_parts(request.get_data(), request.mimetype_params.get("boundary", ""))
        texts = request.form.getlist("allowed")
        if len(texts) > 1 or "allowed" in request.files:
            _refuse("The field 'allowed' is one text. With curl, write -F 'allowed=<FILE'.")
        return [line.strip() for line in texts[0].splitlines() if line.strip()] if texts else None
    document = _object_in_json(how_to_send) if request.mimetype == "application/json" else {}
    if "allowed" not in document:
        return None
    values = document["allowed"]
    if not isinstance(values, list) or not all(isinstance(each, str) for each in values):
        _refuse("The value of 'allowed' in the JSON is not a list of strings.")
    return values


def batch_of_bytes(max_items: int) -> list[bytes | Problem]:
    """Return the files in the request, in order; for a bad one its Problem.

    Raises
    ------
    Problem
        400 when the body does not fit its Content-Type or holds no picture, 413 when it is too
        large or holds more than ``max_items`` pictures, 415 when its Content-Type is neither.
    """
    items: list[Any]
    read: Callable[[Any], bytes]
    if request.mimetype == "multipart/form-data":
        items, read = _files(), _from_file
    elif request.mimetype == "application/json":
        items, read = _value_in_json("images", HOW_TO_SEND_SEVERAL), _from_item
        if not isinstance(items, list):
            _refuse(f"The value of 'images' in the JSON is not a list. {HOW_TO_SEND_SEVERAL}")
    else:
        raise _wrong_type(HOW_TO_SEND_SEVERAL)
    if not items:
        _refuse(f"The request holds no picture. {HOW_TO_SEND_SEVERAL}")
    if len(items) > max_items:
        detail = f"A request may hold at most {max_items} pictures; this one holds {len(items)}."
        raise Problem(ProblemCode.TOO_MANY_PICTURES, f"{detail} Send the others in another one.")
    return [attempt(read, item) for item in items]


def _files() -> list[FileStorage]:
    """Return the files in fields `image` of the form."""
    _check_parts(request.get_data(), request.mimetype_params.get("boundary", ""))
    files = request.files.getlist("image")
    if "image" in request.form:
        _refuse("The field 'image' holds text, not a file. With curl, write -F image=@FILE.")
    return files


def _check_parts(form: bytes, boundary: str) -> None:
    """Refuse a multipart form with much beside its files, which takes werkzeug seconds to parse."""
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


def _from_file(file: FileStorage) -> bytes:
    """Return the content of a file of a form."""
    if file.mimetype not in ("", "application/octet-stream"):
        check_media_type(file.mimetype)
    return file.stream.read()


def _value_in_json(key: str, how_to_send: str) -> Any:
    """Return the value of a key of the JSON object in the body."""
    document = _object_in_json(how_to_send)
    if key not in document:
        _refuse(f"The JSON is not an object with the key '{key}'. {how_to_send}")
    return document[key]


def _object_in_json(how_to_send: str) -> dict[str, Any]:
    """Return the JSON object in the body."""

    def refuse_constant(name: str) -> NoReturn:  # NaN and the infinities, which Python would take
        raise ValueError(f"it has no value {name}")

    body = request.get_data()
    if sum(map(body.count, (b",", b"[", b"{"))) > MAX_JSON_VALUES:
        _refuse(f"The JSON holds over {MAX_JSON_VALUES:,} values. {how_to_send}")
    try:
        # A whole number of thousands of digits takes long, and one of text is not needed here.
        document = json.loads(body, parse_int=float, parse_constant=refuse_constant)
    except (ValueError, RecursionError) as error:
        _refuse(f"The body is not JSON: {error}. {how_to_send}")
    if not isinstance(document, dict):
        _refuse(f"The JSON is not an object. {how_to_send}")
    return document


def _from_item(item: object) -> bytes:
    """Return the file in one item of the list `images`."""
    if not isinstance(item, str):
        _refuse(f"The item of 'images' is not a string. {HOW_TO_SEND_SEVERAL}")
    return _from_data_url(item)


def _from_data_url(url: str) -> bytes:
    """Return the file in a base64 data URL (RFC 2397)."""
    header, _, encoded = url.partition(",")
    scheme, _, media_type = header.removesuffix(";base64").partition(":")
    if scheme.lower() != "data" or not header.endswith(";base64"):
        begins = f"but this one begins {url[:40]!r}"
        _refuse(f"A picture in JSON must begin with 'data:image/png;base64,', {begins}.")
    check_media_type(media_type.partition(";")[0])  # without parameters such as charset
    try:
        return base64.b64decode(encoded, validate=True)
    except ValueError as error:
        _refuse(f"After 'base64,' the picture is not base64: {error}.")


def _refuse(detail: str) -> NoReturn:
    raise Problem(ProblemCode.NOT_A_READABLE_REQUEST, detail)


def _wrong_type(how_to_send: str) -> Problem:
    came = f"is {request.mimetype}" if request.mimetype else "is missing"
    detail = f"The Content-Type {came}. {how_to_send}"
    return Problem(ProblemCode.CONTENT_TYPE_NOT_SUPPORTED, detail)
