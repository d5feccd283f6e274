"""A request that gets an answer when it is sent as it stands, and answers."""

from typing import Any

from app.errors import Problem, ProblemCode, details
from app.service.answers import (
    BatchAnswer,
    BatchDigit,
    BatchRefusal,
    DigitAnswer,
    FoundDigit,
    NumberAnswer,
)

# A 7 of 24 x 24 pixels.
SEVEN = (
    "data:image/png;base64,"
    "iVBORw0KGgoAAAANSUhEUgAAABgAAAAYAQAAAADIDABVAAAAQElEQVR42mP8z8DAxIDADH8Y5JkYGD4wMTAI"
    "MDH/Z2Bi+K8AkfvnwMTAwMDw/8d/JoafUPWfoPQTKH2CgRHNPADW/g4wXAp1pAAAAABJRU5ErkJggg=="
)


def examples(model: str) -> list[DigitAnswer | BatchAnswer | NumberAnswer]:
    """Return an answer of each route that reads pictures, by a model."""
    guess: dict[str, Any] = {
        "digit": 7,
        "confidence": 0.9986,
        "certain": True,
        "activations": [0.0001] * 7 + [0.9986] + [0.0001] * 2,
        "image": SEVEN,
    }
    message = "This looks like a 7."
    blank = Problem(ProblemCode.NO_DIGIT_FOUND, "The picture is blank. Write one digit, large.")
    return [
        DigitAnswer(**guess, message=message, model=model),
        BatchAnswer(model, [BatchDigit(**guess, message=message), BatchRefusal(details(blank))]),
        NumberAnswer(
            number="7",
            lines=["7"],
            certain=True,
            message=message,
            digits=[FoundDigit(**guess, line=0, box=[70, 60, 140, 170])],
            width=280,
            height=280,
            model=model,
        ),
    ]
