"""The routes for programs: JSON out."""

from typing import Any

from flask import Blueprint, request

from app.bodies import picture_bytes
from app.classifier import Classifier
from app.errors import Problem
from app.pictures import decode


def blueprint(classifier: Classifier, *, max_pixels: int) -> Blueprint:
    """Return the API over these models; a picture may have at most ``max_pixels`` pixels."""
    api = Blueprint("api", __name__)

    @api.post("/predict")
    def predict() -> dict[str, Any]:
        model = classifier.choose(request.args.get("model"))
        explain = _flag("explain")
        picture = decode(picture_bytes(), max_pixels=max_pixels)
        return classifier.predict(picture, model, explain=explain)

    @api.post("/read")
    def read() -> dict[str, Any]:
        model = classifier.choose(request.args.get("model"))
        explain = _flag("explain")
        picture = decode(picture_bytes(), max_pixels=max_pixels)
        return classifier.read(picture, model, explain=explain)

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
