"""JSON schemas (2020-12), made from the types of the answers."""

import types
from collections.abc import Sequence
from dataclasses import MISSING, fields
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from app.errors import ProblemDetails
from app.responses import to_json
from app.routes.openapi.examples import examples
from app.service import answers

Schema = dict[str, Any]

# Names of the types in the document.
NAMES: dict[type, str] = {
    answers.DigitAnswer: "Digit",
    answers.BatchAnswer: "Batch",
    answers.BatchDigit: "BatchDigit",
    answers.BatchRefusal: "BatchRefusal",
    answers.NumberAnswer: "Number",
    answers.FoundDigit: "FoundDigit",
    answers.Layer: "Layer",
    answers.Stage: "Stage",
    answers.ModelsAnswer: "Models",
    answers.ModelDescription: "Model",
    answers.Score: "Score",
    answers.Alive: "Alive",
    answers.Ready: "Ready",
    ProblemDetails: "Problem",
}
_PLAIN = {str: "string", bool: "boolean", int: "integer", float: "number"}


def reference(name: str) -> Schema:
    """Return a reference to one of the schemas of `schemas`."""
    return {"$ref": f"#/components/schemas/{name}"}


def schemas(models: Sequence[str], *, max_batch_items: int) -> dict[str, Schema]:
    """Return every schema by its name.

    Parameters
    ----------
    models
        Names of the models.
    max_batch_items
        Most pictures in one request.
    """
    named = {name: object_schema(kind) for kind, name in NAMES.items()}
    named["Batch"]["properties"]["results"]["maxItems"] = max_batch_items
    for name in ("Models", "Ready"):
        named[name]["properties"]["models"] |= {"minItems": len(models), "maxItems": len(models)}
    for example in examples(models[-1]):
        named[NAMES[type(example)]]["examples"] = [to_json(example)]
    named["ModelName"] = {"type": "string", "enum": list(models)}
    named["ModelChoice"] = {
        "type": "string",
        "description": "The network that reads; empty for the default.",
        "enum": [*models, ""],
    }
    return named


def object_schema(kind: type) -> Schema:
    """Return the schema of a dataclass: an object with its fields and no other."""
    hints = get_type_hints(kind, include_extras=True)
    return {
        "type": "object",
        "description": kind.__doc__,
        "required": [field.name for field in fields(kind) if field.default is MISSING],
        "properties": {name: schema(hint) for name, hint in hints.items()},
        "additionalProperties": False,
    }


def schema(hint: Any) -> Schema:
    """Return the schema of a type; what ``Annotated`` adds are keywords of its schema."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin is Annotated:
        described = schema(arguments[0])
        for keywords in arguments[1:]:
            described |= keywords
        return described
    if origin is Literal:
        return {"const": arguments[0]}
    if origin is list:
        return {"type": "array", "items": schema(arguments[0])}
    if origin is dict:
        return {"type": "object", "additionalProperties": schema(arguments[1])}
    if origin in (Union, types.UnionType):
        kinds = [schema(each) for each in arguments if each is not types.NoneType]
        return kinds[0] if len(kinds) == 1 else {"oneOf": kinds}
    return {"type": _PLAIN[hint]} if hint in _PLAIN else reference(NAMES[hint])
