"""Who may call the API: trusted proxies, origins, the API key, the rate limit."""

import os
import re
from functools import partial
from ipaddress import ip_network
from typing import Any

from flask import Flask
from flask_cors import CORS
from werkzeug.middleware.proxy_fix import ProxyFix

from app.config import Settings, SettingsError, setting_error
from app.requests.server_address import parse_address
from app.security import rate_limit
from app.security.api_key import check_key, configured_key, key_state

_TRUSTED_PROXIES = "FORWARDED_ALLOW_IPS"  # gunicorn's own variable
_ORIGIN = re.compile(r"https?://([a-z0-9.-]+|\[[0-9a-f:.]+\])(:[0-9]{1,5})?")


def register(app: Flask, settings: Settings) -> None:
    """Apply the rules of the settings to an app that has all its routes.

    Raises
    ------
    SettingsError
        When a setting for this is not valid.
    """
    app.url_map.merge_slashes = False  # else /static//x is redirected to the Host of the request
    if settings.allowed_origins:
        enable_cors(app, settings.allowed_origins)
    key = configured_key(settings)
    trust_proxies(app, settings.proxy_hops)
    if key or settings.rate_limit:  # before the key is checked, because wrong keys count
        rate_limit.register(app, settings, partial(key_state, key))
    if key:
        has_cors = bool(settings.allowed_origins)
        app.before_request(partial(check_key, key, has_cors=has_cors))


def trust_proxies(app: Flask, n_proxies: int) -> None:
    """Take the client's address from ``X-Forwarded-For`` where a trusted proxy sends it.

    Parameters
    ----------
    n_proxies
        How many proxies a request passes; each adds an address to the end of the header.

    Raises
    ------
    SettingsError
        When ``FORWARDED_ALLOW_IPS`` is not a list of addresses and networks.
    """
    setting = os.environ.get(_TRUSTED_PROXIES) or "127.0.0.1,::1"
    try:
        parts = setting.replace("*", "0.0.0.0/0,::/0").split(",")
        trusted = [ip_network(part.strip(), strict=False) for part in parts]
    except ValueError as error:
        raise SettingsError(f"{_TRUSTED_PROXIES} must be addresses or *: {error}") from None
    direct = app.wsgi_app
    proxied = ProxyFix(direct, x_for=n_proxies, x_proto=0)

    def wsgi_app(environ: dict[str, Any], start_response: Any) -> Any:
        peer = environ.get("REMOTE_ADDR", "")  # empty for a Unix socket, which is trusted
        address = parse_address(peer)
        is_trusted = not peer or any(address in network for network in trusted if address)
        return (proxied if is_trusted else direct)(environ, start_response)

    app.wsgi_app = wsgi_app  # type: ignore[method-assign]


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
    if not _ORIGIN.fullmatch(origin):
        expected = "* or origins such as https://example.com, separated by commas"
        raise setting_error("allowed_origins", origin, expected)
    return re.compile(re.escape(origin) + r"\Z")
