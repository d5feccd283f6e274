"""The key that clients must send, where the server has one."""

import hmac
from functools import partial
from pathlib import Path

from flask import Flask, request

from app.config import Settings, SettingsError, variable
from app.errors import Problem, ProblemCode

MIN_KEY_LENGTH = 16
FREE_PATHS = ("/healthz", "/readyz")

_HOW_TO_SEND = (
    "Send this server's key: as 'Authorization: Bearer KEY', as 'X-API-Key: KEY', or as the "
    "password that a browser asks for, with any name."
)
_CHALLENGE = 'Basic realm="Inkling", charset="UTF-8", Bearer realm="Inkling"'


def register(app: Flask, settings: Settings) -> None:
    """Let the app answer only those who send the key of the settings, if there is one.

    Raises
    ------
    SettingsError
        When it is too short, given twice, or its file cannot be read.
    """
    if settings.api_key and settings.api_key_file:
        names = f"{variable('api_key')} and {variable('api_key_file')}"
        raise SettingsError(f"{names} are both set: leave one of them out")
    if settings.api_key_file:
        key = _checked("api_key_file", _read(settings.api_key_file))
    elif settings.api_key:
        key = _checked("api_key", settings.api_key.encode())
    else:
        return
    app.before_request(partial(_check, key, is_shared=bool(settings.allowed_origins)))


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        name = variable("api_key_file")
        reason = error.strerror
        raise SettingsError(f"{name} is {str(path)!r}, which cannot be read: {reason}") from None


def _checked(name: str, key: bytes) -> bytes:
    """Return a key without the white space around it, unless it is too short."""
    key = key.strip()
    if len(key) < MIN_KEY_LENGTH:
        expected = f"a key of at least {MIN_KEY_LENGTH} characters"
        raise SettingsError(f"{variable(name)} must hold {expected}, but it holds {len(key)}")
    return key


def _check(key: bytes, *, is_shared: bool) -> None:
    """Raise Problem 401 unless the request brings the key, or needs none."""
    is_preflight = is_shared and request.method == "OPTIONS"  # browsers send no key with it
    is_file = request.endpoint == "static"  # which all may read anyway; this page needs some too
    if is_preflight or is_file or request.path in FREE_PATHS:
        return
    sent = _sent()
    if not hmac.compare_digest(sent, key):
        came = "The one that came is another." if sent else "None came."
        detail = f"{_HOW_TO_SEND} {came}"
        raise Problem(ProblemCode.KEY_NEEDED, detail, headers={"WWW-Authenticate": _CHALLENGE})


def _sent() -> bytes:
    """Return the key in whichever of the three places, empty where it is in none."""
    authorization = request.authorization
    if authorization and authorization.type == "basic":
        return (authorization.password or "").encode()
    if authorization and authorization.type == "bearer":
        return _as_sent(authorization.token or "")
    return _as_sent(request.headers.get("X-API-Key", ""))


def _as_sent(header: str) -> bytes:
    """Return the bytes of a header, which WSGI gives as Latin-1."""
    return header.encode("latin-1", "replace")
