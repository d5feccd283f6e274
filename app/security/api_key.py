"""The API key: of the settings or a file, and where requests have it."""

import hmac
from enum import Enum, auto

from app.config import Settings, SettingsError, environment_variable
from app.errors import Problem, ProblemCode
from app.requests.request import PROBES, request

MIN_KEY_LENGTH = 16

_HOW_TO_SEND = (
    "Send this server's key: as 'Authorization: Bearer KEY', as 'X-API-Key: KEY', or as the "
    "password that a browser asks for, with any name."
)
_CHALLENGE = 'Basic realm="Inkling", charset="UTF-8", Bearer realm="Inkling"'


def configured_key(settings: Settings) -> bytes:
    """Return the key without white space around it, empty if none is set.

    Raises
    ------
    SettingsError
        When the key is too short, is set twice, or its file cannot be read.
    """
    names = [name for name in ("api_key", "api_key_file") if getattr(settings, name)]
    if not names:
        return b""
    variables = " and ".join(map(environment_variable, names))
    if len(names) > 1:
        raise SettingsError(f"{variables} are both set: remove one of them")
    path = settings.api_key_file
    try:
        key = (path.read_bytes() if path else settings.api_key.encode()).strip()
    except OSError as error:
        why = f"is {str(path)!r}, which cannot be read: {error.strerror}"
        raise SettingsError(f"{variables} {why}") from None
    if len(key) < MIN_KEY_LENGTH:
        expected = f"a key of at least {MIN_KEY_LENGTH} characters"
        raise SettingsError(f"{variables} must hold {expected}, but it holds {len(key)}")
    return key


class KeyState(Enum):
    """Which key a request has."""

    RIGHT = auto()  # or the server needs none
    WRONG = auto()
    NONE = auto()


def key_state(key: bytes) -> KeyState:
    """Return which key the request has, compared with the server's, which is empty for none."""
    sent = _sent_key()
    if not key or hmac.compare_digest(sent, key):
        return KeyState.RIGHT
    return KeyState.WRONG if sent else KeyState.NONE


def check_key(key: bytes, *, has_cors: bool) -> None:
    """Raise Problem 401 unless the request has the key or needs none."""
    is_preflight = has_cors and request.method == "OPTIONS"  # browsers send no key with it
    is_file = request.endpoint == "static"  # public anyway, and the error page needs some of them
    if is_preflight or is_file or request.path in PROBES:
        return
    state = key_state(key)
    if state is not KeyState.RIGHT:
        came = "A different key came." if state is KeyState.WRONG else "None came."
        challenge = {"WWW-Authenticate": _CHALLENGE}
        raise Problem(ProblemCode.KEY_NEEDED, f"{_HOW_TO_SEND} {came}", headers=challenge)


def _sent_key() -> bytes:
    """Return the key from one of its three places, empty if it is in none."""
    try:
        authorization = request.authorization
    except ValueError:  # of werkzeug: Basic with letters outside ASCII
        return b""
    if authorization and authorization.type == "basic":
        return (authorization.password or "").encode()
    if authorization and authorization.type == "bearer":
        header = authorization.token or ""
    else:
        header = request.headers.get("X-API-Key", "")
    return header.encode("latin-1", "replace")  # as WSGI decodes headers
