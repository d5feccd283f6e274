"""The rate limit: who counts as one client, and how many requests and wrong keys it may send.

Only servers with a limit or a key import this module, because the package ``limits`` is large.
"""

import logging
import os
import time
from collections.abc import Callable, Sequence
from ipaddress import IPv6Address, ip_network
from math import ceil
from typing import Any, TypeVar

from flask import Flask, Response, request
from limits import RateLimitItem, parse_many
from limits.storage import Storage, storage_from_string
from limits.strategies import FixedWindowRateLimiter
from werkzeug.middleware.proxy_fix import ProxyFix

from app.config import Settings, SettingsError, environment_variable, setting_error
from app.errors import Problem, ProblemCode
from app.requests.server_address import parse_address
from app.security.shared_counts import SharedCounts

WRONG_KEYS_LIMIT = "60 per minute"
CLIENTS_OF_A_SITE = 16  # all networks of an IPv6 site may together send as much as 16 clients
IN_MEMORY = "memory://"
STORAGE_TIMEOUT_S = 0.5
STORAGE_RETRY_S = 5.0  # pause after the storage could not be reached

_TRUSTED_PROXIES = "FORWARDED_ALLOW_IPS"  # gunicorn's own variable

Result = TypeVar("Result")


def register(app: Flask, settings: Settings, has_wrong_key: Callable[[], bool]) -> None:
    """Limit the requests of each client to all routes together.

    What is posted counts if the settings have a limit, and so do requests with a wrong key, which
    have a limit of their own besides.

    Raises
    ------
    SettingsError
        When the limit, its storage or a trusted proxy is not valid.
    """
    trust_proxies(app, settings.proxy_hops)
    limiter = RateLimiter(settings.rate_limit_storage)
    limits = _parsed(settings.rate_limit) if settings.rate_limit else []
    limits_of_wrong_keys = parse_many(WRONG_KEYS_LIMIT)

    @app.before_request
    def limit() -> None:
        is_wrong = has_wrong_key()
        if request.method == "POST" or is_wrong:
            limiter.count(limits, "request")
        if is_wrong:
            limiter.count(limits_of_wrong_keys, "wrong key")

    @app.after_request
    def add_headers(response: Response) -> Response:
        if limits and request.method == "POST":
            response.headers.update(limiter.headers(limits))
        return response


class RateLimiter:
    """Counts requests of clients in fixed periods, which begin with a client's first request.

    While the storage cannot be reached the server counts in its own memory: better than no limit,
    and better than no answer.

    Parameters
    ----------
    storage
        "memory://" for the memory that the workers share, or the address of a Redis.

    Raises
    ------
    SettingsError
        When it is neither.
    """

    def __init__(self, storage: str) -> None:
        self._strategy = FixedWindowRateLimiter
        self._memory = FixedWindowRateLimiter(SharedCounts())
        is_remote = not storage.startswith(IN_MEMORY)
        self._remote = FixedWindowRateLimiter(_remote_storage(storage)) if is_remote else None
        self._remote_from_s = 0.0

    def count(self, limits: Sequence[RateLimitItem], noun: str) -> None:
        """Count a request of the client, or raise Problem 429 where it has sent too many."""
        network, site = client_network(), client_site()
        of_site = [_site_limit(limit) for limit in limits] if site else []
        test, hit = self._strategy.test, self._strategy.hit
        # A client over its own limit does not use up its site's; and a site over its limit gets no
        # counts of further networks.
        over = [(each, site) for each in of_site if not self._ask(test, each, site)]
        over = over or [(each, network) for each in limits if not self._ask(hit, each, network)]
        if over:
            raise self._refusal(over, noun)
        for each in of_site:
            self._ask(hit, each, site)

    def headers(self, limits: Sequence[RateLimitItem]) -> dict[str, str]:
        """Return each limit, and what is left of it for the client.

        The form is that of draft-ietf-httpapi-ratelimit-headers: q requests in w seconds; r are
        left, until t seconds from now.
        """
        policies, states = [], []
        for limit in limits:
            window = self._ask(self._strategy.get_window_stats, limit, client_network())
            left_s = max(0, ceil(window.reset_time - time.time()))
            name = f'"per {_period(limit)}"'
            policies.append(f"{name};q={limit.amount};w={limit.get_expiry()}")
            states.append(f"{name};r={window.remaining};t={left_s}")
        return {"RateLimit-Policy": ", ".join(policies), "RateLimit": ", ".join(states)}

    def _ask(self, question: Callable[..., Result], limit: RateLimitItem, client: str) -> Result:
        """Return what a strategy answers with the storage, or with the memory while it is away."""
        if self._remote and time.monotonic() >= self._remote_from_s:
            try:
                return question(self._remote, limit, client)
            except Exception:  # Each storage raises its own errors.
                self._remote_from_s = time.monotonic() + STORAGE_RETRY_S
                logging.getLogger("inkling").warning(
                    "Rate limit storage unreachable: the server counts in its own memory"
                )
        return question(self._memory, limit, client)

    def _refusal(self, over: Sequence[tuple[RateLimitItem, str]], noun: str) -> Problem:
        """Return the problem with the limit that is over for the longest time, and that time."""
        ends = [self._ask(self._strategy.get_window_stats, *each).reset_time for each in over]
        end_s = max(ends)
        limit, _ = over[ends.index(end_s)]
        wait_s = max(1, ceil(end_s - time.time()))  # rounded up: none is refused twice
        count = f"{limit.amount:,} {noun}{'s' * (limit.amount > 1)} per {_period(limit)}"
        detail = f"One client may send {count}. Try again in {wait_s:,} seconds."
        headers = {"Retry-After": str(wait_s)}
        return Problem(ProblemCode.TOO_MANY_REQUESTS, detail, headers=headers)


