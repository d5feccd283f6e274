"""A small app with the routes of the real one, to test security and telemetry with."""

from typing import Any

from flask import Blueprint, Flask, request

from app import errors, languages
from app.config import ROOT
from app.errors import Problem, ProblemCode
from app.requests.request import Request
from app.responses import Outcome, Response, respond


def outcome(
    *digits: tuple[int, bool],
    model: str = "convnet",
    pixels: tuple[int, ...] = (784,),
    **others: Any,
) -> dict[str, Any]:
    certain = [is_certain for _, is_certain in digits]
    kept = {"model": model, "picture_pixels": pixels, "digits": digits, "are_certain": certain}
    return kept | others


def little_app() -> Flask:
    """Return an app whose answers are all alike; the JSON that it gets is their outcome."""
    api, pages = Blueprint("api", __name__), Blueprint("pages", __name__)

    @api.get("/healthz")
    @api.get("/readyz")
    @api.get("/models")
    @api.post("/predict")
    @api.post("/predict/batch")
    @api.post("/read")
    @api.post("/read/batch")
    @pages.route("/", methods=["GET", "POST"])
    def answer() -> Response:
        result = Outcome(**request.get_json()) if request.is_json else None
        return respond({"path": request.path}, result)

    @api.post("/refused")
    def refuse() -> None:
        raise Problem(ProblemCode.NO_DIGIT_FOUND, "It is blank.")

    @api.post("/busy")
    def shed() -> None:
        raise Problem(ProblemCode.TOO_BUSY, "Come again.")

    @api.get("/broken")
    def fail() -> None:
        raise RuntimeError("the secret")

    app = Flask("little", static_folder=ROOT / "static")
    app.request_class, app.response_class = Request, Response
    app.config["MAX_CONTENT_LENGTH"] = 1_000_000
    app.register_blueprint(api)
    app.register_blueprint(pages)
    errors.register(app)
    languages.register(app)
    return app
