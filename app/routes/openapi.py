"""The API described by itself: for programs in OpenAPI 3.1, for people on a page to try it."""

import tomllib
from collections.abc import Sequence, Set
from typing import Any

from flask import Blueprint, render_template, request

from app.config import ROOT, Settings
from app.errors import ProblemCode
from app.requests.server_address import server_address
from app.responses import Response, respond
from app.routes.api import PARAMETERS
from app.routes.schemas import TEXT, page_form, page_query, pictures, query, schemas, sheet_query
from app.service.answers import SCHEMAS

Object = dict[str, Any]

_DESCRIPTION = """Reads handwritten digits in pictures: PNG, JPEG, WebP, GIF (its first frame) or \
BMP; a drawing, a scan or a photograph. A request may hold at most {max_body_bytes:,} bytes, \
{max_batch_items} pictures and {max_picture_pixels:,} pixels, and take {max_upload_seconds:g} \
seconds to arrive. An answer is certain if each digit has a confidence of {certain_at:g} or more, \
none touches another, and nothing as large as a digit was left out. Each response carries the \
`X-Request-ID` of its request, or a new one."""

_KEYS = {  # Each of these ways to send the key will do.
    "bearer": {"type": "http", "scheme": "bearer"},
    "header": {"type": "apiKey", "in": "header", "name": "X-API-Key"},
    "basic": {"type": "http", "scheme": "basic", "description": "The key is the password."},
}


def _header(description: str, schema: Object) -> Object:
    return {"description": description, "required": True, "schema": schema}


_NAME = _header("The request's name in the log.", TEXT | {"pattern": "^[A-Za-z0-9._-]{1,128}$"})
_REQUEST_ID = {"X-Request-ID": _NAME}
_WAIT = _header("Seconds until it is worth trying again.", {"type": "integer", "minimum": 0})
_LIMITS = {
    "RateLimit-Policy": _header('Each limit: `"per second";q=10;w=1` for 10 in 1 second.', TEXT),
    "RateLimit": _header('What is left of each: `"per second";r=9;t=1`, 9 for 1 second.', TEXT),
}
_CHALLENGE = _header("The ways to send the key.", TEXT)
_ERROR_HEADERS = {
    401: {"WWW-Authenticate": _CHALLENGE},
    429: {"Retry-After": _WAIT},
    503: {"Retry-After": _WAIT},
}
# Statuses with which the server itself refuses requests, too, or a page that has no such file.
_HAVE_OTHER_TYPES = (400, 404, 413)

_HTML = {"text/html": {"schema": TEXT}}
_BINARY, _OCTETS = {"schema": TEXT | {"format": "binary"}}, "application/octet-stream"
_SVG = {"image/svg+xml": {"schema": TEXT}}
_METRICS = {key: {"schema": TEXT} for key in ("text/plain", "application/openmetrics-text")}


def blueprint(settings: Settings, models: Sequence[str], *, has_metrics: bool) -> Blueprint:
    """Return the routes that describe the API with these settings and models.

    ``has_metrics`` is false where another port than this API's answers ``/metrics``.
    """
    described = Blueprint("openapi", __name__)
    description = document(settings, models)
    if not has_metrics:
        del description["paths"]["/metrics"]

    @described.get("/openapi.json")
    def openapi() -> Response:
        return respond(description | {"servers": [{"url": f"{request.script_root}/"}]})

    @described.get("/api")
    def page() -> str:
        return render_template(
            "api.html",
            address=server_address(request.environ, settings.public_address),
            settings=settings,
            problems=expected_codes(settings),
            needs_key=needs_key(settings),
        )

    return described


