"""What operations share: parameters, bodies, errors, headers and keys."""

from typing import Any

from app.config import Settings
from app.errors import ProblemCode
from app.requests.formats import FORMATS
from app.routes.openapi.examples import SEVEN
from app.routes.openapi.schemas import Schema, reference

REQUEST_ID = {"X-Request-ID": {"$ref": "#/components/headers/X-Request-ID"}}
HEADERS = {
    "X-Request-ID": {
        "description": "The name of the request in the log.",
        "required": True,
        "schema": {"type": "string", "pattern": "^[A-Za-z0-9._-]{1,128}$"},
    },
    "Retry-After": {
        "description": "Seconds until it is worth trying again.",
        "required": True,
        "schema": {"type": "integer", "minimum": 0},
    },
}
KEYS = {  # Each of these ways to send the key will do.
    "bearer": {"type": "http", "scheme": "bearer"},
    "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    "basic": {"type": "http", "scheme": "basic", "description": "The key is the password."},
}
IMAGE_TYPES = [f"image/{image_format.lower()}" for image_format in FORMATS]

_RETRY_AFTER = {"Retry-After": {"$ref": "#/components/headers/Retry-After"}}
_ERROR_HEADERS: dict[int, dict[str, Any]] = {
    401: {"WWW-Authenticate": {"required": True, "schema": {"type": "string"}}},
    429: _RETRY_AFTER,
    503: _RETRY_AFTER,
}
_HAVE_OTHER_TYPES = (400, 413)  # statuses with which the server itself refuses requests, too

_FILE: Schema = {"type": "string", "format": "binary"}
_DATA_URL: Schema = {
    "type": "string",
    "format": "data-url",
    "pattern": "^data:image/(png|jpeg|webp|gif|bmp);base64,[A-Za-z0-9+/]+={0,2}$",
}
_READ: Schema = {"type": "string", "description": "'number' for numbers, else one digit."}


def needs_key(settings: Settings) -> bool:
    """Whether clients must send a key."""
    return bool(settings.api_key or settings.api_key_file)


def expected_codes(settings: Settings) -> list[ProblemCode]:
    """Return the kinds of problems that the app, set up like this, can answer."""
    is_expected = {
        ProblemCode.KEY_NEEDED: needs_key(settings),
        ProblemCode.TOO_MANY_REQUESTS: bool(settings.rate_limit) or needs_key(settings),
    }
    return [code for code in ProblemCode if is_expected.get(code, True)]


def error_response(status: int) -> dict[str, Any]:
    """Return the response of a status, whose problem has one of its types."""
    codes = [code for code in ProblemCode if code.status == status]
    types = [code.type for code in codes]
    types += ["about:blank"] if status in _HAVE_OTHER_TYPES else []
    schema = reference("ProblemDetails") | {
        "properties": {"type": {"enum": types}, "status": {"const": status}}
    }
    return {
        "description": " ".join(code.description for code in codes),
        "headers": _ERROR_HEADERS.get(status, {}) | REQUEST_ID,
        "content": {"application/problem+json": {"schema": schema}},
    }


def parameters(default_model: str) -> dict[str, Any]:
    """Return the parameters of the query by name."""
    model = reference("ModelChoice") | {"default": default_model}
    explain = {"type": "string", "enum": ["0", "1"], "default": "0"}
    described = {
        "model": (model, "The network that reads."),
        "explain": (explain, "1 to add the stages to the ink, and the outputs of the layers."),
        "read": (_READ, "What is to be read."),
    }
    return {
        name: {"name": name, "in": "query", "description": description, "schema": schema}
        for name, (schema, description) in described.items()
    }


def bodies(max_batch_items: int) -> dict[str, Any]:
    """Return the bodies by name; one may hold at most so many pictures."""
    several = {"type": "array", "minItems": 1, "maxItems": max_batch_items}
    form = {"image": _FILE, "model": reference("ModelChoice"), "read": _READ}
    contents = {
        "Picture": _form({"image": _FILE})
        | _json("image", _DATA_URL, SEVEN)
        | {media_type: {"schema": _FILE} for media_type in IMAGE_TYPES},
        "Pictures": _form({"image": several | {"items": _FILE}})
        | _json("images", several | {"items": _DATA_URL}, [SEVEN, SEVEN]),
        "Form": _form(form),
    }
    return {name: {"required": True, "content": content} for name, content in contents.items()}


def _form(fields: dict[str, Any]) -> dict[str, Any]:
    """Return a form of these fields, of which the file is required."""
    schema = {"type": "object", "required": ["image"], "properties": fields}
    return {"multipart/form-data": {"schema": schema}}


def _json(key: str, value: Schema, example: object) -> dict[str, Any]:
    """Return a JSON object with one key."""
    schema = {"type": "object", "required": [key], "properties": {key: value}}
    return {"application/json": {"schema": schema, "example": {key: example}}}
