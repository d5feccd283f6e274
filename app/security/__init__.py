"""The rules for every request and response: headers, origins, the API key, the rate limit."""

from functools import partial

from flask import Flask

from app.config import Settings
from app.security import api_key, headers


def register(app: Flask, settings: Settings) -> None:
    """Apply the rules of the settings to an app that has all its routes.

    Raises
    ------
    SettingsError
        When a setting for this is not valid.
    """
    app.url_map.merge_slashes = False  # else /static//x is redirected to the Host of the request
    headers.register(app)
    if settings.allowed_origins:
        headers.enable_cors(app, settings.allowed_origins)
    key = api_key.configured_key(settings)
    if key or settings.rate_limit:  # before the key is checked, because wrong keys count
        from app.security import rate_limit  # only here, because what it imports is large

        rate_limit.register(app, settings, partial(api_key.has_wrong_key, key))
    if key:
        has_cors = bool(settings.allowed_origins)
        app.before_request(partial(api_key.check, key, has_cors=has_cors))
