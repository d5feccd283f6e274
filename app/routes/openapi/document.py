"""The whole description of the API."""

import tomllib
from collections.abc import Sequence
from typing import Any

from app.config import ROOT, Settings
from app.routes.openapi.components import (
    HEADERS,
    KEYS,
    bodies,
    error_response,
    expected_codes,
    needs_key,
    parameters,
)
from app.routes.openapi.operations import paths
from app.routes.openapi.schemas import schemas

_DESCRIPTION = """Reads handwritten digits in pictures: PNG, JPEG, WebP, GIF (its first frame) or \
BMP; a drawing, a scan or a photograph. A request may hold at most {max_body_bytes:,} bytes, \
{max_batch_items} pictures and {max_picture_pixels:,} pixels, and take {max_upload_seconds:g} \
seconds to arrive. An answer is certain from a confidence of {certain_at:g} on. Each response \
carries the `X-Request-ID` of its request, or a new one."""


def document(settings: Settings, models: Sequence[str]) -> dict[str, Any]:
    """Return the description of the API, as a JSON object of OpenAPI 3.1.

    Parameters
    ----------
    settings
        The limits, and whether a key is needed.
    models
        Names of the models.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    statuses = {code.status for code in expected_codes(settings)}
    components: dict[str, Any] = {
        "schemas": schemas(models, max_batch_items=settings.max_batch_items),
        "parameters": parameters(settings.default_model),
        "requestBodies": bodies(settings.max_batch_items),
        "responses": {f"Problem{status}": error_response(status) for status in sorted(statuses)},
        "headers": HEADERS,
    }
    description: dict[str, Any] = {
        "openapi": "3.1.0",
        "info": {
            "title": "Inkling",
            "version": project["version"],
            "summary": "Handwritten digits, read by a neural network",
            "description": _DESCRIPTION.format(**vars(settings)),
        },
        "paths": paths(statuses),
        "components": components,
    }
    if needs_key(settings):
        components["securitySchemes"] = KEYS
        description["security"] = [{name: []} for name in KEYS]
    return description
