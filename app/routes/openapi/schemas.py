"""What answers and errors look like, as JSON schemas (2020-12)."""

from collections.abc import Sequence
from typing import Any

from app.routes.openapi.examples import answers
from app.service.answers import STAGES

Schema = dict[str, Any]

MAX_DIGITS = 100  # that one picture may hold for /read

_PNG = {"type": "string", "pattern": "^data:image/png;base64,[A-Za-z0-9+/]+={0,2}$"}
_TEXT = {"type": "string", "minLength": 1}
_SENTENCE = _TEXT | {"description": "The same, said to people."}
_CERTAIN = {"type": "boolean", "description": "False: do not rely on it."}
_ACTIVATION = {"type": "number", "minimum": 0, "maximum": 1}
_STAGES = {
    "type": "array",
    "description": "With explain=1: how the picture became ink, each at most 240 pixels a side.",
    "items": {"$ref": "#/components/schemas/Stage"},
}

_DIGIT = {
    "digit": {"type": "integer", "minimum": 0, "maximum": 9, "description": "The best guess."},
    "confidence": _ACTIVATION | {"description": "The chance that it is right."},
    "certain": _CERTAIN,
    "activations": {
        "type": "array",
        "description": "That of each class, 0 to 9.",
        "items": _ACTIVATION,
        "minItems": 10,
        "maxItems": 10,
    },
    "image": _PNG | {"description": "The 28x28 pixels that the network saw."},
}


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
    named = _answers(max_batch_items) | _parts() | _server(len(models))
    for name, answer in answers(models[-1]).items():
        named[name]["examples"] = [answer]
    names = {
        "ModelName": {"type": "string", "enum": list(models)},
        "ModelChoice": {
            "type": "string",
            "description": "The network that reads; empty for the default.",
            "enum": [*models, ""],
        },
    }
    return named | names | {"Problem": _PROBLEM}


_PROBLEM = {
    "type": "object",
    "description": "An error (RFC 9457).",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {
            "type": "string",
            "pattern": "^(about:blank|urn:inkling:[a-z-]+)$",
            "description": "What kind of problem it is, for programs.",
        },
        "title": _TEXT,
        "status": {"type": "integer", "minimum": 400, "maximum": 599},
        "detail": _TEXT
        | {"description": "What was expected, what came and what to do, for people."},
    },
    "additionalProperties": False,
}


def _object(required: Schema, optional: Schema | None = None, **others: Any) -> Schema:
    """Return the schema of an object with these properties and no other."""
    return {
        "type": "object",
        "required": list(required),
        "properties": required | (optional or {}),
        "additionalProperties": False,
    } | others


def _answers(max_batch_items: int) -> dict[str, Schema]:
    """Return what the three routes that read pictures answer."""
    layers = {
        "type": "array",
        "description": "With explain=1: what each hidden layer gave, from the picture up.",
        "items": reference("Layer"),
    }
    digit = _DIGIT | {"message": _SENTENCE}
    model = {"model": reference("ModelName")}
    results = {
        "type": "array",
        "description": "One for each picture, in the order in which they came.",
        "items": {"oneOf": [reference("BatchDigit"), reference("BatchRefusal")]},
        "minItems": 1,
        "maxItems": max_batch_items,
    }
    return {
        "Digit": _object(digit | model, {"stages": _STAGES, "layers": layers}),
        "Batch": _object(model | {"results": results}),
        "BatchDigit": _object(digit, description="A picture that was read."),
        "BatchRefusal": _object(
            {"error": reference("Problem")},
            description="A picture that was not, and what /predict would have answered.",
        ),
        "Number": _number(),
    }


def _number() -> Schema:
    """Return what is answered to a picture of several digits."""
    line = {"type": "string", "pattern": "^[0-9]+$"}
    several = {"type": "array", "minItems": 1, "maxItems": MAX_DIGITS}
    side_px = {"type": "integer", "minimum": 1}
    return _object(
        {
            "number": {
                "type": "string",
                "pattern": "^[0-9]+(\n[0-9]+)*$",
                "description": "The lines, joined by line breaks.",
            },
            "lines": several | {"items": line},
            "certain": _CERTAIN,
            "message": _SENTENCE,
            "digits": several
            | {"description": "In reading order.", "items": reference("FoundDigit")},
            "width": side_px | {"description": "Of the picture, upright, in pixels."},
            "height": side_px | {"description": "Of the picture, upright, in pixels."},
            "model": reference("ModelName"),
        },
        {"stages": _STAGES},
    )


def _parts() -> dict[str, Schema]:
    """Return what answers are made of."""
    box = {
        "type": "array",
        "description": "x, y, width and height in pixels of the picture, upright.",
        "items": {"type": "integer", "minimum": 0},
        "minItems": 4,
        "maxItems": 4,
    }
    line = {"type": "integer", "minimum": 0, "description": "Number of its line, from 0."}
    shape = {
        "type": "array",
        "description": "Neurons; or rows, columns and pictures.",
        "items": {"type": "integer", "minimum": 1},
        "minItems": 1,
        "maxItems": 3,
    }
    outputs = {
        "type": "array",
        "description": "Row by row, the pictures of one pixel side by side.",
        "items": {"type": "number"},
        "minItems": 1,
    }
    return {
        "FoundDigit": _object(_DIGIT | {"line": line, "box": box}),
        "Layer": _object({"name": _TEXT, "shape": shape, "outputs": outputs}),
        "Stage": _object(
            {"name": {"type": "string", "enum": list(STAGES)}, "caption": _TEXT, "image": _PNG}
        ),
    }


def _server(n_models: int) -> dict[str, Schema]:
    """Return what is told of the networks, and of the server."""
    each = {"type": "array", "minItems": n_models, "maxItems": n_models}
    names = each | {"items": reference("ModelName")}
    return {
        "Models": _object(
            {"default": reference("ModelName"), "models": each | {"items": reference("Model")}}
        ),
        "Model": _model(),
        "Alive": _object({"status": {"const": "alive"}}),
        "Ready": _object({"status": {"const": "ready"}, "models": names}),
        "Draining": _object({"status": {"const": "draining"}, "models": names}),
    }


def _model() -> Schema:
    """Return what is told of a network."""
    count = {"type": "integer", "minimum": 0}
    score = _object({"correct": count, "total": count, "accuracy": _ACTIVATION})
    return _object(
        {
            "name": reference("ModelName"),
            "description": _TEXT,
            "layers": {"type": "array", "items": _TEXT, "minItems": 1},
            "parameters": count,
            "scores": {
                "type": "object",
                "description": "By the name of the set that was read.",
                "additionalProperties": score,
            },
            "default": {"type": "boolean", "description": "Reads where none is named."},
        }
    )
