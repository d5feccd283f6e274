"""Every route: its request and its responses."""

from collections.abc import Set
from typing import Any

from app.routes.openapi.problems import HTML, REQUEST_ID, page_responses, references
from app.routes.openapi.schemas import reference

_MODEL, _EXPLAIN, _READ = (
    {"$ref": f"#/components/parameters/{name}"} for name in ("model", "explain", "read")
)
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
    problems = references(statuses)
    key = statuses & {401}
    return {
        "/predict": {
            "post": {
                "operationId": "predict",
                "summary": "Read one digit",
                "parameters": [_MODEL, _EXPLAIN],
                "requestBody": _body("Picture"),
                "responses": _answer("Digit") | problems,
            }
        },
        "/predict/batch": {
            "post": {
                "operationId": "predict_batch",
                "summary": "Read one digit in each of several pictures",
                "description": "A bad picture spoils no other: its item says what is wrong.",
                "parameters": [_MODEL],
                "requestBody": _body("Pictures"),
                "responses": _answer("Batch") | references(statuses - {422}),
            }
        },
        "/read": {
            "post": {
                "operationId": "read",
                "summary": "Read a number, or several, in one line or more",
                "parameters": [_MODEL, _EXPLAIN],
                "requestBody": _body("Picture"),
                "responses": _answer("Number") | problems,
            }
        },
        "/models": _get("models", "The networks and their figures", _answer("Models"), key),
        "/metrics": _get("metrics", "Counts and times, for Prometheus", _ok(_METRICS), key),
        "/openapi.json": _get(
            "openapi",
            "This description",
            _ok({"application/json": {"schema": {"type": "object"}}}),
            key,
        ),
        "/healthz": _probe("healthz", "Whether the server is alive", _answer("Alive")),
        "/readyz": _probe(
            "readyz",
            "Whether the server takes requests, and which networks it has",
            _answer("Ready") | {"503": _answer("Draining")["200"]},
        ),
        "/": {
            "get": {
                "operationId": "page",
                "summary": "The page to draw on",
                "parameters": [_MODEL, _READ],
                "responses": _ok(HTML) | page_responses(key | {404}),
            },
            "post": {
                "operationId": "form",
                "summary": "The page's form, for browsers without JavaScript",
                "requestBody": _body("Form"),
                "responses": _ok(HTML) | page_responses(statuses),
            },
        },
        "/api": {
            "get": {
                "operationId": "api",
                "summary": "How to use the API, to try it in place",
                "responses": _ok(HTML) | page_responses(key),
            }
        },
    }


def _get(name: str, summary: str, answer: dict[str, Any], statuses: Set[int]) -> dict[str, Any]:
    """Return a path that is asked for something."""
    responses = answer | references(statuses)
    return {"get": {"operationId": name, "summary": summary, "responses": responses}}


def _probe(name: str, summary: str, responses: dict[str, Any]) -> dict[str, Any]:
    """Return a path that balancers and orchestrators ask, without a key."""
    operation = {"operationId": name, "summary": summary, "security": [], "responses": responses}
    return {"get": operation}


def _answer(schema: str) -> dict[str, Any]:
    """Return the response 200 with JSON of a schema."""
    return _ok({"application/json": {"schema": reference(schema)}})


def _ok(content: dict[str, Any]) -> dict[str, Any]:
    return {"200": {"description": "The answer.", "headers": REQUEST_ID, "content": content}}


def _body(name: str) -> dict[str, Any]:
    return {"$ref": f"#/components/requestBodies/{name}"}
