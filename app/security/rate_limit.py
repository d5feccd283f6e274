"""The rate limit: how many requests one client may post in a period."""

import os
import time
from functools import partial
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network
from math import ceil
from typing import TYPE_CHECKING, Any

from flask import Flask, current_app, request
from flask.typing import ResponseReturnValue

from app.config import Settings, SettingsError, environment_variable
from app.errors import Problem, ProblemCode

if TYPE_CHECKING:
    from flask_limiter import Limiter, RateLimitExceeded
    from limits import RateLimitItem

_STORAGE_TIMEOUT_S = 0.5
_TRUSTED_PROXIES = "FORWARDED_ALLOW_IPS"  # gunicorn's own variable

Network = IPv4Network | IPv6Network


def register(app: Flask, settings: Settings) -> None:
    """Limit how often each client may post, to all routes together, if the settings say so.

    Raises
    ------
    SettingsError
        When the limit, its storage or a trusted proxy is not valid.
    """
    if not settings.rate_limit:
        return
    from flask_limiter import Limiter, RateLimitExceeded  # only here, because it is large

    _check(settings.rate_limit)
    proxies = _networks(os.environ.get(_TRUSTED_PROXIES) or "127.0.0.1,::1")
    limiter = Limiter(
        partial(_client, proxies),
        application_limits=[settings.rate_limit],
        storage_uri=settings.rate_limit_storage,
        storage_options=_storage_options(settings.rate_limit_storage),
        # While the storage cannot be reached, each worker counts on its own: better than no limit,
        # and better than no answer.
        in_memory_fallback_enabled=True,
    )
    limiter.request_filter(lambda: request.method != "POST")
    try:
        limiter.init_app(app)
    except Exception:  # Each storage raises its own errors, whose messages may hold a password.
        expected = "a storage such as memory:// or redis://HOST:PORT"
        name = environment_variable("rate_limit_storage")
        raise SettingsError(f"{name} must be {expected}, and it is not") from None
    app.register_error_handler(RateLimitExceeded, partial(_refuse, limiter))


def _check(rate_limit: str) -> None:
    """Raise SettingsError unless this is a rate limit as Flask-Limiter writes it."""
    from limits import parse_many

    try:
        is_valid = all(limit.amount > 0 for limit in parse_many(rate_limit))
    except ValueError:
        is_valid = False
    if not is_valid:
        expected = "written like '10 per second; 200 per minute'"
        name = environment_variable("rate_limit")
        raise SettingsError(f"{name} must be {expected}, but it is {rate_limit!r}")


def _storage_options(url: str) -> dict[str, Any]:
    """Return options with which requests do not wait long for a Redis that does not answer."""
    if not url.startswith("redis"):
        return {}
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    return {
        "socket_connect_timeout": _STORAGE_TIMEOUT_S,
        "socket_timeout": _STORAGE_TIMEOUT_S,
        "retry": Retry(NoBackoff(), 1),  # once, for a connection that was closed while it was idle
    }


def _networks(addresses: str) -> list[Network]:
    """Return the networks of a list that is separated by commas; * is every address."""
    try:
        parts = addresses.replace("*", "0.0.0.0/0,::/0").split(",")
        return [ip_network(part.strip(), strict=False) for part in parts]
    except ValueError as error:
        raise SettingsError(f"{_TRUSTED_PROXIES} must be addresses or *: {error}") from None


def _client(proxies: list[Network]) -> str:
    """Return the client: the nearest sender that is not a trusted proxy."""
    hops = [request.remote_addr or "", *reversed(request.access_route)]
    address = next((hop for hop in hops if not _is_trusted(hop, proxies)), hops[-1])
    return _subscriber(address)


def _is_trusted(address: str, proxies: list[Network]) -> bool:
    """Whether an address is a trusted proxy's; a Unix socket has no address and is trusted."""
    try:
        return not address or any(ip_address(address) in network for network in proxies)
    except ValueError:
        return False


def _subscriber(address: str) -> str:
    """Return an IPv4 address, or the /64 network of an IPv6 address: one client has many."""
    if ":" not in address:
        return address or "unknown"
    try:
        return str(ip_network((address, 64), strict=False))
    except ValueError:
        return address


def _refuse(limiter: "Limiter", breach: "RateLimitExceeded") -> ResponseReturnValue:
    """Answer 429 with the limit and the time to wait."""
    limit = breach.limit.limit
    wait_s = _wait_s(limiter, limit)
    unit = limit.GRANULARITY.name
    period = unit if limit.multiples == 1 else _counted(limit.multiples, unit)
    detail = (
        f"One client may send {_counted(limit.amount, 'request')} per {period}. "
        f"Try again in {_counted(wait_s, 'second')}."
    )
    problem = Problem(ProblemCode.TOO_MANY_REQUESTS, detail, headers={"Retry-After": str(wait_s)})
    return current_app.handle_user_exception(problem)


def _wait_s(limiter: "Limiter", limit: "RateLimitItem") -> int:
    """Return the seconds until the limit is reset, rounded up, so that none is refused twice."""
    try:
        reset_s = limiter.current_limit.reset_at  # type: ignore[union-attr]  # one was exceeded
        return max(1, ceil(reset_s - time.time()))
    except Exception:  # The storage failed after it had refused the request.
        return int(limit.get_expiry())


def _counted(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
