"""The rate limit: how many requests one client may post, and how many wrong keys it may send."""

import time
from collections.abc import Callable
from functools import partial
from math import ceil
from typing import TYPE_CHECKING, Any

from flask import Flask, current_app, request
from flask.typing import ResponseReturnValue

from app.config import Settings, SettingsError, environment_variable, setting_error
from app.errors import Problem, ProblemCode
from app.security.client_address import client_network, trust_proxies

if TYPE_CHECKING:
    from flask_limiter import Limiter, RateLimitExceeded
    from limits.storage import Storage

WRONG_KEYS_LIMIT = "60 per minute"  # where the settings have none
MAX_CLIENTS = 10_000  # of a process: 4 MB, and 1 ms to find those whose period has ended
_STORAGE_TIMEOUT_S = 0.5


def register(app: Flask, settings: Settings, has_wrong_key: Callable[[], bool]) -> None:
    """Limit the requests of each client to all routes together.

    Requests with a wrong key count; those that post something count if the settings have a limit.

    Raises
    ------
    SettingsError
        When the limit, its storage or a trusted proxy is not valid.
    """
    from flask_limiter import RateLimitExceeded

    trust_proxies(app, settings.proxy_hops)
    limiter = _limiter(settings)
    hooks = app.before_request_funcs.setdefault(None, [])
    n_hooks = len(hooks)
    try:
        limiter.init_app(app)
    except Exception:  # Each storage raises its own errors, whose messages may hold a password.
        expected = "a storage such as memory:// or redis://HOST:PORT"
        name = environment_variable("rate_limit_storage")
        raise SettingsError(f"{name} must be {expected}, and it is not") from None
    [check_limits] = hooks[n_hooks:]  # takes 60 µs also where nothing is counted
    del hooks[n_hooks:]

    @app.before_request
    def limit() -> None:
        if (settings.rate_limit and request.method == "POST") or has_wrong_key():
            _forget_clients(limiter.limiter.storage)
            check_limits()

    noun = "request" if settings.rate_limit else "wrong key"
    app.register_error_handler(RateLimitExceeded, partial(_refuse, limiter, noun))


def _limiter(settings: Settings) -> "Limiter":
    """Return a limit over all routes together."""
    from flask_limiter import Limiter  # only here, because it is large

    return Limiter(
        client_network,
        application_limits=[_checked(settings.rate_limit or WRONG_KEYS_LIMIT)],
        request_identifier=lambda: request.endpoint or "none",  # unknown paths are counted too
        storage_uri=settings.rate_limit_storage,
        storage_options=_storage_options(settings.rate_limit_storage),
        # While the storage cannot be reached, each worker counts on its own: better than no limit,
        # and better than no answer.
        in_memory_fallback_enabled=True,
    )


def _forget_clients(storage: "Storage") -> None:
    """Start all over where this process counts more clients than its memory and time allow.

    One client of IPv6 may have millions of networks, and the storage goes through all of them.
    """
    from limits.storage import MemoryStorage

    if isinstance(storage, MemoryStorage) and len(storage.storage) >= MAX_CLIENTS:
        storage.reset()


def _checked(rate_limit: str) -> str:
    """Return a rate limit if Flask-Limiter can read it, or raise SettingsError."""
    from limits import parse_many

    try:
        is_valid = all(limit.amount > 0 for limit in parse_many(rate_limit))
    except ValueError:
        is_valid = False
    if not is_valid:
        expected = "written like '10 per second; 200 per minute'"
        raise setting_error("rate_limit", rate_limit, expected)
    return rate_limit


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


def _refuse(limiter: "Limiter", noun: str, breach: "RateLimitExceeded") -> ResponseReturnValue:
    """Answer 429 with the limit and the time to wait."""
    limit = breach.limit.limit
    try:
        reset_s = limiter.current_limit.reset_at  # type: ignore[union-attr]  # one was exceeded
        wait_s = max(1, ceil(reset_s - time.time()))  # rounded up: none is refused twice
    except Exception:  # The storage failed after it had refused the request.
        wait_s = int(limit.get_expiry())
    unit = limit.GRANULARITY.name
    period = unit if limit.multiples == 1 else f"{limit.multiples} {unit}s"
    count = f"{limit.amount:,} {noun}{'s' * (limit.amount > 1)}"
    detail = f"One client may send {count} per {period}. Try again in {wait_s:,} seconds."
    problem = Problem(ProblemCode.TOO_MANY_REQUESTS, detail, headers={"Retry-After": str(wait_s)})
    return current_app.handle_user_exception(problem)
