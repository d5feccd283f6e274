"""From the body of a request to the options of a training, or what is wrong with it."""

import re
from typing import Any

import msgspec

from app.errors import Problem, ProblemCode
from nn.training.recorded.options import Options

MAX_BYTES = 2_000_000  # of a body: 1,000 digits and the parameters of 100 neurons are 1.5 MB
_PLACE = re.compile(r" - at `\$\.?(.*)`$")
_PROPERTIES: dict[str, Any] = msgspec.json.schema_components([Options])[1]["Options"]["properties"]


def options_of(body: bytes) -> Options:
    """Return the options in a JSON body, which may be empty.

    Raises
    ------
    Problem
        400 with the limits when they are not kept, 413 when the body is too large.
    """
    if len(body) > MAX_BYTES:
        detail = f"A training may be described in {MAX_BYTES:,} bytes; this body has {len(body):,}."
        raise Problem(ProblemCode.REQUEST_TOO_LARGE, detail)
    try:
        return msgspec.json.decode(body or b"{}", type=Options)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem(ProblemCode.NOT_A_READABLE_REQUEST, _explain(str(error))) from None


def _explain(error: str) -> str:
    """Return what was expected of the member that an error is about."""
    place = _PLACE.search(error)
    what = _PLACE.sub("", error)
    member = place[1] if place else ""
    name = re.split(r"[.\[]", member)[0]
    if name in _PROPERTIES and "must" not in what:
        return f"{name} must be {_expected(_PROPERTIES[name])}: {what}, at {member}."
    return f"{what}. /api describes what a training takes."


def _expected(schema: dict[str, Any]) -> str:
    """Return the values that a schema allows, in words."""
    if "enum" in schema:
        return " or ".join(map(repr, schema["enum"]))
    if schema.get("type") in ("integer", "number"):
        noun = "a whole number" if schema["type"] == "integer" else "a number"
        least = schema.get("minimum", schema.get("exclusiveMinimum"))
        start = "from" if "minimum" in schema else "over"
        return f"{noun} {start} {least:,} to {schema['maximum']:,}"
    words = {"boolean": "true or false", "string": "bytes in base64"}
    return words.get(schema.get("type", ""), "an object with images, labels and held_back")
