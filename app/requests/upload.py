"""From the body of a request to the bytes of the picture in it, or of each of several."""

import base64
import json
from collections.abc import Callable
from typing import Any, NoReturn

from flask import request
from werkzeug.datastructures import FileStorage

from app.errors import Problem, ProblemCode, attempt
from app.requests.formats import check_media_type

HOW_TO_SEND = (
    "Send one picture: as the file field 'image' of a multipart form, as a raw body with its own "
    'Content-Type such as image/png, or as JSON {"image": "data:image/png;base64,..."}.'
)
HOW_TO_SEND_SEVERAL = (
    "Send each picture as a file field 'image' of one multipart form, or all as JSON "
    '{"images": ["data:image/png;base64,...", ...]}.'
)


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
    files = request.files.getlist("image")
    if "image" in request.form:
        _refuse("The field 'image' holds text, not a file. With curl, write -F image=@FILE.")
    return files


def _from_file(file: FileStorage) -> bytes:
    """Return the content of a file of a form."""
    if file.mimetype not in ("", "application/octet-stream"):
        check_media_type(file.mimetype)
    return file.stream.read()


def _value_in_json(key: str, how_to_send: str) -> Any:
    """Return the value of a key of the JSON object in the body."""

    def refuse_constant(name: str) -> NoReturn:  # NaN and the infinities, which Python would take
        raise ValueError(f"it has no value {name}")

    try:
        document = json.loads(request.get_data(), parse_constant=refuse_constant)
    except (ValueError, RecursionError) as error:
        _refuse(f"The body is not JSON: {error}. {how_to_send}")
    if not isinstance(document, dict) or key not in document:
        _refuse(f"The JSON is not an object with the key '{key}'. {how_to_send}")
    return document[key]


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