def document(settings: Settings, models: Sequence[str]) -> Object:
    """Return the description of the API, as a JSON object of OpenAPI 3.1.

    Parameters
    ----------
    settings
        The limits, and whether a key is needed.
    models
        Names of the models.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    statuses = {code.status for code in expected_codes(settings)}
    description: Object = {
        "openapi": "3.1.0",
        "info": {
            "title": "Inkling",
            "version": project["version"],
            "summary": "Handwritten digits, read by a neural network",
            "description": _DESCRIPTION.format(**vars(settings)),
        },
        "paths": _paths(statuses, settings),
        "components": {
            "schemas": schemas(settings, models),
            "responses": {f"Problem{status}": _problem(status) for status in sorted(statuses)},
        },
    }
    if needs_key(settings):
        description["components"]["securitySchemes"] = _KEYS
        description["security"] = [{name: []} for name in _KEYS]
    return description


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


def _paths(statuses: Set[int], settings: Settings) -> Object:
    """Return every path; the statuses are those of all problems that the app can answer."""
    key = statuses & {401, 429} if 401 in statuses else set()  # wrong keys are limited
    of_batch = statuses - {422}  # which is the problem of one of its pictures
    of_query, of_name = key | {400, 404}, key | {404}
    get, post = "get", "post"
    probe: Object = {"security": []}  # load balancers send no key
    digit, results, number = map(_json, ("DigitAnswer", "BatchAnswer", "NumberAnswer"))
    many_read = _json("NumberBatchAnswer")
    networks, alive, ready = map(_json, ("ModelsAnswer", "Alive", "Ready"))
    sheet, png = _json("SheetAnswer"), {"image/png": _BINARY}
    anything, numbers = {"application/json": {"schema": {"type": "object"}}}, {_OCTETS: _BINARY}
    article, weights = "/models/article/parameters", "/models/weights"
    most = settings.max_batch_items
    one, many, allowed = pictures(), pictures(most), pictures(has_allowed=True)
    many_allowed = pictures(most, has_allowed=True)
    limits = {"post": _LIMITS} if settings.rate_limit else {}
    a_page, a_class, a_file = page_query(), query("model"), query("file")
    # Of each operation: method, path, name, summary, content, statuses of errors, what is sent.
    groups: dict[str, list[tuple[Any, ...]]] = {
        "Reading": [
            (post, "/predict", "predict", "Read one digit", digit, statuses, one),
            (post, "/predict/batch", "predict_batch", "Read many digits", results, of_batch, many),
            (post, "/read", "read", "Read a digit, or numbers in lines", number, statuses, allowed),
            (post, "/read/batch", "read_batch", "Read many", many_read, of_batch, many_allowed),
            (post, "/sheet", "read_sheet", "Read a class sheet, filled in", sheet, statuses, one),
        ],
        "Networks": [
            (get, "/models", "models", "The networks and their scores", networks, key | {400}),
            (get, article, "parameters", "The article's network", numbers, of_query),
            (get, weights, "weights", "The weights of one neuron", numbers, of_query),
        ],
        "Operation": [
            (get, "/metrics", "metrics", "Counts and times, for Prometheus", _METRICS, key),
            (get, "/openapi.json", "openapi", "This description", anything, key),
            (get, "/healthz", "healthz", "Whether the server is alive", alive, set(), probe),
            (get, "/readyz", "readyz", "Which networks the server has", ready, set(), probe),
        ],
        "Pages": [
            (get, "/", "page", "The page to draw on", _HTML, of_query, a_page),
            (post, "/", "form", "Its form, without JavaScript", _HTML, statuses, page_form()),
            (get, "/teach", "teach", "A lesson of 45 minutes, for teachers", _HTML, key),
            (get, "/qr.svg", "qr_code", "The server's address as a QR code", _SVG, of_name),
            (get, "/lesson", "show_lesson", "The network in ten steps", _HTML, key),
            (get, "/lesson/source", "show_source", "A file of its code", _HTML, of_name, a_file),
            (get, "/lesson/digits.bin", "learning_set", "All that it learns from", numbers, key),
            (get, "/lesson/digits.png", "lesson_digits", "Some of these digits", png, key),
            (get, "/learn", "learn", "The page that trains before your eyes", _HTML, key),
            (get, "/sheet", "sheet", "The class sheet to print", _HTML, of_query, sheet_query()),
            (get, "/class", "class", "The page for class sheets", _HTML, of_query, a_class),
            (get, "/review", "review", "The page for a folder of pictures", _HTML, key),
            (get, "/api", "api", "How to use the API, to try it in place", _HTML, key),
        ],
    }
    paths: Object = {}
    for tag, rows in groups.items():
        for method, path, name, summary, content, errors, *sent in rows:
            headers = _REQUEST_ID | limits.get(method, {})
            answer = {"description": "The answer.", "headers": headers, "content": content}
            responses = {"200": answer} | {
                str(status): _error(status, content) for status in errors
            }
            named = {"tags": [tag], "operationId": name, "summary": summary}
            if tag in ("Reading", "Networks"):
                named |= query(*PARAMETERS[path])
            paths.setdefault(path, {})[method] = named | {"responses": responses}
            for members in sent:
                paths[path][method] |= members
    return paths


def _json(schema: str) -> Object:
    return {"application/json": {"schema": {"$ref": SCHEMAS + schema}}}


def _error(status: int, content: Object) -> Object:
    """Return the response of a status; where an answer is HTML, so may an error be."""
    if content is not _HTML:
        return {"$ref": f"#/components/responses/Problem{status}"}
    response = _problem(status)
    return response | {"content": _HTML | response["content"]}


def _problem(status: int) -> Object:
    """Return the response of a status, whose problem has one of its types."""
    codes = [code for code in ProblemCode if code.status == status]
    types = [code.type for code in codes]
    types += ["about:blank"] if status in _HAVE_OTHER_TYPES else []
    schema = {
        "$ref": f"{SCHEMAS}ProblemDetails",
        "properties": {"type": {"enum": types}, "status": {"const": status}},
    }
    return {
        "description": " ".join(code.description for code in codes),
        "headers": _ERROR_HEADERS.get(status, {}) | _REQUEST_ID,
        "content": {"application/problem+json": {"schema": schema}},
    }
