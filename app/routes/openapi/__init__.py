"""The API described by itself: for programs in OpenAPI 3.1, for people on a page to try it."""

from typing import Any

from flask import Blueprint, render_template, request

from app.config import Settings
from app.routes.openapi.document import document, guards, needs_key
from app.routes.openapi.operations import READING
from app.routes.openapi.problems import descriptions
from app.service.predictor import Classifier


def blueprint(settings: Settings, classifier: Classifier) -> Blueprint:
    """Return the routes that describe the API as it is set up and the models it has."""
    described = Blueprint("openapi", __name__)
    description = document(settings, list(classifier.models))
    errors = descriptions(READING | {422} | guards(settings))

    @described.get("/openapi.json")
    def openapi() -> dict[str, Any]:
        return description | {"servers": [{"url": f"{request.script_root}/"}]}

    @described.get("/api")
    def page() -> str:
        return render_template(
            "api.html", settings=settings, errors=errors, needs_key=needs_key(settings)
        )

    return described