def _period(limit: RateLimitItem) -> str:
    unit = limit.GRANULARITY.name
    return unit if limit.multiples == 1 else f"{limit.multiples} {unit}s"


def _site_limit(limit: RateLimitItem) -> RateLimitItem:
    return type(limit)(CLIENTS_OF_A_SITE * limit.amount, limit.multiples)


def _parsed(rate_limit: str) -> list[RateLimitItem]:
    """Return the limits in a text, or raise SettingsError."""
    try:
        limits = parse_many(rate_limit)
    except ValueError:
        limits = []
    if not limits or not all(limit.amount > 0 for limit in limits):
        raise setting_error(
            "rate_limit", rate_limit, "written like '10 per second; 200 per minute'"
        )
    return limits


def _remote_storage(url: str) -> Storage:
    """Return the storage of an address; requests do not wait long for a Redis that is away."""
    try:
        storage = storage_from_string(url, **_storage_options(url))
        if not isinstance(storage, Storage):
            raise TypeError
    except Exception:  # Each storage raises its own errors, whose messages may hold a password.
        expected = f"a storage such as {IN_MEMORY} or redis://HOST:PORT"
        name = environment_variable("rate_limit_storage")
        raise SettingsError(f"{name} must be {expected}, and it is not") from None
    return storage


def _storage_options(url: str) -> dict[str, Any]:
    """Return options with which requests do not wait long for a Redis that does not answer."""
    if not url.startswith("redis"):
        return {}
    from redis.backoff import NoBackoff
    from redis.retry import Retry

    return {
        "socket_connect_timeout": STORAGE_TIMEOUT_S,
        "socket_timeout": STORAGE_TIMEOUT_S,
        "retry": Retry(NoBackoff(), 1),  # once, for a connection that was closed while it was idle
    }


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


def client_network() -> str:
    """Return the client's IPv4 address, or the /64 of its IPv6 address: one client has many."""
    address = parse_address(request.remote_addr or "")
    if isinstance(address, IPv6Address):
        return str(ip_network((int(address) >> 64 << 64, 64)))
    return str(address or "unknown")


def client_site() -> str:
    """Return the /48 network of a client's IPv6 address, as one site gets; empty for IPv4."""
    address = parse_address(request.remote_addr or "")
    if isinstance(address, IPv6Address):
        return str(ip_network((int(address) >> 80 << 80, 48)))
    return ""
