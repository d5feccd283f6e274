"""The API described by itself: for programs in OpenAPI 3.1, for people on a page to try it."""

from collections.abc import Sequence

from flask import Blueprint, render_template, request

from app.config import Settings
from app.languages import ENGLISH
from app.requests.server_address import server_address
from app.responses import Response, respond
from app.routes.openapi.document import document, expected_codes, needs_key


def blueprint(settings: Settings, models: Sequence[str], *, has_metrics: bool) -> Blueprint:
    """Return the routes that describe the API with these settings and models.

    ``has_metrics`` is false where another port than this API's answers ``/metrics``.
    """
    described = Blueprint("openapi", __name__)
    description = document(settings, models)
    if not has_metrics:
        del description["paths"]["/metrics"]

    @described.get("/openapi.json")
    def openapi() -> Response:
        return respond(description | {"servers": [{"url": f"{request.script_root}/"}]})

    @described.get("/api")
    def page() -> str:
        return render_template(
            "api.html",
            language=ENGLISH,  # as programs are written
            _=ENGLISH.markup,
            address=server_address(request.environ, settings.public_address),
            settings=settings,
            problems=expected_codes(settings),
            needs_key=needs_key(settings),
        )

    return described
