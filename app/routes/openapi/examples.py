"""Requests that get an answer when they are sent as they stand, and answers."""

from typing import Any

# A 7 of 24 x 24 pixels.
SEVEN = (
    "data:image/png;base64,"
    "iVBORw0KGgoAAAANSUhEUgAAABgAAAAYAQAAAADIDABVAAAAQElEQVR42mP8z8DAxIDADH8Y5JkYGD4wMTAI"
    "MDH/Z2Bi+K8AkfvnwMTAwMDw/8d/JoafUPWfoPQTKH2CgRHNPADW/g4wXAp1pAAAAABJRU5ErkJggg=="
)

_ACTIVATIONS = [0.0002, 0.0001, 0.0002, 0.0001, 0.0001, 0.0002, 0.0002, 0.9986, 0.0002, 0.0001]
_SEVEN: dict[str, Any] = {
    "digit": 7,
    "confidence": 0.9986,
    "certain": True,
    "activations": _ACTIVATIONS,
    "image": SEVEN,
}
_SAID = {"message": "This looks like a 7."}
_REFUSAL = {
    "type": "urn:inkling:no-digit-found",
    "title": "No digit found",
    "status": 422,
    "detail": "The picture shows no ink: all of it is equally bright. Write one digit, large.",
}


def answers(model: str) -> dict[str, Any]:
    """Return an answer of each route that reads pictures, by the name of its schema."""
    found = [_SEVEN | {"line": 0, "box": [70, 60, 140, 170]}]
    number = {"number": "7", "lines": ["7"], "certain": True, "digits": found}
    return {
        "Digit": _SEVEN | _SAID | {"model": model},
        "Batch": {"model": model, "results": [_SEVEN | _SAID, {"error": _REFUSAL}]},
        "Number": number | _SAID | {"width": 280, "height": 280, "model": model},
    }
