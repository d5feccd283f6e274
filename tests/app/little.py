"""A little app with the routes of the real one, for what stands around them."""

from flask import Blueprint, Flask, g, request

from app import errors
from app.config import ROOT
from app.errors import Problem


def little_app() -> Flask:
    """Return an app whose answers are all alike; JSON it gets goes to `g`, as if it were read."""
    api, pages = Blueprint("api", __name__), Blueprint("pages", __name__)

    @api.get("/healthz")
    @api.get("/readyz")
    @api.get("/models")
    @api.post("/predict")
    @api.post("/predict/batch")
    @api.post("/read")
    @pages.route("/", methods=["GET", "POST"])
    def answer() -> dict[str, str]:
        for name, value in (request.get_json() if request.is_json else {}).items():
            setattr(g, name, value)
        return {"path": request.path}

    @api.post("/refused")
    def refuse() -> None:
        raise Problem(422, "No ink found", "It is blank.")

    @api.post("/busy")
    def shed() -> None:
        raise Problem(503, "Too busy", "Come again.")

    @api.get("/broken")
    def fail() -> None:
        raise RuntimeError("the secret")

    app = Flask("little", static_folder=ROOT / "static")
    app.register_blueprint(api)
    app.register_blueprint(pages)
    errors.register(app)
    return app
