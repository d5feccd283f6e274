"""From the body of a request to the bytes of the picture in it, or of each of several."""

import base64
import json
from collections.abc import Callable
from typing import Any, NoReturn, TypeVar

from flask import request
from werkzeug.datastructures import FileStorage

from app.errors import Problem, ProblemCode, attempt
from app.requests.images import check_media_type

HOW_TO_SEND = (
    "Send one picture: as the file field 'image' of a multipart form, as a raw body with its own "
    'Content-Type such as image/png, or as JSON {"image": "data:image/png;base64,..."}.'
)
HOW_TO_SEND_MANY = (
    "Send each picture as a file field 'image' of one multipart form, or all as JSON "
    '{"images": ["data:image/png;base64,...", ...]}.'
)

_KINDS: dict[type, str] = {str: "string", list: "list"}

Value = TypeVar("Value")


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
    if media_type == "multipart/form-data":
        return _from_form()
    if media_type == "application/json":
        return _from_data_url(_value_in_json("image", str, HOW_TO_SEND))
    raise _wrong_type(HOW_TO_SEND)


def batch_of_bytes(max_items: int) -> list[bytes | Problem]:
    """Return the files that the request brings, in order; for a bad one, what is wrong with it.

    Raises
    ------
    Problem
        400 where the body is not what its Content-Type says or holds no picture, 413 where it is
        too large or holds more than ``max_items`` pictures, 415 where its Content-Type is neither.
    """
    items: list[Any]
    read: Callable[[Any], bytes]
    if request.mimetype == "multipart/form-data":
        items, read = _files(), _from_file
    elif request.mimetype == "application/json":
        items, read = _value_in_json("images", list, HOW_TO_SEND_MANY), _from_item
    else:
        raise _wrong_type(HOW_TO_SEND_MANY)
    if not items:
        _refuse(f"The request holds no picture. {HOW_TO_SEND_MANY}")
    if len(items) > max_items:
        detail = f"A request may hold at most {max_items} pictures; this one holds {len(items)}."
        raise Problem(ProblemCode.TOO_MANY_PICTURES, f"{detail} Send the others in another one.")
    return [attempt(read, item) for item in items]


def _from_form() -> bytes:
    """Return the one file in the field `image`."""
    files = _files()
    if len(files) != 1:
        _refuse(f"The form holds {len(files)} files in a field 'image'. {HOW_TO_SEND}")
    return _from_file(files[0])


def _files() -> list[FileStorage]:
    """Return the files in fields `image` of the form."""
    files = request.files.getlist("image")
    if "image" in request.form:
        _refuse("The field 'image' holds text, not a file. With curl, write -F image=@FILE.")
    return files


def _from_file(file: FileStorage) -> bytes:
    """Return what is in a file of a form."""
    if file.mimetype not in ("", "application/octet-stream"):
        check_media_type(file.mimetype)
    return file.stream.read()


def _value_in_json(key: str, kind: type[Value], how_to_send: str) -> Value:
    """Return what the JSON object in the body has under a key."""
    try:
        document = json.loads(request.get_data(), parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        _refuse(f"The body is not JSON: {error}. {how_to_send}")
    if not isinstance(document, dict) or key not in document:
        _refuse(f"The JSON is not an object with the key '{key}'. {how_to_send}")
    value = document[key]
    if not isinstance(value, kind):
        _refuse(f"The value of '{key}' in the JSON is not a {_KINDS[kind]}. {how_to_send}")
    return value


def _from_item(item: object) -> bytes:
    """Return the file in one item of the list `images`."""
    if not isinstance(item, str):
        _refuse(f"The item of 'images' is not a string. {HOW_TO_SEND_MANY}")
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
        _refuse(f"What follows 'base64,' in a picture is not base64: {error}.")


def _refuse_constant(name: str) -> NoReturn:
    """Refuse NaN and the infinities, which Python's parser would take."""
    raise ValueError(f"it has no value {name}")


def _refuse(detail: str) -> NoReturn:
    raise Problem(ProblemCode.NOT_A_READABLE_REQUEST, detail)


def _wrong_type(how_to_send: str) -> Problem:
    came = f"is {request.mimetype}" if request.mimetype else "is missing"
    detail = f"The Content-Type {came}. {how_to_send}"
    return Problem(ProblemCode.CONTENT_TYPE_NOT_SUPPORTED, detail)
