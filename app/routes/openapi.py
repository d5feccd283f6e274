"""The API described by itself: for programs in OpenAPI 3.1, for people on a page to try it.

JSON schemas (2020-12) are made from the types of answers and queries; those of bodies are here.
"""

import tomllib
from collections.abc import Sequence, Set
from typing import Any

from flask import Blueprint, render_template, request
from msgspec import json

from app.config import ROOT, Settings
from app.errors import ProblemCode, ProblemDetails
from app.requests.query import QUERIES, Query, properties
from app.requests.server_address import server_address
from app.responses import Response, respond, revalidated
from app.service import answer_types
from app.service.answer_types import SCHEMAS
from app.service.class_sheet import DEFAULT_PUPILS, PUPILS, SheetAnswer
from app.service.upload import IMAGE_TYPES

Object = dict[str, Any]

TYPES = (
    *(answer_types.DigitAnswer, answer_types.NumberAnswer, answer_types.BatchAnswer),
    *(answer_types.NumberBatchAnswer, SheetAnswer),
    *(answer_types.BatchRefusal, answer_types.ModelsAnswer, answer_types.Alive),
    *(answer_types.Ready, ProblemDetails),
)
TEXT: Object = {"type": "string"}

_FILE = TEXT | {"format": "binary"}
_BASE64 = (
    "([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}(==|[A-Za-z0-9+/][A-Za-z0-9+/=]))"  # of a byte or more
)
_DATA_URL = TEXT | {
    "format": "data-url",
    "pattern": f"^data:({'|'.join(IMAGE_TYPES)});base64,{_BASE64}$",
}
_AMONG_OTHERS = {
    "description": "What is not a data URL gets its problem in `results`; if none is, all get 400."
}

# A 7 of 24 x 24 pixels.
SEVEN = (
    "data:image/png;base64,"
    "iVBORw0KGgoAAAANSUhEUgAAABgAAAAYAQAAAADIDABVAAAAQElEQVR42mP8z8DAxIDADH8Y5JkYGD4wMTAI"
    "MDH/Z2Bi+K8AkfvnwMTAwMDw/8d/JoafUPWfoPQTKH2CgRHNPADW/g4wXAp1pAAAAABJRU5ErkJggg=="
)

_GUESS = {
    "digit": 7,
    "confidence": 0.9986,
    "certain": True,
    "doubt": None,
    "activations": [0.0001] * 7 + [0.9986] + [0.0001] * 2,
    "box": [70, 60, 140, 170],
    "image": SEVEN,
}
_WHOLE = {
    "certain_from": 0.001,
    "message": "This looks like a 7.",
    "left_out": [],
    "width": 280,
    "height": 280,
}
_BLANK = {
    "type": "urn:inkling:no-digit-found",
    "title": "No digit found",
    "status": 422,
    "detail": "No ink was found: no line is clearly darker or lighter than what is around it. "
    "Write one digit, large.",
}

# By the schema, without the name of the model.
EXAMPLES: dict[str, dict[str, Any]] = {
    "DigitAnswer": _GUESS | _WHOLE,
    "BatchAnswer": {"results": [_GUESS | _WHOLE, {"error": _BLANK}]},
    "NumberAnswer": _WHOLE
    | {
        "number": "7",
        "text": "7",
        "lines": ["7"],
        "certain": True,
        "doubt": None,
        "digits": [_GUESS | {"line": 0}],
        "doubtful_signs": [],
        "text_apart": None,
    },
}

_DESCRIPTION = """Reads handwritten digits in pictures: PNG, JPEG, WebP, GIF (its first frame) or \
BMP; a drawing, a scan or a photograph. A request may hold at most {max_body_bytes:,} bytes, \
{max_batch_items} pictures and {max_picture_pixels:,} pixels, and take {max_upload_seconds:g} \
seconds to arrive. Of certain answers a share of {risk:g} or less is wrong on all measured sets \
together, and nothing as large as a digit was left out. Each response carries the `X-Request-ID` \
of its request, or a new one."""

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
_ETAG = {"ETag": _header("To ask with `If-None-Match` whether it has changed.", TEXT)}
_UNCHANGED = {"304": {"description": "It has not changed.", "headers": _ETAG | _REQUEST_ID}}
_KEPT = ("/models", "/openapi.json")  # by clients
# Statuses with which gunicorn or werkzeug refuses requests, too.
_HAVE_OTHER_TYPES = (400, 404, 413)
# Of the rooms of classes, which are no part of the API.
OF_ROOMS = (ProblemCode.UNKNOWN_ROOM, ProblemCode.ROOM_FULL, ProblemCode.NO_SPACE_FOR_ROOM)

_TAGS = {
    "Reading": "Digits and numbers in pictures, and sheets that are printed for them.",
    "Networks": "What reads them.",
    "Operation": "For those who run the server.",
}
_PAGE = {"text/html": {"schema": TEXT}}
_NUMBERS = {"application/octet-stream": {"schema": _FILE}}
_OBJECT = {"application/json": {"schema": {"type": "object"}}}
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
        servers = [{"url": f"{request.script_root}/"}]
        return revalidated(respond(description | {"servers": servers}))

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
        "tags": [{"name": name, "description": words} for name, words in _TAGS.items()],
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
    is_expected = dict.fromkeys(OF_ROOMS, False) | {
        ProblemCode.KEY_NEEDED: needs_key(settings),
        ProblemCode.TOO_MANY_REQUESTS: bool(settings.rate_limit) or needs_key(settings),
    }
    return [code for code in ProblemCode if is_expected.get(code, True)]


