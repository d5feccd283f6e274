"""How many pictures one client may post in a time, where that is limited."""

import os
import time
from functools import partial
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from typing import TYPE_CHECKING, Any

from flask import Flask, current_app, request
from flask.typing import ResponseReturnValue

from app.config import Settings, SettingsError, variable
from app.errors import Problem, ProblemCode

if TYPE_CHECKING:
    from flask_limiter import Limiter, RateLimitExceeded
    from limits import RateLimitItem

_MAX_STORAGE_WAIT_S = 0.5
_TRUSTED_PROXIES = "FORWARDED_ALLOW_IPS"  # gunicorn's own variable

Network = IPv4Network | IPv6Network


def register(app: Flask, settings: Settings) -> None:
    """Let each client post as often as the settings say, to all routes together.

    Raises
    ------
    SettingsError
        When the limit, its storage or a trusted proxy is not written as it must be.
    """
    if not settings.rate_limit:
        return
    from flask_limiter import RateLimitExceeded  # loaded where it is used, for it is large

    _check(settings.rate_limit)
    limiter = _limiter(settings)
    limiter.request_filter(lambda: request.method != "POST")
    try:
        limiter.init_app(app)
    except Exception:  # Each storage has its own, and what they say may show a password.
        expected = "a storage such as memory:// or redis://HOST:PORT"
        raise SettingsError(f"{variable('rate_limit_storage')} must be {expected}") from None
    app.register_error_handler(RateLimitExceeded, partial(_refuse, limiter))


def _limiter(settings: Settings) -> "Limiter":
    """Return what counts the requests of each client."""
    from flask_limiter import Limiter

    proxies = _networks(os.environ.get(_TRUSTED_PROXIES) or "127.0.0.1,::1")
    return Limiter(
        partial(_client, proxies),
        application_limits=[settings.rate_limit],
        storage_uri=settings.rate_limit_storage,
        storage_options=_storage_options(settings.rate_limit_storage),
        # While the storage is away each worker counts on its own: better than no limit, and than
        # no answer.
        in_memory_fallback_enabled=True,
    )


def _check(rate_limit: str) -> None:
    """Raise SettingsError unless this is a limit as it is written."""
    from limits import parse_many

    try:
        is_valid = all(limit.amount > 0 for limit in parse_many(rate_limit))
    except ValueError:
        is_valid = False
    if not is_valid:
        expected = "written like '10 per second; 200 per minute'"
        words = f"{variable('rate_limit')} must be {expected}, but it is {rate_limit!r}"
        raise SettingsError(words)


def _storage_options(url: str) -> dict[str, Any]:
    """Return what keeps requests from waiting for Redis when it does not answer."""
    if not url.startswith("redis"):
        return {}
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    return {
        "socket_connect_timeout": _MAX_STORAGE_WAIT_S,
        "socket_timeout": _MAX_STORAGE_WAIT_S,
        "retry": Retry(NoBackoff(), 1),  # a connection that broke while it was not used
    }


def _networks(addresses: str) -> list[Network]:
    """Return the networks in a list parted by commas, in which * is every address."""
    try:
        parts = addresses.replace("*", "0.0.0.0/0,::/0").split(",")
        return [ip_network(part.strip(), strict=False) for part in parts]
    except ValueError as error:
        raise SettingsError(f"{_TRUSTED_PROXIES} must be addresses or *: {error}") from None


def _client(proxies: list[Network]) -> str:
    """Return who sent the request: its nearest sender that is no proxy we trust."""
    hops = [request.remote_addr or "", *reversed(request.access_route)]
    return _home(next((hop for hop in hops if not _is_proxy(hop, proxies)), hops[-1]))


def _is_proxy(address: str, proxies: list[Network]) -> bool:
    """Whether an address is trusted to tell who came to it; a socket in a file has none, and is."""
    try:
        return not address or any(ip_address(address) in network for network in proxies)
    except ValueError:
        return False


def _home(address: str) -> str:
    """Return an address, that of its network for IPv6, where one client has many."""
    if ":" not in address:
        return address or "unknown"
    try:
        return str(ip_network((address, 64), strict=False))
    except ValueError:
        return address


def _refuse(limiter: "Limiter", breach: "RateLimitExceeded") -> ResponseReturnValue:
    """Answer 429, and say when to come again."""
    limit = breach.limit.limit
    wait_s = _wait_s(limiter, limit)
    unit = limit.GRANULARITY.name
    period = unit if limit.multiples == 1 else _counted(limit.multiples, unit)
    detail = (
        f"One client may send {_counted(limit.amount, 'request')} per {period}. "
        f"Try again in {_counted(wait_s, 'second')}."
    )
    headers = {"Retry-After": str(wait_s)}
    return current_app.handle_user_exception(
        Problem(ProblemCode.TOO_MANY_REQUESTS, detail, headers=headers)
    )


def _wait_s(limiter: "Limiter", limit: "RateLimitItem") -> int:
    """Return the seconds until a client that met its limit may come again, at least 1."""
    try:
        reset_s = limiter.current_limit.reset_at  # type: ignore[union-attr]  # one was met
        return max(1, int(reset_s - time.time()))
    except Exception:  # The storage went away this moment.
        return int(limit.get_expiry())


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
