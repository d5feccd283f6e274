"""What requests carry: parameters of the query, and bodies."""

from typing import Any

from app.routes.openapi.examples import SEVEN
from app.routes.openapi.schemas import reference

IMAGE_TYPES = ("image/png", "image/jpeg", "image/webp", "image/gif", "image/bmp")

_FILE = {"type": "string", "format": "binary"}
_DATA_URL = {
    "type": "string",
    "format": "data-url",
    "pattern": "^data:image/(png|jpeg|webp|gif|bmp);base64,[A-Za-z0-9+/]+={0,2}$",
}
_IS_NUMBER = {"type": "string", "description": "'number' for numbers, else one digit."}


def parameters(default_model: str) -> dict[str, Any]:
    """Return the parameters of the query by name."""
    model = reference("ModelChoice") | {"default": default_model}
    explain = {"type": "string", "enum": ["0", "1"], "default": "0"}
    return {
        "model": _in_query("model", model, "The network that reads."),
        "explain": _in_query("explain", explain, "1 to see how the picture was read."),
        "read": _in_query("read", _IS_NUMBER, "What is to be read."),
    }


def bodies(max_batch_items: int) -> dict[str, Any]:
    """Return the bodies by name; one may hold at most so many pictures."""
    several = {"type": "array", "minItems": 1, "maxItems": max_batch_items}
    urls = {"images": several | {"items": _DATA_URL}}
    fields = {"image": _FILE, "model": reference("ModelChoice"), "read": _IS_NUMBER}
    raw = {media_type: {"schema": _FILE} for media_type in IMAGE_TYPES}
    return {
        "Picture": _body(
            _form({"image": _FILE}) | _json({"image": _DATA_URL}, {"image": SEVEN}) | raw
        ),
        "Pictures": _body(
            _form({"image": several | {"items": _FILE}}) | _json(urls, {"images": [SEVEN, SEVEN]})
        ),
        "Form": _body(_form(fields)),
    }


def _in_query(name: str, schema: dict[str, Any], description: str) -> dict[str, Any]:
    return {"name": name, "in": "query", "description": description, "schema": schema}


def _body(content: dict[str, Any]) -> dict[str, Any]:
    return {"required": True, "content": content}


def _form(fields: dict[str, Any]) -> dict[str, Any]:
    """Return a form of these fields, of which the file is required."""
    schema = {"type": "object", "required": ["image"], "properties": fields}
    return {"multipart/form-data": {"schema": schema}}


def _json(properties: dict[str, Any], example: dict[str, Any]) -> dict[str, Any]:
    """Return a JSON object of these properties, all of them required."""
    schema = {"type": "object", "required": list(properties), "properties": properties}
    return {"application/json": {"schema": schema, "example": example}}
