"""Every route: its request and its responses."""

from collections.abc import Set
from typing import Any

from app.routes.openapi.components import REQUEST_ID, error_response
from app.routes.openapi.schemas import reference

Object = dict[str, Any]

HTML = {"text/html": {"schema": {"type": "string"}}}
_OBJECT = {"application/json": {"schema": {"type": "object"}}}
_METRICS = {
    media_type: {"schema": {"type": "string"}}
    for media_type in ("text/plain", "application/openmetrics-text")
}


def paths(statuses: Set[int]) -> Object:
    """Return every path with its operations.

    Parameters
    ----------
    statuses
        Of all problems that the app, as it is set up, can answer.
    """
    key = statuses & {401, 429} if 401 in statuses else set()  # wrong keys are limited
    picture = _parameters("model", "explain") | _body("Picture")
    pictures = _parameters("model") | _body("Pictures")
    page = _parameters("model", "read")
    probe: Object = {"security": []}  # load balancers send no key
    whole = statuses - {422}  # which is the problem of one of its pictures
    batch = "Read one digit in each of several pictures"
    read = "Read a number, or several, in one line or more"
    models = "The networks and their scores"
    form = "The page's form, for browsers without JavaScript"
    api = "How to use the API, to try it in place"
    operations: list[tuple[str, str, str, str, Object, Set[int], Object]] = [
        ("/predict", "post", "predict", "Read one digit", _json("DigitAnswer"), statuses, picture),
        ("/predict/batch", "post", "predict_batch", batch, _json("BatchAnswer"), whole, pictures),
        ("/read", "post", "read", read, _json("NumberAnswer"), statuses, picture),
        ("/models", "get", "models", models, _json("ModelsAnswer"), key, {}),
        ("/metrics", "get", "metrics", "Counts and times, for Prometheus", _METRICS, key, {}),
        ("/openapi.json", "get", "openapi", "This description", _OBJECT, key, {}),
        ("/healthz", "get", "healthz", "Whether the server is alive", _json("Alive"), set(), probe),
        ("/readyz", "get", "readyz", "Which networks the server has", _json("Ready"), set(), probe),
        ("/", "get", "page", "The page to draw on", HTML, key | {404}, page),
        ("/", "post", "form", form, HTML, statuses, _body("Form")),
        ("/api", "get", "api", api, HTML, key, {}),
    ]
    described: Object = {}
    for path, method, name, summary, content, errors, request in operations:
        responses = {
            "200": {"description": "The answer.", "headers": REQUEST_ID, "content": content}
        }
        responses |= {str(status): _error(status, content) for status in sorted(errors)}
        operation = {"operationId": name, "summary": summary, "responses": responses} | request
        described.setdefault(path, {})[method] = operation
    return described


def _error(status: int, content: Object) -> Object:
    """Return the response of a status; where an answer is HTML, so may an error be."""
    if content is not HTML:
        return {"$ref": f"#/components/responses/Problem{status}"}
    response = error_response(status)
    return response | {"content": HTML | response["content"]}


def _json(schema: str) -> Object:
    return {"application/json": {"schema": reference(schema)}}


def _parameters(*names: str) -> Object:
    return {"parameters": [{"$ref": f"#/components/parameters/{name}"} for name in names]}


def _body(name: str) -> Object:
    return {"requestBody": {"$ref": f"#/components/requestBodies/{name}"}}
