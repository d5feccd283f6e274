"""Headers for browsers: what a page may load, and which other origins may call the API."""

import re
from collections.abc import Callable
from typing import Any

from flask import Flask, Response
from flask_cors import CORS

from app.config import setting_error
from app.requests.request import request

SECURITY_HEADERS = {
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
"""Browsers load only files of this server, and show its pages in no frame of another page."""

_ORIGIN = re.compile(r"https?://([a-z0-9.-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")


def register(app: Flask) -> None:
    """Add the security headers to every response, and the id of its request.

    Answers are not cached, but where a route says so. A page is asked for again each time, because
    it names the versions of its files.
    """
    inner, added = app.wsgi_app, list(SECURITY_HEADERS.items())

    def wsgi_app(environ: dict[str, Any], start_response: Callable[..., Any]) -> Any:
        # Not in after_request: there each header is checked again.
        def start(status: str, headers: list[tuple[str, str]], *exc_info: Any) -> Any:
            return start_response(status, headers + added, *exc_info)

        return inner(environ, start)

    app.wsgi_app = wsgi_app  # type: ignore[method-assign]
    app.after_request(_add_headers)


def _add_headers(response: Response) -> Response:
    response.headers.add("X-Request-ID", request.id)
    if request.endpoint != "static":
        is_page = request.blueprint == "pages"
        response.headers.setdefault("Cache-Control", "no-cache" if is_page else "no-store")
    return response


def enable_cors(app: Flask, allowed_origins: str) -> None:
    """Let pages of these origins, separated by commas, call the API (cross-origin requests).

    Raises
    ------
    SettingsError
        When one of them is not an origin.
    """
    origins = [origin.strip() for origin in allowed_origins.split(",")]
    CORS(
        app,
        resources=[r.rule for r in app.url_map.iter_rules() if r.endpoint.startswith("api.")],
        origins="*" if origins == ["*"] else [_pattern(origin) for origin in origins],
        send_wildcard=True,
        always_send=False,
        methods=["GET", "POST"],
        allow_headers=["Authorization", "Content-Type", "X-API-Key", "X-Request-ID"],
        expose_headers=["RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-ID"],
        max_age=600,
    )


def _pattern(origin: str) -> re.Pattern[str]:
    """Return a pattern that matches this origin alone, or raise SettingsError."""
    if not _ORIGIN.fullmatch(origin):
        expected = "* or origins such as https://example.com, separated by commas"
        raise setting_error("allowed_origins", origin, expected)
    return re.compile(re.escape(origin) + r"\Z")
