"""JSON schemas (2020-12), made from the types of the answers."""

from collections.abc import Sequence
from typing import Any

from msgspec import json

from app.errors import ProblemDetails
from app.routes.openapi.examples import EXAMPLES
from app.service import answers

Schema = dict[str, Any]

TYPES = (
    *(
        answers.DigitAnswer,
        answers.NumberAnswer,
        answers.ModelsAnswer,
        answers.Alive,
        answers.Ready,
    ),
    *(answers.BatchAnswer, answers.BatchDigit, answers.BatchRefusal, ProblemDetails),
)


def reference(name: str) -> Schema:
    """Return a reference to one of the schemas of `schemas`."""
    return {"$ref": answers.SCHEMAS + name}


def schemas(models: Sequence[str], *, max_batch_items: int) -> dict[str, Schema]:
    """Return every schema by its name.

    Parameters
    ----------
    models
        Names of the models.
    max_batch_items
        Most pictures in one request.
    """
    _, named = json.schema_components(TYPES, ref_template=answers.SCHEMAS + "{name}")
    for name, schema in named.items():
        schema["additionalProperties"] = False
        if name in EXAMPLES:
            schema["examples"] = [EXAMPLES[name] | {"model": models[-1]}]
    named["BatchAnswer"]["properties"]["results"]["maxItems"] = max_batch_items
    for name in ("ModelsAnswer", "Ready"):
        named[name]["properties"]["models"] |= {"minItems": len(models), "maxItems": len(models)}
    named["ModelName"] = {"type": "string", "enum": list(models)}
    named["ModelChoice"] = {
        "type": "string",
        "description": "The network that reads; empty for the default.",
        "enum": [*models, ""],
    }
    return named
