"""What can go wrong, by status: the error responses of the API's description."""

from collections.abc import Iterable
from typing import Any

from app.routes.openapi.schemas import reference

HTML = {"text/html": {"schema": {"type": "string"}}}
REQUEST_ID = {"X-Request-ID": {"$ref": "#/components/headers/X-Request-ID"}}

# Status: name in the document, description, types of its problems.
_PROBLEMS: dict[int, tuple[str, str, tuple[str, ...]]] = {
    400: (
        "NotReadable",
        "The body holds no picture, or is not what its Content-Type says; or a parameter is wrong.",
        ("not-a-readable-request", "empty-picture", "not-a-picture", "damaged-picture"),
    ),
    401: ("KeyNeeded", "The key is missing or wrong.", ("key-needed",)),
    404: ("UnknownModel", "No network has this name.", ("unknown-model",)),
    408: ("TooSlow", "The request did not arrive in time.", ("request-too-slow",)),
    413: (
        "TooLarge",
        "The body has too many bytes or pictures, or a picture too many pixels.",
        ("request-too-large", "picture-too-large", "pictures-too-large", "too-many-pictures"),
    ),
    415: (
        "NotSupported",
        "The Content-Type or the picture's format is not one that is read.",
        ("content-type-not-supported", "format-not-supported"),
    ),
    422: (
        "NotToBeRead",
        "The picture has no ink; or several digits where one is read, or too many.",
        ("no-digit-found", "several-digits", "too-many-digits"),
    ),
    429: (
        "TooManyRequests",
        "The client has made all the requests that it may make for now.",
        ("too-many-requests",),
    ),
    503: ("TooBusy", "The request's turn did not come in time; send it again.", ("too-busy",)),
}
# What the server itself refuses has no type of ours.
_HAS_OTHER_TYPES = (400, 413)
_RETRY_AFTER = {"Retry-After": {"$ref": "#/components/headers/Retry-After"}}
_HEADERS: dict[int, dict[str, Any]] = {
    401: {"WWW-Authenticate": {"required": True, "schema": {"type": "string"}}},
    429: _RETRY_AFTER,
    503: _RETRY_AFTER,
}


def descriptions(statuses: Iterable[int]) -> list[tuple[int, str]]:
    """Return each status with what it means."""
    return [(status, _PROBLEMS[status][1]) for status in sorted(statuses)]


def references(statuses: Iterable[int]) -> dict[str, Any]:
    """Return a reference to the response of each status, as an operation lists them."""
    return {
        str(status): {"$ref": f"#/components/responses/{_PROBLEMS[status][0]}"}
        for status in sorted(statuses)
    }


def responses(statuses: Iterable[int]) -> dict[str, Any]:
    """Return the problem documents of these statuses, as responses by their names."""
    return {_PROBLEMS[status][0]: _response(status) for status in sorted(statuses)}


def page_responses(statuses: Iterable[int]) -> dict[str, Any]:
    """Return the responses of these statuses where browsers are told in HTML."""
    return {
        str(status): (response := _response(status)) | {"content": HTML | response["content"]}
        for status in sorted(statuses)
    }


def _response(status: int) -> dict[str, Any]:
    """Return the response of a status, whose problem has one of its types."""
    _, description, kinds = _PROBLEMS[status]
    types = [f"urn:inkling:{kind}" for kind in kinds]
    types += ["about:blank"] if status in _HAS_OTHER_TYPES else []
    schema = reference("Problem") | {
        "properties": {"type": {"enum": types}, "status": {"const": status}}
    }
    return {
        "description": description,
        "headers": _HEADERS.get(status, {}) | REQUEST_ID,
        "content": {"application/problem+json": {"schema": schema}},
    }
