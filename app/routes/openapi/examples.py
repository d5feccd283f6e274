"""A picture that gets an answer when it is sent as it stands, and the answers to it."""

from typing import Any

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
