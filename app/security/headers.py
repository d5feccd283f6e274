"""What browsers and other clients may do with the app: the rules on every answer."""

import re

from flask import Flask, Response, request
from flask_cors import CORS

from app.config import Settings, SettingsError, variable
from app.security import api_key as keys
from app.security import rate_limit as rates

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; "
    "img-src 'self' data: blob:; connect-src 'self'; form-action 'self'; base-uri 'none'; "
    "frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), display-capture=(), geolocation=(), microphone=(), "
    "payment=(), usb=()",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
"""What every response tells browsers: load only what is ours, and let nobody embed it."""

_ORIGIN = re.compile(r"https?://([a-z0-9.-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")


def register(app: Flask, settings: Settings) -> None:
    """Guard the app: headers, the key, the limit of rates, and pages of other origins.

    To be called when all routes of the API are there.

    Raises
    ------
    SettingsError
        When one of the settings for this is not what it must be.
    """
    app.after_request(_protect)
    if settings.allowed_origins:
        _share(app, settings.allowed_origins)
    keys.register(app, settings)
    rates.register(app, settings)


def _protect(response: Response) -> Response:
    """Add the headers; pages alone may be kept, to be there again when one comes back."""
    response.headers.update(HEADERS)
    if request.blueprint != "pages" and request.endpoint != "static":
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def _share(app: Flask, allowed_origins: str) -> None:
    """Let pages of these origins call the API."""
    origins = [origin.strip() for origin in allowed_origins.split(",")]
    CORS(
        app,
        resources=[r.rule for r in app.url_map.iter_rules() if r.endpoint.startswith("api.")],
        origins="*" if origins == ["*"] else [_pattern(origin) for origin in origins],
        send_wildcard=True,
        always_send=False,
        methods=["GET", "POST"],
        allow_headers=["Authorization", "Content-Type", "X-API-Key", "X-Request-ID"],
        expose_headers=["Retry-After", "X-Request-ID"],
        max_age=600,
    )


def _pattern(origin: str) -> re.Pattern[str]:
    """Return what matches an origin alone, its brackets too, or raise SettingsError."""
    if not _ORIGIN.fullmatch(origin):
        expected = "* or origins such as https://example.com, parted by commas"
        name = variable("allowed_origins")
        raise SettingsError(f"{name} must be {expected}, but one of them is {origin!r}")
    return re.compile(re.escape(origin) + r"\Z")
