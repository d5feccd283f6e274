"""Error responses, by status, made from the kinds of problems."""

from collections.abc import Iterable
from typing import Any

from app.config import Settings
from app.errors import ProblemCode
from app.routes.openapi.schemas import reference

HTML = {"text/html": {"schema": {"type": "string"}}}
REQUEST_ID = {"X-Request-ID": {"$ref": "#/components/headers/X-Request-ID"}}

_HAVE_OTHER_TYPES = (400, 413)  # statuses with which the server itself refuses requests, too
_RETRY_AFTER = {"Retry-After": {"$ref": "#/components/headers/Retry-After"}}
_HEADERS: dict[int, dict[str, Any]] = {
    401: {"WWW-Authenticate": {"required": True, "schema": {"type": "string"}}},
    429: _RETRY_AFTER,
    503: _RETRY_AFTER,
}


def needs_key(settings: Settings) -> bool:
    """Whether clients must send a key."""
    return bool(settings.api_key or settings.api_key_file)


def expected_codes(settings: Settings) -> list[ProblemCode]:
    """Return the kinds of problems that the app, set up like this, can answer."""
    is_expected = {
        ProblemCode.KEY_NEEDED: needs_key(settings),
        ProblemCode.TOO_MANY_REQUESTS: bool(settings.rate_limit),
    }
    return [code for code in ProblemCode if is_expected.get(code, True)]


def references(statuses: Iterable[int]) -> dict[str, Any]:
    """Return a reference to the response of each status, as an operation lists them."""
    return {
        str(status): {"$ref": f"#/components/responses/Problem{status}"}
        for status in sorted(statuses)
    }


def responses(codes: Iterable[ProblemCode]) -> dict[str, Any]:
    """Return the problem documents of these kinds, as responses by their names."""
    return {f"Problem{status}": _response(status) for status in {code.status for code in codes}}


def page_responses(statuses: Iterable[int]) -> dict[str, Any]:
    """Return the responses of these statuses where browsers get HTML."""
    return {
        str(status): (response := _response(status)) | {"content": HTML | response["content"]}
        for status in sorted(statuses)
    }


def _response(status: int) -> dict[str, Any]:
    """Return the response of a status, whose problem has one of its types."""
    codes = [code for code in ProblemCode if code.status == status]
    types = [code.type for code in codes]
    types += ["about:blank"] if status in _HAVE_OTHER_TYPES else []
    schema = reference("Problem") | {
        "properties": {"type": {"enum": types}, "status": {"const": status}}
    }
    return {
        "description": " ".join(code.description for code in codes),
        "headers": _HEADERS.get(status, {}) | REQUEST_ID,
        "content": {"application/problem+json": {"schema": schema}},
    }
