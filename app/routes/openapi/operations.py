"""Every route: what it takes, and what it answers."""

from collections.abc import Set
from typing import Any

from app.routes.openapi.problems import HTML, REQUEST_ID, page_responses, references

Paths = dict[str, dict[str, Any]]

READING = frozenset({400, 404, 408, 413, 415, 503})  # what any request with pictures may get

_FIGURES = {
    media_type: {"schema": {"type": "string"}}
    for media_type in ("text/plain", "application/openmetrics-text")
}
_MODEL = {"$ref": "#/components/parameters/model"}
_EXPLAIN = {"$ref": "#/components/parameters/explain"}
_NUMBER = {"$ref": "#/components/parameters/read"}
_PICTURE = {"$ref": "#/components/requestBodies/Picture"}
_PICTURES = {"$ref": "#/components/requestBodies/Pictures"}
_FORM = {"$ref": "#/components/requestBodies/Form"}


def paths(guards: Set[int]) -> Paths:
    """Return every path with its operations.

    Parameters
    ----------
    guards
        Statuses by which a guard may refuse: 401 where a key is needed, 429 where requests are
        limited.
    """
    errors = READING | guards
    return _reading(errors) | _telling(guards & {401}) | _probes() | _page(errors, guards & {401})


def _reading(errors: Set[int]) -> Paths:
    """Return the routes for pictures."""
    digit = {
        "operationId": "predict",
        "summary": "Read one digit",
        "parameters": [_MODEL, _EXPLAIN],
        "requestBody": _PICTURE,
        "responses": _answer("Digit") | references(errors | {422}),
    }
    digits = {
        "operationId": "predict_batch",
        "summary": "Read one digit in each of several pictures",
        "description": "A bad picture spoils no other: its item says what is wrong with it.",
        "parameters": [_MODEL],
        "requestBody": _PICTURES,
        "responses": _answer("Batch") | references(errors),
    }
    number = {
        "operationId": "read",
        "summary": "Read a number, or several, in one line or more",
        "parameters": [_MODEL, _EXPLAIN],
        "requestBody": _PICTURE,
        "responses": _answer("Number") | references(errors | {422}),
    }
    return {
        "/predict": {"post": digit},
        "/predict/batch": {"post": digits},
        "/read": {"post": number},
    }


def _telling(errors: Set[int]) -> Paths:
    """Return the routes that tell of the server and its networks."""
    models = {
        "operationId": "models",
        "summary": "The networks and their figures",
        "responses": _answer("Models") | references(errors),
    }
    metrics = {
        "operationId": "metrics",
        "summary": "What was answered and how quickly, for Prometheus",
        "responses": _ok(_FIGURES) | references(errors),
    }
    description = {
        "operationId": "openapi",
        "summary": "This description",
        "responses": _ok({"application/json": {"schema": {"type": "object"}}}) | references(errors),
    }
    return {
        "/models": {"get": models},
        "/metrics": {"get": metrics},
        "/openapi.json": {"get": description},
    }


def _probes() -> Paths:
    """Return the routes that balancers and orchestrators ask, without a key."""
    alive = {
        "operationId": "healthz",
        "summary": "Whether the server is alive",
        "security": [],
        "responses": _answer("Alive"),
    }
    ready = {
        "operationId": "readyz",
        "summary": "Whether the server takes requests, and which networks it has",
        "security": [],
        "responses": _answer("Ready") | {"503": _answer("Draining")["200"]},
    }
    return {"/healthz": {"get": alive}, "/readyz": {"get": ready}}


def _page(errors: Set[int], key: Set[int]) -> Paths:
    """Return the routes for people."""
    drawing = {
        "operationId": "page",
        "summary": "The page to draw on",
        "parameters": [_MODEL, _NUMBER],
        "responses": _ok(HTML) | page_responses(key | {404}),
    }
    form = {
        "operationId": "form",
        "summary": "The page's form, for browsers without JavaScript",
        "requestBody": _FORM,
        "responses": _ok(HTML) | page_responses(errors | {422}),
    }
    api = {
        "operationId": "api",
        "summary": "How to use the API, to try it in place",
        "responses": _ok(HTML) | page_responses(key),
    }
    return {"/": {"get": drawing, "post": form}, "/api": {"get": api}}


def _answer(schema: str) -> dict[str, Any]:
    """Return the response 200 with JSON of a schema."""
    return _ok({"application/json": {"schema": {"$ref": f"#/components/schemas/{schema}"}}})


def _ok(content: dict[str, Any]) -> dict[str, Any]:
    return {"200": {"description": "The answer.", "headers": REQUEST_ID, "content": content}}
