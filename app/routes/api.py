"""The routes for programs: JSON out."""

from threading import Event
from typing import Any

from flask import Blueprint, request

from app.errors import Problem, ProblemCode
from app.requests.upload import batch_of_bytes, picture_bytes
from app.service.predictor import Classifier
from app.service.reader import Reader


def blueprint(
    classifier: Classifier, reader: Reader, draining: Event, *, max_batch_items: int
) -> Blueprint:
    """Return the API over these models.

    Parameters
    ----------
    classifier
        Knows the models.
    reader
        Reads files with them.
    draining
        Set while the server stops and should get no more requests.
    max_batch_items
        Most pictures of one request.
    """
    api = Blueprint("api", __name__)

    def model() -> str:
        return classifier.choose(request.args.get("model"))

    @api.post("/predict")
    def predict() -> dict[str, Any]:
        name, explain = model(), _flag("explain")
        return reader.predict(picture_bytes(), name, explain=explain)

    @api.post("/predict/batch")
    def predict_batch() -> dict[str, Any]:
        name = model()
        return reader.predict_all(batch_of_bytes(max_batch_items), name)

    @api.post("/read")
    def read() -> dict[str, Any]:
        name, explain = model(), _flag("explain")
        return reader.read(picture_bytes(), name, explain=explain)

    @api.get("/models")
    def models() -> dict[str, Any]:
        return {"default": classifier.default, "models": classifier.describe()}

    @api.get("/healthz")
    def healthz() -> dict[str, str]:
        return {"status": "alive"}

    @api.get("/readyz")
    def readyz() -> tuple[dict[str, Any], int]:
        status = "draining" if draining.is_set() else "ready"
        body = {"status": status, "models": list(classifier.models)}
        return body, 503 if draining.is_set() else 200

    return api


def _flag(name: str) -> bool:
    """Return a query parameter that is 1 for yes, and 0 or absent for no."""
    value = request.args.get(name, "0")
    if value not in ("0", "1"):
        raise Problem(ProblemCode.NOT_READABLE, f"{name} must be 0 or 1, but is {value!r}.")
    return value == "1"