def _paths(statuses: Set[int], settings: Settings) -> Object:
    """Return every path, given the statuses of all problems that the app can answer."""
    key = statuses & {401, 429} if 401 in statuses else set()  # wrong keys are limited
    of_batch = statuses - {422}  # which is the problem of one of its pictures
    of_query = key | {400, 404}
    get, post = "get", "post"
    probe: Object = {"security": []}  # load balancers send no key
    most = settings.max_batch_items
    one, many, allowed = pictures(), pictures(most), pictures(has_allowed=True)
    many_allowed = pictures(most, has_allowed=True)
    limits = {"post": _LIMITS} if settings.rate_limit else {}
    # Of each operation: method, path, name, summary, the answer's schema or its contents, statuses
    # of errors, and what is sent.
    groups: dict[str, list[tuple[Any, ...]]] = {
        "Reading": [
            (post, "/predict", "predict", "Read one digit", "DigitAnswer", statuses, one),
            (post, "/predict/batch", "predict_batch", "Read many", "BatchAnswer", of_batch, many),
            (post, "/read", "read", "Read numbers in lines", "NumberAnswer", statuses, allowed),
            (
                *(post, "/read/batch", "read_batch", "Read many", "NumberBatchAnswer"),
                *(of_batch, many_allowed),
            ),
            (post, "/sheet", "read_sheet", "Read a class sheet", "SheetAnswer", statuses, one),
            (get, "/sheet", "sheet", "A class sheet to print", _PAGE, key | {400}, _printed()),
        ],
        "Networks": [
            (get, "/models", "models", "The networks' scores", "ModelsAnswer", key | {400}),
            (get, "/models/weights", "weights", "The weights of a network", _NUMBERS, of_query),
        ],
        "Operation": [
            (get, "/metrics", "metrics", "Counts and times, for Prometheus", _METRICS, key),
            (get, "/openapi.json", "openapi", "This description", _OBJECT, key),
            (get, "/healthz", "healthz", "Whether the server is alive", "Alive", set(), probe),
            (get, "/readyz", "readyz", "Which networks the server has", "Ready", {503}, probe),
        ],
    }
    paths: Object = {}
    for tag, rows in groups.items():
        for method, path, name, summary, content, errors, *sent in rows:
            if isinstance(content, str):
                content = {"application/json": {"schema": {"$ref": SCHEMAS + content}}}
            is_kept = path in _KEPT
            headers = _REQUEST_ID | limits.get(method, {}) | (_ETAG if is_kept else {})
            answer = {"description": "The answer.", "headers": headers, "content": content}
            problems = {
                str(status): {"$ref": f"#/components/responses/Problem{status}"}
                for status in errors
            }
            operation = {"tags": [tag], "operationId": name, "summary": summary}
            unchanged = _UNCHANGED if is_kept else {}
            operation |= {"responses": {"200": answer} | unchanged | problems}
            if path in QUERIES:
                operation["parameters"] = _parameters(QUERIES[path])
            for members in sent:
                operation |= members
            paths.setdefault(path, {})[method] = operation
    return paths


def _printed() -> Object:
    """Return the parameters of the page with the class sheet; it ignores others, as pages do."""
    rows: Object = {"type": "integer", "minimum": PUPILS[0], "maximum": PUPILS[-1]}
    rows["default"] = DEFAULT_PUPILS
    pupils = {"in": "query", "name": "pupils", "description": "How many rows it has."}
    return {"parameters": [*_parameters(Query), pupils | {"schema": rows}]}


def _parameters(query_type: type[Query]) -> list[Object]:
    return [
        {"in": "query", "name": name, "description": schema.pop("description"), "schema": schema}
        for name, schema in properties(query_type).items()
    ]


def _problem(status: int) -> Object:
    codes = [code for code in ProblemCode if code.status == status and code not in OF_ROOMS]
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


def schemas(settings: Settings, models: Sequence[str]) -> dict[str, Object]:
    """Return the schema of every answer by its name."""
    _, named = json.schema_components(TYPES, ref_template=SCHEMAS + "{name}")
    for name, schema in named.items():
        schema["additionalProperties"] = False
        if name in EXAMPLES:
            schema["examples"] = [EXAMPLES[name] | {"model": models[-1]}]
    for name in ("BatchAnswer", "NumberBatchAnswer"):
        named[name]["properties"]["results"]["maxItems"] = settings.max_batch_items
    for name in ("ModelsAnswer", "Ready"):
        named[name]["properties"]["models"] |= {"minItems": len(models), "maxItems": len(models)}
    named["ModelName"] = TEXT | {"enum": list(models)}
    named["ModelChoice"] = TEXT | {"enum": [*models, ""], "default": settings.default_model}
    return named


def pictures(max_items: int | None = None, *, has_allowed: bool = False) -> Object:
    """Return the body with one picture, in any of the three ways, or several, in two of them.

    Its form and its JSON may have a list of texts besides.
    """
    key, file, url = "image", _FILE, _DATA_URL
    example: Any = SEVEN
    raw: Object = {media_type: {"schema": _FILE} for media_type in IMAGE_TYPES}
    if max_items:
        several: Object = {"type": "array", "minItems": 1, "maxItems": max_items}
        file, url = several | {"items": _FILE}, several | {"items": _DATA_URL | _AMONG_OTHERS}
        key, example, raw = "images", [SEVEN, SEVEN], {}
    fields = {"image": file} | ({"allowed": answer_types.ALLOWED_LINES} if has_allowed else {})
    members = {key: url} | ({"allowed": answer_types.ALLOWED_LIST} if has_allowed else {})
    form = {"type": "object", "required": ["image"], "properties": fields}
    document = {"type": "object", "required": [key], "properties": members}
    content = {
        "multipart/form-data": {"schema": form},
        "application/json": {"schema": document, "example": {key: example}},
    }
    return {"requestBody": {"required": True, "content": content | raw}}
