"""JSON schemas (2020-12), with examples: of the answers, from their types, and of what is sent."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import json

from app.config import Settings
from app.errors import ProblemDetails
from app.languages import NAMES
from app.service import answers
from app.service.answers import SCHEMAS
from app.service.class_sheet import DEFAULT_PUPILS, PUPILS, SheetAnswer
from app.service.reading import EXPLANATIONS
from app.service.upload import IMAGE_TYPES

Schema = dict[str, Any]

TYPES = (
    *(answers.DigitAnswer, answers.NumberAnswer, answers.BatchAnswer, answers.BatchDigit),
    *(answers.NumberBatchAnswer, answers.BatchNumber, SheetAnswer),
    *(answers.BatchRefusal, answers.ModelsAnswer, answers.Alive, answers.Ready, ProblemDetails),
)
TEXT: Schema = {"type": "string"}

_FILE = TEXT | {"format": "binary"}
_DATA_URL = TEXT | {
    "format": "data-url",
    "pattern": "^data:image/(png|jpeg|webp|gif|bmp);base64,[A-Za-z0-9+/]+={0,2}$",
}
_MODEL: Schema = {"$ref": SCHEMAS + "ModelChoice"}
_EXPLAIN = TEXT | {"enum": ["0", "1", *EXPLANATIONS], "default": "0"}
_COUNT: Schema = {"type": "integer", "minimum": 0, "maximum": 9999, "default": 0}
_QUERY = {
    "model": (_MODEL, "The network that reads; empty for the default."),
    "explain": (
        _EXPLAIN,
        "Adds the stages to the ink, the outputs of the layers, both, or what each network gives.",
    ),
    "layer": (_COUNT, "From 0, the one that has the pixels as inputs; the last has the outputs."),
    "channel": (_COUNT, "From 0; or the number of a neuron."),
    "index": (
        {"type": "integer", "minimum": 0, "maximum": answers.MAX_INDEX},
        "The digit whose layers or networks are added, counted from 0; without it, the first that "
        "is not certain, or else the last. Where there are fewer digits, none are added.",
    ),
    "certain_at": (
        {"type": "number", "minimum": 0, "maximum": 1},
        "Confidence from which a digit is certain; without it, the server's.",
    ),
    "pattern": (
        TEXT | {"examples": ["\\d{6}"], "maxLength": 200},
        "What each line may hold: digits, \\d, sets such as [0-4], \\., comma and minus, each with "
        "?, *, +, {6} or {4,6} after it.",
    ),
    "check": (
        TEXT | {"enum": list(answers.CHECK_NAMES)},
        "The digits of each line have right check digits: Luhn, GTIN (EAN), or ISO 7064 MOD 97-10.",
    ),
    "minimum": ({"type": "number"}, "Least value of each line; a comma is a decimal point."),
    "maximum": ({"type": "number"}, "Greatest value of each line."),
    "lang": (
        TEXT | {"enum": list(NAMES), "default": "en"},
        "The language of a message, and of the title and detail of a problem.",
    ),
    "file": (TEXT, "Path in the project, of a file with a function that the lesson shows."),
    "sha256": (TEXT, "With the hash of what is sent, browsers keep it for a year."),
}
_OF_PAGE = {
    "pad": (TEXT, "'wide' for a pad twice as wide as high, else a square."),
    "read": (TEXT, "'number' for the wide pad, as it was called before."),
    "lang": (TEXT, f"{', '.join(NAMES)}; else the language that the browser prefers."),
}

_ALLOWED_LINES = TEXT | {
    "pattern": r"^\s*[0-9.,-]{1,40}(\s*\n\s*[0-9.,-]{1,40})*\s*$",
    "description": "The texts that a line may hold, one a line.",
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
    "image": SEVEN,
}
_WHOLE = {"message": "This looks like a 7.", "left_out": [], "width": 280, "height": 280}
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
        "digits": [_GUESS | {"line": 0, "box": [70, 60, 140, 170]}],
        "doubtful_signs": [],
        "text_apart": None,
    },
}


def schemas(settings: Settings, models: Sequence[str]) -> dict[str, Schema]:
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


def query(*names: str) -> Schema:
    """Return the parameters of an operation of the API."""
    return _query({name: _QUERY[name] for name in names})


def page_query() -> Schema:
    """Return the parameters of the page."""
    return _query({"model": _QUERY["model"]} | _OF_PAGE)


def sheet_query() -> Schema:
    """Return the parameters of the class sheet's page."""
    pupils = {"type": "integer", "minimum": 1, "maximum": PUPILS[-1], "default": DEFAULT_PUPILS}
    return _query({"pupils": (pupils, "Rows of the sheet."), "lang": _OF_PAGE["lang"]})


def _query(meanings: Mapping[str, tuple[Schema, str]]) -> Schema:
    """Return parameters, each with its schema and description."""
    rows = [("query", name, *meaning) for name, meaning in meanings.items()]
    keys = ("in", "name", "schema", "description")
    return {"parameters": [dict(zip(keys, row, strict=True)) for row in rows]}


def pictures(max_items: int | None = None, *, has_allowed: bool = False) -> Schema:
    """Return the body with one picture, in any of the three ways, or several, in two of them.

    Its form and its JSON may have a list of texts besides.
    """
    several: Schema = {"type": "array", "minItems": 1, "maxItems": max_items}
    if max_items:
        content = _form({"image": several | {"items": _FILE}})
        content |= _json("images", several | {"items": _DATA_URL}, [SEVEN, SEVEN])
    else:
        content = _form({"image": _FILE}) | _json("image", _DATA_URL, SEVEN)
    if has_allowed:
        content["multipart/form-data"]["schema"]["properties"]["allowed"] = _ALLOWED_LINES
        content["application/json"]["schema"]["properties"]["allowed"] = answers.ALLOWED
    raw = {} if max_items else {media_type: {"schema": _FILE} for media_type in IMAGE_TYPES}
    return _body(content | raw)


def page_form() -> Schema:
    """Return the body of the page's form."""
    return _body(_form({"image": _FILE, "model": _MODEL, "read": TEXT}))


def _body(content: Schema) -> Schema:
    return {"requestBody": {"required": True, "content": content}}


def _form(fields: Schema) -> Schema:
    """Return a form of these fields, of which the file is required."""
    schema = {"type": "object", "required": ["image"], "properties": fields}
    return {"multipart/form-data": {"schema": schema}}


def _json(key: str, value: Schema, example: object) -> Schema:
    """Return a JSON object with one key."""
    schema = {"type": "object", "required": [key], "properties": {key: value}}
    return {"application/json": {"schema": schema, "example": {key: example}}}
