"""The routes for programs: JSON out."""

from flask import Blueprint

from app.errors import Problem, ProblemCode
from app.requests.request import request
from app.requests.upload import batch_of_bytes, picture_bytes
from app.responses import Response, respond
from app.service.answers import Alive, ModelsAnswer, Ready
from app.service.predictor import Predictor


def blueprint(predictor: Predictor, *, max_batch_items: int) -> Blueprint:
    """Return the API.

    Parameters
    ----------
    predictor
        Reads pictures.
    max_batch_items
        Most pictures of one request.
    """
    api = Blueprint("api", __name__)

    def model() -> str:
        return predictor.choose(request.args.get("model"))

    @api.post("/predict")
    def predict() -> Response:
        name, explain = model(), _flag("explain")
        file = picture_bytes()
        return respond(*predictor.predict(file, name, explain=explain, waited_s=request.waited_s))

    @api.post("/predict/batch")
    def predict_batch() -> Response:
        name = model()
        files = batch_of_bytes(max_batch_items)
        return respond(*predictor.predict_all(files, name, waited_s=request.waited_s))

    @api.post("/read")
    def read() -> Response:
        name, explain = model(), _flag("explain")
        file = picture_bytes()
        return respond(*predictor.read(file, name, explain=explain, waited_s=request.waited_s))

    @api.get("/models")
    def models() -> Response:
        return respond(ModelsAnswer(predictor.default, predictor.descriptions))

    @api.get("/healthz")
    def healthz() -> Response:
        return respond(Alive("alive"))

    @api.get("/readyz")
    def readyz() -> Response:
        return respond(Ready("ready", list(predictor.models)))

    return api


def _flag(name: str) -> bool:
    """Return a query parameter that is 1 for yes, and 0 or absent for no."""
    value = request.args.get(name, "0")
    if value not in ("0", "1"):
        raise Problem(
            ProblemCode.NOT_A_READABLE_REQUEST, f"{name} must be 0 or 1, but is {value!r}."
        )
    return value == "1"
