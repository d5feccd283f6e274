"""The routes for programs: JSON out."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint, request

from app.bodies import picture_bytes
from app.classifier import Classifier
from app.errors import Problem
from app.pictures import decode


def blueprint(classifier: Classifier, *, max_pixels: int) -> Blueprint:
    """Return the API over these models; a picture may have at most ``max_pixels`` pixels."""
    api = Blueprint("api", __name__)

    def answer(read: Callable[..., dict[str, Any]]) -> dict[str, Any]:
        model = classifier.choose(request.args.get("model"))
        explain = _flag("explain")
        return read(decode(picture_bytes(), max_pixels=max_pixels), model, explain=explain)

    @api.post("/predict")
    def predict() -> dict[str, Any]:
        return answer(classifier.predict)

    @api.post("/read")
    def read() -> dict[str, Any]:
        return answer(classifier.read)

    @api.get("/models")
    def models() -> dict[str, Any]:
        return {"default": classifier.default, "models": classifier.describe()}

    @api.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "alive"}

    @api.get("/readyz")
    def readyz() -> dict[str, Any]:
        return {"status": "ready", "models": list(classifier.models)}

    return api


def _flag(name: str) -> bool:
    """Return a query parameter that is 1 for yes, and 0 or absent for no."""
    value = request.args.get(name, "0")
    if value not in ("0", "1"):
        raise Problem(400, "Not a readable request", f"{name} must be 0 or 1, but is {value!r}.")
    return value == "1"
