"""Every route: its request and its responses."""

from collections.abc import Set
from typing import Any

from app.routes.openapi.components import HTML, REQUEST_ID, error_response
from app.routes.openapi.schemas import reference

_MODEL, _EXPLAIN, _READ = (
    {"$ref": f"#/components/parameters/{name}"} for name in ("model", "explain", "read")
)
_OBJECT = {"application/json": {"schema": {"type": "object"}}}
_METRICS = {
    media_type: {"schema": {"type": "string"}}
    for media_type in ("text/plain", "application/openmetrics-text")
}


def paths(statuses: Set[int]) -> dict[str, Any]:
    """Return every path with its operations.

    Parameters
    ----------
    statuses
        Of all problems that the app, as it is set up, can answer.
    """
    all_errors = _errors(statuses)
    key = statuses & {401, 429} if 401 in statuses else frozenset()  # wrong keys are limited
    digit = _operation("predict", "Read one digit", _answer("Digit"), all_errors)
    batch = _operation(
        "predict_batch",
        "Read one digit in each of several pictures",
        _answer("Batch"),
        _errors(statuses - {422}),
    )
    number = _operation(
        "read", "Read a number, or several, in one line or more", _answer("Number"), all_errors
    )
    alive = _operation("healthz", "Whether the server is alive", _answer("Alive"))
    ready = _operation(
        "readyz",
        "Whether the server takes requests, and which networks it has",
        _answer("Ready"),
    )
    models = _operation("models", "The networks and their scores", _answer("Models"), _errors(key))
    metrics = _operation("metrics", "Counts and times, for Prometheus", _ok(_METRICS), _errors(key))
    openapi = _operation("openapi", "This description", _ok(_OBJECT), _errors(key))
    page = _operation("page", "The page to draw on", _ok(HTML), _page_errors(key | {404}))
    form = _operation(
        "form",
        "The page's form, for browsers without JavaScript",
        _ok(HTML),
        _page_errors(statuses),
    )
    api = _operation("api", "How to use the API, to try it in place", _ok(HTML), _page_errors(key))
    explained = {"parameters": [_MODEL, _EXPLAIN]} | _body("Picture")
    return {
        "/predict": {"post": digit | explained},
        "/predict/batch": {"post": batch | {"parameters": [_MODEL]} | _body("Pictures")},
        "/read": {"post": number | explained},
        "/models": {"get": models},
        "/metrics": {"get": metrics},
        "/openapi.json": {"get": openapi},
        "/healthz": {"get": alive | {"security": []}},  # load balancers send no key
        "/readyz": {"get": ready | {"security": []}},
        "/": {"get": page | {"parameters": [_MODEL, _READ]}, "post": form | _body("Form")},
        "/api": {"get": api},
    }


def _operation(
    name: str, summary: str, answer: dict[str, Any], errors: dict[str, Any] | None = None
) -> dict[str, Any]:
    return {"operationId": name, "summary": summary, "responses": answer | (errors or {})}


def _answer(schema: str) -> dict[str, Any]:
    """Return the response 200 with JSON of a schema."""
    return _ok({"application/json": {"schema": reference(schema)}})


def _ok(content: dict[str, Any]) -> dict[str, Any]:
    return {"200": {"description": "The answer.", "headers": REQUEST_ID, "content": content}}


def _errors(statuses: Set[int]) -> dict[str, Any]:
    """Return a reference to the response of each status."""
    references = {status: f"#/components/responses/Problem{status}" for status in sorted(statuses)}
    return {str(status): {"$ref": path} for status, path in references.items()}


def _page_errors(statuses: Set[int]) -> dict[str, Any]:
    """Return the responses of these statuses where browsers get HTML."""
    responses = {str(status): error_response(status) for status in sorted(statuses)}
    return {key: each | {"content": HTML | each["content"]} for key, each in responses.items()}


def _body(name: str) -> dict[str, Any]:
    return {"requestBody": {"$ref": f"#/components/requestBodies/{name}"}}
