"""The rules for every request and response: headers, origins, the API key, the rate limit."""

from flask import Flask

from app.config import Settings
from app.security import api_key, rate_limit
from app.security.headers import add_security_headers, enable_cors


def register(app: Flask, settings: Settings) -> None:
    """Apply the rules of the settings to an app that has all its routes.

    Raises
    ------
    SettingsError
        When a setting for this is not valid.
    """
    app.after_request(add_security_headers)
    if settings.allowed_origins:
        enable_cors(app, settings.allowed_origins)
    api_key.register(app, settings)
    rate_limit.register(app, settings)
